package fwhz

import (
	"slices"
	"sync"
	"time"

	"go.k6.io/k6/v2/lib"
	"go.k6.io/k6/v2/metrics"

	"github.com/featherweight/xk6-featherweight/internal/record"
)

// emission gathers the samples of one event and sends them together.
type emission struct {
	state   *lib.State
	root    *rootModule
	tags    metrics.TagsAndMeta
	now     time.Time
	samples *metrics.Samples
}

// scratch are the lists in which samples are gathered: k6 keeps what it is given, so that is a copy of the right size.
var scratch = sync.Pool{New: func() any { return &metrics.Samples{} }} //nolint:gochecknoglobals // as every pool

// emit begins an emission with the VU's tags and those of a sampler.
func (m *module) emit(state *lib.State, own map[string]string) *emission {
	return m.emitAs(state.Tags.GetCurrentValues(), state, own, "")
}

// emitAs begins one with other tags than the VU's; url is shown as k6/ws does, where the url tag is on.
func (m *module) emitAs(tags metrics.TagsAndMeta, state *lib.State, own map[string]string, url string) *emission {
	for name, value := range own {
		tags.SetTag(name, value)
	}
	if url != "" {
		tags.SetSystemTagOrMetaIfEnabled(state.Options.SystemTags, metrics.TagURL, url)
	}
	return &emission{state: state, root: m.root, tags: tags, now: time.Now(), samples: scratch.Get().(*metrics.Samples)} //nolint:forcetypeassert // nothing else is put in
}

// add adds a sample.
func (e *emission) add(metric *metrics.Metric, value float64) {
	e.addTo(metric, e.tags.Tags, value)
}

// addTagged adds a sample with one more tag.
func (e *emission) addTagged(metric *metrics.Metric, tag, tagValue string, value float64) {
	e.addTo(metric, e.tags.Tags.With(tag, tagValue), value)
}

// addTime adds a duration, in float milliseconds.
func (e *emission) addTime(metric *metrics.Metric, d time.Duration) {
	e.add(metric, metrics.D(d))
}

func (e *emission) addTo(metric *metrics.Metric, tags *metrics.TagSet, value float64) {
	*e.samples = append(*e.samples, metrics.Sample{
		TimeSeries: metrics.TimeSeries{Metric: metric, Tags: tags},
		Time:       e.now, Metadata: e.tags.Metadata, Value: value,
	})
}

// send hands the samples to k6. It does so also when the VU's context has ended: k6 reads the samples until the last
// VU is done, and what a turn was when the test cut it off is known only then.
func (e *emission) send() {
	if len(*e.samples) > 0 {
		e.record()
		e.state.Samples <- slices.Clone(*e.samples)
	}
	clear(*e.samples)
	*e.samples = (*e.samples)[:0]
	scratch.Put(e.samples)
	e.samples = nil // what is added to it from here on is a mistake, and not to be lost silently
}

// record puts the samples into the recording of the run, and shows them to its objectives.
func (e *emission) record() {
	phase, _ := e.tags.Tags.Get(tagPhase)
	var most [16]record.Sample // of nearly every event; it stays on the stack
	kept := most[:0]
	for _, sample := range *e.samples {
		reason, _ := sample.Tags.Get(tagReason)
		kept = append(kept, record.Sample{Name: sample.Metric.Name, Reason: reason, Value: sample.Value})
		e.root.show(sample.Metric.Name, sample.Tags, sample.Value)
	}
	e.root.recording.Add(e.now, phase, kept...)
}
