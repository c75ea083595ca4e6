package dist

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/featherweight/tests/harness"
)

// made is what make dist makes for this machine, once for all tests.
var made struct { //nolint:gochecknoglobals // TestMain makes it, nothing changes it
	dir     string // with SHA256SUMS and the rest
	name    string // of the archive, without its end
	version string
	suite   string // the archive unpacked, as somebody has it who got it
	bin     string // a PATH of what every machine has, and not Go
}

// platform is that of this machine, in the names of Go.
const platform = runtime.GOOS + "/" + runtime.GOARCH

func TestMain(m *testing.M) {
	code, err := prepared(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

func prepared(m *testing.M) (code int, err error) {
	work, err := os.MkdirTemp("", "fwhz-dist-test-")
	if err != nil {
		return 1, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(work)) }()
	made.dir, made.bin = filepath.Join(work, "made"), filepath.Join(work, "path")
	cmd := exec.Command("make", "-C", harness.Root(), "dist", "DIST_PLATFORMS="+platform, "DIST_DIR="+made.dir) //nolint:noctx // go test has a limit
	if said, err := cmd.CombinedOutput(); err != nil {
		return 1, fmt.Errorf("make dist: %w\n%s", err, said)
	}
	archives, err := filepath.Glob(filepath.Join(made.dir, "*.tar.gz"))
	if err != nil || len(archives) != 1 {
		return 1, fmt.Errorf("make dist made %v: %w", archives, err)
	}
	made.name = strings.TrimSuffix(filepath.Base(archives[0]), ".tar.gz")
	made.version = strings.TrimSuffix(strings.TrimPrefix(made.name, "featherweight-slo-"), "-"+strings.ReplaceAll(platform, "/", "-"))
	if err := programs(made.bin); err != nil {
		return 1, err
	}
	folder := filepath.Join(work, "a folder with blanks")
	if err := os.Mkdir(folder, 0o700); err != nil {
		return 1, err
	}
	made.suite = filepath.Join(folder, made.name)
	if said, err := exec.Command("tar", "-xzf", archives[0], "-C", folder).CombinedOutput(); err != nil { //nolint:noctx // likewise
		return 1, fmt.Errorf("%w: %s", err, said)
	}
	return m.Run(), nil
}

// programs fills a folder with the programs that the shell in what is given away may call.
func programs(folder string) error {
	if err := os.Mkdir(folder, 0o700); err != nil {
		return err
	}
	for _, name := range []string{"bash", "sh", "env", "dirname", "basename", "readlink", "cat", "sed", "grep", "head", "mkdir", "rm", "tar", "gzip", "curl", "sha256sum", "shasum"} {
		at, err := exec.LookPath(name)
		if err != nil && strings.HasPrefix(name, "sha") { // one of the two
			continue
		}
		if err != nil {
			return fmt.Errorf("%w: install it", err)
		}
		if err := os.Symlink(at, filepath.Join(folder, name)); err != nil {
			return err
		}
	}
	return nil
}

// entry is a file of the archive.
type entry struct {
	*tar.Header
	text []byte
}

// entries are the files of the archive, by their names in it.
func entries(t *testing.T) map[string]entry {
	t.Helper()
	packed, err := os.ReadFile(filepath.Join(made.dir, made.name+".tar.gz"))
	if err != nil {
		t.Fatal(err)
	}
	plain, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]entry{}
	for archive := tar.NewReader(plain); ; {
		header, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return found
		}
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(archive)
		if err != nil {
			t.Fatal(err)
		}
		name, inside := strings.CutPrefix(header.Name, made.name+"/")
		if !inside {
			t.Errorf("%s is not below the archive's own folder", header.Name)
		}
		found[name] = entry{header, text}
	}
}
