package e2e

import (
	"debug/buildinfo"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/featherweight/dist/licences"

	"github.com/featherweight/tests/harness"
)

var update = flag.Bool("update", false, "write docs/licences.md anew")

// allowed are the licences under which something may be linked into bin/k6: those that ask for no more than a notice, or for the
// source of their own files. AGPL-3.0 is k6's, and makes the whole what it is: see docs/security.md.
var allowed = []string{"Apache-2.0", "MIT", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MPL-2.0", "AGPL-3.0", "Unlicense", "0BSD", "CC0-1.0"}

// agpl is whose licence may be AGPL-3.0.
func agpl(module string) bool {
	return strings.HasPrefix(module, "go.k6.io/") || strings.HasPrefix(module, "github.com/grafana/")
}

// TestEveryLicenceOfWhatIsLinkedIsKnownAndListed holds docs/licences.md to what the binary says that it is made of:
// go test ./e2e -run Licence -update writes it anew.
func TestEveryLicenceOfWhatIsLinkedIsKnownAndListed(t *testing.T) {
	t.Parallel()
	info, err := buildinfo.ReadFile(harness.K6())
	if err != nil {
		t.Fatal(err)
	}
	cache, err := exec.CommandContext(t.Context(), "go", "env", "GOMODCACHE").Output()
	if err != nil {
		t.Fatal(err)
	}
	var table strings.Builder
	table.WriteString("# Licences\n\nWhat is linked into `bin/k6`, and under which licence. Written by `cd tests && go test ./e2e -run Licence -update`, and held to the\n" +
		"binary by the same test. What that means for who distributes it: [security.md](security.md).\n\n| module | licence |\n|---|---|\n")
	for _, module := range info.Deps {
		folder, err := licences.Folder(strings.TrimSpace(string(cache)), module.Path, module.Version)
		if err != nil {
			t.Fatal(err)
		}
		if module.Replace != nil { // ours
			folder = filepath.Join(harness.Root(), filepath.Base(module.Path))
		}
		found, err := licences.Of(module.Path, folder)
		if err != nil {
			t.Error(err)
		}
		for _, licence := range found.IDs {
			if !slices.Contains(allowed, licence) || licence == "AGPL-3.0" && !agpl(module.Path) {
				t.Errorf("%s is under %s: look whether it may be linked, and say so here", module.Path, licence)
			}
		}
		fmt.Fprintf(&table, "| %s | %s |\n", module.Path, strings.Join(found.IDs, ", "))
	}
	file := filepath.Join(harness.Root(), "docs", "licences.md")
	if *update {
		if err := os.WriteFile(file, []byte(table.String()), 0o644); err != nil { //nolint:gosec // a document
			t.Fatal(err)
		}
	}
	kept, err := os.ReadFile(file)
	if err != nil || string(kept) != table.String() {
		t.Errorf("docs/licences.md is not of this binary: cd tests && go test ./e2e -run Licence -update (%v)", err)
	}
}
