package scrape

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
)

// understand decides by what came back, not by the URL and not by what the answer calls itself.
func (s *Scraper) understand(a answer) (Reading, error) {
	is := kindOf(a.body)
	switch {
	case is == kindJSON:
		return s.fromHealth(a)
	case a.StatusCode != http.StatusOK:
		return Reading{}, s.statusError(a.Response)
	case is == kindWebPage:
		return Reading{}, failed(CodeMalformed, "GET %s: answered a web page (%s), not metrics; correct METRICS_URL", s.shown, a.contentType())
	case is == kindUTF16:
		return Reading{}, failed(CodeMalformed, "GET %s: the answer is UTF-16 text, metrics are UTF-8; make the service write UTF-8, or correct METRICS_URL", s.shown)
	}
	return s.fromExposition(a)
}

// healthAnswer is what matters of a health endpoint's JSON.
type healthAnswer struct {
	Hz *float64 `json:"hz"`
}

// fromHealth reads hz of a health endpoint. It does so from a 503 too: that is what Featherweight answers exactly when
// its loop is slow, so that reading only the good answers would see only a good loop.
func (s *Scraper) fromHealth(a answer) (Reading, error) {
	metricsWanted := s.cfg.Source == SourceCounter || s.cfg.Source == SourceGauge
	if a.StatusCode != http.StatusOK && (metricsWanted || a.StatusCode != http.StatusServiceUnavailable) {
		return Reading{}, s.statusError(a.Response)
	}
	if metricsWanted {
		return Reading{}, s.wrongKind("JSON, not metrics", "set HZ_SOURCE=health (--source health) or correct METRICS_URL")
	}
	var health healthAnswer
	if err := json.Unmarshal(a.body, &health); err != nil {
		return Reading{}, failed(CodeMalformed, "GET %s: the answer is not JSON with a number hz (%s); correct METRICS_URL", s.shown, clip(err.Error()))
	}
	if health.Hz == nil && a.StatusCode != http.StatusOK {
		return Reading{}, s.statusError(a.Response)
	}
	if health.Hz == nil {
		return Reading{}, failed(CodeNotFound, "GET %s: Hz metric not found: the JSON answer has no number hz; correct METRICS_URL", s.shown)
	}
	return Reading{Source: SourceHealth, Value: *health.Hz, Age: a.age()}, nil
}

func (s *Scraper) fromExposition(a answer) (Reading, error) {
	if s.cfg.Source == SourceHealth {
		return Reading{}, s.wrongKind("metrics, not JSON", "set HZ_SOURCE=auto (--source auto) or correct METRICS_URL")
	}
	page, err := parseExposition(a.body, a.openMetrics(), a.whole)
	if err != nil {
		return Reading{}, failed(CodeMalformed, "GET %s: not valid Prometheus text: %s; look at the page, or correct METRICS_URL",
			s.shown, clip(strings.TrimPrefix(err.Error(), "text format parsing error in ")))
	}
	gauge, gaugeErr := page.find(s.cfg.Gauge)
	if s.cfg.Source != SourceGauge {
		counter, stamp, err := page.sample(s.cfg.Counter)
		if err == nil {
			life, lifeErr := page.find(Selector{Name: lifeMetric})
			if lifeErr != nil {
				life = 0
			}
			return Reading{
				Source: SourceCounter, Value: counter, Gauge: gauge, HasGauge: gaugeErr == nil, Life: life, Age: a.age(), Stamp: stamp,
			}, nil
		}
		if s.cfg.Source == SourceCounter || !errors.Is(err, errNoSeries) {
			return Reading{}, s.absent(err, "counter "+s.cfg.Counter.String(), page)
		}
	}
	if gaugeErr != nil {
		wanted := "gauge " + s.cfg.Gauge.String()
		if s.cfg.Source == SourceAuto {
			wanted = "neither counter " + s.cfg.Counter.String() + " nor " + wanted
		}
		return Reading{}, s.absent(gaugeErr, wanted, page)
	}
	return Reading{Source: SourceGauge, Value: gauge, Age: a.age()}, nil
}

// absent says that a series is not there, and what is.
func (s *Scraper) absent(err error, wanted string, page exposition) *Error {
	var known *Error
	if errors.As(err, &known) {
		return failed(known.Code, "GET %s: %s", s.shown, known.Message)
	}
	if s.settled {
		return failed(CodeNotFound, "GET %s: Hz metric not found: %s is gone, though earlier readings had it; look at the service's log", s.shown, wanted)
	}
	fix := "HZ_COUNTER (--counter)"
	if s.cfg.Source == SourceGauge {
		fix = "HZ_GAUGE (--gauge)"
	}
	if s.cfg.Source != SourceAuto {
		wanted = "no " + wanted
	}
	return failed(CodeNotFound, "GET %s: Hz metric not found: %s; %s; name the right one with %s", s.shown, wanted, page.hint(), fix)
}

// wrongKind says that the endpoint is not of the kind that the source needs.
func (s *Scraper) wrongKind(got, fix string) *Error {
	if s.settled {
		return failed(CodeSource, "GET %s: answered %s, though earlier readings came from source %q: something else answers there now; look at the service",
			s.shown, got, s.cfg.Source)
	}
	return failed(CodeSource, "GET %s: answered %s, so source %q is not there; %s", s.shown, got, s.cfg.Source, fix)
}

// statusError says what to do about an HTTP status that carries no reading.
func (s *Scraper) statusError(resp *http.Response) *Error {
	fix := "correct METRICS_URL, or make the service expose metrics there"
	switch {
	case resp.StatusCode == http.StatusUnauthorized || resp.StatusCode == http.StatusForbidden:
		fix = "give credentials with METRICS_AUTH_HEADER (--header)"
	case resp.StatusCode == http.StatusTooManyRequests:
		fix = "the endpoint limits its readers: read it around the limiter, or less often with HZ_INTERVAL (--interval)"
	case resp.StatusCode >= http.StatusInternalServerError:
		fix = "look at the service's log"
	}
	return failed(CodeStatus, "GET %s: status %s, without a reading; %s", s.shown, clip(resp.Status), fix)
}
