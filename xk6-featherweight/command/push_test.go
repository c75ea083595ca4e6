package command

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestRulesAndDashboardGetTheStatisticsThatTheyRead(t *testing.T) {
	t.Parallel()
	for own, want := range map[string]string{
		"":                       neededStats,
		"p(99.9), max ,p(99.9)":  "p(99.9),max,avg,min,med,p(90),p(95),p(99),sum,count",
		neededStats:              neededStats,
		"count,p(95),avg,p(42),": "count,p(95),avg,p(42),min,med,max,p(90),p(99),sum",
	} {
		assert.Equal(t, want, withNeeded(own), own)
	}
}

func TestWhatWouldLeaveTheRulesWithoutMetricsIsSaid(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		set   map[string]string
		says  string // nothing: is silent
		stale string // is added
	}{
		"nothing is set":          {nil, "", "true"},
		"stale markers are off":   {map[string]string{pushStale: "false"}, "", ""},
		"often enough":            {map[string]string{pushInterval: "10s"}, "", "true"},
		"once a minute":           {map[string]string{pushInterval: "1m"}, "slo: " + pushInterval + "=1m: the alert rules take a test for stopped", "true"},
		"native histograms":       {map[string]string{pushHistograms: "true"}, "slo: " + pushHistograms + "=true: the alert rules and the dashboard read avg,", "true"},
		"no native histograms":    {map[string]string{pushHistograms: "false"}, "", "true"},
		"no number that k6 takes": {map[string]string{pushInterval: "soon"}, "", "true"}, // k6 says it
	} {
		var out bytes.Buffer
		d := &door{name: "slo", err: &out}
		form := d.pushForm(test.set)
		assert.Equal(t, test.stale, form[pushStale], name)
		if test.says == "" {
			assert.Empty(t, out.String(), name)
		} else {
			assert.Contains(t, out.String(), test.says, name)
		}
	}
}
