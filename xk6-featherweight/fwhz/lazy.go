package fwhz

import (
	"maps"
	"slices"

	"github.com/grafana/sobek"
)

// membered has members for a script, each made when it is asked for; nil where there is none of that name.
type membered interface {
	members() []string
	member(name string) any
}

// now is a member that changes: it is made anew whenever it is asked for.
type now func() any

// lazy is an object whose members are made when a script first asks for them: a thousand users have an object each, and
// use a few of its members.
type lazy struct {
	membered
	rt   *sobek.Runtime
	made map[string]sobek.Value
	open bool // a script may add members of its own, and change what is there
}

// lazily makes the object. It is read only.
func lazily(rt *sobek.Runtime, of membered) *sobek.Object {
	return rt.NewDynamicObject(&lazy{membered: of, rt: rt})
}

// openly is lazily for an object that a script may change, as any other of its own.
func openly(rt *sobek.Runtime, of membered) *sobek.Object {
	return rt.NewDynamicObject(&lazy{membered: of, rt: rt, open: true})
}

func (o *lazy) Get(key string) sobek.Value {
	if value, made := o.made[key]; made {
		return value
	}
	member := o.member(key)
	switch made := member.(type) {
	case nil:
		return nil
	case now:
		return o.rt.ToValue(made())
	case int, float64, bool, string: // is made as fast as it is found
		return o.rt.ToValue(made)
	}
	value := o.rt.ToValue(member)
	o.keep(key, value)
	return value
}

func (o *lazy) keep(key string, value sobek.Value) {
	if o.made == nil {
		o.made = map[string]sobek.Value{}
	}
	o.made[key] = value
}

func (o *lazy) Has(key string) bool { return slices.Contains(o.Keys(), key) }

func (o *lazy) Set(key string, value sobek.Value) bool {
	if o.open {
		o.keep(key, value)
	}
	return o.open
}

func (o *lazy) Delete(string) bool { return false }

// Keys are the members, and what a script added.
func (o *lazy) Keys() []string {
	names := o.members()
	if !o.open {
		return names
	}
	for _, name := range slices.Sorted(maps.Keys(o.made)) {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// shared is an object of JavaScript that a thousand users read without having a copy each. It is read only.
type shared struct {
	rt     *sobek.Runtime
	values map[string]any
}

func (o *shared) Get(key string) sobek.Value {
	value, there := o.values[key]
	if !there {
		return nil
	}
	return o.rt.ToValue(value)
}

func (o *shared) Has(key string) bool          { _, there := o.values[key]; return there }
func (o *shared) Set(string, sobek.Value) bool { return false }
func (o *shared) Delete(string) bool           { return false }
func (o *shared) Keys() []string               { return slices.Sorted(maps.Keys(o.values)) }
