package main

import (
	"bytes"
	"debug/buildinfo"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/featherweight/dist/licences"
)

// part is a module that is linked into the binary.
type part struct {
	path, version, sum string
	licences.Module
}

// parts are what a binary says that it is made of, and Go's own library.
func (b *builder) parts(binary string) ([]part, error) {
	info, err := buildinfo.ReadFile(binary)
	if err != nil {
		return nil, err
	}
	text, err := os.ReadFile(filepath.Join(b.goroot, "LICENSE"))
	if err != nil {
		return nil, fmt.Errorf("the licence of Go itself goes with the binary, and is not there: %w", err)
	}
	parts := []part{{path: "std", version: strings.TrimPrefix(info.GoVersion, "go"), Module: licences.Module{
		IDs: []string{"BSD-3-Clause"}, Texts: map[string]string{"LICENSE": string(text)},
	}}}
	for _, dep := range info.Deps {
		folder, err := licences.Folder(b.cache, dep.Path, dep.Version)
		if err != nil {
			return nil, err
		}
		found, err := licences.Of(dep.Path, folder)
		if err != nil {
			return nil, err
		}
		parts = append(parts, part{dep.Path, dep.Version, dep.Sum, found})
	}
	return parts, nil
}

// licenceTexts is licences.txt: what holds for the whole, a table, and every text once, with those who give it.
func licenceTexts(r release, parts []part) []byte {
	var out bytes.Buffer
	fmt.Fprintf(&out, `bin/k6 is k6 with the parts below. The suite itself (scripts, shell, documents, extension, reference server) is under the Apache License 2.0:
LICENSE. k6 is under the GNU Affero General Public License 3.0, and so is bin/k6 as a whole. Its source is

    %s at %s

and the parts at these versions, each from the Go module proxy (https://proxy.golang.org). What that asks of you: docs/security.md.

`, source, r.Commit)
	givers, texts := map[string][]string{}, []string{}
	for _, one := range parts {
		fmt.Fprintf(&out, "%-90s %s\n", one.path+" "+one.version, strings.Join(one.IDs, ", "))
		for _, name := range slices.Sorted(maps.Keys(one.Texts)) {
			text := one.Texts[name]
			if givers[text] == nil {
				texts = append(texts, text)
			}
			givers[text] = append(givers[text], one.path+": "+name)
		}
	}
	for _, text := range texts {
		fmt.Fprintf(&out, "\n%s\n%s\n\n%s\n", strings.Repeat("=", 120), strings.Join(givers[text], "\n"), strings.TrimSpace(text))
	}
	return out.Bytes()
}
