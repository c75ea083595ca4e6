package fwhz

import (
	"fmt"

	"go.k6.io/k6/v2/metrics"

	"github.com/featherweight/xk6-featherweight/internal/slo"
)

// The names of the metrics: dashboards, alerts and thresholds rely on them.
const (
	metricErrorRate     = "error_rate"            // one sample a turn: 1 failed, 0 fine
	metricConnection    = "ws_connection_time"    // start of dial to the end of the 101
	metricResponse      = "message_response_time" // question to complete
	metricTTFT          = "chat_ttft"             // question to the first non-empty token
	metricITL           = "chat_itl"              // (last token - first token) / (tokens - 1)
	metricTokenGap      = "chat_longest_gap"      // longest wait between two tokens
	metricTurns         = "chat_turns"            // turns whose answer was complete
	metricTokens        = "chat_tokens"           // non-empty tokens received
	metricGoodput       = "chat_goodput"          // share of turns that met every SLO of a turn
	metricFailures      = "chat_failures"         // failed turns, by reason
	metricInterrupted   = "chat_interrupted"      // turns cut off by the end of the test
	metricOthers        = "chat_other_messages"   // messages received that are no part of an answer
	metricArrivals      = "chat_arrivals"         // conversations that began as scheduled (ARRIVAL_RATE)
	metricUnmet         = "chat_arrivals_missed"  // of those that were to begin: 1 no user was free, 0 one was
	metricConnected     = "ws_connected"          // sessions open now
	metricLoopHz        = "loop_hz"               // mean frequency of a window
	metricLoopLow       = "loop_hz_low"           // bounds of the average over the phase so far
	metricLoopHigh      = "loop_hz_high"          //
	metricLoopGap       = "loop_longest_gap"      // longest time the counter provably stood still
	metricRestarts      = "loop_restarts"         //
	metricReplicas      = "loop_replicas"         // windows in which several processes answered
	metricLeaps         = "loop_leaps"            // windows in which the counter leapt further than a loop can turn
	metricPeriod        = "loop_page_period"      // how often the page is renewed, if it is a copy; 0 for a live page
	metricLongestUnseen = "loop_longest_unseen"   // longest time in which nothing was seen of the loop
	metricLost          = "loop_lost_time"        // longest time for which the loop lacks turns between two readings
	metricUnseen        = "loop_unseen"           // how long ago, at the end of a window, the loop was last seen
	metricSuspended     = "generator_suspended"   // windows in which this machine slept
	metricScrapes       = "hz_scrapes"            // readings that succeeded
	metricScrapeFail    = "hz_scrape_failures"    // readings that did not
	metricScrapeTime    = "hz_scrape_duration"    // of those that did
	metricCoverage      = "hz_coverage"           // one sample a window length: 1 measured, 0 not
	metricLag           = "generator_lag"         // how late this process wakes for a 10 ms tick
	metricLate          = "generator_late"        // of a turn, by how much a message was read after the kernel had it
	metricError         = "generator_error"       // by how much this process may make a time wrong
	metricGeneratorFail = "generator_failures"    // what this machine could not even try: no file, port or memory left
	metricExceptions    = "script_exceptions"     // iterations that a function of Suite.guard() did not come to the end of
	metricSLOLimit      = "slo_limit"             // the limit in force of the objective that the tag slo names
	metricSLOOutcome    = "slo_outcome"           // how it stands: 1 met, 0 missed, -1 undecided
	metricSLOMissed     = "slo_missed"            // objectives that the whole run shows to be missed
	metricSLOGivenUp    = slo.GivenUp             // objectives for which the run was ended (ABORT_ON_FAIL)
	metricSLOUndecided  = "slo_undecided"         // objectives that the whole run leaves open
	metricSilence       = "chat_silence"          // attempts at the end of the run that all failed
	metricWindowLow     = "loop_window_low"       // bounds of a window, for charts
	metricWindowHigh    = "loop_window_high"
	metricHzLimit       = "loop_hz_limit"
	metricCounterFrom   = "loop_counter_from" // the readings that the average of a phase stands on
	metricCounterTo     = "loop_counter_to"
	tagType, tagHz      = "type", "hz"
	tagSLO              = "slo"
	tagReason, tagPhase = "reason", "phase"
)

// fwMetrics are the registered metrics.
type fwMetrics struct {
	errorRate, goodput, coverage              *metrics.Metric
	connection, response, ttft, itl, tokenGap *metrics.Metric
	turns, tokens, failures, interrupted      *metrics.Metric
	connected, loopLow, loopHigh              *metrics.Metric
	loopHz, loopGap, scrapeTime, lag          *metrics.Metric
	restarts, scrapes, scrapeFail             *metrics.Metric
	generatorFail, others, late, wrong        *metrics.Metric
	replicas, suspended, period, unseen       *metrics.Metric
	exceptions, sloLimit, sloOutcome          *metrics.Metric
	arrivals, unmet                           *metrics.Metric
	sloMissed, sloOpen, sloGivenUp            *metrics.Metric
	silence, windowLow, windowHigh, hzLimit   *metrics.Metric
	counterFrom, counterTo                    *metrics.Metric
	longestUnseen, lost, leaps                *metrics.Metric
}

func registerMetrics(registry *metrics.Registry) (*fwMetrics, error) {
	m := &fwMetrics{}
	for _, def := range []struct {
		into **metrics.Metric
		name string
		kind metrics.MetricType
		unit metrics.ValueType
	}{
		{&m.errorRate, metricErrorRate, metrics.Rate, metrics.Default},
		{&m.connection, metricConnection, metrics.Trend, metrics.Time},
		{&m.response, metricResponse, metrics.Trend, metrics.Time},
		{&m.ttft, metricTTFT, metrics.Trend, metrics.Time},
		{&m.itl, metricITL, metrics.Trend, metrics.Time},
		{&m.tokenGap, metricTokenGap, metrics.Trend, metrics.Time},
		{&m.turns, metricTurns, metrics.Counter, metrics.Default},
		{&m.tokens, metricTokens, metrics.Counter, metrics.Default},
		{&m.goodput, metricGoodput, metrics.Rate, metrics.Default},
		{&m.failures, metricFailures, metrics.Counter, metrics.Default},
		{&m.interrupted, metricInterrupted, metrics.Counter, metrics.Default},
		{&m.others, metricOthers, metrics.Counter, metrics.Default},
		{&m.arrivals, metricArrivals, metrics.Counter, metrics.Default},
		{&m.unmet, metricUnmet, metrics.Rate, metrics.Default},
		{&m.connected, metricConnected, metrics.Gauge, metrics.Default},
		{&m.loopHz, metricLoopHz, metrics.Trend, metrics.Default},
		{&m.loopLow, metricLoopLow, metrics.Gauge, metrics.Default},
		{&m.loopHigh, metricLoopHigh, metrics.Gauge, metrics.Default},
		{&m.loopGap, metricLoopGap, metrics.Trend, metrics.Time},
		{&m.longestUnseen, metricLongestUnseen, metrics.Trend, metrics.Time},
		{&m.lost, metricLost, metrics.Trend, metrics.Time},
		{&m.restarts, metricRestarts, metrics.Counter, metrics.Default},
		{&m.replicas, metricReplicas, metrics.Counter, metrics.Default},
		{&m.leaps, metricLeaps, metrics.Counter, metrics.Default},
		{&m.suspended, metricSuspended, metrics.Counter, metrics.Default},
		{&m.period, metricPeriod, metrics.Gauge, metrics.Time},
		{&m.unseen, metricUnseen, metrics.Gauge, metrics.Time},
		{&m.scrapes, metricScrapes, metrics.Counter, metrics.Default},
		{&m.scrapeFail, metricScrapeFail, metrics.Counter, metrics.Default},
		{&m.scrapeTime, metricScrapeTime, metrics.Trend, metrics.Time},
		{&m.coverage, metricCoverage, metrics.Rate, metrics.Default},
		{&m.generatorFail, metricGeneratorFail, metrics.Counter, metrics.Default},
		{&m.lag, metricLag, metrics.Trend, metrics.Time},
		{&m.late, metricLate, metrics.Trend, metrics.Time},
		{&m.wrong, metricError, metrics.Trend, metrics.Time},
		{&m.exceptions, metricExceptions, metrics.Counter, metrics.Default},
		{&m.sloLimit, metricSLOLimit, metrics.Gauge, metrics.Default},
		{&m.sloOutcome, metricSLOOutcome, metrics.Gauge, metrics.Default},
		{&m.sloMissed, metricSLOMissed, metrics.Counter, metrics.Default},
		{&m.sloGivenUp, metricSLOGivenUp, metrics.Counter, metrics.Default},
		{&m.sloOpen, metricSLOUndecided, metrics.Counter, metrics.Default},
		{&m.silence, metricSilence, metrics.Gauge, metrics.Default},
		{&m.windowLow, metricWindowLow, metrics.Trend, metrics.Default},
		{&m.windowHigh, metricWindowHigh, metrics.Trend, metrics.Default},
		{&m.hzLimit, metricHzLimit, metrics.Trend, metrics.Default},
		{&m.counterFrom, metricCounterFrom, metrics.Gauge, metrics.Default},
		{&m.counterTo, metricCounterTo, metrics.Gauge, metrics.Default},
	} {
		metric, err := registry.NewMetric(def.name, def.kind, def.unit)
		if err != nil {
			return nil, fmt.Errorf("failed to register metric %s: %w", def.name, err)
		}
		*def.into = metric
	}
	return m, nil
}
