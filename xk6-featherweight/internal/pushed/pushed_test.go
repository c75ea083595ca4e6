package pushed

import (
	"context"
	"io"
	"math"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	prompb "buf.build/gen/go/prometheus/prometheus/protocolbuffers/go"
	"github.com/klauspost/compress/snappy"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"

	"github.com/featherweight/xk6-featherweight/internal/record"
	"github.com/featherweight/xk6-featherweight/internal/runners"
	"github.com/featherweight/xk6-featherweight/internal/slo/slotest"
)

// TestEveryBinIsToldFromItsBucket: what a recording keeps of a time goes through a native histogram without a loss.
func TestEveryBinIsToldFromItsBucket(t *testing.T) {
	t.Parallel()
	last := math.MinInt
	for bin := record.Index(1e-6); bin <= record.Index(1e9); bin++ {
		bucket := bucketOf(bin)
		require.Greater(t, bucket, last, "bin %d", bin)
		require.Equal(t, bin, binOf(bucket))
		low, high := boundsOf(bucket)
		require.Equal(t, bucket, bucketWith(high))
		from, to := record.Bounds(bin)
		middle := math.Sqrt(from * to)
		require.True(t, low < middle && middle <= high, "bin %d from %v to %v has its middle not in %v to %v", bin, from, to, low, high)
		last = bucket
	}
}

// world is a recording of random samples of every name, over that time.
func world(rng *rand.Rand, start time.Time, length time.Duration) *record.Recording {
	r := record.New(start)
	for at := time.Duration(0); at < length; at += time.Duration(1 + rng.IntN(int(length/400))) {
		phase := "ramp"
		if at > length/3 {
			phase = "steady"
		}
		for _, name := range record.Names() {
			sample := record.Sample{Name: name.Name}
			switch name.Kind {
			case record.Count:
				sample.Value = float64(rng.IntN(5))
			case record.Rate:
				sample.Value = float64(rng.IntN(2))
			case record.Gauge:
				sample.Value = rng.NormFloat64() * 100
			default:
				sample.Value = math.Exp(rng.NormFloat64()*6) - 1e-3 // some are as good as none
			}
			if name.Reasons && rng.IntN(2) == 0 {
				sample.Reason = "reset"
			}
			if rng.IntN(3) > 0 {
				r.Add(start.Add(at), phase, sample)
			}
		}
	}
	r.End(start.Add(length), true)
	return r
}

// account is one that makes several pieces.
func account() runners.Account {
	rng, source := rand.New(rand.NewPCG(7, 7)), strings.Builder{}
	for range 1000 {
		source.WriteString(strconv.FormatUint(rng.Uint64(), 16))
	}
	return runners.Account{
		Test: "tonight", Script: "x.js", Part: "1/3:2/3", Parts: []string{"0:1/3", "1/3:2/3", "2/3:1"}, Plan: slotest.Plan(),
		Config: nil, End: &runners.End{Complete: true, Verdict: "PASS", Source: source.String()},
	}
}

// kept are the series that a server has taken.
func kept(t *testing.T, all []Series) []Series {
	t.Helper()
	var out []Series
	known := map[string]int{}
	srv := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		assert.NoError(t, err)
		text, err := snappy.Decode(nil, body)
		assert.NoError(t, err)
		var message prompb.WriteRequest
		assert.NoError(t, proto.Unmarshal(text, &message))
		for _, series := range message.GetTimeseries() {
			one, key := Series{Labels: map[string]string{}}, ""
			for _, label := range series.GetLabels() {
				one.Labels[label.GetName()] = label.GetValue()
				key += label.GetName() + "=" + label.GetValue() + ","
			}
			for _, s := range series.GetSamples() {
				one.Samples = append(one.Samples, Sample{At: time.UnixMilli(s.GetTimestamp()), Value: s.GetValue()})
			}
			for _, h := range series.GetHistograms() {
				one.Samples = append(one.Samples, Sample{At: time.UnixMilli(h.GetTimestamp()), Histogram: unpacked(t, h)})
			}
			assert.NotContains(t, known, key, "a series comes in two pieces")
			known[key] = len(out)
			out = append(out, one)
		}
	}))
	defer srv.Close()
	require.NoError(t, Server{URL: srv.URL}.Write(t.Context(), all))
	return out
}

func unpacked(t *testing.T, h *prompb.Histogram) *Histogram {
	t.Helper()
	out := &Histogram{Zero: float64(h.GetZeroCountInt()), Sum: h.GetSum(), Buckets: map[int]float64{}}
	bucket, count, i := int32(0), int64(0), 0
	for _, span := range h.GetPositiveSpans() {
		bucket += span.GetOffset()
		for range span.GetLength() {
			count += h.GetPositiveDeltas()[i]
			out.Buckets[int(bucket)] = float64(count)
			bucket++
			i++
		}
	}
	assert.InDelta(t, float64(h.GetCountInt()), out.Count(), 0)
	assert.EqualValues(t, Schema, h.GetSchema())
	return out
}

// TestWhatIsPushedIsHadBack: an account to the letter, a recording block by block.
func TestWhatIsPushedIsHadBack(t *testing.T) {
	t.Parallel()
	for seed := range uint64(6) {
		rng := rand.New(rand.NewPCG(seed, 1))
		start := time.Now().Add(-10 * time.Minute)
		length := time.Duration(1+rng.IntN(500)) * time.Second
		was := world(rng, start, length)
		now := start.Add(length + time.Duration(rng.IntN(2000))*time.Millisecond)
		begun, err := Encode("2-of-3", runners.Account{Test: "tonight", Part: "1/3:2/3", Parts: account().Parts, Plan: slotest.Plan()}, nil, start)
		require.NoError(t, err)
		all, err := Encode("2-of-3", account(), was, now)
		require.NoError(t, err)

		stored := kept(t, append(begun, all...))
		found := latest(accounts(stored))
		require.Len(t, found, 1)
		require.Empty(t, found[0].Problem)
		want := account()
		want.Schema = runners.Schema
		got := found[0].Account
		assert.Equal(t, want.End.Source, got.End.Source)
		assert.Equal(t, want.Parts, got.Parts)
		assert.Equal(t, "2-of-3", found[0].Name)

		is, err := recorded(found[0].packed, recordings(stored))
		require.NoError(t, err)
		assert.True(t, is.Complete())
		assert.True(t, is.Started().Equal(was.Started()) && is.Ended().Equal(was.Ended()))
		same(t, was.Blocks(start), is.Blocks(start))
	}
}

// TestOfALongRunNothingIsLostButWhen: a Prometheus takes nothing that is older than an hour.
func TestOfALongRunNothingIsLostButWhen(t *testing.T) {
	t.Parallel()
	start := time.Now().Add(-3 * time.Hour)
	was := world(rand.New(rand.NewPCG(1, 2)), start, 3*time.Hour)
	now := start.Add(3 * time.Hour)
	all, err := Encode("1-of-3", account(), was, now)
	require.NoError(t, err)
	for _, s := range all {
		require.Less(t, now.Sub(s.Samples[0].At), time.Hour)
	}
	is, err := recorded(packed{Started: start, Ended: now}, recordings(kept(t, all)))
	require.NoError(t, err)
	for _, phase := range []string{"ramp", "steady"} {
		for _, name := range record.Names() {
			want, got := was.Whole(phase).Of(name.Name), is.Whole(phase).Of(name.Name)
			assert.InDelta(t, want.Sum(), got.Sum(), 1e-6*math.Abs(want.Sum()), name.Name)
			if name.Kind == record.Time {
				assert.InDelta(t, want.N(), got.N(), 0, name.Name)
				assert.InDelta(t, want.Quantile(0.9), got.Quantile(0.9), 0, name.Name)
				assert.InDelta(t, want.Max(), got.Max(), 0, name.Name)
			}
		}
	}
}

// TestTheLatestAccountCounts: the tag was used before.
func TestTheLatestAccountCounts(t *testing.T) {
	t.Parallel()
	now := time.Now()
	first, err := Encode("1-of-3", account(), record.New(now.Add(-time.Hour)), now.Add(-time.Hour))
	require.NoError(t, err)
	second, err := Encode("1-of-3", runners.Account{Test: "tonight", Part: "0:1/3", Parts: account().Parts, Plan: slotest.Plan()}, nil, now)
	require.NoError(t, err)
	for _, all := range [][]Series{append(first, second...), append(second, first...)} {
		found := latest(all)
		require.Len(t, found, 1)
		assert.Nil(t, found[0].Account.End, "it has begun again, and has no end yet")
	}
	found := latest(first[1:]) // a piece is not there
	require.Len(t, found, 1)
	assert.Contains(t, found[0].Problem, "piece 1 of")
	assert.Nil(t, found[0].Account.End)
}

// TestAServerThatDoesNotTakeItIsQuoted, at once when it never will, and after the time that is given when it may.
func TestAServerThatDoesNotTakeItIsQuoted(t *testing.T) {
	t.Parallel()
	asked := 0
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked++
		assert.Equal(t, "Bearer abc", r.Header.Get("Authorization"))
		if asked == 1 {
			http.Error(w, "just now I cannot", http.StatusServiceUnavailable)
			return
		}
		http.Error(w, "native histograms are disabled", http.StatusBadRequest)
	}))
	defer srv.Close()
	all, err := Encode("1-of-3", account(), nil, time.Now())
	require.NoError(t, err)
	err = Server{srv.URL, "Bearer abc"}.Write(t.Context(), all)
	require.ErrorContains(t, err, "native histograms are disabled")
	assert.Equal(t, 2, asked)
	srv.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	require.Error(t, Server{URL: srv.URL}.Write(ctx, all))
}

func accounts(all []Series) []Series { return having(all, true) }

func recordings(all []Series) []Series { return having(all, false) }

func having(all []Series, account bool) (out []Series) {
	for _, s := range all {
		if (s.Labels[nameLabel] == accountName) == account {
			out = append(out, s)
		}
	}
	return out
}

// same holds two recordings against each other: counts, bins and extremes exactly, sums but for the last digits.
func same(t *testing.T, want, got []record.Line) {
	t.Helper()
	require.Len(t, got, len(want))
	for i := range want {
		w, g := want[i], got[i]
		require.Equal(t, w.Second, g.Second)
		require.Equal(t, w.Phase, g.Phase)
		require.Equal(t, w.Counts, g.Counts)
		require.Equal(t, w.Rates, g.Rates)
		require.Equal(t, w.Gauges, g.Gauges)
		require.Len(t, g.Times, len(w.Times))
		for name, times := range w.Times {
			other := g.Times[name]
			require.InDelta(t, times.Sum, other.Sum, 1e-6*(1+times.Sum), name)
			times.Sum, other.Sum = 0, 0
			require.Equal(t, times, other, name)
		}
	}
}

// TestTheSeriesHaveTheNamesThatAreDocumented, which queries of dashboards and older verdicts stand on.
func TestTheSeriesHaveTheNamesThatAreDocumented(t *testing.T) {
	t.Parallel()
	start := time.Now().Add(-time.Minute)
	r := record.New(start)
	for name, reason := range map[string]string{"chat_failures": "reset", "error_rate": "", "ws_connected": "", "message_response_time": ""} {
		r.Add(start, "steady", record.Sample{Name: name, Reason: reason, Value: 1})
	}
	all, err := Encode("1-of-3", account(), r, time.Now())
	require.NoError(t, err)
	var names []string
	for _, s := range recordings(all) {
		assert.Equal(t, []string{"tonight", "1-of-3", "steady"}, []string{s.Labels["testid"], s.Labels["runner"], s.Labels["phase"]})
		assert.Equal(t, s.Labels["__name__"] == "fwhz_chat_failures_total", s.Labels["reason"] == "reset", s.Labels)
		names = append(names, s.Labels["__name__"])
	}
	assert.ElementsMatch(t, []string{
		"fwhz_chat_failures_total", "fwhz_error_rate_hits_total", "fwhz_error_rate_samples_total",
		"fwhz_ws_connected_samples", "fwhz_ws_connected_sum", "fwhz_ws_connected_min", "fwhz_ws_connected_max", "fwhz_ws_connected_last",
		"fwhz_message_response_time", "fwhz_message_response_time_min", "fwhz_message_response_time_max",
	}, names)
	for _, s := range accounts(all) {
		assert.Equal(t, []string{"fwhz_runner_account", "ended"}, []string{s.Labels["__name__"], s.Labels["state"]})
	}
}
