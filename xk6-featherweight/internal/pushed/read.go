package pushed

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/api"
	prometheus "github.com/prometheus/client_golang/api/prometheus/v1"
	"github.com/prometheus/common/model"

	"github.com/featherweight/xk6-featherweight/internal/runners"
)

// Accounts are what the runners of a test left of themselves, of those who left anything since that time. The error says what the
// server answered.
func (s Server) Accounts(ctx context.Context, test string, since time.Time) ([]Left, error) {
	all, err := s.series(ctx, fmt.Sprintf("%s{%s=%q}", accountName, testLabel, test), since)
	if err != nil {
		return nil, err
	}
	return latest(all), nil
}

// Fetch puts the recording of a runner that has come to its end there, or the problem with it. The error is as for Accounts.
func (s Server) Fetch(ctx context.Context, of Left, into *runners.Runner) error {
	query := fmt.Sprintf(`{__name__=~%q,__name__!=%q,%s=%q,%s=%q}`, prefix+".+", accountName, testLabel, of.Account.Test, runnerLabel, of.Name)
	all, err := s.series(ctx, query, of.packed.Started)
	if err != nil {
		return err
	}
	if into.Recording, err = recorded(of.packed, all); err != nil {
		into.Problem = err.Error()
	}
	return nil
}

// series are those that a selector finds, with their samples since that time.
func (s Server) series(ctx context.Context, selector string, since time.Time) ([]Series, error) {
	client, err := api.NewClient(api.Config{Address: s.URL, RoundTripper: authorized{s.Authorization}})
	if err != nil {
		return nil, err
	}
	now := time.Now()
	const second = 1 // ranges are whole ones here, and their beginning is not part of them
	query := fmt.Sprintf("%s[%ds]", selector, int64(now.Sub(since)/time.Second)+second)
	value, _, err := prometheus.NewAPI(client).Query(ctx, query, now)
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
