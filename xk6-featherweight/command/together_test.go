package command

import (
	"bytes"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featherweight/xk6-featherweight/internal/config"
	"github.com/featherweight/xk6-featherweight/internal/run"
	"github.com/featherweight/xk6-featherweight/internal/runners"
	"github.com/featherweight/xk6-featherweight/internal/slo/slotest"
)

func TestThePartsOfAllMachinesMakeTheWhole(t *testing.T) {
	t.Parallel()
	assert.Equal(t, []string{"--execution-segment", "0:1/2", "--execution-segment-sequence", "0,1/2,1"}, segmentOf(0, 2))
	assert.Equal(t, []string{"--execution-segment", "1/3:2/3", "--execution-segment-sequence", "0,1/3,2/3,1"}, segmentOf(1, 3))
	assert.Equal(t, []string{"--execution-segment", "2/3:1", "--execution-segment-sequence", "0,1/3,2/3,1"}, segmentOf(2, 3))
}

func TestMachinesAreSeparatedByCommasOrBlanks(t *testing.T) {
	t.Parallel()
	for given, want := range map[string][]string{
		"": {}, "a": {"a"}, "a,b": {"a", "b"}, "a, b\tc,": {"a", "b", "c"},
	} {
		d := &door{settings: config.Settings{}.With("SSH_HOST", given, "test")}
		assert.Equal(t, want, append([]string{}, d.hosts()...), given)
	}
}

// What two machines say at the same time is told line by line, each with the name of its machine.
func TestALineOfOneMachineIsNotTornByAnother(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	var mu sync.Mutex
	a, b := &prefixed{to: &out, prefix: "a: ", mu: &mu}, &prefixed{to: &out, prefix: "b: ", mu: &mu}
	for _, piece := range []struct {
		to   *prefixed
		text string
	}{{a, "one "}, {b, "two\nthr"}, {a, "line\n"}, {b, "ee\n\n"}} {
		n, err := piece.to.Write([]byte(piece.text))
		assert.NoError(t, err)
		assert.Equal(t, len(piece.text), n)
	}
	assert.Equal(t, "b: two\na: one line\nb: three\nb: \n", out.String())
}

// By how much a machine may begin after the first is SSH_LATE.
func TestAMachineThatBeganLaterThanSSHLATEIsSaid(t *testing.T) {
	t.Parallel()
	for late, said := range map[string]bool{"2s": true, "4s": false} {
		var out bytes.Buffer
		one := ofType(t, "websocket-streaming", "SSH_LATE="+late)
		one.out, one.err = &out, &out
		all := &together{door: one.door, t: one.t, id: run.NewID("websocket-streaming", time.Now())}
		began := time.Now()
		for i, started := range []time.Time{began, began.Add(3 * time.Second)} {
			folder := run.Folder(t.TempDir())
			part := runners.Account{Part: []string{"0:1/2", "1/2:1"}[i], Parts: []string{"0:1/2", "1/2:1"}, Observes: i == 0, Started: started, Plan: slotest.Plan()}
			text, err := part.JSON()
			require.NoError(t, err)
			require.NoError(t, os.WriteFile(folder.File(run.RunnerFile), text, 0o600))
			all.jobs = append(all.jobs, &job{door: one.door, t: one.t, folder: folder})
		}
		require.Error(t, all.conclude(t.Context(), began), "neither came to its end")
		assert.Equal(t, said, strings.Contains(out.String(), "was late: it began 3"), "SSH_LATE=%s\n%s", late, out.String())
	}
}
