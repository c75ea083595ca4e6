package runners

import (
	"encoding/json"
	"slices"
	"time"

	"github.com/featherweight/xk6-featherweight/internal/record"
	"github.com/featherweight/xk6-featherweight/internal/result"
	"github.com/featherweight/xk6-featherweight/internal/slo"
)

// Join makes one result of what the runners of a test left; there must be one. A runner that began more than late after the first
// makes it INVALID, and so does whatever else is wrong with them.
func Join(all []Runner, late time.Duration) Whole {
	all = slices.Clone(all)
	slices.SortStableFunc(all, func(a, b Runner) int { // the observer first
		return order(a) - order(b)
	})
	sum, attempts := summing{}, []record.Attempts{}
	var recordings []*record.Recording
	for _, r := range all {
		if r.Account.End != nil {
			sum.ends = append(sum.ends, *r.Account.End)
			attempts = append(attempts, r.Account.End.Attempts)
		}
		if r.Recording != nil {
			recordings = append(recordings, r.Recording)
		}
	}
	sum.recording = record.Merge(recordings...)
	evidence := record.JoinAttempts(attempts...)
	plan := all[0].Account.Plan
	out := Whole{Data: sum.data(all, plan, evidence), Recording: sum.recording, Shape: all[0].Account.Shape, plan: plan}
	out.Data.Flaws = flaws(all, late)
	out.Verdict = slo.Judge(out.Data, plan, evidence)
	out.Summary = result.NewSummary(out.Data, out.Verdict, result.Run{
		Script: all[0].Account.Script, Config: all[0].Account.Config, Versions: all[0].Account.Versions,
		Plan: plan, Shape: out.Shape, Now: ended(sum.ends), Runners: begun(all),
	})
	return out
}

// data is what k6 would have handed over, had it been one run.
func (s *summing) data(all []Runner, plan slo.Plan, evidence *record.Record) slo.Data {
	data := slo.Data{Metrics: s.metrics()}
	put := func(name, kind string, values slo.Values) {
		data.Metrics[name] = slo.Metric{Type: kind, Values: values}
	}
	conclusions, silent := slo.Concluded(plan, evidence)
	missed := map[slo.Outcome]float64{}
	for _, c := range conclusions {
		missed[c.Outcome]++
	}
	put("slo_missed", "counter", slo.Values{"count": missed[slo.Fail]})
	put("slo_undecided", "counter", slo.Values{"count": missed[slo.Invalid]})
	put("chat_silence", "gauge", slo.Values{"value": float64(silent), "max": float64(silent)})
	for _, one := range plan.Objectives() {
		metric := data.Metrics[one.Metric]
		metric.Thresholds = withThreshold(metric.Thresholds, one, one.Met(data))
		data.Metrics[one.Metric] = metric
	}
	setup, first := slo.Setup{}, firstStart(all)
	for _, r := range all {
		if r.Account.Observes && r.Account.End != nil {
			setup.Source = r.Account.End.Source
		}
	}
	if !first.IsZero() {
		setup.Started = result.Timestamp(first)
		data.SetupData, _ = json.Marshal(setup) //nolint:errchkjson // texts and a number
	}
	data.State.TestRunDurationMs = s.ran()
	return data
}

func withThreshold(all map[string]slo.ThresholdResult, one slo.Threshold, met bool) map[string]slo.ThresholdResult {
	if all == nil {
		all = map[string]slo.ThresholdResult{}
	}
	all[one.Expression] = slo.ThresholdResult{OK: met}
	return all
}

// ran is for how long the last runner ran, or, where one was cut, the first that ended, in ms.
func (s *summing) ran() float64 {
	longest, shortest := 0.0, -1.0
	for _, end := range s.ends {
		longest = max(longest, end.Ran)
		if !end.Complete && (shortest < 0 || end.Ran < shortest) {
			shortest = end.Ran
		}
	}
	if shortest >= 0 {
		return shortest
	}
	return longest
}

// begun is how many of them began.
func begun(all []Runner) int {
	n := 0
	for _, r := range all {
		if r.Account.Part != "" {
			n++
		}
	}
	return n
}

func ended(ends []End) time.Time {
	var last time.Time
	for _, end := range ends {
		if end.At.After(last) {
			last = end.At
		}
	}
	return last
}

func order(r Runner) int {
	switch {
	case r.Account.Observes:
		return 0
	case r.Account.Part != "":
		return 1
	default: // it left nothing
		return 2
	}
}
