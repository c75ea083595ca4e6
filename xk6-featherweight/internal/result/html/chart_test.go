package html

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/featherweight/xk6-featherweight/internal/result"
	"github.com/featherweight/xk6-featherweight/internal/slo"
)

func TestAnAxisHasMarksThatPeopleReadEasily(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		from, to float64
		want     []float64
	}{
		{0, 1000, []float64{0, 500, 1000}},
		{0, 1030, []float64{0, 500, 1000, 1500}},
		{94, 98.4, []float64{94, 96, 98, 100}},
		{0, 0.004, []float64{0, 0.001, 0.002, 0.003, 0.004}},
		{0, 0, []float64{0, 0.5, 1}},
	} {
		got := valueAxis(c.from, c.to)
		assert.InDeltaSlice(t, c.want, got.ticks, 1e-9, "%v to %v", c.from, c.to)
		assert.LessOrEqual(t, got.from, c.from)
		assert.GreaterOrEqual(t, got.to, c.to)
	}
	assert.Equal(t, []float64{0, 60, 120, 180, 240, 300, 360}, timeAxis(400).ticks)
	assert.Equal(t, []float64{0, 10800, 21600, 32400, 43200, 54000, 64800, 75600, 86400}, timeAxis(86400).ticks)
	assert.LessOrEqual(t, len(timeAxis(30*86400).ticks), timeTicks+1)
	assert.Equal(t, []float64{0, 1}, timeAxis(0).ticks)
}

// drawn is a picture of ten seconds with values from 0 to 100, so that 100 units are a second and 2 units are 1.
func drawn(c chart) chart {
	c.zero, c.label = true, plain
	c.Limits = append(c.Limits, limitLine{value: 97})
	c.draw(axis{to: 10, ticks: []float64{0, 5, 10}}, []result.Phase{{Name: "ramp", From: 0, To: 4}, {Name: "steady", From: 4, To: 60}, {Name: "rampdown", From: 60, To: 70}}, 1)
	return c
}

func TestALineIsDrawnWithItsGaps(t *testing.T) {
	t.Parallel()
	c := drawn(chart{Layers: []layer{{Kind: line, points: []point{{0, 0}, {1, 50}, {2, math.NaN()}, {3, 97}}}}})
	assert.Equal(t, "M0 200L0 200L100 100M300 6L300 6", c.Layers[0].Path)
	assert.Equal(t, 3, c.Layers[0].Points)
	assert.True(t, c.Limits[0].Drawn)
	assert.InDelta(t, 6, c.Limits[0].Y, 1e-9)
	assert.Equal(t, []shade{{Name: "ramp", Width: 400, Share: 40}, {Name: "steady", X: 400, Width: 600, Left: 40, Share: 60, Odd: true}}, c.Phases, "what lies behind the end is not there")
}

func TestAStateHoldsUntilTheNext(t *testing.T) {
	t.Parallel()
	c := drawn(chart{Layers: []layer{{Kind: step, points: []point{{0, 0}, {4, 97}}}}})
	assert.Equal(t, "M0 200L0 200L400 200L400 6L500 6", c.Layers[0].Path)
}

func TestABandIsAnAreaForEachPiece(t *testing.T) {
	t.Parallel()
	gap := math.NaN()
	c := drawn(chart{Layers: []layer{{Kind: band, spans: []span{{0, 0, 50}, {1, 50, 97}, {2, gap, gap}, {3, 0, 50}}}}})
	assert.Equal(t, "M0 100L100 6L100 100L0 200M300 100L300 200", c.Layers[0].Path)
	assert.Equal(t, 3, c.Layers[0].Points)
}

func TestBarsStandOnTopOfEachOther(t *testing.T) {
	t.Parallel()
	c := drawn(chart{Layers: []layer{{Kind: bars, points: []point{{0, 50}}}, {Kind: bars, points: []point{{0, 47}, {9, 50}}}}})
	assert.Equal(t, "M0 200L0 100L100 100L100 200Z", c.Layers[0].Path)
	assert.Equal(t, "M0 100L0 6L100 6L100 100ZM900 200L900 100L1000 100L1000 200Z", c.Layers[1].Path)
}

func TestALimitFarAboveIsSaidAndNotDrawn(t *testing.T) {
	t.Parallel()
	c := drawn(chart{Layers: []layer{{Kind: line, points: []point{{0, 50}}}}, Limits: []limitLine{{value: 5000}}})
	assert.False(t, c.Limits[0].Drawn)
	assert.True(t, c.Limits[1].Drawn)
	assert.Equal(t, "100", c.Y[len(c.Y)-1].Label)
}

func TestNumbersAreForPeople(t *testing.T) {
	t.Parallel()
	for want, got := range map[string]string{
		"0.42\u00a0ms": duration(0.42), "9.9\u00a0ms": duration(9.9), "245\u00a0ms": duration(245.2), "2.1\u00a0s": duration(2100), "5m": duration(300_000), "1\u00a0s": duration(999.7),
		"1m30s": clock(90), "1d6h": clock(108_000), "0": clock(0), "12,345,678": count(12_345_678), "999": count(999), "-1,000": count(-1000), "1.25\u00a0%": percent(0.0125),
		"95.00\u00a0Hz": inUnit("Hz", 95), "p(95) ≤ 95\u00a0Hz": limitOf(slo.Judged{Row: slo.Row{Statistic: "p(95)", Relation: "<=", Unit: "Hz", Limit: 95}}),
	} {
		assert.Equal(t, want, got)
	}
}
