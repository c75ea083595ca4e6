package record

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"time"
)

// Schema is what the first line of series.ndjson says that it is. A change that is not an addition needs a new number.
const Schema = "featherweight-slo/series/v1"

// ErrForeign is the error of a file that is no recording, or one that this version does not understand.
var ErrForeign = errors.New("it is not a recording of " + Schema)

// ErrCut is the error of a recording that does not come to its end.
var ErrCut = errors.New("it is cut off: its last line is missing, so it is only a part of a run")

// header is the first line.
type header struct {
	Schema           string            `json:"schema"`
	Started          time.Time         `json:"started"`
	RelativeAccuracy float64           `json:"relativeAccuracy"`
	Runners          int               `json:"runners"`
	Names            map[string]string `json:"names"` // and their kinds
}

// trailer is the last line.
type trailer struct {
	End      bool      `json:"end"`
	Ended    time.Time `json:"ended"`
	Complete bool      `json:"complete"` // it came to the end that was planned
	Lines    int       `json:"lines"`    // between the first and this
}

// WriteTo writes series.ndjson: a header, a line for each second and phase, and a last line that says that this is all. It
// returns how many bytes that were. Without End, the run ended with its last sample, and is not complete.
func (r *Recording) WriteTo(w io.Writer) (int64, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.cells == nil { // writing it does not start it
		return New(time.Unix(0, 0)).WriteTo(w)
	}
	r.close(math.MaxInt64)
	out := &counter{w: w}
	first := header{Schema, r.started.UTC().Round(0), RelativeAccuracy, r.runners, map[string]string{}}
	for name, row := range r.names {
		first.Names[name] = row.Kind.String()
	}
	cells := r.sorted()
	last := trailer{End: true, Ended: r.end().UTC().Round(0), Complete: r.complete, Lines: len(cells)}
	if err := out.json(first); err != nil {
		return out.n, err
	}
	for _, c := range cells {
		if err := out.line(c.packed); err != nil {
			return out.n, err
		}
	}
	return out.n, out.json(last)
}

// end is when the run ended, as far as it is known.
func (r *Recording) end() time.Time {
	if r.ended.After(r.started) {
		return r.ended
	}
	last := r.started
	for _, c := range r.cells {
		if at := time.Unix(c.second+c.seconds, 0); at.After(last) {
			last = at
		}
	}
	return last
}

// counter counts what it writes.
type counter struct {
	w io.Writer
	n int64
}

func (c *counter) json(value any) error {
	data, err := json.Marshal(value)
	if err != nil {
		return fmt.Errorf("failed to encode a line of the recording: %w", err)
	}
	return c.line(data)
}

func (c *counter) line(data []byte) error {
	for _, part := range [][]byte{data, {'\n'}} {
		n, err := c.w.Write(part)
		c.n += int64(n)
		if err != nil {
			return fmt.Errorf("failed to write the recording: %w", err)
		}
	}
	return nil
}

// longestLine is how long a line may be, in bytes; those of a block are some thousand.
const longestLine = 1 << 22

// Read reads series.ndjson. The error is ErrForeign for what is no recording, ErrCut for one without its end, or says
// which line it could not read and why.
func Read(from io.Reader) (*Recording, error) {
	lines := bufio.NewScanner(from)
	lines.Buffer(nil, longestLine)
	r, err := readHeader(lines)
	if err != nil {
		return nil, err
	}
	number := 1
	for lines.Scan() {
		number++
		data := lines.Bytes()
		if end, last := isTrailer(data); last {
			if got := number - 2; got != end.Lines { //nolint:mnd // the first and this
				return nil, fmt.Errorf("its last line counts %d lines before it, and there are %d: lines were lost or added", end.Lines, got)
			}
			if lines.Scan() || lines.Err() != nil {
				return nil, fmt.Errorf("line %d: it goes on after its last line: these are several recordings in one file", number+1)
			}
			if end.Ended.Before(r.started) || end.Ended.Unix() > r.started.Unix()+longestRun {
				return nil, fmt.Errorf("line %d: its end, %s, is not within a year after its start, %s", number, end.Ended, r.started)
			}
			r.ended, r.complete = end.Ended, end.Complete
			return r, nil
		}
		if err := r.readLine(data); err != nil {
			if !lines.Scan() && lines.Err() == nil {
				return nil, fmt.Errorf("line %d: %w", number, ErrCut)
			}
			return nil, fmt.Errorf("line %d: %w", number, err)
		}
	}
	if err := scanned(lines); err != nil {
		return nil, err
	}
	return nil, fmt.Errorf("after line %d: %w", number, ErrCut)
}

// isTrailer is whether the line is the last.
func isTrailer(data []byte) (trailer, bool) {
	var end trailer
	found := bytes.Contains(data, []byte(`"end":true`)) && json.Unmarshal(data, &end) == nil && end.End
	return end, found
}

func scanned(lines *bufio.Scanner) error {
	if err := lines.Err(); err != nil {
		return fmt.Errorf("failed to read the recording: %w", err)
	}
	return nil
}

// latestStart is the Unix second after which no run can start: in the year 6325, so that every time can be written.
const latestStart = 1 << 37

// shownOfForeign is how much of a first line an error shows.
const shownOfForeign = 60

func readHeader(lines *bufio.Scanner) (*Recording, error) {
	if !lines.Scan() {
		if err := scanned(lines); err != nil {
			return nil, err
		}
		return nil, fmt.Errorf("%w: it is empty", ErrForeign)
	}
	var first header
	ours := bytes.HasPrefix(lines.Bytes(), []byte(`{"schema":"`+Schema+`"`))
	if ours && !json.Valid(lines.Bytes()) {
		return nil, fmt.Errorf("line 1: %w", ErrCut)
	}
	if err := json.Unmarshal(lines.Bytes(), &first); err != nil || first.Schema != Schema {
		return nil, fmt.Errorf("%w: its first line is %.*q", ErrForeign, shownOfForeign, lines.Text())
	}
	if first.RelativeAccuracy != RelativeAccuracy {
		return nil, fmt.Errorf("%w: its relative accuracy is %v, and not %v", ErrForeign, first.RelativeAccuracy, RelativeAccuracy)
	}
	if first.Runners < 1 || first.Started.Unix() < 0 || first.Started.Unix() > latestStart {
		return nil, fmt.Errorf("%w: %d runners from %s on", ErrForeign, first.Runners, first.Started)
	}
	r := New(first.Started)
	r.runners = first.Runners
	return r, nil
}

// longestRun is how long a run can be, in seconds; a line that is further away is an error of who wrote it.
const longestRun = 366 * 24 * 60 * 60

func (r *Recording) readLine(data []byte) error {
	var l Line
	if err := json.Unmarshal(data, &l); err != nil {
		return fmt.Errorf("it is not a line of a recording: %w", err)
	}
	return r.take(l)
}

// take takes a line in, the next in time.
func (r *Recording) take(l Line) error {
	start := r.started.Unix()
	switch {
	case l.Second <= start-block || l.Second > start+longestRun:
		return fmt.Errorf("second %d is not within a year after the start, %d", l.Second, start)
	case l.Seconds != 1 && (l.Seconds != block || blockOf(l.Second) != l.Second):
		return fmt.Errorf("%d seconds from %d on are neither one second nor a block of %d", l.Seconds, l.Second, block)
	case l.Second < r.newest:
		return fmt.Errorf("second %d comes after second %d", l.Second, r.newest)
	case l.Seconds == block && r.newest != math.MinInt64 && r.fineFrom <= r.newest:
		return fmt.Errorf("the block of second %d comes after seconds of their own", l.Second)
	case l.Seconds == 1 && l.Second < r.fineFrom:
		return fmt.Errorf("second %d is also in the block before it", l.Second)
	}
	stats, err := l.stats(r.names)
	if err != nil {
		return err
	}
	c := &cell{slot: slot{l.Second, l.Phase}, seconds: l.Seconds, stats: stats}
	if r.cells[c.slot] != nil {
		return fmt.Errorf("second %d of phase %q is there twice", l.Second, l.Phase)
	}
	c.pack()
	r.cells[c.slot] = c
	r.newest = l.Second
	if l.Seconds == block {
		r.fineFrom = l.Second + block
	}
	return nil
}
