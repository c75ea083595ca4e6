package sampler

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
)

// A server that is frozen whole answers late and shows no counter that stands: what its loop did meanwhile went unseen.
func TestWhatALoopDidWhileNothingWasSeenOfIt(t *testing.T) {
	t.Parallel()
	const from, to = 5500 * msec, 7500 * msec
	slow := func(at time.Duration) time.Duration { // the request that finds the server frozen, and waits
		if at >= from-100*msec && at < to {
			return to - at
		}
		return 4 * msec
	}
	for name, c := range map[string]struct {
		took   func(at time.Duration) time.Duration
		fails  func(at time.Duration) bool
		frozen time.Duration // of the loop, from from on
		unseen [2]time.Duration
		lost   [2]time.Duration
	}{
		"always in sight":                   {unseen: [2]time.Duration{100 * msec, 110 * msec}, lost: [2]time.Duration{0, 30 * msec}},
		"frozen whole":                      {took: slow, frozen: to - from, unseen: [2]time.Duration{2000 * msec, 2220 * msec}, lost: [2]time.Duration{1800 * msec, 2050 * msec}},
		"only its answer was late":          {took: slow, unseen: [2]time.Duration{2000 * msec, 2220 * msec}, lost: [2]time.Duration{0, 150 * msec}},
		"readings failed, and it went on":   {fails: between(from, to), unseen: [2]time.Duration{2000 * msec, 2220 * msec}, lost: [2]time.Duration{0, 150 * msec}},
		"readings failed, and it stood":     {fails: between(from, to), frozen: 1500 * msec, unseen: [2]time.Duration{2000 * msec, 2220 * msec}, lost: [2]time.Duration{1400 * msec, 1650 * msec}},
		"readings failed, and it stood 0.5": {fails: between(from, to), frozen: 500 * msec, unseen: [2]time.Duration{2000 * msec, 2220 * msec}, lost: [2]time.Duration{400 * msec, 650 * msec}},
		"a page that is always slow":        {took: func(time.Duration) time.Duration { return 1500 * msec }, unseen: [2]time.Duration{3000 * msec, 3110 * msec}, lost: [2]time.Duration{0, 300 * msec}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				f := newFake(100)
				if c.took != nil {
					f.took = c.took
				}
				if c.fails != nil {
					f.fails = c.fails
				}
				f.stands(from, c.frozen)
				s := New(f, 100*msec, time.Second)
				var unseen, lost time.Duration
				for range 40 {
					w := next(t, s, "")
					unseen, lost = max(unseen, w.LongestUnseen), max(lost, w.LostTime)
				}
				assert.GreaterOrEqual(t, unseen, c.unseen[0])
				assert.LessOrEqual(t, unseen, c.unseen[1])
				assert.GreaterOrEqual(t, lost, c.lost[0])
				assert.LessOrEqual(t, lost, c.lost[1])
			})
		})
	}
}

func TestWhatWentUnseenOverARestartIsTheRestarts(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFake(100)
		f.fails = between(5500*msec, 7500*msec)
		f.took = func(at time.Duration) time.Duration {
			if at == 6500*msec {
				f.restart(0)
			}
			return 4 * msec
		}
		s := New(f, 100*msec, time.Second)
		restarts := 0
		for range 15 {
			w := next(t, s, "")
			if w.Restarted {
				restarts++
			}
			assert.Less(t, w.LostTime, 150*msec)
		}
		assert.Equal(t, 1, restarts)
	})
}
