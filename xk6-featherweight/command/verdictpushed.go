package command

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"time"

	prometheus "github.com/prometheus/client_golang/api/prometheus/v1"

	"github.com/featherweight/xk6-featherweight/internal/mask"
	"github.com/featherweight/xk6-featherweight/internal/pushed"
	"github.com/featherweight/xk6-featherweight/internal/runners"
)

// writePath is what the address for remote writes has behind the one for questions.
const writePath = "/api/v1/write"

// inPrometheus looks at what the runners sent to a Prometheus.
func (d *door) inPrometheus(asked verdictAsked) (looking, error) {
	if err := d.load(nil); err != nil {
		return nil, err
	}
	address, err := url.Parse(strings.TrimSuffix(strings.TrimSuffix(asked.prometheus, "/"), writePath))
	if err != nil || address.Host == "" || (address.Scheme != "http" && address.Scheme != "https") {
		return nil, failf(exitUsage, "--prometheus must be a URL such as http://prometheus:9090, not %q", mask.URL(asked.prometheus))
	}
	from := pushed.Server{URL: address.String(), Authorization: d.value("RUNNER_PUSH_AUTH_HEADER")}
	since := time.Now().Add(-asked.since) // also of those who are waited for
	unread := func(err error) error {
		return failf(exitFailed, "what the runners sent to %s cannot be read: %s; %s", mask.URL(from.URL),
			mask.Line(mask.Text(err.Error()), longestComplaint), howToRead(err))
	}
	return func(ctx context.Context) ([]left, error) {
		found, err := from.Accounts(ctx, asked.testid, since)
		if err != nil {
			return nil, unread(err)
		}
		if len(found) == 0 {
			return nil, failf(exitFailed, "no runner of a test with the tag testid=%s has sent anything to %s in %s: each does with "+
				"RUNNER_PUSH_URL and k6's --tag testid=%s", asked.testid, mask.URL(from.URL), asked.since, asked.testid)
		}
		all := make([]left, len(found))
		for i, one := range found {
			all[i] = left{Runner: one.Runner, fetch: func(ctx context.Context, into *runners.Runner) error {
				if err := from.Fetch(ctx, one, into); err != nil {
					return unread(err)
				}
				return nil
			}}
		}
		return all, nil
	}, nil
}

// longestComplaint is how much of what a server said is shown.
const longestComplaint = 250

// howToRead is what to do when a server does not answer as a Prometheus does.
func howToRead(err error) string {
	said := (*prometheus.Error)(nil)
	switch {
	case !errors.As(err, &said):
		return "start it, or correct --prometheus"
	case strings.Contains(said.Msg, "401"), strings.Contains(said.Msg, "403"):
		return "a user in the address, or RUNNER_PUSH_AUTH_HEADER, is sent with the question"
	case said.Type == prometheus.ErrBadResponse, said.Type == prometheus.ErrClient:
		return "name the address below which its /api/v1/query is"
	default:
		return "look at its log"
	}
}
