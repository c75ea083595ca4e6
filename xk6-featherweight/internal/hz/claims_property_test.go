package hz

import (
	"testing"
	"time"
)

// leastLimit is the default of LOOP_LONGEST_GAP: a standstill below is no failure.
const leastLimit = time.Second

// longestSilence is the longest time between two turns of the loop.
func (w *world) longestSilence() (longest time.Duration) {
	for i := 1; i < len(w.ticks); i++ {
		longest = max(longest, w.ticks[i]-w.ticks[i-1])
	}
	return longest
}

// What is not a frequency is claimed too, and each claim can fail a run: a standstill, a restart, a second process. None may be
// claimed that was not, whatever the page does.
func TestNothingIsClaimedOfALoopThatWasNotSo(t *testing.T) {
	t.Parallel()
	each := 8
	if testing.Short() {
		each = 1
	}
	restarts, replicas := 0, 0
	inWorlds(t, each, func(t *testing.T, _ string, w *world) {
		seen := observe(w, func(Window, glance, glance) {})
		if seen.replicas && w.other == nil {
			t.Error("several processes are claimed, and there is one")
		}
		if seen.replicas {
			replicas++
			return
		}
		restarts += seen.restarts
		// A counter that was set may be another life by all that is seen; that, and what happens while the machine sleeps,
		// makes the run INVALID.
		another := w.leapt > 0 || len(w.slept) > 0
		if seen.restarts > len(w.restarts) && w.other == nil && !another {
			t.Errorf("%d restarts are claimed, and there were %d", seen.restarts, len(w.restarts))
		}
		// Shorter ones may be claimed of a copy that nothing shows to be one yet.
		if longest := w.longestSilence(); seen.longestGap > max(longest, leastLimit) {
			t.Errorf("a standstill of %s is claimed, and the longest was %s", seen.longestGap, longest)
		}
	})
	if restarts == 0 || replicas == 0 {
		t.Errorf("%d restarts and %d second processes were found in all worlds", restarts, replicas)
	}
}
