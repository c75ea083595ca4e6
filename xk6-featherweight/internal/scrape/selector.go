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
	notOne := fmt.Errorf("%q names no series; allowed: name or name{label=\"value\"}, or {\"any name\",label=\"value\"}", clip(text))
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

// spellings are the names under which a counter may stand, best first. OpenMetrics puts _total behind the name of every
// counter, so that the same program shows name_total to one reader and name to another; and what is not asked for names
// of UTF-8 is given other letters as underscores.
func (s Selector) spellings() (names []string) {
	for _, name := range []string{s.Name, model.EscapeName(s.Name, model.UnderscoreEscaping)} {
		names = append(names, name)
		if !strings.HasSuffix(name, "_total") {
			names = append(names, name+"_total")
		}
	}
	return slices.Compact(names)
}

// spelled is the same series under another name.
func (s Selector) spelled(name string) Selector { return Selector{Name: name, Labels: s.Labels} }

// plain tells whether a name needs no quotes.
func (s Selector) plain() bool { return model.LegacyValidation.IsValidMetricName(s.Name) }

// escaped writes a text as it stands between quotes; Go's %q knows more escapes than Prometheus.
func escaped(text string) string { return escapes.Replace(text) }

var escapes = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`) //nolint:gochecknoglobals // built once: every reading asks

// String writes the selector as ParseSelector reads it.
func (s Selector) String() string {
	quoted := func(text string) string { return `"` + escaped(text) + `"` }
	name, parts := s.Name, make([]string, 0, len(s.Labels)+1)
	if !s.plain() {
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
	if metric[model.MetricNameLabel] != model.LabelValue(s.Name) {
		return false
	}
	for name, want := range s.Labels {
		if metric[name] != want {
			return false
		}
	}
	return true
}
