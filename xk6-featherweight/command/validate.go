package command

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/featherweight/xk6-featherweight/internal/check"
	"github.com/featherweight/xk6-featherweight/internal/config"
	"github.com/featherweight/xk6-featherweight/internal/stack"
)

// validation is a row of what is looked at.
type validation struct {
	what  string   // all of its files together
	files []string // as the suite calls them, with /
	// whole says what is wrong with a file.
	whole func(ctx context.Context, file string) error
	// missing says what to do about a file that is not there; "" is to check it out.
	missing  string
	optional bool // nothing is wrong without it
	together bool // one line for all files that are whole
}

// validations are everything that is looked at: a new check is a new row.
func (d *door) validations() []validation {
	boards := d.glob("dashboards/*.json")
	rules := []string{"prometheus.yml", "monitoring/recording-rules.yml", "alerting-rules.yml"}
	shell := append([]string{"run-slo-testing.sh", "recovery.sh", "validate-slo-setup.sh", "test-setup.sh"}, d.glob("shell/*.sh", "monitoring/*.sh")...)
	if exists(d.at(stack.Dockerfile)) { // else it is what was given away, and builds no image
		shell = append(shell, "build-docker.sh")
	}
	own := validation{
		files: []string{envFile}, whole: d.envFileHolds, optional: true,
		missing: "there is none, so the defaults are in force (cp .env.test.example .env.test)",
	}
	if named := d.env["ENV_FILE"]; named != "" {
		own.files, own.optional, own.missing = []string{d.shownPath(named)}, false, "ENV_FILE names it, but there is no such file"
	}
	return []validation{
		{what: "scripts", files: scriptFiles(), whole: d.scriptHolds},
		{what: "shell", files: shell, whole: d.shellHolds, together: true},
		{files: []string{envFile + ".example"}, whole: d.envFileHolds},
		own,
		{what: "prometheus.yml and the rules", files: rules, whole: d.promtoolHolds},
		{what: "dashboards", files: boards, whole: d.reads(check.Grafana)},
		{files: []string{webDashboard}, whole: d.reads(check.Layout), missing: "it is not there, and the live page would have no SLOs: git checkout " + webDashboard},
		{what: "docker-compose.yml", files: []string{"docker-compose.yml"}, whole: d.composeHolds},
	}
}

// unchecked is why something could not be looked at.
type unchecked string

func (u unchecked) Error() string { return string(u) }

// tally counts what was found.
type tally struct{ valid, broken, unchecked int }

// validateVerb is "k6 x fwhz validate".
func validateVerb(d *door) *cobra.Command {
	cmd := d.verb("validate", "Is everything in the suite's folder whole?", func(ctx context.Context, args []string) error {
		if len(args) > 0 {
			return failf(exitUsage, "%q is not understood: this takes no arguments", args[0])
		}
		var found tally
		for _, row := range d.validations() {
			d.look(ctx, row, &found)
		}
		d.sayf("%d valid, %d broken, %d not checked", found.valid, found.broken, found.unchecked)
		if found.broken > 0 || (found.unchecked > 0 && d.env["CI"] == "true") {
			return failf(exitFailed, "")
		}
		return nil
	})
	cmd.Long = `Reads scripts, shell, environment file, rules, dashboards and compose file, each with the program that will read it; nothing
is started. Files are judged by themselves: what the environment says does not count.

Exit code 1 when something is broken, and with CI=true also when its program is missing.`
	return cmd
}

// look says what is to be said of the files of a row.
func (d *door) look(ctx context.Context, row validation, found *tally) {
	before := found.broken
	broken := func(what, why string) {
		d.sayf("✗ %s: %s", what, why)
		found.broken++
	}
	valid := func(what string) {
		d.sayf("✓ %s", what)
		found.valid++
	}
	if len(row.files) == 0 {
		broken(row.what, "there is none: git checkout "+row.what)
		return
	}
	for _, file := range row.files {
		var not unchecked
		_, gone := os.Stat(d.at(file))
		switch missing := errors.Is(gone, fs.ErrNotExist); {
		case missing && row.optional:
			d.sayf("- %s: %s", file, row.missing)
			continue
		case missing && row.missing != "":
			broken(file, row.missing)
			continue
		case missing:
			broken(file, "it is not there: git checkout "+file)
			continue
		}
		switch err := row.whole(ctx, file); {
		case errors.As(err, &not):
			d.sayf("- %s: not checked, %v", row.what, err)
			found.unchecked++
			return
		case err != nil:
			broken(file, strings.TrimPrefix(err.Error(), file+": ")) // programs name it, too
		case !row.together:
			valid(file)
		}
	}
	if row.together && found.broken == before {
		valid(row.what)
	}
}

// envFileHolds says what any reader would refuse in an environment file, whatever the environment says.
func (d *door) envFileHolds(_ context.Context, file string) error {
	text, err := os.ReadFile(d.at(file))
	if err != nil {
		return err
	}
	entries, err := config.ParseEntries(string(text), file)
	if err != nil {
		return err
	}
	settings, err := config.Resolve(config.Sources{File: entries, FileName: file})
	if err != nil {
		return err
	}
	return checkFor(settings, append(config.Readers(), config.Everyone))
}

// reads makes a check of a file of one of its text.
func (d *door) reads(holds func([]byte) error) func(context.Context, string) error {
	return func(_ context.Context, file string) error {
		text, err := os.ReadFile(d.at(file))
		if err != nil {
			return err
		}
		return holds(text)
	}
}

// scriptFiles are the scripts of the suite.
func scriptFiles() []string {
	var files []string
	for _, t := range config.TestTypes() {
		if t.Script != "" {
			files = append(files, "scripts/"+t.Script)
		}
	}
	return files
}

// at is where a file of the suite is.
func (d *door) at(file string) string {
	if filepath.IsAbs(file) {
		return file
	}
	return filepath.Join(d.root, filepath.FromSlash(file))
}

// glob are the suite's files that have one of these patterns.
func (d *door) glob(patterns ...string) []string {
	var files []string
	for _, pattern := range patterns {
		found, _ := filepath.Glob(d.at(pattern)) // a bad pattern would be a mistake in the table
		for _, file := range found {
			files = append(files, filepath.ToSlash(strings.TrimPrefix(file, d.root+string(filepath.Separator))))
		}
	}
	return files
}
