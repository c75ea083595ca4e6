package command_test

import (
	"bytes"
	"testing"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.k6.io/k6/v2/cmd/state"
	"go.k6.io/k6/v2/subcommand"

	"github.com/featherweight/xk6-featherweight/command"
)

// called is a call of the front door with no configuration but the defaults.
func called(t *testing.T, words ...string) command.Call {
	t.Helper()
	return command.CallDoor(t.Context(), map[string]string{"ENV_FILE": "/dev/null"}, t.TempDir(), nil, words...)
}

// Another module brings a verb: its subcommand of k6 is called "fwhz-VERB". One with any other name is none of ours.
func TestASubcommandOfAnotherModuleIsAVerb(t *testing.T) { //nolint:paralleltest // it registers
	var out bytes.Buffer
	subcommand.RegisterExtension("fwhz-greet", func(*state.GlobalState) *cobra.Command {
		return &cobra.Command{Use: "fwhz-greet WHOM", Short: "Greet somebody", Args: cobra.ExactArgs(1), Run: func(_ *cobra.Command, args []string) {
			_, _ = out.WriteString("hello, " + args[0])
		}}
	})
	subcommand.RegisterExtension("fwhzother", func(*state.GlobalState) *cobra.Command { return &cobra.Command{Use: "fwhzother"} })
	require.Zero(t, called(t, "greet", "world").Code)
	assert.Equal(t, "hello, world", out.String())
	help := called(t, "help").Out
	assert.Contains(t, help, "  greet                Greet somebody\n")
	assert.NotContains(t, help, "other")
}

func TestAVerbThatIsNotThereIsOneLine(t *testing.T) {
	t.Parallel()
	for verb, want := range map[string]string{
		"hertz":  "run-slo-testing.sh: there is no command \"hertz\"; ./run-slo-testing.sh help lists them\n",
		"target": "run-slo-testing.sh: the reference server is not in this binary: build it with make k6 (xk6 build --with github.com/featherweight/reference, beside this extension)\n",
	} {
		call := called(t, verb, "--fault", "drop=1")
		assert.Equal(t, command.Call{Err: want, Code: 2}, call)
	}
	call := called(t, "status", "one", "two")
	assert.Equal(t, command.Call{Err: "run-slo-testing.sh: \"two\" is not understood: status takes status [RUN]\n", Code: 2}, call)
	call = called(t, "logs", "--tail")
	assert.Equal(t, command.Call{Err: "run-slo-testing.sh: unknown flag: --tail: ./run-slo-testing.sh help logs lists what is allowed\n", Code: 2}, call)
}

func TestEveryVerbSaysMoreAboutItself(t *testing.T) {
	t.Parallel()
	assert.Equal(t, 2, called(t).Code, "no verb is a mistake, and the help is told as one")
	assert.Contains(t, called(t).Err, "usage: ./run-slo-testing.sh COMMAND")
	for _, verb := range []string{"run-load", "status", "logs", "rollback", "recover", "config", "hz", "audit", "report"} {
		help := called(t, "help", verb)
		assert.Contains(t, help.Out, "\nusage: ./run-slo-testing.sh "+verb)
		assert.Equal(t, help, called(t, verb, "--help"))
	}
}
