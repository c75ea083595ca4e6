package chat

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestALifeOnlyGoesForward(t *testing.T) {
	t.Parallel()
	first, second := &Failure{Reason: Reset}, &Failure{Reason: Closed}
	now := time.Unix(100, 0)
	var l life
	assert.True(t, l.leave())
	assert.Equal(t, life{stage: leaving}, l)
	assert.False(t, l.leave(), "one goodbye")
	assert.True(t, l.end(first, now))
	assert.False(t, l.leave(), "no goodbye after the end")
	assert.False(t, l.end(second, now.Add(time.Second)), "one end")
	assert.Equal(t, life{over, first, now}, l, "the first end, and its reason")

	var lost life
	assert.True(t, lost.end(nil, now), "without a goodbye")
	assert.Equal(t, life{stage: over, ended: now}, lost)
}

// lived is how long a session was open that is over.
func lived(t *testing.T, s *Session) time.Duration {
	t.Helper()
	life, over := s.TakeLife()
	assert.True(t, over)
	return life
}
