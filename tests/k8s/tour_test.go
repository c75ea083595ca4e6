package k8s

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	ofKubectl = regexp.MustCompile(`(?m)^kubectl .*$`)
	theFolder = regexp.MustCompile(`(?:^| )-k (\S+)`)
	theObject = regexp.MustCompile(` ([a-z]+)/([a-z0-9-]+)`)
)

// What the commands of a page name and kubectl would not find: a folder that cannot be built, an object that is none of it.
func notThere(t *testing.T, page string) (commands int, wrong []string) {
	t.Helper()
	var made []string
	for _, command := range ofKubectl.FindAllString(page, -1) {
		commands++
		for _, found := range theFolder.FindAllStringSubmatch(command, -1) {
			folder := filepath.Join(root, found[1])
			if _, err := os.Stat(filepath.Join(folder, "kustomization.yaml")); err != nil {
				wrong = append(wrong, found[1])
				continue
			}
			for kind, manifest := range built(t, folder) {
				name := regexp.MustCompile(`(?m)^  name: (\S+)$`).FindSubmatch(manifest)
				made = append(made, fmt.Sprintf("%s/%s", strings.ToLower(kind), name[1]))
			}
		}
		for _, found := range theObject.FindAllStringSubmatch(strings.ReplaceAll(command, " -k ", " --kustomize="), -1) {
			if object := found[1] + "/" + found[2]; !slices.Contains(made, object) {
				wrong = append(wrong, object)
			}
		}
	}
	return commands, wrong
}

// No cluster runs the commands of docs/tour.md in the tests: what they name is built, and is in it.
func TestWhatTheTourTellsKubectlIsThere(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile(root + "/docs/tour.md")
	if err != nil {
		t.Fatal(err)
	}
	if commands, wrong := notThere(t, string(page)); commands < 2 || len(wrong) > 0 { //nolint:mnd // one that starts it, one that asks
		t.Errorf("%d commands of kubectl name what is not there: %q", commands, wrong)
	}
	_, wrong := notThere(t, "kubectl replace --force -k deploy/k6-operator\nkubectl logs job/featherweight-verdict\nkubectl logs job/other\nkubectl apply -k deploy/none\n")
	if want := []string{"job/other", "deploy/none"}; !slices.Equal(wrong, want) {
		t.Errorf("of wrong commands, these are found: %q, not %q", wrong, want)
	}
}
