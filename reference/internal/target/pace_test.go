package target

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestPaceIsExactAtAnyRate(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		hz      float64
		seconds int
		ticks   int
	}{
		{100, 60, 6000},
		{97.5, 60, 5850},
		{95.1, 60, 5706},
		{95.1, 1, 95},
		{1, 60, 60},
		{0.5, 60, 30},
		{1000, 60, 60_000},
		{100.0 / 3, 60, 2000},
	} {
		anchor := time.Now()
		p := pace{anchor: anchor, hz: c.hz}
		ticks, now := 0, anchor
		end := anchor.Add(time.Duration(c.seconds) * time.Second)
		for !p.next().After(end) {
			now = p.next()
			ticks += p.take(now)
		}
		assert.Equal(t, c.ticks, ticks, "%v Hz for %d s", c.hz, c.seconds)
		assert.False(t, now.After(end))
	}
}

func TestPaceCatchesUpWithinItsLimitAndSkipsBeyond(t *testing.T) {
	t.Parallel()
	anchor := time.Now()
	at := anchor.Add
	p := pace{anchor: anchor, hz: 100}
	assert.Equal(t, 0, p.take(at(9*time.Millisecond)), "too early")
	assert.Equal(t, 1, p.take(at(10*time.Millisecond)))
	assert.Equal(t, 10, p.takeLate(at(112*time.Millisecond)), "92 ms late: all of them at once")
	assert.Equal(t, at(120*time.Millisecond), p.next(), "and the schedule is the old one")
	assert.Equal(t, 1, p.takeLate(at(221*time.Millisecond)), "101 ms late: the missed ones are lost")
	assert.Equal(t, at(231*time.Millisecond), p.next(), "and the schedule starts anew")
}

func TestPaceLosesNothingToWhoeverComesLate(t *testing.T) {
	t.Parallel()
	anchor := time.Now()
	p := pace{anchor: anchor, hz: 100}
	assert.Equal(t, 500, p.take(anchor.Add(5005*time.Millisecond)))
	assert.Equal(t, anchor.Add(5010*time.Millisecond), p.next())
}

func TestPaceChangesItsRateWithoutLosingAPeriod(t *testing.T) {
	t.Parallel()
	anchor := time.Now()
	p := pace{anchor: anchor, hz: 100}
	p.take(anchor.Add(50 * time.Millisecond))
	p.setRate(50)
	assert.Equal(t, anchor.Add(70*time.Millisecond), p.next())
}
