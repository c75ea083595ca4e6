package lag

import (
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
)

const msec = time.Millisecond

func TestEveryTickThatIsDueWasLateByItself(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		tick int
		now  time.Duration
		late []time.Duration
		next int
	}{
		"on time":                       {1, 10 * msec, []time.Duration{0}, 2},
		"a little late":                 {1, 12 * msec, []time.Duration{2 * msec}, 2},
		"the hundredth":                 {100, time.Second + 3*msec, []time.Duration{3 * msec}, 101},
		"one nanosecond before another": {1, 20*msec - 1, []time.Duration{10*msec - 1}, 2},
		"one tick slept through":        {1, 20 * msec, []time.Duration{10 * msec, 0}, 3},
		"a stall of 55 ms":              {3, 85 * msec, []time.Duration{55 * msec, 45 * msec, 35 * msec, 25 * msec, 15 * msec, 5 * msec}, 9},
		"too early":                     {7, 69 * msec, nil, 7},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			late, next := lateness(c.tick, c.now)
			assert.Equal(t, c.late, late)
			assert.Equal(t, c.next, next)
		})
	}
}

// meter is one that ends with the test: time stands still in a bubble whose test is over.
func meter(t *testing.T) *Meter {
	t.Helper()
	t.Cleanup(func() { time.Sleep(2 * lease) })
	return &Meter{}
}

// A percentile must show a long stall: half a second in ten is one sample of a thousand if it counts once, and five in
// a hundred if it counts for every tick.
func TestAStallWeighsAsMuchAsTheTicksItSleptThrough(t *testing.T) {
	t.Parallel()
	late, next := lateness(501, 5500*msec)
	assert.Len(t, late, 50)
	assert.Equal(t, 551, next)
	assert.Equal(t, 490*msec, late[0])
	assert.Equal(t, time.Duration(0), late[49])
}

func TestAProcessWithCPUIsNeverLate(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := meter(t)
		m.Need()
		time.Sleep(time.Second + time.Nanosecond)
		assert.Equal(t, make([]time.Duration, 100), m.Drain(), "a hundred ticks a second, none late")
		assert.Empty(t, m.Drain(), "a sample is given once")
	})
}

func TestTheMeterEndsByItselfWhenNobodyNeedsIt(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := meter(t)
		m.Need()
		time.Sleep(time.Minute)
		synctest.Wait()
		assert.Equal(t, int(lease/Tick), len(m.Drain()), "ticks until the lease ended")
		assert.False(t, m.running)
	})
}

func TestTheMeterRunsOnWhileItIsNeeded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := meter(t)
		for range 10 {
			m.Need()
			time.Sleep(lease - msec)
		}
		time.Sleep(time.Nanosecond) // behind the tick of this very moment
		assert.Equal(t, int(10*(lease-msec)/Tick), len(m.Drain()))
	})
}

func TestTheMeterStartsAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := meter(t)
		m.Need()
		time.Sleep(time.Minute)
		m.Drain()
		time.Sleep(time.Hour)
		m.Need()
		time.Sleep(100*msec + time.Nanosecond)
		late := m.Drain()
		assert.Equal(t, make([]time.Duration, 10), late, "the hour without a meter is nobody's lateness")
	})
}

func TestManyUsersShareOneMeter(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := meter(t)
		var users sync.WaitGroup
		for range 100 {
			users.Go(m.Need)
		}
		users.Wait()
		time.Sleep(time.Second + time.Nanosecond)
		assert.Equal(t, 100, len(m.Drain()))
	})
}

func TestWhatNobodyFetchesDoesNotGrowForEver(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := meter(t)
		for range 15 * 60 {
			m.Need()
			time.Sleep(time.Second)
		}
		assert.Equal(t, most, len(m.Drain()))
	})
}

func TestANewMeterHasNothing(t *testing.T) {
	t.Parallel()
	var m Meter
	assert.Empty(t, m.Drain())
}
