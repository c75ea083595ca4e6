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
