package fwhz

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.k6.io/k6/v2/lib"
)

// scheduled is a user of the open model whose scenario began so long ago.
func scheduled(t *testing.T, variables string, ago time.Duration) (*virtualUser, *suite, time.Time) {
	t.Helper()
	root := New().(*rootModule)
	u := suiteVU(t, root, 1, "websocket-streaming", variables).start()
	s := &suite{module: u.module, plan: root.plans["websocket-streaming"]}
	start := time.Now().Add(-ago)
	length := s.plan.shape.Total - s.plan.shape.Idle
	u.VU.CtxField = lib.WithScenarioState(t.Context(), &lib.ScenarioState{Name: "chat", StartTime: start, ProgressFn: func() (float64, []string) {
		return min(1, float64(time.Since(start))/float64(length)), nil
	}})
	return u, s, start
}

func TestAUserTakesTheNextBeginningOfTheScheduleAndCountsThoseThatHadNobody(t *testing.T) {
	t.Parallel()
	u, s, start := scheduled(t, `{ARRIVAL_RATE: '100', RAMP: '0', DURATION: '1h'}`, time.Second)
	assert.Equal(t, true, u.run(`suite.arrive()`))
	began := time.Now()
	got := u.emitted()
	at := s.module.due.Sub(start)
	assert.Zero(t, at%(10*time.Millisecond), "the scheduled moment itself, not that of waking up: %s", at)
	assert.False(t, began.Before(s.module.due), "nobody begins early")
	missed := int(at/(10*time.Millisecond)) - 1
	assert.GreaterOrEqual(t, missed, 99, "those of the second before")
	outcomes := values(got, metricUnmet)
	require.Len(t, outcomes, missed+1)
	assert.InDelta(t, missed, sum(outcomes), 0)
	assert.Equal(t, []float64{float64(missed)}, values(got, "dropped_iterations"))
	assert.Equal(t, []float64{1}, values(got, metricArrivals))
}

func TestConnectionAndFirstAnswerCountFromTheScheduledMomentTheNextFromItsQuestion(t *testing.T) {
	t.Parallel()
	u, s, _ := scheduled(t, `{ARRIVAL_RATE: '100', RAMP: '0', DURATION: '1h'}`, time.Second)
	u.run(`globalThis.chat = new fwhz.ChatClient(%q)`, serveChat(t, goodChat))
	u.run(`suite.arrive()`)
	u.emitted()
	s.module.due = s.module.due.Add(-time.Minute) // as if the connection had waited for a minute
	u.run(`const session = chat.connect(); globalThis.first = session.ask('?'); globalThis.next = session.ask('?'); globalThis.connected = session.connectTime; session.close()`)
	const minute = 60000.0
	got := u.emitted()
	for _, metric := range []string{metricConnection, metricTTFT, metricResponse} {
		assert.GreaterOrEqual(t, values(got, metric)[0], minute, metric)
	}
	for _, metric := range []string{metricTTFT, metricResponse} {
		assert.Less(t, values(got, metric)[1], minute, metric)
	}
	assert.GreaterOrEqual(t, u.run(`connected`), minute)
	assert.GreaterOrEqual(t, u.run(`first.duration`), minute)
	assert.Less(t, values(got, metricITL)[0], minute, "between tokens nothing is scheduled")
	assert.Equal(t, []float64{0, 0}, values(got, metricGoodput), "the connection took a minute, which is above every limit")
}

func TestAConversationBelongsToThePhaseInWhichItWasToBegin(t *testing.T) {
	t.Parallel()
	u, s, _ := scheduled(t, `{ARRIVAL_RATE: '100', IDLE: '1s', DURATION: '10s', RAMP_SCALE: '0.1'}`, 22500*time.Millisecond) // 12 s of ramp, 10 of steady
	phase := func() string {
		u.run(`suite.tagPhase()`)
		phase, _ := u.state.Tags.GetCurrentValues().Tags.Get(tagPhase)
		return phase
	}
	u.run(`suite.arrive()`)
	assert.Equal(t, "rampdown", phase())
	s.module.due = s.module.due.Add(-3 * time.Second)
	assert.Equal(t, "steady", phase())
	s.module.due = time.Time{} // after its first question
	assert.Equal(t, "rampdown", phase())
}

func TestWhatNobodyHadBegunByTheEndIsCounted(t *testing.T) {
	t.Parallel()
	u, s, _ := scheduled(t, `{ARRIVAL_RATE: '10', RAMP: '0', IDLE: '0s', DURATION: '5s'}`, 2*time.Second)
	u.run(`suite.arrive()`)
	before := len(values(u.emitted(), metricUnmet))
	s.plan.opened = s.plan.opened.Add(-time.Minute) // it is over
	s.conclude()
	missed := values(u.emitted(), metricUnmet)
	assert.Len(t, missed, 50-before-1, "all but the last, whose moment is the end")
	assert.InDelta(t, len(missed), sum(missed), 0)
}

func TestWhenTheScheduleIsOverAUserWaitsForTheEndOfHisTime(t *testing.T) {
	t.Parallel()
	u, _, start := scheduled(t, `{ARRIVAL_RATE: '10', RAMP: '0', IDLE: '0s', DURATION: '5s'}`, 5*time.Second-50*time.Millisecond)
	for u.run(`suite.arrive()`) == true { //nolint:revive // there may be one left
	}
	assert.GreaterOrEqual(t, time.Since(start), 5*time.Second)
}

func TestWithoutARateNobodyWaits(t *testing.T) {
	t.Parallel()
	u, _, _ := scheduled(t, `{}`, time.Second)
	assert.Equal(t, true, u.run(`suite.arrive()`))
	assert.Empty(t, u.emitted())
}
