// Package featherweight adds k6/x/fwhz and the subcommand "k6 x fwhz" to k6.
package featherweight

import (
	"go.k6.io/k6/v2/js/modules"
	"go.k6.io/k6/v2/subcommand"

	"github.com/featherweight/xk6-featherweight/command"
	"github.com/featherweight/xk6-featherweight/fwhz"
)

func init() { //nolint:gochecknoinits // the way extensions register
	modules.Register(fwhz.ImportPath, fwhz.New())
	subcommand.RegisterExtension(command.Name, command.New)
}
