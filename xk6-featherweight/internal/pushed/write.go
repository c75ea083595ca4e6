package pushed

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"time"

	prompb "buf.build/gen/go/prometheus/prometheus/protocolbuffers/go"
	"github.com/klauspost/compress/snappy"
	"google.golang.org/protobuf/proto"
)

// Server is a Prometheus, or what speaks like one.
type Server struct {
	// URL is, to write, the address that takes remote writes (…/api/v1/write), and to read, the one below which the API is.
	URL string
	// Authorization is a header; empty for none. A user in URL does as well.
	Authorization string
}

// longestMessage is about how many samples go in one message; buckets count too.
const longestMessage = 20_000

// again is how long to wait before a message is sent once more.
const again = time.Second

// Write sends series as Prometheus remote write 1.0 (https://prometheus.io/docs/specs/prw/remote_write_spec), again and again as
// long as the server cannot take it just now, until ctx ends. The error says what came back.
func (s Server) Write(ctx context.Context, all []Series) error {
	var message []*prompb.TimeSeries
	size := 0
	for i, one := range all {
		message = append(message, one.proto())
		size += one.size()
		if size < longestMessage && i < len(all)-1 {
			continue
		}
		if err := s.send(ctx, message); err != nil {
			return err
		}
		message, size = nil, 0
	}
	return nil
}

func (s Server) send(ctx context.Context, message []*prompb.TimeSeries) error {
	text, err := proto.Marshal(&prompb.WriteRequest{Timeseries: message})
	if err != nil {
		return fmt.Errorf("failed to encode what a runner leaves: %w", err)
	}
	body := snappy.Encode(nil, text)
	for {
		later, err := s.post(ctx, body)
		if err == nil || !later {
			return err
		}
		wait := time.NewTimer(again)
		select {
		case <-wait.C:
		case <-ctx.Done():
			wait.Stop()
			return err
		}
	}
}

// post sends one message; later says that the same may be taken in a moment.
func (s Server) post(ctx context.Context, body []byte) (later bool, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.URL, bytes.NewReader(body))
	if err != nil {
		return false, err
	}
	req.Header.Set("Content-Type", "application/x-protobuf")
	req.Header.Set("Content-Encoding", "snappy")
	req.Header.Set("X-Prometheus-Remote-Write-Version", "0.1.0")
	if s.Authorization != "" {
		req.Header.Set("Authorization", s.Authorization)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return true, err
	}
	defer func() { _ = resp.Body.Close() }()
	const shown = 300
	said, _ := io.ReadAll(io.LimitReader(resp.Body, shown))
	if resp.StatusCode < http.StatusMultipleChoices {
		return false, nil
	}
	later = resp.StatusCode >= http.StatusInternalServerError || resp.StatusCode == http.StatusTooManyRequests
	return later, fmt.Errorf("%s %s: %w", resp.Status, bytes.TrimSpace(said), errRefused)
}

var errRefused = errors.New("the server did not take it")

// size is about how much of a message a series takes.
func (s Series) size() int {
	n := 0
	for _, sample := range s.Samples {
		n++
		if sample.Histogram != nil {
			n += len(sample.Histogram.Buckets)
		}
	}
	return n
}

func (s Series) proto() *prompb.TimeSeries {
	out := &prompb.TimeSeries{}
	for _, name := range slices.Sorted(maps.Keys(s.Labels)) {
		out.Labels = append(out.Labels, &prompb.Label{Name: name, Value: s.Labels[name]})
	}
	for _, sample := range s.Samples {
		at := sample.At.UnixMilli()
		if h := sample.Histogram; h != nil {
			out.Histograms = append(out.Histograms, h.proto(at))
		} else {
			out.Samples = append(out.Samples, &prompb.Sample{Timestamp: at, Value: sample.Value})
		}
	}
	return out
}

// proto is a histogram as the protocol has it: runs of buckets, each by how much it has more than the one before.
func (h *Histogram) proto(at int64) *prompb.Histogram {
	out := &prompb.Histogram{
		Timestamp: at, Schema: Schema, ZeroThreshold: belowIt, Sum: h.Sum,
		Count:     &prompb.Histogram_CountInt{CountInt: uint64(h.Count())},
		ZeroCount: &prompb.Histogram_ZeroCountInt{ZeroCountInt: uint64(h.Zero)},
	}
	next, before := 0, int64(0)
	for i, bucket := range slices.Sorted(maps.Keys(h.Buckets)) {
		if i == 0 || bucket != next {
			out.PositiveSpans = append(out.PositiveSpans, &prompb.BucketSpan{Offset: int32(bucket - next)})
		}
		out.PositiveSpans[len(out.PositiveSpans)-1].Length++
		count := int64(h.Buckets[bucket])
		out.PositiveDeltas = append(out.PositiveDeltas, count-before)
		next, before = bucket+1, count
	}
	return out
}
