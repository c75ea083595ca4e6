package pushed

import (
	"maps"
	"slices"
	"time"

	"github.com/featherweight/xk6-featherweight/internal/record"
	"github.com/featherweight/xk6-featherweight/internal/runners"
)

// A Prometheus takes samples of the last hour (half of the two that its head has), and not those that are older. What a longer
// run recorded before is in the first sample that is taken: nothing is lost of it but when it was.
const accepted = 50 * time.Minute

// Encode is what a runner of that name leaves of its account and, at its end, of its recording; nil as long as it runs. Its account comes
// last, so that who finds it finds the recording.
func Encode(runner string, account runners.Account, recording *record.Recording, now time.Time) ([]Series, error) {
	text, err := account.JSON()
	if err != nil {
		return nil, err
	}
	labels := map[string]string{testLabel: account.Test, runnerLabel: runner}
	state, told := "began", packed{Account: text}
	var out []Series
	if recording != nil {
		state = "ended"
		told.Started, told.Ended, told.Complete = recording.Started(), recording.Ended(), recording.Complete()
		out = encode(recording.Blocks(now.Add(-accepted)), labels, now)
	}
	pieces, err := cut(told)
	if err != nil {
		return nil, err
	}
	for i, piece := range pieces {
		one := with(labels, accountName, "state", state, "piece", pieceName(i+1, len(pieces)), "text", piece)
		out = append(out, Series{Labels: one, Samples: []Sample{{At: now, Value: 1}}})
	}
	return out, nil
}

// encoding are the series of a recording as they grow.
type encoding struct {
	labels map[string]string
	series map[string]*Series
	totals map[string]*Histogram
}

func encode(blocks []record.Line, labels map[string]string, now time.Time) []Series {
	e := encoding{labels, map[string]*Series{}, map[string]*Histogram{}}
	for _, b := range blocks {
		at := record.BlockEnd(b.Second)
		if at.After(now) {
			at = now
		}
		grows := func(name, suffix string, more float64) { e.add(at, b.Phase, name, suffix, more) }
		tell(b.Counts, countFields(), grows)
		tell(b.Rates, shareFields(), grows)
		is := func(name, suffix string, value float64) { e.put(at, b.Phase, name, suffix, Sample{Value: value}) }
		tell(b.Gauges, stateFields(), is)
		tell(b.Times, timesFields(), is)
		for name, times := range b.Times {
			e.grow(at, b.Phase, name, times)
		}
	}
	out := make([]Series, 0, len(e.series))
	for _, key := range slices.Sorted(maps.Keys(e.series)) {
		out = append(out, *e.series[key])
	}
	return out
}

// tell says the numbers under each name.
func tell[T any](all map[string]T, fields []field[T], say func(name, suffix string, value float64)) {
	for name, one := range all {
		for _, f := range fields {
			say(name, f.suffix, *f.of(&one))
		}
	}
}

// put adds a sample to the series of a name, with a reason or without.
func (e encoding) put(at time.Time, phase, name, suffix string, sample Sample) {
	key := phase + " " + name + suffix
	s := e.series[key]
	if s == nil {
		name, reason := record.SplitReason(name)
		s = &Series{Labels: with(e.labels, prefix+name+suffix, "phase", phase, "reason", reason)}
		e.series[key] = s
	}
	sample.At = at
	s.Samples = append(s.Samples, sample)
}

// add adds to what a counter has come to.
func (e encoding) add(at time.Time, phase, name, suffix string, more float64) {
	before := 0.0
	if s := e.series[phase+" "+name+suffix]; s != nil {
		before = s.Samples[len(s.Samples)-1].Value
	}
	e.put(at, phase, name, suffix, Sample{Value: before + more})
}

// grow adds to what a histogram has come to.
func (e encoding) grow(at time.Time, phase, name string, times record.Sketch) {
	key := phase + " " + name
	total := e.totals[key]
	if total == nil {
		total = &Histogram{Buckets: map[int]float64{}}
		e.totals[key] = total
	}
	total.grow(times)
	e.put(at, phase, name, "", Sample{Histogram: &Histogram{total.Zero, total.Sum, maps.Clone(total.Buckets)}})
}

// with are labels and more, in pairs; those that are empty are left out, as Prometheus has it.
func with(labels map[string]string, name string, pairs ...string) map[string]string {
	out := maps.Clone(labels)
	out[nameLabel] = name
	for pair := range slices.Chunk(pairs, 2) { //nolint:mnd // a pair
		if pair[1] != "" {
			out[pair[0]] = pair[1]
		}
	}
	return out
}
