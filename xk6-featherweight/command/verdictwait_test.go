package command

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featherweight/xk6-featherweight/internal/runners"
)

// A waiting verdict looks until every part has come to its end, and reads each recording once, then.
func TestAVerdictLooksUntilTheTestIsWholeAndReadsRecordingsOnce(t *testing.T) {
	t.Parallel()
	looks, fetches := 0, 0
	look := func(context.Context) ([]left, error) {
		looks++
		var all []left
		for i, part := range []string{"0:1/2", "1/2:1"} {
			one := left{Runner: runners.Runner{Name: part, Account: runners.Account{Part: part}}, fetch: func(context.Context, *runners.Runner) error {
				fetches++
				return nil
			}}
			if i == 0 || looks > 1 { // the second ends between the first look and the next
				one.Account.End = &runners.End{}
			}
			all = append(all, one)
		}
		return all, nil
	}
	all, err := awaitRunners(t.Context(), look, time.Minute)
	require.NoError(t, err)
	assert.Equal(t, []int{2, 2}, []int{looks, fetches})
	assert.True(t, runners.Ended(all))

	looks, fetches = 0, 0
	all, err = awaitRunners(t.Context(), look, 0)
	require.NoError(t, err)
	assert.Equal(t, []int{1, 1}, []int{looks, fetches}, "nobody waits: what is there is judged")
	assert.False(t, runners.Ended(all))
}
