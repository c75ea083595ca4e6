package record_test

import (
	"bytes"
	"encoding/json"
	"math"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featherweight/xk6-featherweight/internal/record"
)

// some is a recording of anything, for up to three hours.
func some(seed uint64) *record.Recording {
	random := rand.New(rand.NewPCG(seed, 3))
	r := record.New(after(random.Float64()))
	names := record.Names()
	length := []float64{3, 100, 3 * 3600}[random.IntN(3)]
	for range random.IntN(2000) {
		name := names[random.IntN(len(names))]
		sample := one(name.Name, random.ExpFloat64()*100)
		if name.Reasons {
			sample.Reason = []string{"dial", "closed", `a "reason" {of}: its own`}[random.IntN(3)]
		}
		r.Add(after(1+random.Float64()*length), []string{"idle", "steady", ""}[random.IntN(3)], sample)
	}
	if random.IntN(2) == 0 {
		r.End(after(length+2), random.IntN(2) == 0)
	}
	return r
}

func TestARecordingThatIsReadIsWrittenAsItWas(t *testing.T) {
	t.Parallel()
	for seed := range uint64(20) {
		first := written(t, some(seed))
		again := written(t, read(t, first))
		require.Equal(t, string(first), string(again), "seed %d", seed)
	}
}

func TestEveryLineIsJSONAndTheFirstSaysWhatItIs(t *testing.T) {
	t.Parallel()
	r := record.New(start)
	r.Add(after(1), "steady", one("chat_ttft", 100), failure("dial"))
	r.End(after(2), true)
	lines := strings.Split(strings.TrimSuffix(string(written(t, r)), "\n"), "\n")
	require.Len(t, lines, 3)
	var header map[string]any
	require.NoError(t, json.Unmarshal([]byte(lines[0]), &header))
	assert.Equal(t, "featherweight-slo/series/v1", header["schema"])
	assert.Equal(t, "2026-07-01T12:00:03.3Z", header["started"])
	assert.InDelta(t, 0.01, header["relativeAccuracy"], 0)
	assert.Equal(t, "time", header["names"].(map[string]any)["chat_ttft"])
	assert.JSONEq(t, `{"second":1782907204,"seconds":1,"phase":"steady","counts":{"chat_failures{reason:dial}":1},
		"times":{"chat_ttft":{"sum":100,"min":100,"max":100,"bins":[230,1]}}}`, lines[1])
	assert.JSONEq(t, `{"end":true,"ended":"2026-07-01T12:00:05.3Z","complete":true,"lines":1}`, lines[2])
}

func TestHalfARecordingIsNeverTakenForAWholeOne(t *testing.T) {
	t.Parallel()
	r := record.New(start)
	for second := range 4 {
		r.Add(after(float64(second)), "steady", one("chat_ttft", 100), failure("dial"))
	}
	whole := written(t, r)
	for length := range len(whole) - 1 { // without its last line feed it is whole
		_, err := record.Read(bytes.NewReader(whole[:length]))
		require.Error(t, err, "%d bytes of %d", length, len(whole))
		want := record.ErrCut
		if length < len(`{"schema":"featherweight-slo/series/v1"`) {
			want = record.ErrForeign // nobody can tell
		}
		require.ErrorIs(t, err, want, "%d bytes of %d", length, len(whole))
	}
	_, err := record.Read(bytes.NewReader(whole[:len(whole)-1]))
	require.NoError(t, err)
}

func TestWhatIsNoRecordingIsRefusedWithItsReason(t *testing.T) {
	t.Parallel()
	const (
		header = `{"schema":"featherweight-slo/series/v1","started":"2026-07-01T12:00:03Z","relativeAccuracy":0.01,"runners":1,"names":{}}` + "\n"
		end    = `{"end":true,"ended":"2026-07-01T12:00:05Z","complete":true,"lines":1}` + "\n"
		begin  = `{"second":1782907204,"seconds":1,"phase":"steady"`
		block  = `{"second":1782907210,"seconds":10,"phase":"steady"}` + "\n"
	)
	for name, c := range map[string]struct{ file, says string }{
		"nothing":             {"", "it is empty"},
		"a summary":           {"{\n  \"schema\": \"featherweight-slo/summary/v1\"", "not a recording of featherweight-slo/series/v1"},
		"another version":     {strings.Replace(header, "v1", "v2", 1), `its first line is "{\"schema\":\"featherweight-slo/series/v2`},
		"another accuracy":    {strings.Replace(header, "0.01", "0.02", 1), "its relative accuracy is 0.02, and not 0.01"},
		"no runner":           {strings.Replace(header, `"runners":1`, `"runners":0`, 1), "0 runners"},
		"a line of a log":     {header + "level=info\n" + end, "line 2: it is not a line of a recording"},
		"lines lost":          {header + end, "its last line counts 1 lines before it, and there are 0"},
		"two recordings":      {header + begin + "}\n" + end + header, "line 4: it goes on after its last line"},
		"twice":               {header + begin + "}\n" + begin + "}\n" + end, `second 1782907204 of phase "steady" is there twice`},
		"out of order":        {header + strings.Replace(begin, "204", "205", 1) + "}\n" + begin + "}\n" + end, "second 1782907204 comes after second 1782907205"},
		"years later":         {header + strings.Replace(begin, "17829", "27829", 1) + "}\n" + end, "not within a year"},
		"no length":           {header + strings.Replace(begin, `"seconds":1`, `"seconds":7`, 1) + "}\n" + end, "neither one second nor a block"},
		"a block not at ten":  {header + strings.Replace(begin, `"seconds":1`, `"seconds":10`, 1) + "}\n" + end, "neither one second nor a block"},
		"a block afterwards":  {header + begin + "}\n" + block + end, "comes after seconds of their own"},
		"seconds in a block":  {header + block + strings.Replace(begin, "204", "215", 1) + "}\n" + end, "is also in the block before it"},
		"a kind of its own":   {header + begin + `,"counts":{"chat_ttft":5}}` + "\n" + end, "chat_ttft is a count there, and is a time"},
		"a reason":            {header + begin + `,"counts":{"chat_turns{reason:dial}":5}}` + "\n" + end, "chat_turns has no reasons"},
		"more than all":       {header + begin + `,"rates":{"error_rate":[5,4]}}` + "\n" + end, "error_rate: its numbers contradict each other"},
		"half a pair":         {header + begin + `,"times":{"chat_ttft":{"sum":1,"min":1,"max":1,"bins":[5]}}}` + "\n" + end, "contradict"},
		"half a sample":       {header + begin + `,"times":{"chat_ttft":{"sum":1,"min":1,"max":1,"bins":[5,0.5]}}}` + "\n" + end, "contradict"},
		"a bin of the future": {header + begin + `,"times":{"chat_ttft":{"sum":1,"min":1,"max":1,"bins":[50000,1]}}}` + "\n" + end, "contradict"},
		"an end before":       {header + begin + "}\n" + strings.Replace(end, "2026", "2025", 1), "not within a year after its start"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := record.Read(strings.NewReader(c.file))
			require.ErrorContains(t, err, c.says)
		})
	}
}

func TestARecordingCanBeWrittenWhileItGoesOn(t *testing.T) {
	t.Parallel()
	var r record.Recording
	assert.Empty(t, read(t, written(t, &r)).Buckets(1), "nothing was seen")
	r.Add(after(1), "steady", one("chat_turns", 1), one("chat_ttft", 5))
	written(t, &r)
	r.Add(after(1.1), "steady", one("chat_turns", 1), one("chat_ttft", 7))
	got := read(t, written(t, &r))
	assert.Equal(t, after(1), got.Started(), "writing did not start it")
	assert.InDelta(t, 2, got.Whole().Of("chat_turns").Sum(), 0)
	assert.InDelta(t, 7, got.Whole().Of("chat_ttft").Max(), 0)
	assert.False(t, got.Complete())
}

// A later version of this may know more names; what this one knows is read.
func TestNamesThatAreNotKnownAreLeftOut(t *testing.T) {
	t.Parallel()
	r := record.New(start)
	r.Add(after(1), "steady", one("chat_turns", 3))
	file := strings.Replace(string(written(t, r)), `"counts":{`, `"counts":{"chat_smiles":7,`, 1)
	got := read(t, []byte(file))
	assert.InDelta(t, 3, got.Whole().Of("chat_turns").Sum(), 0)
	assert.Nil(t, got.Whole().Of("chat_smiles"))
}

func FuzzRead(f *testing.F) {
	r := record.New(start)
	r.Add(after(1), "idle", one("loop_hz", 97), one("chat_turns", 1), one("error_rate", 1), one("chat_ttft", 5), failure("dial"))
	for _, later := range []float64{0, 2.5 * 3600} {
		r.Add(after(2+later), "steady", one("ws_connected", 97), one("chat_ttft", 7), one("chat_ttft", 0))
		var out bytes.Buffer
		_, _ = r.WriteTo(&out)
		f.Add(out.Bytes())
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		r, err := record.Read(bytes.NewReader(data))
		runtime.ReadMemStats(&after)
		const table, each = 8 << 20, 1000 // a sketch of one sample is some hundred times its text
		require.LessOrEqual(t, after.TotalAlloc-before.TotalAlloc, uint64(table+each*len(data)))
		if err != nil {
			require.NotContains(t, err.Error(), "\n")
			return
		}
		want, size := countSlowly(data, "chat_turns")
		require.InDelta(t, want, r.Whole().Of("chat_turns").Sum(), 1e-9*size)
		first := written(t, r)
		require.Equal(t, string(first), string(written(t, read(t, first))))
		record.Merge(r, r).Buckets(10)
		r.Whole().Of("chat_ttft").Quantile(0.5)
	})
}

// countSlowly adds a count up, line by line, and its sizes whatever their sign.
func countSlowly(data []byte, name string) (sum, size float64) {
	for text := range bytes.Lines(data) {
		var line struct{ Counts map[string]float64 }
		if json.Unmarshal(text, &line) == nil {
			sum += line.Counts[name]
			size += math.Abs(line.Counts[name])
		}
	}
	return sum, size
}
