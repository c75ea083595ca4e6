package command

import (
	"bytes"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/featherweight/xk6-featherweight/internal/config"
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
