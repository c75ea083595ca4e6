package remote

import (
	"bytes"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestARunIsStartedOnceWhereverTheConnectionIsCut(t *testing.T) {
	t.Parallel()
	answer := len(mark) + 1 + len(Started) + len("x-2\n") + len("health: fine\n")
	for _, cut := range []int64{0, 1, int64(len(mark)), int64(len(mark)) + 1, int64(len(mark)) + 3, int64(len(mark)) + 7, int64(len(mark)) + 9, int64(answer)} {
		o := newOther(t, "")
		o.next(lost("Connection refused\n"), mishap{After: cut, Code: 255, Say: "cut\n"})
		var out bytes.Buffer
		told := 0
		id, err := o.Start(t.Context(), Request{Verb: Start, ID: "x", Token: "secret"}, &out, nil, quick(), func(error) { told++ })
		require.NoError(t, err, "cut at %d", cut)
		assert.Equal(t, "x-2", id, "the id is the one there")
		text, err := os.ReadFile(o.path("started"))
		require.NoError(t, err)
		assert.Equal(t, "secret", string(text))
		assert.NotZero(t, told)
		assert.Zero(t, o.left())
	}
}

func TestWhyARunWasNotStartedIsSaidThere(t *testing.T) {
	t.Parallel()
	o := newOther(t, "")
	var out, errs bytes.Buffer
	id, err := o.Start(t.Context(), Request{Verb: Start, ID: "x", Type: "sick"}, &out, &errs, quick(), func(error) { t.Error("nothing was lost") })
	f := (*CallError)(nil)
	require.ErrorAs(t, err, &f)
	assert.Equal(t, 99, f.Code)
	assert.Equal(t, "x-2", id)
	assert.Equal(t, "health: fine\n", out.String())
	assert.Equal(t, "not started: it is down\n", errs.String())
}

func TestAnAnswerWithoutAnIdIsNoStart(t *testing.T) {
	t.Parallel()
	o := newOther(t, "")
	_, err := o.Start(t.Context(), Request{Verb: Tell}, &bytes.Buffer{}, nil, quick(), func(error) {})
	require.EqualError(t, err, "the suite on far did not say which run it started")
}
