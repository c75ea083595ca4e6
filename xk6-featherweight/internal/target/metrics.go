package target

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// metrics is what the target shows on /metrics, beside the loop.
type metrics struct {
	registry *prometheus.Registry

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

	m.registry.MustRegister(loop, m.httpRequests, m.httpSeconds, m.messages, m.tokens, m.turns,
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "websocket_connections",
			Help: "WebSocket connections open now.",
		}, func() float64 { return float64(t.open.Load()) }))

	return m
}

// loopCollector shows the loop. It reads the counter at the moment of collecting and notes what it read.
type loopCollector struct {
	loop     *loop
	faults   *faultBox
	tally    *tally
	readings *readings

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

	if !f.MetricsNoHz && !f.MetricsNoCounter {
		c.readings.add(v.count, v.at)
		ch <- prometheus.MustNewConstMetric(c.counter, prometheus.CounterValue, float64(v.count))
	}

	if !f.MetricsNoHz {
		hz := v.hz
		if f.GaugeLie != nil {
			hz = *f.GaugeLie
			c.tally.fault(kindGaugeLie)
		}

		ch <- prometheus.MustNewConstMetric(c.gauge, prometheus.GaugeValue, hz)
	}

	ch <- prometheus.MustNewConstMetric(c.born, prometheus.GaugeValue, float64(v.born.UnixNano())/float64(time.Second))

	v.tickTime.Collect(ch)
}
