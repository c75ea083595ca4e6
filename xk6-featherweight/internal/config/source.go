package config

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
)

// EnvRead is a variable that the front door sets: it has read .env.test, and what it starts must not read it again.
const EnvRead = "FW_ENV_READ"

// Gather is the environment, completed by the file that read reads, which name calls it. A file that is not there is
// fine; one that cannot be read is an error, for its values would be left out in silence.
// Useless are the names of the file that have no effect, see WithoutEffect.
func Gather(environment map[string]string, name string, read func() ([]byte, error)) (env map[string]string, useless []string, err error) {
	if environment[EnvRead] != "" {
		return environment, nil, nil
	}
	file, err := ReadEnvFile(name, read)
	if err != nil {
		return nil, nil, err
	}
	return Complete(environment, file), WithoutEffect(environment, file), nil
}

// ReadEnvFile reads and parses the file; nil when it is not there.
func ReadEnvFile(name string, read func() ([]byte, error)) (map[string]string, error) {
	text, err := read()
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil //nolint:nilnil // no file sets nothing
	case err != nil:
		return nil, fmt.Errorf("%s cannot be read: %w: chmod u+r %s, or remove it", name, err, name)
	}
	return ParseEnvFile(string(text), name)
}

// Complete is what is in force of an environment and a file: the environment wins. Where nothing is no value, a blank in
// the environment takes nothing back.
func Complete(environment, file map[string]string) map[string]string {
	values := map[string]string{}
	maps.Copy(values, file)
	for name, value := range environment {
		if v, known := Find(name); !blank(value) || (known && v.EmptyIsValue) {
			values[name] = value
		}
	}
	return values
}

// WithoutEffect are the names of a file that have no effect on a k6 that somebody started himself: k6 has read its own
// variables from its environment before any script could read the file. Those that say what is in force already are left
// out, as in a copy of .env.test.example.
func WithoutEffect(environment, file map[string]string) []string {
	var names []string
	for _, name := range slices.Sorted(maps.Keys(file)) {
		value := file[name]
		if !strings.HasPrefix(name, "K6_") && !strings.HasPrefix(name, "XK6_") {
			continue
		}
		if v, _ := Find(name); blank(value) || value == v.Default || value == environment[name] {
			continue
		}
		names = append(names, name)
	}
	return names
}

// WithoutEffectText says it in one line; "" when there is nothing to say.
func WithoutEffectText(names []string, file string) string {
	if len(names) == 0 {
		return ""
	}
	has, it := "has", "it"
	if len(names) > 1 {
		has, it = "have", "them"
	}
	return fmt.Sprintf("%s: %s %s no effect here, for k6 reads its own variables from the environment: export %s, or start with ./run-slo-testing.sh",
		file, strings.Join(names, ", "), has, it)
}
