package scrape

import (
	"fmt"
	"slices"
	"strings"
)

// Note is something about an endpoint that does not hinder a reading, and that somebody should know or mend.
type Note struct {
	// Kind is a word for programs: the same kind needs to be told only once.
	Kind string
	// Text says what was seen and what to do, in one line.
	Text string
}

// Kinds of notes.
const (
	NoteContentType = "content_type" // a metrics page that is called something else
	NotePacked      = "packed"       // an answer that is compressed though nobody asked
	NoteUnfinished  = "unfinished"   // OpenMetrics text without its end mark
	NoteCached      = "cached"       // an answer that comes out of a cache
	NoteSpelling    = "spelling"     // the counter is there under another spelling
)

func note(kind, format string, args ...any) Note {
	return Note{Kind: kind, Text: fmt.Sprintf(format, args...)}
}

// notes are what there is to say of a metrics page that could be read.
func (a answer) notes(shown string) (notes []Note) {
	if called := a.contentTypes(); len(called) != 1 || !slices.Contains([]string{"text/plain", openMetricsType}, called[0]) {
		what := "is called " + strings.Join(called, " and ")
		if len(called) == 0 {
			what = "has no Content-Type"
		}
		notes = append(notes, note(NoteContentType, "GET %s: the metrics page %s, and was read as what it is; Prometheus 3 refuses it: "+
			"let the service send Content-Type: text/plain; version=0.0.4", shown, clip(what)))
	}
	if packing := a.Header.Values("Content-Encoding"); a.packed {
		notes = append(notes, note(NotePacked, "GET %s: the metrics page is compressed (Content-Encoding: %s) though it was asked for as it is, "+
			"which costs the CPU of the loop; turn compression off for this path", shown, clip(strings.Join(packing, ", "))))
	}
	if a.openMetrics() && !endsInEOF(a.body) {
		notes = append(notes, note(NoteUnfinished, "GET %s: the metrics page is called OpenMetrics and lacks the # EOF of that format, for "+
			"which Prometheus refuses it; its length is right, so it was read; mend the page or its Content-Type", shown))
	}
	if age := a.age(); age > 0 {
		notes = append(notes, note(NoteCached, "GET %s: the page comes out of a cache and is %s old (Age); read the service itself, "+
			"or let the cache pass this path on", shown, age))
	}
	return notes
}
