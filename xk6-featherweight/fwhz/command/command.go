// Package command is "k6 x fwhz": the tools that come with the extension.
package command

import (
	"github.com/spf13/cobra"
	"go.k6.io/k6/v2/cmd/state"
)

// Name is the word after "k6 x".
const Name = "fwhz"

// New makes the command; k6 calls it.
func New(gs *state.GlobalState) *cobra.Command {
	cmd := &cobra.Command{
		Use:   Name,
		Short: "Featherweight SLO: watch a loop's frequency, show the configuration, make a report, or run the reference target",
	}
	cmd.AddCommand(Hz(gs.Stdout), Target(gs.Stdout), Audit(gs.Stdout), Config(gs.Stdout, gs.Env), Report(gs.Stdout))
	return cmd
}
