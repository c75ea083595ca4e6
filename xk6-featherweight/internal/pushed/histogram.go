package pushed

import (
	"math"

	"github.com/featherweight/xk6-featherweight/internal/record"
)

// Schema is that of the native histograms: bucket i holds what is above 2^((i-1)/64) and not above 2^(i/64), 1.1 % wide
// (https://prometheus.io/docs/specs/native_histograms). The bins of a recording are 2 % wide, so that the middles of two never
// fall into one bucket: which bin a bucket stands for can be told again, and nothing is lost on the way.
const (
	Schema  = 6
	perTwo  = 1 << Schema
	belowIt = 1e-9 // ms; what counts as zero. The shortest time that a recording tells apart is a nanosecond
)

// bucketOf is the bucket that stands for a bin of a recording: the one with its geometric middle.
func bucketOf(bin int) int {
	low, high := record.Bounds(bin)
	return int(math.Ceil(math.Log2(low*high) / 2 * perTwo))
}

// binOf is the bin that a bucket stands for. Of a bucket that stands for none, which this package never makes, it is one that it
// lies in.
func binOf(bucket int) int {
	low, high := boundsOf(bucket)
	near := record.Index(math.Sqrt(low * high))
	for bin := near - 1; bin <= near+1; bin++ {
		if bucketOf(bin) == bucket {
			return bin
		}
	}
	return near
}

// grow adds times to a histogram.
func (h *Histogram) grow(times record.Sketch) {
	h.Zero += times.Zero
	h.Sum += times.Sum
	bin := 0
	for i := 0; i+1 < len(times.Bins); i += 2 {
		bin += int(times.Bins[i])
		h.Buckets[bucketOf(bin)] += times.Bins[i+1]
	}
}

// boundsOf are those of a bucket, in ms.
func boundsOf(bucket int) (low, high float64) {
	return math.Exp2(float64(bucket-1) / perTwo), math.Exp2(float64(bucket) / perTwo)
}

// bucketWith is the bucket that has this upper bound.
func bucketWith(high float64) int { return int(math.Round(math.Log2(high) * perTwo)) }
