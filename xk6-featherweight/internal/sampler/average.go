package sampler

import (
	"github.com/featherweight/xk6-featherweight/internal/hz"
	"github.com/featherweight/xk6-featherweight/internal/scrape"
)

// average is the mean of one phase: measured from a counter, or the mean of what the server reported.
type average struct {
	measured hz.Average
	reported mean // of the whole phase
	window   mean // of the open window
}

// mean is a running arithmetic mean.
type mean struct {
	sum float64
	n   int
}

func (m *mean) add(x float64) { m.sum, m.n = m.sum+x, m.n+1 }

func (m *mean) value() float64 { return m.sum / float64(m.n) }

func (a *average) add(source scrape.Source, r hz.Reading) {
	if source == scrape.SourceCounter {
		a.measured.Add(r)
		return
	}
	a.reported.add(r.Count)
	a.window.add(r.Count)
}

func (a *average) bounds() (hz.Bounds, bool) {
	if a.reported.n > 0 {
		return hz.Reported(a.reported.value()), true
	}
	return a.measured.Bounds()
}

// closeReported ends a window of reported values.
func (a *average) closeReported(seen bool) hz.Window {
	if a == nil || !seen || a.window.n == 0 {
		return hz.Window{Covers: 1}
	}
	w := hz.Window{Bounds: hz.Reported(a.window.value()), Measured: true, Covers: 1}
	a.window = mean{}
	return w
}
