package command

import (
	"fmt"
	"os"
	"path/filepath"
)

// writeFile writes a file that is whole as soon as it is there: under another name first, then renamed. Everybody may read it.
func writeFile(name string, content []byte) error {
	tmp, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+"-*")
	if err != nil {
		return fmt.Errorf("failed to write %s: %w", name, err)
	}
	_, err = tmp.Write(content)
	if err == nil {
		err = tmp.Chmod(0o644) // a container's user may have to read it
	}
	if closeErr := tmp.Close(); err == nil {
		err = closeErr
	}
	if err == nil {
		err = os.Rename(tmp.Name(), name)
	}
	if err != nil {
		_ = os.Remove(tmp.Name())
		return fmt.Errorf("failed to write %s: %w", name, err)
	}
	return nil
}
