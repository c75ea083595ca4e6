package stack

import (
	"io/fs"
	"os"
	"path/filepath"
)

// mounted is what the containers of the monitoring see of the suite, as docker-compose.yml says.
func mounted() []string {
	return []string{"monitoring", "grafana-provisioning", "dashboards", "prometheus.yml", "alerting-rules.yml"}
}

// OwnersAlone is the first of the files that the containers of the monitoring see which its owner alone may read, as after a
// checkout with umask 077; "" when there is none. The containers run as other users.
func OwnersAlone(root string) string {
	found := ""
	for _, name := range mounted() {
		_ = filepath.WalkDir(filepath.Join(root, name), func(at string, entry fs.DirEntry, err error) error {
			if err != nil || found != "" {
				return fs.SkipAll
			}
			const forAll, forAllFolders = 0o004, 0o005
			wanted := fs.FileMode(forAll)
			if entry.IsDir() {
				wanted = forAllFolders
			}
			if info, err := os.Stat(at); err == nil && info.Mode().Perm()&wanted != wanted {
				found = at
			}
			return nil
		})
	}
	return found
}
