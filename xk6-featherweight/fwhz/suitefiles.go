package fwhz

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"

	"go.k6.io/k6/v2/lib"

	"github.com/featherweight/xk6-featherweight/internal/files"
	"github.com/featherweight/xk6-featherweight/internal/run"
)

// filesMode is what the umask takes its bits from: others may read results, such as who looks after a container.
const filesMode = 0o666

// file writes a file where the variable names one. It is written here, and not by k6, which would leave half of it when it is
// killed or the disk is full. What cannot be written is told, and keeps nothing else from being written.
func (s *suite) file(out map[string]any, variable string, content func() string) {
	switch name := s.fileName(variable); name {
	case "":
	case "stdout", "stderr": // as k6 calls them
		before, _ := out[name].(string)
		out[name] = before + content()
	default:
		if err := files.WriteWhole(name, []byte(content()), filesMode); err != nil {
			s.module.state("Suite.summary()").Logger.Errorf("%s", s.unwritten(variable, err))
		}
	}
}

// unwritten says what is wrong with the place of a file.
func (s *suite) unwritten(variable string, err error) string {
	name := s.fileName(variable)
	return fmt.Sprintf("%s=%s cannot be written (%v): %s, or set %s to another file",
		variable, name, files.Reason(err), files.Remedy(err, filepath.Dir(name)), variable)
}

// warnOfFiles says before the load what will not be written after it.
func (s *suite) warnOfFiles(state *lib.State) {
	for _, variable := range slices.Sorted(maps.Keys(run.ResultFiles())) {
		name := s.fileName(variable)
		if name == "" || name == "stdout" || name == "stderr" {
			continue
		}
		if err := files.Writable(name); err != nil {
			state.Logger.Warnf("%s; the run goes on without it", s.unwritten(variable, err))
		}
	}
}
