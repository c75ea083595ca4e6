package pushed

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/featherweight/xk6-featherweight/internal/record"
	"github.com/featherweight/xk6-featherweight/internal/runners"
)

// Left is what a runner left of itself.
type Left struct {
	runners.Runner
	packed packed
}

// latest are the runners of a test by name, from the series of accountName: of each what it left last.
func latest(all []Series) []Left {
	all = slices.DeleteFunc(slices.Clone(all), func(s Series) bool { return len(s.Samples) == 0 || s.Labels[runnerLabel] == "" })
	newest := map[string]time.Time{}
	for _, s := range all {
		if name := s.Labels[runnerLabel]; s.last().After(newest[name]) {
			newest[name] = s.last()
		}
	}
	var out []Left
	for _, name := range slices.Sorted(maps.Keys(newest)) {
		p, account, err := whole(slices.DeleteFunc(slices.Clone(all), func(s Series) bool {
			return s.Labels[runnerLabel] != name || !s.last().Equal(newest[name])
		}))
		one := Left{runners.Runner{Name: name, Account: account}, p}
		if err != nil {
			one.Account, one.Problem = runners.Account{}, err.Error()
		}
		out = append(out, one)
	}
	return out
}

// last is when a series had its last sample.
func (s Series) last() time.Time { return s.Samples[len(s.Samples)-1].At }

// whole is the account that pieces of one moment make.
func whole(all []Series) (packed, runners.Account, error) {
	pieces, of := map[int]string{}, 0
	for _, s := range all {
		number, total, ok := pieceNumber(s.Labels["piece"])
		if !ok {
			continue
		}
		pieces[number], of = s.Labels["text"], max(of, total)
	}
	return join(pieces, of)
}

// slot is where a line belongs.
type slot struct {
	second int64
	phase  string
}

var errStrange = errors.New("a series of it is none that a runner leaves")

// recorded makes the recording of a runner of its series.
func recorded(p packed, all []Series) (*record.Recording, error) {
	lines := map[slot]*record.Line{}
	for _, s := range all {
		if err := into(lines, s); err != nil {
			return nil, err
		}
	}
	blocks := make([]record.Line, 0, len(lines))
	for _, at := range slices.SortedFunc(maps.Keys(lines), func(a, b slot) int {
		return cmp.Or(cmp.Compare(a.second, b.second), cmp.Compare(a.phase, b.phase))
	}) {
		blocks = append(blocks, *lines[at])
	}
	return record.FromBlocks(p.Started, p.Ended, p.Complete, blocks)
}

// into puts what a series says into the lines of a recording.
func into(lines map[slot]*record.Line, s Series) error {
	text := s.Labels[nameLabel]
	base, is := strings.CutPrefix(text, prefix)
	if !is {
		return fmt.Errorf("%w: %s", errStrange, text)
	}
	name, put := readerOf(base)
	if put == nil {
		return nil // of another version, which knows more
	}
	name = record.WithReason(name, s.Labels["reason"])
	var before Sample
	for _, sample := range s.Samples {
		at := slot{record.BlockAt(sample.At), s.Labels["phase"]}
		if lines[at] == nil {
			lines[at] = record.NewBlock(at.second, at.phase)
		}
		if err := put(lines[at], name, sample, before); err != nil {
			return fmt.Errorf("%s: %w", text, err)
		}
		before = sample
	}
	return nil
}

// putting puts what a sample says of a name into a line; before is the one before it in its series, the zero value for the first.
type putting func(line *record.Line, name string, sample, before Sample) error

// readerOf tells what a series is of, and how its samples are read; nil for what is unknown.
func readerOf(text string) (name string, put putting) {
	for _, row := range record.Names() {
		suffix, is := strings.CutPrefix(text, row.Name)
		if !is {
			continue
		}
		switch row.Kind {
		case record.Count:
			put = reader(func(l *record.Line) map[string]float64 { return l.Counts }, countFields(), suffix, true)
		case record.Rate:
			put = reader(func(l *record.Line) map[string][2]float64 { return l.Rates }, shareFields(), suffix, true)
		case record.Gauge:
			put = reader(func(l *record.Line) map[string]record.State { return l.Gauges }, stateFields(), suffix, false)
		case record.Time:
			if put = putTimes; suffix != "" {
				put = reader(func(l *record.Line) map[string]record.Sketch { return l.Times }, timesFields(), suffix, false)
			}
		}
		if put != nil {
			return row.Name, put
		}
	}
	return "", nil
}

// reader is that of the field with a suffix; grows says that its series does, and that what came in a sample is what is more.
func reader[T any](in func(*record.Line) map[string]T, fields []field[T], suffix string, grows bool) putting {
	for _, f := range fields {
		if f.suffix != suffix {
			continue
		}
		return func(line *record.Line, name string, sample, before Sample) error {
			value := sample.Value
			if grows {
				value -= before.Value
			}
			one := in(line)[name]
			*f.of(&one) = value
			in(line)[name] = one
			return nil
		}
	}
	return nil
}

func putTimes(line *record.Line, name string, sample, before Sample) error {
	if sample.Histogram == nil {
		return fmt.Errorf("%w: it is no histogram", errStrange)
	}
	times := line.Times[name]
	sample.Histogram.since(before.Histogram, &times)
	line.Times[name] = times
	return nil
}

// since puts what came since the histogram before into times.
func (h *Histogram) since(before *Histogram, times *record.Sketch) {
	if before == nil {
		before = &Histogram{}
	}
	times.Zero, times.Sum = h.Zero-before.Zero, max(h.Sum-before.Sum, 0)
	times.Bins = []float64{}
	last := 0
	for _, bucket := range slices.Sorted(maps.Keys(h.Buckets)) {
		if n := h.Buckets[bucket] - before.Buckets[bucket]; n > 0 {
			bin := binOf(bucket)
			times.Bins = append(times.Bins, float64(bin-last), n)
			last = bin
		}
	}
}
