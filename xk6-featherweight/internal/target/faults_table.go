package target

import (
	"fmt"
	"strconv"
)

// faults is the list of all there are, in the order in which help shows them.
func faults() []fault {
	return append(append(loopFaults(), metricsFaults()...), append(chatFaults(), groups())...)
}

func loopFaults() []fault {
	return []fault{
		{
			kindLoopHz, fmt.Sprintf("Hz: a rate from 0 (off) to %v", MaxHz), "the loop runs at this rate",
			func(f *Faults, value string) bool { return number(&f.LoopHz, value, 0, MaxHz) },
		},
		lasting(kindLoopStall, "the loop is held up for this long, now; once, or again with loop_stall_every",
			func(f *Faults) *Duration { return &f.LoopStall }),
		lasting(kindLoopStallEvery, "loop_stall comes again each time this has passed",
			func(f *Faults) *Duration { return &f.LoopStallEvery }),
		switched(kindLoopStop, "the loop stands still", func(f *Faults) *bool { return &f.LoopStop }),
		switched(kindLoopRestart, "the counter begins at 0 and the process start time is now; once",
			func(f *Faults) *bool { return &f.LoopRestart }),
		{
			kindGaugeLie, "Hz: any number", "the gauge shows this, whatever the loop does",
			func(f *Faults, value string) bool {
				f.GaugeLie = new(float64)

				return number(f.GaugeLie, value, -1e9, 1e9)
			},
		},
	}
}

func metricsFaults() []fault {
	return []fault{
		switched(kindMetrics404, "/metrics is missing", func(f *Faults) *bool { return &f.Metrics404 }),
		lasting(kindMetricsSlow, "/metrics waits this long before it answers",
			func(f *Faults) *Duration { return &f.MetricsSlow }),
		switched(kindMetricsEndless, "/metrics answers with valid text that never ends",
			func(f *Faults) *bool { return &f.MetricsEndless }),
		switched(kindMetricsMalformed, "/metrics answers with broken text",
			func(f *Faults) *bool { return &f.MetricsMalformed }),
		switched(kindMetricsNoHz, "/metrics has neither counter nor gauge of the loop",
			func(f *Faults) *bool { return &f.MetricsNoHz }),
		switched(kindMetricsNoCounter, "/metrics has the gauge of the loop, but no counter",
			func(f *Faults) *bool { return &f.MetricsNoCounter }),
		switched(kindMetricsOpenMetricsOnly, "/metrics answers in OpenMetrics, whatever was asked for",
			func(f *Faults) *bool { return &f.MetricsOpenMetricsOnly }),
	}
}

func chatFaults() []fault {
	return []fault{
		share(kindHandshake403, "the handshake is refused with 403", func(f *Faults) *float64 { return &f.Handshake403 }),
		share(kindHandshake503, "the handshake is refused with 503", func(f *Faults) *float64 { return &f.Handshake503 }),
		share(kindHandshakeHang, "the handshake is never answered", func(f *Faults) *float64 { return &f.HandshakeHang }),
		share(kindDrop, "TCP reset in the middle of an answer", func(f *Faults) *float64 { return &f.Drop }),
		share(kindCloseEarly, "close frame 1011 in the middle of an answer",
			func(f *Faults) *float64 { return &f.CloseEarly }),
		share(kindErrorFrame, "error frame in the middle of an answer, then complete",
			func(f *Faults) *float64 { return &f.ErrorFrame }),
		share(kindEventError, "stream_event of type error in the middle of an answer, no complete",
			func(f *Faults) *float64 { return &f.EventError }),
		share(kindTruncated, "half a frame in the middle of an answer, then TCP closed",
			func(f *Faults) *float64 { return &f.Truncated }),
		share(kindNotJSON, "a frame that is no JSON in the middle of an answer, which goes on",
			func(f *Faults) *float64 { return &f.NotJSON }),
		share(kindWrongID, "an answer with another messageId", func(f *Faults) *float64 { return &f.WrongID }),
		share(kindNeverAnswer, "no answer at all", func(f *Faults) *float64 { return &f.NeverAnswer }),
		share(kindHalf, "half of the tokens, then nothing more", func(f *Faults) *float64 { return &f.Half }),
		{
			kindOversize, fmt.Sprintf("bytes: a whole number from 0 (off) to %d", maxOversize),
			"one message of this size in every answer that has no other fault",
			func(f *Faults, value string) bool {
				n, err := strconv.Atoi(value)
				f.Oversize = n

				return err == nil && n >= 0 && n <= maxOversize
			},
		},
		{
			kindSlowTokens, "factor: a number from 0 (off) to 1000", "times between tokens are multiplied by this",
			func(f *Faults, value string) bool { return number(&f.SlowTokens, value, 0, 1000) },
		},
		share(kindIgnoreClose, "a close frame of the client gets no answer",
			func(f *Faults) *float64 { return &f.IgnoreClose }),
	}
}
