package soak

import (
	"fmt"
	"math"
	"slices"
	"testing"
	"time"
)

// sample is what k6 held at a moment.
type sample struct {
	at                time.Duration // since the load began
	heap, rss         float64       // bytes; the heap after garbage was collected
	goroutines, files float64
	turns             float64 // that users have begun until then
}

// growth is what a line through values gains from the first x to the last one (least squares).
func growth(x, y []float64) float64 {
	var meanX, meanY, above, below float64
	for i := range x {
		meanX, meanY = meanX+x[i]/float64(len(x)), meanY+y[i]/float64(len(y))
	}
	for i := range x {
		above += (x[i] - meanX) * (y[i] - meanY)
		below += (x[i] - meanX) * (x[i] - meanX)
	}
	return above / below * (slices.Max(x) - slices.Min(x))
}

// of are the values of samples.
func of(samples []sample, value func(sample) float64) []float64 {
	var out []float64
	for _, s := range samples {
		out = append(out, value(s))
	}
	return out
}

// finding is one line of the table: what was gained from the end of the warm-up on, and what may be.
type finding struct {
	what         string
	first, last  float64
	gained, most float64
	unit         string
}

// leaks says whether it is more than what may be.
func (f finding) leaks() bool { return !(f.gained <= f.most) } // NaN too

func (f finding) String() string {
	verdict := "ok"
	if f.leaks() {
		verdict = "LEAK"
	}
	return fmt.Sprintf("%-28s %9.1f -> %9.1f   gained %8.2f, at most %8.2f %-12s %s", f.what, f.first, f.last, f.gained, f.most, f.unit, verdict)
}

const mib = 1 << 20

// The criterion. k6 keeps the times of every turn until the summary, which is no leak: what a turn may leave in memory is
// stated, as docs/measured.md has it, and half as much again. Beside that, a run may gain a little: caches, and the noise of
// a garbage collector. Goroutines and files come and go with connections: they gain nothing.
const (
	tolerance   = 1.5
	freeMiB     = 6.0
	freeShare   = 0.1 // of the goroutines and files that are there
	freeCount   = 12.0
	endOfOthers = 20.0 // goroutines and files that may be there beside those from before the load
)

// keptASecond is how many bytes a second leaves in memory, whatever users do: k6 keeps a value of each tick of the lag meter, 100 a second,
// and of each reading and window of the loop.
const keptASecond = 130 * 8

// mayKeep is how many MiB a run may have gained, by its turns and its length.
func mayKeep(turns, perTurn float64, length time.Duration) float64 {
	return (turns*perTurn+length.Seconds()*keptASecond)*tolerance/mib + freeMiB
}

// judge compares the end of a run with its beginning. The first third is warm-up: connections, buffers, caches. kept is what
// a turn leaves in memory, in bytes.
func judge(samples []sample, before, after sample, kept float64) []finding {
	steady := samples[len(samples)/3:]
	at, turns := of(steady, func(s sample) float64 { return s.at.Seconds() }), of(steady, func(s sample) float64 { return s.turns })
	newTurns := turns[len(turns)-1] - turns[0]
	memory := func(what string, value func(sample) float64) finding {
		values := of(steady, value)
		return finding{what, values[0] / mib, values[len(values)-1] / mib, growth(turns, values) / mib, mayKeep(newTurns, kept, steady[len(steady)-1].at-steady[0].at), "MiB"}
	}
	count := func(what string, value func(sample) float64) finding {
		values := of(steady, value)
		return finding{what, values[0], values[len(values)-1], growth(at, values), freeShare*slices.Max(values) + freeCount, ""}
	}
	end := func(what string, first, last float64) finding {
		return finding{what, first, last, last - first, endOfOthers, ""}
	}
	left := finding{"live heap, after the load", before.heap / mib, after.heap / mib, (after.heap - before.heap) / mib, mayKeep(after.turns, kept, after.at), "MiB"}
	return []finding{
		left, memory("live heap, over the turns", func(s sample) float64 { return s.heap }),
		count("goroutines, over the time", func(s sample) float64 { return s.goroutines }),
		count("open files, over the time", func(s sample) float64 { return s.files }),
		end("goroutines, after the load", before.goroutines, after.goroutines),
		end("open files, after the load", before.files, after.files),
	}
}

// course is a made-up run: 200 users, one turn of each in three seconds, an hour; every 10 s somebody looked.
func course(change func(second float64, s *sample)) (samples []sample) {
	for second := 0.0; second <= 3600; second += 10 {
		turns := second * 70
		s := sample{
			at: time.Duration(second) * time.Second, heap: 60*mib + turns*keptATurn + second*keptASecond + 2*mib*math.Sin(second), turns: turns,
			goroutines: 260 + 10*math.Sin(second*3), files: 220 + 5*math.Cos(second),
		}
		change(second, &s)
		samples = append(samples, s)
	}
	return samples
}

func TestTheCriterionSeesALeakAndNothingElse(t *testing.T) {
	t.Parallel()
	quiet, after := sample{goroutines: 60, files: 20, heap: 50 * mib}, sample{goroutines: 60, files: 20, heap: 50*mib + 252_000*keptATurn + 3600*keptASecond, turns: 252_000, at: time.Hour}
	ended := func(change func(*sample)) sample {
		s := after
		change(&s)
		return s
	}
	for _, test := range []struct {
		name   string
		change func(second float64, s *sample)
		after  sample
		leaks  string
	}{
		{"what is kept by design", func(float64, *sample) {}, after, ""},
		{"a warm-up that takes its time", func(second float64, s *sample) {
			s.heap += 30 * mib * min(second/600, 1)
			s.goroutines += min(second/10, 40)
		}, after, ""},
		{"as much again of every turn", func(_ float64, s *sample) { s.heap += s.turns * keptATurn }, after, "live heap, over the turns"},
		{"a goroutine of a thousand turns", func(_ float64, s *sample) { s.goroutines += s.turns / 1000 }, after, "goroutines, over the time"},
		{"a file of a thousand turns", func(_ float64, s *sample) { s.files += s.turns / 1000 }, after, "open files, over the time"},
		{"goroutines that outlive the load", func(float64, *sample) {}, ended(func(s *sample) { s.goroutines = 100 }), "goroutines, after the load"},
		{"memory that outlives the load", func(float64, *sample) {}, ended(func(s *sample) { s.heap += 252_000 * keptATurn }), "live heap, after the load"},
		{"files that outlive the load", func(float64, *sample) {}, ended(func(s *sample) { s.files = 220 }), "open files, after the load"},
	} {
		got := ""
		for _, finding := range judge(course(test.change), quiet, test.after, keptATurn) {
			if finding.leaks() {
				got += finding.what
			}
		}
		if got != test.leaks {
			t.Errorf("%s: leaks are %q, not %q", test.name, got, test.leaks)
		}
	}
}
