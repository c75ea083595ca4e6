package scrape

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"strings"
	"time"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
)

// exposition is one parsed answer of a metrics endpoint. Every series stands under its own name, those of a histogram
// (name_count) too.
type exposition map[string]*dto.MetricFamily

// parseExposition reads classic Prometheus text, or OpenMetrics text when openMetrics is set. Unless the body is known to
// be whole, it must end as its format ends: half a number is a number too.
func parseExposition(body []byte, openMetrics, whole bool) (exposition, error) {
	if !whole && openMetrics && !endsInEOF(body) {
		return nil, errors.New("OpenMetrics text without its # EOF: the answer was cut off")
	}
	if n := len(body); !whole && !openMetrics && n > 0 && body[n-1] != '\n' {
		return nil, errors.New("the last line does not end: the answer was cut off")
	}
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(bytes.NewReader(samplesOnly(body, openMetrics)))
	return families, err
}

// errNoSeries: the exposition has nothing that the selector names.
var errNoSeries = errors.New("no such series")

// find returns the value of the one series that the selector names.
func (e exposition) find(sel Selector) (float64, error) {
	value, _, err := e.sample(sel)
	return value, err
}

// sample returns value and explicit time stamp of the one series that the selector names; the zero time when the page
// gives none. Exporters write 0 for none, too.
func (e exposition) sample(sel Selector) (value float64, stamp time.Time, err error) {
	family, ok := e[sel.Name]
	if !ok {
		return 0, stamp, errNoSeries
	}
	samples, err := expfmt.ExtractSamples(&expfmt.DecodeOptions{}, family)
	if err != nil {
		return 0, stamp, failed(CodeMalformed, "%s: %v", sel.Name, err)
	}
	var found []*model.Sample
	for _, sample := range samples {
		if sel.matches(sample.Metric) {
			found = append(found, sample)
		}
	}
	switch {
	case len(found) == 0:
		return 0, stamp, errNoSeries
	case len(found) > 1:
		return 0, stamp, failed(CodeAmbiguous, "%d series match %s, such as %s and %s: choose one by its labels, name{label=\"value\"}",
			len(found), sel, clip(found[0].Metric.String()), clip(found[1].Metric.String()))
	}
	value = float64(found[0].Value)
	if math.IsNaN(value) || math.IsInf(value, 0) {
		return 0, stamp, failed(CodeNotANumber, "%s is %v: no frequency can be made of that", sel, value)
	}
	if at := found[0].Timestamp; at > 0 {
		stamp = at.Time()
	}
	return value, stamp, nil
}

// hint lists metrics whose names look like a loop's, for the message that says that the wanted one is missing.
func (e exposition) hint() string {
	var near []string
	for name := range e {
		if strings.Contains(name, "loop") || strings.Contains(name, "hz") || strings.Contains(name, "tick") {
			near = append(near, name)
		}
	}
	if len(near) == 0 {
		return fmt.Sprintf("none of its %d metrics has loop, hz or tick in its name", len(e))
	}
	const most = 5
	return "it has " + strings.Join(sortedFirst(near, most), ", ")
}
