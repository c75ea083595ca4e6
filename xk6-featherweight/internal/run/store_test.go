package run_test

import (
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featherweight/xk6-featherweight/internal/run"
)

func TestTwoRunsOfTheSameSecondGetTwoFolders(t *testing.T) {
	t.Parallel()
	store := run.Store(filepath.Join(t.TempDir(), "kept", "here"))
	assert.Equal(t, "20260101T120000Z-load", newRun(t, store).Name())
	second := newRun(t, store)
	assert.Equal(t, "20260101T120000Z-load-2", second.Name())
	assert.Equal(t, second.Name(), stateOf(t, second).ID)
	latest, err := store.Latest()
	require.NoError(t, err)
	assert.Equal(t, second.Name(), latest.Name())
	wanted, err := store.NewFolder("theirs", "load", noon)
	require.NoError(t, err)
	assert.Equal(t, "theirs", wanted.Name())
}

// The parts of a test on several machines are begun by one process.
func TestRunsThatOneProcessBeginsAtOnceAllHaveTheirFolders(t *testing.T) {
	t.Parallel()
	const many = 50
	store := run.Store(t.TempDir())
	errs := make([]error, many)
	var all sync.WaitGroup
	for i := range many {
		all.Go(func() { _, errs[i] = store.NewFolder("", "load", noon) })
	}
	all.Wait()
	for _, err := range errs {
		require.NoError(t, err)
	}
	assert.Len(t, store.Live(), many)
	latest, err := store.Latest()
	require.NoError(t, err)
	assert.Contains(t, store.Live(), latest)
	left, err := filepath.Glob(filepath.Join(string(store), ".*"))
	require.NoError(t, err)
	assert.Empty(t, left)
}

func TestTheRunThatIsMeant(t *testing.T) {
	t.Parallel()
	store := run.Store(t.TempDir())
	_, err := store.Find("")
	require.ErrorIs(t, err, run.ErrNoRun)
	first, second := newRun(t, store), newRun(t, store)
	found := func(name string) string {
		folder, err := store.Find(name)
		require.NoError(t, err)
		return folder.Name()
	}
	change(t, second, func(s *run.State) { s.Phase = run.Finished })
	assert.Equal(t, first.Name(), found(""), "one that is under way is nearer than the newest")
	change(t, first, func(s *run.State) { s.Phase = run.Finished })
	assert.Equal(t, second.Name(), found(""))
	assert.Equal(t, first.Name(), found(first.Name()))
	assert.Equal(t, first.Name(), found(string(first)))
	assert.Equal(t, second.Name(), found("latest"))
	_, err = store.Find("nowhere")
	require.ErrorContains(t, err, "there is no run nowhere in "+string(store))
}

func TestLiveRunsAreInTheOrderOfTheirStart(t *testing.T) {
	t.Parallel()
	store := run.Store(t.TempDir())
	assert.Empty(t, store.Live())
	late, err := store.NewFolder("a", "load", noon.Add(time.Minute))
	require.NoError(t, err)
	early := newRun(t, store)
	assert.Equal(t, []run.Folder{early, late}, store.Live())
}

func TestLatestIsAFileWhereThereAreNoLinks(t *testing.T) {
	t.Parallel()
	store := run.Store(t.TempDir())
	folder := newRun(t, store)
	latest := filepath.Join(string(store), "latest")
	require.NoError(t, os.Remove(latest))
	require.NoError(t, os.WriteFile(latest, []byte(folder.Name()+"\r\n"), 0o600))
	found, err := store.Latest()
	require.NoError(t, err)
	assert.Equal(t, folder.Name(), found.Name())
}

func TestAForgottenRunLeavesNothingThatPointsAtIt(t *testing.T) {
	t.Parallel()
	store := run.Store(t.TempDir())
	first, second := newRun(t, store), newRun(t, store)
	require.NoError(t, store.Forget(first))
	latest, err := store.Latest()
	require.NoError(t, err)
	assert.Equal(t, second.Name(), latest.Name())
	require.NoError(t, store.Forget(second))
	left, err := os.ReadDir(string(store))
	require.NoError(t, err)
	assert.Empty(t, left)
}

func TestAStoreThatCannotBeWrittenSaysWhatToDo(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	_, err := run.Store(filepath.Join(file, "results")).NewFolder("", "load", noon)
	require.ErrorContains(t, err, "results cannot be written to "+filepath.Join(file, "results")+" (not a directory)")
	require.ErrorContains(t, err, "TEST_RESULTS_DIR")
}
