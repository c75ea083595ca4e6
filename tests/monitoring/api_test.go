//go:build stack

package monitoring

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/url"
	"strconv"
	"testing"
	"time"
)

// prometheus is the HTTP API of a Prometheus, also behind the data source proxy of Grafana.
type prometheus struct {
	url            string // without /api/v1
	user, password string
}

// sample is one point of a series.
type sample struct {
	labels map[string]string
	value  float64
}

// get calls the API and decodes its data.
func (p prometheus) get(path string, query url.Values, into any) error {
	req, err := http.NewRequest(http.MethodGet, p.url+"/api/v1/"+path+"?"+query.Encode(), nil)
	if err != nil {
		return err
	}
	if p.user != "" {
		req.SetBasicAuth(p.user, p.password)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	var answer struct {
		Status, Error string
		Data          json.RawMessage
	}
	if err := json.Unmarshal(body, &answer); err != nil || answer.Status != "success" {
		return fmt.Errorf("%s: %s: %s%w", req.URL, resp.Status, body, err)
	}
	return json.Unmarshal(answer.Data, into)
}

// now asks for the present values; those that are no number are left out.
func (p prometheus) now(expr string) ([]sample, error) {
	return p.values("query", url.Values{"query": {expr}})
}

// since asks for the values from then to now, one each 5 s. Each series gives its last number.
func (p prometheus) since(then time.Time, expr string) ([]sample, error) {
	return p.values("query_range", url.Values{
		"query": {expr}, "step": {"5s"},
		"start": {seconds(then)}, "end": {seconds(time.Now())},
	})
}

func seconds(t time.Time) string {
	return strconv.FormatFloat(float64(t.UnixMilli())/1000, 'f', 3, 64)
}

func (p prometheus) values(path string, query url.Values) ([]sample, error) {
	var data struct {
		ResultType string
		Result     json.RawMessage
	}
	if err := p.get(path, query, &data); err != nil {
		return nil, err
	}
	var series []struct {
		Metric map[string]string
		Value  [2]any
		Values [][2]any
	}
	if data.ResultType == "scalar" {
		series = append(series, struct {
			Metric map[string]string
			Value  [2]any
			Values [][2]any
		}{})
		if err := json.Unmarshal(data.Result, &series[0].Value); err != nil {
			return nil, err
		}
	} else if err := json.Unmarshal(data.Result, &series); err != nil {
		return nil, err
	}
	var out []sample
	for _, s := range series {
		points := s.Values
		if s.Value[1] != nil {
			points = [][2]any{s.Value}
		}
		last := math.NaN()
		for _, point := range points {
			text, _ := point[1].(string)
			if v, err := strconv.ParseFloat(text, 64); err == nil && !math.IsNaN(v) {
				last = v
			}
		}
		if !math.IsNaN(last) {
			out = append(out, sample{s.Metric, last})
		}
	}
	return out, nil
}

// firing lists the alerts about a test or about the service that fire now, with their labels.
func (p prometheus) firing(tb testing.TB, testid string) map[string]map[string]string {
	tb.Helper()
	found, err := p.now(fmt.Sprintf("ALERTS{alertstate=\"firing\", testid=~\"|%s\"}", testid))
	if err != nil {
		tb.Fatal(err)
	}
	out := map[string]map[string]string{}
	for _, s := range found {
		out[s.labels["alertname"]] = s.labels
	}
	return out
}

// patience is for a machine that has other work to do; it costs nothing where things go well.
const patience = 5 * time.Minute

// eventually waits until ready, which says what is missing as long as something is.
func eventually(tb testing.TB, what string, ready func() (missing string)) {
	tb.Helper()
	start := time.Now()
	deadline := time.After(patience)
	poll := time.NewTicker(200 * time.Millisecond)
	defer poll.Stop()
	for {
		missing := ready()
		if missing == "" {
			tb.Logf("%s after %.1f s", what, time.Since(start).Seconds())
			return
		}
		select {
		case <-poll.C:
		case <-deadline:
			tb.Fatalf("%s: not within %v: %s", what, patience, missing)
		case <-tb.Context().Done():
			tb.Fatalf("%s: %v", what, tb.Context().Err())
		}
	}
}

// answers says whether a GET is answered with 200.
func answers(address string) (missing string) {
	resp, err := http.Get(address)
	if err != nil {
		return err.Error()
	}
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return resp.Status
	}
	return ""
}
