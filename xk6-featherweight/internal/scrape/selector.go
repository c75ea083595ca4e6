package scrape

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
)

// Selector names one series: a metric and, where several instances expose it, the labels that pick one.
type Selector struct {
	Name   string
	Labels model.LabelSet
}

// ParseSelector reads name or name{label="value",...}, or {"any name",label="value",...} for a name that needs quotes, as
// Prometheus writes it. Only equality is known.
func ParseSelector(text string) (Selector, error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return Selector{}, fmt.Errorf("a metric name is missing; allowed: name or name{label=\"value\"}")
	}
	// The grammar of a selector is that of a sample without its value, so the sample's parser reads it.
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(strings.NewReader(text + " 0\n"))
	notOne := fmt.Errorf("%q names no series; allowed: name or name{label=\"value\"}, or {\"any name\",label=\"value\"}", text)
	if err != nil || len(families) != 1 || strings.ContainsAny(text, "\r\n") {
		return Selector{}, notOne
	}
	for name, family := range families {
		if family.GetMetric()[0].TimestampMs != nil { // "name 5": the sample had a value of its own
			return Selector{}, notOne
		}
		labels := model.LabelSet{}
		for _, pair := range family.GetMetric()[0].GetLabel() {
			labels[model.LabelName(pair.GetName())] = model.LabelValue(pair.GetValue())
		}
		return Selector{Name: name, Labels: labels}, nil
	}
	panic("unreachable: one family was there")
}

// String writes the selector as ParseSelector reads it.
func (s Selector) String() string {
	escape := strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`) // Go's %q knows more escapes than Prometheus
	quoted := func(text string) string { return `"` + escape.Replace(text) + `"` }
	name, parts := s.Name, make([]string, 0, len(s.Labels)+1)
	if !model.LegacyValidation.IsValidMetricName(name) {
		name, parts = "", append(parts, quoted(name))
	}
	for _, label := range slices.Sorted(maps.Keys(s.Labels)) {
		word := string(label)
		if !model.LegacyValidation.IsValidLabelName(word) {
			word = quoted(word)
		}
		parts = append(parts, word+"="+quoted(string(s.Labels[label])))
	}
	if len(parts) == 0 {
		return name
	}
	return name + "{" + strings.Join(parts, ",") + "}"
}

// matches reports whether a sample of the metric is the selected one; labels that the selector does not name do not
// matter.
func (s Selector) matches(metric model.Metric) bool {
	for name, want := range s.Labels {
		if metric[name] != want {
			return false
		}
	}
	return true
}
