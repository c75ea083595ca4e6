package target

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Set sets one fault from text: a name, or name=value. The error of an unknown name or a bad value says what is allowed.
func (f *Faults) Set(text string) error {
	name, value, given := strings.Cut(text, "=")
	if !given {
		value = "true"
	}

	return f.set(name, value)
}

func (f *Faults) set(name, value string) error {
	all := faults()

	i := slices.IndexFunc(all, func(x fault) bool { return x.name == name })
	if i < 0 {
		names := make([]string, 0, len(all))
		for _, x := range all {
			names = append(names, x.name)
		}

		return fmt.Errorf("unknown fault %q: known are %s", name, strings.Join(names, ", "))
	}

	if !all[i].set(f, value) {
		return fmt.Errorf("fault %s: %q is not allowed: it takes %s", name, value, all[i].wants)
	}

	return nil
}

// Merge sets the faults of a JSON object such as {"loop_hz": 94, "drop": 0.02}; what it does not name stays as it is.
func (f *Faults) Merge(object []byte) error {
	var given map[string]any

	dec := json.NewDecoder(bytes.NewReader(object))
	dec.UseNumber()

	if err := dec.Decode(&given); err != nil {
		return fmt.Errorf("faults must be one JSON object such as {\"loop_hz\": 94}: %w", err)
	}

	changed := *f
	for _, name := range slices.Sorted(maps.Keys(given)) {
		if err := changed.set(name, fmt.Sprint(given[name])); err != nil {
			return err
		}
	}

	*f = changed

	return nil
}

// FaultHelp lists every fault with what it takes and what it does, one to a line.
func FaultHelp() string {
	var b strings.Builder
	for _, x := range faults() {
		fmt.Fprintf(&b, "  %-25s %-14s %s\n", x.name, strings.Split(x.wants, ":")[0], x.does)
	}

	return b.String()
}
