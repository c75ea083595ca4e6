package sampler

import (
	"context"
	"fmt"
	"time"

	"github.com/featherweight/xk6-featherweight/internal/scrape"
)

// slowInARow is how many readings in a row must be slow before it is said: one alone is a pause of the server.
const slowInARow = 5

// Telling passes readings on and tells what their pages have to say, each kind once.
type Telling struct {
	Reader
	// Interval is the time between two readings, and IntervalName what its user calls it.
	Interval     time.Duration
	IntervalName string
	// Tell takes a note.
	Tell func(scrape.Note)

	told map[string]bool
	slow int
}

// Read takes one reading.
func (t *Telling) Read(ctx context.Context) (scrape.Reading, error) {
	r, err := t.Reader.Read(ctx)
	if err != nil {
		return r, err
	}
	for _, note := range r.Notes {
		t.once(note)
	}
	t.watch(r)
	return r, nil
}

// watch finds an endpoint that is nearly always busy with being read. What an answer takes is mostly the work of the
// server, which it does not do for its loop; how much of it is the way there cannot be seen from here.
func (t *Telling) watch(r scrape.Reading) {
	took := r.Received.Sub(r.Sent)
	if took <= t.Interval/2 {
		t.slow = 0
		return
	}
	if t.slow++; t.slow == slowInARow {
		t.once(scrape.Note{Kind: "slow", Text: fmt.Sprintf("a reading of the metrics (%d KiB) takes %s of every %s: unless that is the way there, "+
			"reading takes its share of the loop that it measures; read less often with %s, or make the page smaller",
			(r.Size+1023)/1024, took.Round(time.Millisecond), t.Interval, t.IntervalName)})
	}
}

func (t *Telling) once(note scrape.Note) {
	if t.told[note.Kind] {
		return
	}
	if t.told == nil {
		t.told = map[string]bool{}
	}
	t.told[note.Kind] = true
	t.Tell(note)
}
