package slo

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
)

// Data is what k6 hands to handleSummary.
type Data struct {
	// Metrics are found by name and tags, as in error_rate{phase:steady}. k6 shows one with tags only if a threshold names it.
	Metrics map[string]Metric `json:"metrics"`
	State   State             `json:"state"`
	Options struct {
		NoColor bool `json:"noColor"`
	} `json:"options"`
	// SetupData is what setup() returned; see Setup.
	SetupData json.RawMessage `json:"setup_data"`
	// Flaws are why the runners that these are the sums of do not make a whole test; nil for a single one.
	Flaws []string `json:"-"`
	// Aborted says that somebody or something ended the run, which k6 does not hand over: however long it was, some of it is
	// missing, be it the last answers.
	Aborted bool `json:"-"`
}

// State is about the run as a whole.
type State struct {
	// TestRunDurationMs includes setup().
	TestRunDurationMs float64 `json:"testRunDurationMs"`
	IsStdOutTTY       bool    `json:"isStdOutTTY"`
}

// Metric is one with what its samples came to.
type Metric struct {
	Type     string `json:"type"`
	Contains string `json:"contains"`
	Values   Values `json:"values"`
	// Bounds are those of the statistics that are known only within some error, as of sums of runners.
	Bounds map[string]Bound `json:"-"`
	// Thresholds are found by their expression.
	Thresholds map[string]ThresholdResult `json:"thresholds"`
}

// ThresholdResult is what became of a threshold.
type ThresholdResult = struct {
	OK bool `json:"ok"`
}

// Bound is where a statistic is: not below Low and not above High.
type Bound struct{ Low, High float64 }

// Values are the statistics of a metric. One that is no number (JSON has null for it) is not there.
type Values map[string]float64

// UnmarshalJSON leaves out what is null.
func (v *Values) UnmarshalJSON(text []byte) error {
	var all map[string]*float64
	if err := json.Unmarshal(text, &all); err != nil {
		return err
	}
	*v = make(Values, len(all))
	for name, value := range all {
		if value != nil {
			(*v)[name] = *value
		}
	}
	return nil
}

// Setup is what setup() hands on.
type Setup struct {
	// Started is when the load began, as ISO 8601.
	Started string `json:"started"`
	// SetupTime is how many ms setup() took; k6 counts it as part of the run.
	SetupTime float64 `json:"setupTime"`
	// Source is where the loop's frequency comes from: counter, gauge, health, stream.
	Source string `json:"source"`
}

// errOtherSummary is what --new-machine-readable-summary leads to.
var errOtherSummary = errors.New(
	"this script needs the summary data of k6 as it is by default: leave out --new-machine-readable-summary")

// ParseData reads the JSON of what k6 hands to handleSummary.
func ParseData(text []byte) (Data, error) {
	var whole struct {
		Metrics, State json.RawMessage
	}
	if err := json.Unmarshal(text, &whole); err != nil {
		return Data{}, fmt.Errorf("the summary data of k6 cannot be read: %w", err)
	}
	if absent(whole.Metrics) || absent(whole.State) {
		return Data{}, errOtherSummary
	}
	var data Data
	if err := json.Unmarshal(text, &data); err != nil {
		return Data{}, fmt.Errorf("the summary data of k6 cannot be read: %w", err)
	}
	return data, nil
}

func absent(text json.RawMessage) bool { return len(text) == 0 || string(text) == "null" }

// Setup is what setup() returned; false when it did not run, as with --no-setup, or did not come to its end.
func (d Data) Setup() (Setup, bool) {
	var setup Setup
	if absent(d.SetupData) {
		return setup, false
	}
	if err := json.Unmarshal(d.SetupData, &setup); err != nil {
		return Setup{}, true // of another script: it ran
	}
	return setup, true
}

// Stat is one statistic of a metric; false when the metric has no sample. k6 itself would say 0.
func (d Data) Stat(metric, statistic string) (float64, bool) {
	if d.Samples(metric) == 0 {
		return 0, false
	}
	value, ok := d.Metrics[metric].Values[statistic]
	return value, ok
}

// Samples is how many a Trend or a Rate has; for a Counter its sum. A Gauge does not tell: 1 if it was ever other than 0.
func (d Data) Samples(metric string) float64 {
	values := d.Metrics[metric].Values
	if passes, ok := values["passes"]; ok {
		return passes + values["fails"]
	}
	if count, ok := values["count"]; ok {
		return count
	}
	if values["min"] != 0 || values["max"] != 0 {
		return 1
	}
	return 0
}

// Sum is that of a Counter; 0 when it was never added to.
func (d Data) Sum(metric string) float64 { return d.Metrics[metric].Values["count"] }

// Value is the last one of a Gauge; 0 when it was never set.
func (d Data) Value(metric string) float64 { return d.Metrics[metric].Values["value"] }

// Crossed are the thresholds that k6 found crossed, as "metric: expression", sorted.
func (d Data) Crossed() []string {
	var crossed []string
	for name, metric := range d.Metrics {
		for expression, threshold := range metric.Thresholds {
			if !threshold.OK {
				crossed = append(crossed, name+": "+expression)
			}
		}
	}
	slices.Sort(crossed)
	return crossed
}

// pagePeriod is that of a page which is a copy.
const pagePeriod = "loop_page_period"

// PagePeriod is how often the metrics page is renewed, in ms; 0 for a live one.
func (d Data) PagePeriod() float64 { return d.Metrics[pagePeriod].Values["max"] }

// unseen is the longest time in which nothing was seen of the loop, in ms.
func (d Data) unseen() float64 { return d.Metrics["loop_longest_unseen"].Values["max"] }

// Failure is how many turns failed for a reason.
type Failure struct {
	Reason string
	Count  float64
}

// Failures are the reasons of those that failed, the most frequent first.
func (d Data) Failures() []Failure {
	var all []Failure
	for _, reason := range Reasons() {
		if count := d.Sum(failuresOf(reason)); count > 0 {
			all = append(all, Failure{reason, count})
		}
	}
	slices.SortStableFunc(all, func(a, b Failure) int {
		switch {
		case a.Count > b.Count:
			return -1
		case a.Count < b.Count:
			return 1
		default:
			return 0
		}
	})
	return all
}
