//go:build stack

package monitoring

import (
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// query is an expression of the dashboard or the rules, and where it stands.
type query struct {
	where, expr string
	instant     bool
	oneOf       string // of all queries with this name one finds something; empty: it does so itself
}

type panel struct {
	ID      int
	Type    string
	Title   string
	Targets []struct {
		RefID, Expr string
		Instant     bool
	}
	Panels []panel
}

type dashboard struct {
	UID, Title  string
	Panels      []panel
	Annotations struct {
		List []struct{ Name, Expr string }
	}
}

// dashboardQueries lists what a dashboard asks, with Grafana's variables filled in.
func dashboardQueries(tb testing.TB, text, testid string, window time.Duration) []query {
	tb.Helper()
	var board dashboard
	if err := json.Unmarshal([]byte(text), &board); err != nil {
		tb.Fatal(err)
	}
	fill := strings.NewReplacer("$testid", testid, "$__rate_interval", "20s", "$__interval", "5s",
		"$__range", fmt.Sprintf("%ds", int(window.Seconds())))
	var out []query
	var walk func(panels []panel)
	walk = func(panels []panel) {
		for _, p := range panels {
			for _, t := range p.Targets {
				q := query{where: fmt.Sprintf("panel %d %q, query %s", p.ID, p.Title, t.RefID), expr: fill.Replace(t.Expr), instant: t.Instant}
				if p.Type == "stat" && len(p.Targets) > 1 && t.RefID < "D" { // the value, when its objective is met, missed or open
					q.oneOf = fmt.Sprintf("panel %d", p.ID)
				}
				out = append(out, q)
			}
			walk(p.Panels)
		}
	}
	walk(board.Panels)
	for _, a := range board.Annotations.List {
		out = append(out, query{where: "annotation " + a.Name, expr: fill.Replace(a.Expr)})
	}
	return out
}

// rule is one of the rules that a Prometheus has loaded.
type rule struct {
	Name, Query, Type, Health, LastError string
	Annotations, Labels                  map[string]string
}

func (p prometheus) rules(tb testing.TB) []rule {
	tb.Helper()
	var data struct{ Groups []struct{ Rules []rule } }
	if err := p.get("rules", url.Values{}, &data); err != nil {
		tb.Fatal(err)
	}
	var out []rule
	for _, g := range data.Groups {
		out = append(out, g.Rules...)
	}
	return out
}

func ruleQueries(rules []rule) []query {
	var out []query
	for _, r := range rules {
		out = append(out, query{where: r.Type + " rule " + r.Name, expr: r.Query, instant: true})
	}
	return out
}

// selector is a selector of series within an expression, such as up{job="a"}.
type selector struct{ name, text string }

// selectors finds them in the syntax tree that Prometheus makes of an expression.
func (p prometheus) selectors(expr string) ([]selector, error) {
	var tree any
	if err := p.get("parse_query", url.Values{"query": {expr}}, &tree); err != nil {
		return nil, err
	}
	var out []selector
	var walk func(node any)
	walk = func(node any) {
		switch n := node.(type) {
		case []any:
			for _, child := range n {
				walk(child)
			}
		case map[string]any:
			if kind := n["type"]; kind == "vectorSelector" || kind == "matrixSelector" {
				out = append(out, toSelector(n))
			}
			for _, child := range n {
				walk(child)
			}
		}
	}
	walk(tree)
	return out, nil
}

func toSelector(node map[string]any) selector {
	name, _ := node["name"].(string)
	list, _ := node["matchers"].([]any)
	var matchers []string
	for _, m := range list {
		m, _ := m.(map[string]any)
		matchers = append(matchers, fmt.Sprintf("%v%v%q", m["name"], m["type"], m["value"]))
	}
	slices.Sort(matchers)
	return selector{name, "{" + strings.Join(matchers, ", ") + "}"}
}

// slow are recorded series that need more time than a test has: there must be a rule for them.
var slow = regexp.MustCompile(`^(budget:bad_ratio:(30m|.*[hd])|loop:hz:5m)$`)

// unprovoked are series of what these tests do not do: a machine without ports, files or memory, or that slept, several
// processes behind one address, exceptions and lost connections of a script, the flows of the general API, and what k6 says
// only at the end or of the open model. Their rules have cases in tests/promtool.
var unprovoked = regexp.MustCompile(`reason="generator"|"k6_(generator_failures|generator_suspended|loop_replicas|loop_leaps|script_exceptions|ws_connection_errors)_total"|` +
	`"k6_(health|login|conversations)_|flow="(health|login|conversations)"|"k6_chat_(silence|arrivals_missed_rate)"`)

// noData lists what is wrong with queries: those of whose selectors one finds nothing, which a sum or an "or" could
// hide, and with whole also those that return nothing.
func (p prometheus) noData(tb testing.TB, since time.Time, queries []query, whole bool) []string {
	tb.Helper()
	recorded := map[string]bool{}
	for _, r := range p.rules(tb) {
		recorded[r.Name] = true
	}
	window := fmt.Sprintf("[%ds]", int(time.Since(since).Seconds())+1)
	found := map[string]bool{}
	alternatives := map[string][]string{} // what is wrong with all of them; nil when one finds something
	var out []string
	for _, q := range queries {
		parts, err := p.selectors(q.expr)
		if err != nil {
			out = append(out, fmt.Sprintf("%s: %v", q.where, err))
			continue
		}
		for _, s := range parts {
			ok, known := found[s.text]
			if !known {
				got, err := p.now("count(last_over_time(" + s.text + window + "))")
				ok = err == nil && len(got) > 0
				found[s.text] = ok
			}
			if !ok && !unprovoked.MatchString(s.text) && (!slow.MatchString(s.name) || !recorded[s.name]) {
				out = append(out, fmt.Sprintf("%s: nothing emits %s, in %s", q.where, s.text, q.expr))
			}
		}
		if !whole {
			continue
		}
		ask := func() ([]sample, error) { return p.since(since, q.expr) }
		if q.instant {
			ask = func() ([]sample, error) { return p.now(q.expr) }
		}
		got, err := ask()
		problem := fmt.Sprintf("%s: no data (%v): %s", q.where, err, q.expr)
		before, known := alternatives[q.oneOf]
		switch nothing := err != nil || len(got) == 0; {
		case q.oneOf == "" && nothing:
			out = append(out, problem)
		case q.oneOf != "" && !nothing:
			alternatives[q.oneOf] = nil
		case q.oneOf != "" && (!known || before != nil):
			alternatives[q.oneOf] = append(before, problem)
		}
	}
	for _, problems := range alternatives {
		out = append(out, problems...)
	}
	return out
}
