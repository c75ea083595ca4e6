package target

// The names of the faults: in flags, in the admin API and in Truth.Errors.
const (
	kindLoopHz         = "loop_hz"
	kindLoopStall      = "loop_stall"
	kindLoopStallEvery = "loop_stall_every"
	kindLoopStop       = "loop_stop"
	kindLoopRestart    = "loop_restart"
	kindGaugeLie       = "gauge_lie"

	kindMetrics404             = "metrics_404"
	kindMetricsSlow            = "metrics_slow"
	kindMetricsEndless         = "metrics_endless"
	kindMetricsMalformed       = "metrics_malformed"
	kindMetricsNoHz            = "metrics_no_hz"
	kindMetricsNoCounter       = "metrics_no_counter"
	kindMetricsOpenMetricsOnly = "metrics_openmetrics_only"

	kindHandshake403  = "handshake_403"
	kindHandshake503  = "handshake_503"
	kindHandshakeHang = "handshake_hang"
	kindDrop          = "drop"
	kindCloseEarly    = "close_early"
	kindErrorFrame    = "error_frame"
	kindEventError    = "event_error"
	kindTruncated     = "truncated"
	kindNotJSON       = "not_json"
	kindNotUTF8       = "not_utf8"
	kindWrongID       = "wrong_id"
	kindNeverAnswer   = "never_answer"
	kindHalf          = "half"
	kindOversize      = "oversize"
	kindSlowTokens    = "slow_tokens"
	kindIgnoreClose   = "ignore_close"

	kindHTTP500 = "http_500"

	kindAPIDies   = "api_dies"
	kindAPIHangs  = "api_hangs"
	kindChatDies  = "chat_dies"
	kindChatHangs = "chat_hangs"
	kindChatPause = "chat_pause"
	kindLoopTwice = "loop_twice"
)
