package remote

import (
	"fmt"
	"os"
	"os/exec"
	"path"
	"strings"
)

// Machine is another machine and the suite's folder there.
type Machine struct {
	Host string // as ssh takes it: a name of its configuration, too
	User string // "": as in the ssh configuration
	Port string // likewise
	Key  string // file of a private key; likewise
	Dir  string // absolute, or below the home directory there
	Env  []string

	program string // instead of ssh, for tests
}

// Name is the machine as messages call it.
func (m Machine) Name() string {
	if m.User == "" {
		return m.Host
	}
	return m.User + "@" + m.Host
}

// Check says what is wrong with it that no connection is needed for.
func (m Machine) Check() error {
	switch {
	case strings.HasPrefix(m.Name(), "-"):
		return fmt.Errorf("%s is no machine: ssh would take it for an option", m.Name())
	case strings.ContainsAny(m.Dir, "\r\n"):
		return fmt.Errorf("SSH_DIR=%q is not allowed: it must be one line", m.Dir)
	case m.Key == "":
		return nil
	}
	key, err := os.Open(m.Key)
	if err != nil {
		return fmt.Errorf("SSH_KEY_PATH=%s cannot be read: it must be the file of a private key", m.Key)
	}
	return key.Close()
}

// options make every call stand alone: it asks nothing, has no terminal, forwards no port that another one has already,
// starts nothing that outlives it, and notices within 15 s that nobody is there any more.
func options() []string {
	var words []string
	for _, option := range []string{
		"BatchMode=yes", "ConnectTimeout=10", "ServerAliveInterval=5", "ServerAliveCountMax=3",
		"RequestTTY=no", "RemoteCommand=none", "ClearAllForwardings=yes", "ControlMaster=no",
	} {
		words = append(words, "-o", option)
	}
	return words
}

// words are the command of a call that runs a script there. Every login shell has to read it alike, csh and fish among
// them: in a script is no single quote, no backslash, no exclamation mark and no new line.
func (m Machine) words(script string) []string {
	words := options()
	if m.Port != "" {
		words = append(words, "-p", m.Port)
	}
	if m.Key != "" {
		words = append(words, "-i", m.Key, "-o", "IdentitiesOnly=yes")
	}
	return append(words, m.Name(), "exec sh -c '"+script+"'")
}

// ssh is the program, if it is there.
func (m Machine) ssh() (string, error) {
	if m.program != "" {
		return m.program, nil
	}
	return exec.LookPath("ssh")
}

// dir is the folder as sh there has to be told. A call begins in the home directory.
func (m Machine) dir() string {
	dir := strings.TrimPrefix(m.Dir, "~/")
	if dir == "~" || dir == "" {
		dir = "."
	}
	if path.IsAbs(dir) {
		return dir
	}
	return "./" + dir // neither an option nor looked for in CDPATH
}
