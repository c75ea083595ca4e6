package target

import (
	"fmt"
	"math"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// The cases of which a fault can hit a share, as far as they are drawn; see [lottery].
const (
	ofTurns      = "turns"
	ofHandshakes = "handshakes"
	ofCloses     = "closes"
)

// fault is one fault as a user types it.
type fault struct {
	name  string
	wants string // what a value may be: a word, and what it means
	does  string
	of    string                             // the cases of which it hits a share, or ""
	set   func(f *Faults, value string) bool // false: not a value that it wants
}

// faults is the list of all there are, in the order in which help shows them: the fields of [Faults].
func faults() []fault {
	fields := reflect.VisibleFields(reflect.TypeFor[Faults]())
	all := make([]fault, 0, len(fields))

	for _, field := range fields {
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		parse, wants := parser(field)

		all = append(all, fault{
			name: name, wants: wants, does: field.Tag.Get("does"), of: field.Tag.Get("of"),
			set: func(f *Faults, value string) bool {
				return parse(reflect.ValueOf(f).Elem().FieldByIndex(field.Index), value)
			},
		})
	}

	return all
}

// chances are the shares of f of which one case of that sort can have at most one, always in the same order.
func (f Faults) chances(of string) []chance {
	var list []chance

	for i, x := range faults() {
		if x.of == of {
			list = append(list, chance{x.name, reflect.ValueOf(f).Field(i).Float()})
		}
	}

	return list
}

// parser returns what reads a value into such a field, and what it wants.
func parser(field reflect.StructField) (parse func(into reflect.Value, value string) bool, wants string) {
	tag := field.Tag
	limit, limited := tag.Lookup("max")

	switch reflect.Zero(field.Type).Interface().(type) {
	case bool:
		return parseSwitch, "true or false"
	case Duration:
		return parseDuration, "duration: a time such as 300ms, 0 for off"
	case *float64:
		return parseAny, tag.Get("takes") + ": any number"
	case int:
		most, _ := strconv.ParseInt(limit, 10, 64)

		return func(into reflect.Value, value string) bool { return parseInt(into, value, most) },
			fmt.Sprintf("%s: a whole number from 0 (off) to %s", tag.Get("takes"), limit)
	case string:
		like := tag.Get("like")

		return func(into reflect.Value, value string) bool { return parseText(into, value, like) }, words(tag)
	default: // float64
		if !limited {
			return parseShare, "0..1: a share of the " + tag.Get("of")
		}

		most, _ := strconv.ParseFloat(limit, 64)

		return func(into reflect.Value, value string) bool { return parseNumber(into, value, 0, most) },
			fmt.Sprintf("%s: a number from 0 (off) to %s", tag.Get("takes"), limit)
	}
}

// words says what a text may be.
func words(tag reflect.StructTag) string {
	if tag.Get("like") == "groups" {
		return tag.Get("takes") + ": one or more of " + groupNames() + ", with commas in between"
	}

	short, _, _ := strings.Cut(tag.Get("takes"), ", ")

	return short + ": " + tag.Get("takes")
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

func parseShare(into reflect.Value, value string) bool {
	switch value {
	case "true":
		value = "1"
	case "false":
		value = "0"
	}

	return parseNumber(into, value, 0, 1)
}

func parseAny(into reflect.Value, value string) bool {
	n := new(float64)
	into.Set(reflect.ValueOf(n))

	return parseNumber(into.Elem(), value, -1e9, 1e9)
}

func parseNumber(into reflect.Value, value string, low, high float64) bool {
	n, err := strconv.ParseFloat(value, 64)
	into.SetFloat(n)

	return err == nil && !math.IsNaN(n) && n >= low && n <= high
}

func parseInt(into reflect.Value, value string, high int64) bool {
	n, err := strconv.ParseInt(value, 10, 64)
	into.SetInt(n)

	return err == nil && n >= 0 && n <= high
}

// parseText takes what is like the expression as a whole; nothing is always allowed, and takes the fault back.
func parseText(into reflect.Value, value, like string) bool {
	into.SetString(value)

	if like == "groups" {
		return value == "" || knownGroups(value)
	}

	return value == "" || regexp.MustCompile(`^(`+like+`)$`).MatchString(value)
}
