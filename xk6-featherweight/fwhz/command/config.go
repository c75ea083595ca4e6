package command

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"go.k6.io/k6/v2/errext"

	"github.com/featherweight/xk6-featherweight/internal/config"
)

// envFile is the file with the user's own values, unless ENV_FILE names another one.
const envFile = ".env.test"

// configFlags are what "config" takes.
type configFlags struct {
	file          string
	check, export bool
}

// Config is "k6 x fwhz config [NAME=value...]": what is in force, and who said so.
func Config(out io.Writer, environment map[string]string) *cobra.Command {
	f := configFlags{}
	cmd := &cobra.Command{
		Use:   "config [NAME=value...] [--check [READER] | --export]",
		Short: "Show or check the configuration in force",
		Long: `Prints every variable with the value in force and who said so: the command line (NAME=value), the environment,
.env.test in this directory, or its default, in this order. Secrets are hidden. ENV_FILE names another file.

With --check, says everything that is wrong, where it was set, and what is allowed instead; READER leaves out what that
script or tool does not read. With --export, prints lines for a shell: NAME='value' for a default, with "export" before it
for what somebody set. Secrets are not hidden there.

Exit code 1 when the file cannot be read, a name is not known, or --check finds something.`,
		Example: `  k6 x fwhz config VUS=50
  k6 x fwhz config --check websocket-streaming-load-test.js
  eval "$(k6 x fwhz config --export)"`,
		SilenceUsage:  true,
		SilenceErrors: true,
		RunE: func(cmd *cobra.Command, args []string) error {
			return errext.WithExitCodeIfNone(f.run(out, environment, args, cmd.Flags().Changed("file")), exitNothing)
		},
	}
	cmd.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return errext.WithExitCodeIfNone(err, exitNothing) })
	flags := cmd.Flags()
	flags.StringVar(&f.file, "file", envFile, "the file with your values")
	flags.BoolVar(&f.check, "check", false, "say everything that is wrong")
	flags.BoolVar(&f.export, "export", false, "print lines that a shell can read")
	return cmd
}

func (f *configFlags) run(out io.Writer, environment map[string]string, args []string, named bool) error {
	if f.check && f.export {
		return errors.New("--check and --export cannot be given together: take one of them")
	}
	words, readers, err := f.split(args)
	if err != nil {
		return err
	}
	if other := environment["ENV_FILE"]; other != "" && !named {
		f.file, named = other, true
	}
	entries, err := readEntries(f.file, named)
	if err != nil {
		return err
	}
	settings, err := config.Resolve(config.Sources{CommandLine: words, Environment: environment, File: entries, FileName: f.file})
	if err != nil {
		return err
	}
	switch {
	case f.check:
		return checkFor(settings, readers)
	case f.export:
		return exportSettings(out, settings)
	}
	return printSettings(out, settings)
}

// split tells words that set something from readers, of whom only --check wants to know.
func (f *configFlags) split(args []string) (words, readers []string, err error) {
	for _, arg := range args {
		switch {
		case strings.Contains(arg, "="):
			words = append(words, arg)
		case !f.check:
			return nil, nil, fmt.Errorf("%q is not allowed: NAME=value; a reader stands behind --check", arg)
		case !slices.Contains(config.Readers(), arg):
			return nil, nil, fmt.Errorf("%q reads nothing: one of %s", arg, strings.Join(config.Readers(), ", "))
		default:
			readers = append(readers, arg)
		}
	}
	if len(readers) == 0 {
		readers = []string{config.Everyone}
	}
	return words, readers, nil
}

// readEntries reads the file. Without a name that somebody gave, none is needed.
func readEntries(name string, named bool) ([]config.Entry, error) {
	text, err := os.ReadFile(name)
	switch {
	case errors.Is(err, fs.ErrNotExist) && !named:
		return nil, nil
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("%s is not there: name a file that is", name)
	case err != nil:
		return nil, fmt.Errorf("%w: chmod u+r %s", err, name)
	}
	return config.ParseEntries(string(text), name)
}

// checkFor names everything that is wrong for any of the readers.
func checkFor(settings []config.Setting, readers []string) error {
	var wrong []error
	for _, reader := range readers {
		if _, err := config.Check(settings, reader); err != nil {
			wrong = append(wrong, err)
		}
	}
	if len(wrong) == 0 {
		return nil
	}
	var lines []string
	for _, err := range wrong {
		if line := err.Error(); !slices.Contains(lines, line) {
			lines = append(lines, line)
		}
	}
	return errors.New(strings.Join(lines, "; "))
}

func printSettings(out io.Writer, settings []config.Setting) error {
	for _, s := range settings {
		if _, err := fmt.Fprintf(out, "%-28s %-46s %s\n", s.Name, config.ShownValue(s.Name, s.Value), s.Origin); err != nil {
			return err
		}
	}
	return nil
}

// exportSettings quotes, so that a shell takes nothing in a value for its own. Only what is set is exported: to a program
// that is started, a default is not the same as a value.
func exportSettings(out io.Writer, settings []config.Setting) error {
	for _, s := range settings {
		export := ""
		if s.IsSet() {
			export = "export "
		}
		if _, err := fmt.Fprintf(out, "%s%s='%s'\n", export, s.Name, strings.ReplaceAll(s.Value, "'", `'\''`)); err != nil {
			return err
		}
	}
	return nil
}
