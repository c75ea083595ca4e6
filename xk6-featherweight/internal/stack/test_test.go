package stack_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featherweight/xk6-featherweight/internal/config"
	"github.com/featherweight/xk6-featherweight/internal/stack"
)

// theTest is the main test with these settings.
func theTest(t *testing.T, words ...string) stack.Test {
	t.Helper()
	settings, err := config.Resolve(config.Sources{CommandLine: words})
	require.NoError(t, err)
	return stack.Test{
		ID: "20260801T101500Z-x", Type: config.TestTypes()[0], Folder: "/results/x", Files: map[string]string{"JUNIT_FILE": "junit.xml"},
		Settings: settings, Arguments: []string{"--tag", "a=b c"},
	}
}

func TestATestInAContainerHasNamesOnItsCommandLineAndValuesInItsEnvironment(t *testing.T) {
	t.Parallel()
	e := &engine{}
	p, _ := e.project()
	require.NoError(t, p.Need(t.Context()))
	words, env := p.Command(theTest(t, "AUTH_HEADER=geheim", "VUS=5", "IDLE=10s", "SSH_HOST=there", "PROMETHEUS_URL=http://p", "K6_WEB_DASHBOARD=false"))
	assert.Equal(t, "docker compose --project-name k6-tests -f /suite/docker-compose.yml --project-directory /suite --profile load-test "+
		"run --rm -T --name k6-tests-20260801T101500Z-x-websocket-streaming "+
		fmt.Sprintf("--user %d:%d ", os.Getuid(), os.Getgid())+"-v /results/x:/results:z "+
		"-e AUTH_HEADER -e DURATION -e JUNIT_FILE -e K6_WEB_DASHBOARD -e TEST_CONCURRENT_SESSIONS -e TEST_ID -e VUS "+
		"k6-websocket-streaming --tag a=b c", strings.Join(words, " "))
	assert.Equal(t, []string{
		"AUTH_HEADER=geheim", "DURATION=5m", "JUNIT_FILE=/results/junit.xml", "K6_WEB_DASHBOARD=false", "TEST_CONCURRENT_SESSIONS=50",
		"TEST_ID=20260801T101500Z-x", "VUS=5",
	}, env)
	assert.Equal(t, "k6-tests-20260801T101500Z-x-websocket-streaming", p.Container(theTest(t)))
}

func TestInAnEngineWithoutRootTheUserIsCalledRoot(t *testing.T) {
	t.Parallel()
	for engineName, info := range map[string]string{
		"docker": " Security Options:\n  seccomp\n   Profile: builtin\n  rootless\n  cgroupns",
		"podman": "host:\n  security:\n    rootless: true\n    seccompEnabled: true",
	} {
		e := &engine{says: map[string]string{engineName + " info": info}}
		if engineName == "podman" {
			e.absent = []string{"docker"}
		}
		p, _ := e.project()
		require.NoError(t, p.Need(t.Context()))
		words, _ := p.Command(theTest(t))
		assert.Equal(t, "0:0", words[slices.Index(words, "--user")+1], engineName)
	}
}
