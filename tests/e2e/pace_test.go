package e2e

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/featherweight/tests/harness"
)

// drawing is a script that tells what users of a suite draw: the first 10,000 numbers of one with two seeds, and the first of each of
// a thousand.
const drawing = `
import { Pace } from '%PACE%';

export const options = { vus: 1, iterations: 1 };

const drawn = (seed, user, n) => {
    const pace = new Pace({ config: { TEST_SEED: seed }, user });
    return Array.from({ length: n }, () => pace.random());
};

export default () => console.log(JSON.stringify({
    one: drawn(1, 1, 10000), other: drawn(2, 1, 10000), firsts: Array.from({ length: 1000 }, (_, i) => drawn(1, i + 1, 1)[0]),
}));

export const handleSummary = () => ({});
`

type drawnNumbers struct{ One, Other, Firsts []float64 }

func draw(t *testing.T) (drawn drawnNumbers) {
	t.Helper()
	dir := t.TempDir()
	script, log := filepath.Join(dir, "drawing.js"), filepath.Join(dir, "log")
	text := strings.ReplaceAll(drawing, "%PACE%", filepath.Join(harness.Root(), "scripts", "lib", "pace.js"))
	if err := os.WriteFile(script, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	run := harness.Script(t, script, nil, "--log-output=file="+log, "--log-format=raw")
	said, err := os.ReadFile(log)
	if err != nil || run.Code != 0 || json.Unmarshal(said, &drawn) != nil {
		t.Fatalf("%v, exit code %d\n%s%s", err, run.Code, said, run.Describe())
	}
	return drawn
}

func TestAUserDrawsNumbersOfItsOwnAndTheSameInEveryRun(t *testing.T) {
	t.Parallel()
	a := draw(t)
	if !reflect.DeepEqual(a, draw(t)) {
		t.Error("another run with the same seed has other users")
	}
	if a.One[0] == a.Other[0] {
		t.Error("another seed gives the same first number")
	}
	if m := mean(a.One); len(a.One) != 10000 || math.Abs(m-0.5) >= 0.01 {
		t.Errorf("%d numbers with the mean %v", len(a.One), m)
	}
	for _, x := range append(a.One, a.Firsts...) {
		if x < 0 || x >= 1 {
			t.Fatalf("%v is not from 0 to below 1", x)
		}
	}
	different := map[float64]bool{}
	for _, x := range a.Firsts {
		different[x] = true
	}
	if m := mean(a.Firsts); len(different) != 1000 || math.Abs(m-0.5) >= 0.03 {
		t.Errorf("a thousand users begin with %d different numbers, of the mean %v", len(different), m)
	}
	if a.Firsts[0] != a.One[0] {
		t.Error("a user begins otherwise when others have drawn before it")
	}
}
