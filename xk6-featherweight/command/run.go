package command

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"github.com/featherweight/xk6-featherweight/internal/config"
)

// Runs are the verbs that run a test: "run", which takes the type from TEST_TYPE, and one for each type.
func runVerbs(d *door) []*cobra.Command {
	verbs := []*cobra.Command{d.runVerb("run", "the test that TEST_TYPE names", "")}
	for _, t := range config.TestTypes() {
		verbs = append(verbs, d.runVerb(t.Verb, t.Short, t.Name))
	}
	return verbs
}

func (d *door) runVerb(name, short, typeName string) *cobra.Command {
	var cmd *cobra.Command
	cmd = d.verb(name, short, func(ctx context.Context, args []string) error {
		w, err := readWords(args)
		switch {
		case err != nil:
			return err
		case w.help:
			return cmd.Help()
		}
		if err := d.load(w.assignments); err != nil {
			return err
		}
		if typeName == "" {
			typeName = d.value("TEST_TYPE")
		}
		t, _ := config.FindTestType(typeName)
		return d.startRun(ctx, t, w)
	})
	cmd.Use = name + " " + runUsage
	cmd.Long = strings.ToUpper(short[:1]) + short[1:] + ".\n" + runHelp
	cmd.DisableFlagParsing = true
	if short := strings.TrimPrefix(name, "run-"); short != name {
		cmd.Aliases = []string{short}
	}
	return cmd
}

// startRun runs a test of a type, here or on SSH_HOST.
func (d *door) startRun(ctx context.Context, t config.TestType, w runWords) error {
	if w.detach && !d.settings.True("SAVE_TEST_RESULTS") {
		return failf(exitUsage, "--detach with SAVE_TEST_RESULTS=false: a detached run needs its folder, leave one of the two out")
	}
	switch hosts := d.hosts(); len(hosts) {
	case 0:
		return d.runHere(ctx, t, w)
	case 1:
		return d.on(hosts[0]).runElsewhere(ctx, t, w)
	default:
		return d.runTogether(ctx, t, w, hosts)
	}
}

// runHere does everything on this machine, and ends with the exit code of k6.
func (d *door) runHere(ctx context.Context, t config.TestType, w runWords) error {
	j, err := d.newJob(ctx, t, w)
	if err != nil {
		return err
	}
	if w.dryRun {
		return j.dryRun(ctx)
	}
	return j.run(ctx)
}
