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

// lazy is an object whose members are made when a script first asks for them: a thousand users have an object each, and
// use a few of its members.
type lazy struct {
	membered
	rt   *sobek.Runtime
	made map[string]sobek.Value
}

// lazily makes the object. It is read only.
func lazily(rt *sobek.Runtime, of membered) *sobek.Object {
	return rt.NewDynamicObject(&lazy{membered: of, rt: rt})
}

func (o *lazy) Get(key string) sobek.Value {
	if value, made := o.made[key]; made {
		return value
	}
	member := o.member(key)
	if member == nil {
		return nil
	}
	value := o.rt.ToValue(member)
	if o.made == nil {
		o.made = map[string]sobek.Value{}
	}
	o.made[key] = value
	return value
}

func (o *lazy) Has(key string) bool          { return slices.Contains(o.members(), key) }
func (o *lazy) Set(string, sobek.Value) bool { return false }
func (o *lazy) Delete(string) bool           { return false }
func (o *lazy) Keys() []string               { return o.members() }

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
