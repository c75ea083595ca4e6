package remote

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const wholeLog = "one\ntwo\nthree\nfour\n"

func withRun(t *testing.T) *other {
	t.Helper()
	o := newOther(t, "")
	o.has("run/k6.log", wholeLog)
	o.has("run/summary.json", `{"verdict": "PASS"}`)
	o.has("run/pictures/a.png", strings.Repeat("x", 100_000))
	o.has("run/run.state", "id=x\nexit_code=0\n")
	return o
}

// hasResults says that a folder has what withRun has, but for the log.
func hasResults(t *testing.T, into string) {
	t.Helper()
	for name, size := range map[string]int{"summary.json": 19, "pictures/a.png": 100_000, "run.state": 17} {
		text, err := os.ReadFile(filepath.Join(into, name))
		require.NoError(t, err)
		assert.Len(t, text, size)
	}
	assert.NoFileExists(t, filepath.Join(into, "k6.log"))
}

func TestALogIsCopiedWholeWhereverTheConnectionIsCut(t *testing.T) {
	t.Parallel()
	greeting := int64(len(mark) + 1)
	for _, cut := range []int64{0, 1, 4, int64(len(wholeLog))} {
		o, into := withRun(t), filepath.Join(t.TempDir(), "into")
		gone := mishap{After: greeting + cut, Code: 255, Say: "Connection reset by peer\n"}
		o.next(lost("Connection refused\n"), gone, lost(""), lost("Connection refused\n"))
		var log bytes.Buffer
		require.NoError(t, o.Fetch(t.Context(), "x", &log, into, quick()))
		assert.Zero(t, o.left())
		var copied []string
		said := 0
		for line := range strings.Lines(log.String()) {
			if strings.HasPrefix(line, "the connection to far was lost (") {
				said++
				continue
			}
			copied = append(copied, line)
		}
		assert.Equal(t, strings.ReplaceAll(wholeLog, "\n", ""), strings.ReplaceAll(strings.Join(copied, ""), "\n", ""), "cut at %d", cut)
		if cut == 0 {
			assert.Equal(t, 1, said, "no byte came in between")
		} else {
			assert.Equal(t, 2, said, "cut at %d: once for each outage", cut)
		}
		hasResults(t, into)
	}
}

func TestResultsAreFetchedWholeWhereverTheConnectionIsCut(t *testing.T) {
	t.Parallel()
	for _, cut := range []int64{0, 1, 512, 50_000, 103_000} {
		o, into := withRun(t), filepath.Join(t.TempDir(), "into")
		o.next(mishap{After: -1}, mishap{After: int64(len(mark)+1) + cut, Code: 255})
		var log bytes.Buffer
		require.NoError(t, o.Fetch(t.Context(), "x", &log, into, quick()))
		assert.Zero(t, o.left())
		assert.Equal(t, wholeLog+"the connection to far was lost (ssh said nothing); the run goes on there, trying to connect again\n", log.String())
		hasResults(t, into)
	}
}

func TestWhatCannotPassEndsTheFetching(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*other)
		want   string
	}{
		"folder gone":      {func(o *other) { require.NoError(o.t, os.RemoveAll(o.path("."))) }, "is not there or may not be entered"},
		"binary gone":      {func(o *other) { require.NoError(o.t, os.Remove(o.path("bin/k6"))) }, "there is no bin/k6 in"},
		"key revoked":      {func(o *other) { o.next(lost("reset\n"), lost("far: Permission denied (publickey).\n")) }, "Permission denied (publickey).: SSH_USER"},
		"host key changed": {func(o *other) { o.next(lost("Host key verification failed.\n")) }, "connect once by hand"},
		"answers nonsense": {func(o *other) { o.has("raw.tar", "no tar at all") }, "could not be written here"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := withRun(t)
			c.change(o)
			err := o.Fetch(t.Context(), "x", &bytes.Buffer{}, filepath.Join(t.TempDir(), "into"), quick())
			f := (*CallError)(nil)
			require.ErrorAs(t, err, &f)
			assert.False(t, f.Again)
			assert.Contains(t, f.Text, c.want)
			assert.NotContains(t, f.Text, "\n")
		})
	}
}

type full struct{ after int }

func (f *full) Write(p []byte) (int, error) {
	n := min(f.after, len(p))
	f.after -= n
	if n < len(p) {
		return n, errors.New("no space left on device")
	}
	return n, nil
}

func TestAFullDiskHereEndsTheFetching(t *testing.T) {
	t.Parallel()
	o := withRun(t)
	err := o.Fetch(t.Context(), "x", &full{after: 5}, filepath.Join(t.TempDir(), "into"), quick())
	require.EqualError(t, err, "what came from far could not be taken here: no space left on device")
}

func TestItGivesUpOnlyAfterItsPatience(t *testing.T) {
	t.Parallel()
	o := newOther(t, "")
	o.next(lost("Connection refused\n"), lost("Connection refused\n"), lost("Connection refused\n"))
	p := quick()
	p.GiveUp = 0
	err := o.Fetch(t.Context(), "x", &bytes.Buffer{}, filepath.Join(t.TempDir(), "into"), p)
	require.EqualError(t, err, "no connection for 0s: Connection refused: is the machine up, and is SSH_PORT right?")
	assert.Equal(t, 2, o.left())
	assert.Equal(t, 24*time.Hour, FetchPatience().GiveUp)
}

func TestFetchingCanBeEnded(t *testing.T) {
	t.Parallel()
	o := newOther(t, "")
	ctx, cancel := context.WithCancel(t.Context())
	o.next(lost("Connection refused\n"))
	log := writerFunc(func(p []byte) (int, error) { cancel(); return len(p), nil })
	p := Patience{time.Hour, time.Hour, time.Hour}
	require.ErrorIs(t, o.Fetch(ctx, "x", log, filepath.Join(t.TempDir(), "into"), p), context.Canceled)
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

func TestNoNameLeavesTheFolder(t *testing.T) {
	t.Parallel()
	for name, header := range map[string]tar.Header{
		"up":       {Typeflag: tar.TypeReg, Name: "../evil"},
		"deep up":  {Typeflag: tar.TypeReg, Name: "a/../../evil"},
		"absolute": {Typeflag: tar.TypeReg, Name: filepath.Join(os.TempDir(), "evil")},
		"windows":  {Typeflag: tar.TypeReg, Name: `..\evil`},
		"link":     {Typeflag: tar.TypeSymlink, Name: "evil", Linkname: "/etc"},
		"hardlink": {Typeflag: tar.TypeLink, Name: "evil", Linkname: "/etc/passwd"},
		"device":   {Typeflag: tar.TypeChar, Name: "evil"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var pack bytes.Buffer
			w := tar.NewWriter(&pack)
			require.NoError(t, w.WriteHeader(&header))
			require.NoError(t, w.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: last}))
			require.NoError(t, w.Close())
			o := withRun(t)
			o.has("raw.tar", pack.String())
			dir := t.TempDir()
			err := o.Fetch(t.Context(), "x", &bytes.Buffer{}, filepath.Join(dir, "into"), quick())
			require.ErrorContains(t, err, "is no plain file in their folder")
			assert.NoFileExists(t, filepath.Join(dir, "evil"))
			assert.NoFileExists(t, filepath.Join(dir, "into", "evil"))
		})
	}
}

func TestAPackThatEndsBeforeItsLastFileIsNotTaken(t *testing.T) {
	t.Parallel()
	var pack bytes.Buffer
	w := tar.NewWriter(&pack)
	require.NoError(t, w.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: "summary.json"}))
	require.NoError(t, w.Close())
	require.EqualError(t, unpack(&pack, t.TempDir()), "they end in the middle")
}
