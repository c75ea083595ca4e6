package fwhz

import (
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// What the scenarios make of a fleet of one: a single conversation.

func TestAFleetOfOneIsCalledAsItIs(t *testing.T) {
	t.Parallel()
	var name sync.Map
	u := newVU(t).chat(serveChat(t, func(p *peer) {
		id, q := p.question()
		name.Store("it", q["userId"])
		p.event("complete", id, "")
		p.untilClosed()
	}), patient)
	u.run(`chat.fleet(1).converse({questions: ['?'], userId: 'user_7'})`)
	called, _ := name.Load("it")
	assert.Equal(t, "user_7", called)
}

// A conversation that began on a schedule asks at least once, also when the load is over by then.
func TestAConversationAsksTheLeastThatItMust(t *testing.T) {
	t.Parallel()
	u := newVU(t).chat(serveChat(t, func(p *peer) {
		for {
			id, asked := p.nextQuestion()
			if !asked {
				return
			}
			p.event("complete", id, "")
		}
	}), patient)
	for _, c := range []struct {
		plan string
		ok   int64
	}{
		{`{questions: ['?'], turns: 3, stop: 0}`, 0},
		{`{questions: ['?'], turns: 3, stop: 0, least: 1}`, 1},
		{`{questions: ['?'], turns: 3, stop: 0, least: 2, repeat: '1h'}`, 2},
		{`{questions: ['?'], turns: 3, stop: '1h', least: 1}`, 3},
		{`{questions: ['?'], turns: 3, least: 9}`, 3},
	} {
		assert.Equal(t, c.ok, u.object(`chat.fleet(1).converse(%s)`, c.plan)["ok"], c.plan)
	}
}

func TestAConversationTellsWhyItFailedAndWhetherItsConnectionIsLost(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		answer func(p *peer, id string)
		code   string
		lost   int64
	}{
		"an answer": {func(p *peer, id string) { p.event("complete", id, "") }, "", 0},
		"an error":  {func(p *peer, id string) { p.event("error", id, "no"); p.untilClosed() }, "server_error", 0},
		"a reset":   {func(p *peer, id string) { p.tokens(id, "a"); p.reset() }, "reset", 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			u := newVU(t).chat(serveChat(t, func(p *peer) {
				if id, asked := p.nextQuestion(); asked {
					c.answer(p, id)
				}
			}), patient)
			code := u.run(`const r = chat.fleet(1).converse({questions: ['?'], pauseAfterFailure: 0}); r.error === null ? '' : r.error.code`)
			assert.Equal(t, c.code, code)
			assert.Equal(t, c.lost, u.run(`r.lost`))
		})
	}
	u := newVU(t).chat("ws://"+nobody, `{}`)
	assert.Equal(t, []any{int64(2), "dial"}, u.run(`const r = chat.fleet(2).converse({questions: ['?'], pauseAfterFailure: 0}); [r.lost, r.error.code]`))
}

// In the open model the times of a conversation count from when it was to begin, and it belongs to the phase of that moment.
func TestAConversationIsTimedFromWhenItWasToBegin(t *testing.T) {
	t.Parallel()
	u := newVU(t).chat(serveChat(t, func(p *peer) {
		for range 2 {
			id, _ := p.question()
			p.tokens(id, "a")
			p.event("complete", id, "")
		}
		p.untilClosed()
	}), patient)
	const minute = 60000.
	u.module.due = time.Now().Add(-time.Minute)
	u.module.phase = func(due time.Time) string {
		if due.IsZero() {
			return "now"
		}
		return "then"
	}
	u.run(`chat.fleet(1).converse({questions: ['?'], turns: 2, least: 1})`)
	phases, times := map[string][]string{}, map[string][]float64{}
	for _, sample := range u.emitted() {
		phase, _ := sample.Tags.Get(tagPhase)
		phases[sample.Metric.Name] = append(phases[sample.Metric.Name], phase)
		times[sample.Metric.Name] = append(times[sample.Metric.Name], sample.Value)
	}
	assert.Equal(t, []string{"then"}, phases[metricConnection])
	assert.Equal(t, []string{"then", "now"}, phases[metricResponse])
	assert.GreaterOrEqual(t, times[metricConnection][0], minute)
	assert.GreaterOrEqual(t, times[metricResponse][0], minute)
	assert.Less(t, times[metricResponse][1], minute)
	assert.True(t, u.module.due.IsZero())
}
