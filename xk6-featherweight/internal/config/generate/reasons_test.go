package main

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featherweight/xk6-featherweight/internal/reason"
)

func TestWhatStandsInsideIsReplacedWhereItsPlaceIsThereOnce(t *testing.T) {
	t.Parallel()
	where := regexp.MustCompile(`(one: )\w*( of them)`)
	got, err := inside("a one: old of them b", where, "new")
	require.NoError(t, err)
	assert.Equal(t, "a one: new of them b", got)
	for _, text := range []string{"", "one: a of them, one: b of them"} {
		_, err := inside(text, where, "new")
		require.ErrorContains(t, err, "must be there once", text)
	}
	_, err = reasonSections("{}")
	assert.Error(t, err)
}

func TestEveryReasonHasAMeaningOfItsOwn(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, row := range reason.Rows() {
		assert.Regexp(t, `^[a-z]+(_[a-z]+)*$`, row.Reason)
		assert.NotEmpty(t, row.Meaning)
		assert.False(t, seen[row.Meaning], row.Meaning)
		seen[row.Meaning] = true
		assert.Contains(t, reasonTable(), "\n| `"+string(row.Reason)+"` | ")
	}
	assert.Equal(t, len(reason.All())-1, strings.Count(joined(", "), ", "))
}
