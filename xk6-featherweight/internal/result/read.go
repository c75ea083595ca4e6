package result

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/featherweight/xk6-featherweight/internal/slo"
)

// ErrSummary is the error of what is no summary.json of this version.
var ErrSummary = errors.New("it is not a summary of " + Schema)

// ReadSummary reads summary.json. The error is ErrSummary for what is none of the version that it knows.
func ReadSummary(text []byte) (Summary, error) {
	var s Summary
	if err := json.Unmarshal(text, &s); err != nil {
		return Summary{}, fmt.Errorf("%w: %w", ErrSummary, err)
	}
	if s.Schema != Schema {
		return Summary{}, fmt.Errorf("%w: its schema is %q", ErrSummary, s.Schema)
	}
	if !slices.Contains([]string{slo.PASS, slo.FAIL, slo.INVALID}, s.Verdict) {
		return Summary{}, fmt.Errorf("%w: its verdict is %q, and not PASS, FAIL or INVALID", ErrSummary, s.Verdict)
	}
	for _, at := range []*string{s.StartedAt, orNil(s.EndedAt)} {
		if _, _, err := Moment(at); err != nil {
			return Summary{}, fmt.Errorf("%w: %w", ErrSummary, err)
		}
	}
	return s, nil
}

// Moment is a time of a summary; false when there is none.
func Moment(text *string) (time.Time, bool, error) {
	if text == nil {
		return time.Time{}, false, nil
	}
	at, err := time.Parse(time.RFC3339, *text)
	return at, err == nil, err
}
