package sampler

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featherweight/xk6-featherweight/internal/scrape"
)

// told is a reader of readings that are given, and what was told of them.
type told struct {
	readings []scrape.Reading
	err      error
	notes    []scrape.Note
}

func (r *told) Read(context.Context) (scrape.Reading, error) {
	if r.err != nil {
		return scrape.Reading{}, r.err
	}
	next := r.readings[0]
	r.readings = r.readings[1:]
	return next, nil
}

func (r *told) all(t *testing.T) []scrape.Note {
	t.Helper()
	telling := &Telling{Reader: r, Interval: 100 * msec, IntervalName: "HZ_INTERVAL", Tell: func(n scrape.Note) { r.notes = append(r.notes, n) }}
	for range len(r.readings) {
		_, err := telling.Read(t.Context())
		require.NoError(t, err)
	}
	return r.notes
}

func TestEachKindOfNoteIsToldOnce(t *testing.T) {
	t.Parallel()
	a, b := scrape.Note{Kind: "a", Text: "first"}, scrape.Note{Kind: "b", Text: "b"}
	r := &told{readings: []scrape.Reading{{}, {Notes: []scrape.Note{a}}, {Notes: []scrape.Note{{Kind: "a", Text: "again"}, b}}, {Notes: []scrape.Note{b}}}}
	assert.Equal(t, []scrape.Note{a, b}, r.all(t))
}

func took(times ...time.Duration) *told {
	r := &told{}
	now := time.Now()
	for _, d := range times {
		r.readings = append(r.readings, scrape.Reading{Sent: now, Received: now.Add(d), Size: 9 << 20})
	}
	return r
}

func TestAPageThatIsAlwaysSlowIsToldOnce(t *testing.T) {
	t.Parallel()
	const slow, quick = 80 * msec, 50 * msec
	assert.Empty(t, took(slow, slow, slow, slow, quick, slow, slow, slow, slow).all(t), "a pause now and then")
	notes := took(slow, slow, slow, slow, slow, slow, quick, slow, slow, slow, slow, slow).all(t)
	require.Len(t, notes, 1)
	assert.Equal(t, "slow", notes[0].Kind)
	for _, part := range []string{"9216 KiB", "80ms of every 100ms", "HZ_INTERVAL"} {
		assert.Contains(t, notes[0].Text, part)
	}
}

func TestAReadingThatFailsIsPassedOn(t *testing.T) {
	t.Parallel()
	telling := &Telling{Reader: &told{err: errDown}, Interval: 100 * msec}
	_, err := telling.Read(t.Context())
	assert.Equal(t, errDown, err)
}
