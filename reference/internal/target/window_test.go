package target

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestWindowKeepsItsRateAfterTheRingIsFull(t *testing.T) {
	t.Parallel()
	var w window
	period := time.Millisecond
	for at := period; at <= 3*windowTicks*period; at += period {
		w.add(at)
	}
	now := 3*windowTicks*period + period/2
	assert.InDelta(t, 1000, w.rate(now, period), 1e-9)
}

func TestWindowCountsABurstOnce(t *testing.T) {
	t.Parallel()
	var w window
	for at := 10 * time.Millisecond; at <= 2*time.Second; at += 10 * time.Millisecond {
		w.add(at)
	}
	for range 5 { // caught up after 50 ms
		w.add(2050 * time.Millisecond)
	}
	assert.InDelta(t, 100, w.rate(2050*time.Millisecond, 10*time.Millisecond), 1e-9)
	assert.InDelta(t, 96, w.rate(2050*time.Millisecond-1, 10*time.Millisecond), 1e-4, "just before, it was behind")
}
