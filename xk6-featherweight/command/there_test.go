package command

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featherweight/xk6-featherweight/internal/config"
	"github.com/featherweight/xk6-featherweight/internal/remote"
	"github.com/featherweight/xk6-featherweight/internal/run"
)

// aDoor is one in a folder of its own, and what it prints.
func aDoor(t *testing.T, root string, words ...string) (*door, *bytes.Buffer) {
	t.Helper()
	var out bytes.Buffer
	d := &door{name: "run-slo-testing.sh", root: root, home: root, env: map[string]string{"ENV_FILE": os.DevNull, "PATH": os.Getenv("PATH")}, out: &out, err: &out}
	require.NoError(t, d.load(words))
	return d, &out
}

// made is a start that goes as far as the folder.
func made(d *door) func(context.Context, config.TestType, runWords) error {
	return func(_ context.Context, t config.TestType, w runWords) error {
		folder, err := d.store().NewFolder(w.id, t.Name, time.Now())
		if err != nil {
			return err
		}
		return w.made(folder)
	}
}

func aStart(token string) remote.Request {
	return remote.Request{Verb: remote.Start, ID: "20260101T000000Z-load", Token: token, Type: "load"}
}

func TestTwoMachinesInTheSameSecondHaveEachTheirRun(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	for _, token := range []string{"a", "b"} {
		d, out := aDoor(t, root)
		require.NoError(t, d.startFor(t.Context(), aStart(token), made(d)))
		want := strings.TrimSpace(strings.TrimPrefix(out.String(), remote.Started))
		folder, err := d.asked(aStart(token))
		require.NoError(t, err)
		assert.Equal(t, want, folder.Name())
	}
	d, _ := aDoor(t, root)
	a, _ := d.startedBy(aStart("a"))
	b, _ := d.startedBy(aStart("b"))
	assert.ElementsMatch(t, []string{"20260101T000000Z-load", "20260101T000000Z-load-2"}, []string{a.Name(), b.Name()})
	_, found := d.startedBy(aStart("c"))
	assert.False(t, found)
}

func TestTheSameRequestStartsOneRun(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	var starts atomic.Int32
	first, go1 := make(chan struct{}), make(chan struct{})
	var outs [3]*bytes.Buffer
	var all sync.WaitGroup
	for i := range outs {
		var d *door
		d, outs[i] = aDoor(t, root)
		all.Go(func() {
			assert.NoError(t, d.startFor(t.Context(), aStart("a"), func(ctx context.Context, tt config.TestType, w runWords) error {
				starts.Add(1)
				close(first) // a second start would panic here
				<-go1
				return made(d)(ctx, tt, w)
			}))
		})
	}
	<-first
	close(go1)
	all.Wait()
	assert.Equal(t, int32(1), starts.Load())
	for _, out := range outs {
		assert.Equal(t, remote.Started+"20260101T000000Z-load\n", out.String())
	}
	left, err := filepath.Glob(filepath.Join(root, "test-results", ".starting-*"))
	require.NoError(t, err)
	assert.Empty(t, left)
}

func TestAStartThatDiedBeforeItHadARunIsMadeAgain(t *testing.T) {
	t.Parallel()
	d, out := aDoor(t, t.TempDir())
	require.NoError(t, os.MkdirAll(string(d.store()), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(string(d.store()), ".starting-a"), []byte("1 never"), 0o600))
	require.NoError(t, d.startFor(t.Context(), aStart("a"), made(d)))
	assert.Equal(t, remote.Started+"20260101T000000Z-load\n", out.String())
}

func TestARunIsStartedWithTheValuesThatAreInForceThere(t *testing.T) {
	t.Parallel()
	here, _ := aDoor(t, t.TempDir(), "AUTH_HEADER=Bearer 'x' \"y\" ä", "SSH_HOST=far", "ROLLBACK_COMMAND=x", "TEST_RESULTS_DIR=/here", "GRAFANA_PASSWORD=x", "K6_TAGS=a", "VUS=10")
	j := &job{door: here, t: config.TestTypes()[3], folder: "/here/20260101T000000Z-load", words: runWords{skipHealth: true, k6Arguments: []string{"--tag", "a b"}}}
	text, err := json.Marshal(j.startRequest())
	require.NoError(t, err)
	var r remote.Request
	require.NoError(t, json.Unmarshal(text, &r))
	names := []string{}
	for _, s := range r.Settings {
		names = append(names, s.Name)
	}
	assert.ElementsMatch(t, []string{"AUTH_HEADER", "VUS", "K6_TAGS"}, names)
	assert.Len(t, r.Token, 26)
	there, _ := aDoor(t, t.TempDir())
	require.NoError(t, there.startFor(t.Context(), r, func(_ context.Context, tt config.TestType, w runWords) error {
		assert.Equal(t, "load", tt.Name)
		assert.Equal(t, []string{"--tag", "a b"}, w.k6Arguments)
		assert.True(t, w.detach && w.skipHealth)
		assert.Equal(t, config.Setting{Name: "AUTH_HEADER", Value: "Bearer 'x' \"y\" ä", Origin: "command line"}, there.settings.Get("AUTH_HEADER"))
		assert.Equal(t, "10", there.value("VUS"))
		assert.Empty(t, there.value("SSH_HOST"))
		return nil
	}))
}

// ask calls the hidden verb as ssh does.
func ask(t *testing.T, root string, env map[string]string, r remote.Request) Call {
	t.Helper()
	text, err := json.Marshal(r)
	require.NoError(t, err)
	return CallDoor(t.Context(), env, root, bytes.NewReader(text), "_there")
}

func TestNothingOfTheOtherMachinesOwnSettingsCounts(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(root, ".env.test"), []byte("SSH_HOST=a-third\nTEST_RESULTS_DIR=/other\n"), 0o600))
	call := ask(t, root, map[string]string{"SSH_HOST": "a-fourth", "VUS": "many", "K6_VUS": "1"}, remote.Request{Verb: remote.Command, Words: []string{"status"}})
	assert.Equal(t, Call{Out: "no test is under way\n"}, call)
}

func TestWhatIsAskedAboutARun(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	d, _ := aDoor(t, root)
	folder, err := d.store().NewFolder("", "load", time.Now())
	require.NoError(t, err)
	require.NoError(t, folder.Change(func(s *run.State) { s.Phase, s.ExitCode = run.Finished, 99 }))
	require.NoError(t, os.WriteFile(folder.File(run.LogFile), []byte("one\ntwo\n"), 0o600))
	request := func(r remote.Request) Call { r.ID = folder.Name(); return ask(t, root, map[string]string{}, r) }

	assert.Equal(t, Call{Out: "two\n"}, request(remote.Request{Verb: remote.Log, Offset: 4}))
	assert.Equal(t, Call{}, request(remote.Request{Verb: remote.Tell, Signal: "INT"}), "it is over already")
	pack := request(remote.Request{Verb: remote.Results})
	assert.Contains(t, pack.Out, "exit_code=99")
	assert.NotContains(t, pack.Out, "one\ntwo")
	assert.Equal(t, Call{}, request(remote.Request{Verb: remote.Forget}))
	assert.NoDirExists(t, string(folder))
	for _, verb := range []string{remote.Log, remote.Results, remote.Forget, remote.Tell} {
		assert.Equal(t, remote.NoRun, request(remote.Request{Verb: verb}).Code, verb)
	}
	assert.Equal(t, exitUsage, request(remote.Request{Verb: remote.Start, Type: "tea"}).Code)
	assert.Equal(t, remote.NoRun, request(remote.Request{Verb: remote.Tell, Token: "nobody's"}).Code)
}

func TestALogIsCopiedUntilItsRunIsOver(t *testing.T) {
	t.Parallel()
	d, _ := aDoor(t, t.TempDir())
	folder, err := d.store().NewFolder("", "load", time.Now()) // its supervisor is this test
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(folder.File(run.LogFile), []byte("one\n"), 0o600))
	var copied strings.Builder
	d.out = writer(func(p []byte) {
		copied.Write(p)
		if copied.String() == "one\n" {
			log, err := os.OpenFile(folder.File(run.LogFile), os.O_APPEND|os.O_WRONLY, 0)
			assert.NoError(t, err)
			_, _ = log.WriteString("two\n")
			assert.NoError(t, log.Close())
			assert.NoError(t, folder.Change(func(s *run.State) { s.Phase = run.Finished }))
		}
	})
	require.NoError(t, run.CopyLog(t.Context(), folder, 0, d.out))
	assert.Equal(t, "one\ntwo\n", copied.String())
}

type writer func([]byte)

func (w writer) Write(p []byte) (int, error) { w(p); return len(p), nil }
