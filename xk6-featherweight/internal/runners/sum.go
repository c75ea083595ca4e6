package runners

import (
	"math"
	"slices"
	"strings"

	"github.com/featherweight/xk6-featherweight/internal/load"
	"github.com/featherweight/xk6-featherweight/internal/record"
	"github.com/featherweight/xk6-featherweight/internal/slo"
)

// summing adds up what the runners of a test counted.
type summing struct {
	ends      []End // the observer's first
	recording *record.Recording
	names     map[string]record.Name
	stretches map[string]record.Stretch // of the whole recording, by phase
}

// metrics are the sums of all: counts, shares, means, least and greatest values exactly, percentiles within the error of the
// recording, and on the right side of a limit.
func (s *summing) metrics() map[string]slo.Metric {
	s.stretches, s.names = map[string]record.Stretch{}, map[string]record.Name{}
	for _, name := range record.Names() {
		s.names[name.Name] = name
	}
	parts := map[string][]slo.Metric{}
	for _, end := range s.ends {
		for name, metric := range end.Metrics {
			parts[name] = append(parts[name], metric)
		}
	}
	out := make(map[string]slo.Metric, len(parts))
	for name, all := range parts {
		out[name] = s.sum(name, all)
	}
	return out
}

// sum is one metric, of those runners that have it.
func (s *summing) sum(name string, all []slo.Metric) slo.Metric {
	sum := slo.Metric{Type: all[0].Type, Contains: all[0].Contains, Values: slo.Values{}}
	switch sum.Type {
	case "counter":
		add(sum.Values, all, "count", "rate")
	case "rate":
		add(sum.Values, all, "passes", "fails")
		if n := sum.Values["passes"] + sum.Values["fails"]; n > 0 {
			sum.Values["rate"] = sum.Values["passes"] / n
		}
	case "gauge":
		sum.Values = s.gauge(name, all)
	default:
		s.trend(name, all, &sum)
	}
	return sum
}

func add(into slo.Values, all []slo.Metric, statistics ...string) {
	for _, one := range all {
		for _, statistic := range statistics {
			into[statistic] += one.Values[statistic]
		}
	}
}

// gauge is the state of the one runner that tells it, the observer before the others; users of all runners add up.
func (s *summing) gauge(name string, all []slo.Metric) slo.Values {
	of, phase := phaseOf(name)
	if s.names[of].Adds {
		if users := s.stretch(phase).Of(of); users.N() > 0 {
			return slo.Values{"value": users.Last(), "min": users.Min(), "max": users.Max()}
		}
	}
	for _, one := range all {
		if one.Values["min"] != 0 || one.Values["max"] != 0 {
			return one.Values
		}
	}
	return all[0].Values
}

// trend adds up times. Those that only one runner has are known exactly.
func (s *summing) trend(name string, all []slo.Metric, into *slo.Metric) {
	all = slices.DeleteFunc(slices.Clone(all), func(m slo.Metric) bool { return m.Values["count"] == 0 })
	if len(all) < 2 { //nolint:mnd // a sum wants two
		for _, one := range all {
			into.Values = one.Values
		}
		return
	}
	values := into.Values
	values["min"], values["max"] = math.Inf(1), math.Inf(-1)
	total := 0.0
	for _, one := range all {
		values["count"] += one.Values["count"]
		total += one.Values["avg"] * one.Values["count"]
		values["min"], values["max"] = min(values["min"], one.Values["min"]), max(values["max"], one.Values["max"])
	}
	values["avg"] = total / values["count"]
	into.Bounds = map[string]slo.Bound{}
	for _, statistic := range slo.TrendStats() {
		p, is := slo.PercentileOf(statistic)
		if !is {
			continue
		}
		bound, estimate := s.percentile(name, p, values)
		if bound.Low <= bound.High {
			into.Bounds[statistic] = bound
			values[statistic] = min(max(estimate, bound.Low), bound.High)
		}
	}
}

// percentile is what sketch, tails and extremes say together; a Low above High where they know nothing.
func (s *summing) percentile(name string, p float64, values slo.Values) (slo.Bound, float64) {
	const percent = 100
	bound, estimate, known := slo.Bound{Low: values["min"], High: values["max"]}, math.NaN(), false
	if of, phase := phaseOf(name); s.names[of].Kind == record.Time {
		if times := s.stretch(phase).Of(of); times.N() == values["count"] {
			bound.Low, estimate, bound.High = times.Bounds(p / percent)
			known = true
		}
	}
	if tail, ok := s.tail(name, p, values["count"]); ok {
		bound.Low, bound.High, known = max(bound.Low, tail.Low), min(bound.High, tail.High), true
	}
	if !known {
		return slo.Bound{Low: math.Inf(1), High: math.Inf(-1)}, 0
	}
	if math.IsNaN(estimate) {
		estimate = (bound.Low + bound.High) / 2 //nolint:mnd // the middle
	}
	return bound, estimate
}

// tail is where the objectives of all runners have the percentile.
func (s *summing) tail(name string, p, n float64) (slo.Bound, bool) {
	var whole *slo.Tail
	for _, end := range s.ends {
		for _, tail := range end.Tails {
			if tail.Metric != name || tail.Percentile != p {
				continue
			}
			if whole == nil {
				whole = &tail
			} else if tail.SameAs(*whole) {
				whole = new(whole.Plus(tail))
			}
		}
	}
	if whole == nil || whole.N != n {
		return slo.Bound{}, false
	}
	return whole.Bound()
}

func (s *summing) stretch(phase string) record.Stretch {
	if _, made := s.stretches[phase]; !made {
		var phases []string
		if phase != "" {
			phases = []string{phase}
		}
		s.stretches[phase] = s.recording.Whole(phases...)
	}
	return s.stretches[phase]
}

// phaseOf splits the name of a metric: error_rate{phase:steady} is that of a phase. One with other tags is none of the recording.
func phaseOf(name string) (metric, phase string) {
	metric, tags, tagged := strings.Cut(strings.TrimSuffix(name, "}"), "{")
	if !tagged {
		return metric, ""
	}
	if phase, is := strings.CutPrefix(tags, "phase:"); is && slices.Contains(load.Phases(), phase) {
		return metric, phase
	}
	return name, ""
}
