package bench

import (
	"fmt"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/featherweight/tests/harness"
	"github.com/featherweight/tests/measure"
)

// The short form measures windows until it has enough of them in which others left room: where a reader has to wait for a processor,
// tokens are joined, and cost him less.
const (
	shortWindows = 5
	mostOfOthers = 0.4
	patience     = 25 * time.Second // with a machine that has no room
)

// side is a comparison of the short form: some clients side by side, each with a target of its own, so that what disturbs one of them
// disturbs all.
type side struct {
	conversation
	clients []string
}

func sides(t *testing.T) map[bool]side {
	t.Helper()
	window := duration(t, "BENCH_WINDOW", 3*time.Second)
	tokens, talk := steady(number(t, "BENCH_USERS", 300), 50*time.Millisecond, time.Second, window), everyday(number(t, "BENCH_USERS", 500), time.Second, window)
	tokens.spare, talk.spare = 10*time.Minute, 10*time.Minute // nobody waits for the end
	tokens.spread, talk.spread = 2*time.Second, 2*time.Second
	return map[bool]side{
		true:  {tokens.lasting(), []string{bare, k6ws, floor}},
		false: {talk, []string{mainJob, k6ws}},
	}
}

// shortAims are the aims with the limits of the short form.
func shortAims() []aim {
	all := aims()
	for i, a := range all {
		all[i].holds = a.short
	}
	return all
}

// TestTheRatiosHold is the short form of `make bench`, for every change.
func TestTheRatiosHold(t *testing.T) {
	if os.Getenv("BENCH") != "" {
		t.Skip("SKIPPED: a long benchmark is asked for")
	}
	found, busiest := map[bool]rounds{}, 0.0
	for isSteady, s := range sides(t) {
		all, others := s.measure(t)
		found[isSteady], busiest = all, max(busiest, others)
	}
	if busiest > mostOfOthers {
		for _, a := range shortAims() {
			fmt.Println(a.row(found[a.steady]))
		}
		harness.LeaveOut(t, "bench", fmt.Sprintf("other programs have %.0f %% of this machine; ratios are judged up to %.0f %%", 100*busiest, 100*mostOfOthers))
	}
	fmt.Print(measure.Table(aimHead(), judge(t, shortAims(), func(a aim) rounds { return found[a.steady] })))
}

// measure starts them all, and takes windows in which all of them run. Then they are killed: whether they count right is asked in
// the long form and in tests/e2e. others is the share of the machine that other programs had in the busiest of the windows that count.
func (s side) measure(t *testing.T) (found rounds, others float64) {
	t.Helper()
	var all []*running
	for _, c := range clients() {
		if slices.Contains(s.clients, c.name) {
			all = append(all, c.start(t, s.conversation))
		}
	}
	for _, r := range all {
		r.startUp(t)
	}
	<-time.After(s.settle) // the moment of the measurement, not a wait for something
	var windows []window
	for begun := time.Now(); quiet(windows) < shortWindows && (len(windows) == 0 || time.Since(begun) < patience); {
		windows = append(windows, s.take(t, all))
	}
	slices.SortStableFunc(windows, func(a, b window) int { return int(1000 * (a.others - b.others)) })
	windows = windows[:min(len(windows), shortWindows)]
	found = rounds{}
	for _, w := range windows {
		for i, r := range all {
			found[r.name] = append(found[r.name], w.costs[i])
		}
	}
	others = windows[len(windows)-1].others
	for _, r := range all {
		r.kill()
		<-r.ended
		r.target.Stop()
		fmt.Printf("%-14s %4d users, CPU: %s µs a token, %s ms a turn; %.0f MiB; others had up to %.0f %%\n", r.name, r.users,
			measure.Of(found.of(r.name, perToken)).Text(1), measure.Of(found.of(r.name, perTurn)).Text(2), r.peak, 100*others)
	}
	return found, others
}

// window is one of all clients at the same time.
type window struct {
	costs  []cost
	others float64 // the share of the machine that other programs had
}

func quiet(windows []window) (n int) {
	for _, w := range windows {
		if w.others <= mostOfOthers {
			n++
		}
	}
	return n
}

func (s side) take(t *testing.T, all []*running) window {
	t.Helper()
	own := func() time.Duration {
		used, err := measure.CPU(measure.Tree(os.Getpid()))
		if err != nil {
			t.Fatal(err)
		}
		return used
	}
	working := func() time.Duration {
		used, err := measure.Busy()
		if err != nil {
			t.Fatal(err)
		}
		return used
	}
	from := make([]moment, len(all))
	at, ours, allOf := time.Now(), own(), working()
	for i, r := range all {
		from[i] = r.look(t)
	}
	<-time.After(s.window) // the moment of the measurement
	var w window
	for i, r := range all {
		const least = 0.3 // of what there is on a machine with time
		one := r.between(t, from[i], r.look(t), least)
		one.peak = r.peak
		w.costs = append(w.costs, one)
	}
	w.others = measure.Others(working()-allOf, own()-ours, time.Since(at))
	return w
}
