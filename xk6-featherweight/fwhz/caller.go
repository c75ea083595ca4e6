package fwhz

import (
	"context"
	"time"

	"go.k6.io/k6/v2/lib"
	"go.k6.io/k6/v2/metrics"
)

// caller is a user of the chat as samples and evidence know him: the VU itself, or one of the many of its fleet.
type caller struct {
	module *module
	state  *lib.State

	// Of one of a fleet, each of whom is in a phase of his own; nil is the VU, whose tags are taken as they are.
	own *metrics.TagsAndMeta
	id  uint64 // in the evidence
}

// caller is the VU itself; what is what it wants to do.
func (m *module) caller(what string) *caller {
	return &caller{module: m, state: m.state(what)}
}

func (c *caller) tagsNow() metrics.TagsAndMeta {
	if c.own != nil {
		return c.own.Clone()
	}
	return c.state.Tags.GetCurrentValues()
}

// user is the caller as he is now.
func (c *caller) user() user {
	u := c.module.user(c.state)
	if c.own != nil {
		u.id = c.id
		u.phase, _ = c.own.Tags.Get(tagPhase)
	}
	return u
}

// wait waits so long, or until ctx ends, and reports whether it was the former.
func wait(ctx context.Context, length time.Duration) bool {
	timer := time.NewTimer(length)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
