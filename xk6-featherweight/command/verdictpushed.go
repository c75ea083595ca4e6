package command

import (
	"context"
	"net/url"
	"strings"
	"time"

	"github.com/featherweight/xk6-featherweight/internal/mask"
	"github.com/featherweight/xk6-featherweight/internal/pushed"
	"github.com/featherweight/xk6-featherweight/internal/runners"
)

// writePath is what the address for remote writes has behind the one for questions.
const writePath = "/api/v1/write"

// pushedRunners are those that sent their results to a Prometheus.
func (d *door) pushedRunners(asked verdictAsked) (readingRunners, error) {
	if err := d.load(nil); err != nil {
		return nil, err
	}
	address, err := url.Parse(strings.TrimSuffix(strings.TrimSuffix(asked.prometheus, "/"), writePath))
	if err != nil || address.Host == "" || (address.Scheme != "http" && address.Scheme != "https") {
		return nil, failf(exitUsage, "--prometheus must be a URL such as http://prometheus:9090, not %q", mask.URL(asked.prometheus))
	}
	from := pushed.Server{URL: address.String(), Authorization: d.value("RUNNER_PUSH_AUTH_HEADER")}
	since := time.Now().Add(-asked.since) // also of those who are waited for
	return func(ctx context.Context) ([]runners.Runner, error) {
		all, err := from.Read(ctx, asked.testid, since)
		if err != nil {
			return nil, failf(exitFailed, "what the runners sent to %s cannot be read: %s", mask.URL(from.URL), mask.Text(err.Error()))
		}
		if len(all) == 0 {
			return nil, failf(exitFailed, "no runner of a test with the tag testid=%s has sent anything to %s in %s: each does with "+
				"RUNNER_PUSH_URL and k6's --tag testid=%s", asked.testid, mask.URL(from.URL), asked.since, asked.testid)
		}
		return all, nil
	}, nil
}
