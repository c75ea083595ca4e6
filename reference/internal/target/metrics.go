package target

import (
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// metrics is what the target shows on /metrics, beside the loop.
type metrics struct {
	registry *prometheus.Registry   // everything but the loop
	loops    []*prometheus.Registry // the loop, as each of several processes shows it

	httpRequests *prometheus.CounterVec   // code, method, route
	httpSeconds  *prometheus.HistogramVec // route
	messages     *prometheus.CounterVec   // direction: in or out
	tokens       prometheus.Counter
	turns        *prometheus.CounterVec // outcome

	received, sent prometheus.Counter // messages, looked up once
}

// The outcomes of a turn.
const (
	outcomeCompleted = "completed"
	outcomeCut       = "cut"
	outcomeFailed    = "failed"
)

// maxProcesses is how many processes can stand behind one address.
const maxProcesses = 9

func newMetrics(loop *loopCollector, t *tally) *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		httpRequests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "http_requests_total",
			Help: "HTTP requests answered.",
		}, []string{"code", "method", "route"}),
		httpSeconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name:    "http_request_duration_seconds",
			Help:    "Time to answer an HTTP request; for a WebSocket, the time to its handshake.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2, 2.5, 5, 10},
		}, []string{"route"}),
		messages: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "websocket_messages_total",
			Help: "WebSocket messages received (in) and sent (out).",
		}, []string{"direction"}),
		tokens: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "chat_tokens_total",
			Help: "Token events sent.",
		}),
		turns: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "chat_turns_total",
			Help: "Chat turns that ended: completed, cut by the client, or failed by a fault.",
		}, []string{"outcome"}),
	}
	m.received, m.sent = m.messages.WithLabelValues("in"), m.messages.WithLabelValues("out")
	for _, outcome := range []string{outcomeCompleted, outcomeCut, outcomeFailed} {
		m.turns.WithLabelValues(outcome) // a series that starts at 0 has a rate from its first event on
	}
	for i := range maxProcesses {
		process := *loop
		process.nth = i
		m.loops = append(m.loops, prometheus.NewRegistry())
		m.loops[i].MustRegister(&process)
	}
	m.registry.MustRegister(m.httpRequests, m.httpSeconds, m.messages, m.tokens, m.turns,
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "websocket_connections",
			Help: "WebSocket connections open now.",
		}, func() float64 { return float64(t.read().Open) }))
	return m
}

// loopCollector shows the loop. It reads the counter at the moment of collecting and notes what it read.
type loopCollector struct {
	loop     *loop
	faults   *faultBox
	tally    *tally
	readings *readings
	nth      int // of the processes behind one address; 0 is the target itself

	counter, gauge, born *prometheus.Desc
}

func newLoopCollector(l *loop, f *faultBox, t *tally, r *readings) *loopCollector {
	return &loopCollector{
		loop: l, faults: f, tally: t, readings: r,
		counter: prometheus.NewDesc("consciousness_loop_iterations_total",
			"Iterations of the consciousness loop since the process started.", nil, nil),
		gauge: prometheus.NewDesc("consciousness_loop_hz",
			"Frequency of the consciousness loop in Hz, mean of the last second.", nil, nil),
		born: prometheus.NewDesc("process_start_time_seconds",
			"Start time of the process since unix epoch in seconds.", nil, nil),
	}
}

// Describe implements prometheus.Collector.
func (c *loopCollector) Describe(ch chan<- *prometheus.Desc) {
	ch <- c.counter
	ch <- c.gauge
	ch <- c.born
	c.loop.view().tickTime.Describe(ch)
}

// Collect implements prometheus.Collector.
func (c *loopCollector) Collect(ch chan<- prometheus.Metric) {
	f := c.faults.get()
	v := c.loop.view()
	show := func(desc *prometheus.Desc, kind prometheus.ValueType, value float64) {
		m := prometheus.MustNewConstMetric(desc, kind, value)
		if f.MetricsStamps {
			m = prometheus.NewMetricWithTimestamp(v.at, m)
		}
		ch <- m
	}
	if !f.MetricsNoHz {
		count := f.counter(v.count + uint64(c.nth)*otherCourse)
		c.readings.add(uint64(count), c.loop.unix(v.at))
		show(c.counter, prometheus.CounterValue, count)
	}
	if !f.MetricsNoHz {
		hz := v.hz
		if f.GaugeLie > 0 {
			hz = f.GaugeLie
			c.tally.fault("gauge_lie")
		}
		show(c.gauge, prometheus.GaugeValue, hz)
	}
	born := v.born.Add(time.Duration(f.StartTimeMoves) - time.Duration(c.nth)*otherAge)
	show(c.born, prometheus.GaugeValue, float64(born.UnixNano())/float64(time.Second))
	v.tickTime.Collect(ch)
}

// How much further the counter of the next process behind the address is, and how much older it is: as if every one of
// them had turned at 100 Hz.
const (
	otherCourse = 987_654
	otherAge    = 9_876_540 * time.Millisecond
)

// counter is what the page shows of a counter.
func (f Faults) counter(count uint64) float64 {
	count += uint64(f.CounterAhead)
	if f.Counter32Bit {
		count &= 1<<32 - 1
	}
	shown := float64(count)
	if f.CounterDigits > 0 {
		shown, _ = strconv.ParseFloat(strconv.FormatFloat(shown, 'g', int(f.CounterDigits), 64), 64) // it wrote it itself
	}
	return shown
}
