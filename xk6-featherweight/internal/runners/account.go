package runners

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/featherweight/xk6-featherweight/internal/load"
	"github.com/featherweight/xk6-featherweight/internal/record"
	"github.com/featherweight/xk6-featherweight/internal/result"
	"github.com/featherweight/xk6-featherweight/internal/slo"
)

// Schema is the version of runner.json.
const Schema = "featherweight-slo/runner/v1"

// ErrForeign is the error of what is no runner.json of this version.
var ErrForeign = errors.New("it is no account of " + Schema)

// Account is runner.json: which part of which test a runner was, and at its end what it counted. It is first written when the
// load begins, so that of a runner that was killed it is known that it was there.
type Account struct {
	Schema string `json:"schema"`
	// Test is the tag testid, or testrun_name, which k6-operator sets; empty without either.
	Test   string `json:"test"`
	Script string `json:"script"`
	// Part is the execution segment, Parts the sequence that it is one of.
	Part  string   `json:"part"`
	Parts []string `json:"parts"`
	// Observes: this runner observes the loop.
	Observes bool `json:"observes"`
	// Started is when the load began; zero when it did not.
	Started time.Time `json:"started"`
	// Plan and Shape are those of the whole test, Config what was set, secrets hidden.
	Plan     slo.Plan              `json:"plan"`
	Shape    load.Shape            `json:"shape"`
	Config   result.Object[any]    `json:"config"`
	Versions result.Object[string] `json:"versions"`
	// End is nil until there is one.
	End *End `json:"end"`
}

// End is what a runner counted to its end.
type End struct {
	At time.Time `json:"at"`
	// Ran is for how long, in ms, setup() left out; Complete that this was to the planned end.
	Ran      float64 `json:"ran"`
	Complete bool    `json:"complete"`
	// Verdict is the one over this part.
	Verdict string `json:"verdict"`
	Source  string `json:"source"`
	// Metrics are those of k6 at the end.
	Metrics  map[string]slo.Metric `json:"metrics"`
	Tails    []slo.Tail            `json:"tails"`
	Attempts record.Attempts       `json:"attempts"`
}

// JSON is the text of runner.json.
func (a Account) JSON() ([]byte, error) {
	a.Schema = Schema
	return json.Marshal(a)
}

// Read reads runner.json. The error is ErrForeign for what is none.
func Read(text []byte) (Account, error) {
	var a Account
	if err := json.Unmarshal(text, &a); err != nil {
		return Account{}, fmt.Errorf("%w: %w", ErrForeign, err)
	}
	if a.Schema != Schema {
		return Account{}, fmt.Errorf("%w: its schema is %q", ErrForeign, a.Schema)
	}
	if _, err := parseSegment(a.Part); err != nil {
		return Account{}, fmt.Errorf("%w: %w", ErrForeign, err)
	}
	if err := a.Plan.Check(); err != nil {
		return Account{}, fmt.Errorf("%w: it is of another version: %w", ErrForeign, err)
	}
	if a.End != nil {
		if err := a.End.Attempts.Check(); err != nil {
			return Account{}, fmt.Errorf("%w: %w", ErrForeign, err)
		}
	}
	return a, nil
}
