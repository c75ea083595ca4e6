// Package pushed is what a runner of a test leaves in a Prometheus instead of in a folder, and how it is had back: its account
// in pieces, as the text of a label, and its recording as counters, gauges and native histograms.
//
//	fwhz_runner_account{testid, runner, state, piece, text}      1: a piece of the account; see pieces.go
//	fwhz_NAME_total{testid, runner, phase, reason}               a count
//	fwhz_NAME_hits_total, fwhz_NAME_samples_total                a share: how often, of how many
//	fwhz_NAME{testid, runner, phase}                             times in ms, as a native histogram of schema 6
//	fwhz_NAME_min, _max, _sum, _samples, _last                   a state over ten seconds; of times the first two
//
// Counters and histograms grow from the start of the run, as those of any program do, a sample for each ten seconds: rate(),
// sum() and histogram_quantile() of PromQL hold for one runner and for the sum of all.
package pushed

import "time"

// Series is one series of a Prometheus.
type Series struct {
	Labels  map[string]string // __name__ too
	Samples []Sample          // in the order of time
}

// Sample is a value, or a histogram.
type Sample struct {
	At        time.Time
	Value     float64
	Histogram *Histogram
}

// Histogram is a native one of Schema.
type Histogram struct {
	Zero    float64
	Sum     float64
	Buckets map[int]float64 // how many samples by the number of the bucket
}

// Count is how many samples are in it.
func (h Histogram) Count() float64 {
	n := h.Zero
	for _, samples := range h.Buckets {
		n += samples
	}
	return n
}

// The names of series and labels.
const (
	nameLabel   = "__name__"
	testLabel   = "testid"
	runnerLabel = "runner"
	prefix      = "fwhz_"
	accountName = prefix + "runner_account"
)
