package fwhz

import (
	"runtime"
	"runtime/debug"

	"github.com/featherweight/xk6-featherweight/internal/result"
)

// versions are those of what makes a run, as the binary knows them: a replaced or unreleased module says "(devel)".
func versions() result.Object[string] {
	out := result.Object[string]{}
	if build, ok := debug.ReadBuildInfo(); ok {
		for _, module := range build.Deps {
			switch module.Path {
			case "go.k6.io/k6/v2":
				out = append(out, result.Member[string]{Name: "k6", Value: module.Version})
			case "github.com/featherweight/xk6-featherweight":
				version := module.Version
				if module.Replace != nil {
					version = "(devel)"
				}
				out = append(out, result.Member[string]{Name: "xk6-featherweight", Value: version})
			}
		}
	}
	return append(out,
		result.Member[string]{Name: "Go", Value: runtime.Version()},
		result.Member[string]{Name: "machine", Value: runtime.GOOS + "/" + runtime.GOARCH})
}
