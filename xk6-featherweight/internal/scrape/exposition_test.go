package scrape

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTheCounterIsFoundOnEveryPageThatHasIt(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		body, counter string
		want          float64
	}{
		"plain":                     {"turns_total 5\n", "turns_total", 5},
		"a label nobody asked for":  {"turns_total{app=\"featherweight\"} 5\n", "turns_total", 5},
		"one instance of several":   {"turns_total{app=\"a\"} 5\nturns_total{app=\"b\"} 6\n", `turns_total{app="b"}`, 6},
		"two labels of three":       {"turns_total{a=\"1\",b=\"2\",c=\"3\"} 5\nturns_total{a=\"1\",b=\"x\",c=\"3\"} 6\n", `turns_total{b="2",a="1"}`, 5},
		"exponent":                  {"turns_total 1.0e2\n", "turns_total", 100},
		"positive exponent":         {"turns_total 1.234e+06\n", "turns_total", 1234000},
		"time stamp":                {"turns_total 5 1700000000000\n", "turns_total", 5},
		"label and time stamp":      {"turns_total{a=\"x y\"} 5 1700000000000\n", "turns_total", 5},
		"tabs and many spaces":      {"\tturns_total \t { a = \"x\" , }  5\t 17\n", "turns_total", 5},
		"Windows line ends":         {"# HELP turns_total x\r\nturns_total 5\r\n", "turns_total", 5},
		"help that looks like one":  {"# HELP turns_total 1 2\n# turns_total 3\n#turns_total 4\nturns_total 5\n", "turns_total", 5},
		"a name that goes on":       {"turns_total_created 1\nturns_total 5\nmy_turns_total 6\n", "turns_total", 5},
		"braces in a label":         {"turns_total{a=\"}{\"} 5\n", `turns_total{a="}{"}`, 5},
		"quotes in a label":         {"turns_total{a=\"say \\\"hi\\\" \\\\\"} 5\n", `turns_total{a="say \"hi\" \\"}`, 5},
		"line end in a label":       {"turns_total{a=\"x\\ny\"} 5\n", `turns_total{a="x\ny"}`, 5},
		"hash in a label":           {"turns_total{a=\" # 7\"} 5\n", `turns_total{a=" # 7"}`, 5},
		"a label of no value":       {"turns_total 5\nturns_total{a=\"x\"} 6\n", `turns_total{a=""}`, 5},
		"count of a histogram":      {"# TYPE tick_seconds histogram\ntick_seconds_bucket{le=\"0.01\"} 4\ntick_seconds_bucket{le=\"+Inf\"} 7\ntick_seconds_sum 0.5\ntick_seconds_count 7\n", "tick_seconds_count", 7},
		"count of one of several":   {"# TYPE t histogram\nt_bucket{l=\"a\",le=\"+Inf\"} 7\nt_sum{l=\"a\"} 1\nt_count{l=\"a\"} 7\nt_bucket{l=\"b\",le=\"+Inf\"} 8\nt_sum{l=\"b\"} 1\nt_count{l=\"b\"} 8\n", `t_count{l="b"}`, 8},
		"bucket of a histogram":     {"# TYPE t histogram\nt_bucket{le=\"0.01\"} 4\nt_bucket{le=\"+Inf\"} 7\nt_sum 1\nt_count 7\n", `t_bucket{le="0.01"}`, 4},
		"count of a summary":        {"# TYPE t summary\nt{quantile=\"0.5\"} 1\nt_sum 3\nt_count 9\n", "t_count", 9},
		"a type nobody knows":       {"# TYPE turns_total unknown\nturns_total 5\n", "turns_total", 5},
		"help and type given twice": {"# HELP turns_total a\n# TYPE turns_total counter\nturns_total{i=\"1\"} 5\n# HELP turns_total b\n# TYPE turns_total counter\nturns_total{i=\"2\"} 6\n", `turns_total{i="2"}`, 6},
		"help with a lone \\":       {"# HELP turns_total in C:\\temp\nturns_total 5\n", "turns_total", 5},
		"beyond 32 bits":            {"turns_total 9007199254740991\n", "turns_total", 9007199254740991},
		"a value behind its brace":  {"turns_total{a=\"b\"}5\n", "turns_total", 5},
		"capitals of infinity":      {"other +INF\nmore nan\nturns_total 5\n", "turns_total", 5},
		"negative zero":             {"turns_total -0\n", "turns_total", 0},
		"spaces at the end":         {"turns_total 5 \t \r\n", "turns_total", 5},
		"said twice alike":          {"turns_total 5\nturns_total 5\n", "turns_total", 5},
		"the newest of several":     {"turns_total 5 1700000000000\nturns_total 7 1700000002000\nturns_total 6 1700000001000\n", "turns_total", 7},
		"a line of another's fault": {"other{ 6\nturns_total 5\n", "turns_total", 5},
		"its name in another":       {"other{of=\"turns_total\"} 6\nturns_total 5\n", "turns_total", 5},
		"a native histogram beside": {"# TYPE t histogram\nt {count:12,sum:3,schema:3,zero_threshold:0,zero_count:0}\nturns_total 5\n", "turns_total", 5},
		"a NaN that is not it":      {"other NaN\nmore +Inf\nturns_total 5\n", "turns_total", 5},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := readPage(t, classic, c.body, counter(t, c.counter))
			require.NoError(t, err)
			assert.Equal(t, SourceCounter, got.Source)
			assert.InDelta(t, c.want, got.Value, 0)
		})
	}
}

func TestWhatIsNotOnThePageIsNotFound(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ body, counter string }{
		"another label":                   {"turns_total{a=\"x\"} 5\n", `turns_total{a="y"}`},
		"a label it does not have":        {"turns_total 5\n", `turns_total{a="y"}`},
		"only in comments":                {"# HELP turns_total 5\n# TYPE turns_total counter\n# turns_total 5\n", "turns_total"},
		"a histogram without its count":   {"# TYPE t histogram\nt_bucket{le=\"+Inf\"} 7\n", "t_count"},
		"the histogram's own name":        {"# TYPE t histogram\nt_bucket{le=\"+Inf\"} 7\nt_sum 1\nt_count 7\n", "t"},
		"a suffix that no histogram gave": {"t 7\n", "t_count"},
		"nothing":                         {"", "turns_total"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := serve(t, page(200, classic, c.body))
			_, err := scraper(t, server.URL, counter(t, c.counter), from(SourceCounter)).Read(t.Context())
			requireFailure(t, err, CodeNotFound, server.URL, "Hz metric not found", c.counter, "HZ_COUNTER")
		})
	}
}

func TestSeveralInstancesAreAmbiguousAndBothAreNamed(t *testing.T) {
	t.Parallel()
	server := serve(t, page(200, classic, "turns_total{app=\"a\",pod=\"1\"} 5\nturns_total{app=\"b\",pod=\"1\"} 6\n"))
	_, err := scraper(t, server.URL, counter(t, `turns_total{pod="1"}`)).Read(t.Context())
	requireFailure(t, err, CodeAmbiguous, server.URL, "2 series match turns_total{pod=\"1\"}", `app="a"`, `app="b"`, "choose one by its labels")
}

// Two processes that write one page, such as workers behind one textfile.
func TestOneSeriesWithTwoValuesIsAmbiguous(t *testing.T) {
	t.Parallel()
	server := serve(t, page(200, classic, "turns_total{app=\"a\"} 5\nturns_total{app=\"a\"} 6\n"))
	_, err := scraper(t, server.URL, counter(t, "turns_total")).Read(t.Context())
	requireFailure(t, err, CodeAmbiguous, server.URL, "turns_total is there twice, as 5 and as 6", "several processes", "a label of its own")
}

func TestAPageWithoutSamplesSaysSo(t *testing.T) {
	t.Parallel()
	for _, body := range []string{"", "\n\n", "# HELP turns_total x\n# TYPE turns_total counter\n", "\xef\xbb\xbf", "# EOF\n"} {
		server := serve(t, page(200, classic, body))
		_, err := scraper(t, server.URL).Read(t.Context())
		requireFailure(t, err, CodeNotFound, server.URL, "the page has no samples at all")
	}
}

func TestBinaryDataIsNamed(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ label, body string }{
		"protobuf":                      {"application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited", "P\n\x0bturns_total\x12\x04help\x18\x00"},
		"protobuf of more than a line":  {"", "\xe3\x01\n\x0bturns_total\x12\x04help"},
		"what begins with a bell":       {"", "\aturns_total 5\n"},
		"bytes that are no characters":  {"text/plain", "\xc3\x28\xa0\xa1"},
		"a mark and then no characters": {"text/plain", "\xef\xbb\xbf\xc3\x28"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := serve(t, labelled(c.body, c.label))
			_, err := scraper(t, server.URL).Read(t.Context())
			requireFailure(t, err, CodeMalformed, server.URL, "binary data", "protobuf", "Accept: text/plain")
		})
	}
	got, err := readPage(t, "application/vnd.google.protobuf", "turns_total 5\n", counter(t, "turns_total"))
	require.NoError(t, err, "text, whatever it is called")
	assert.InDelta(t, 5, got.Value, 0)
}

func TestACounterThatIsNoNumberIsAnError(t *testing.T) {
	t.Parallel()
	for _, value := range []string{"NaN", "+Inf", "-Inf", "Inf"} {
		server := serve(t, page(200, classic, "turns_total "+value+"\n"))
		_, err := scraper(t, server.URL, counter(t, "turns_total")).Read(t.Context())
		requireFailure(t, err, CodeNotANumber, server.URL, "turns_total is ", "no frequency can be made of that")
	}
}

func TestTheHintNamesAtMostFiveMetricsThatMayBeMeant(t *testing.T) {
	t.Parallel()
	body := "up 1\nf_loop 1\ne_loop 1\nd_hz 1\nc_tick 1\nb_loop 1\na_loops_total 1\n"
	server := serve(t, page(200, classic, body))
	_, err := scraper(t, server.URL).Read(t.Context())
	requireFailure(t, err, CodeNotFound, server.URL, "it has a_loops_total, b_loop, c_tick, d_hz, e_loop; ")
}
