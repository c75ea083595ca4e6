package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"go.k6.io/k6/v2/cmd/state"

	"github.com/featherweight/xk6-featherweight/internal/config"
	"github.com/featherweight/xk6-featherweight/internal/run"
	"github.com/featherweight/xk6-featherweight/internal/stack"
)

// What the five scripts tell the command that they call.
const (
	nameVariable = "FW_NAME" // how they are called, for messages
	rootVariable = "FW_ROOT" // where the suite is
	k6Variable   = "FW_K6"   // the binary that they call
)

// Exit codes of the front door itself; those of a test are k6's.
const (
	exitFailed = 1
	exitUsage  = 2
	exitValues = 104 // k6's own for a wrong configuration
)

// door is what every verb of the front door stands on: who called, where the suite is, and what is in force.
type door struct {
	name     string // how the user called it, such as run-slo-testing.sh
	root     string // the folder that has scripts/ and docker-compose.yml
	k6       string // the binary that runs tests: this one
	home     string // the user's home directory
	env      map[string]string
	in       io.Reader
	out, err io.Writer
	tty      bool // out is a terminal
	colours  bool
	exit     func(int)
	settings config.Settings // after load
	project  *stack.Project  // with these settings, once somebody wanted it
	guests   []*cobra.Command
}

// failure is an error with an exit code of its own.
type failure struct {
	text string
	code int
}

func (f failure) Error() string { return f.text }

// failf is an error with an exit code. An empty text says nothing more: the reason was told already.
func failf(code int, format string, args ...any) error {
	return failure{fmt.Sprintf(format, args...), code}
}

func newDoor(gs *state.GlobalState) *door {
	d := &door{
		name: gs.Env[nameVariable], root: suiteRoot(gs.Env[rootVariable]), env: gs.Env, exit: gs.OSExit,
		in: gs.Stdin, out: gs.Stdout, err: gs.Stderr, tty: gs.Stdout.IsTTY, colours: gs.Stdout.IsTTY && !gs.Flags.NoColor,
	}
	if d.name == "" {
		d.name = "k6 x " + Name
	}
	if d.k6 = gs.Env[k6Variable]; d.k6 == "" {
		d.k6, _ = os.Executable()
	}
	if home, err := os.UserHomeDir(); err == nil {
		d.home = home
	}
	return d
}

// suiteRoot is where the suite is: as the scripts say, else around bin/k6, else here. In the image, it is /.
func suiteRoot(said string) string {
	if said != "" {
		return said
	}
	here, _ := os.Getwd()
	candidates := []string{here, "/"}
	if binary, err := os.Executable(); err == nil {
		if followed, err := filepath.EvalSymlinks(binary); err == nil {
			binary = followed
		}
		candidates = append([]string{filepath.Dir(filepath.Dir(binary))}, candidates...)
	}
	for _, dir := range candidates {
		if exists(filepath.Join(dir, "scripts", config.Main)) {
			return dir
		}
	}
	return here
}

// verb makes a command of the front door. What it returns is shown in one line, under the name that the user called, and
// is the exit code: 1, or that of a failure.
func (d *door) verb(use, short string, do func(ctx context.Context, args []string) error) *cobra.Command {
	cmd := &cobra.Command{
		Use: use, Short: short, SilenceUsage: true, SilenceErrors: true,
		RunE: func(cmd *cobra.Command, args []string) error {
			d.end(do(cmd.Context(), args))
			return nil
		},
	}
	cmd.SetFlagErrorFunc(func(_ *cobra.Command, err error) error {
		d.end(failf(exitUsage, "%v: %s help %s lists what is allowed", err, d.called(), cmd.Name()))
		return nil
	})
	return cmd
}

// end leaves with the exit code that an error stands for, if it is one.
func (d *door) end(err error) {
	if err == nil {
		return
	}
	if text := err.Error(); text != "" {
		_, _ = fmt.Fprintf(d.err, "%s: %s\n", d.name, text)
	}
	d.exit(codeOf(err))
}

// codeOf is the exit code that an error stands for.
func codeOf(err error) int {
	if own := (failure{}); errors.As(err, &own) {
		return own.code
	}
	return exitFailed
}

// load finds what is in force, and checks what the front door itself reads.
func (d *door) load(words []string) error {
	name, named := filepath.Join(d.root, envFile), false
	if other := d.env["ENV_FILE"]; other != "" {
		name, named = other, true
	}
	entries, err := readEntries(name, named)
	if err != nil {
		return err
	}
	d.settings, err = config.Resolve(config.Sources{CommandLine: words, Environment: d.env, File: entries, FileName: d.shownPath(name)})
	if err != nil {
		return err
	}
	d.project = nil
	_, err = config.Check(d.settings, config.FrontDoor)
	return err
}

// store is where the runs are kept. A relative TEST_RESULTS_DIR is below the suite, wherever the command was called.
func (d *door) store() run.Store {
	dir := d.settings.Path("TEST_RESULTS_DIR", d.home)
	if !filepath.IsAbs(dir) {
		dir = filepath.Join(d.root, dir)
	}
	return run.Store(filepath.Clean(dir))
}

// value is the value in force of a variable.
func (d *door) value(name string) string { return d.settings.Value(name) }

// shownPath is a path as a reader would name it, without the way to the suite.
func (d *door) shownPath(name string) string {
	return strings.TrimPrefix(name, d.root+string(filepath.Separator))
}

// notef says something about the work: on standard error, as it is no result.
func (d *door) notef(format string, args ...any) { _, _ = fmt.Fprintf(d.err, format+"\n", args...) }

func (d *door) warnf(format string, args ...any) { d.notef(d.name+": warning: "+format, args...) }

// debugf says what is done, with DEBUG_MODE.
func (d *door) debugf(format string, args ...any) {
	if d.settings.True("DEBUG_MODE") {
		d.notef(d.name+": debug: "+format, args...)
	}
}

// sayf prints a result.
func (d *door) sayf(format string, args ...any) { _, _ = fmt.Fprintf(d.out, format+"\n", args...) }

// assignments are the words of a command that takes nothing but NAME=value.
func assignments(args []string) ([]string, error) {
	for _, word := range args {
		if !isAssignment(word) {
			return nil, failf(exitUsage, "%q is not understood: allowed are NAME=value, such as VUS=500", word)
		}
	}
	return args, nil
}

// isAssignment says that a word is NAME=value.
func isAssignment(word string) bool {
	name, _, found := strings.Cut(word, "=")
	return found && name != "" && !strings.HasPrefix(name, "-") && !strings.ContainsAny(name, " /")
}
