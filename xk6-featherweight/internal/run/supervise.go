package run

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"time"

	"github.com/featherweight/xk6-featherweight/internal/files"
)

// look is how often a process waits for another one that cannot tell it anything.
const look = 100 * time.Millisecond

// Copy is a file of a run that is also to be elsewhere.
type Copy struct{ File, To string }

// Plan is what a supervisor has to do. It comes through a pipe, for it may hold secrets.
type Plan struct {
	Command []string
	Env     []string // the command's whole environment, NAME=value
	Copies  []Copy   // when it is over, of those files that are there
	Result  string   // the file that a test which met its objectives leaves; "" for none
}

// Start starts a supervisor with a plan, and returns when it has taken the run over: from then on, this process may end.
// supervisor is the command that calls Supervise; it gets a session of its own, and writes to the run's log.
func Start(folder Folder, supervisor *exec.Cmd, plan Plan) error {
	log, err := os.OpenFile(folder.File(LogFile), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	defer func() { _ = log.Close() }()
	supervisor.Stdout, supervisor.Stderr = log, log
	Apart(supervisor)
	in, err := supervisor.StdinPipe()
	if err != nil {
		return err
	}
	if err := supervisor.Start(); err != nil {
		return err
	}
	sent := json.NewEncoder(in).Encode(plan)
	_ = in.Close()
	ended := make(chan error, 1)
	go func() { ended <- supervisor.Wait() }()
	taken := func() bool {
		state, err := folder.State()
		return err == nil && state.Supervisor.PID == supervisor.Process.Pid
	}
	for !taken() {
		select {
		case err := <-ended:
			if err == nil || taken() { // and the run is over already
				return nil
			}
			return fmt.Errorf("the supervisor ended before it had the run (%w): %s may say why", errors.Join(err, sent), folder.File(LogFile))
		case <-time.After(look / 5):
		}
	}
	return nil
}

// Supervise runs the test of a plan, which it reads from in, and writes down how it ended. What out gets is in the run's
// log. A signal to this process is one to the test. When the test is over, after does what follows. A folder whose run has
// a follower goes away with that one.
func Supervise(folder Folder, in io.Reader, out io.Writer, after func(code int)) error {
	signals := deafToHangUp()
	var plan Plan
	if err := json.NewDecoder(in).Decode(&plan); err != nil {
		return fmt.Errorf("the supervisor got no plan: %w", err)
	}
	if len(plan.Command) == 0 {
		return errors.New("the supervisor got a plan without a command")
	}
	if err := folder.Change(func(s *State) { s.Supervisor, s.Phase = Self(), Running }); err != nil {
		return err
	}
	code := supervised(folder, plan, out, signals)
	lost := ""
	if _, err := os.Stat(folder.File(plan.Result)); code == 0 && plan.Result != "" && err != nil {
		lost, code = plan.Result, withoutResult
	}
	if err := folder.Change(func(s *State) { s.Phase, s.ExitCode, s.Lost = Finishing, code, lost }); err != nil {
		return err
	}
	if err := Deliver(folder, plan.Copies); err != nil {
		_, _ = fmt.Fprintln(out, err)
	}
	after(code)
	if err := folder.Change(func(s *State) { s.Phase, s.Ended = Finished, time.Now() }); err != nil {
		return err
	}
	return forgetWhenSeen(folder)
}

// supervised runs the test to its end, and returns its exit code.
func supervised(folder Folder, plan Plan, out io.Writer, signals <-chan os.Signal) int {
	test := exec.CommandContext(context.Background(), plan.Command[0], plan.Command[1:]...)
	test.Env = append(slices.Clip(plan.Env), "FW_RUN_DIR="+string(folder))
	test.Stdout, test.Stderr = out, out
	if err := test.Start(); err != nil {
		_, _ = fmt.Fprintf(out, "the test could not be started: %v\n", err)
		return cannotStart
	}
	started, _ := Identify(test.Process.Pid)
	if err := folder.Change(func(s *State) { s.K6 = started }); err != nil {
		_, _ = fmt.Fprintf(out, "the state of the run could not be written: %v\n", err)
	}
	over := make(chan struct{})
	go func() {
		for {
			select {
			case got := <-signals:
				what := Terminate
				if got == os.Interrupt {
					what = Interrupt
				}
				for end := time.Now().Add(patience); started.Alive() && !started.Hears(what) && time.Now().Before(end); {
					time.Sleep(look / 5)
				}
				_ = started.Signal(what)
			case <-over:
				return
			}
		}
	}()
	err := test.Wait()
	close(over)
	return exitCode(test, err)
}

// withoutResult is the exit code of a test that met its objectives, and whose result is not there to show it.
const withoutResult = 1

// cannotStart is the exit code of a command that is not there, as a shell has it.
const cannotStart = 127

// exitCode is the code as a shell has it: 128 and its number for a signal.
func exitCode(cmd *exec.Cmd, err error) int {
	if cmd.ProcessState == nil {
		return cannotStart
	}
	if code := cmd.ProcessState.ExitCode(); code >= 0 {
		if code == 0 && err != nil {
			return 1 // its output could not be written
		}
		return code
	}
	return 128 + signalOf(cmd.ProcessState)
}

// forgetWhenSeen removes a folder that is not to be kept, once its follower has shown it, or is gone itself.
func forgetWhenSeen(folder Folder) error {
	state, err := folder.State()
	if err != nil || state.Follower.PID == 0 {
		return err
	}
	for state.Follower.Alive() {
		time.Sleep(look)
	}
	return os.RemoveAll(string(folder))
}

// Deliver copies the files that are to be elsewhere, too; those that the test did not leave are left out.
func Deliver(folder Folder, copies []Copy) error {
	var all error
	for _, c := range copies {
		if err := copyFile(folder.File(c.File), c.To); err != nil && !os.IsNotExist(err) {
			all = errors.Join(all, fmt.Errorf("%s could not be copied to %s: %w", c.File, c.To, err))
		}
	}
	return all
}

// copyFile copies a file as a whole, or not at all.
func copyFile(from, to string) error {
	text, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return files.WriteWhole(to, text, 0o644)
}
