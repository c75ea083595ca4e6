package command

import (
	"slices"
	"strings"
	"time"
)

// What k6's output to Prometheus is told, by its own variables.
const (
	pushStats      = "K6_PROMETHEUS_RW_TREND_STATS"
	pushStale      = "K6_PROMETHEUS_RW_STALE_MARKERS"
	pushHistograms = "K6_PROMETHEUS_RW_TREND_AS_NATIVE_HISTOGRAM"
	pushInterval   = "K6_PROMETHEUS_RW_PUSH_INTERVAL"
)

// neededStats are those of a trend that rules and dashboard read; the Dockerfile says the same.
const neededStats = "avg,min,med,max,p(90),p(95),p(99),sum,count"

// longestPush is how often metrics must come: with a pause of twice that, the rules take a test for one that has stopped.
const longestPush = 10 * time.Second

// pushWords are k6's for sending metrics to Prometheus.
func pushWords() []string { return []string{"--out", "experimental-prometheus-rw"} }

// pushForm is how metrics are sent, by what is set already: so that rules and dashboard find what they read. What would leave them
// without it is said.
func (d *door) pushForm(set map[string]string) map[string]string {
	if set[pushHistograms] == "true" {
		d.notef("%s: %s=true: the alert rules and the dashboard read %s of a trend, which k6 then does not send; leave it unset for them",
			d.name, pushHistograms, neededStats)
	}
	if every, err := time.ParseDuration(set[pushInterval]); err == nil && every > longestPush {
		d.notef("%s: %s=%s: the alert rules take a test for stopped when its metrics do not come for 20 s; at most %s for them",
			d.name, pushInterval, set[pushInterval], longestPush)
	}
	form := map[string]string{pushStats: withNeeded(set[pushStats])}
	if set[pushStale] == "" {
		form[pushStale] = "true" // a word to Prometheus when the test is over
	}
	return form
}

// withNeeded are the statistics that somebody wants, and those that are needed.
func withNeeded(own string) string {
	var all []string
	for one := range strings.SplitSeq(own+","+neededStats, ",") {
		if one = strings.TrimSpace(one); one != "" && !slices.Contains(all, one) {
			all = append(all, one)
		}
	}
	return strings.Join(all, ",")
}
