package hz

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// feed adds readings at these milliseconds, taken at once, of a loop of exactly 100 Hz that began at 0.
func feed(m *Meter, atMillis ...int) {
	for _, ms := range atMillis {
		m.Add(reading(float64(ms/10), millis(ms), millis(ms)))
	}
}

func TestAWindowIsWhatHappenedBetweenItsReadings(t *testing.T) {
	t.Parallel()
	m := NewMeter(time.Second)
	m.Add(Reading{Count: 1000, Sent: 0, Received: 4 * msec})
	m.Add(Reading{Count: 1050, Sent: 500 * msec, Received: 504 * msec})
	m.Add(Reading{Count: 1100, Sent: time.Second, Received: 1004 * msec})
	w := m.Close()
	assert.True(t, w.Measured)
	assert.InDelta(t, 100, w.Hz, 1e-9)
	assert.InDelta(t, 99/1.004, w.Low, 1e-9)
	assert.InDelta(t, 101/0.996, w.High, 1e-9)
	assert.Equal(t, 100., w.Ticks)
	assert.Equal(t, 1000., w.From)
	assert.Equal(t, 1100., w.To)
	assert.Equal(t, time.Second, w.Elapsed)
	assert.Equal(t, 1, w.Covers)
	assert.Equal(t, 496*msec/51, w.LongestGap)
	assert.False(t, w.Restarted)
	assert.False(t, w.Stale)
}

func TestTheNextWindowBeginsWhereTheLastEnded(t *testing.T) {
	t.Parallel()
	m := NewMeter(time.Second)
	feed(m, 0, 1000)
	first := m.Close()
	feed(m, 2000)
	second := m.Close()
	assert.Equal(t, first.To, second.From)
	assert.Equal(t, time.Second, second.Elapsed)
	assert.Equal(t, 100., second.Ticks)
}

func TestHowManyLengthsAWindowCovers(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		last     int // ms
		measured bool
		covers   int
	}{
		"no second reading":           {0, false, 1},
		"just under three quarters":   {749, false, 1},
		"three quarters are enough":   {750, true, 1},
		"a whole length":              {1000, true, 1},
		"just under one and a half":   {1499, true, 1},
		"one and a half":              {1500, true, 2},
		"a gap of five lengths":       {5000, true, 5},
		"a gap of five and a quarter": {5250, true, 5},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := NewMeter(time.Second)
			feed(m, 0, c.last)
			w := m.Close()
			assert.Equal(t, c.measured, w.Measured)
			assert.Equal(t, c.covers, w.Covers)
		})
	}
}

func TestWhatAWindowSawTooLittleOfGoesToTheNext(t *testing.T) {
	t.Parallel()
	m := NewMeter(time.Second)
	feed(m, 0, 400)
	assert.False(t, m.Close().Measured)
	feed(m, 2000)
	w := m.Close()
	assert.True(t, w.Measured)
	assert.Equal(t, 0., w.From)
	assert.Equal(t, 200., w.Ticks)
	assert.Equal(t, 2, w.Covers)
}

func TestAWindowWithoutReadingsIsNotMeasured(t *testing.T) {
	t.Parallel()
	m := NewMeter(time.Second)
	assert.Equal(t, Window{Covers: 1}, m.Close(), "before the first reading")
	feed(m, 0, 1000)
	m.Close()
	assert.Equal(t, Window{Covers: 1}, m.Close(), "between two")
}

func TestARestartIsReportedAndNeverMeasured(t *testing.T) {
	t.Parallel()
	for name, after := range map[string]Reading{
		"count went back":                     {Count: 3, Life: 1e9},
		"another process with a higher count": {Count: 5000, Life: 1e9 + 60},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := NewMeter(time.Second)
			assert.False(t, m.Add(Reading{Count: 1000, Life: 1e9}))
			after.Sent, after.Received = 500*msec, 500*msec
			assert.True(t, m.Add(after))
			next := after
			next.Count, next.Sent, next.Received = after.Count+50, time.Second, time.Second
			assert.False(t, m.Add(next))
			w := m.Close()
			assert.True(t, w.Restarted)
			assert.False(t, w.Measured)
			assert.Zero(t, w.Bounds)
			assert.Zero(t, w.Ticks)

			next.Count, next.Sent, next.Received = next.Count+100, 2*time.Second, 2*time.Second
			m.Add(next)
			w = m.Close()
			assert.False(t, w.Restarted, "a restart is reported once")
			assert.True(t, w.Measured)
			assert.Equal(t, 100., w.Ticks)
			assert.InDelta(t, 100, w.Hz, 1e-9)
		})
	}
}

func TestACounterThatStandsStillIsStaleAndItsGapGoesOnOverWindows(t *testing.T) {
	t.Parallel()
	m := NewMeter(time.Second)
	gaps := []time.Duration{}
	m.Add(reading(42, 0, 2*msec))
	for second := range 3 {
		for tenth := range 10 {
			sent := millis(1000*second + 100*(tenth+1))
			m.Add(reading(42, sent, sent+2*msec))
		}
		w := m.Close()
		assert.True(t, w.Stale)
		assert.True(t, w.Measured)
		assert.Zero(t, w.Hz)
		assert.Zero(t, w.Low)
		gaps = append(gaps, w.LongestGap)
	}
	assert.Equal(t, []time.Duration{998 * msec, 1998 * msec, 2998 * msec}, gaps)
}

func TestTheGapOfAWindowIsNotThatOfTheOneBefore(t *testing.T) {
	t.Parallel()
	m := NewMeter(time.Second)
	feed(m, 0, 1000)
	m.Close()
	m.Add(reading(100, 1800*msec, 1800*msec))
	m.Add(reading(102, 2000*msec, 2000*msec))
	assert.Equal(t, 800*msec, m.Close().LongestGap)
	for ms := 2010; ms <= 3000; ms += 10 {
		m.Add(reading(float64(ms-2010)/10+103, millis(ms), millis(ms)))
	}
	assert.Equal(t, 5*msec, m.Close().LongestGap)
}
