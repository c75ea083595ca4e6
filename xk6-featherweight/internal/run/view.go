package run

import (
	"bytes"
	"fmt"
	"io"
	"regexp"
	"strings"
	"time"
)

// progressEvery is the time between two lines of progress where there is no terminal.
const progressEvery = 10 * time.Second

// View shows the lines of k6's log. k6 writes its progress every second: on a terminal it is one line that changes,
// elsewhere one line in ten seconds. k6's own log lines go to Err, the rest to Out.
type View struct {
	Out, Err io.Writer
	Terminal bool // Out is one
	Colours  bool
	Now      func() time.Time

	blank    int // blank lines that were not shown yet: one stands before each frame of progress
	progress bool
	shown    time.Time
}

// bar is the second and further line of a frame of progress: a scenario and how far it is.
var bar = regexp.MustCompile(`^[A-Za-z0-9_-]+ .*\[ *([0-9]+%|-+) *\]`)

// Write shows whole lines.
func (v *View) Write(p []byte) (int, error) {
	for line := range bytes.Lines(p) {
		if err := v.line(strings.TrimSuffix(string(line), "\n")); err != nil {
			return 0, err
		}
	}
	return len(p), nil
}

// Close takes the progress from the terminal.
func (v *View) Close() error {
	if !v.progress {
		return nil
	}
	v.progress = false
	_, err := io.WriteString(v.Out, "\r\033[K")
	return err
}

func (v *View) line(line string) error {
	switch {
	case line == "":
		v.blank++
		return nil
	case strings.HasPrefix(line, "running ("):
		v.blank = 0
		return v.frame(line)
	case bar.MatchString(line):
		return nil
	}
	if err := v.Close(); err != nil {
		return err
	}
	blank := strings.Repeat("\n", v.blank)
	v.blank = 0
	to := v.Out
	if _, is := ParseLog(line); is {
		to = v.Err
	} else if v.Colours {
		line = painted(line)
	}
	if _, err := io.WriteString(v.Out, blank); err != nil {
		return err
	}
	_, err := fmt.Fprintln(to, line)
	return err
}

func (v *View) frame(line string) error {
	if v.Terminal {
		v.progress = true
		_, err := fmt.Fprintf(v.Out, "\r\033[K%s", line)
		return err
	}
	if now := v.Now(); now.Sub(v.shown) >= progressEvery {
		v.shown = now
		_, err := fmt.Fprintln(v.Out, line)
		return err
	}
	return nil
}

// painted gives marks and verdicts a colour: k6 writes into a file, and so without.
func painted(line string) string {
	for head, colour := range map[string]int{
		"✓": 32, "VERDICT: PASS": 32, "HEALTH: OK": 32,
		"✗": 31, "VERDICT: FAIL": 31, "HEALTH: DOWN": 31,
		"?": 33, "VERDICT: INVALID": 33,
	} {
		if rest, found := strings.CutPrefix(line, head); found && (rest == "" || rest[0] == ' ') {
			return fmt.Sprintf("\033[%dm%s\033[0m%s", colour, head, rest)
		}
	}
	return line
}
