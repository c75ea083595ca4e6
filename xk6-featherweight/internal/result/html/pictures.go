package html

import (
	"math"
	"slices"
	"strings"
	"time"

	"github.com/featherweight/xk6-featherweight/internal/format"
	"github.com/featherweight/xk6-featherweight/internal/record"
	"github.com/featherweight/xk6-featherweight/internal/result"
)

// mostPoints is how many values a line has at most: more than a screen can show, few enough for the page to stay small.
const mostPoints = 600

// blockSeconds is what a long recording is kept in.
const blockSeconds = 10

// joined is how long nothing may have been seen, in seconds, for a line to go on.
const joined = 5

// film is a run cut into stretches of the same length.
type film struct {
	summary result.Summary
	x       axis
	width   float64 // seconds
	at      []float64
	parts   []record.Stretch
}

// cut cuts the run. Time counts from the start that the summary gives.
func cut(s result.Summary, rec *record.Recording) film {
	start := rec.Started()
	if at, known, err := result.Moment(s.StartedAt); known && err == nil {
		start = at
	}
	length := max(s.Seconds, rec.Ended().Sub(start).Seconds())
	for _, p := range s.Phases {
		if p.From < s.Seconds { // a run that was cut short did not come to the others
			length = max(length, min(p.To, s.Seconds))
		}
	}
	width := int(math.Ceil(length / mostPoints))
	if width > 1 && length > 2*60*60 {
		width = (width + blockSeconds - 1) / blockSeconds * blockSeconds
	}
	f := film{summary: s, x: timeAxis(length), width: float64(max(width, 1))}
	for _, part := range rec.Buckets(max(width, 1)) {
		at := max(part.From.Sub(start.Truncate(time.Second)).Seconds(), 0)
		if at <= f.x.to {
			f.at, f.parts = append(f.at, at), append(f.parts, part)
		}
	}
	return f
}

// points is a value of each stretch; with a gap where nothing was seen for long.
func (f film) points(of func(record.Stretch) float64) []point {
	var out []point
	for i, part := range f.parts {
		value := of(part)
		if math.IsNaN(value) {
			continue
		}
		if len(out) > 0 && f.at[i]-out[len(out)-1].at > max(joined, 2*f.width) {
			out = append(out, point{f.at[i], math.NaN()})
		}
		out = append(out, point{f.at[i], value})
	}
	return out
}

// limit is that of an objective over the whole scenario, as it is drawn.
func (f film) limit(metric string) []limitLine {
	var out []limitLine
	for _, o := range f.summary.SLOs {
		if name, _, _ := strings.Cut(o.Metric, "{"); name == metric && o.Flow == "" {
			out = append(out, limitLine{Name: limitOf(o), value: o.Limit})
		}
	}
	return out
}

// pictures are the charts of the page: those of which anything was recorded.
func (f film) pictures() []chart {
	all := []chart{
		f.loop(), f.users(),
		f.times("ttft", "Time to first token", "chat_ttft"),
		f.times("response", "Response time", "message_response_time"),
		f.times("connection", "Connection time", "ws_connection_time"),
		f.perSecond("tokens", "Tokens", "tokens/s", "chat_tokens", "Tokens received in a second."),
		f.perSecond("turns", "Complete turns", "turns/s", "chat_turns", "Answers that were complete, in a second."),
		f.failures(), f.lag(),
	}
	out := slices.DeleteFunc(all, func(c chart) bool {
		return c.ID != "failures" && !slices.ContainsFunc(c.Layers, func(l layer) bool { return len(l.points)+len(l.spans) > 0 })
	})
	for i := range out {
		out[i].Layers = slices.DeleteFunc(out[i].Layers, func(l layer) bool { return len(l.points)+len(l.spans) == 0 })
		out[i].draw(f.x, f.summary.Phases, f.width)
	}
	return out
}

func plain(value float64) string {
	if math.Abs(value) >= 1000 { //nolint:mnd // thousands
		return count(value)
	}
	return format.Trimmed(value, 2) //nolint:mnd // digits
}

// The styles of layers: the page has a colour and a dash for each.
const (
	styleMain = iota + 1
	styleSecond
	styleThird
	reasonStyles = 9 // as many as there are reasons of failures
)

func (f film) loop() chart {
	c := chart{
		ID: "loop", Title: "Loop frequency", Unit: "Hz", label: plain, moment: "the loop started again",
		About:  "Mean of the windows, and the range in which the frequency of each of them provably was.",
		Limits: append(f.limit("loop_hz"), f.limit("loop_hz_high")...),
	}
	bound := layer{Kind: band, Name: "bound of the windows", Style: styleMain}
	for i, part := range f.parts {
		low, high := part.Of("loop_window_low"), part.Of("loop_window_high")
		if low.N() == 0 || high.N() == 0 {
			continue
		}
		if n := len(bound.spans); n > 0 && f.at[i]-bound.spans[n-1].at > max(joined, 2*f.width) {
			bound.spans = append(bound.spans, span{f.at[i], math.NaN(), math.NaN()})
		}
		bound.spans = append(bound.spans, span{f.at[i], low.Min(), high.Max()})
	}
	mean := layer{Kind: line, Name: "mean", Style: styleMain}
	mean.points = f.points(func(s record.Stretch) float64 { return s.Of("loop_hz").Mean() })
	c.Layers = []layer{bound, mean}
	if f.width > 1 {
		c.Layers = append(c.Layers, layer{
			Kind: line, Name: "worst window", Style: styleSecond,
			points: f.points(func(s record.Stretch) float64 { return s.Of("loop_hz").Min() }),
		})
	}
	for i, part := range f.parts {
		if part.Of("loop_restarts").Sum() > 0 {
			c.Marks = append(c.Marks, tick{At: f.at[i], Label: c.moment})
		}
	}
	return c
}

func (f film) users() chart {
	points := f.points(func(s record.Stretch) float64 { return s.Of("ws_connected").Max() })
	held := slices.DeleteFunc(points, func(p point) bool { return math.IsNaN(p.value) }) // a state is told when it changes
	return chart{
		ID: "users", Title: "Users connected", Unit: "sessions", label: plain, zero: true, About: "Most sessions that were open at the same time.",
		Layers: []layer{{Kind: step, Name: "open sessions", Style: styleMain, points: held}},
	}
}

func (f film) times(id, title, metric string) chart {
	c := chart{
		ID: id, Title: title, label: duration, zero: true, Limits: f.limit(metric),
		About: "Percentiles of what ended in each stretch, within 1 % of the true value.",
	}
	for i, p := range []struct {
		name string
		q    float64
	}{{"p50", 0.5}, {"p90", 0.9}, {"p99", 0.99}} {
		c.Layers = append(c.Layers, layer{
			Kind: line, Name: p.name, Style: styleMain + i,
			points: f.points(func(s record.Stretch) float64 { return s.Of(metric).Quantile(p.q) }),
		})
	}
	return c
}

// perSecond is a counter's rate. Where nothing was counted between the first and the last time, it is 0.
func (f film) perSecond(id, title, unit, metric, about string) chart {
	var points []point
	var waiting []point
	for i, part := range f.parts {
		value := part.Of(metric).Sum() / f.width
		waiting = append(waiting, point{f.at[i], value})
		if value > 0 {
			if points == nil {
				waiting = waiting[len(waiting)-1:]
			}
			points, waiting = append(points, waiting...), nil
		}
	}
	return chart{
		ID: id, Title: title, Unit: unit, label: plain, zero: true, About: about,
		Layers: []layer{{Kind: line, Name: unit, Style: styleMain, points: points}},
	}
}

func (f film) failures() chart {
	c := chart{
		ID: "failures", Title: "Failed turns by reason", Unit: "turns/s", label: plain, zero: true,
		About: "Turns that failed in a second, one reason on top of the other.",
	}
	totals := map[string]float64{}
	for _, part := range f.parts {
		for _, reason := range part.Reasons("chat_failures") {
			totals[reason] += part.For("chat_failures", reason).Sum()
		}
	}
	reasons := make([]string, 0, len(totals))
	for reason := range totals {
		reasons = append(reasons, reason)
	}
	slices.Sort(reasons)
	slices.SortStableFunc(reasons, func(a, b string) int { return int(totals[b] - totals[a]) })
	for i, reason := range reasons {
		l := layer{Kind: bars, Name: reason + " (" + count(totals[reason]) + ")", Style: i%reasonStyles + 1}
		for at, part := range f.parts {
			if n := part.For("chat_failures", reason).Sum(); n > 0 {
				l.points = append(l.points, point{f.at[at], n / f.width})
			}
		}
		c.Layers = append(c.Layers, l)
	}
	return c
}

func (f film) lag() chart {
	c := chart{
		ID: "lag", Title: "Lateness of the load generator", label: duration, zero: true, Limits: f.limit("generator_error"),
		About: "How late this process woke for a tick of 10 ms, and how much of its lateness is in the times above: none where the kernel said when what was read had arrived.",
	}
	p99 := func(metric string) []point {
		return f.points(func(s record.Stretch) float64 { return s.Of(metric).Quantile(0.99) }) //nolint:mnd // percentile
	}
	c.Layers = []layer{
		{Kind: line, Name: "in the times p99", Style: styleMain, points: p99("generator_error")},
		{Kind: line, Name: "lag p99", Style: styleThird, points: p99("generator_lag")},
		{Kind: line, Name: "lag max", Style: styleSecond, points: f.points(func(s record.Stretch) float64 { return s.Of("generator_lag").Max() })},
	}
	return c
}
