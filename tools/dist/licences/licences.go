// Package licences reads under which licence a Go module is given, from the files that it brings.
package licences

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/google/licensecheck"
	"golang.org/x/mod/module"
)

// toldElsewhere are modules without a file that says it.
func toldElsewhere() map[string]string {
	return map[string]string{
		"buf.build/gen/go/prometheus/prometheus/protocolbuffers/go": "Apache-2.0", // made from Prometheus' own .proto files
	}
}

// Module is what a module says.
type Module struct {
	IDs   []string          // names of SPDX, in their order, each once
	Texts map[string]string // by the name of their file: licences, and the notices that some ask to pass on
}

// Folder is where Go's module cache has a module.
func Folder(cache, path, version string) (string, error) {
	escaped, err := module.EscapePath(path)
	if err != nil {
		return "", err
	}
	if version, err = module.EscapeVersion(version); err != nil {
		return "", err
	}
	return filepath.Join(cache, filepath.FromSlash(escaped)+"@"+version), nil
}

// Of reads the module that is in a folder. A licence that nobody knows is an error, and so is none.
func Of(path, folder string) (Module, error) {
	found := Module{Texts: map[string]string{}}
	files, err := os.ReadDir(folder)
	if err != nil {
		return found, fmt.Errorf("the sources of %s are not there: %w", path, err)
	}
	for _, file := range files {
		name := strings.ToUpper(file.Name())
		licence := strings.Contains(name, "LICEN") || strings.HasPrefix(name, "COPYING")
		if file.IsDir() || !licence && !strings.HasPrefix(name, "NOTICE") {
			continue
		}
		text, err := os.ReadFile(filepath.Join(folder, file.Name()))
		if err != nil {
			return found, err
		}
		found.Texts[file.Name()] = string(text)
		if !licence {
			continue
		}
		for _, match := range licensecheck.Scan(text).Match {
			if !match.IsURL && !slices.Contains(found.IDs, match.ID) {
				found.IDs = append(found.IDs, match.ID)
			}
		}
	}
	if told, is := toldElsewhere()[path]; is {
		found.IDs = append(found.IDs, told)
	}
	if len(found.IDs) == 0 {
		return found, fmt.Errorf("%s: no licence that is known in %s", path, folder)
	}
	slices.Sort(found.IDs)
	return found, nil
}
