package scrape

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"math"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"testing"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
	"github.com/stretchr/testify/require"
)

// FuzzAPageIsReadAsPrometheusReadsIt holds the reader that looks for three lines of a page against Prometheus' own parser,
// which reads all of it: both take the page or neither does, they see the same names, and a series that is there once has
// the same value.
func FuzzAPageIsReadAsPrometheusReadsIt(f *testing.F) {
	for _, page := range []string{
		onlyCounter, bothOfThem, "a 1\na{b=\"c\"} 2\n", "{\"a.b\",c=\"d\"} 7 1700000000123\n", "a{b=\"c\\n\\\"\"}1\n\n  b\t-0 \r\nc NaN\nd +Inf\n",
		"a 1\na 1\n", "a{b=\"a 1\"} 2\n", "a 1e3\nb 0x1p3\n", "ab 1\na 2\n", "# a 1\n#\n", "a{b=\"c\",} 1\n", "a{} 1\n", "A 0\n{}00", "{A\"0\"}0\n",
	} {
		f.Add([]byte(page))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		page, err := newExposition(body, false, true)
		require.NoError(t, err)
		want, wantErr := readSlowly(body)
		names, err := page.look()
		if (err == nil) != (wantErr == nil) {
			t.Fatalf("%q: %v, but Prometheus: %v", body, err, wantErr)
		}
		if err != nil {
			return
		}
		slices.Sort(names)
		require.Equal(t, slices.Sorted(maps.Keys(want)), names, "%q", body)
		for name, family := range want {
			got, err := page.find(Selector{Name: name})
			if len(family.GetMetric()) != 1 || !bytes.Contains(body, []byte(escaped(name))) { // as in FuzzParseExposition
				continue
			}
			value := family.GetMetric()[0].GetUntyped().GetValue()
			if math.IsNaN(value) || math.IsInf(value, 0) {
				require.Error(t, err, "%q: %s", body, name)
				continue
			}
			require.NoError(t, err, "%q: %s", body, name)
			require.Equal(t, math.Float64bits(value), math.Float64bits(got.value), "%q: %s", body, name)
		}
	})
}

// readSlowly reads a whole page, without its comments. That parser gives a line without any name to the metric of the line
// before, which its name alone shows to be none.
func readSlowly(body []byte) (map[string]*dto.MetricFamily, error) {
	parser := expfmt.NewTextParser(model.UTF8Validation)
	var samples bytes.Buffer
	for line := range bytes.SplitSeq(body, []byte("\n")) {
		line = bytes.Trim(line, " \t\r")
		if len(line) == 0 || line[0] == '#' {
			continue
		}
		if line[0] == '{' {
			if _, err := parser.TextToMetricFamilies(strings.NewReader(string(line) + "\n")); err != nil {
				return nil, err
			}
		}
		samples.Write(append(slices.Clone(line), '\n'))
	}
	return parser.TextToMetricFamilies(&samples)
}

// FuzzUnpack: nothing is longer than the limit, nothing needs more memory than a few times the limit and what came, and what
// is short enough is what the library makes of it.
func FuzzUnpack(f *testing.F) {
	zip := func(text string) []byte { return []byte(packed(f, "gzip", strings.NewReader(text))) }
	f.Add(zip(onlyCounter), "gzip", uint16(1000))
	f.Add(zip(string(zip(onlyCounter))), "gzip,gzip", uint16(1000))
	f.Add([]byte(packed(f, "zlib", strings.NewReader(onlyCounter))), "deflate", uint16(10))
	f.Add([]byte(packed(f, "flate", io.LimitReader(zeroes{}, 1<<20))), "deflate", uint16(1000))
	f.Add([]byte(packed(f, "gzip", io.LimitReader(zeroes{}, 1<<20))), "", uint16(1000))
	f.Add([]byte(onlyCounter), "identity, br", uint16(1000))
	f.Add(zip(onlyCounter)[:20], "x-gzip", uint16(1000))
	f.Fuzz(func(t *testing.T, body []byte, encodings string, limit uint16) {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		plain, err := unpack(body, []string{encodings}, int64(limit))
		runtime.ReadMemStats(&after)
		const library = 1 << 20 // the windows and tables of four unpackers
		if took := after.TotalAlloc - before.TotalAlloc; took > uint64(library+8*(mostLayers+1)*(len(body)+int(limit))) {
			t.Errorf("%x, %q, %d: it took %d bytes", body, encodings, limit, took)
		}
		if packing := len(body) > 0 && len(plain) > 0 && &plain[0] != &body[0]; err == nil && packing && len(plain) > int(limit) {
			t.Errorf("%x, %q: %d bytes, with a limit of %d", body, encodings, len(plain), limit)
		}
		if err == nil || errors.Is(err, errTooLong) {
			return
		}
		if slow, slowErr := unpackSlowly(body, encodings); slowErr == nil && slow != nil && len(slow) <= int(limit) {
			t.Errorf("%x, %q: %v; but it is %q", body, encodings, err, slow)
		}
	})
}

// unpackSlowly undoes one layer as the library does; nil for what it does not know.
func unpackSlowly(body []byte, encoding string) ([]byte, error) {
	var from io.Reader
	var err error
	switch {
	case encoding == "gzip" && bytes.HasPrefix(body, gzipMagic):
		from, err = gzip.NewReader(bytes.NewReader(body))
	case encoding == "deflate" && len(body) > 0:
		if from, err = zlib.NewReader(bytes.NewReader(body)); err != nil {
			from, err = flate.NewReader(bytes.NewReader(body)), nil
		}
	default:
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	plain, err := io.ReadAll(io.LimitReader(from, 1<<17))
	if bytes.HasPrefix(plain, gzipMagic) || bytes.HasPrefix(plain, zstdMagic) { // packed without a word, once more
		return nil, nil
	}
	return plain, err
}

// FuzzHealth: the number of a health endpoint is the last hz of the top of its JSON, whatever the case of its letters, as
// encoding/json has it; and no other answer gives a reading.
func FuzzHealth(f *testing.F) {
	for _, body := range []string{
		`{"hz":99.98}`, `{"status":"ok","HZ":1,"hz":2}`, `{"hz":null}`, `{"hz":1,"hz":null}`, `{"a":{"hz":1}}`, `{"hz":"1"}`, `[{"hz":1}]`, `{"hz":1e999}`, `{"hz":-0}`, `{"hz":1} x`,
	} {
		f.Add([]byte(body), 200)
		f.Add([]byte(body), 503)
	}
	s, err := New(Config{URL: "http://h/healthz", Source: SourceHealth})
	require.NoError(f, err)
	f.Fuzz(func(t *testing.T, body []byte, status int) {
		reading, err := s.understand(answer{Response: &http.Response{StatusCode: status, Header: http.Header{}}, body: body, whole: true})
		hz, there := healthSlowly(body)
		there = there && (status == http.StatusOK || status == http.StatusServiceUnavailable)
		switch {
		case (err == nil) != there:
			t.Fatalf("%q, %d: %v, %v; there is a number: %t", body, status, reading, err, there)
		case err != nil && (strings.Contains(err.Error(), "\n") || len(err.Error()) > 700):
			t.Fatalf("%q: nobody reads %q", body, err)
		case err == nil && math.Float64bits(reading.Value) != math.Float64bits(hz):
			t.Fatalf("%q: %v and not %v", body, reading.Value, hz)
		}
	})
}

// healthSlowly is the last hz of an object of JSON, word by word; false where there is none.
func healthSlowly(body []byte) (hz float64, there bool) {
	if !json.Valid(body) {
		return 0, false
	}
	words := json.NewDecoder(bytes.NewReader(body))
	if begin, err := words.Token(); err != nil || begin != json.Delim('{') {
		return 0, false
	}
	for words.More() {
		name, err := words.Token()
		if err != nil {
			return 0, false
		}
		var value json.RawMessage
		if words.Decode(&value) != nil {
			return 0, false
		}
		if text, _ := name.(string); !strings.EqualFold(text, "hz") {
			continue
		}
		if there = string(value) != "null"; there && json.Unmarshal(value, &hz) != nil {
			return 0, false
		}
	}
	return hz, there
}
