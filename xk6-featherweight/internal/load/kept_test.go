package load_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/featherweight/xk6-featherweight/internal/load"
)

func TestWhatARunKeepsGrowsWithItsTurns(t *testing.T) {
	t.Parallel()
	hour := load.New(load.Settings{Users: 1000, Steady: time.Hour})
	kept := hour.Kept(2*time.Second, 0)
	assert.InDelta(t, 1.8e6, kept.Turns, 0, "a thousand users, each 1,800 times")
	assert.InDelta(t, 1.33*(1.8e6*150+3600*1000), kept.Bytes, 1)
	assert.InDelta(t, 1.33*(1.8e6*300+3600*1000), hour.Kept(2*time.Second, 2).Bytes, 1, "once more for each of two outputs")
	assert.InDelta(t, 3.6e7, hour.Kept(0, 0).Turns, 0, "no answer comes sooner than in a tenth of a second")
	ramped := load.New(load.Settings{Users: 1000, Steady: time.Minute, Idle: time.Hour, Ramp: true, Scale: 1})
	// to 250 in 30 s, to 500 in 30 s, to 1,000 in 60 s, a minute of them, to 0 in 30 s
	assert.InDelta(t, 125*30+375*30+750*60+1000*60+500*30, ramped.Kept(time.Second, 0).Turns, 0, "nobody is there in the idle phase")
}
