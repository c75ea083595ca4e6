package target

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// fault is one fault as a user types it.
type fault struct {
	name  string
	wants string // what a value may be
	does  string
	set   func(f *Faults, value string) bool // false: not a value that it wants
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

// switched is a fault that is on or off.
func switched(name, does string, field func(*Faults) *bool) fault {
	return fault{name, "true or false", does, func(f *Faults, value string) bool {
		on, err := strconv.ParseBool(value)
		*field(f) = on

		return err == nil
	}}
}

// share is a fault that hits a share of the cases.
func share(name, does string, field func(*Faults) *float64) fault {
	return fault{name, "0..1: a share of all cases", does, func(f *Faults, value string) bool {
		switch value {
		case "true":
			value = "1"
		case "false":
			value = "0"
		}

		return number(field(f), value, 0, 1)
	}}
}

// lasting is a fault that is a length of time.
func lasting(name, does string, field func(*Faults) *Duration) fault {
	return fault{name, "duration: a time such as 300ms, 0 for off", does, func(f *Faults, value string) bool {
		d, err := time.ParseDuration(value)
		*field(f) = Duration(d)

		return err == nil && d >= 0
	}}
}

// number parses value into p and says whether it is a number from low to high.
func number(p *float64, value string, low, high float64) bool {
	n, err := strconv.ParseFloat(value, 64)
	*p = n

	return err == nil && !math.IsNaN(n) && n >= low && n <= high
}

// groups takes names of httpGroups with commas in between.
func groups() fault {
	known := slices.Sorted(maps.Keys(httpGroups()))

	return fault{
		kindHTTP500, "route groups: one or more of " + strings.Join(known, ", ") + ", with commas in between",
		"every request of these routes is answered with 500",
		func(f *Faults, value string) bool {
			f.HTTP500 = value

			for name := range strings.SplitSeq(value, ",") {
				if value != "" && !slices.Contains(known, name) {
					return false
				}
			}

			return true
		},
	}
}
