package command

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestTheFirstErrorOfK6IsOneLineInEitherFormOfItsLog(t *testing.T) {
	t.Parallel()
	const told = `time="2026-11-29T08:00:00Z" level=warning msg="not this"` + "\n"
	for log, want := range map[string]string{
		told + `time="2026-11-29T08:00:00Z" level=error msg="Error: \"x\"\n\tat file:///a.js:1\n" hint="script exception"` + "\n": `Error: "x"  at file:///a.js:1`,
		told + `{"level":"error","msg":"Error: \"x\"\n\tat file:///a.js:1\n","time":"2026-11-29T08:00:00Z"}` + "\n":               `Error: "x"  at file:///a.js:1`,
		told:             "",
		"level of water": "",
	} {
		assert.Equal(t, want, k6Message(log), log)
	}
}
