package stopped

import (
	"slices"
	"syscall"
	"testing"

	"github.com/featherweight/tests/harness"
)

// stopping is one way to stop "k6 run", and what must come of it.
type stopping struct {
	signals []syscall.Signal
	code    int
	files   bool // all of them are there; else none
}

const (
	sigINT, sigTERM, sigKILL, sigHUP = syscall.SIGINT, syscall.SIGTERM, syscall.SIGKILL, syscall.SIGHUP

	aborted = 105 // k6's own code of a run that somebody stopped
)

var (
	gracefully = stopping{[]syscall.Signal{sigINT}, aborted, true}
	terminated = stopping{[]syscall.Signal{sigTERM}, aborted, true}
	atOnce     = stopping{[]syscall.Signal{sigINT, sigTERM}, aborted, false} // two that are alike may become one on their way
	killed     = stopping{[]syscall.Signal{sigKILL}, 137, false}
	hungUp     = stopping{[]syscall.Signal{sigHUP}, 129, false} // k6 dies with its terminal; the front door's runs do not
)

// TestAStoppedRunLeavesWholeFilesAndSaysThatItIsHalf is "k6 run SCRIPT", which has nobody that looks after it.
func TestAStoppedRunLeavesWholeFilesAndSaysThatItIsHalf(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		phase string
		stopping
	}{
		{"setup", gracefully},
		{"setup", terminated},
		{"setup", killed},
		{"setup", hungUp},
		{"idle", gracefully},
		{"idle", terminated},
		{"idle", killed},
		{"ramp", gracefully},
		{"ramp", terminated},
		{"ramp", killed},
		{"steady", gracefully},
		{"steady", terminated},
		{"steady", atOnce},
		{"steady", killed},
		{"steady", hungUp},
		{"rampdown", gracefully},
		{"rampdown", terminated},
		{"rampdown", killed},
		{"last answers", gracefully},
		{"last answers", atOnce},
		{"last answers", killed},
	} {
		name := row.phase
		for _, signal := range row.signals {
			name += " " + signal.String()
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir, at := t.TempDir(), phases()[row.phase]
			env := harness.With(environment(target(t, at.faults...), at.env...), into(dir)...)
			p := start(t, []string{harness.K6(), "run", harness.MainScript()}, env)
			await(t, "the phase has come", func() bool { return at.come(p.screen.String()) }, p.screen.String)
			hold(t, p.cmd.Process.Pid) // so that it gets all of them at once
			for _, signal := range row.signals {
				p.signal(signal)
			}
			p.signal(syscall.SIGCONT)
			if code := p.code(); code != row.code {
				t.Errorf("exit code %d, not %d\n%s", code, row.code, p.screen)
			}
			there, summary := whole(t, dir)
			switch {
			case row.files && slices.Equal(there, all()):
				isHalf(t, dir, summary)
			case row.files || len(there) > 0:
				t.Errorf("it has left %v\n%s", there, p.screen)
			}
		})
	}
}
