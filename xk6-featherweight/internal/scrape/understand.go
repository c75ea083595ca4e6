package scrape

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
)

// understand decides by what came back, not by the URL and not by what the answer calls itself.
func (s *Scraper) understand(a answer) (Reading, error) {
	is := a.kind()
	switch {
	case is == kindJSON:
		return s.fromHealth(a)
	case a.StatusCode != http.StatusOK:
		return Reading{}, s.statusError(a.Response)
	case is == kindWebPage:
		return Reading{}, failed(CodeMalformed, "GET %s: answered a web page (%s), not metrics; correct %s", s.shown, a.contentType(), s.cfg.Names.URL)
	case is == kindUTF16:
		return Reading{}, failed(CodeMalformed, "GET %s: the answer is UTF-16 text, metrics are UTF-8; make the service write UTF-8, or correct %s", s.shown, s.cfg.Names.URL)
	case is == kindBinary:
		return Reading{}, failed(CodeMalformed, "GET %s: answered binary data (%s), such as protobuf, not text; make the service honour Accept: text/plain, or correct %s",
			s.shown, a.contentType(), s.cfg.Names.URL)
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
		return Reading{}, s.wrongKind("JSON, not metrics", fmt.Sprintf("set %shealth or correct %s", s.cfg.Names.Source, s.cfg.Names.URL))
	}
	var health healthAnswer
	if err := json.Unmarshal(a.body, &health); err != nil {
		return Reading{}, failed(CodeMalformed, "GET %s: the answer is not JSON with a number hz (%s); correct %s", s.shown, clip(err.Error()), s.cfg.Names.URL)
	}
	if health.Hz == nil && a.StatusCode != http.StatusOK {
		return Reading{}, s.statusError(a.Response)
	}
	if health.Hz == nil {
		return Reading{}, failed(CodeNotFound, "GET %s: Hz metric not found: the JSON answer has no number hz; correct %s", s.shown, s.cfg.Names.URL)
	}
	return Reading{Source: SourceHealth, Value: *health.Hz, Age: a.age()}, nil
}

func (s *Scraper) fromExposition(a answer) (Reading, error) {
	if s.cfg.Source == SourceHealth {
		return Reading{}, s.wrongKind("metrics, not JSON", fmt.Sprintf("set %sauto or correct %s", s.cfg.Names.Source, s.cfg.Names.URL))
	}
	page, err := newExposition(a.body, a.openMetrics(), a.whole)
	if err != nil {
		return Reading{}, s.notText(err)
	}
	r := Reading{Age: a.age(), Notes: a.notes(s.shown)}
	gauge, gaugeErr := page.find(s.cfg.Gauge)
	if s.cfg.Source != SourceGauge {
		counter, err := s.counter(page, &r)
		if err == nil {
			r.Source, r.Value, r.Stamp = SourceCounter, counter.value, counter.stamp
			r.Resolution = s.digits.resolution(counter.printed, counter.value)
			r.Gauge, r.HasGauge = gauge.value, gaugeErr == nil
			if life, err := page.find(Selector{Name: lifeMetric}); err == nil {
				r.Life = life.value
			}
			return r, nil
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
	r.Source, r.Value = SourceGauge, gauge.value
	return r, nil
}

// counter finds the counter under the first of its spellings that is there.
func (s *Scraper) counter(page exposition, r *Reading) (found sample, err error) {
	for i, name := range s.cfg.Counter.spellings() {
		sel := s.cfg.Counter.spelled(name)
		if found, err = page.find(sel); !errors.Is(err, errNoSeries) {
			if i > 0 {
				r.Notes = append(r.Notes, note(NoteSpelling, "GET %s: the counter %s is there as %s: that is read", s.shown, s.cfg.Counter, sel))
			}
			break
		}
	}
	return found, err
}

// notText says that a page is neither of the two texts that are read.
func (s *Scraper) notText(err error) *Error {
	return failed(CodeMalformed, "GET %s: not valid Prometheus text: %s; look at the page, or correct %s", s.shown, clip(err.Error()), s.cfg.Names.URL)
}

// absent says that a series is not there, and what is.
func (s *Scraper) absent(err error, wanted string, page exposition) *Error {
	var known *Error
	if errors.As(err, &known) {
		return failed(known.Code, "GET %s: %s", s.shown, known.Message)
	}
	var bad malformed
	names, lookErr := page.look() // nothing was found, so this may be no metrics page at all
	if errors.As(err, &bad) || errors.As(lookErr, &bad) {
		return s.notText(bad)
	}
	if s.settled {
		return failed(CodeNotFound, "GET %s: Hz metric not found: %s is gone, though earlier readings had it; look at the service's log", s.shown, wanted)
	}
	fix, named := s.cfg.Names.Counter, s.cfg.Counter.Name
	if s.cfg.Source == SourceGauge {
		fix, named = s.cfg.Names.Gauge, s.cfg.Gauge.Name
	}
	if s.cfg.Source != SourceAuto {
		wanted = "no " + wanted
	}
	return failed(CodeNotFound, "GET %s: Hz metric not found: %s; %s; name the right one with %s", s.shown, wanted, hint(names, named), fix)
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
	return s.cfg.Names.Refused(s.request(), resp, ", without a reading", fmt.Sprintf("correct %s, or make the service expose metrics there", s.cfg.Names.URL))
}

// Refused says what to do about the HTTP status of an answer to request: what is said of it, and what to do where the
// status itself does not tell.
func (n Names) Refused(request string, resp *http.Response, what, fix string) *Error {
	switch {
	case resp.StatusCode == http.StatusUnauthorized || resp.StatusCode == http.StatusForbidden:
		fix = "give credentials with " + n.Header
	case resp.StatusCode == http.StatusTooManyRequests:
		fix = "the endpoint limits its readers: read it around the limiter, or less often with " + n.Interval
	case resp.StatusCode >= http.StatusInternalServerError:
		fix = "look at the service's log"
	}
	return failed(CodeStatus, "%s: status %s%s; %s", request, clip(resp.Status), what, fix)
}
