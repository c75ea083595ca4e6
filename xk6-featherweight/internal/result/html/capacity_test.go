package html

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featherweight/xk6-featherweight/internal/capacity"
	"github.com/featherweight/xk6-featherweight/internal/result"
	"github.com/featherweight/xk6-featherweight/internal/slo"
)

// searched is a search that found 40 users.
func searched() result.Capacity {
	c := result.Capacity{Unit: "users", StartedAt: "2026-01-02T03:04:05.000Z", EndedAt: "2026-01-02T03:14:05.000Z", Seconds: 600, PromisedSeconds: 900}
	limits := []slo.Judged{
		{Row: slo.Row{Name: "loop frequency", Metric: "loop_hz{phase:steady}", Statistic: "avg", Relation: slo.More, Limit: 95, Unit: "Hz"}},
		{Row: slo.Row{Name: "response time", Metric: "message_response_time{phase:steady}", Statistic: "p(90)", Relation: slo.Less, Limit: 2000, Unit: "ms"}},
	}
	for _, one := range []struct{ load, hz, p90 float64 }{{20, 100, 1000}, {80, 50, 4000}, {40, 99, 1100}, {41, 52, 2100}, {40, 97, 1300}} {
		step := result.CapacityStep{Step: capacity.Step{Load: one.load, Outcome: capacity.Held}, Run: "20260102T030405Z-capacity-step", SLOs: limits}
		step.LoopHz, step.ResponseP90 = &result.LoopHz{Avg: one.hz, Low: one.hz - 1, High: one.hz + 1}, &one.p90
		if one.hz < 95 {
			step.Outcome, step.First = capacity.GaveWay, "loop frequency <&>"
		}
		c.Steps = append(c.Steps, step)
	}
	c.Answer = capacity.Answer{Low: 40, High: new(41.0), First: "loop frequency <&>", Sure: true}
	return c
}

func TestASearchTellsItsTimesAsARunDoes(t *testing.T) {
	t.Parallel()
	assert.Equal(t, []fact{{"Started", "2026-01-02 03:04:05 UTC"}, {"Ended", "2026-01-02 03:14:05 UTC"}}, capacityView(searched()).Facts[:2])
}

func TestThePicturesAreOverTheLoadAndShadeWhatWasHeld(t *testing.T) {
	t.Parallel()
	charts := overLoad(searched())
	require.Len(t, charts, 2, "no connection time was measured")
	loop := charts[0]
	assert.Equal(t, []string{"0", "20", "40", "60", "80"}, labels(loop.X), "users, not times")
	assert.Equal(t, []point{{20, 100}, {40, 98}, {41, 52}, {80, 50}}, loop.Layers[1].points, "in their order, and the mean of what was tried twice")
	assert.Equal(t, []span{{20, 99, 101}, {40, 97, 99}, {41, 51, 53}, {80, 49, 51}}, loop.Layers[0].spans)
	assert.Equal(t, []shade{
		{Name: "held", Width: 500, Share: 50},
		{Name: "gave way", X: 512.5, Width: 487.5, Left: 51.2, Share: 48.8, Odd: true},
	}, loop.Phases)
	require.Len(t, loop.Limits, 1)
	assert.True(t, loop.Limits[0].Drawn)
	assert.Equal(t, []point{{20, 1000}, {40, 1200}, {41, 2100}, {80, 4000}}, charts[1].Layers[0].points)
}

func labels(ticks []tick) (out []string) {
	for _, one := range ticks {
		out = append(out, one.Label)
	}
	return out
}

func TestThePageOfASearchSaysTheAnswerAndListsEveryRun(t *testing.T) {
	t.Parallel()
	page, err := RenderCapacity(searched())
	require.NoError(t, err)
	text := string(page)
	assert.Contains(t, text, "from 40 to 41 users: 40 were held, with 41 it was loop frequency &lt;&amp;&gt; that gave way first")
	assert.Equal(t, 5, strings.Count(text, `<a href="../20260102T030405Z-capacity-step/report.html">`))
	assert.Contains(t, text, `<header class="pass">`)
	open := searched()
	open.Answer.Sure = false
	page, err = RenderCapacity(open)
	require.NoError(t, err)
	assert.Contains(t, string(page), `<header class="invalid">`, "an answer that was not reached is no success")
	_, err = RenderCapacity(result.Capacity{Unit: "users"})
	require.NoError(t, err, "nothing was tried")
}
