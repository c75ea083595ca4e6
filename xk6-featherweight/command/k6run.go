package command

import (
	"context"
	"fmt"
	"maps"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/featherweight/xk6-featherweight/internal/config"
	"github.com/featherweight/xk6-featherweight/internal/run"
	"github.com/featherweight/xk6-featherweight/internal/stack"
)

// webDashboard is the layout of k6's live page, below the suite.
const webDashboard = "scripts/k6-web-dashboard.json"

// environment is what a program that is started gets: this process's, with everything that somebody set.
func (d *door) environment(more ...string) []string {
	env := maps.Clone(d.env)
	env[config.EnvRead] = "true" // nobody reads .env.test again
	env["K6_AUTO_EXTENSION_RESOLUTION"] = "false"
	if env["K6_NO_USAGE_REPORT"] == "" {
		env["K6_NO_USAGE_REPORT"] = "true"
	}
	for _, s := range d.settings {
		if s.IsSet() {
			env[s.Name] = s.Value
		}
	}
	for _, line := range more {
		name, value, _ := strings.Cut(line, "=")
		env[name] = value
	}
	return pairs(env)
}

// pairs is an environment as programs get it.
func pairs(env map[string]string) []string {
	var all []string
	for _, name := range slices.Sorted(maps.Keys(env)) {
		all = append(all, name+"="+env[name])
	}
	return all
}

// k6Command is how k6 runs a script on this machine, and the environment that it gets beside that of the door.
func (j *job) k6Command(ctx context.Context) (command, env []string) {
	command = append([]string{j.k6}, j.runArguments(j.t, func() (words []string) {
		words, env = j.toPrometheus(ctx)
		return words
	})...)
	command = append(append(command, j.words.k6Arguments...), j.file)
	return command, append(env, j.resultsEnvironment()...)
}

// runArguments are the words of k6 run for a type of test, here and in the image. outputs are asked for where metrics go
// somewhere.
func (d *door) runArguments(t config.TestType, outputs func() []string) []string {
	words := append([]string{"run"}, logArguments(d.settings)...)
	if t.Load {
		words = append(words, outputs()...)
	} else {
		words = append(words, "--quiet")
	}
	if t.Script == "" {
		words = append(words, strings.Fields(d.value("CUSTOM_ARGS"))...)
	}
	return words
}

// logArguments is what makes k6 log from K6_LOG_LEVEL on. k6 has no such variable: --verbose is its debug level, and only its
// "file" log output can leave out the lower ones.
func logArguments(s config.Settings) []string {
	level := s.Value("K6_LOG_LEVEL")
	switch {
	case s.True("DEBUG_MODE"), level == "debug":
		return []string{"--verbose"}
	case level == "info", runtime.GOOS == "windows": // where standard error is no file
		return nil
	default:
		return []string{"--log-output=file=/dev/stderr,level=" + level}
	}
}

// toPrometheus makes k6 stream to the address that somebody named, or to the Prometheus of the stack, if it is there. Results
// never depend on it.
func (j *job) toPrometheus(ctx context.Context) (words, env []string) {
	push := map[string]string{}
	for _, s := range j.settings {
		push[s.Name] = s.Value
	}
	if j.settings.Get(pushURL).IsChanged() {
		words = j.pushing(ctx, push[pushURL])
	} else if url := j.address("PROMETHEUS_URL"); stack.Ready(ctx, url) {
		words, push[pushURL] = pushWords(), url+pushPath
		env = append(env, pushURL+"="+push[pushURL])
	}
	if words == nil {
		return nil, nil
	}
	env = append(env, pairs(j.pushAccess(push))...)
	return append(words, tags(j.folder.Name())...), append(env, pairs(j.pushForm(push))...)
}

// unlessSet is NAME=value, or nothing where somebody set it.
func (j *job) unlessSet(name, value string) []string {
	if j.settings.Get(name).IsSet() {
		return nil
	}
	return []string{name + "=" + value}
}

// resultsEnvironment tells k6 where the results go, and how its live page is.
func (j *job) resultsEnvironment() []string {
	var env []string
	for name, file := range j.files() {
		if file != "" {
			file = j.folder.File(file)
		}
		env = append(env, name+"="+file)
	}
	if !j.t.Load {
		return env
	}
	page := map[string]string{
		"K6_WEB_DASHBOARD":      "true",
		"K6_WEB_DASHBOARD_TAGS": "reason,type", // the layout draws failures by reason
		"K6_WEB_DASHBOARD_HOST": "127.0.0.1",   // k6's own default is every interface
		"K6_WEB_DASHBOARD_PORT": "5665",
	}
	if !portFree("127.0.0.1:5665") {
		page["K6_WEB_DASHBOARD_PORT"] = "0" // any free one
	}
	if j.t.Script == "" { // a script of somebody's own may have no other page
		page["K6_WEB_DASHBOARD_EXPORT"] = j.folder.File("k6-report.html")
	}
	if length, ok := config.ParseDuration(j.value("DURATION")); ok && length < shortTest {
		page["K6_WEB_DASHBOARD_PERIOD"] = "1s"
	}
	if layout := filepath.Join(j.root, webDashboard); exists(layout) {
		page["XK6_DASHBOARD_CONFIG"] = layout
	}
	for name, value := range page {
		env = append(env, j.unlessSet(name, value)...)
	}
	return env
}

// shortTest is a test whose live page needs finer steps than k6's 10 s.
const shortTest = 2 * time.Minute

// copies are the results that are also to be elsewhere. k6 itself writes into the folder alone, which is there and can be
// written.
func (j *job) copies() ([]run.Copy, error) {
	var all []run.Copy
	for name, file := range run.ResultFiles() {
		if s := j.settings.Get(name); !s.IsChanged() || s.Value == "" {
			continue
		}
		to, err := filepath.Abs(j.settings.Path(name, j.home))
		if err != nil {
			return nil, fmt.Errorf("%s=%s: %w", name, j.value(name), err)
		}
		all = append(all, run.Copy{File: file, To: to})
	}
	return all, nil
}

func exists(name string) bool {
	_, err := os.Stat(name)
	return err == nil
}

// portFree says that nobody listens at an address of this machine.
func portFree(address string) bool {
	listener, err := net.Listen("tcp", address) //nolint:noctx // it is closed at once
	if err != nil {
		return false
	}
	_ = listener.Close()
	return true
}
