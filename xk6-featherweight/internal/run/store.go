package run

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/featherweight/xk6-featherweight/internal/files"
)

// latest is the name in a store that points at the newest run.
const latest = "latest"

// Store is the directory with the folders of the runs, an absolute path.
type Store string

// ErrNoRun says that there is no such run.
var ErrNoRun = errors.New("there is no run")

// NewID is the name of a run that begins now.
func NewID(typeName string, now time.Time) string {
	return now.UTC().Format("20060102T150405Z") + "-" + typeName
}

// NewFolder makes the folder of a run of a type and points "latest" at it. The id is that of the run: the time and the
// type, with a number behind it when there is one of that second already. Wanted is another id to begin with; "" for none.
func (s Store) NewFolder(wanted, typeName string, now time.Time) (Folder, error) {
	if err := os.MkdirAll(string(s), 0o750); err != nil {
		return "", notWritable(string(s), err)
	}
	if wanted == "" {
		wanted = NewID(typeName, now)
	}
	id := wanted
	for number := 2; ; number++ {
		err := os.Mkdir(filepath.Join(string(s), id), 0o700)
		if err == nil {
			break
		}
		if !errors.Is(err, fs.ErrExist) || number > 99 {
			return "", notWritable(string(s), err)
		}
		id = fmt.Sprintf("%s-%d", wanted, number)
	}
	folder, err := begin(filepath.Join(string(s), id), typeName, now)
	if err == nil {
		err = s.Point(folder)
	}
	return folder, err
}

// TemporaryFolder makes the folder of a run that is not kept, which goes away with its follower.
func TemporaryFolder(typeName string, now time.Time) (Folder, error) {
	dir, err := os.MkdirTemp("", "featherweight-slo.*")
	if err != nil {
		return "", fmt.Errorf("a temporary folder cannot be made: %w: set TMPDIR to a directory that can be written", err)
	}
	return begin(dir, typeName, now)
}

// begin writes down a run before anything of it is there. Its supervisor is this process, until it has one of its own. Where
// that cannot be written, nothing is left that looks like a run.
func begin(dir, typeName string, now time.Time) (Folder, error) {
	folder := Folder(dir)
	err := errors.Join(os.WriteFile(folder.File(LogFile), nil, 0o600), folder.reserve())
	if err == nil {
		err = folder.Change(func(state *State) {
			*state = State{ID: folder.Name(), Type: typeName, Started: now, Phase: Starting, Supervisor: Self()}
		})
	}
	if err != nil {
		_ = os.RemoveAll(dir)
		return "", notWritable(dir, err)
	}
	return folder, nil
}

// notWritable says what is wrong with a directory, and what to do.
func notWritable(dir string, err error) error {
	return fmt.Errorf("results cannot be written to %s (%w): %s, or set TEST_RESULTS_DIR to another directory",
		dir, files.Reason(err), files.Remedy(err, dir))
}

// Point makes "latest" point at a run: a symbolic link, or where there are none a file with its name. It always points at
// one, also while it changes.
func (s Store) Point(folder Folder) error {
	id := folder.Name()
	name := filepath.Join(string(s), latest)
	link := filepath.Join(string(s), fmt.Sprintf(".%s.%d.%s", latest, os.Getpid(), id)) // several runs of one process may begin at once
	if err := os.Symlink(id, link); err != nil {
		return files.WriteWhole(name, []byte(id+"\n"), 0o644)
	}
	if err := os.Rename(link, name); err != nil {
		_ = os.Remove(link)
		return notWritable(string(s), err)
	}
	return nil
}

// Latest is the newest run.
func (s Store) Latest() (Folder, error) {
	name := filepath.Join(string(s), latest)
	id, err := os.Readlink(name)
	if err != nil {
		text, err := os.ReadFile(name)
		if err != nil {
			return "", ErrNoRun
		}
		id = strings.TrimSpace(string(text))
	}
	return s.named(filepath.Join(string(s), id))
}

// Find is the run of a name or of the path of its folder. Without one, it is the newest that is under way, else the newest.
func (s Store) Find(name string) (Folder, error) {
	if name == "" {
		if alive := s.Live(); len(alive) > 0 {
			return alive[len(alive)-1], nil
		}
		return s.Latest()
	}
	for _, dir := range []string{name, filepath.Join(string(s), name)} {
		if folder, err := s.named(dir); err == nil {
			return folder, nil
		}
	}
	return "", fmt.Errorf("%w %s in %s: ./run-slo-testing.sh status lists what there is", ErrNoRun, name, string(s))
}

// named is a directory if it is that of a run.
func (s Store) named(dir string) (Folder, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	if followed, err := filepath.EvalSymlinks(dir); err == nil {
		dir = followed
	}
	if _, err := Folder(dir).State(); err != nil {
		return "", ErrNoRun
	}
	return Folder(dir), nil
}

// Live are the runs that are under way, the oldest first.
func (s Store) Live() []Folder {
	entries, err := os.ReadDir(string(s))
	if err != nil {
		return nil
	}
	var alive []Folder
	for _, entry := range entries {
		if folder := Folder(filepath.Join(string(s), entry.Name())); entry.IsDir() && folder.Lives() {
			alive = append(alive, folder)
		}
	}
	started := func(f Folder) time.Time { state, _ := f.State(); return state.Started }
	slices.SortStableFunc(alive, func(a, b Folder) int { return started(a).Compare(started(b)) })
	return alive
}

// Forget removes a run, and "latest" if it pointed at it.
func (s Store) Forget(folder Folder) error {
	newest, err := s.Latest()
	if err := os.RemoveAll(string(folder)); err != nil {
		return err
	}
	if err == nil && newest == folder {
		return os.Remove(filepath.Join(string(s), latest))
	}
	return nil
}
