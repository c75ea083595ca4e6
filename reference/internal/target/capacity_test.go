package target

import (
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestTheLoopSlowsWithOneUserMoreThanItCanHold(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := startLoop(100)
		defer l.stop()
		b := newFaultBox(100, l, newTally(), newSource(1))
		b.parts = []func(Faults, *Faults) error{b.applyLoop}
		assert.NoError(t, b.change(func(f *Faults) error { f.LoopCapacity = 3; return nil }))
		second := func() uint64 {
			before := l.view().count
			time.Sleep(time.Second)
			return l.view().count - before
		}
		b.came(3)
		assert.Equal(t, uint64(100), second(), "three are not too many")
		b.came(1)
		assert.InDelta(t, 25, second(), 1)
		b.came(-1)
		assert.InDelta(t, 100, second(), 1)
		assert.NoError(t, b.change(func(f *Faults) error { f.LoopHz, f.LoopCapacity = 50, 2; return nil }))
		assert.InDelta(t, 12.5, second(), 1)
		assert.NoError(t, b.change(func(f *Faults) error { *f = Faults{}; return nil }))
		assert.InDelta(t, 100, second(), 1)
	})
}

// Ten users without a pause at a desk of four, where an answer takes a second: each has his after 10/4 of it.
func TestAnswersWaitForEachOtherInTheirOrder(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const users, places, rounds = 10, 4, 20
		var d desk
		end := time.Now().Add(rounds * time.Second)
		answers, waited := 0, make(chan time.Duration, users*rounds)
		var all sync.WaitGroup
		for range users {
			all.Go(func() {
				for time.Now().Before(end) {
					asked := time.Now()
					if !d.enter(places, nil) {
						return
					}
					time.Sleep(time.Second)
					d.leave()
					waited <- time.Since(asked)
				}
			})
		}
		all.Wait()
		close(waited)
		longest := time.Duration(0)
		for one := range waited {
			answers++
			longest = max(longest, one)
		}
		assert.InDelta(t, places*rounds, answers, users, "four a second")
		assert.Equal(t, 3*time.Second, longest, "2.5 on the average, in whole seconds")
		assert.Zero(t, d.busy)
	})
}

func TestWhoGivesUpWaitingTakesNoPlace(t *testing.T) {
	t.Parallel()
	var d desk
	gone := make(chan struct{})
	close(gone)
	assert.True(t, d.enter(1, nil))
	assert.False(t, d.enter(1, gone))
	d.leave()
	assert.True(t, d.enter(1, gone), "the place is free, whoever asks")
	d.leave()
	assert.True(t, d.enter(0, gone))
	d.leave()
	assert.Zero(t, d.busy)
	assert.Empty(t, d.waiting)
}
