// Package reference adds the reference server to k6: "k6 x fwhz target".
//
// It is a module of its own and shares no code with what it judges. "k6 x fwhz" takes every subcommand whose name begins with
// "fwhz-" among its own verbs, so neither imports the other.
package reference

import (
	"go.k6.io/k6/v2/subcommand"

	"github.com/featherweight/reference/command"
)

func init() { //nolint:gochecknoinits // the way extensions register
	subcommand.RegisterExtension(command.Name, command.New)
}
