// Package command is "k6 x fwhz": the front door of the suite, and the tools that come with the extension. A verb is a
// file; the list below has them all.
package command

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"go.k6.io/k6/v2/cmd/state"
)

// Name is the word after "k6 x".
const Name = "fwhz"

// section is a part of the help.
type section struct {
	title string
	verbs []*cobra.Command
}

// sections are all verbs, in the order of the help. A new one stands here.
func sections(d *door) []section {
	return []section{
		{"Tests; the exit code is k6's: 0 passed, 99 an objective was missed, anything else: no result.", append(runVerbs(d), findCapacityVerb(d), demoVerb(d))},
		{"A run survives its terminal; from any shell:", append(controlVerbs(d), rollbackVerb(d), recoverVerb(d))},
		{"Monitoring and the image, in Docker:", stackVerbs(d)},
		{"This machine and this folder:", []*cobra.Command{configVerb(d), validateVerb(d), setupVerb(d)}},
		{"Tools:", append([]*cobra.Command{Hz(d.out), Audit(d.out), Report(d.out), compareVerb(d), verdictVerb(d)}, d.guests...)},
		{"", []*cobra.Command{superviseVerb(d), fetchVerb(d), thereVerb(d), cleanContainersVerb(d), execVerb(d)}},
	}
}

// New makes the command; k6 calls it.
func New(gs *state.GlobalState) *cobra.Command {
	d := newDoor(gs)
	d.guests = guests(gs)
	return d.front()
}

// front makes the command.
func (d *door) front() *cobra.Command {
	all := sections(d)
	cmd := d.verb(Name, "Featherweight SLO: run the load tests, watch a loop's frequency, make a report", func(_ context.Context, args []string) error {
		if len(args) == 0 {
			writeHelp(d.err, d, all)
			return failf(exitUsage, "")
		}
		if args[0] == "target" {
			return failf(exitUsage, "the reference server is not in this binary: build it with make k6 "+
				"(xk6 build --with github.com/featherweight/reference, beside this extension)")
		}
		return failf(exitUsage, "there is no command %q; %s help lists them", args[0], d.called())
	})
	cmd.Args = cobra.ArbitraryArgs
	cmd.FParseErrWhitelist.UnknownFlags = true // a verb that is not there is the mistake, and not its flags
	cmd.SetHelpFunc(func(of *cobra.Command, _ []string) {
		if of == cmd {
			writeHelp(d.out, d, all)
			return
		}
		_, _ = fmt.Fprintf(d.out, "%s\n\nusage: %s %s\n", orShort(of), d.called(), of.Use)
		of.InitDefaultHelpFlag()
		of.Flags().Lookup("help").Hidden = true // whoever reads this knows it
		if flags := of.LocalFlags().FlagUsages(); flags != "" {
			_, _ = fmt.Fprintf(d.out, "\n%s", flags)
		}
		if of.Example != "" {
			_, _ = fmt.Fprintf(d.out, "\n%s\n", of.Example)
		}
	})
	help := d.verb("help [COMMAND]", "this, or more about a command", func(_ context.Context, args []string) error {
		of := cmd
		for _, one := range cmd.Commands() {
			if len(args) > 0 && (one.Name() == args[0] || slices.Contains(one.Aliases, args[0])) {
				of = one
			}
		}
		return of.Help()
	})
	all[3].verbs = append(all[3].verbs, help)
	for _, s := range all {
		cmd.AddCommand(s.verbs...)
	}
	return cmd
}

func orShort(cmd *cobra.Command) string {
	if cmd.Long != "" {
		return strings.TrimSpace(cmd.Long)
	}
	return cmd.Short
}

// writeHelp lists every verb that is not hidden.
func writeHelp(w io.Writer, d *door, all []section) {
	_, _ = fmt.Fprintf(w, "usage: %s COMMAND [NAME=value ...] [--option ...] [-- arguments for k6]\n", d.called())
	for _, s := range all {
		if s.title != "" {
			_, _ = fmt.Fprintf(w, "\n%s\n", s.title)
		}
		for _, verb := range s.verbs {
			if !verb.Hidden {
				_, _ = fmt.Fprintf(w, "  %-20s %s\n", verb.Name(), verb.Short)
			}
		}
	}
	_, _ = fmt.Fprintf(w, `
"%s help COMMAND" says more. Variables are listed in .env.test.example; cp it to .env.test to set them. The command line wins
over the environment, that over .env.test, that over the default: VUS=500 %[1]s run-websocket DURATION=2m
With SSH_HOST the tests run on that machine. Results are kept in test-results/.
`, d.called())
}

// called is how the user calls the command: ./run-slo-testing.sh, or k6 x fwhz.
func (d *door) called() string {
	if strings.HasSuffix(d.name, ".sh") {
		return "./" + d.name
	}
	return d.name
}
