package record_test

import (
	"bytes"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featherweight/xk6-featherweight/internal/record"
)

// start is 300 ms into a second, and not at a whole ten of them.
var start = time.Date(2026, 7, 1, 12, 0, 3, 300_000_000, time.UTC)

func after(seconds float64) time.Time {
	return start.Add(time.Duration(seconds * float64(time.Second)))
}

func one(name string, value float64) record.Sample { return record.Sample{Name: name, Value: value} }

func failure(reason string) record.Sample {
	return record.Sample{Name: "chat_failures", Reason: reason, Value: 1}
}

func written(t *testing.T, r *record.Recording) []byte {
	t.Helper()
	var out bytes.Buffer
	n, err := r.WriteTo(&out)
	require.NoError(t, err)
	require.Equal(t, int64(out.Len()), n)
	return out.Bytes()
}

func read(t *testing.T, data []byte) *record.Recording {
	t.Helper()
	r, err := record.Read(bytes.NewReader(data))
	require.NoError(t, err)
	return r
}

// exact is the sample of rank q(n-1), rounded down, which is what a sketch comes near to.
func exact(sorted []float64, q float64) float64 {
	return sorted[int(q*float64(len(sorted)-1))]
}

func TestASecondKeepsWhatWasSeenInIt(t *testing.T) {
	t.Parallel()
	r := record.New(start)
	r.Add(after(0.1), "idle", one("loop_hz", 97), one("loop_hz", 99), one("loop_hz", 98))
	r.Add(after(0.8), "ramp", one("chat_turns", 1), one("chat_tokens", 20), one("chat_ttft", 120), one("error_rate", 0))
	r.Add(after(0.8), "ramp", failure("dial"), one("error_rate", 1))
	r.Add(after(0.9), "ramp", failure("closed"), failure("dial"), one("nobody_knows", 7), one("chat_ttft", math.NaN()))
	got := r.Buckets(1)
	require.Len(t, got, 2, "a second begins with one of the clock: 300 ms after the start of this run it was 700 ms to the next")

	first, second := got[0], got[1]
	assert.Equal(t, start.Truncate(time.Second), first.From.UTC())
	hz := first.Of("loop_hz")
	assert.Equal(t, []float64{3, 97, 99, 98, 98}, []float64{hz.N(), hz.Min(), hz.Max(), hz.Last(), hz.Mean()})
	assert.InDelta(t, 20, second.Of("chat_tokens").Sum(), 0)
	assert.InDelta(t, 120, second.Of("chat_ttft").Quantile(0.5), 0, "of one sample, the least and the greatest are known exactly")
	assert.InDelta(t, 0.5, second.Of("error_rate").Mean(), 0)
	assert.Equal(t, []string{"closed", "dial"}, second.Reasons("chat_failures"))
	assert.InDelta(t, 2, second.For("chat_failures", "dial").Sum(), 0)
	assert.InDelta(t, 3, second.Of("chat_failures").Sum(), 0)
	assert.Nil(t, second.Of("nobody_knows"))
	assert.True(t, math.IsNaN(second.Of("chat_itl").Quantile(0.5)), "no samples, no quantile")
	assert.Equal(t, []string{"idle", "ramp"}, r.Phases())
}

func TestStretchesAndPhasesAddUp(t *testing.T) {
	t.Parallel()
	r := record.New(start)
	for second := range 100 {
		phase := "ramp"
		if second >= 40 {
			phase = "steady"
		}
		r.Add(after(float64(second)), phase, one("chat_turns", 1))
	}
	assert.InDelta(t, 60, r.Whole("steady").Of("chat_turns").Sum(), 0)
	assert.InDelta(t, 100, r.Whole().Of("chat_turns").Sum(), 0)
	assert.InDelta(t, 20, r.Over(after(30), after(50)).Of("chat_turns").Sum(), 0)
	assert.InDelta(t, 10, r.Over(after(30), after(50), "ramp").Of("chat_turns").Sum(), 0)
	buckets := r.Buckets(30)
	require.Len(t, buckets, 4)
	assert.InDelta(t, 10, buckets[3].Of("chat_turns").Sum(), 0)
}

func TestASampleThatComesLateIsPutWhereItBelongs(t *testing.T) {
	t.Parallel()
	r := record.New(start)
	r.Add(after(1), "steady", one("chat_ttft", 10))
	r.Add(after(60), "steady", one("chat_ttft", 30))
	r.Add(after(1), "steady", one("chat_ttft", 20))
	r.Add(after(-5), "steady", one("chat_turns", 1)) // before the start
	at := r.Over(after(1), after(2)).Of("chat_ttft")
	assert.Equal(t, []float64{2, 10, 20}, []float64{at.N(), at.Min(), at.Max()})
	assert.InDelta(t, 1, r.Over(start, after(1)).Of("chat_turns").Sum(), 0)
}

// Times of many kinds, over hours, phases and runners: their sum is as one sketch would have it.
func TestQuantilesOfMergedSketchesAreWithinTheStatedError(t *testing.T) {
	t.Parallel()
	for seed := range uint64(20) {
		random := rand.New(rand.NewPCG(seed, 1))
		runners := make([]*record.Recording, 1+random.IntN(4))
		for i := range runners {
			runners[i] = record.New(after(random.Float64() * 5))
		}
		var all []float64
		length := []float64{30, 600, 4 * 3600}[random.IntN(3)]
		for range 1 + random.IntN(4000) {
			ms := math.Exp(random.NormFloat64()*2 + 4)
			if random.IntN(50) == 0 {
				ms = 0
			}
			runner := runners[random.IntN(len(runners))]
			runner.Add(after(5+random.Float64()*length), []string{"ramp", "steady"}[random.IntN(2)],
				one("message_response_time", ms), one("chat_turns", 1), one("chat_goodput", float64(random.IntN(2))))
			all = append(all, ms)
		}
		slices.Sort(all)
		parts := make([]*record.Recording, len(runners))
		for i, runner := range runners {
			parts[i] = read(t, written(t, runner))
		}
		merged := record.Merge(parts...)
		got := merged.Whole()
		assert.InDelta(t, len(all), got.Of("chat_turns").Sum(), 0)
		assert.InDelta(t, len(all), got.Of("chat_goodput").N(), 0)
		times := got.Of("message_response_time")
		assert.InDelta(t, len(all), times.N(), 0)
		assert.InDelta(t, all[len(all)-1], times.Max(), 0)
		for _, q := range []float64{0, 0.01, 0.25, 0.5, 0.9, 0.95, 0.99, 0.999, 1} {
			want := exact(all, q)
			assert.InDelta(t, want, times.Quantile(q), want*record.RelativeAccuracy+1e-9, "seed %d, q %v of %d", seed, q, len(all))
		}
		assert.Equal(t, len(runners), merged.Runners())
	}
}

func TestUsersOfRunnersAddUpAlsoWhereOneSaysNothing(t *testing.T) {
	t.Parallel()
	a, b := record.New(start), record.New(after(2))
	a.Add(after(3), "ramp", one("ws_connected", 10), one("loop_hz", 98))
	b.Add(after(3), "ramp", one("ws_connected", 5))
	b.Add(after(4), "ramp", one("ws_connected", 7))
	b.Add(after(5), "steady", one("ws_connected", 8))
	a.End(after(10), true)
	b.End(after(12), false)
	got := record.Merge(a, b)
	var users []float64
	for _, bucket := range got.Buckets(1) {
		users = append(users, bucket.Of("ws_connected").Last())
	}
	assert.Equal(t, []float64{15, 17, 18}, users)
	assert.InDelta(t, 98, got.Whole().Of("loop_hz").Mean(), 0)
	assert.Equal(t, start, got.Started())
	assert.Equal(t, after(12), got.Ended())
	assert.False(t, got.Complete(), "one of them is not")
	assert.Equal(t, written(t, record.Merge(b, a)), written(t, got), "in any order")
	assert.Equal(t, written(t, a), written(t, record.Merge(a)), "one alone is what it was")
}

func TestALongRunIsKeptInBlocksAndLosesNothing(t *testing.T) {
	t.Parallel()
	r, short := record.New(start), record.New(start)
	const hours = 3
	for second := range hours * 3600 {
		sample := one("chat_ttft", float64(second%1000)+1)
		r.Add(after(float64(second)), "steady", sample, one("chat_turns", 1), one("ws_connected", float64(second)))
		if second < 1000 {
			short.Add(after(float64(second)), "steady", sample)
		}
	}
	lines := bytes.Count(written(t, r), []byte("\n"))
	assert.InDelta(t, 2+2*3600+360, lines, 15)
	whole := r.Whole()
	assert.InDelta(t, hours*3600, whole.Of("chat_turns").Sum(), 0)
	assert.InDelta(t, hours*3600-1, whole.Of("ws_connected").Last(), 0)
	assert.InDelta(t, 900, short.Whole().Of("chat_ttft").Quantile(0.9), 9)
	assert.InDelta(t, 897, r.Over(after(-10), after(997)).Of("chat_ttft").Quantile(0.9), 8.97, "of the 997 that are in whole blocks")

	r.Add(after(5), "steady", one("chat_turns", 1)) // it comes hours late
	assert.InDelta(t, 8, r.Over(after(-3), after(6)).Of("chat_turns").Sum(), 0, "the block has the first 7 seconds of the run")
	again := read(t, written(t, r))
	again.Add(after(hours*3600+500), "rampdown", one("chat_turns", 1)) // a recording that was read goes on
	assert.InDelta(t, hours*3600+2, again.Whole().Of("chat_turns").Sum(), 0)
}

func TestManyUsersAddToARecordingAtOnce(t *testing.T) {
	t.Parallel()
	var r record.Recording
	var users sync.WaitGroup
	for user := range 50 {
		users.Go(func() {
			for i := range 200 {
				r.Add(start.Add(time.Duration(i*user)*time.Millisecond), "steady", one("chat_turns", 1), one("chat_ttft", float64(i)))
			}
			r.Whole()
		})
	}
	users.Wait()
	assert.InDelta(t, 10_000, r.Whole().Of("chat_ttft").N(), 0)
}

func TestAnEventCostsNoAllocation(t *testing.T) {
	r := record.New(start)
	at := after(1)
	add := func() {
		r.Add(at, "steady", one("chat_turns", 1), one("chat_tokens", 20), one("error_rate", 0), one("chat_ttft", 120), failure("dial"))
	}
	add()
	assert.Zero(t, testing.AllocsPerRun(1000, add))
}

// 350 turns a second, which is what 1,000 users make: for ten minutes, then nothing for two hours, then ten minutes again.
// The first ten minutes are in blocks by then.
func TestWhatADayCosts(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	r := record.New(start)
	load := func(from int) {
		for second := from; second < from+600; second++ {
			at := after(float64(second))
			for range 350 {
				spread := func(ms float64) float64 { return ms * math.Exp(random.NormFloat64()*0.3) }
				r.Add(at, "steady", one("chat_turns", 1), one("chat_tokens", 20), one("error_rate", 0), one("chat_goodput", 1),
					one("ws_connected", 1000), one("message_response_time", spread(1200)), one("chat_ttft", spread(150)),
					one("chat_itl", spread(50)), one("chat_longest_gap", spread(90)), one("ws_connection_time", spread(3)))
			}
			for range 100 {
				r.Add(at, "steady", one("generator_lag", random.ExpFloat64()))
			}
			for range 10 {
				r.Add(at, "idle", one("hz_scrapes", 1), one("hz_scrape_duration", 1+random.ExpFloat64()), one("loop_hz", 97))
			}
		}
	}
	load(0)
	load(2*3600 + 600)
	var blocks, seconds int
	for _, line := range bytes.Split(written(t, r), []byte("\n")) {
		switch {
		case bytes.Contains(line, []byte(`"seconds":10,`)):
			blocks += len(line)
		case bytes.Contains(line, []byte(`"seconds":1,`)):
			seconds += len(line)
		}
	}
	hour := float64(seconds) * 6 / 1e6
	day := 2*hour + float64(blocks)*6*22/1e6
	t.Logf("%.1f MB an hour, %.1f MB a day", hour, day)
	assert.Less(t, hour, 14.0)
	assert.Less(t, day, 70.0)
}
