package config

import (
	"path"
	"slices"
	"strings"
)

// Settings are all variables with the value in force: those of the table in its order, then k6's own that are set.
type Settings []Setting

// Get is the setting of a name; one that is not there has no value and is not set.
func (s Settings) Get(name string) Setting {
	if at := slices.IndexFunc(s, func(one Setting) bool { return one.Name == name }); at >= 0 {
		return s[at]
	}
	return Setting{Name: name, Origin: OriginDefault}
}

// Value is the value in force of a name.
func (s Settings) Value(name string) string { return s.Get(name).Value }

// True says that a switch is on.
func (s Settings) True(name string) bool { return s.Value(name) == "true" || s.Value(name) == "1" }

// Path is the value of a name that is a path, where ~/ is the directory home.
func (s Settings) Path(name, home string) string {
	value := s.Value(name)
	if rest, found := strings.CutPrefix(value, "~/"); found {
		return path.Join(home, rest)
	}
	return value
}

// With is a copy in which a name has another value, said by origin.
func (s Settings) With(name, value, origin string) Settings {
	other := slices.Clone(s)
	if at := slices.IndexFunc(other, func(one Setting) bool { return one.Name == name }); at >= 0 {
		other[at] = Setting{name, value, origin}
		return other
	}
	return append(other, Setting{name, value, origin})
}

// IsChanged says that the value is not the default: a copy of .env.test.example changes nothing.
func (s Setting) IsChanged() bool {
	v, _ := Find(s.Name)
	return s.Value != v.Default
}

// Shown is the value as it may be shown.
func (s Setting) Shown() string { return ShownValue(s.Name, s.Value) }
