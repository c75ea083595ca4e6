package command

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/featherweight/xk6-featherweight/internal/config"
)

// envFile is the file with the user's own values, unless ENV_FILE names another one.
const envFile = ".env.test"

// configVerb shows what is in force, and who said so.
func configVerb(d *door) *cobra.Command {
	var check bool
	cmd := d.verb("config [NAME=value ...] [--check [READER ...]]", "every variable in force, and where it was set", func(_ context.Context, args []string) error {
		words, readers, err := wordsAndReaders(args, check)
		if err != nil {
			return err
		}
		if err := d.load(words); err != nil && !check {
			return err
		}
		if check {
			return checkFor(d.settings, readers)
		}
		for _, s := range d.settings {
			d.sayf("%-28s %-46s %s", s.Name, s.Shown(), s.Origin)
		}
		return nil
	})
	cmd.Long = `Prints every variable with the value in force and who said so: the command line (NAME=value), the environment,
.env.test, or its default, in this order. Secrets are hidden. ENV_FILE names another file than .env.test.

With --check, says everything that is wrong, where it was set, and what is allowed instead; READER leaves out what that
script or tool does not read.

Exit code 1 when the file cannot be read, a name is not known, or something is wrong.`
	cmd.Flags().BoolVar(&check, "check", false, "say everything that is wrong, for these readers or for all")
	return cmd
}

// wordsAndReaders tells words that set something from readers, of whom only --check wants to know.
func wordsAndReaders(args []string, check bool) (words, readers []string, err error) {
	for _, arg := range args {
		switch {
		case isAssignment(arg):
			words = append(words, arg)
		case !check:
			return nil, nil, failf(exitUsage, "%q is not understood: allowed are NAME=value; a reader stands behind --check", arg)
		case !slices.Contains(config.Readers(), arg):
			return nil, nil, failf(exitUsage, "%q reads nothing: one of %s", arg, strings.Join(config.Readers(), ", "))
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
		return nil, fmt.Errorf("ENV_FILE is %s, but there is no such file", name)
	case err != nil:
		return nil, fmt.Errorf("%s cannot be read: chmod u+r %s", name, name)
	}
	return config.ParseEntries(string(text), name)
}

// checkFor names everything that is wrong for any of the readers.
func checkFor(settings config.Settings, readers []string) error {
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
