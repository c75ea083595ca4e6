package command

import (
	"bufio"
	"context"
	"os"
	"time"

	"github.com/featherweight/xk6-featherweight/internal/run"
)

// view shows a log to whoever called.
func (d *door) view() *run.View {
	_, plain := d.env["NO_COLOR"]
	return &run.View{
		Out: d.out, Err: d.err, Terminal: d.tty, Now: time.Now,
		Colours: d.tty && !plain && d.value("K6_NO_COLOR") == "",
	}
}

// follow shows a run to its end.
func (d *door) follow(ctx context.Context, folder run.Folder) error {
	view := d.view()
	err := run.Follow(ctx, folder, view)
	if closed := view.Close(); err == nil {
		err = closed
	}
	return err
}

// told says how a run ended: what did not reach the monitoring, where the results are, and what the exit code means when it
// is neither success nor a verdict. The error is the exit code.
func (d *door) told(folder run.Folder) error {
	state, err := folder.State()
	if err != nil {
		return err
	}
	d.tellGaps(folder)
	if state.Follower.PID == 0 {
		d.notef("results: %s", d.shownPath(string(folder)))
	}
	switch code := state.Code(); code {
	case 0:
		return nil
	case 1:
		if state.Lost != "" {
			d.notef("the test met its objectives, but %s could not be written there, so nothing shows it: mostly the disk is full (df %s)",
				state.Lost, d.shownPath(string(folder)))
			break
		}
		d.notef(endedWith, code)
	case 99:
	case 105:
		d.notef("the test was stopped before its end (exit code 105)")
	case 137:
		d.notef("k6 was killed (signal 9): often the machine ran out of memory; dmesg would say so, and fewer VUS need less")
	default:
		d.notef(endedWith, code)
	}
	return failf(state.Code(), "")
}

const endedWith = "k6 ended with exit code %d: the lines above say why"

// tellGaps says what of a run did not reach Prometheus. k6 sends a batch every 5 s, and keeps none that failed.
func (d *door) tellGaps(folder run.Folder) {
	log, err := os.Open(folder.File(run.LogFile))
	if err != nil {
		return
	}
	defer func() { _ = log.Close() }()
	lost, first, last := 0, "", ""
	lines := bufio.NewScanner(log)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		line, is := run.ParseLog(lines.Text())
		if !is || line.Message != "Failed to send the time series data to the endpoint" {
			continue
		}
		last = line.Time
		if lost++; lost == 1 {
			first = last
		}
	}
	if lost > 0 {
		d.notef("monitoring: %d batch(es) of metrics did not reach Prometheus (%s to %s): the dashboard has a gap there, the results here have none", lost, first, last)
	}
}

// verdict is the verdict that a run has left: PASS, FAIL, INVALID, or "no verdict".
func verdict(folder run.Folder) string {
	summary, err := readSummary(folder.File(run.SummaryFile))
	if err != nil || summary.Verdict == "" {
		return noVerdict
	}
	return summary.Verdict
}

const noVerdict = "no verdict"
