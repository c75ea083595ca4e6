package run

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestALineOfTheLogIsReadInTheFormThatTheUserAskedFor(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]LogLine{
		`time="2026-11-29T08:00:00Z" level=warning msg="it said \"no\"\nand went" error="x msg=y"`: {"2026-11-29T08:00:00Z", "warning", "it said \"no\"\nand went"},
		`time="2026-11-29T08:00:00Z" level=info msg=Stopping source=console`:                       {"2026-11-29T08:00:00Z", "info", "Stopping"},
		`{"error":"x","level":"error","msg":"it said \"no\"","time":"2026-11-29T08:00:00Z"}`:       {"2026-11-29T08:00:00Z", "error", "it said \"no\""},
	} {
		got, is := ParseLog(text)
		assert.True(t, is, text)
		assert.Equal(t, want, got, text)
	}
	for _, text := range []string{"", "VERDICT: PASS", `{"verdict":"PASS"}`, `{"level":`, "time=soon"} {
		_, is := ParseLog(text)
		assert.False(t, is, text)
	}
}
