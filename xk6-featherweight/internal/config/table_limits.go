package config

// objectiveGroup is the limits that a run is judged by.
func objectiveGroup() Group {
	return Group{Title: "Service level objectives", Variables: []Variable{
		{
			Name: "ERROR_RATE_THRESHOLD", Kind: KindRatio, Default: "0.01", Max: "1", Above: "0",
			Readers: loadScripts(),
			Meaning: "the share of failed turns stays below this",
		},
		{
			Name: "HZ_AVERAGE_THRESHOLD", Kind: KindNumber, Default: "95", Unit: "Hz", Max: "100000", Above: "0",
			Readers: everyScript(),
			Meaning: "the loop runs faster than this",
		},
		{
			Name: "HZ_AVERAGE_MAXIMUM", Kind: KindNumber, Default: "105", Unit: "Hz", Min: "0", Max: "100000",
			Readers: loadScripts(),
			Meaning: "the loop runs slower than this: one that was started twice turns too fast; 0: no such limit",
		},
		{
			Name: "WS_CONNECTION_TIME_P95", Kind: KindNumber, Default: "5000", Unit: "ms", Max: "3600000", Above: "0",
			Readers: loadScripts(),
			Meaning: "95 of 100 connections open faster than this",
		},
		{
			Name: "MESSAGE_RESPONSE_TIME_P90", Kind: KindNumber, Default: "10000", Unit: "ms", Max: "3600000", Above: "0",
			Readers: loadScripts(),
			Meaning: "90 of 100 answers are complete sooner than this",
		},
		{
			Name: "LOOP_LONGEST_GAP", Kind: KindNumber, Default: "1000", Unit: "ms", Max: "3600000", Above: "0",
			Readers: loadScripts(),
			Meaning: "the loop never stands still for longer than this",
		},
		{
			Name: "LOOP_RESTARTS", Kind: KindInt, Default: "0", Min: "0", Max: "1000",
			Readers: loadScripts(),
			Meaning: "number of restarts of the loop that are tolerated",
		},
		{
			Name: "ABORT_ON_FAIL", Kind: KindDuration, Default: "0s", Min: "0s", Max: "24h",
			Readers: loadScripts(),
			Meaning: "a run ends, with FAIL, once an objective has been missed for this long without a break; 0s: it goes on to its end",
		},
		{
			Name: "ABORT_WHEN_CERTAIN", Kind: KindBool, Default: "false",
			Readers: loadScripts(),
			Meaning: "a run ends, with FAIL, as soon as it is certain that an objective will be missed, however it goes on",
		},
	}}
}

// validityGroup is what a run needs to say anything.
func validityGroup() Group {
	return Group{Title: "When a run says nothing (INVALID)", Variables: []Variable{
		{
			Name: "GENERATOR_LAG_P99", Kind: KindNumber, Default: "100", Unit: "ms", Max: "60000", Above: "0",
			Readers: loadScripts(),
			Meaning: "at most this much of the load generator's own lateness is in its times, 99 times of 100",
		},
		{
			Name: "HZ_COVERAGE", Kind: KindRatio, Default: "0.9", Max: "1", Above: "0",
			Readers: loadScripts(),
			Meaning: "share of the run in which the loop was really measured",
		},
		{
			Name: "EVIDENCE", Kind: KindEnum, Default: "report", Allowed: []string{"report", "require"},
			Readers: loadScripts(),
			Meaning: "what the 95 % interval of an objective is for: to be shown, or also to decide: with require, a limit inside it is INVALID",
		},
	}}
}

// loopGroup is how the loop is read.
func loopGroup() Group {
	return Group{Title: "Measuring the loop", Variables: []Variable{
		{
			Name: "METRICS_TIMEOUT", Kind: KindDuration, Default: "2s", Min: "10ms", Max: "10m",
			Readers: everyScript(),
			Meaning: "when a reading of METRICS_URL is given up",
		},
		{
			Name: "METRICS_MAX_SIZE", Kind: KindInt, Default: "8388608", Unit: "bytes", Min: "1024", Max: "1073741824",
			Readers: everyScript(),
			Meaning: "largest metrics page that is read, after unpacking",
		},
		{
			Name: "HZ_SOURCE", Kind: KindEnum, Default: "auto", Allowed: []string{"auto", "counter", "gauge", "health", "stream"},
			Readers: everyScript(),
			Meaning: "what to read; auto takes the best that METRICS_URL offers, at a ws:// address the stream; a counter and a stream are measured",
		},
		{
			Name: "HZ_COUNTER", Kind: KindSeries, Default: "consciousness_loop_iterations_total",
			Readers: everyScript(),
			Meaning: `counter of loop turns, with labels if there are several: name{app="a"}`,
		},
		{
			Name: "HZ_GAUGE", Kind: KindSeries, Default: "consciousness_loop_hz",
			Readers: everyScript(),
			Meaning: "gauge in which the server reports its frequency",
		},
		{
			Name: "HZ_STREAM_TYPE", Kind: KindText, Default: "self-awareness-heartbeat",
			Readers: everyScript(),
			Meaning: "type of the messages by which the loop tells its turns (HZ_SOURCE=stream)",
		},
		{
			Name: "HZ_STREAM_FIELD", Kind: KindText, Default: "payload.pulseNumber",
			Readers: everyScript(),
			Meaning: "where such a message has the number of the turn: names with dots between them",
		},
		{
			Name: "HZ_INTERVAL", Kind: KindDuration, Default: "100ms", Min: "10ms", Max: "1s",
			Readers: everyScript(),
			Meaning: "time between two readings; a second must be a multiple of it",
		},
	}}
}
