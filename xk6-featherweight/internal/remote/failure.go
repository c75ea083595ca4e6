package remote

import (
	"cmp"
	"fmt"
	"strings"
)

// CallError says why a call did not do what it should.
type CallError struct {
	Text  string // in one line, with what to do
	Code  int    // exit code of what ran there; 0 when nothing did
	Said  bool   // what ran there has said why
	Met   bool   // there was a connection
	Again bool   // the connection failed or was lost in a way that may pass
}

func (f *CallError) Error() string { return f.Text }

// trouble is something that ssh says, and what to do about it.
type trouble struct {
	said, remedy string
	passes       bool
}

// troubles: the first that is found counts. With a jump host, the cause is not in the last line.
func (m Machine) troubles() []trouble {
	return []trouble{
		{"REMOTE HOST IDENTIFICATION HAS CHANGED", "its key is another one than before: if that is right, ssh-keygen -R " + m.Host + " forgets the old one", false},
		{"Host key verification failed", "connect once by hand to accept its key: ssh " + m.Name(), false},
		{"Permission denied (", "SSH_USER and SSH_KEY_PATH must name a user and a key that may log in there without a password", false},
		{"Too many authentication failures", "SSH_KEY_PATH must name the one key that is to be tried", false},
		{"Bad configuration option", "the ssh configuration of this user is wrong", false},
		{"Bad owner or permissions", "the ssh configuration of this user is wrong", false},
		{"Unable to negotiate", "this ssh and that machine have no method in common", false},
		{"Could not resolve", "is SSH_HOST right?", true},
		{"refused", "is the machine up, and is SSH_PORT right?", true},
		{"timed out", "is the machine up, and is SSH_PORT right?", true},
		{"No route", "is the machine up, and is SSH_PORT right?", true},
	}
}

// failure is why a call ended with an exit code. Met says that something of ours ran there; then ssh's words about logging
// in can be no reason.
func (m Machine) failure(code int, met bool, said string) *CallError {
	last := lastLine(said)
	f := &CallError{Met: met, Again: code == sshFailed || code < 0} // below 0, a signal ended ssh
	switch {
	case f.Again && met:
		f.Text = cmp.Or(last, "ssh said nothing")
		return f
	case f.Again:
		f.Text = cmp.Or(last, "ssh said nothing")
		for _, t := range m.troubles() {
			if line := lineWith(said, t.said); line != "" {
				f.Text, f.Again = line+": "+t.remedy, t.passes
				break
			}
		}
		return f
	case !met:
		f.Text = fmt.Sprintf("%s lets us in, but its login shell did not run sh (exit code %d, %s): ssh %s must be able to run commands",
			m.Name(), code, cmp.Or(last, "without a word"), m.Name())
		return f
	}
	f.Code = code
	switch code {
	case noFolder:
		f.Text = fmt.Sprintf("%s on %s is not there or may not be entered", m.Dir, m.Name())
	case noBinary, 126, 127: // the latter are sh's own
		f.Text = fmt.Sprintf("there is no bin/k6 in %s on %s that runs: the next run from here sends it again", m.Dir, m.Name())
	case NoRun:
		f.Text = "there is no such run on " + m.Name()
	default:
		f.Said = true
		f.Text = fmt.Sprintf("%s, on %s (exit code %d)", cmp.Or(telling(said), "it failed without a word"), m.Name(), code)
	}
	return f
}

// telling is the line that names a cause: tar ends with one that says no more than that there was one.
func telling(said string) string {
	for _, cause := range []string{"No space left", "Disk quota", "Read-only file system", "Permission denied"} {
		if line := lineWith(said, cause); line != "" {
			return line
		}
	}
	return lastLine(said)
}

// lineWith is the first line of a text that holds words, without the blanks around it.
func lineWith(text, words string) string {
	for line := range strings.Lines(text) {
		if strings.Contains(line, words) {
			return strings.Trim(line, "@ \t\r\n")
		}
	}
	return ""
}

func lastLine(text string) string {
	text = strings.TrimSpace(text)
	return strings.TrimSpace(text[strings.LastIndexByte(text, '\n')+1:])
}
