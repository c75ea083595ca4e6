package config

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Origins that others ask for.
const (
	OriginDefault     = "default" // of what nobody set
	OriginCommandLine = "command line"
)

// Sources are where values come from, the strongest first.
type Sources struct {
	CommandLine []string          // NAME=value each
	Environment map[string]string // names of other programs are in it, too
	File        []Entry
	FileName    string // as it is called in messages
}

// Setting is a variable with the value in force.
type Setting struct {
	Name, Value string
	// Origin is who said so: "command line", "environment", "FILE line N" or "default".
	Origin string
}

// IsSet says that somebody set it, if only to its default.
func (s Setting) IsSet() bool { return s.Origin != OriginDefault }

// Resolve finds what is in force: every variable of the table in its order, then k6's own that are set, by name. Nothing
// in the environment is no value; on the command line and in the file it takes a weaker one back. The error names a
// variable that there is not, and where it is set.
func Resolve(from Sources) (Settings, error) {
	settings := map[string]Setting{}
	set := func(name, value, origin string) {
		if v, known := Find(name); known && !v.isSet(value) {
			value = v.Default
		}
		settings[name] = Setting{name, value, origin}
	}
	for _, entry := range from.File {
		set(entry.Name, entry.Value, fmt.Sprintf("%s line %d", from.FileName, entry.Line))
	}
	for _, name := range slices.Sorted(maps.Keys(from.Environment)) {
		value := from.Environment[name]
		v, known := Find(name)
		if _, is := replaced(name); is {
			return nil, fmt.Errorf("environment: %w", CheckName(name))
		}
		if (known && v.isSet(value)) || (IsK6s(name) && !blank(value)) {
			set(name, value, "environment")
		}
	}
	for _, word := range from.CommandLine {
		name, value, found := strings.Cut(word, "=")
		if !found {
			return nil, fmt.Errorf("command line: this is not NAME=value: %s", beginning(word))
		}
		if err := CheckName(name); err != nil {
			return nil, fmt.Errorf("command line: %w", err)
		}
		set(name, value, OriginCommandLine)
	}
	return inOrder(settings), nil
}

func inOrder(settings map[string]Setting) Settings {
	var all Settings
	for _, v := range Variables() {
		s, there := settings[v.Name]
		if !there {
			s = Setting{v.Name, v.Default, OriginDefault}
		}
		all = append(all, s)
		delete(settings, v.Name)
	}
	for _, name := range slices.Sorted(maps.Keys(settings)) {
		all = append(all, settings[name])
	}
	return all
}

// Check reads settings for a reader, as Read does. The error says in [...] where the variables that it names were set.
func Check(settings Settings, reader string) (*Config, error) {
	env := map[string]string{}
	for _, s := range settings {
		if s.IsSet() {
			env[s.Name] = s.Value
		}
	}
	c, err := Read(env, reader)
	if err == nil {
		return c, nil
	}
	var places []string
	for _, s := range settings {
		if s.IsSet() && names(err.Error(), s.Name) {
			places = append(places, s.Name+": "+s.Origin)
		}
	}
	if len(places) > 0 {
		err = fmt.Errorf("%w [%s]", err, strings.Join(places, ", "))
	}
	return nil, err
}

// names says that a message holds a name as a word of its own.
func names(message, name string) bool {
	return slices.Contains(strings.FieldsFunc(message, func(r rune) bool {
		return r != '_' && (r < 'A' || r > 'Z') && (r < '0' || r > '9')
	}), name)
}
