package awake

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestASleepIsFoundOnceWhoeverAsks(t *testing.T) {
	t.Parallel()
	var slept atomic.Int64
	slept.Store(int64(5 * time.Hour)) // before this process began
	w := &Watch{Clock: func() time.Duration { return time.Duration(slept.Load()) }}
	ask := func() (found int64) {
		var all sync.WaitGroup
		var sum atomic.Int64
		for range 50 {
			all.Go(func() {
				if w.Slept() {
					sum.Add(1)
				}
			})
		}
		all.Wait()
		return sum.Load()
	}
	assert.EqualValues(t, 0, ask())
	slept.Add(int64(Least)) // as two clocks may differ
	assert.EqualValues(t, 0, ask())
	slept.Add(int64(time.Second))
	assert.EqualValues(t, 1, ask())
	slept.Add(int64(time.Minute))
	assert.EqualValues(t, 1, ask())
	assert.EqualValues(t, 0, ask())
	assert.EqualValues(t, 2, w.Times())
}

func TestThisMachineIsAwake(t *testing.T) {
	t.Parallel()
	before := Suspended()
	assert.InDelta(t, 0, (Suspended() - before).Seconds(), Least.Seconds())
}
