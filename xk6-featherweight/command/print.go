package command

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"slices"
	"time"

	"github.com/featherweight/xk6-featherweight/internal/hz"
	"github.com/featherweight/xk6-featherweight/internal/sampler"
	"github.com/featherweight/xk6-featherweight/internal/scrape"
)

// summary is what was seen over all windows.
type summary struct {
	mean     hz.Bounds
	measured bool
	source   scrape.Source
	windows  int // measured ones
	failed   int
	restarts int
	period   time.Duration // of the page, if it is a copy
	held     int           // windows in which a copy showed nothing new
	replicas bool
	slept    int
	gap      time.Duration
	worst    hz.Bounds // the window with the lowest frequency
	err      error     // the last
}

func (s *summary) add(w sampler.Window) {
	s.gap = max(s.gap, w.LongestGap)
	if w.Restarted {
		s.restarts++
	}
	if w.Suspended {
		s.slept++
	}
	s.period, s.replicas = max(s.period, w.Period), s.replicas || w.Replicas
	if w.Held {
		s.held++
		s.err = w.Err
		return
	}
	if !w.Measured {
		s.failed++
		s.err = w.Err
		return
	}
	if s.windows == 0 || w.Hz < s.worst.Hz {
		s.worst = w.Bounds
	}
	s.windows++
	s.source = w.Source
}

// printer shows windows as they come, and the summary.
type printer interface {
	window(w sampler.Window)
	summary(s summary)
}

// plain is for people.
type plain struct{ out io.Writer }

func (p plain) window(w sampler.Window) {
	now := time.Now().Format(time.TimeOnly)
	switch {
	case w.Held:
		_, _ = fmt.Fprintf(p.out, "%s  waiting: %v\n", now, w.Err)
		return
	case !w.Measured:
		_, _ = fmt.Fprintf(p.out, "%s  not measured: %v\n", now, w.Err)
		return
	}
	copied := ""
	if w.Period > 0 {
		copied = "  copy, renewed every " + short(w.Period)
	}
	_, _ = fmt.Fprintf(p.out, "%s  %s  %-7s%s  scrape %s%s\n", now, describe(w.Bounds, w.Source), w.Source, gapText(w), short(median(w.Took)), copied)
}

func (p plain) summary(s summary) {
	if !s.measured {
		return
	}
	_, _ = fmt.Fprintf(p.out, "mean      %s  %s, %d windows, %d not measured, %d restarts\n", describe(s.mean, s.source), s.source, s.windows, s.failed, s.restarts)
	_, _ = fmt.Fprintf(p.out, "worst     %s  longest gap %s\n", describe(s.worst, s.source), short(s.gap))
	if s.period > 0 {
		_, _ = fmt.Fprintf(p.out, "page      a copy, renewed about every %s: the bounds hold, a standstill shorter than that cannot be seen\n", short(s.period))
	}
	if s.slept > 0 {
		_, _ = fmt.Fprintf(p.out, "slept     this machine slept in %d windows: they are not measured\n", s.slept)
	}
}

// describe is a frequency with its bounds.
func describe(b hz.Bounds, source scrape.Source) string {
	if !source.Measured() {
		return fmt.Sprintf("%8.3f Hz  reported, not measured", b.Hz)
	}
	return fmt.Sprintf("%8.3f Hz  [%.3f, %.3f]", b.Hz, b.Low, b.High)
}

func gapText(w sampler.Window) string {
	if !w.Source.Measured() {
		return ""
	}
	return "  longest gap " + short(w.LongestGap)
}

// short is a time with three digits that matter.
func short(d time.Duration) string {
	return d.Round(max(time.Microsecond, time.Duration(math.Pow10(int(math.Log10(float64(max(d, 1))))-2)))).String()
}

func median(times []time.Duration) time.Duration {
	if len(times) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(times))
	return sorted[len(sorted)/2]
}

// jsonLines is for programs: one object a line, the last one with "summary": true. Times are in ms.
type jsonLines struct{ out io.Writer }

func (p jsonLines) line(fields map[string]any) {
	line, err := json.Marshal(fields)
	if err != nil {
		panic(err) // all values are plain
	}
	_, _ = fmt.Fprintf(p.out, "%s\n", line)
}

func (p jsonLines) window(w sampler.Window) {
	fields := map[string]any{
		"time": time.Now().UTC().Format(time.RFC3339Nano), "source": string(w.Source), "restarted": w.Restarted,
		"scrapes": w.Scrapes, "failures": w.Failures, "covers": w.Covers, "scrape_ms": ms(median(w.Took)),
		"period_ms": ms(w.Period), "unseen_ms": ms(w.Unseen), "replicas": w.Replicas, "suspended": w.Suspended, "held": w.Held,
	}
	if w.Source.Measured() {
		fields["longest_gap_ms"], fields["stale"] = ms(w.LongestGap), w.Stale
	}
	if w.Measured {
		addBounds(fields, w.Bounds)
		if w.Source.Measured() {
			fields["ticks"], fields["elapsed_ms"] = number(w.Ticks), ms(w.Elapsed)
			fields["counter"] = [2]float64{w.From, w.To}
		}
	}
	if w.HasGauge {
		fields["gauge"] = w.Gauge
	}
	if w.Err != nil {
		fields["error"] = w.Err.Error()
	}
	p.line(fields)
}

func (p jsonLines) summary(s summary) {
	fields := map[string]any{
		"summary": true, "source": string(s.source), "windows": s.windows, "not_measured": s.failed,
		"restarts": s.restarts, "longest_gap_ms": ms(s.gap), "period_ms": ms(s.period), "held": s.held,
		"replicas": s.replicas, "suspended": s.slept,
	}
	if s.measured {
		addBounds(fields, s.mean)
	}
	p.line(fields)
}

func addBounds(fields map[string]any, b hz.Bounds) {
	fields["hz"], fields["low"], fields["high"] = number(b.Hz), number(b.Low), number(b.High)
}

// number writes what is open, such as an upper bound, as null: JSON knows no infinity.
func number(x float64) any {
	if math.IsInf(x, 0) || math.IsNaN(x) {
		return nil
	}
	return x
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
