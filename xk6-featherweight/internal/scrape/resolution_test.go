package scrape

import (
	"fmt"
	"math"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTheResolutionIsWhatTheWritingHides(t *testing.T) {
	t.Parallel()
	for printed, want := range map[string]float64{
		"0": 0, "12345": 0, "-0": 0, "12345.0": 0, "9007199254740991": 0, "1.5": 0.1, "12345.678": 0.001, "1e2": 100, "1.0e2": 10, "1.00e2": 0,
		"1.23457e+06": 10, "1.23457E6": 10, "1.234567e+06": 0, "1.23457e+09": 1e4, "+1.2e3": 100, "5e-1": 0.1,
		"9007199254740992": 2, "9.007199254740992e+15": 2, "1.8446744073709552e+19": 4096, "1e300": 1e300, "1e-400": 0,
	} {
		value, err := strconv.ParseFloat(printed, 64)
		require.NoError(t, err)
		var p precision
		assert.InEpsilon(t, 1+want, 1+p.resolution(printed, value), 1e-9, printed)
	}
}

// Who prints six digits hides the rest for ever; who leaves out zeros at the end is known by the next longer number.
func TestHowAProgramPrintsIsLearntFromItsLongestNumber(t *testing.T) {
	t.Parallel()
	var shortest, six precision
	assert.InDelta(t, 1e6, shortest.resolution("1e+06", 1e6), 0, "nothing known yet: it may have one digit")
	assert.InDelta(t, 0, shortest.resolution("1.234567e+06", 1234567), 0)
	assert.InDelta(t, 0, shortest.resolution("1.23e+06", 1230000), 0, "it prints seven digits, so these were zeros")
	assert.InDelta(t, 10, six.resolution("1.23457e+06", 1234570), 0)
	assert.InDelta(t, 10, six.resolution("1.23e+06", 1230000), 0, "it prints six: 1,230,004 looks alike")
	assert.InDelta(t, 0, six.resolution("999999", 999999), 0)
}

// The truth is known here: whatever way a count is printed, it lies within the resolution of what is read.
func TestTheTrueCountLiesWithinTheResolution(t *testing.T) {
	t.Parallel()
	for _, format := range []string{"%g", "%.6g", "%.3e", "%e", "%v", "%.10g", "%.0f", "%.17g"} {
		var p precision
		for count := 1.0; count < 1e18; count = math.Floor(count*1.37) + 3 {
			text := fmt.Sprintf(format, count)
			value, err := strconv.ParseFloat(text, 64)
			require.NoError(t, err)
			hidden := p.resolution(text, value)
			if hidden == 0 {
				assert.InDelta(t, count, value, 0, "%s of %.0f", text, count)
			} else {
				assert.Less(t, math.Abs(count-value), hidden, "%s of %.0f", text, count)
			}
		}
	}
}

func TestAReadingSaysHowExactItIs(t *testing.T) {
	t.Parallel()
	got, err := readPage(t, classic, "turns_total{a=\"b\"} 1.23457e+06\n", counter(t, "turns_total"))
	require.NoError(t, err)
	assert.InDelta(t, 1234570, got.Value, 0)
	assert.InDelta(t, 10, got.Resolution, 0)
}
