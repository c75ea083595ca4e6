package monitoring

import (
	"fmt"
	"os"
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

// TestLimits: a limit stands in the defaults of the scripts, in the rules and in the dashboard; it must be the same.
func TestLimits(t *testing.T) {
	t.Parallel()
	example, recording, board := file(t, ".env.test.example"), file(t, "recording-rules.yml"), file(t, "dashboards/testing.json")
	all := alerts(t)
	for _, limit := range []struct {
		variable, value, alert, alertExpr, objective, objectiveExpr, panel, step string
	}{
		{"ERROR_RATE_THRESHOLD", "0.01", "HighErrorRate", "k6:error_ratio:run > 0.01", "error rate", "< bool 0.01", "Error rate", "0.01"},
		{"HZ_AVERAGE_THRESHOLD", "95", "LowLoopHz", "<= 95", "loop frequency", "> 95)", "Loop frequency, low bound", "95"},
		{"HZ_AVERAGE_MAXIMUM", "105", "HighLoopHz", ">= 105", "loop frequency maximum", "< 105)", "Loop frequency, low bound", "105"},
		{"WS_CONNECTION_TIME_P95", "5000", "SlowWebSocketConnections", ">= 5\n", "connection time", "< bool 5\n", "Connection time p95", "5"},
		{"MESSAGE_RESPONSE_TIME_P90", "10000", "SlowChatResponses", ">= 10\n", "response time", "< bool 10\n", "Response time p90", "10"},
		{"LOOP_LONGEST_GAP", "1000", "LoopStoodStill", "> 1 and", "longest standstill", "<= bool 1 and", "Longest standstill", "1.000001"},
		{"LOOP_RESTARTS", "0", "LoopRestarted", "> 0 and", "loop restarts", "<= bool 0 and", "Loop restarts", "1"},
		{"GENERATOR_LAG_P99", "100", "LoadGeneratorLags", "> 0.1\n", "generator lag", "<= bool 0.1\n", "Generator lag p99", "0.100001"},
		{"HZ_COVERAGE", "0.9", "", "", "loop coverage", ">= bool 0.9\n", "Loop coverage", "0.9"},
	} {
		if !strings.Contains(example, "\n"+limit.variable+"="+limit.value+"\n") {
			t.Errorf("%s is not %s by default any more: change the rules, the dashboard and this test", limit.variable, limit.value)
		}
		if limit.alert != "" && !strings.Contains(all[limit.alert], limit.alertExpr) {
			t.Errorf("the alert %s does not hold %q, the limit of %s", limit.alert, limit.alertExpr, limit.variable)
		}
		before, _, found := strings.Cut(recording, "labels: {slo: "+limit.objective+",")
		if i := strings.LastIndex(before, "- record:"); !found || !strings.Contains(before[i:], limit.objectiveExpr) {
			t.Errorf("recording-rules.yml: slo:met of %q does not hold %q, the limit of %s", limit.objective, limit.objectiveExpr, limit.variable)
		}
		_, after, found := strings.Cut(board, fmt.Sprintf("\"title\": %q,", limit.panel))
		if after, _, _ = strings.Cut(after, `"targets"`); !found || !regexp.MustCompile(`"value": `+regexp.QuoteMeta(limit.step)+`\s`).MatchString(after) {
			t.Errorf("dashboards/testing.json: the panel %q has no threshold at %s, the limit of %s", limit.panel, limit.step, limit.variable)
		}
	}
}

// TestVariables: what .env.test.example offers arrives in a container.
func TestVariables(t *testing.T) {
	t.Parallel()
	compose := file(t, "docker-compose.yml")
	elsewhere := regexp.MustCompile(`^(RUNNER|SSH_.*|SAVE_TEST_RESULTS|TEST_RESULTS_DIR|ROLLBACK_COMMAND|SUMMARY_FILE|JUNIT_FILE|REPORT_FILE)$`)
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
	for _, name := range []string{"Dockerfile", "shell/monitoring.sh"} {
		if !strings.Contains(file(t, name), wanted) {
			t.Errorf("%s does not tell k6 to send %s", name, wanted)
		}
	}
}

// TestProfiles: the seed's services and profiles, the size of the comprehensive test, and nothing but this machine may
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
