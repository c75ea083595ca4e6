package fwhz

import (
	"fmt"
	"net/http"
	"time"

	"github.com/grafana/sobek"
	"go.k6.io/k6/v2/js/common"
	"go.k6.io/k6/v2/lib"

	"github.com/featherweight/xk6-featherweight/internal/arrival"
	"github.com/featherweight/xk6-featherweight/internal/pulse"
	"github.com/featherweight/xk6-featherweight/internal/sampler"
	"github.com/featherweight/xk6-featherweight/internal/scrape"
)

const (
	leastInterval = 10 * time.Millisecond
	leastSize     = 1024 // bytes of a page
)

// hzSampler is the class HzSampler.
type hzSampler struct {
	module           *module
	config           scrape.Config
	stream           pulse.Config // beside what is in config, for a source that is a stream
	interval, window time.Duration
	tags             map[string]string
	sampler          *sampler.Sampler // made at the first use: only then the VU has a network
	open             *pulse.Reader    // of a stream, with its connection
	sleeps           int64            // of this machine that were counted when one was last seen here
}

func (m *module) newHzSampler(call sobek.ConstructorCall) *sobek.Object {
	rt := m.vu.Runtime()
	s, err := m.parseHzSampler(readOptions(rt, "new HzSampler", call.Argument(0)))
	if err != nil {
		common.Throw(rt, err)
	}
	setAll(call.This, map[string]any{"next": s.next, "probe": s.probe})
	return nil
}

func (m *module) parseHzSampler(o *options) (*hzSampler, error) {
	s := &hzSampler{module: m}
	url := o.text("url", "")
	source := o.choice("source", string(scrape.SourceAuto), string(scrape.SourceCounter), string(scrape.SourceGauge),
		string(scrape.SourceHealth), string(scrape.SourceStream))
	s.config = scrape.Config{
		URL:     url,
		Timeout: o.duration("timeout", scrape.DefaultTimeout, leastInterval),
		Header:  http.Header{},
		Names:   suiteNames(),
	}
	s.interval = o.duration("interval", sampler.DefaultInterval, leastInterval)
	s.window = o.duration("window", max(sampler.DefaultWindow, s.interval), s.interval)
	s.config.BodyLimit = int64(o.whole("maxSize", scrape.DefaultBodyLimit, leastSize))
	counter := o.text("counter", scrape.DefaultCounter)
	gauge := o.text("gauge", scrape.DefaultGauge)
	s.stream = pulse.Config{Type: o.text("streamType", pulse.DefaultType), Field: o.text("streamField", pulse.DefaultField)}
	for name, value := range o.pairs("headers") {
		s.config.Header.Set(name, value)
	}
	s.tags = o.pairs("tags")
	if err := o.done(); err != nil {
		return nil, err
	}
	if !sampler.Fit(s.interval, s.window) {
		return nil, fmt.Errorf("new HzSampler: option window: %q is not allowed: a multiple of interval, which is %s", s.window, s.interval)
	}
	var err error
	if s.config.Source, err = scrape.ParseSource(source, s.config.URL); err != nil {
		return nil, fmt.Errorf("new HzSampler: option %w", err)
	}
	if s.config.Counter, err = scrape.ParseSelector(counter); err != nil {
		return nil, fmt.Errorf("new HzSampler: option counter: %w", err)
	}
	if s.config.Gauge, err = scrape.ParseSelector(gauge); err != nil {
		return nil, fmt.Errorf("new HzSampler: option gauge: %w", err)
	}
	if s.config.Source == scrape.SourceStream {
		_, err = pulse.New(s.pulses())
	} else {
		_, err = scrape.New(s.config)
	}
	if err != nil {
		return nil, fmt.Errorf("new HzSampler: option %w", err)
	}
	return s, nil
}

// pulses is the configuration of a stream, without a network.
func (s *hzSampler) pulses() pulse.Config {
	c := s.stream
	c.URL, c.Timeout, c.BodyLimit, c.Header, c.Names = s.config.URL, s.config.Timeout, s.config.BodyLimit, s.config.Header, s.config.Names
	return c
}

// transport connects through the VU's own dialer and TLS configuration. Compression is off: it would cost the CPU of
// the loop that is measured.
func transport(state *lib.State) *http.Transport {
	t := &http.Transport{DialContext: arrival.Watching(dialerOf(state)), DisableCompression: true, MaxIdleConnsPerHost: 1}
	if state.TLSConfig != nil {
		t.TLSClientConfig = state.TLSConfig.Clone()
		t.TLSClientConfig.NextProtos = []string{"http/1.1"} // k6/http leaves HTTP/2 in it, which this transport does not speak
	}
	return t
}

func (s *hzSampler) scraper(state *lib.State, transport *http.Transport) *scrape.Scraper {
	config := s.config
	config.Header = withUserAgent(config.Header, state)
	config.Transport = transport
	scraper, err := scrape.New(config)
	if err != nil {
		common.Throw(s.module.vu.Runtime(), err) // it was checked in the constructor
	}
	return scraper
}

// pulseReader connects through the VU's own dialer and TLS configuration, too.
func (s *hzSampler) pulseReader(state *lib.State) *pulse.Reader {
	config := s.pulses()
	config.Header = withUserAgent(config.Header, state)
	config.Dial, config.TLS = dialerOf(state), state.TLSConfig
	reader, err := pulse.New(config)
	if err != nil {
		common.Throw(s.module.vu.Runtime(), err) // it was checked in the constructor
	}
	return reader
}

// telling reads for the sampler, and warns of what a page has to say.
func (s *hzSampler) telling(state *lib.State) sampler.Reader {
	if s.config.Source == scrape.SourceStream {
		s.open = s.pulseReader(state)
		return s.open
	}
	return &sampler.Telling{
		Reader: s.scraper(state, transport(state)), Interval: s.interval, IntervalName: suiteNames().Interval,
		Tell: func(note scrape.Note) { s.module.warnOnce(state, "hz note "+note.Kind, note.Text) },
	}
}

// suiteNames are the variables by which the scripts set the options of HzSampler.
func suiteNames() scrape.Names {
	return scrape.Names{
		URL: "METRICS_URL", Header: "METRICS_AUTH_HEADER", Counter: "HZ_COUNTER", Gauge: "HZ_GAUGE", Stream: "HZ_STREAM_TYPE or HZ_STREAM_FIELD", Source: "HZ_SOURCE=", Interval: "HZ_INTERVAL",
		MaxSize: "METRICS_MAX_SIZE", Less: "lower VUS or keep connections longer (TURNS_PER_SESSION)",
	}
}

// readOnce takes one reading and counts nothing.
func (s *hzSampler) readOnce(state *lib.State) (scrape.Reading, error) {
	if s.config.Source == scrape.SourceStream {
		reader := s.pulseReader(state)
		defer reader.Close()
		return reader.Read(s.module.vu.Context())
	}
	network := transport(state)
	defer network.CloseIdleConnections()
	return s.scraper(state, network).Read(s.module.vu.Context())
}

// probe is readOnce for a script.
func (s *hzSampler) probe() *sobek.Object {
	reading, err := s.readOnce(s.module.state("HzSampler.probe()"))
	fields := map[string]any{"ok": err == nil, "source": nil, "value": nil, "error": nil}
	if err != nil {
		fields["error"] = s.module.errorObject(scrapeCode(err), err.Error())
	} else {
		fields["source"], fields["value"] = string(reading.Source), reading.Value
	}
	obj := s.module.vu.Runtime().NewObject()
	setAll(obj, fields)
	return obj
}

// next measures one window.
func (s *hzSampler) next() *sobek.Object {
	state := s.module.state("HzSampler.next()")
	w, phase, _ := s.measure(state)
	if w.Err != nil && !w.Held && state.Options.Throw.Bool {
		common.Throw(s.module.vu.Runtime(), w.Err)
	}
	return s.windowObject(w, phase)
}

// measure measures one window and makes its samples; ended tells that the test ended inside of it, so that it says nothing
// but how long the loop was out of sight.
func (s *hzSampler) measure(state *lib.State) (w sampler.Window, phase string, ended bool) {
	if s.sampler == nil {
		s.sampler = sampler.New(s.telling(state), s.interval, s.window)
	}
	s.module.sendLag(state)
	phase, _ = state.Tags.GetCurrentValues().Tags.Get(tagPhase)
	w, err := s.sampler.Next(s.module.vu.Context(), phase)
	s.module.sendLag(state)
	if err != nil {
		if s.open != nil {
			s.open.Close()
		}
		e := s.module.emit(state, s.tags)
		e.addTime(s.module.metrics.unseen, s.sampler.Unseen())
		e.send()
		return sampler.Window{Err: err}, phase, true
	}
	s.send(state, w, phase)
	s.warn(state, w)
	return w, phase, false
}
