package config_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/featherweight/xk6-featherweight/internal/config"
)

func TestDurationsAreReadAsK6ReadsThemAndWrittenSoThatTheyCanBeReadAgain(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]time.Duration{
		"100ms": 100 * time.Millisecond, "1.5s": 1500 * time.Millisecond, "1m30s": 90 * time.Second, "2h45m": 165 * time.Minute,
		"1h0m0.5s": time.Hour + 500*time.Millisecond, "0": 0, "0s": 0, "0.29s": 290 * time.Millisecond, "0.5ms": 500 * time.Microsecond,
	} {
		got, ok := config.ParseDuration(text)
		assert.True(t, ok, text)
		assert.Equal(t, want, got, text)
		again, ok := config.ParseDuration(config.DurationText(got))
		assert.True(t, ok, text)
		assert.Equal(t, got, again, text)
	}
	assert.Equal(t, "12s345ms", config.DurationText(12345*time.Millisecond))
	assert.Equal(t, "1m30s", config.DurationText(90*time.Second))
	assert.Equal(t, "0s", config.DurationText(0))
}

func TestWhatIsNoDurationIsRefused(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "5", "1.s", ".5s", "-1s", "1s1s", "1s1m", "1ms1s", "s", "1 s", "1us", "1s ", "300000000h"} {
		_, ok := config.ParseDuration(text)
		assert.False(t, ok, text)
	}
}

func FuzzDurationsSurviveBeingWritten(f *testing.F) {
	for _, seed := range []int64{0, 1, 999_999, 1_000_000, 12_345_000_000, 1 << 52} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, ns int64) {
		if ns < 0 || ns > 1<<52 {
			t.Skip("beyond what a float holds to the nanosecond")
		}
		got, ok := config.ParseDuration(config.DurationText(time.Duration(ns)))
		assert.True(t, ok)
		assert.Equal(t, time.Duration(ns), got)
	})
}
