package target

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// runFor lets a loop of hz run for d of virtual time and a moment more; during, if not nil, runs meanwhile.
func runFor(t *testing.T, hz float64, d time.Duration, during func(*loop)) (loopView, Truth) {
	t.Helper()
	var (
		v     loopView
		truth = Truth{Errors: map[string]int64{}}
	)
	synctest.Test(t, func(*testing.T) {
		l := startLoop(hz)
		end := time.Now().Add(d)
		if during != nil {
			during(l)
		}
		time.Sleep(time.Until(end))
		synctest.Wait()
		v = l.view()
		l.stop()
		l.stop()
		l.addTo(&truth)
	})
	return v, truth
}

func TestLoopTicksExactly(t *testing.T) {
	t.Parallel()
	for hz, want := range map[float64]uint64{100: 1000, 97.5: 975, 95.1: 951, 40: 400, 1000: 10_000} {
		v, truth := runFor(t, hz, 10*time.Second, nil)
		assert.Equal(t, want, v.count)
		assert.Equal(t, want, truth.Ticks)
		assert.Equal(t, want, truth.Counter)
		assert.InDelta(t, 10, truth.Seconds, 1e-9)
		assert.InDelta(t, hz, truth.Hz, 1e-9)
		assert.InDelta(t, 1000/hz, truth.LongestGapMS, 1e-5)
		assert.InDelta(t, hz, v.hz, 1e-4, "the last second has a fraction of a tick at its ends")
	}
}

func TestLoopInRealTimeNeverOutrunsItsSchedule(t *testing.T) {
	t.Parallel()
	l := startLoop(1000)
	<-time.After(200 * time.Millisecond)
	l.stop()
	truth := Truth{Errors: map[string]int64{}}
	l.addTo(&truth)
	assert.Positive(t, truth.Ticks)
	assert.LessOrEqual(t, float64(truth.Ticks), truth.Seconds*1000+1)
	assert.Equal(t, truth.Ticks, observations(t, l.view().tickTime))
}

// A machine that is too busy to wake the loop is no fault of the loop: here nobody does.
func TestWhoLooksAtTheLoopFindsWhatIsDue(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		now := time.Now()
		l := &loop{born: now, started: now, last: now, pace: pace{anchor: now, hz: 100}, tickTime: newTickHistogram(), wake: make(chan struct{}, 1)}
		time.Sleep(5 * time.Second)
		late := l.view()
		assert.Equal(t, uint64(500), late.count)
		assert.InDelta(t, 100, late.hz, 1e-4, "they were when they were due, not now")
		assert.Equal(t, 10*time.Millisecond, l.longest)
		time.Sleep(time.Second)
		l.setRate(50)
		time.Sleep(time.Second)
		l.stall(200 * time.Millisecond)
		time.Sleep(time.Second)
		assert.Equal(t, uint64(600+50+1+40), l.view().count, "the 10 ticks of the stall are lost, one comes at its end")
	})
}

func TestLoopHasNoFrequencyInItsFirstSecond(t *testing.T) {
	t.Parallel()
	v, _ := runFor(t, 100, 990*time.Millisecond, nil)
	assert.Equal(t, uint64(99), v.count)
	assert.Zero(t, v.hz)
}

func TestLoopMakesUpForAShortStall(t *testing.T) {
	t.Parallel()
	v, truth := runFor(t, 100, 3*time.Second, func(l *loop) {
		time.Sleep(2005 * time.Millisecond)
		l.stall(80 * time.Millisecond)
	})
	assert.Equal(t, uint64(300), v.count)
	assert.InDelta(t, 85, truth.LongestGapMS, 1e-6, "from the tick at 2.000 s to the end of the stall at 2.085 s")
}

func TestLoopLosesTheTicksOfALongStall(t *testing.T) {
	t.Parallel()
	v, truth := runFor(t, 100, 3*time.Second, func(l *loop) {
		time.Sleep(2005 * time.Millisecond)
		l.stall(300 * time.Millisecond)
	})
	// 200 up to 2.000 s, then one at 2.305 s and one each 10 ms up to 2.995 s
	assert.Equal(t, uint64(200+70), v.count)
	assert.InDelta(t, 305, truth.LongestGapMS, 1e-6)
	assert.InDelta(t, 70.5, v.hz, 1e-6, "70 ticks, and half a period since the last")
}

func TestLoopStandsStill(t *testing.T) {
	t.Parallel()
	v, truth := runFor(t, 100, 5*time.Second, func(l *loop) {
		time.Sleep(2 * time.Second)
		synctest.Wait()
		l.halt(true)
	})
	assert.Equal(t, uint64(200), v.count)
	assert.Zero(t, v.hz)
	assert.InDelta(t, 3000, truth.LongestGapMS, 1e-6, "a gap that is still open counts")
	v, _ = runFor(t, 100, 5*time.Second, func(l *loop) {
		time.Sleep(2 * time.Second)
		synctest.Wait()
		l.halt(true)
		time.Sleep(time.Second)
		l.halt(false)
	})
	assert.Equal(t, uint64(200+1+200), v.count, "it goes on at once")
}

func TestLoopChangesItsRate(t *testing.T) {
	t.Parallel()
	v, _ := runFor(t, 100, 10*time.Second, func(l *loop) {
		time.Sleep(5 * time.Second)
		synctest.Wait()
		l.setRate(94)
	})
	assert.Equal(t, uint64(500+470), v.count)
	assert.InDelta(t, 94, v.hz, 1e-4)
}

func TestLoopRestarts(t *testing.T) {
	t.Parallel()
	var before loopView
	v, truth := runFor(t, 100, 5*time.Second, func(l *loop) {
		before = l.view()
		time.Sleep(2 * time.Second)
		synctest.Wait()
		l.restart()
	})
	assert.Equal(t, uint64(300), v.count)
	assert.Equal(t, uint64(500), truth.Ticks)
	assert.Equal(t, uint64(300), truth.Counter)
	assert.Equal(t, uint64(1), truth.Restarts)
	assert.Equal(t, 2*time.Second, v.born.Sub(before.born))
	assert.Equal(t, uint64(300), observations(t, v.tickTime), "the histogram begins anew as well")
}

func observations(t *testing.T, h prometheus.Histogram) uint64 {
	t.Helper()
	var m dto.Metric
	require.NoError(t, h.Write(&m))
	return m.GetHistogram().GetSampleCount()
}
