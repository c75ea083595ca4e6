package fwhz

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/assert"
	"go.k6.io/k6/v2/metrics"
)

// sums are the samples by metric: how many there were, and what they add up to.
func sums(samples []metrics.Sample) map[string][2]float64 {
	out := map[string][2]float64{}
	for _, sample := range samples {
		was := out[sample.Metric.Name]
		out[sample.Metric.Name] = [2]float64{was[0] + 1, was[1] + sample.Value}
	}
	return out
}

// nextQuestion is that of a user who may also leave instead.
func (p *peer) nextQuestion() (id string, asked bool) {
	var q map[string]string
	err := p.ReadJSON(&q)
	return q["messageId"], err == nil
}

func TestEveryUserOfAFleetIsCountedAsOneWithAVUOfItsOwn(t *testing.T) {
	t.Parallel()
	var asked sync.Map // userId to questions
	u := newVU(t).chat(serveChat(t, func(p *peer) {
		for range 2 {
			id, q := p.question()
			asked.Store(q["userId"]+" "+id, q["content"])
			p.tokens(id, "a", "b", "c")
			p.event("complete", id, "")
		}
		p.untilClosed()
	}), patient)
	result := u.object(`chat.fleet(5).converse({questions: ['What?'], turns: 2, userId: 'x'})`)
	assert.Equal(t, map[string]any{
		"conversations": int64(5), "ok": int64(10), "failed": int64(0), "interrupted": int64(0), "lost": int64(0), "tokens": int64(30), "failures": map[string]any{}, "error": nil,
	}, result)

	users := map[string]int{}
	asked.Range(func(key, content any) bool {
		name, _, _ := strings.Cut(key.(string), " ")
		users[name]++
		assert.Equal(t, "What?", content)
		return true
	})
	assert.Equal(t, map[string]int{"x_0": 2, "x_1": 2, "x_2": 2, "x_3": 2, "x_4": 2}, users, "ten questions with ten ids")

	got := sums(u.emitted())
	for name, want := range map[string][2]float64{ // how many samples, and their sum
		metricErrorRate: {10, 0}, metricGoodput: {10, 10}, metricTurns: {10, 10}, "ws_sessions": {5, 5}, "ws_msgs_sent": {10, 10},
	} {
		assert.Equal(t, want, got[name], name)
	}
	assert.InDelta(t, 30, got[metricTokens][1], 0)
	assert.InDelta(t, 40, got["ws_msgs_received"][1], 0)
	for _, name := range []string{metricConnection, "ws_session_duration", "ws_connecting"} {
		assert.InDelta(t, 5, got[name][0], 0, name)
	}
	for _, name := range []string{metricResponse, metricTTFT, metricITL} {
		assert.InDelta(t, 10, got[name][0], 0, name)
	}
	assert.Equal(t, []any{int64(10), int64(5)}, u.run(`const s = fwhz.evidence.share('error_rate'); [s.n, s.users]`), "five users, not one")
	assert.EqualValues(t, 0, u.module.root.connected.Load())
}

// A user whose answer does not come must not keep the others from their next question: that would be coordinated omission.
func TestASlowUserOfAFleetHoldsNobodyElse(t *testing.T) {
	t.Parallel()
	const others = 12
	answered, first, end := make(chan struct{}, others), atomic.Bool{}, make(chan context.CancelFunc, 1)
	u := newVU(t).chat(serveChat(t, func(p *peer) {
		id, asked := p.nextQuestion()
		if !asked {
			return
		}
		if first.CompareAndSwap(false, true) {
			for range others {
				<-answered
			}
			(<-end)()
			p.untilGoodbye(func() {})
			return
		}
		p.tokens(id, "a")
		p.event("complete", id, "")
		select {
		case answered <- struct{}{}:
		default:
		}
		p.untilClosed()
	}), `{responseTimeout: '1h', closeTimeout: '10s'}`)
	end <- u.cancel
	result := u.object(`chat.fleet(3).converse({questions: ['?'], repeat: '1h'})`)
	assert.GreaterOrEqual(t, result["ok"], int64(others))
	assert.Equal(t, int64(0), result["failed"])
}

func TestAUserOfAFleetIsInThePhaseInWhichItsTurnBegan(t *testing.T) {
	t.Parallel()
	u := newVU(t)
	var turns atomic.Int32
	u.chat(serveChat(t, func(p *peer) {
		for range 2 {
			id, _ := p.question()
			turns.Add(1)
			p.tokens(id, "a")
			p.event("complete", id, "")
		}
		p.untilClosed()
	}), patient)
	u.module.phase = func(time.Time) string { return fmt.Sprintf("after %d", turns.Load()) }
	u.run(`chat.fleet(1).converse({questions: ['?'], turns: 2})`)
	phases := map[string][]string{}
	for _, sample := range u.emitted() {
		phase, _ := sample.Tags.Get(tagPhase)
		phases[sample.Metric.Name] = append(phases[sample.Metric.Name], phase)
	}
	assert.Equal(t, []string{"after 0"}, phases[metricConnection])
	assert.Equal(t, []string{"after 0", "after 1"}, phases[metricResponse])
	assert.Equal(t, []any{int64(1), int64(1)}, u.run(
		`['after 0', 'after 1'].map((phase) => fwhz.evidence.percentile('message_response_time', phase, 50).n)`))
	tags := u.state.Tags.GetCurrentValues()
	phase, _ := tags.Tags.Get(tagPhase)
	assert.Equal(t, "steady", phase, "the VU's own is left alone")
}

func TestAFailureInAFleetIsOneFailureOfOneUser(t *testing.T) {
	t.Parallel()
	var connections atomic.Int32
	u := newVU(t).chat(serveChat(t, func(p *peer) {
		id, _ := p.question()
		if connections.Add(1) == 1 {
			p.event("error", id, "no")
			p.untilClosed()
			return
		}
		p.tokens(id, "a")
		p.event("complete", id, "")
		p.untilClosed()
	}), patient)
	result := u.object(`chat.fleet(3).converse({questions: ['?']})`)
	assert.Equal(t, []any{int64(2), int64(2), int64(1), map[string]any{"server_error": int64(1)}},
		[]any{result["conversations"], result["ok"], result["failed"], result["failures"]})
	got := sums(u.emitted())
	assert.Equal(t, [2]float64{3, 1}, got[metricErrorRate])
	assert.Equal(t, [2]float64{1, 1}, got[metricFailures])
}

func TestAFleetThatReachesNobodyFailsOnceForEachUserAndPauses(t *testing.T) {
	t.Parallel()
	u := newVU(t).chat("ws://"+nobody, `{}`)
	began := time.Now()
	result := u.object(`chat.fleet(4).converse({questions: ['?'], repeat: '50ms', pauseAfterFailure: '200ms'})`)
	assert.Equal(t, map[string]any{"dial": int64(4)}, result["failures"], "nobody hammers")
	assert.GreaterOrEqual(t, time.Since(began), 200*time.Millisecond)
	assert.Len(t, u.warnings(), 1)
	u.state.Options.Throw.Bool = true
	assert.Contains(t, u.throws(`chat.fleet(2).converse({questions: ['?'], pauseAfterFailure: 0})`), "connection refused")
}

// The default is a second, for users in Go and in JavaScript.
func TestUsersPauseForASecondAfterAFailure(t *testing.T) {
	t.Parallel()
	u := newVU(t).chat("ws://"+nobody, `{}`)
	began := time.Now()
	result := u.object(`chat.fleet(4).converse({questions: ['?'], repeat: '50ms'})`)
	assert.Equal(t, map[string]any{"dial": int64(4)}, result["failures"], "nobody hammers")
	assert.GreaterOrEqual(t, time.Since(began), time.Second)
	assert.EqualValues(t, 1, suiteVU(t, New().(*rootModule), 0, "load", `{}`).run(`suite.pauseAfterFailure`))
}

func TestTheEndOfTheTestInterruptsAWholeFleet(t *testing.T) {
	t.Parallel()
	const users = 3
	end := make(chan context.CancelFunc, 1)
	var asked atomic.Int32
	u := newVU(t).chat(serveChat(t, func(p *peer) {
		id, _ := p.question()
		p.tokens(id, "a")
		if asked.Add(1) == users {
			(<-end)()
		}
		p.untilGoodbye(func() {})
	}), patient)
	end <- u.cancel
	result := u.object(`chat.fleet(%d).converse({questions: ['?'], repeat: '1h'})`, users)
	assert.Equal(t, []any{int64(users), int64(0), int64(0)}, []any{result["interrupted"], result["ok"], result["failed"]})
	got := sums(u.emitted())
	assert.Equal(t, [2]float64{users, users}, got[metricInterrupted])
	assert.Zero(t, got[metricErrorRate])
}

// Nothing is begun after the stop; what was asked before is followed to its end.
func TestAFleetBeginsNothingAfterItsStop(t *testing.T) {
	t.Parallel()
	var questions atomic.Int32
	u := newVU(t).chat(serveChat(t, func(p *peer) {
		id, asked := p.nextQuestion()
		if !asked { // connected after the stop, on a busy machine
			return
		}
		questions.Add(1)
		timer := time.NewTimer(300 * time.Millisecond) // longer than the stop
		<-timer.C
		p.event("complete", id, "")
		_ = p.WriteMessage(websocket.PingMessage, nil)
		p.untilClosed()
	}), patient)
	result := u.object(`chat.fleet(2).converse({questions: ['?'], turns: 5, repeat: '1h', stop: '250ms'})`)
	assert.LessOrEqual(t, result["ok"], int64(2)) // none where this machine took longer to connect
	assert.Equal(t, int64(questions.Load()), result["ok"])
	assert.Equal(t, int64(0), result["failed"])
}

func TestABadPlanOfAFleetIsRefused(t *testing.T) {
	t.Parallel()
	u := newVU(t).chat("ws://"+nobody, `{}`)
	for script, want := range map[string]string{
		`chat.fleet()`:                                         `ChatClient.fleet: size undefined is not allowed: a whole number from 1 to 100000`,
		`chat.fleet(0)`:                                        `size 0 is not allowed`,
		`chat.fleet(1.5)`:                                      `size 1.5 is not allowed`,
		`chat.fleet(1e9)`:                                      `size 1000000000 is not allowed`,
		`chat.fleet(1).converse()`:                             `fleet.converse: option questions: none is given: a list of strings`,
		`chat.fleet(1).converse({questions: []})`:              `option questions: none is given`,
		`chat.fleet(1).converse({questions: [1]})`:             `option questions: "[object Array]" is not allowed: a list of strings`,
		`chat.fleet(1).converse({questions: ['?'], turns: 0})`: `option turns: "0" is not allowed`,
		`chat.fleet(1).converse({questions: ['?'], thinkMin: 5, thinkMax: 3})`: `option thinkMax: 3ms is less than thinkMin, 5ms`,
		`chat.fleet(1).converse({questions: ['?'], think: 1})`:                 `option think is not known: `,
	} {
		assert.Contains(t, u.throws(script), want, script)
	}
}
