package e2e

import (
	"testing"

	"github.com/featherweight/tests/harness"
)

// The main job with ten users in each VU is the same job: as many users at once, every turn and token in the books, each
// user one of the evidence.
func TestUsersThatShareAVUAreCountedAsUsers(t *testing.T) {
	t.Parallel()
	target := harness.StartTarget(t, quick...)
	run := harness.Script(t, harness.MainScript(), short(target, "VUS", "40", "USERS_PER_VU", "10"))
	verdict(t, run, 0, "PASS")
	if turns := target.Live().TurnsCompleted; turns < 200 {
		t.Errorf("%v turns: the users do not go on after their first conversation", turns)
	}
	if most := steady(t, run, "connections"); most != 40 {
		t.Errorf("at most %v users were connected, not 40", most)
	}
	target.Audit(t, run)
}

func TestFailuresOfUsersThatShareAVUAreCountedOneByOne(t *testing.T) {
	t.Parallel()
	target := harness.StartTarget(t, append([]string{"--fault", "error_frame=0.2"}, quick...)...)
	run := harness.Script(t, harness.MainScript(), short(target, "VUS", "40", "USERS_PER_VU", "10"))
	verdict(t, run, 99, "FAIL", "server_error")
	target.Audit(t, run)
}
