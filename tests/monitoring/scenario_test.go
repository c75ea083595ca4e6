//go:build stack

package monitoring

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/featherweight/tests/harness"
)

// trouble follows a test from its first users through every kind of trouble that has a series of its own. look is
// called while an alert fires and all series are there.
func trouble(t *testing.T, p prometheus, hook *webhook, target *harness.Target, testid string, look func()) {
	t.Helper()
	p.wait(t, "all users are connected", `k6_ws_connected{phase="steady"} >= 200`)
	p.wait(t, "the loop is judged", `slo:met{slo="loop frequency"}`)
	p.wait(t, "files are uploaded", `http_requests_total{route="/api/upload"}`)
	firing := p.firing(t, testid)
	delete(firing, "LoadGeneratorLags") // that is for this machine to decide
	if len(firing) > 0 {
		t.Errorf("alerts fire in a healthy test: %v", firing)
	}

	target.Fault(map[string]any{"metrics_404": true, "http_500": "upload"})
	p.wait(t, "failed readings are counted", "k6_hz_scrape_failures_total")
	target.Fault(map[string]any{"http_500": "upload"})
	p.wait(t, "failed uploads are counted", `http_requests_total{route="/api/upload", code="500"}`)
	target.Fault(map[string]any{"loop_hz": 90, "drop": 0.03, "handshake_503": 0.1})

	alert := hook.wait(t, "LowLoopHz", "firing", testid)
	t.Log(alert.Annotations["description"])
	if !strings.HasPrefix(alert.Annotations["description"], testid+" measured ") || !strings.Contains(alert.Annotations["runbook_url"], "#lowloophz") {
		t.Errorf("the notification does not say what and where: %v", alert.Annotations)
	}
	target.Fault(map[string]any{"loop_restart": true})
	hook.wait(t, "LoopRestarted", "firing", testid)
	look()
	hook.wait(t, "LowLoopHz", "resolved", testid)
}

// pushes waits until metrics of the test come whose results are in that folder, and returns its id.
func (p prometheus) pushes(t *testing.T, results, kind string) (testid string) {
	t.Helper()
	eventually(t, "the run has a folder", func() string {
		dirs, err := filepath.Glob(filepath.Join(results, "20*-"+kind))
		if err != nil || len(dirs) != 1 {
			return fmt.Sprintf("%v in %s: %v", dirs, results, err)
		}
		testid = filepath.Base(dirs[0])
		return ""
	})
	expr := fmt.Sprintf("k6_vus{testid=%q}", testid)
	p.wait(t, "k6 pushes its metrics", expr)
	got, err := p.now(expr)
	if err != nil || len(got) != 1 || got[0].labels["instance"] == "" {
		t.Fatalf("k6_vus should be one series with an instance: %v %v", got, err)
	}
	return testid
}

// wait until an expression returns something.
func (p prometheus) wait(tb testing.TB, what, expr string) {
	tb.Helper()
	eventually(tb, what, func() string {
		if got, err := p.now(expr); err != nil || len(got) == 0 {
			return "nothing at " + expr
		}
		return ""
	})
}

// wait for a notification about that test.
func (w *webhook) wait(tb testing.TB, alert, status, testid string) notified {
	tb.Helper()
	var n notified
	eventually(tb, "the webhook hears that "+alert+" is "+status, func() (missing string) {
		n, missing = w.got(alert, status, testid)
		return missing
	})
	return n
}

// checkQueries: everything that the dashboard asks is there, and a name that is a letter short would be found.
func checkQueries(t *testing.T, p prometheus, since time.Time, testids ...string) {
	t.Helper()
	board := readFile(t, "dashboards/testing.json")
	queries := func(text string) []query {
		return dashboardQueries(t, text, strings.Join(testids, "|"), time.Since(since))
	}
	for _, problem := range p.noData(t, since, queries(board), true) {
		t.Error(problem)
	}
	misspelt := strings.Replace(board, "k6_chat_tokens_total", "k6_chat_token_total", 1)
	if found := p.noData(t, since, queries(misspelt), true); !only(found, "Tokens and turns", "k6_chat_token_total") {
		t.Errorf("a misspelt metric in the dashboard was not found, but %q", found)
	}
}

// checkRules: everything that the rules ask is there, and a label that no series has would be found.
func checkRules(t *testing.T, p prometheus, since time.Time) {
	t.Helper()
	rules := p.rules(t)
	for _, problem := range p.noData(t, since, ruleQueries(rules), false) {
		t.Error(problem)
	}
	for _, r := range rules {
		if r.Health != "ok" {
			t.Errorf("rule %s: %s %s", r.Name, r.Health, r.LastError)
		}
	}

	mislabelled := ruleQueries(rules)
	for i, q := range mislabelled {
		mislabelled[i].expr = strings.Replace(q.expr, `outcome="failed"`, `outcome="fail"`, 1)
	}
	if found := p.noData(t, since, mislabelled, false); !only(found, "budget:bad", "outcome=") {
		t.Errorf("a wrong label in a rule was not found, but %q", found)
	}
}

// only: there are problems, and each has both words.
func only(problems []string, words ...string) bool {
	for _, problem := range problems {
		for _, word := range words {
			if !strings.Contains(problem, word) {
				return false
			}
		}
	}
	return len(problems) > 0
}
