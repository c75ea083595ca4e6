package fwhz

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/grafana/sobek"
	"go.k6.io/k6/v2/js/common"
	"go.k6.io/k6/v2/lib"

	"github.com/featherweight/xk6-featherweight/internal/chat"
)

// mostInFleet is the largest fleet of one VU.
const mostInFleet = 100_000

// fleet is what ChatClient.fleet() returns: many users in one VU, each with a connection of his own, that cost no JavaScript
// runtime each. What they say is in a plan; what they are judged by is what a VU is judged by.
type fleet struct {
	client *chatClient
	size   int
}

// leastPauseAfterFailure is the shortest pause of a user after a failure: a broken server must not be hammered.
const leastPauseAfterFailure = time.Second

// fleetPlan is what each user of a fleet does.
type fleetPlan struct {
	questions            []string
	turns                int           // of a conversation
	timeout              time.Duration // of a turn
	thinkMin, thinkMax   time.Duration
	least                int           // turns that are asked also when the time of stop is over
	afterFailure         time.Duration // the least pause; 0: none
	spread, repeat, stop time.Duration // see FleetPlan in index.d.ts
	userID               string
	seed                 int
}

// fleet makes one. It opens nothing yet.
func (c *chatClient) fleet(given sobek.Value) *sobek.Object {
	rt := c.module.vu.Runtime()
	size, isNumber := number(given)
	if !isNumber || size != float64(int(size)) || size < 1 || size > mostInFleet {
		common.Throw(rt, fmt.Errorf("ChatClient.fleet: size %s is not allowed: a whole number from 1 to %d", shown(given), mostInFleet))
	}
	f := &fleet{client: c, size: int(size)}
	obj := rt.NewObject()
	setAll(obj, map[string]any{
		"size":     f.size,
		"converse": func(call sobek.FunctionCall) sobek.Value { return f.converse(call.Argument(0)) },
	})
	return obj
}

func (f *fleet) readPlan(given sobek.Value) (fleetPlan, error) {
	o := readOptions(f.client.module.vu.Runtime(), "fleet.converse", given)
	p := fleetPlan{
		questions: o.texts("questions"), turns: o.whole("turns", 1, 1), least: o.whole("least", 0, 0),
		timeout:  o.duration("timeout", f.client.config.ResponseTimeout, leastTimeout),
		thinkMin: o.duration("thinkMin", 0, 0), thinkMax: o.duration("thinkMax", 0, 0),
		afterFailure: o.duration("pauseAfterFailure", leastPauseAfterFailure, 0),
		spread:       o.duration("spread", 0, 0), repeat: o.duration("repeat", 0, 0), stop: o.duration("stop", longest, 0),
		userID: o.text("userId", "user"), seed: o.whole("seed", 1, 0),
	}
	if err := o.done(); err != nil {
		return p, err
	}
	if len(p.questions) == 0 {
		return p, errors.New("fleet.converse: option questions: none is given: a list of strings")
	}
	if p.thinkMax < p.thinkMin {
		return p, fmt.Errorf("fleet.converse: option thinkMax: %s is less than thinkMin, %s", p.thinkMax, p.thinkMin)
	}
	return p, nil
}

// converse lets every user do what the plan says, and returns when the last is done.
func (f *fleet) converse(given sobek.Value) *sobek.Object {
	m := f.client.module
	state := m.state("fleet.converse()")
	plan, err := f.readPlan(given)
	if err != nil {
		common.Throw(m.vu.Runtime(), err)
	}
	talk := &fleetTalk{plan: plan, client: f.client, size: f.size, began: time.Now(), vu: m.vuNumber(state), tally: fleetTally{failures: map[string]int{}}}
	ctx := m.vu.Context()
	var all sync.WaitGroup
	for i := range f.size {
		delay := plan.spread * time.Duration(i) / time.Duration(f.size)
		all.Go(func() { talk.live(ctx, m.member(state, i), i, delay) })
	}
	all.Wait()
	f.client.throw(m.caller("fleet.converse()"), talk.tally.first)
	return talk.object()
}

// member is user i of the VU's fleet.
func (m *module) member(state *lib.State, i int) *caller {
	tags := state.Tags.GetCurrentValues()
	return &caller{module: m, state: state, own: &tags, id: state.VUIDGlobal + uint64(i)<<vuBits, due: m.due}
}

// vuNumber is which VU of the whole test this is: that of a Suite does not depend on how many runners share the test.
func (m *module) vuNumber(state *lib.State) uint64 {
	if m.number != nil {
		return uint64(m.number())
	}
	return state.VUIDGlobal
}

// vuBits is more than there are VUs, so that the users of fleets are all different.
const vuBits = 32

// toPhase puts a member into the phase of now, where a Suite tells it; else it stays in the one that its VU is in.
func (c *caller) toPhase() {
	if c.module.phase != nil {
		c.own.SetTag(tagPhase, c.module.phase(c.due))
	}
}

// fleetTalk is one call of converse.
type fleetTalk struct {
	plan   fleetPlan
	client *chatClient
	size   int
	began  time.Time
	vu     uint64 // which of the whole test the fleet is

	mu    sync.Mutex
	tally fleetTally
}

// fleetTally is what came of it.
type fleetTally struct {
	conversations, ok, failed, interrupted, lost, tokens int
	failures                                             map[string]int // by reason
	first                                                *chat.Failure
}

func (t *fleetTalk) object() *sobek.Object {
	tally, m := t.tally, t.client.module
	failures := m.vu.Runtime().NewObject()
	for reason, count := range tally.failures {
		setAll(failures, map[string]any{reason: count})
	}
	fields := map[string]any{
		"conversations": tally.conversations, "ok": tally.ok, "failed": tally.failed, "interrupted": tally.interrupted, "lost": tally.lost,
		"tokens": tally.tokens, "failures": failures, "error": nil,
	}
	if tally.first != nil {
		fields["error"] = t.client.chatError(tally.first)
	}
	return m.object(fields)
}

// live is a user: conversations, until he is to begin none any more.
func (t *fleetTalk) live(ctx context.Context, who *caller, number int, delay time.Duration) {
	random := rand.New(rand.NewPCG(uint64(t.plan.seed), t.vu+uint64(number)<<vuBits)) //nolint:gosec // drawn again from the same seed, and no secret
	userID := t.plan.userID
	if t.size > 1 {
		userID += fmt.Sprintf("_%d", number)
	}
	if delay > 0 && !wait(ctx, delay) {
		return
	}
	goesOn := t.left() > 0 || t.plan.least > 0
	for goesOn && ctx.Err() == nil {
		if t.converse(ctx, who, random, userID) != nil && t.plan.afterFailure > 0 {
			wait(ctx, min(max(t.think(random), t.plan.afterFailure), t.left()))
		}
		goesOn = t.left() > 0 && time.Since(t.began) < t.plan.repeat
	}
}

// converse is one conversation; it returns why it failed.
func (t *fleetTalk) converse(ctx context.Context, who *caller, random *rand.Rand, userID string) *chat.Failure {
	who.toPhase()
	s := t.client.open(ctx, who)
	if s.session == nil {
		return t.add(chat.Turn{Failure: s.failure, Interrupted: s.failure.Reason == codeInterrupted}, true)
	}
	defer s.leave(closeNormal)
	for turn := 1; turn <= t.plan.turns && (turn <= t.plan.least || t.left() > 0); turn++ {
		who.toPhase()
		question := t.plan.questions[random.IntN(len(t.plan.questions))]
		reply, _ := s.turn(ctx, chat.Question{Content: question, UserID: userID, MessageID: who.module.nextID()}, t.plan.timeout)
		if failure := t.add(reply, false); failure != nil || reply.Interrupted {
			return failure
		}
		if turn < t.plan.turns { // a session that the server closes meanwhile is found by the next question
			s.pause(ctx, t.think(random))
		}
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.tally.conversations++
	return nil
}

// add counts a turn, or a connection that could not be opened, and returns its failure.
func (t *fleetTalk) add(turn chat.Turn, unopened bool) *chat.Failure {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.tally.tokens += turn.Tokens
	switch {
	case turn.Interrupted:
		t.tally.interrupted++
		return nil
	case turn.Failure != nil:
		t.tally.failed++
		t.tally.failures[string(turn.Failure.Reason)]++
		if unopened || turn.Failure.Reason == chat.Reset || turn.Failure.Reason == chat.Closed {
			t.tally.lost++
		}
		if t.tally.first == nil {
			t.tally.first = turn.Failure
		}
	default:
		t.tally.ok++
	}
	return turn.Failure
}

// think is a pause, not beyond the time after which nothing more is begun.
func (t *fleetTalk) think(random *rand.Rand) time.Duration {
	length := t.plan.thinkMin + time.Duration(random.Float64()*float64(t.plan.thinkMax-t.plan.thinkMin))
	return min(length, t.left())
}

// left is how long something may still be begun.
func (t *fleetTalk) left() time.Duration { return max(0, t.plan.stop-time.Since(t.began)) }
