package fwhz

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/featherweight/xk6-featherweight/internal/mask"
	"github.com/featherweight/xk6-featherweight/internal/pushed"
	"github.com/featherweight/xk6-featherweight/internal/record"
	"github.com/featherweight/xk6-featherweight/internal/runners"
)

// For how long a Prometheus is asked to take what a runner leaves: at the beginning load waits for it, at the end a result.
const (
	pushAtBegin = 10 * time.Second
	pushAtEnd   = time.Minute
)

var errNameless = errors.New("RUNNER_PUSH_URL is set, and this test has no name by which its results could be asked for: give each runner the same --tag testid=NAME, a new one for each test")

// pushTo is where this runner sends what it leaves; nothing when that is nowhere.
func (s *suite) pushTo() pushed.Server {
	url := s.plan.config.Text("RUNNER_PUSH_URL")
	if url == "" {
		return pushed.Server{}
	}
	return pushed.Server{URL: url, Authorization: s.plan.config.Text("RUNNER_PUSH_AUTH_HEADER")}
}

// push sends an account and, at the end, a recording.
func (s *suite) push(account runners.Account, recording *record.Recording, now time.Time) error {
	to := s.pushTo()
	if to.URL == "" {
		return nil
	}
	if account.Test == "" {
		return errNameless
	}
	within := pushAtBegin
	if recording != nil {
		within = pushAtEnd
	}
	ctx, cancel := context.WithTimeout(context.Background(), within)
	defer cancel()
	all, err := pushed.Encode(s.runnerName(), account, recording, now)
	if err == nil {
		err = to.Write(ctx, all)
	}
	if err != nil {
		return fmt.Errorf("the results of this runner cannot be sent to %s: %s: set RUNNER_PUSH_URL to what takes Prometheus remote writes "+
			"with native histograms, such as http://prometheus:9090/api/v1/write", mask.URL(to.URL), mask.Text(err.Error()))
	}
	return nil
}
