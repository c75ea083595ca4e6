package stack

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/featherweight/xk6-featherweight/internal/config"
)

// Test is a test that runs in a container of its own.
type Test struct {
	// ID of its run, which is also the tag of its metrics.
	ID   string
	Type config.TestType
	// Folder is where the container leaves its results, and Files their names in it by the variable that asks for them;
	// "" for one that is not wanted.
	Folder string
	Files  map[string]string
	// Settings in force. Only what is not the default is handed on, and nothing that is about this machine.
	Settings config.Settings
	// Arguments for k6.
	Arguments []string
}

// outside says that a variable means something else in a container, or nothing.
func outside(name string) bool {
	return config.StaysHere(name) ||
		slices.Contains([]string{"TEST_TYPE", "PROMETHEUS_URL", "GRAFANA_URL", "K6_WEB_DASHBOARD_EXPORT", "XK6_DASHBOARD_CONFIG"}, name)
}

// Container is the name of a test's container, so that signals can be sent to k6 itself: compose would end, and leave the
// test alone.
func (p *Project) Container(t Test) string {
	return fmt.Sprintf("%s-%s-%s", p.name, t.ID, strings.TrimPrefix(t.Type.Service, "k6-"))
}

// Command is how a test runs in a container as this user: words, and what is added to their environment, where alone the
// values are: no list of processes shows them, and who wants no results sets their variables there to nothing. Need comes
// before.
func (p *Project) Command(t Test) (words, env []string) {
	values := map[string]string{"TEST_ID": t.ID}
	for _, s := range t.Settings {
		if s.IsChanged() && !outside(s.Name) {
			values[s.Name] = s.Value
		}
	}
	// docker-compose.yml has other defaults for one of the tests than the configuration shows.
	for _, name := range []string{"VUS", "DURATION", "TEST_CONCURRENT_SESSIONS"} {
		values[name] = t.Settings.Value(name)
	}
	words = p.composed(t.Type.Profile, "run", "--rm", "-T", "--name", p.Container(t))
	if user := p.user(); user != "" {
		words = append(words, "--user", user)
	}
	words = append(words, "-v", t.Folder+":/results:z") // z: SELinux lets containers in
	for name, file := range t.Files {
		if file != "" {
			file = "/results/" + file
		}
		values[name] = file
	}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		words = append(words, "-e", name)
		env = append(env, name+"="+values[name])
	}
	return append(append(words, t.Type.Service), t.Arguments...), env
}

// user is who the container runs as, so that the results belong to whoever asked for them. In the container of an engine
// without root, that is called root.
func (p *Project) user() string {
	switch uid := os.Getuid(); {
	case uid < 0: // Windows has no such numbers
		return ""
	case p.rootless:
		return "0:0"
	default:
		return fmt.Sprintf("%d:%d", uid, os.Getgid())
	}
}
