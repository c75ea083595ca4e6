package fwhz

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/grafana/sobek"
	"go.k6.io/k6/v2/js/common"
	"go.k6.io/k6/v2/lib/types"

	"github.com/featherweight/xk6-featherweight/internal/mask"
)

// longest is the longest duration that an option takes.
const longest = 1000 * time.Hour

// options reads the options object of a constructor or a call. The first thing that is wrong is kept, and names the
// option, the value and what is allowed.
type options struct {
	where string
	obj   *sobek.Object // nil when nothing was passed
	known []string
	err   error
}

func readOptions(rt *sobek.Runtime, where string, value sobek.Value) *options {
	o := &options{where: where}
	if value == nil || common.IsNullish(value) {
		return o
	}
	if _, isObject := value.(*sobek.Object); !isObject {
		o.err = fmt.Errorf("%s: options \"%s\" are not allowed: an object", where, shown(value))
		return o
	}
	o.obj = value.ToObject(rt)
	return o
}

// get returns the value of an option; false when it is not given.
func (o *options) get(name string) (sobek.Value, bool) {
	o.known = append(o.known, name)
	if o.obj == nil {
		return nil, false
	}
	value := o.obj.Get(name)
	return value, value != nil && !common.IsNullish(value)
}

func (o *options) reject(name string, value sobek.Value, allowed string) {
	if o.err != nil {
		return
	}
	text := shown(value)
	if whole, _, _ := strings.Cut(name, "."); slices.Contains(secretOptions, whole) && !common.IsNullish(value) {
		text = "(hidden)"
	}
	o.err = fmt.Errorf("%s: option %s: \"%s\" is not allowed: %s", o.where, mask.Line(name, mostShown), text, allowed)
}

// secretOptions are those whose values are not shown; of a URL it is what mask leaves out.
var secretOptions = []string{"headers", "query"} //nolint:gochecknoglobals // constant

// mostShown is how much of a name or a value is shown, in bytes.
const mostShown = 200

// shown is a value as an error may show it. Of an object it is the class: its text is made by the script, which may fail, and
// may be a secret in a list.
func shown(value sobek.Value) string {
	switch value := value.(type) {
	case nil:
		return "undefined"
	case *sobek.Object:
		return "[object " + value.ClassName() + "]"
	default:
		return mask.Line(mask.Text(value.String()), mostShown)
	}
}

// done rejects options that nobody asked for: a misspelt one would have no effect and nobody would know.
func (o *options) done() error {
	if o.err != nil || o.obj == nil {
		return o.err
	}
	for _, name := range o.obj.Keys() {
		if !slices.Contains(o.known, name) {
			return fmt.Errorf("%s: option %s is not known: %s", o.where, mask.Line(name, mostShown), strings.Join(o.known, ", "))
		}
	}
	return nil
}

func (o *options) text(name, otherwise string) string {
	value, given := o.get(name)
	if !given {
		return otherwise
	}
	text, ok := value.Export().(string)
	if !ok {
		o.reject(name, value, "a string")
	}
	return text
}

func (o *options) choice(name string, allowed ...string) string {
	value, given := o.get(name)
	if !given {
		return allowed[0]
	}
	text, ok := value.Export().(string)
	if !ok || !slices.Contains(allowed, text) {
		o.reject(name, value, strings.Join(allowed, ", "))
	}
	return text
}

func (o *options) flag(name string) bool {
	value, given := o.get(name)
	if !given {
		return false
	}
	on, ok := value.Export().(bool)
	if !ok {
		o.reject(name, value, "true or false")
	}
	return on
}

func (o *options) whole(name string, otherwise, least int) int {
	value, given := o.get(name)
	if !given {
		return otherwise
	}
	n, isNumber := number(value)
	if !isNumber || n != math.Trunc(n) || n < float64(least) || n > math.MaxInt32 {
		o.reject(name, value, fmt.Sprintf("a whole number from %d to %d", least, math.MaxInt32))
		return otherwise
	}
	return int(n)
}

func (o *options) duration(name string, otherwise, least time.Duration) time.Duration {
	value, given := o.get(name)
	if !given {
		return otherwise
	}
	d, err := types.GetDurationValue(value.Export())
	if n, isNumber := number(value); isNumber && !(n <= longest.Seconds()*1000) { // NaN too; more would overflow
		err = errors.New("too long")
	}
	if err != nil || d < least || d > longest {
		o.reject(name, value, fmt.Sprintf("a duration such as \"%s\", or a number of milliseconds; from %s to %s", max(otherwise, time.Second), least, longest))
		return otherwise
	}
	return d
}

func (o *options) texts(name string) []string {
	value, given := o.get(name)
	if !given {
		return nil
	}
	list, ok := value.Export().([]any)
	out := make([]string, 0, len(list))
	for _, item := range list {
		text, isText := item.(string)
		ok = ok && isText
		out = append(out, text)
	}
	if !ok {
		o.reject(name, value, "a list of strings")
	}
	return out
}

func (o *options) pairs(name string) map[string]string {
	value, given := o.get(name)
	if !given {
		return nil
	}
	obj, ok := value.(*sobek.Object)
	if !ok || obj.ClassName() != "Object" {
		o.reject(name, value, "an object of strings")
		return nil
	}
	out := make(map[string]string, len(obj.Keys()))
	for _, key := range obj.Keys() {
		item := obj.Get(key)
		switch item.Export().(type) {
		case string, bool, int64, float64:
			out[key] = item.String() // as JavaScript writes it
		default: // undefined above all, from a variable that is not set
			o.reject(name+"."+key, item, "a string")
		}
	}
	return out
}

// isText tells whether the value is a string; a missing argument has no value at all.
func isText(value sobek.Value) bool {
	if value == nil {
		return false
	}
	_, ok := value.Export().(string)
	return ok
}

// number tells whether the value is a number, and which.
func number(value sobek.Value) (float64, bool) {
	if value == nil {
		return 0, false
	}
	switch n := value.Export().(type) {
	case int64:
		return float64(n), true
	case float64:
		return n, true
	default:
		return 0, false
	}
}
