package harness

import (
	"slices"
	"testing"
)

func TestOneCountToldInTwoWaysIsFound(t *testing.T) {
	t.Parallel()
	const turns = "  turns          200 complete, 3 failed, 0 cut off by the end of the test; 4000 tokens\n"
	for name, test := range map[string]struct {
		text string
		want []string
	}{
		"agree":         {"✓ WebSocket connection established: 70 of 70\n✓ Message streaming successful: 200 of 203\n" + turns, nil},
		"none":          {"VERDICT: INVALID", nil},
		"more than all": {"✗ WebSocket connection established: 160 of 120\n", []string{"it prints WebSocket connection established: 160 of 120"}},
		"two counts": {
			"✓ Message streaming successful: 199 of 200\n" + turns,
			[]string{"it prints Message streaming successful: 199 of 200, and 200 complete turns"},
		},
	} {
		if got := (Run{Stdout: test.text}).countsContradict(); !slices.Equal(got, test.want) {
			t.Errorf("%s: %q, not %q", name, got, test.want)
		}
	}
}
