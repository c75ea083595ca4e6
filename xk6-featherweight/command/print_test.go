package command

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featherweight/xk6-featherweight/internal/hz"
	"github.com/featherweight/xk6-featherweight/internal/sampler"
	"github.com/featherweight/xk6-featherweight/internal/scrape"
)

func measured(hertz float64, gap time.Duration) sampler.Window {
	return sampler.Window{Source: scrape.SourceCounter, Window: hz.Window{
		Bounds: hz.Bounds{Hz: hertz, Low: hertz - 1, High: hertz + 1}, Measured: true, Covers: 1, LongestGap: gap,
	}}
}

func TestTheSummaryKnowsTheWorstWindowAndTheLongestGap(t *testing.T) {
	t.Parallel()
	var s summary
	s.add(measured(98, 9*time.Millisecond))
	s.add(measured(42, 30*time.Millisecond))
	s.add(sampler.Window{Source: scrape.SourceCounter, Err: sampler.ErrRestart, Window: hz.Window{Restarted: true, LongestGap: 700 * time.Millisecond}})
	s.add(measured(99, 8*time.Millisecond))
	assert.Equal(t, 3, s.windows)
	assert.Equal(t, 1, s.failed)
	assert.Equal(t, 1, s.restarts)
	assert.Equal(t, 700*time.Millisecond, s.gap)
	assert.Equal(t, hz.Bounds{Hz: 42, Low: 41, High: 43}, s.worst)
	assert.Equal(t, sampler.ErrRestart, s.err)
	s.mean, s.measured = hz.Bounds{Hz: 97.5, Low: 97.25, High: 97.75}, true
	var out bytes.Buffer
	plain{&out}.summary(s)
	assert.Equal(t, "mean        97.500 Hz  [97.250, 97.750]  counter, 3 windows, 1 not measured, 1 restarts\n"+
		"worst       42.000 Hz  [41.000, 43.000]  longest gap 700ms\n", out.String())
}

func TestAnOpenBoundIsNullInJSONAndInfInText(t *testing.T) {
	t.Parallel()
	w := measured(100, 0)
	w.High = math.Inf(1)
	var out bytes.Buffer
	jsonLines{&out}.window(w)
	fields := map[string]any{}
	require.NoError(t, json.Unmarshal(out.Bytes(), &fields))
	assert.Contains(t, fields, "high")
	assert.Nil(t, fields["high"])
	out.Reset()
	plain{&out}.window(w)
	assert.Contains(t, out.String(), "[99.000, +Inf]")
}

// A counter beyond all reason must not end the program that watches it.
func TestANumberThatJSONDoesNotKnowIsNull(t *testing.T) {
	t.Parallel()
	w := measured(math.Inf(1), 0)
	w.Low, w.Ticks = math.Inf(1), math.Inf(1)
	var out bytes.Buffer
	assert.NotPanics(t, func() { jsonLines{&out}.window(w) })
	assert.Contains(t, out.String(), `"hz":null`)
	assert.Contains(t, out.String(), `"ticks":null`)
}

func TestAWindowThatIsNotMeasuredSaysWhyAndShowsNoNumber(t *testing.T) {
	t.Parallel()
	w := sampler.Window{Err: errors.New("GET http://x/: connection refused"), Window: hz.Window{Covers: 1}}
	var out bytes.Buffer
	plain{&out}.window(w)
	assert.Regexp(t, `^\d\d:\d\d:\d\d  not measured: GET http://x/: connection refused\n$`, out.String())
}

func TestTimesAreShownWithThreeDigits(t *testing.T) {
	t.Parallel()
	for want, d := range map[string]time.Duration{
		"0s": 0, "1µs": 999 * time.Nanosecond, "123µs": 123456, "9.88ms": 9876543, "98.8ms": 98765432,
		"988ms": 987654321, "9.88s": 9876543210, "1m38.8s": 98765432100,
	} {
		assert.Equal(t, want, short(d))
	}
}

func TestTheMedianOfNothingIsNothing(t *testing.T) {
	t.Parallel()
	assert.Zero(t, median(nil))
	assert.Equal(t, 2*time.Second, median([]time.Duration{9 * time.Second, time.Second, 2 * time.Second}))
}
