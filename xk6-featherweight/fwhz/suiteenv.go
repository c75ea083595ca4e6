package fwhz

import (
	"errors"
	"fmt"
	"io/fs"
	"path"

	"go.k6.io/k6/v2/lib/fsext"

	"github.com/featherweight/xk6-featherweight/internal/config"
)

// envFile is the file of variables, beside the script or one folder above it.
const envFile = ".env.test"

// environment is what the variables of a script are read from: environment > .env.test > default. Useless are the names of
// the file that have no effect on this process. Only for the init context.
func (m *module) environment() (env map[string]string, useless []string, err error) {
	env = map[string]string{}
	if own := m.vu.Runtime().Get("__ENV"); own != nil {
		if err := m.vu.Runtime().ExportTo(own, &env); err != nil {
			return nil, nil, fmt.Errorf("failed to read __ENV: %w", err)
		}
	}
	return config.Gather(env, envFile, m.readEnvFile)
}

// readEnvFile reads the file through k6, so that `k6 archive` packs it.
func (m *module) readEnvFile() ([]byte, error) {
	files := m.vu.InitEnv().FileSystems["file"]
	if files == nil {
		return nil, fs.ErrNotExist
	}
	for _, folder := range []string{".", ".."} {
		text, err := fsext.ReadFile(files, path.Join(m.vu.InitEnv().CWD.Path, folder, envFile))
		if !errors.Is(err, fs.ErrNotExist) {
			return text, err
		}
	}
	return nil, fs.ErrNotExist
}
