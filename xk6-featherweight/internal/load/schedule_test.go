package load_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featherweight/xk6-featherweight/internal/load"
)

// open is the shape of the default ramps at that rate.
func open(rate, scale float64, ramp bool) load.Shape {
	settings := defaults()
	settings.Rate, settings.Scale, settings.Ramp = rate, scale, ramp
	return load.New(settings)
}

func TestAtAConstantRateConversationsBeginAtEvenTimes(t *testing.T) {
	t.Parallel()
	schedule := open(20, 1, false).Schedule
	assert.Equal(t, 6000, schedule.Len(), "20 a second for 5 minutes")
	for n, at := range map[int]time.Duration{1: 50 * time.Millisecond, 2: 100 * time.Millisecond, 3000: 150 * time.Second, 6000: 5 * time.Minute} {
		assert.Equal(t, at, schedule.At(n), n)
	}
}

// The rate goes from 0 to 5 in 30 s (75 begin), to 10 in 30 s more (225), to 20 in another minute (900), and down in 30 s (300).
func TestARampOfTheRateBeginsAsManyAsItsAreaSays(t *testing.T) {
	t.Parallel()
	schedule := open(20, 1, true).Schedule
	assert.Equal(t, 75+225+900+6000+300, schedule.Len())
	for n, at := range map[int]time.Duration{75: 30 * time.Second, 300: time.Minute, 1200: 2 * time.Minute, 1201: 2*time.Minute + 50*time.Millisecond, 7200: 7 * time.Minute} {
		assert.InDelta(t, at, schedule.At(n), float64(time.Microsecond), n)
	}
	assert.InDelta(t, math.Sqrt(2*10/(5.0/30)), schedule.At(10).Seconds(), 1e-6, "half of slope times square is how many have begun")
}

// rate is what it is at that time since the end of the idle phase, by the words of docs/configuration.md.
func rate(s load.Settings, at time.Duration) float64 {
	if !s.Ramp {
		return s.Rate
	}
	ends := []time.Duration{0, 30 * time.Second, time.Minute, 2 * time.Minute, 2*time.Minute + time.Duration(float64(s.Steady)/s.Scale), 0}
	ends[5] = ends[4] + 30*time.Second
	rates := []float64{0, s.Rate / 4, s.Rate / 2, s.Rate, s.Rate, 0}
	at = time.Duration(float64(at) / s.Scale) // in the time of the unscaled ramps
	for i := 1; i < len(ends); i++ {
		if at <= ends[i] {
			return rates[i-1] + (rates[i]-rates[i-1])*float64(at-ends[i-1])/float64(ends[i]-ends[i-1])
		}
	}
	return 0
}

func TestTheRateOfAnyScheduleSumsUpToTheNumberOfWhatHasBegun(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	for range 20 {
		s := load.Settings{Users: 10, Rate: math.Exp(random.Float64()*7 - 2), Steady: time.Duration(1+random.IntN(60)) * time.Second, Ramp: random.IntN(3) > 0, Scale: []float64{0.1, 0.5, 1}[random.IntN(3)]}
		schedule := load.New(s).Schedule
		const step = 5 * time.Millisecond
		total, n := 0.0, 1
		for at := time.Duration(0); n <= schedule.Len(); at += step {
			total += (rate(s, at) + rate(s, at+step)) / 2 * step.Seconds()
			for n <= schedule.Len() && schedule.At(n) <= at+step {
				if math.Abs(total-float64(n)) > 1e-3+s.Rate*step.Seconds()*1.01 {
					t.Fatalf("%+v: the %d-th begins after %s, when the area is %v", s, n, at, total)
				}
				n++
			}
			if at > time.Hour {
				t.Fatalf("%+v: the %d-th of %d is never reached", s, n, schedule.Len())
			}
		}
		require.InDelta(t, total, float64(schedule.Len()), 1.01+s.Rate*step.Seconds()*2)
	}
}

func TestNothingOfTheClosedModelHasASchedule(t *testing.T) {
	t.Parallel()
	assert.Nil(t, load.New(defaults()).Schedule)
	assert.Equal(t, load.New(defaults()).Stages, open(20, 1, true).Stages)
}

func TestABeginningThatNobodyWaitedForIsCountedAndNeverBegunLate(t *testing.T) {
	t.Parallel()
	b := load.NewBeginnings(open(10, 1, false).Schedule, 0, []int64{1})
	take := func(now, at time.Duration, missed int) {
		got, lost, there := b.Take(now)
		assert.Equal(t, []any{at, missed, true}, []any{got, lost, there}, "at %s", now)
	}
	take(0, 100*time.Millisecond, 0)
	take(0, 200*time.Millisecond, 0) // another user, who waits longer
	take(300*time.Millisecond, 300*time.Millisecond, 0)
	take(750*time.Millisecond, 800*time.Millisecond, 4) // 0.4 to 0.7
	_, missed, there := b.Take(6 * time.Minute)
	assert.Equal(t, []any{2992, false}, []any{missed, there})
	_, missed, there = b.Take(6 * time.Minute)
	assert.Equal(t, []any{0, false}, []any{missed, there}, "counted once")
}

func TestManyUsersAtOnceTakeEveryBeginningOnce(t *testing.T) {
	t.Parallel()
	schedule := open(10, 1, false).Schedule
	b := load.NewBeginnings(schedule, 0, []int64{1})
	var mu sync.Mutex
	var all []time.Duration
	var users sync.WaitGroup
	for range 16 {
		users.Go(func() {
			for at, missed, there := b.Take(0); there; at, missed, there = b.Take(0) {
				mu.Lock()
				all = append(all, at)
				mu.Unlock()
				assert.Zero(t, missed)
			}
		})
	}
	users.Wait()
	slices.Sort(all)
	require.Len(t, all, schedule.Len())
	for i, at := range all {
		require.Equal(t, schedule.At(i+1), at)
	}
}

func TestRunnersOfOneTestShareTheScheduleWithoutGapsAndWithoutTwins(t *testing.T) {
	t.Parallel()
	schedule := open(10, 1, false).Schedule
	seen := map[time.Duration]int{}
	for _, part := range []struct {
		first   int64
		strides []int64
	}{{0, []int64{2, 2}}, {1, []int64{4}}, {3, []int64{4}}} { // a half and two quarters
		b := load.NewBeginnings(schedule, part.first, part.strides)
		for at, _, there := b.Take(0); there; at, _, there = b.Take(0) {
			seen[at]++
		}
	}
	assert.Len(t, seen, schedule.Len())
	for at, times := range seen {
		assert.Equal(t, 1, times, at)
	}
}
