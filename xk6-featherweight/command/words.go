package command

import (
	"slices"
	"strings"

	"github.com/featherweight/xk6-featherweight/internal/run"
)

// runWords are the words behind a command that runs a test.
type runWords struct {
	assignments, k6Arguments []string
	detach, skipHealth       bool
	monitoring, dryRun       bool
	help                     bool
	id                       string                 // of the run, when another machine wants one
	made                     func(run.Folder) error // is told of the folder before anything else happens; nil for nobody
}

// runUsage are the words of a command that runs a test, for its help.
const runUsage = `[NAME=value ...] [--detach] [--skip-health] [--monitoring] [--dry-run] [-- arguments for k6]`

const runHelp = `
  NAME=value      a variable, see "config"; wins over the environment and .env.test
  --detach        start it in the background and return
  --skip-health   without the health check before it
  --monitoring    start Prometheus and Grafana for it if they are not up
  --dry-run       check the values and print what would run
  -- ...          arguments for k6, such as -- --tag build=7

The exit code is k6's: 0 passed, 99 an objective was missed or the result says nothing, anything else: no result.`

// readWords understands them. pflag would take the first k6 argument of a script, such as -e, for one of its own.
func readWords(args []string) (runWords, error) {
	w := runWords{}
	if at := slices.Index(args, "--"); at >= 0 {
		args, w.k6Arguments = args[:at], args[at+1:]
	}
	options := map[string]*bool{
		"--detach": &w.detach, "--skip-health": &w.skipHealth, "--monitoring": &w.monitoring, "--dry-run": &w.dryRun,
		"--help": &w.help, "-h": &w.help,
	}
	for _, word := range args {
		option, known := options[word]
		switch {
		case known:
			*option = true
		case isAssignment(word):
			w.assignments = append(w.assignments, word)
		default:
			return w, failf(exitUsage, "%q is not understood: allowed are NAME=value, --detach, --skip-health, --monitoring, --dry-run, "+
				"and -- before arguments for k6", word)
		}
	}
	return w, nil
}

// quoted is a line of words that a shell reads as those words.
func quoted(words []string) string {
	var all []string
	for _, word := range words {
		if word == "" || strings.ContainsFunc(word, func(r rune) bool {
			return !strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./:,@%+=-", r)
		}) {
			word = "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
		}
		all = append(all, word)
	}
	return strings.Join(all, " ")
}
