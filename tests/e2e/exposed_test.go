package e2e

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/featherweight/tests/harness"
)

func fileOf(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(harness.Root(), name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// What docs/security.md promises of who can reach what.
func TestEveryPortOfTheContainersIsThisMachinesOwn(t *testing.T) {
	t.Parallel()
	ports := regexp.MustCompile(`(?m)^ +ports: (.*)$`).FindAllStringSubmatch(fileOf(t, "docker-compose.yml"), -1)
	for _, port := range ports {
		if !regexp.MustCompile(`^\["127\.0\.0\.1:\d+:\d+"\]$`).MatchString(port[1]) {
			t.Errorf("%s can be reached from elsewhere", port[1])
		}
	}
	if len(ports) != 3 {
		t.Errorf("%d ports, and not those of Prometheus, Alertmanager and Grafana", len(ports))
	}
}

func TestActionsAreTakenByCommitAndImagesByVersion(t *testing.T) {
	t.Parallel()
	actions := regexp.MustCompile(`(?m)uses: (\S+)`).FindAllStringSubmatch(fileOf(t, ".github/workflows/ci.yml"), -1)
	for _, action := range actions {
		if !regexp.MustCompile(`@[0-9a-f]{40}$`).MatchString(action[1]) {
			t.Errorf("%s is a name that can be moved", action[1])
		}
	}
	text := fileOf(t, "docker-compose.yml") + fileOf(t, "Dockerfile")
	images := regexp.MustCompile(`(?m)^(?: +image:|ARG \w+_IMAGE=) ?(\S+)`).FindAllStringSubmatch(text, -1)
	for _, image := range images {
		if image[1] != "fw-k6:latest" && !regexp.MustCompile(`(:[\w.-]*\d[\w.-]*|:debug-nonroot|@sha256:[0-9a-f]{64})$`).MatchString(image[1]) {
			t.Errorf("%s has no version", image[1])
		}
	}
	if len(actions) < 3 || len(images) < 6 {
		t.Errorf("%d actions and %d images: they are written otherwise by now", len(actions), len(images))
	}
}

// TestNoSecretCanBeInALayerOfTheImage: what the engine is sent to build from is a list, and nothing that holds a secret is on it.
func TestNoSecretCanBeInALayerOfTheImage(t *testing.T) {
	t.Parallel()
	lines := strings.Split(strings.TrimSpace(fileOf(t, ".dockerignore")), "\n")
	lines = slices.DeleteFunc(lines, func(line string) bool { return strings.HasPrefix(line, "#") })
	if lines[0] != "*" {
		t.Fatal("not everything is left out first")
	}
	for _, name := range []string{".env.test", ".env", ".env.production", "test-results/latest/k6.log", "summary.json", ".git/config", "id_ed25519", "bin/k6", "scripts/.env.test", "monitoring/webhook-url"} {
		for _, line := range lines {
			pattern, again := strings.CutPrefix(line, "!")
			if again && (matches(t, pattern, name) || strings.HasPrefix(name, pattern+"/")) {
				t.Errorf("%s is sent to the engine by %q", name, line)
			}
		}
	}
	if !matches(t, "scripts/*.js", "scripts/load-test.js") {
		t.Error("the test matches nothing")
	}
}

func matches(t *testing.T, pattern, name string) bool {
	t.Helper()
	is, err := filepath.Match(pattern, name)
	if err != nil {
		t.Fatal(err)
	}
	return is
}
