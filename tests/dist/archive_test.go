package dist

import (
	"bytes"
	"crypto/sha256"
	"debug/buildinfo"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/featherweight/tests/harness"
)

func TestTheArchiveIsOfItsCommitAndNotOfThisMachine(t *testing.T) {
	t.Parallel()
	committed, err := exec.CommandContext(t.Context(), "git", "-C", harness.Root(), "log", "-1", "--format=%ct").Output()
	if err != nil {
		t.Fatal(err)
	}
	seconds, err := strconv.ParseInt(strings.TrimSpace(string(committed)), 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	executable := []string{"bin/k6", "run-slo-testing.sh", "recovery.sh", "validate-slo-setup.sh", "test-setup.sh", "monitoring/prometheus.sh", "monitoring/alertmanager.sh"}
	for name, one := range entries(t) {
		want := int64(0o644)
		if slices.Contains(executable, name) {
			want = 0o755
		}
		if !one.ModTime.Equal(time.Unix(seconds, 0)) || one.Uid != 0 || one.Uname != "" || one.Mode != want {
			t.Errorf("%s: time %s, owner %d %q, mode %o: not that of the commit, nobody's, and %o", name, one.ModTime, one.Uid, one.Uname, one.Mode, want)
		}
		if root := harness.Root(); bytes.Contains(one.text, []byte(path.Clean(root)+"/")) {
			t.Errorf("%s says where it was built: %s", name, root)
		}
		if strings.Contains(name, "node_modules") || strings.HasSuffix(name, "_test.go") || name == ".env.test" {
			t.Errorf("%s is given away", name)
		}
	}
}

func TestTheDocumentsOfTheArchiveLeadNowhereThatIsNotThere(t *testing.T) {
	t.Parallel()
	// What builds and proves the suite is named, and is where the sources are.
	elsewhere := []string{"CONTRIBUTING.md"}
	link := regexp.MustCompile(`\]\(([^)#:]+)(#[^)]*)?\)`)
	all := entries(t)
	for name, one := range all {
		if !strings.HasSuffix(name, ".md") {
			continue
		}
		for _, found := range link.FindAllStringSubmatch(string(one.text), -1) {
			to := strings.TrimSuffix(path.Join(path.Dir(name), found[1]), "/")
			below := func(file string) bool { return file == to || strings.HasPrefix(file, to+"/") }
			if !slices.Contains(elsewhere, to) && !slices.ContainsFunc(slices.Collect(maps.Keys(all)), below) {
				t.Errorf("%s leads to %s, which is not in the archive", name, to)
			}
		}
	}
}

func TestChecksumsAreThoseOfTheFiles(t *testing.T) {
	t.Parallel()
	sums, err := os.ReadFile(filepath.Join(made.dir, "SHA256SUMS"))
	if err != nil {
		t.Fatal(err)
	}
	var want strings.Builder
	for _, end := range []string{".cdx.json", ".tar.gz"} {
		text, err := os.ReadFile(filepath.Join(made.dir, made.name+end))
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&want, "%x  %s\n", sha256.Sum256(text), made.name+end)
	}
	if string(sums) != want.String() {
		t.Errorf("SHA256SUMS is\n%s, and the files have\n%s", sums, want.String())
	}
}

// bom is what is looked at of a CycloneDX file.
type bom struct {
	Metadata struct {
		Component struct {
			Version string
			Hashes  []struct{ Content string }
		}
	}
	Components []struct {
		Name, Version string
		Licenses      []struct{ License struct{ ID string } }
	}
}

func TestPartsAndLicencesAreThoseOfTheBinary(t *testing.T) {
	t.Parallel()
	all := entries(t)
	info, err := buildinfo.Read(bytes.NewReader(all["bin/k6"].text))
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"std " + strings.TrimPrefix(info.GoVersion, "go")}
	for _, dep := range info.Deps {
		want = append(want, dep.Path+" "+dep.Version)
		if strings.HasPrefix(dep.Path, "github.com/featherweight/") && (dep.Version != made.version || dep.Replace != nil) {
			t.Errorf("%s in the binary is %s %v, not %s", dep.Path, dep.Version, dep.Replace, made.version)
		}
	}
	var parts bom
	if err := json.Unmarshal(all["sbom.cdx.json"].text, &parts); err != nil {
		t.Fatal(err)
	}
	licences := string(all["licences.txt"].text)
	var got []string
	for _, one := range parts.Components {
		got = append(got, one.Name+" "+one.Version)
		ids := make([]string, 0, len(one.Licenses))
		for _, licence := range one.Licenses {
			ids = append(ids, licence.License.ID)
		}
		row := regexp.MustCompile(`(?m)^` + regexp.QuoteMeta(one.Name+" "+one.Version) + ` +` + regexp.QuoteMeta(strings.Join(ids, ", ")) + `$`)
		if len(ids) == 0 || !row.MatchString(licences) {
			t.Errorf("licences.txt has no line of %s %s with %v", one.Name, one.Version, ids)
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("the parts are\n%v, and the binary says\n%v", got, want)
	}
	component := parts.Metadata.Component
	if sum := fmt.Sprintf("%x", sha256.Sum256(all["bin/k6"].text)); component.Version != made.version || component.Hashes[0].Content != sum {
		t.Errorf("the parts are of %s %s, not of %s %s", component.Version, component.Hashes, made.version, sum)
	}
	for _, text := range []string{"GNU AFFERO GENERAL PUBLIC LICENSE", "Mozilla Public License", "Copyright 2009 The Go Authors", "go.k6.io/k6/v2: LICENSE.md"} {
		if !strings.Contains(licences, text) {
			t.Errorf("licences.txt has nothing of %q", text)
		}
	}
}

func TestTheListOfPartsIsWhatCycloneDXAsksFor(t *testing.T) {
	t.Parallel()
	folder, err := exec.CommandContext(t.Context(), "go", "list", "-C", filepath.Join(harness.Root(), "tools", "dist"), "-m", "-f", "{{.Dir}}",
		"github.com/CycloneDX/cyclonedx-go").Output()
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	for _, name := range []string{"bom-1.6.schema.json", "spdx.schema.json", "jsf-0.82.schema.json"} {
		at := filepath.Join(strings.TrimSpace(string(folder)), "schema", name)
		if strings.HasPrefix(name, "jsf-") {
			at = strings.Replace(at, ".schema.", ".schemax.", 1) // as the module calls it
		}
		schema, err := jsonschema.UnmarshalJSON(bytes.NewReader(read(t, at)))
		if err != nil {
			t.Fatal(err)
		}
		if err := compiler.AddResource("http://cyclonedx.org/schema/"+name, schema); err != nil {
			t.Fatal(err)
		}
	}
	schema, err := compiler.Compile("http://cyclonedx.org/schema/bom-1.6.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	text := read(t, filepath.Join(made.dir, made.name+".cdx.json"))
	parts, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	if err := schema.Validate(parts); err != nil {
		t.Errorf("%v", err)
	}
	if inside := entries(t)["sbom.cdx.json"].text; !bytes.Equal(inside, text) {
		t.Error("the list in the archive is another one than that beside it")
	}
}

func read(t *testing.T, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return text
}
