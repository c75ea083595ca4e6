package run_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featherweight/xk6-featherweight/internal/run"
)

// log is what k6 writes: two frames of progress 1 s apart, a log line, a verdict.
const log = "\nrunning (0m01.0s), 1/1 VUs\ndefault   [  10% ] 1 VUs  01.0s/10s\n" +
	"\nrunning (0m02.0s), 1/1 VUs\ndefault   [  20% ] 1 VUs  02.0s/10s\n" +
	"time=\"x\" level=warning msg=hello\n\n✓ good\n✗ bad\n? unknown\nVERDICT: FAIL  why\n✓no mark\n"

// shown is what a view shows of text, which comes in pieces of a second each.
func shown(t *testing.T, text string, change func(*run.View)) (out, stderr string) {
	t.Helper()
	var o, e strings.Builder
	now := noon
	view := &run.View{Out: &o, Err: &e, Now: func() time.Time { return now }}
	change(view)
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "running (") {
			now = now.Add(time.Second)
		}
		_, err := view.Write([]byte(line))
		require.NoError(t, err)
	}
	require.NoError(t, view.Close())
	return o.String(), e.String()
}

func TestWithoutATerminalProgressIsOneLineInTenSeconds(t *testing.T) {
	t.Parallel()
	out, stderr := shown(t, log, func(*run.View) {})
	assert.Equal(t, "running (0m01.0s), 1/1 VUs\n\n✓ good\n✗ bad\n? unknown\nVERDICT: FAIL  why\n✓no mark\n", out)
	assert.Equal(t, "time=\"x\" level=warning msg=hello\n", stderr)
	out, _ = shown(t, strings.Repeat("\nrunning (x)\nbar [ 1% ]\n", 25), func(*run.View) {})
	assert.Equal(t, 3, strings.Count(out, "running"))
}

func TestOnATerminalProgressIsALineThatChanges(t *testing.T) {
	t.Parallel()
	out, _ := shown(t, log, func(v *run.View) { v.Terminal = true })
	assert.Equal(t, "\r\033[Krunning (0m01.0s), 1/1 VUs\r\033[Krunning (0m02.0s), 1/1 VUs\r\033[K\n✓ good\n✗ bad\n? unknown\nVERDICT: FAIL  why\n✓no mark\n", out)
	out, _ = shown(t, "\nrunning (x)\n", func(v *run.View) { v.Terminal = true })
	assert.Equal(t, "\r\033[Krunning (x)\r\033[K", out, "and is taken away")
}

func TestMarksAndVerdictsHaveColours(t *testing.T) {
	t.Parallel()
	out, _ := shown(t, log, func(v *run.View) { v.Colours = true })
	for _, want := range []string{"\033[32m✓\033[0m good\n", "\033[31m✗\033[0m bad\n", "\033[33m?\033[0m unknown\n", "\033[31mVERDICT: FAIL\033[0m  why\n", "\n✓no mark\n"} {
		assert.Contains(t, out, want)
	}
}
