package record_test

import (
	"math"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featherweight/xk6-featherweight/internal/record"
)

const (
	phase    = "steady"
	response = "message_response_time"
)

func TestAShareKnowsWhoseAttemptsTheyWere(t *testing.T) {
	t.Parallel()
	r := &record.Record{}
	for user := range uint64(100) {
		for range 10 {
			r.Attempt("error_rate", user, user == 7)
		}
	}
	got, ok := r.Share("error_rate")
	require.True(t, ok)
	assert.Equal(t, []int{10, 1000, 100}, []int{got.Hits, got.N, got.Users})
	assert.InDelta(t, 100, got.Effective, 4, "ten turns of a user who always fails are one observation")
	assert.True(t, got.Holds(0.05), "one of a hundred users: %v to %v", got.Low, got.High)
	_, ok = r.Share("other")
	assert.False(t, ok)
}

// What ended took 1 to 80 s, one a second; the other 20 waited for 5 s until they were cut off.
func TestAPercentileLiesBetweenAtOnceAndNever(t *testing.T) {
	t.Parallel()
	r := &record.Record{}
	for i := range 100 {
		took, cut := time.Duration(i+1)*time.Second, false
		if i >= 80 {
			took, cut = 5*time.Second, true
		}
		r.Wait(response, phase, uint64(i), took, cut)
		r.Wait(response, "ramp", uint64(i), time.Hour, false) // another phase does not matter
	}
	median, ok := r.Percentile(response, phase, 0.5)
	require.True(t, ok)
	assert.Equal(t, []int{100, 20, 100}, []int{median.N, median.Cut, median.Users})
	assert.InDelta(t, 30_500, median.AtOnce, 1e-6) // 20 more of 5 s: ranks 49 and 50, counted from 0, are 30 and 31 s
	assert.InDelta(t, 50_500, median.Never, 1e-6)
	assert.LessOrEqual(t, median.Low, median.AtOnce)
	assert.GreaterOrEqual(t, median.High, median.Never)

	high, _ := r.Percentile(response, phase, 0.9)
	assert.True(t, math.IsInf(high.Never, 1))
	assert.InDelta(t, 70_100, high.AtOnce, 1e-6)
}

func TestTheSilenceAtTheEndIsWhatBeganAfterTheLastAnswer(t *testing.T) {
	t.Parallel()
	start := time.Now()
	at := func(s int) time.Time { return start.Add(time.Duration(s) * time.Second) }
	r := &record.Record{}
	r.Outcome(at(1), false)
	r.Outcome(at(3), true)
	r.Outcome(at(2), false) // seen later, began earlier: it timed out
	assert.Zero(t, r.Silence().Failed)
	r.Outcome(at(5), false)
	r.Outcome(at(4), false)
	assert.Equal(t, record.Silence{Failed: 2, Since: at(4)}, r.Silence())
	r.Outcome(at(4), true)
	assert.Equal(t, record.Silence{Failed: 1, Since: at(5)}, r.Silence())
}

func TestManyUsersRecordAtOnce(t *testing.T) {
	t.Parallel()
	r := &record.Record{}
	var users sync.WaitGroup
	for user := range uint64(50) {
		users.Go(func() {
			for range 100 {
				r.Attempt("error_rate", user, false)
				r.Wait(response, phase, user, time.Second, false)
				r.Outcome(time.Now(), true)
			}
			r.Percentile(response, phase, 0.9)
		})
	}
	users.Wait()
	share, _ := r.Share("error_rate")
	wait, _ := r.Percentile(response, phase, 0.9)
	assert.Equal(t, []int{5000, 5000}, []int{share.N, wait.N})
}
