package scrape

// Note is something about an endpoint that does not hinder a reading, and that somebody should know or mend.
type Note struct {
	// Kind is a word for programs: the same kind needs to be told only once.
	Kind string
	// Text says what was seen and what to do, in one line.
	Text string
}
