package target

import (
	"encoding/json"
	"fmt"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Two seconds at 100 Hz, one at 50, and one at 100 with an answer: each stretch has its own truth, live and at the end.
func TestTheTruthIsToldPhaseByPhase(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, _, chat := startVirtual(t, DefaultConfig())
		start := time.Now()
		at := func(seconds float64) time.Time { return start.Add(time.Duration(seconds * float64(time.Second))) }
		time.Sleep(2 * time.Second)
		require.NoError(t, s.SetFaults(Faults{LoopHz: 50}))
		time.Sleep(time.Second)
		require.NoError(t, s.SetFaults(Faults{}))
		c := connectPipe(t, chat)
		c.ask("m1") // 20 tokens from 200 to 1150 ms
		assert.Equal(t, 20, c.answer("m1"))
		time.Sleep(350 * time.Millisecond) // to 4.5 s
		for _, want := range []struct {
			from, to float64 // asked for
			whole    [2]float64
			hz       float64
			turns    int64
			tokens   int64
		}{
			{0, 2, [2]float64{0, 2}, 100, 0, 0},
			{2, 3, [2]float64{2, 3}, 50, 0, 0},
			{2.1, 2.9, [2]float64{2, 3}, 50, 0, 0},
			{3, 4, [2]float64{3, 4}, 100, 0, 16}, // up to 950 ms after the question, and that at 4 s is not
			{3, 4.5, [2]float64{3, 4.5}, 100, 1, 20},
			{-5, 99, [2]float64{0, 4.5}, 400 / 4.5, 1, 20},
		} {
			got := s.Stretch(at(want.from), at(want.to))
			assert.Equal(t, [2]int64{at(want.whole[0]).UnixNano(), at(want.whole[1]).UnixNano()}, [2]int64{got.From, got.To}, "%+v", want)
			assert.InDelta(t, want.hz, got.Hz, 1.01, "%+v", want)
			assert.Equal(t, want.turns, got.TurnsCompleted, "%+v", want)
			assert.InDelta(t, want.tokens, got.Tokens, 1, "%+v", want)
		}
		require.NoError(t, c.ws.Close())
		truth := s.Stop(t.Context())
		require.Len(t, truth.Series, 6, "at 0, 1, 2, 3 and 4 s, and at the end")
		assert.Equal(t, truth.Counts, truth.Series[5].Counts)
		assert.Equal(t, int64(1), truth.Series[4].Open)
	})
}

func TestTheSeriesOfALongLifeIsBoundedAndCoversAllOfIt(t *testing.T) {
	t.Parallel()
	var s series
	const seconds = 5 * seriesLength
	for i := range seconds {
		s.add(Moment{At: int64(i), Counts: Counts{Tokens: int64(10 * i)}})
	}
	list := s.list(Moment{At: seconds, Counts: Counts{Tokens: 10 * seconds}})
	assert.LessOrEqual(t, len(list), seriesLength+1)
	assert.Zero(t, list[0].At)
	for i := 1; i < len(list); i++ {
		assert.LessOrEqual(t, list[i].At-list[i-1].At, int64(16))
	}
	got := stretch(list, 7000, 9000)
	assert.Equal(t, 10*(got.To-got.From), got.Tokens)
	assert.True(t, got.From <= 7000 && got.From > 6984 && got.To >= 9000 && got.To < 9016, got)
}

func TestAdminTellsTheTruthOfAStretch(t *testing.T) {
	t.Parallel()
	s := startReal(t, quick())
	c := connect(t, s)
	c.ask("m1")
	c.answer("m1")
	now := float64(time.Now().UnixNano()) / 1e9
	code, text := call(t, http.MethodGet, fmt.Sprintf("%s/truth?from=%f&to=%f", s.URLs().Admin, now-60, now), "")
	require.Equal(t, http.StatusOK, code)
	var got Stretch
	require.NoError(t, json.Unmarshal([]byte(text), &got))
	assert.Equal(t, int64(1), got.Connections)
	assert.Equal(t, int64(20), got.Tokens)
	code, text = call(t, http.MethodGet, s.URLs().Admin+"/truth?from=noon", "")
	assert.Equal(t, http.StatusBadRequest, code)
	assert.Contains(t, text, "from must be a time in seconds since 1970")
}
