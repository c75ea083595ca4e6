package monitoring

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/featherweight/tests/harness"
)

// file is a file of the repository.
func file(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(harness.Root(), name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// alerts are the texts of the alerting rules by name.
func alerts(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, part := range strings.Split(file(t, "alerting-rules.yml"), "- alert: ")[1:] {
		name, rest, _ := strings.Cut(part, "\n")
		out[name] = rest
	}
	return out
}

// TestAlerts: whoever is woken by an alert finds what it means, and every alert is known to fire and to keep quiet.
func TestAlerts(t *testing.T) {
	t.Parallel()
	runbook, cases := file(t, "docs/runbook.md"), ""
	files, err := filepath.Glob(filepath.Join(harness.Root(), "tests", "promtool", "*.test.yml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no promtool tests: %v", err)
	}
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		cases += string(text)
	}
	all := alerts(t)
	for name, text := range all {
		url := "/docs/runbook.md#" + strings.ToLower(name) + "\n"
		for what, ok := range map[string]bool{
			"a severity and a scope":       regexp.MustCompile(`labels: \{severity: (critical|warning), scope: (load-test|service)\}`).MatchString(text),
			"a summary":                    strings.Contains(text, "summary: "),
			"a description with its value": regexp.MustCompile(`description: .*\{\{ \$value`).MatchString(text),
			"a runbook_url ending in " + strings.TrimSpace(url):  strings.Contains(text, url),
			"a section in docs/runbook.md":                       strings.Contains(runbook, "\n### "+name+"\n"),
			"a promtool case \"" + name + " fires ...\"":         strings.Contains(cases, "- name: "+name+" fires "),
			"a promtool case \"" + name + " does not fire ...\"": strings.Contains(cases, "- name: "+name+" does not fire "),
		} {
			if !ok {
				t.Errorf("the alert %s has not: %s", name, what)
			}
		}
	}
	for _, section := range regexp.MustCompile(`(?m)^### (.*)$`).FindAllStringSubmatch(runbook, -1) {
		if all[section[1]] == "" {
			t.Errorf("docs/runbook.md has a section %s, but there is no such alert", section[1])
		}
	}
}

// TestLimits: without a test the service is held to the defaults of the variables. All other limits are those that a test
// says itself; tests/promtool judges the same series by several.
func TestLimits(t *testing.T) {
	t.Parallel()
	promtool := filepath.Join(harness.Root(), "bin", "tools", "promtool")
	if _, err := os.Stat(promtool); err != nil {
		t.Skip("make bin/tools/promtool builds it: ", err)
	}
	cases := "rule_files: [" + filepath.Join(harness.Root(), "monitoring", "recording-rules.yml") + "]\nevaluation_interval: 5s\ntests:\n  - interval: 5s\n    promql_expr_test:\n"
	for variable, objective := range map[string]string{
		"ERROR_RATE_THRESHOLD": "error rate", "HZ_AVERAGE_THRESHOLD": "loop frequency", "HZ_AVERAGE_MAXIMUM": "loop frequency maximum",
	} {
		found := regexp.MustCompile(`(?m)^` + variable + `=(\S+)`).FindStringSubmatch(file(t, ".env.test.example"))
		if found == nil {
			t.Fatalf(".env.test.example does not say %s", variable)
		}
		cases += fmt.Sprintf("      - {expr: 'service:limit{slo=%q}', eval_time: 1m, exp_samples: [{labels: 'service:limit{slo=%q}', value: %s}]}\n",
			objective, objective, found[1])
	}
	name := filepath.Join(t.TempDir(), "limits.test.yml")
	if err := os.WriteFile(name, []byte(cases), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.CommandContext(t.Context(), promtool, "test", "rules", name).CombinedOutput(); err != nil {
		t.Errorf("monitoring/recording-rules.yml holds the service to other limits than .env.test.example: %v\n%s", err, out)
	}
}

// TestVariables: what .env.test.example offers arrives in a container.
func TestVariables(t *testing.T) {
	t.Parallel()
	compose := file(t, "docker-compose.yml")
	elsewhere := regexp.MustCompile(`^(RUNNER|SSH_.*|SAVE_TEST_RESULTS|TEST_RESULTS_DIR|ROLLBACK_.*|SUMMARY_FILE|JUNIT_FILE|REPORT_FILE|HTML_FILE|SERIES_FILE)$`)
	for _, match := range regexp.MustCompile(`(?m)^([A-Z0-9_]+)=`).FindAllStringSubmatch(file(t, ".env.test.example"), -1) {
		name := match[1]
		if !elsewhere.MatchString(name) && !regexp.MustCompile(`\b`+name+`\b`).MatchString(compose) {
			t.Errorf("docker-compose.yml does not hand %s to the containers", name)
		}
	}
}

// TestStatistics: rules and dashboard read statistics that k6 sends only when told to, in a container and without.
func TestStatistics(t *testing.T) {
	t.Parallel()
	const wanted = "avg,min,med,max,p(90),p(95),p(99),sum,count"
	for _, name := range []string{"Dockerfile", "xk6-featherweight/command/push.go"} {
		if !strings.Contains(file(t, name), wanted) {
			t.Errorf("%s does not tell k6 to send %s", name, wanted)
		}
	}
}

// TestProfiles: the specification's services and profiles, the size of the comprehensive test, and nothing but this machine may
// reach a port.
func TestProfiles(t *testing.T) {
	t.Parallel()
	compose := file(t, "docker-compose.yml")
	services := map[string]string{}
	for _, part := range regexp.MustCompile(`(?m)^  ([a-z0-9-]+):\n((?:    .*\n|\n)+)`).FindAllStringSubmatch(compose, -1) {
		services[part[1]] = part[2]
	}
	for service, lines := range map[string][]string{
		"k6-websocket-streaming": {"profiles: [load-test]", "TEST_TYPE: websocket-streaming"},
		"k6-health-check":        {"profiles: [health]", "TEST_TYPE: health"},
		"k6-comprehensive": {
			"profiles: [comprehensive]", "VUS: ${VUS:-500}", "TEST_CONCURRENT_SESSIONS: ${TEST_CONCURRENT_SESSIONS:-500}", "DURATION: ${DURATION:-3m}",
		},
		"target":       {"profiles: [demo]", "healthcheck:"},
		"k6-demo":      {"profiles: [demo]", "condition: service_healthy"},
		"prometheus":   {"profiles: [monitoring]", "healthcheck:", `ports: ["127.0.0.1:9090:9090"]`},
		"alertmanager": {"profiles: [monitoring]", "healthcheck:", `ports: ["127.0.0.1:9093:9093"]`},
		"grafana":      {"profiles: [monitoring]", "healthcheck:", `ports: ["127.0.0.1:3001:3000"]`, "condition: service_healthy", "grafana-storage:"},
	} {
		for _, line := range lines {
			if !strings.Contains(services[service], line) {
				t.Errorf("docker-compose.yml: the service %s has not: %s", service, line)
			}
		}
	}
	if !strings.Contains(file(t, ".env"), "\nCOMPOSE_PROJECT_NAME=k6-tests\n") {
		t.Error(".env does not name the project k6-tests")
	}
}

// TestOtherMachines: podman asks which registry is meant, and without a terminal it fails; a proxy that the engine gives to
// every container is not asked for the container itself and its neighbours; and a checkout with umask 077 does not make an
// image whose user cannot read it: what is ours comes from the stage in which everybody may read it.
func TestOtherMachines(t *testing.T) {
	t.Parallel()
	compose, image := file(t, "docker-compose.yml"), file(t, "Dockerfile")
	named := regexp.MustCompile(`(?m)^(?: +image: |ARG [A-Z]+_IMAGE=)(\S+)$`).FindAllStringSubmatch(compose+image, -1)
	if len(named) < 6 {
		t.Errorf("only %d images are named: %v", len(named), named)
	}
	for _, one := range named {
		if host, _, _ := strings.Cut(one[1], "/"); !strings.Contains(host, ".") && one[1] != "fw-k6:latest" {
			t.Errorf("%s has no registry in its name", one[1])
		}
	}
	looks := regexp.MustCompile(`test: \["CMD", "\S*wget", (.*)\]`).FindAllStringSubmatch(compose, -1)
	if len(looks) != 4 {
		t.Errorf("%d health checks with wget", len(looks))
	}
	for _, look := range looks {
		if !strings.HasPrefix(look[1], `"-Y", "off", `) {
			t.Errorf("a health check goes through the proxy: %s", look[1])
		}
	}
	if !strings.Contains(compose, "      NO_PROXY: prometheus,alertmanager") {
		t.Error("Grafana asks Prometheus through the proxy")
	}
	_, last, _ := strings.Cut(image, "FROM ${BASE_IMAGE}")
	copies := regexp.MustCompile(`(?m)^(?:COPY|ADD) (.*)$`).FindAllStringSubmatch(last, -1)
	if len(copies) == 0 {
		t.Error("the last stage of the Dockerfile takes nothing: it is written otherwise by now")
	}
	for _, one := range copies {
		if one[1] != "--from=build /out/ /" {
			t.Errorf("the image takes a file with the permissions of the checkout: COPY %s", one[1])
		}
	}
	if !strings.Contains(image, "chmod -R a+rX /out") {
		t.Error("not everybody may read what the image holds")
	}
}

// TestProxyOfBusybox is what the health checks rely on.
func TestProxyOfBusybox(t *testing.T) {
	t.Parallel()
	busybox, err := exec.LookPath("busybox")
	if err != nil {
		harness.LeaveOut(t, "wget of busybox", "busybox is not installed")
	}
	server := httptest.NewServer(http.NotFoundHandler())
	defer server.Close()
	healthy := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer healthy.Close()
	for look, want := range map[string]bool{"-Y off": true, "": false} {
		cmd := exec.CommandContext(t.Context(), busybox, append(append([]string{"wget"}, strings.Fields(look)...), "-q", "-O", "/dev/null", healthy.URL)...)
		cmd.Env = append(os.Environ(), "http_proxy="+server.URL)
		if err := cmd.Run(); (err == nil) != want {
			t.Errorf("wget %s behind a proxy that finds nothing: %v", look, err)
		}
	}
}

// TestMounts: of the repository the containers see folders, read only, with the label that SELinux wants, and of its top,
// where .env.test with its secrets is, two files and no more.
func TestMounts(t *testing.T) {
	t.Parallel()
	mounts := map[string]string{}
	for _, found := range regexp.MustCompile(`(?m)^ +- \./(\S*):/\S+:(\S+)$`).FindAllStringSubmatch(file(t, "docker-compose.yml"), -1) {
		mounts[found[1]] = found[2]
	}
	for _, name := range []string{"monitoring", "grafana-provisioning", "dashboards", "prometheus.yml", "alerting-rules.yml"} {
		if mounts[name] != "ro,z" {
			t.Errorf("%s is mounted with %q, want ro,z", name, mounts[name])
		}
		delete(mounts, name)
	}
	if len(mounts) > 0 {
		t.Errorf("more is mounted: %v", mounts)
	}
	boards, err := filepath.Glob(filepath.Join(harness.Root(), "dashboards", "*"))
	if err != nil || len(boards) != 1 {
		t.Errorf("Grafana takes everything in dashboards/ for a dashboard of its own: %v %v", boards, err)
	}
}
