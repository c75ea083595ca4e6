package format_test

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featherweight/xk6-featherweight/internal/format"
)

func TestTimesAreShownWithAboutThreeDigits(t *testing.T) {
	t.Parallel()
	for _, one := range []struct {
		ms   float64
		text string
	}{
		{0, "0ms"},
		{0.4236, "0.42ms"},
		{9.994, "9.99ms"},
		{9.996, "10ms"},
		{12.34, "12.3ms"},
		{99.96, "100ms"},
		{245, "245ms"},
		{999.4, "999ms"},
		{999.6, "1s"},
		{1234, "1.23s"},
		{9999, "10s"},
		{59949, "59.9s"},
		{59960, "1m0s"},
		{300000, "5m0s"},
		{460000, "7m40s"},
		{3661000, "1h1m1s"},
	} {
		assert.Equal(t, one.text, format.Time(one.ms), one.ms)
	}
}

func TestMoreDigitsAreMoreDigitsAtEverySize(t *testing.T) {
	t.Parallel()
	var shown []string
	for _, ms := range []float64{1.23456, 12.3456, 123.456, 1234.56, 12345.6, 61234.5} {
		shown = append(shown, format.TimeWith(ms, 1))
	}
	assert.Equal(t, []string{"1.235ms", "12.35ms", "123.5ms", "1.235s", "12.35s", "1m1.2s"}, shown)
}

func TestAValueBetweenTwoIsRoundedAwayFromZero(t *testing.T) {
	t.Parallel()
	for _, one := range []struct {
		value  float64
		digits int
		text   string
	}{
		{0.125, 2, "0.13"}, {2.5, 0, "3"}, {1.5, 0, "2"}, {0.5, 0, "1"}, {-2.5, 0, "-3"}, {1.005, 2, "1.00"}, // 1.005 is a little less
		{1.45, 1, "1.4"}, {8.345, 2, "8.35"}, {0, 2, "0.00"}, {math.Copysign(0, -1), 1, "0.0"}, {1e-9, 2, "0.00"},
	} {
		assert.Equal(t, one.text, format.Fixed(one.value, one.digits), one.value)
	}
}

func TestANumberIsTheShortestTextThatMeansIt(t *testing.T) {
	t.Parallel()
	for _, value := range []float64{0, 1, 0.01, 95, 1e6, 123456789, 0.1 + 0.2, 1e-6, 1e-7, 1.5e-10, 1e21, 2.5e22, -3} {
		want, err := json.Marshal(value) // which follows ECMAScript
		require.NoError(t, err)
		assert.Equal(t, string(want), format.Number(value))
	}
}

func TestAValueIsShownWithTheDigitsThatTellItFromItsLimitAndNoMore(t *testing.T) {
	t.Parallel()
	assert.Equal(t, "50.00%", format.Distinct(0.5, 0.01, format.PercentWith, 2))
	assert.Equal(t, "1.0001%", format.Distinct(0.010001, 0.01, format.PercentWith, 2))
	assert.Equal(t, "1.00%", format.Distinct(0.01, 0.01, format.PercentWith, 2))
}

func TestAValueInItsUnit(t *testing.T) {
	t.Parallel()
	assert.Equal(t, "1.50%", format.InUnit(format.Ratio, 0.015))
	assert.Equal(t, "95.00 Hz", format.InUnit(format.Hertz, 95))
	assert.Equal(t, "1.5s", format.InUnit(format.Milliseconds, 1500))
	assert.Equal(t, "3", format.InUnit(format.Plain, 3))
}

func TestLabelsHaveDotsUpToTheirWidthAndAtLeastOne(t *testing.T) {
	t.Parallel()
	assert.Equal(t, "ab...:", format.Dotted("ab", 5))
	assert.Equal(t, "abcdef.:", format.Dotted("abcdef", 5))
}

func TestTablesAlignTextToTheLeftAndNumbersToTheRight(t *testing.T) {
	t.Parallel()
	assert.Equal(t, []string{"a      1  10", "long  22   3"}, format.Table([][]string{{"a", "1", "10"}, {"long", "22", "3"}}, ""))
	assert.Equal(t, []string{"a   1  x", "b  22  yy"}, format.Table([][]string{{"a", "1", "x"}, {"b", "22", "yy"}}, "lrl"))
	assert.Empty(t, format.Table(nil, ""))
}

func TestOneThingAndSeveral(t *testing.T) {
	t.Parallel()
	assert.Equal(t, []string{"1 turn", "2 turns", "0 turns"}, []string{format.Count(1, "turn"), format.Count(2, "turn"), format.Count(0, "turn")})
}

func TestPaintIsForTerminalsOnly(t *testing.T) {
	t.Parallel()
	assert.Equal(t, "\x1b[31mno\x1b[0m", format.Painter(true)("no", format.Red))
	assert.Equal(t, "no", format.Painter(false)("no", format.Red))
}
