package result

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
)

// Member is a name with its value.
type Member[V any] struct {
	Name  string
	Value V
}

// Object is a JSON object whose members keep their order.
type Object[V any] []Member[V]

// MarshalJSON writes the members in their order.
func (o Object[V]) MarshalJSON() ([]byte, error) {
	var out bytes.Buffer
	out.WriteByte('{')
	for i, member := range o {
		if i > 0 {
			out.WriteByte(',')
		}
		name, err := plainJSON(member.Name)
		if err != nil {
			return nil, err
		}
		value, err := plainJSON(member.Value)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", member.Name, err)
		}
		out.Write(name)
		out.WriteByte(':')
		out.Write(value)
	}
	out.WriteByte('}')
	return out.Bytes(), nil
}

// UnmarshalJSON reads the members in the order in which they stand.
func (o *Object[V]) UnmarshalJSON(text []byte) error {
	decoder := json.NewDecoder(bytes.NewReader(text))
	token, err := decoder.Token()
	if err != nil {
		return err
	}
	if token != json.Delim('{') {
		return errors.New("it is no JSON object")
	}
	*o = Object[V]{}
	for decoder.More() {
		name, err := decoder.Token()
		if err != nil {
			return err
		}
		member := Member[V]{Name: fmt.Sprint(name)}
		if err := decoder.Decode(&member.Value); err != nil {
			return fmt.Errorf("%s: %w", member.Name, err)
		}
		*o = append(*o, member)
	}
	return nil
}

// plainJSON is JSON for files: <, > and & need no escape there.
func plainJSON(value any) ([]byte, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return nil, err
	}
	return bytes.TrimRight(out.Bytes(), "\n"), nil
}

// fileJSON is JSON as files have it: indented, with a newline at its end.
func fileJSON(value any) ([]byte, error) {
	text, err := plainJSON(value)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if err := json.Indent(&out, text, "", "  "); err != nil {
		return nil, err
	}
	out.WriteByte('\n')
	return out.Bytes(), nil
}
