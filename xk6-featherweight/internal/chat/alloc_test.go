package chat

import (
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// garbage is how many objects f has made, and everything beside it.
func garbage(f func()) float64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return float64(after.Mallocs - before.Mallocs)
}

// A thousand tokens more may make no object more than a timer or two of the runtime's own: with one for each token, 1,000 users of
// 20 tokens a second would make 20,000 a second.
func TestATokenMakesNoGarbage(t *testing.T) { //nolint:paralleltest // the counter is that of the process
	const few, many, spared = 100, 1100, 50
	for name, turn := range map[string]func(t *testing.T, tokens int) func(){
		"read by its user": func(t *testing.T, tokens int) func() {
			t.Helper()
			s, server := inMemory(t, tokens)
			return func() {
				var turn Turn
				server.rest = server.answer
				s.receive(t.Context(), &turn, question.MessageID, time.Now(), time.Minute)
				assert.Equal(t, tokens, turn.Tokens)
			}
		},
		"read by the loop": func(t *testing.T, tokens int) func() {
			t.Helper()
			s := connect(t, answering(t, tokens))
			return func() { assert.Equal(t, tokens, s.Ask(t.Context(), question, time.Minute).Tokens) }
		},
	} {
		t.Run(name, func(t *testing.T) {
			least := func(ask func()) float64 {
				ask() // the first one makes what is kept
				best := garbage(ask)
				for range 4 {
					best = min(best, garbage(ask))
				}
				return best
			}
			assert.Less(t, least(turn(t, many))-least(turn(t, few)), float64(spared), "objects for %d tokens more", many-few)
		})
	}
}
