package run

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// FuzzState: any text is read, for a run that died while it wrote one has left it; what was read is written and read alike.
func FuzzState(f *testing.F) {
	f.Add(State{ID: "x", Type: "load", Started: time.Unix(1e9, 0), Phase: Finished, Supervisor: Process{7, "9"}, ExitCode: 99}.String())
	for _, text := range []string{"", "id=a\nid=b", "exit_code=99\nphase=finished", "exit_code=99", "phase=finished", "phase=finished\nexit_code=", "phase=finished\nexit_code=9x", "started=9999-99-99", "supervisor=-1 x", "id=\r\r\n", "host=a=b", "=", "id"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s := parseState(text)
		written := s.String()
		assert.Equal(t, written, parseState(written).String())
		assert.LessOrEqual(t, strings.Count(written, "\n"), len(s.fields()))
		if s.Code() == 0 {
			assert.Regexp(t, `(?m)^phase=finish(ing|ed)\r*$`, text)
			assert.Regexp(t, `(?m)^exit_code=[+-]?0+\r*$`, text, "half a result is no result")
		}
	})
}
