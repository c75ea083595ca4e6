package main

import (
	"fmt"
	"strings"

	"github.com/featherweight/xk6-featherweight/internal/slo"
)

// rule is a recording rule.
type rule struct{ comment, record, expr, labels string }

func (r rule) String() string {
	var text strings.Builder
	if r.comment != "" {
		for line := range strings.SplitSeq(r.comment, "\n") {
			fmt.Fprintf(&text, "      # %s\n", line)
		}
	}
	fmt.Fprintf(&text, "      - record: %s\n        expr: >-\n", r.record)
	for line := range strings.SplitSeq(r.expr, "\n") {
		fmt.Fprintf(&text, "          %s\n", line)
	}
	if r.labels != "" {
		fmt.Fprintf(&text, "        labels: {%s}\n", r.labels)
	}
	return text.String()
}

// verdictRules are how each objective of the running test stands, and what they come to.
func verdictRules() []rule {
	rules := limitRules()
	rules = append(rules, rule{
		comment: "How many of the load generator's times were provably more wrong than the limit: of a phase whose median is, half of them.",
		record:  "k6:generator_wrong:least", expr: lateExpr(),
	}, rule{
		comment: "What k6 itself says of an objective (slo_outcome) as of now: 1 met, 0 missed, -1 undecided. Where several runners make one\n" +
			"test, none of them has seen it all.",
		record: "k6:slo_outcome:now",
		expr: "max by (testid, instance, slo) (k6_slo_outcome and topk by (testid, instance, slo) (1, timestamp(k6_slo_outcome)))\n" +
			"and on (testid, instance) k6:live\n" +
			"unless on (testid) count by (testid) (k6:live) > 1",
	})
	rules = append(rules, valueRules()...)
	return append(rules, metRule(), rule{
		comment: "0 PASS, 1 FAIL, 2 INVALID, 3 too early to say; none for a test without objectives. In the order in which the summary\n" +
			"decides: nothing that a generator says that is late or has no ports, files or memory left is held against the server, and\n" +
			"what is missed stays missed.",
		record: "slo:verdict",
		expr: "(min by (testid) (slo:met{kind=\"generator\"}) == 0) + 2\n" +
			"or (min by (testid) (slo:met{kind=\"objective\"}) == 0) + 1\n" +
			"or count by (testid) (slo:limit unless on (testid, slo) slo:met) * 0 + 3\n" +
			"or (min by (testid) (slo:met{kind=\"precondition\"}) == 0) + 2\n" +
			"or max by (testid) (slo:limit) * 0",
	})
}

// limitRules are the limits in force, by kind.
func limitRules() []rule {
	comment := "The limits in force, as the test itself says them; times in seconds. Everything compares with these."
	times := names(func(o objective) bool { return o.ms })
	others := fmt.Sprintf("slo!~%q", names(func(o objective) bool { return o.kind != string(slo.Objective) }))
	var rules []rule
	for _, kind := range []string{string(slo.Objective), string(slo.Precondition), kindGenerator} {
		matcher := others // what is not known here is an objective
		if kind != string(slo.Objective) {
			matcher = fmt.Sprintf("slo=~%q", names(func(o objective) bool { return o.kind == kind }))
		}
		rules = append(rules, rule{
			comment: comment, record: "slo:limit", labels: "kind: " + kind,
			expr: fmt.Sprintf("max by (testid, slo) (k6_slo_limit{%s, slo!~%q} or k6_slo_limit{%s, slo=~%q} / 1000)\nand on (testid) k6:live",
				matcher, times, matcher, times),
		})
		comment = ""
	}
	return rules
}

// lateExpr adds up shares: half of a phase's times are more wrong than the median, 10 % than the 90th percentile and so on.
func lateExpr() string {
	const count = "last_over_time(k6_generator_error_count[1d])"
	var shares []string
	for _, step := range []struct{ share, statistic string }{{"0.4", "med"}, {"0.05", "p90"}, {"0.04", "p95"}, {"0.01", "p99"}} {
		shares = append(shares, fmt.Sprintf("%s * (last_over_time(k6_generator_error_%s[1d]) > bool on (testid) group_left () slo:limit{slo=\"generator lag\"})",
			step.share, step.statistic))
	}
	return "sum by (testid) (" + count + " * (\n" + strings.Join(shares, "\n+ ") + "\n) and on (testid, instance) k6:live)\n" +
		"/ (sum by (testid) (" + count + " and on (testid, instance) k6:live) > 0)"
}

// valueRules are what is compared with the limits.
func valueRules() []rule {
	comment := "What the verdict compares with the limit, of the same stretch of the test. Of some, Prometheus knows only that it is between\n" +
		"its worst and its best."
	var rules []rule
	for _, o := range objectives() {
		v := o.value()
		r := rule{
			comment: comment, record: "slo:worst", expr: v.worst,
			labels: fmt.Sprintf("slo: %s, kind: %s, relation: %q", o.name, o.kind, string(o.relation)),
		}
		rules = append(rules, r)
		comment = ""
		if v.best != v.worst {
			r.comment, r.record, r.expr = "", "slo:best", v.best
			rules = append(rules, r)
		}
	}
	return append(rules, rule{
		record: "slo:best", expr: fmt.Sprintf("slo:worst{slo=~%q}", names(func(o objective) bool { v := o.value(); return v.best == v.worst })),
	})
}

// metRule compares: met when even the worst keeps the limit, missed when even the best does not.
func metRule() rule {
	var parts []string
	for _, relation := range []struct{ is, not slo.Relation }{
		{slo.Less, slo.AtLeast}, {slo.AtMost, slo.More}, {slo.More, slo.AtMost}, {slo.AtLeast, slo.Less},
	} {
		const match = "on (testid, slo) group_left () slo:limit"
		parts = append(parts, fmt.Sprintf("(slo:worst{relation=%q} %s %s) * 0 + 1\nor (slo:best{relation=%q} %s %s) * 0",
			relation.is, relation.is, match, relation.is, relation.not, match))
	}
	return rule{
		comment: "How each objective stands so far: 1 met, 0 missed, no series while nothing can be said. What k6 says itself counts before\n" +
			"what the series show.",
		record: "slo:met",
		expr: "max by (testid, slo, kind) (\n" + strings.Join(parts, "\nor ") + "\n)\n" +
			"unless on (testid, slo) k6:slo_outcome:now\n" +
			"or slo:limit * 0 + on (testid, slo) group_left ()\n" +
			"max by (testid, slo) (k6:slo_outcome:now >= 0)",
	}
}

// The group of the verdict stands in monitoring/recording-rules.yml between these lines.
const (
	begin = "  # Written by make generate from the objectives (xk6-featherweight/internal/slo): change them there.\n"
	end   = "  # Up to here.\n"
)

// withVerdict is the text of monitoring/recording-rules.yml with the rules of the verdict as they should be.
func withVerdict(text string) (string, error) {
	before, rest, found := strings.Cut(text, begin)
	_, after, closed := strings.Cut(rest, end)
	if !found || !closed {
		return "", fmt.Errorf("monitoring/recording-rules.yml has lost the lines between which its verdict is written:\n%s%s", begin, end)
	}
	var group strings.Builder
	group.WriteString("  - name: load-test-verdict\n    interval: 5s\n    rules:\n")
	for _, r := range verdictRules() {
		group.WriteString(r.String())
	}
	return before + begin + group.String() + end + after, nil
}
