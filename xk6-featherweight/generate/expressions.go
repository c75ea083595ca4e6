package main

import (
	"fmt"
	"strings"
)

// selector is a k6 metric with its tags, such as "loop_hz{phase:steady}", as Prometheus has it. Each kind of metric has a
// suffix of its own there.
func selector(metric, suffix string) string {
	name, tags, tagged := strings.Cut(strings.TrimSuffix(metric, "}"), "{")
	name = "k6_" + name + suffix
	if !tagged {
		return name
	}
	var matchers []string
	for tag := range strings.SplitSeq(tags, ",") {
		key, value, _ := strings.Cut(tag, ":")
		matchers = append(matchers, fmt.Sprintf("%s=%q", key, value))
	}
	return name + "{" + strings.Join(matchers, ", ") + "}"
}

// suffix of a Trend's statistic: "p(95)" is "_p95".
func suffix(statistic string) string {
	return "_" + strings.NewReplacer("(", "", ")", "").Replace(statistic)
}

// lasting is a series also when its phase is over, as long as its test lives.
func lasting(series string) string {
	return "last_over_time(" + series + "[1d]) and on (testid, instance) k6:live"
}

// latest is the value that was written last, of a gauge that has a series for each phase.
func latest(series string) string {
	return series + " and topk by (testid, instance) (1, timestamp(" + series + "))"
}

// over aggregates all series of a test.
func over(aggregation, series string) string {
	return aggregation + " by (testid) (" + series + ")"
}

// orNone is 0 where there is nothing, as long as the test lives: k6 sends no metric that has no sample.
func orNone(expression string) string {
	return expression + " or on (testid) max by (testid) (k6:live) * 0"
}

// value is what the verdict compares with the limit. Where the series of Prometheus do not tell it, it is known to be
// somewhere between its worst and its best.
type value struct{ worst, best string }

func exactly(expression string) value { return value{expression, expression} }

// value of an objective, in Prometheus's units.
func (o objective) value() value {
	worst, best := "max", "min" // where less is better
	if strings.HasPrefix(string(o.relation), ">") {
		worst, best = best, worst
	}
	metric := o.metrics[0]
	if found, ok := known()[o.name]; ok {
		return found
	}
	switch o.statistic {
	case "count":
		return exactly(o.count())
	case "value":
		series := latest(selector(metric, ""))
		if strings.Contains(metric, "phase:") {
			series = lasting(selector(metric, ""))
		}
		expression := over(worst, series)
		if o.ms { // k6 leaves gauges as they are
			expression += " / 1000"
		}
		return exactly(orNone(expression))
	case "max": // of a loop whose source shows no standstill there is none
		return exactly(orNone(over(worst, lasting(selector(metric, "_max")))))
	case "rate":
		if weight, ok := weights(metric); ok {
			return exactly(weighted(selector(metric, "_rate"), weight))
		}
		series := lasting(selector(metric, "_rate"))
		return value{over(worst, series), over(best, series)} // that of all phases is between those of each
	default: // a percentile: that of all phases and runners is between those of each
		series := lasting(selector(metric, suffix(o.statistic)))
		return value{over(worst, series), over(best, series)}
	}
}

func (o objective) count() string {
	var sums []string
	for _, metric := range o.metrics {
		sums = append(sums, orNone(over("sum", lasting(selector(metric, "_total")))))
	}
	if len(sums) == 1 {
		return sums[0]
	}
	return "(" + strings.Join(sums, ")\n+ (") + ")"
}

// weights: what says of how many attempts a share of k6 is.
func weights(metric string) (counter string, ok bool) {
	if flow, ok := strings.CutSuffix(metric, "_failures"); ok {
		return selector("flow_runs{flow:"+flow+"}", "_total"), true
	}
	if metric == "http_req_failed{scenario:users}" {
		return selector("http_reqs{scenario:users}", "_total"), true
	}
	return "", false
}

// weighted is the share over all phases and runners.
func weighted(rate, counter string) string {
	return fmt.Sprintf("sum by (testid) (%s * ignoring (flow) (%s))\n/ (sum by (testid) (%s) > 0)",
		"(last_over_time("+rate+"[1d]))", lasting(counter), lasting(counter))
}

// known are the values that other rules have, or that are more than one statistic.
func known() map[string]value {
	const steady = `phase="steady"`
	bounds := func(names string) string { return lasting(`{__name__=~"k6_loop_hz_(` + names + `)", ` + steady + `}`) }
	return map[string]value{
		"error rate":   exactly("k6:error_ratio:run"),
		"good windows": exactly("min by (testid) (k6:good_windows:ratio)"),
		// Neither the mean of the windows nor what the average can have been. A bound of 0 beside a mean is none.
		"loop frequency": {
			over("min", bounds("low|avg")),
			over("max", lasting("k6_loop_hz_high{"+steady+"}")) + " > 0\nor on (testid) " + over("max", lasting("k6_loop_hz_avg{"+steady+"}")) + " == 0",
		},
		"loop frequency maximum": {over("max", bounds("high|avg")), over("min", lasting("k6_loop_hz_low{"+steady+"}"))},
		// Where more than 1 % of all times were provably too wrong, it is at best as bad as it was at the worst.
		"generator lag": {
			over("max", lasting("k6_generator_error_p99")),
			over("max", lasting("k6_generator_error_p99")) + " and on (testid) k6:generator_wrong:least > 0.01\nor on (testid) " +
				over("min", lasting("k6_generator_error_p99")),
		},
	}
}
