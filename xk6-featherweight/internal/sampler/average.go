package sampler

import "github.com/featherweight/xk6-featherweight/internal/hz"

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

// report takes a value that the server reported.
func (a *average) report(value float64) {
	a.reported.add(value)
	a.window.add(value)
}

func (a *average) bounds(d hz.Doubt) (hz.Bounds, bool) {
	if a.reported.n > 0 {
		return hz.Reported(a.reported.value()), true
	}
	return a.measured.Within(d)
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
