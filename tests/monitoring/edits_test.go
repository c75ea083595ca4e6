//go:build stack

package monitoring

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// testEdits: what an editor saves, which puts a new file into the place of the old, is what Prometheus works with: in a
// folder after a reload, at the top of the repository after a restart.
func testEdits(t *testing.T) {
	tree := t.TempDir()
	copyTree(t, tree)
	compose := []string{"docker", "compose", "--project-directory", tree, "-f", filepath.Join(tree, "docker-compose.yml"), "--profile", "monitoring"}
	run := func(words ...string) {
		t.Helper()
		if out, code := command(t, nil, slices.Concat(compose, words)...); code != 0 {
			t.Fatalf("%v: exit code %d\n%s", words, code, out)
		}
	}
	run("up", "-d", "--wait", "prometheus")
	p := prometheus{url: "http://localhost:9090"}
	saved := func(name, group string) {
		path := filepath.Join(tree, name)
		writeFile(t, path+".new", readFile(t, name)+group)
		if err := os.Rename(path+".new", path); err != nil {
			t.Fatal(err)
		}
	}
	has := func(name string) {
		t.Helper()
		eventually(t, "Prometheus has "+name, func() string {
			if missing := answers(p.url + "/-/ready"); missing != "" {
				return missing
			}
			if !slices.ContainsFunc(p.rules(t), func(r rule) bool { return r.Name == name }) {
				return "it has not"
			}
			return ""
		})
	}

	saved("monitoring/recording-rules.yml", "  - {name: edited, rules: [{record: edited:in_the_folder, expr: vector(1)}]}\n")
	run("kill", "-s", "HUP", "prometheus")
	has("edited:in_the_folder")

	saved("alerting-rules.yml", "  - {name: edited, rules: [{alert: EditedAtTheTop, expr: vector(1)}]}\n")
	run("restart", "prometheus")
	has("EditedAtTheTop")

	run("down")
	nothingLeft(t)
}
