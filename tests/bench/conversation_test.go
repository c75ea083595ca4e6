// Package bench tells what a user costs: the main job and our client alone against the same conversation on what else there
// is, in turn and in one run. What a figure means is in docs/benchmarks.md; run has the commands.
package bench

import (
	"fmt"
	"time"
)

// conversation is what users do, and how the target answers.
type conversation struct {
	users    int
	spread   time.Duration // they begin one after the other in this time; those of the main job begin at once
	turns    int           // on a connection
	pauseMin time.Duration // between two turns
	pauseMax time.Duration

	ttft, interval time.Duration // of an answer
	tokens         int

	settle time.Duration // between the first question of the last user and the window
	window time.Duration // what is measured
	spare  time.Duration // how much later than planned users may be
}

// spare is enough where nothing else is done. The longer it is, the longer takes a run.
const spare = 5 * time.Second

// everyday is the conversation of the main job with the answers of the reference server.
func everyday(users int, settle, window time.Duration) conversation {
	return conversation{
		users: users, spread: 5 * time.Second, turns: 3, pauseMin: time.Second, pauseMax: 3 * time.Second,
		ttft: 200 * time.Millisecond, interval: 50 * time.Millisecond, tokens: 20, settle: settle, window: window, spare: spare,
	}
}

// steady is one answer a user that outlasts the window, so that there are tokens in it and nothing else.
func steady(users int, interval, settle, window time.Duration) conversation {
	return conversation{
		users: users, spread: 5 * time.Second, turns: 1, ttft: 50 * time.Millisecond, interval: interval, settle: settle, window: window, spare: spare,
	}.lasting()
}

// lasting has an answer that is as long as all that is measured.
func (c conversation) lasting() conversation {
	c.tokens = int((c.spread + c.settle + c.window + 2*c.spare) / c.interval)
	return c
}

// answer is how long one takes.
func (c conversation) answer() time.Duration { return c.ttft + time.Duration(c.tokens-1)*c.interval }

// outlasts says whether an answer is longer than all that is measured.
func (c conversation) outlasts() bool { return c.answer() > c.spread+c.settle+c.window+spare }

// load is the time in which users begin something.
func (c conversation) load() time.Duration {
	if c.outlasts() {
		return c.spread + c.spare
	}
	return c.spread + c.settle + c.window + c.spare
}

// grace is how long it may take until the last of them has come to its end after that.
func (c conversation) grace() time.Duration { return c.answer() + c.pauseMax + 12*spare }

// rate is how many tokens come in a second while all answers are under way.
func (c conversation) rate() float64 { return float64(c.users) / c.interval.Seconds() }

// target are the flags of the reference server.
func (c conversation) target() []string {
	return []string{"--tokens", fmt.Sprint(c.tokens), "--token-interval", c.interval.String(), "--ttft", c.ttft.String()}
}

// script is the environment of our scripts and of Artillery.
func (c conversation) script() []string {
	seconds := func(name string, d time.Duration) string { return fmt.Sprintf("%s=%.3f", name, d.Seconds()) }
	return []string{
		fmt.Sprintf("VUS=%d", c.users), fmt.Sprintf("TURNS=%d", c.turns), seconds("SPREAD", c.spread), seconds("LOAD", c.load()),
		seconds("PAUSE_MIN", c.pauseMin), seconds("PAUSE_MAX", c.pauseMax), seconds("GRACE", c.grace()),
		fmt.Sprintf("ARRIVE=%.0f", c.spread.Seconds()),
	}
}

// mainJob is that of the main job. It judges, too: of a verdict nothing is asked here.
func (c conversation) mainJob() []string {
	return []string{
		fmt.Sprintf("VUS=%d", c.users), "DURATION=" + c.load().String(), "RAMP=0", "IDLE=0s", fmt.Sprintf("TURNS_PER_SESSION=%d", c.turns),
		"THINK_MIN=" + c.pauseMin.String(), "THINK_MAX=" + c.pauseMax.String(), "CONNECT_TIMEOUT=60s", "WS_CONNECTION_TIME_P95=50000",
		"RESPONSE_TIMEOUT=" + c.grace().String(), fmt.Sprintf("MESSAGE_RESPONSE_TIME_P90=%d", (c.grace() - time.Second).Milliseconds()),
		"GENERATOR_LAG_P99=60000",
	}
}

// flags are those of the floor.
func (c conversation) flags() []string {
	return []string{
		"-users", fmt.Sprint(c.users), "-spread", c.spread.String(), "-load", c.load().String(), "-turns", fmt.Sprint(c.turns),
		"-pause-min", c.pauseMin.String(), "-pause-max", c.pauseMax.String(),
	}
}
