// Package featherweight adds k6/x/fwhz and the subcommand "k6 x fwhz" to k6.
package featherweight

import (
	"os"

	"go.k6.io/k6/v2/js/modules"
	"go.k6.io/k6/v2/subcommand"

	"github.com/featherweight/xk6-featherweight/command"
	"github.com/featherweight/xk6-featherweight/fwhz"
)

func init() { //nolint:gochecknoinits // the way extensions register
	modules.Register(fwhz.ImportPath, fwhz.New())
	subcommand.RegisterExtension(command.Name, command.New)
	stayHere()
}

// stayHere keeps "k6 x fwhz" off the network: before a subcommand, k6 asks a catalogue of extensions what else there is, which
// hangs where a firewall drops that, and after it, k6 reports its use. Who sets these variables keeps what they say.
func stayHere() {
	if len(os.Args) < 3 || os.Args[1] != "x" || os.Args[2] != command.Name {
		return
	}
	for name, value := range map[string]string{"K6_AUTO_EXTENSION_RESOLUTION": "false", "K6_NO_USAGE_REPORT": "true"} {
		if _, set := os.LookupEnv(name); !set {
			_ = os.Setenv(name, value)
		}
	}
}
