package command

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A run of 60 s, whose steady phase read the counter from 1000 to 7000 and bounds its frequency by 99.98 and 100.02.
const (
	summaryOf = `{"totals": {"turns": 10, "interrupted": 1, "tokens": %d, "loopRestarts": 0},
		"phases": [{"name": "idle", "loopHz": null, "counter": null},
			{"name": "steady", "loopHz": {"low": 99.98, "high": 100.02}, "counter": {"from": 1000, "to": 7000}}]}`
	truthOf = `{"hz": %v, "restarts": 0, "turns_completed": 10, "turns_cut": 1, "tokens": 205}`
)

// readingsOver has the counter read at 1000 and, so many seconds later, at 7000.
func readingsOver(seconds float64) string {
	const start = 1_700_000_000_000_000_000
	return fmt.Sprintf(`[{"count": 900, "at": %d}, {"count": 1000, "at": %d}, {"count": 4000, "at": %d}, {"count": 7000, "at": %.0f}, {"count": 7100, "at": %.0f}]`,
		start-1_000_000_000, start, start+20_000_000_000, start+seconds*1e9, start+seconds*1e9+5e8)
}

// runAudit writes each text into a file and audits them.
func runAudit(t *testing.T, texts ...string) (string, error) {
	t.Helper()
	files := make([]string, 0, len(texts))
	for i, text := range texts {
		file := filepath.Join(t.TempDir(), fmt.Sprint(i))
		require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
		files = append(files, file)
	}
	var out bytes.Buffer
	cmd := Audit(&out)
	cmd.SetArgs(files)
	err := cmd.Execute()
	return out.String(), err
}

func TestAuditAgreesWithTheReadingsOfThePhaseWhateverTheLoopDidBefore(t *testing.T) {
	t.Parallel()
	out, err := runAudit(t, fmt.Sprintf(summaryOf, 205), fmt.Sprintf(truthOf, 97.3), readingsOver(60))
	require.NoError(t, err)
	assert.NotContains(t, out, "DISAGREES")
	assert.Contains(t, strings.Join(strings.Fields(out), " "), "loop Hz, steady phase [99.980, 100.020] 100.000 agrees")
}

func TestAuditFindsAFrequencyOutsideTheBound(t *testing.T) {
	t.Parallel()
	out, err := runAudit(t, fmt.Sprintf(summaryOf, 205), fmt.Sprintf(truthOf, 100), readingsOver(60.05)) // 99.917 Hz
	require.EqualError(t, err, "1 of what was measured disagrees with the target's own truth")
	assert.Contains(t, strings.Join(strings.Fields(out), " "), "[99.980, 100.020] 99.917 DISAGREES")
}

func TestAuditFindsACountThatDiffersByOne(t *testing.T) {
	t.Parallel()
	out, err := runAudit(t, fmt.Sprintf(summaryOf, 204), fmt.Sprintf(truthOf, 100), readingsOver(60))
	require.Error(t, err)
	assert.Contains(t, strings.Join(strings.Fields(out), " "), "tokens 204 205 DISAGREES")
}

func TestAuditTakesTheWholeLifeWithoutReadings(t *testing.T) {
	t.Parallel()
	for name, readings := range map[string][]string{
		"none given":    nil,
		"of other runs": {`[{"count": 1, "at": 1}]`},
		"a restart":     {`[{"count": 1000, "at": 1000000000}, {"count": 10, "at": 2000000000}, {"count": 7000, "at": 3000000000}]`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := runAudit(t, append([]string{fmt.Sprintf(summaryOf, 205), fmt.Sprintf(truthOf, 100.01)}, readings...)...)
			require.NoError(t, err)
			out, err := runAudit(t, append([]string{fmt.Sprintf(summaryOf, 205), fmt.Sprintf(truthOf, 99.9)}, readings...)...)
			require.Error(t, err)
			assert.Contains(t, out, "99.900  DISAGREES")
		})
	}
}

func TestAuditWithoutASteadyPhaseDisagrees(t *testing.T) {
	t.Parallel()
	out, err := runAudit(t, `{"totals": {"turns": 10, "interrupted": 1, "tokens": 205}, "phases": []}`, fmt.Sprintf(truthOf, 100))
	require.Error(t, err)
	assert.Contains(t, out, "not measured")
}

func TestAuditSaysWhichFileItCannotRead(t *testing.T) {
	t.Parallel()
	_, err := runAudit(t, "PASS", "{}")
	require.ErrorContains(t, err, "0 is not the JSON that was expected")
	_, err = runAudit(t, "{}", "{}", "{}")
	require.ErrorContains(t, err, "2 is not the JSON that was expected")
	cmd := Audit(&bytes.Buffer{})
	cmd.SetArgs([]string{"/nowhere/summary.json", "/nowhere/truth.json"})
	require.ErrorContains(t, cmd.Execute(), "failed to read /nowhere/summary.json")
}
