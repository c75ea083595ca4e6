package target

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The cases of which a fault can hit a share, as far as they are drawn; see [lottery].
const (
	ofTurns      = "turns"
	ofHandshakes = "handshakes"
)

// fault is a row of the table, a field of [Faults], as a user types it.
type fault struct {
	name  string
	wants string // what a value may be: a word, and what it means
	does  string
	of    string // the cases of which it hits a share, or ""
	field []int
	parse func(into reflect.Value, value string) bool // false: not a value that it wants
}

// faults is the list of all there are, in the order in which help shows them: the fields of [Faults].
func faults() []fault {
	var all []fault
	for _, field := range reflect.VisibleFields(reflect.TypeFor[Faults]()) {
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		parse, wants := parser(field)
		all = append(all, fault{name, wants, field.Tag.Get("does"), field.Tag.Get("of"), field.Index, parse})
	}
	return all
}

// chances are the shares of f of which one case of that sort can have at most one, always in the same order.
func (f Faults) chances(of string) []chance {
	var list []chance
	for _, x := range faults() {
		if x.of == of {
			list = append(list, chance{x.name, reflect.ValueOf(f).FieldByIndex(x.field).Float()})
		}
	}
	return list
}

// parser returns what reads a value into such a field, and what it wants.
func parser(field reflect.StructField) (parse func(into reflect.Value, value string) bool, wants string) {
	takes, of := field.Tag.Get("takes"), field.Tag.Get("of")
	switch reflect.Zero(field.Type).Interface().(type) {
	case bool:
		return parseSwitch, "true or false"
	case Duration:
		return parseDuration, "duration: a time such as 300ms, 0 for off"
	case string: // nothing is always allowed, and takes the fault back
		like := regexp.MustCompile(`^(` + field.Tag.Get("like") + `)?$`)
		short, _, _ := strings.Cut(takes, ", ")
		return func(into reflect.Value, value string) bool {
			into.SetString(value)
			return like.MatchString(value)
		}, short + ": " + takes
	default: // float64
		if of != "" {
			return func(into reflect.Value, value string) bool { return parseNumber(into, value, 1) }, "0..1: a share of the " + of
		}
		limit := field.Tag.Get("max")
		most, _ := strconv.ParseFloat(limit, 64)
		return func(into reflect.Value, value string) bool { return parseNumber(into, value, most) },
			fmt.Sprintf("%s: a number from 0 (off) to %s", takes, limit)
	}
}

func parseSwitch(into reflect.Value, value string) bool {
	on, err := strconv.ParseBool(value)
	into.SetBool(on)
	return err == nil
}

func parseDuration(into reflect.Value, value string) bool {
	d, err := time.ParseDuration(value)
	into.SetInt(int64(d))
	return err == nil && d >= 0
}

// parseNumber takes true and false for all and nothing of a share.
func parseNumber(into reflect.Value, value string, most float64) bool {
	if on, err := strconv.ParseBool(value); err == nil && most == 1 {
		value = map[bool]string{true: "1", false: "0"}[on]
	}
	n, err := strconv.ParseFloat(value, 64)
	into.SetFloat(n)
	return err == nil && n >= 0 && n <= most // NaN is neither
}

// Set sets one fault from text: a name, or name=value. The error of an unknown name or a bad value says what is allowed.
func (f *Faults) Set(text string) error {
	name, value, given := strings.Cut(text, "=")
	if !given {
		value = "true"
	}
	return f.set(name, value)
}

func (f *Faults) set(name, value string) error {
	names := []string{}
	for _, x := range faults() {
		names = append(names, x.name)
		if x.name != name {
			continue
		}
		if !x.parse(reflect.ValueOf(f).Elem().FieldByIndex(x.field), value) {
			return fmt.Errorf("fault %s: %q is not allowed: it takes %s", name, value, x.wants)
		}
		return nil
	}
	return fmt.Errorf("unknown fault %q: known are %s", name, strings.Join(names, ", "))
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
		fmt.Fprintf(&b, "  %-23s %-14s %s\n", x.name, strings.Split(x.wants, ":")[0], x.does)
	}
	return b.String()
}
