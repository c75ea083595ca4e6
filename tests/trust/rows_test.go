package trust

import (
	"slices"
	"testing"

	"github.com/featherweight/tests/harness"
)

// group is a part of the table.
type group struct {
	title string
	rows  []row
}

// groups are the table.
func groups() []group {
	return []group{
		{"Answers and handshakes", chatRows()},
		{"A server that dies, hangs or pauses", portRows()},
		{"The loop", loopRows()},
		{"The metrics page", pageRows()},
		{"The network", networkRows()},
		{"The load generator", generatorRows()},
		{"The configuration", configurationRows()},
		{"Two at a time", pairRows()},
	}
}

func table() []row {
	var all []row
	for _, g := range groups() {
		all = append(all, g.rows...)
	}
	return all
}

// shortForm is what runs in CI: of each kind of fault a row, and limits from both sides.
func shortForm() []row {
	return slices.DeleteFunc(table(), func(r row) bool { return !r.short })
}

// users are what a run of chat faults has. The loop has limits that a machine without time to read it does not come near to; what
// the run claims of it must be true all the same.
func users(vus string, more ...string) []string {
	return append([]string{"VUS", vus, "HZ_AVERAGE_THRESHOLD", "50", "HZ_AVERAGE_MAXIMUM", "200", "LOOP_LONGEST_GAP", "5000", "HZ_COVERAGE", "0.3"}, more...)
}

// hasty users wait 3 s for a connection or an answer; others wait as long as by default, 15 and 30 s.
func hasty(vus string, more ...string) []string {
	return users(vus, append([]string{
		"CONNECT_TIMEOUT", "3s", "WS_CONNECTION_TIME_P95", "2500", "RESPONSE_TIMEOUT", "3s", "MESSAGE_RESPONSE_TIME_P90", "2500",
	}, more...)...)
}

func TestTheTableIsOne(t *testing.T) {
	t.Parallel()
	seen, short := map[string]bool{}, map[string]int{}
	for _, r := range table() {
		if seen[r.name()] {
			t.Errorf("two rows are called %q", r.name())
		}
		seen[r.name()] = true
		if !slices.Contains([]string{"PASS", "FAIL", "INVALID", harness.NoLoad}, r.want) {
			t.Errorf("%s: wants %q", r.name(), r.want)
		}
		if (r.want == "FAIL") != (len(r.fails) > 0) && !slices.Contains(r.may, anything) && r.want != "INVALID" {
			t.Errorf("%s: wants %s and %q missed", r.name(), r.want, r.fails)
		}
		if r.short {
			short[r.want]++
		}
	}
	if len(seen) < 60 || short["PASS"] < 3 || short["FAIL"] < 3 || short["INVALID"] < 3 {
		t.Errorf("%d rows, and in the short form %v", len(seen), short)
	}
}
