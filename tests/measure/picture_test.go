package measure

import (
	"encoding/xml"
	"errors"
	"io"
	"math"
	"strings"
	"testing"
)

func TestAPictureHasEveryPointWhereItBelongs(t *testing.T) {
	t.Parallel()
	p := Panel{Title: "CPU <ms>", X: []float64{100, 1000, 10000}, Lines: []Line{{"ours", []float64{50, 25, math.NaN()}}, {"stock", []float64{100, 100, 100}}}}
	text := SVG("what it shows", []Panel{p, p})
	for decoder := xml.NewDecoder(strings.NewReader(text)); ; {
		if _, err := decoder.Token(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatalf("%v:\n%s", err, text)
		}
	}
	// The plot is from 60 to 274 and from 160 (0) to 30 (100).
	for _, want := range []string{
		`<title>what it shows</title>`, `CPU &lt;ms&gt;`,
		`<path d="M60 95L167 127.5"/>`, `<path d="M60 30L167 30L274 30"/>`,
		`text-anchor="middle">10000</text>`, `text-anchor="end">100</text>`,
	} {
		if got := strings.Count(text, want); got < 1 {
			t.Errorf("no %s in\n%s", want, text)
		}
	}
	if got := strings.Count(text, "<circle"); got != 2*5 {
		t.Errorf("%d points", got)
	}
}

func TestAScaleHasFewRoundSteps(t *testing.T) {
	t.Parallel()
	for most, want := range map[float64][2]float64{100: {20, 100}, 7: {2, 8}, 0.42: {0.1, 0.5}, 0: {1, 1}, 1043: {500, 1500}} {
		p := Panel{Lines: []Line{{Y: []float64{most, math.NaN()}}}}
		if step, top := p.scale(); math.Abs(step-want[0]) > 1e-9 || math.Abs(top-want[1]) > 1e-9 {
			t.Errorf("%v: %v, %v, not %v", most, step, top, want)
		}
	}
}
