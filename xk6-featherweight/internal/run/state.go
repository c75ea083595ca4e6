package run

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Phase is how far a run has come.
type Phase string

// The phases, in their order.
const (
	Starting  Phase = "starting" // health check, sending the suite, anything before the test
	Running   Phase = "running"
	Finishing Phase = "finishing" // copies, rollback
	Finished  Phase = "finished"
)

// Host is the machine that a run is on, when it is not this one.
type Host struct {
	Name, User, Port, Key, Dir string // as SSH_HOST and its like had them
	ID                         string // of the run there
}

// State is what is known of a run.
type State struct {
	ID, Type string
	Started  time.Time
	Phase    Phase
	// Supervisor is whoever will say how the run ends: first the command that prepares it, then its supervisor.
	Supervisor Process
	// K6 is the test itself; in a container, the client that waits for it.
	K6 Process
	// Follower is the command that shows a run whose folder goes away with it.
	Follower Process
	// Container is where the test runs; "" on the machine itself.
	Container string
	Host      Host
	// Monitoring says that this run has started it.
	Monitoring bool
	// Rollback is what became of ROLLBACK_COMMAND: "", "done" or "failed".
	Rollback string
	// Lost is the result that a test which met its objectives could not write; "" where it is there.
	Lost string
	// ExitCode of a run that is over, and when that was.
	ExitCode int
	Ended    time.Time
}

// field is one line of a state file.
type field struct {
	name string
	get  func() string
	set  func(string)
}

// fields are the lines of run.state. A line that says nothing is left out, one that is not known is passed over.
func (s *State) fields() []field {
	text := func(name string, to *string) field {
		return field{name, func() string { return *to }, func(value string) { *to = value }}
	}
	moment := func(name string, to *time.Time) field {
		return field{name, func() string {
			if to.IsZero() {
				return ""
			}
			return to.UTC().Format(time.RFC3339)
		}, func(value string) { *to, _ = time.Parse(time.RFC3339, value) }}
	}
	process := func(name string, to *Process) field {
		return field{name, func() string { return to.String() }, func(value string) { *to = ParseProcess(value) }}
	}
	return []field{
		text("id", &s.ID), text("type", &s.Type), moment("started", &s.Started),
		{"phase", func() string { return string(s.Phase) }, func(value string) { s.Phase = Phase(value) }},
		process("supervisor", &s.Supervisor), process("k6", &s.K6), process("follower", &s.Follower),
		text("container", &s.Container),
		text("host", &s.Host.Name), text("ssh_user", &s.Host.User), text("ssh_port", &s.Host.Port), text("ssh_key", &s.Host.Key),
		text("ssh_dir", &s.Host.Dir), text("host_id", &s.Host.ID),
		{"monitoring", func() string {
			if s.Monitoring {
				return "started"
			}
			return ""
		}, func(value string) { s.Monitoring = value == "started" }},
		text("rollback", &s.Rollback), text("lost", &s.Lost),
		{"exit_code", func() string {
			if s.Phase != Finishing && s.Phase != Finished {
				return ""
			}
			return strconv.Itoa(s.ExitCode)
		}, func(value string) {
			if code, err := strconv.Atoi(value); err == nil {
				s.ExitCode = code
			}
		}},
		moment("ended", &s.Ended),
	}
}

// String is the text of a state file: lines of name=value.
func (s State) String() string {
	var b strings.Builder
	for _, f := range s.fields() {
		if value := f.get(); value != "" {
			fmt.Fprintf(&b, "%s=%s\n", f.name, strings.NewReplacer("\n", " ", "\r", " ").Replace(value))
		}
	}
	return b.String()
}

// parseState reads what String wrote.
func parseState(text string) State {
	values := map[string]string{}
	for line := range strings.Lines(text) {
		name, value, _ := strings.Cut(strings.TrimRight(line, "\r\n"), "=")
		values[name] = value
	}
	s := State{ExitCode: noCode}
	for _, f := range s.fields() {
		if value := values[f.name]; value != "" {
			f.set(value)
		}
	}
	if s.Phase != Finishing && s.Phase != Finished {
		s.ExitCode = 0 // it has none yet
	}
	return s
}

// noCode is the exit code of a run that has none: half a state file is not taken for a good end.
const noCode = 1

// Lives says that the run is not over. A k6 that has lost its supervisor still makes load.
func (s State) Lives() bool {
	return s.Phase != Finished && s.Phase != "" && (s.Supervisor.Alive() || s.K6.Alive())
}

// Code is the exit code of the run; 1 when it ended without one.
func (s State) Code() int {
	if s.Phase == Finishing || s.Phase == Finished {
		return s.ExitCode
	}
	return noCode
}
