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

// left is what a runner left of itself.
type left struct {
	runners.Runner
	packed packed
}

// latest are the runners of a test by name, from the series of accountName: of each what it left last.
func latest(all []Series) []left {
	byRunner := map[string][]Series{}
	for _, s := range all {
		name := s.Labels[runnerLabel]
		if len(s.Samples) == 0 || name == "" {
			continue
		}
		if known := byRunner[name]; len(known) > 0 {
			switch order := s.last().Compare(known[0].last()); {
			case order < 0:
				continue
			case order > 0:
				known = nil
			}
			byRunner[name] = append(known, s)
			continue
		}
		byRunner[name] = []Series{s}
	}
	var out []left
	for _, name := range slices.Sorted(maps.Keys(byRunner)) {
		p, account, err := whole(byRunner[name])
		one := left{runners.Runner{Name: name, Account: account}, p}
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
	name, kind, suffix := nameOf(base)
	if kind == 0 {
		return nil // of another version, which knows more
	}
	name = record.WithReason(name, s.Labels["reason"])
	var before Sample
	for _, sample := range s.Samples {
		at := slot{record.BlockAt(sample.At), s.Labels["phase"]}
		line := lines[at]
		if line == nil {
			line = record.NewBlock(at.second, at.phase)
			lines[at] = line
		}
		if err := put(line, name, kind, suffix, sample, before); err != nil {
			return fmt.Errorf("%s: %w", text, err)
		}
		before = sample
	}
	return nil
}

// nameOf tells what a series is of; the kind is zero for what is unknown.
func nameOf(text string) (name string, kind record.Kind, suffix string) {
	for _, row := range record.Names() {
		if rest, is := strings.CutPrefix(text, row.Name); is && slices.Contains(suffixes(row.Kind), rest) {
			return row.Name, row.Kind, rest
		}
	}
	return "", 0, ""
}

// suffixes are those of the series of a kind.
func suffixes(kind record.Kind) []string {
	switch kind {
	case record.Count:
		return []string{"_total"}
	case record.Rate:
		return []string{"_hits_total", "_samples_total"}
	case record.Gauge:
		return []string{"_samples", "_sum", "_min", "_max", "_last"}
	case record.Time:
		return []string{"", "_min", "_max"}
	default:
		return nil
	}
}

// put puts a sample into a line: of what grows, what came since the sample before.
func put(line *record.Line, name string, kind record.Kind, suffix string, sample, before Sample) error {
	grown := sample.Value - before.Value
	switch kind {
	case record.Count:
		line.Counts[name] = grown
	case record.Rate:
		share := line.Rates[name]
		share[map[string]int{"_hits_total": 0, "_samples_total": 1}[suffix]] = grown
		line.Rates[name] = share
	case record.Gauge:
		state := line.Gauges[name]
		*map[string]*float64{"_samples": &state.N, "_sum": &state.Sum, "_min": &state.Min, "_max": &state.Max, "_last": &state.Last}[suffix] = sample.Value
		line.Gauges[name] = state
	default:
		times := line.Times[name]
		switch {
		case suffix == "_min":
			times.Min = sample.Value
		case suffix == "_max":
			times.Max = sample.Value
		case sample.Histogram == nil:
			return fmt.Errorf("%w: it is no histogram", errStrange)
		default:
			sample.Histogram.since(before.Histogram, &times)
		}
		line.Times[name] = times
	}
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
