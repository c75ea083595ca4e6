package scrape

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// FuzzParseExposition holds what any bytes must hold: no panic, and what is found is a number that can be counted with.
func FuzzParseExposition(f *testing.F) {
	mistakes, err := filepath.Glob("testdata/mistakes/*")
	require.NoError(f, err)
	for _, path := range append(mistakes, "testdata/openmetrics.txt") {
		body, err := os.ReadFile(path)
		require.NoError(f, err)
		f.Add(body, true)
		f.Add(body, false)
	}
	for _, line := range []string{
		"a 1.23457e+06", "a 9007199254740993", "{\"a.b\",c=\"d\"}7 1700000000123", "a{b=\"c\"}\t-0 1.7e9 # {x=\"y\"} 1", "a 0x1p3", "a 1_000", "a -Inf", "a 1e999",
	} {
		f.Add([]byte(line+"\n"), false)
		f.Add([]byte(line+"\n# EOF\n"), true)
	}
	f.Add([]byte("a 1\n{} 2\n{b=\"c\"} 3\n{\"a\",b=\"c\"} 4\n"), false)
	f.Fuzz(func(t *testing.T, body []byte, openMetrics bool) {
		page, err := newExposition(body, openMetrics, false)
		if err != nil {
			return
		}
		var digits precision
		names, err := page.look()
		for _, name := range names {
			found, findErr := page.find(Selector{Name: name})
			if findErr == nil && found.value-found.value != 0 {
				t.Errorf("%q is %v", name, found.value)
			}
			// Prometheus' parser puts {A"0"} together to A0, which is on no page that anything writes.
			if errors.Is(findErr, errNoSeries) && err == nil && strings.Contains(string(body), escaped(name)) {
				t.Errorf("%q is there and is not found", name)
			}
			if hidden := digits.resolution(found.printed, found.value); findErr == nil && !(hidden >= 0) {
				t.Errorf("%q hides %v", found.printed, hidden)
			}
		}
		_ = hint(names, "turns_total")
	})
}

// FuzzOpenMetricsSample builds a sample line as OpenMetrics has it, whatever its label values are, and reads it back.
func FuzzOpenMetricsSample(f *testing.F) {
	f.Add("x", "y", 1.5, true, true)
	f.Add(`} 1 2 # {`, `a "b" \`, -1e300, true, false)
	f.Add("", "line\nend", 0.0, false, true)
	f.Fuzz(func(t *testing.T, a, b string, value float64, stamped, exemplar bool) {
		a, b = strings.ToValidUTF8(a, ""), strings.ToValidUTF8(b, "")
		if value-value != 0 {
			t.Skip("NaN and infinities are errors of their own")
		}
		escape := strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`)
		series := fmt.Sprintf(`turns_total{a="%s",b="%s"}`, escape.Replace(a), escape.Replace(b))
		wanted := series + " " + strconv.FormatFloat(value, 'g', -1, 64)
		line := wanted
		if stamped {
			line += " 1700000000.123"
		}
		if exemplar {
			line += fmt.Sprintf(` # {id="%s"} 1 1700000000`, escape.Replace(b))
		}
		if got := string(nameAndValue([]byte(line))); got != wanted {
			t.Errorf("cut %q out of %q", got, line)
		}
		page, err := newExposition([]byte("# TYPE turns counter\n"+line+"\n# EOF\n"), true, false)
		require.NoError(t, err)
		got, err := page.find(Selector{Name: "turns_total"})
		require.NoError(t, err)
		if got.value != value {
			t.Errorf("%v was read as %v", value, got.value)
		}
	})
}

// FuzzParseSelector holds that what is accepted is written back as it was meant.
func FuzzParseSelector(f *testing.F) {
	for _, text := range []string{`a`, `a{b="c"}`, `a{b="\"\\\n"}`, `a 1`, "a\nb", "a{b=\"\x01\"}"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		first, err := ParseSelector(text)
		if err != nil {
			return
		}
		again, err := ParseSelector(first.String())
		require.NoError(t, err, "its own writing: %s", first)
		require.Equal(t, first, again)
	})
}
