package record_test

import (
	"encoding/json"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featherweight/xk6-featherweight/internal/record"
)

// Three processes share the users of one; what they know goes through a file.
func TestAttemptsOfSeveralProcessesAddUpToThoseOfOne(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(3, 4))
	whole, parts := &record.Record{}, []*record.Record{{}, {}, {}}
	for n := range 3000 {
		user, began := uint64(n%50), start.Add(time.Duration(n)*time.Second)
		took := time.Duration(random.ExpFloat64() * float64(time.Second))
		failed := n > 2980 || (n > 2950 && user%3 == 0) || random.IntN(50) == 0 // the first part falls silent before the others
		for _, r := range []*record.Record{whole, parts[user%3]} {
			r.Attempt("error_rate", user, failed)
			r.Wait(response, phase, user, took, n%100 == 0)
			r.Outcome(began, !failed)
		}
	}
	read := make([]record.Attempts, len(parts))
	for i, part := range parts {
		text, err := json.Marshal(part.Attempts())
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(text, &read[i]))
		require.NoError(t, read[i].Check())
	}
	sum := record.JoinAttempts(read...)

	want, _ := whole.Share("error_rate")
	got, ok := sum.Share("error_rate")
	require.True(t, ok)
	assert.Equal(t, []int{want.Hits, want.N, want.Users}, []int{got.Hits, got.N, got.Users})
	assert.InDelta(t, want.High, got.High, 1e-9)
	assert.Equal(t, whole.Silence(), sum.Silence())
	assert.Equal(t, 20, sum.Silence().Failed, "those after the last good one of any part")

	for _, p := range []float64{0.5, 0.9, 0.95} {
		alone, _ := whole.Percentile(response, phase, p)
		merged, ok := sum.Percentile(response, phase, p)
		require.True(t, ok)
		assert.Equal(t, []int{alone.N, alone.Cut, alone.Users}, []int{merged.N, merged.Cut, merged.Users})
		assert.LessOrEqual(t, merged.AtOnce, alone.AtOnce, "%v: it promises less, never more", p)
		assert.GreaterOrEqual(t, merged.Never, alone.Never, "%v: it promises less, never more", p)
		assert.InEpsilon(t, alone.AtOnce, merged.AtOnce, 0.021)
		assert.InEpsilon(t, alone.Never, merged.Never, 0.021)
		assert.InEpsilon(t, alone.Low, merged.Low, 0.05, "the next rank, at most")
		assert.InEpsilon(t, alone.High, merged.High, 0.05, "the next rank, at most")
	}
}

func TestAttemptsThatContradictThemselvesAreRefused(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		`{"waits":[{"ended":{"1":[3]}}]}`, `{"waits":[{"cut":{"1":[3,0]}}]}`, `{"waits":[{"ended":{"1":[3,1.5]}}]}`,
		`{"waits":[{"ended":{"1":[3,1e12]}}]}`, `{"waits":[{"ended":{"1":[999999,1]}}]}`,
		`{"shares":{"a":{"1":{"N":0,"Hits":0}}}}`, `{"shares":{"a":{"1":{"N":2,"Hits":3}}}}`,
	} {
		var a record.Attempts
		require.NoError(t, json.Unmarshal([]byte(text), &a))
		require.Error(t, a.Check(), text)
	}
}

// Of few samples, too: the percentile that k6 reckons from them lies within.
func TestTheBoundsOfASketchHoldThePercentile(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(5, 6))
	for range 500 {
		r, n := record.New(start), 1+random.IntN(40)
		var all []float64
		for range n {
			all = append(all, random.ExpFloat64()*1000)
			r.Add(start, phase, one(response, all[len(all)-1]))
		}
		for _, p := range []float64{0.5, 0.9, 0.95, 0.99} {
			low, estimate, high := r.Whole().Of(response).Bounds(p)
			want := interpolated(all, p)
			require.LessOrEqual(t, low, want)
			require.GreaterOrEqual(t, high, want)
			require.InEpsilon(t, want, estimate, 0.0101)
		}
	}
}

// interpolated is k6's percentile: rank p(n-1), between the two samples next to it.
func interpolated(samples []float64, p float64) float64 {
	sorted := sortedCopy(samples)
	at := p * float64(len(sorted)-1)
	low, high := int(at), min(int(at)+1, len(sorted)-1)
	return sorted[low] + (sorted[high]-sorted[low])*(at-float64(low))
}

func sortedCopy(samples []float64) []float64 {
	out := slices.Clone(samples)
	slices.Sort(out)
	return out
}

// A count of waits costs a place, however great it is: runner.json may come from anywhere.
func TestAGreatCountOfWaitsTakesNoMemory(t *testing.T) {
	t.Parallel()
	const many = 1 << 30
	bin := float64(record.Index(700))
	attempts := record.Attempts{Waits: []record.Waits{{Name: "a", Phase: "steady", Ended: map[uint64][]float64{1: {bin, many}, 2: {bin, many - 1}}}}}
	require.NoError(t, attempts.Check())
	found, ok := record.JoinAttempts(attempts).Percentile("a", "steady", 0.9)
	require.True(t, ok)
	assert.Equal(t, 2*many-1, found.N)
	assert.InEpsilon(t, 700, found.AtOnce, 0.03)
	attempts.Waits = append(attempts.Waits, record.Waits{Name: "b", Phase: "steady", Ended: map[uint64][]float64{1: {bin, 2}}})
	assert.Error(t, attempts.Check(), "more than a test can have")
}
