package harness

import (
	"bufio"
	"encoding/json"
	"os"
	"testing"
)

// Point is a line of k6's --out json=FILE: a metric, or a sample of one.
type Point struct {
	Type, Metric string
	Data         struct {
		Type       string
		Value      float64
		Tags       map[string]string
		Submetrics []struct{ Tags map[string]string }
	}
}

// EachPoint hands on every line of such a file. A line that is none fails the test.
func EachPoint(tb testing.TB, file string, each func(Point)) {
	tb.Helper()
	text, err := os.Open(file)
	if err != nil {
		tb.Fatal(err)
	}
	defer func() { _ = text.Close() }()
	lines := bufio.NewScanner(text)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var point Point
		if err := json.Unmarshal(lines.Bytes(), &point); err != nil {
			tb.Fatalf("%s: %v: %.200q", file, err, lines.Text())
		}
		each(point)
	}
	if err := lines.Err(); err != nil {
		tb.Fatalf("%s: %v", file, err)
	}
}
