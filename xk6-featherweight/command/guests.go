package command

import (
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"go.k6.io/k6/v2/cmd/state"
	"go.k6.io/k6/v2/ext"
	"go.k6.io/k6/v2/subcommand"
)

// guests are the verbs that other extensions bring: a subcommand of k6 named "fwhz-VERB" is VERB here. So the reference
// server, a module of its own, is "k6 x fwhz target" where it is compiled in, and neither imports the other.
func guests(gs *state.GlobalState) []*cobra.Command {
	var verbs []*cobra.Command
	known := ext.Get(ext.SubcommandExtension)
	for _, name := range slices.Sorted(maps.Keys(known)) {
		verb, ours := strings.CutPrefix(name, Name+"-")
		if construct, ok := known[name].Module.(subcommand.Constructor); ok && ours && verb != "" {
			cmd := construct(gs)
			cmd.Use = verb + strings.TrimPrefix(cmd.Use, name)
			verbs = append(verbs, cmd)
		}
	}
	return verbs
}
