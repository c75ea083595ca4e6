package pushed

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/api"
	prometheus "github.com/prometheus/client_golang/api/prometheus/v1"
	"github.com/prometheus/common/model"

	"github.com/featherweight/xk6-featherweight/internal/runners"
)

// Read is what the runners of a test left, of those who left anything since that time. The error says what the server answered.
func (s Server) Read(ctx context.Context, test string, since time.Time) ([]runners.Runner, error) {
	client, err := api.NewClient(api.Config{Address: s.URL, RoundTripper: authorized{s.Authorization}})
	if err != nil {
		return nil, err
	}
	asked := reader{prometheus.NewAPI(client), time.Now()}
	accounts, err := asked.series(ctx, fmt.Sprintf("%s{%s=%s}", accountName, testLabel, strconv.Quote(test)), asked.now.Sub(since))
	if err != nil {
		return nil, err
	}
	var out []runners.Runner
	for _, one := range latest(accounts) {
		if one.Account.End != nil {
			if err := asked.recording(ctx, test, &one); err != nil {
				return nil, err
			}
		}
		out = append(out, one.Runner)
	}
	return out, nil
}

type reader struct {
	api prometheus.API
	now time.Time
}

// recording reads that of a runner.
func (r reader) recording(ctx context.Context, test string, of *left) error {
	query := fmt.Sprintf(`{__name__=~%q,__name__!=%q,%s=%s,%s=%s}`, prefix+".+", accountName,
		testLabel, strconv.Quote(test), runnerLabel, strconv.Quote(of.Name))
	all, err := r.series(ctx, query, r.now.Sub(of.packed.Started))
	if err != nil {
		return err
	}
	of.Recording, err = recorded(of.packed, all)
	if err != nil {
		of.Recording, of.Problem = nil, err.Error()
	}
	return nil
}

// series are those that a selector finds, with their samples since that long ago.
func (r reader) series(ctx context.Context, selector string, since time.Duration) ([]Series, error) {
	const second = 1 // ranges are whole ones here, and their beginning is not part of them
	query := fmt.Sprintf("%s[%ds]", selector, int64(since/time.Second)+second)
	value, _, err := r.api.Query(ctx, query, r.now)
	if err != nil {
		return nil, fmt.Errorf("it was asked for %s, and answered: %w", query, err)
	}
	matrix, _ := value.(model.Matrix)
	out := make([]Series, 0, len(matrix))
	for _, stream := range matrix {
		one := Series{Labels: map[string]string{}}
		for name, text := range stream.Metric {
			one.Labels[string(name)] = string(text)
		}
		for _, pair := range stream.Values {
			one.Samples = append(one.Samples, Sample{At: pair.Timestamp.Time(), Value: float64(pair.Value)})
		}
		for _, pair := range stream.Histograms {
			one.Samples = append(one.Samples, Sample{At: pair.Timestamp.Time(), Histogram: histogramOf(pair.Histogram)})
		}
		out = append(out, one)
	}
	return out, nil
}

func histogramOf(h *model.SampleHistogram) *Histogram {
	out := &Histogram{Sum: float64(h.Sum), Buckets: map[int]float64{}}
	for _, b := range h.Buckets {
		if b.Lower <= 0 {
			out.Zero += float64(b.Count)
		} else {
			out.Buckets[bucketWith(float64(b.Upper))] += float64(b.Count)
		}
	}
	return out
}

// authorized adds a header to what is asked.
type authorized struct{ header string }

// RoundTrip is http.RoundTripper.
func (a authorized) RoundTrip(req *http.Request) (*http.Response, error) {
	if a.header != "" {
		req = req.Clone(req.Context())
		req.Header.Set("Authorization", a.header)
	}
	return http.DefaultTransport.RoundTrip(req)
}
