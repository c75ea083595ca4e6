package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"
	"go.k6.io/k6/v2/errext"

	"github.com/featherweight/xk6-featherweight/internal/arrival"
	"github.com/featherweight/xk6-featherweight/internal/pulse"
	"github.com/featherweight/xk6-featherweight/internal/sampler"
	"github.com/featherweight/xk6-featherweight/internal/scrape"
)

const defaultMetricsURL = "http://localhost:4000/metrics"

// hzFlags are what "hz" takes.
type hzFlags struct {
	interval, window, timeout, duration time.Duration
	source, counter, gauge              string
	streamType, streamField             string
	maxSize                             int64
	headers                             []string
	json                                bool
}

// Hz is "k6 x fwhz hz [URL]": a loop's frequency, live, as rostopic hz shows a topic's.
func Hz(out io.Writer) *cobra.Command {
	f := hzFlags{}
	cmd := &cobra.Command{
		Use:   "hz [URL]",
		Short: "Watch a loop's frequency, with bounds, window by window",
		Long: `Reads a counter of loop turns from a Prometheus endpoint (or hz from a /healthz, or the loop's own pulses from a
WebSocket, at a ws:// or wss:// URL) and prints one line a window:
the frequency, the interval in which the true one lies, where it came from, the longest time in which the counter
provably stood still, and how long a reading took. Ctrl-C ends it with a summary.

URL is ` + defaultMetricsURL + ` unless given. Exit code 1 when nothing could be read.`,
		Example:       `  k6 x fwhz hz http://localhost:9090/metrics --counter 'prometheus_tsdb_head_samples_appended_total{type="float"}'`,
		Args:          cobra.MaximumNArgs(1),
		SilenceUsage:  true,
		SilenceErrors: true,
		RunE: func(cmd *cobra.Command, args []string) error {
			url := defaultMetricsURL
			if len(args) > 0 {
				url = args[0]
			}
			ctx, stop := signal.NotifyContext(cmd.Context(), syscall.SIGINT, syscall.SIGTERM)
			defer stop()
			return f.watch(ctx, url, out, cmd.ErrOrStderr())
		},
	}
	cmd.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return errext.WithExitCodeIfNone(err, exitNothing) })
	flags := cmd.Flags()
	flags.DurationVar(&f.interval, "interval", sampler.DefaultInterval, "time between two readings")
	flags.DurationVar(&f.window, "window", sampler.DefaultWindow, "length of a window, a multiple of the interval")
	flags.DurationVar(&f.timeout, "timeout", scrape.DefaultTimeout, "when a single reading is given up")
	flags.Int64Var(&f.maxSize, "max-size", scrape.DefaultBodyLimit, "the most bytes of an answer, packed or not")
	flags.DurationVar(&f.duration, "duration", 0, "how long to watch, in whole windows; 0 until Ctrl-C")
	flags.StringVar(&f.source, "source", string(scrape.SourceAuto), "auto, counter, gauge, health or stream")
	flags.StringVar(&f.counter, "counter", scrape.DefaultCounter, `the counter, NAME or NAME{label="x"}`)
	flags.StringVar(&f.gauge, "gauge", scrape.DefaultGauge, "the gauge to fall back on")
	flags.StringVar(&f.streamType, "stream-type", pulse.DefaultType, "type of the messages that are pulses, at a ws:// URL")
	flags.StringVar(&f.streamField, "stream-field", pulse.DefaultField, "where a pulse has its number")
	flags.StringArrayVar(&f.headers, "header", nil, `header of every request, "Name: value"; may be given again`)
	flags.BoolVar(&f.json, "json", false, "one JSON object a line")
	return cmd
}

// check turns the flags into a reader, and what ends it. Of a page, tell takes what there is to say.
func (f *hzFlags) check(url string, tell func(scrape.Note)) (sampler.Reader, func(), error) {
	switch {
	case f.interval <= 0:
		return nil, nil, fmt.Errorf("--interval %s is not allowed: a time above 0", f.interval)
	case f.window <= 0 || f.window%f.interval != 0:
		return nil, nil, fmt.Errorf("--window %s is not allowed: a multiple of --interval, which is %s", f.window, f.interval)
	case f.timeout <= 0:
		return nil, nil, fmt.Errorf("--timeout %s is not allowed: a time above 0", f.timeout)
	case f.maxSize < 1:
		return nil, nil, fmt.Errorf("--max-size %d is not allowed: a number of bytes above 0", f.maxSize)
	case f.duration < 0 || (f.duration > 0 && f.duration < f.window):
		return nil, nil, fmt.Errorf("--duration %s is not allowed: 0, or at least one --window, which is %s", f.duration, f.window)
	}
	source, err := scrape.ParseSource(f.source, url)
	if err != nil {
		return nil, nil, fmt.Errorf("--%w", err)
	}
	counter, err := scrape.ParseSelector(f.counter)
	if err != nil {
		return nil, nil, fmt.Errorf("--counter: %w", err)
	}
	gauge, err := scrape.ParseSelector(f.gauge)
	if err != nil {
		return nil, nil, fmt.Errorf("--gauge: %w", err)
	}
	header := http.Header{}
	for _, line := range f.headers {
		name, value, ok := strings.Cut(line, ":")
		if !ok || strings.TrimSpace(name) == "" {
			return nil, nil, fmt.Errorf("--header %q is not allowed: \"Name: value\"", line)
		}
		header.Add(strings.TrimSpace(name), strings.TrimSpace(value))
	}
	if source == scrape.SourceStream {
		reader, err := pulse.New(pulse.Config{
			URL: url, Type: f.streamType, Field: f.streamField, Timeout: f.timeout, BodyLimit: f.maxSize, Header: header, Names: flagNames(),
		})
		if err != nil {
			return nil, nil, err
		}
		return reader, reader.Close, nil
	}
	transport := &http.Transport{
		DialContext: arrival.Watching((&net.Dialer{}).DialContext), Proxy: http.ProxyFromEnvironment, DisableCompression: true, MaxIdleConnsPerHost: 1,
	}
	scraper, err := scrape.New(scrape.Config{
		URL: url, Source: source, Counter: counter, Gauge: gauge, Timeout: f.timeout, BodyLimit: f.maxSize, Header: header, Transport: transport,
		Names: flagNames(),
	})
	return &sampler.Telling{Reader: scraper, Interval: f.interval, IntervalName: flagNames().Interval, Tell: tell}, transport.CloseIdleConnections, err
}

// exitNothing is the exit code when nothing could be read, or when what was asked for makes no sense.
const exitNothing = 1

// flagNames are the words of this command.
func flagNames() scrape.Names {
	return scrape.Names{
		URL: "the URL", Header: "--header", Counter: "--counter", Gauge: "--gauge", Stream: "--stream-type or --stream-field", Source: "--source ", Interval: "--interval",
		MaxSize: "--max-size", Less: "end what takes it",
	}
}

// watch prints windows to out, and notes of what a page has to say beside them.
func (f *hzFlags) watch(ctx context.Context, url string, out, beside io.Writer) error {
	reader, end, err := f.check(url, func(note scrape.Note) { _, _ = fmt.Fprintln(beside, "note: "+note.Text) })
	if err != nil {
		return errext.WithExitCodeIfNone(err, exitNothing)
	}
	defer end()
	s := sampler.New(reader, f.interval, f.window)
	show := printer(plain{out})
	if f.json {
		show = jsonLines{out}
	}
	var sum summary
	// The last window is let end: cut off on the dot, it would be lost to the few milliseconds of its last reading.
	for started := time.Now(); f.duration == 0 || time.Since(started) < f.duration-f.window/2; {
		w, err := s.Next(ctx, "")
		if err != nil {
			break
		}
		sum.add(w)
		show.window(w)
	}
	if mean, ok := s.Average(""); ok && sum.windows > 0 {
		sum.mean, sum.measured = mean, true
	}
	show.summary(sum)
	if sum.windows == 0 {
		if sum.err == nil {
			sum.err = errors.New("ended before the first window was over")
		}
		return errext.WithExitCodeIfNone(fmt.Errorf("nothing could be read: %w", sum.err), exitNothing)
	}
	if sum.replicas {
		return errext.WithExitCodeIfNone(sampler.ErrReplicas, exitNothing)
	}
	return nil
}
