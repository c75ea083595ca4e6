package fwhz

import (
	"errors"

	"github.com/grafana/sobek"

	"github.com/featherweight/xk6-featherweight/internal/sampler"
	"github.com/featherweight/xk6-featherweight/internal/scrape"
)

// scrapeCode is the word for a failed reading or window.
func scrapeCode(err error) string {
	var failed *scrape.Error
	var held *sampler.HeldError
	switch {
	case errors.As(err, &failed):
		return string(failed.Code)
	case errors.As(err, &held):
		return "held"
	case errors.Is(err, sampler.ErrReplicas):
		return "replicas"
	case errors.Is(err, sampler.ErrSuspended):
		return "suspended"
	case errors.Is(err, sampler.ErrLeap):
		return "leap"
	case errors.Is(err, sampler.ErrUndecided):
		return "undecided"
	case errors.Is(err, sampler.ErrRestart):
		return "restart"
	case errors.Is(err, sampler.ErrNoReading):
		return "timeout"
	default:
		return codeInterrupted
	}
}

// codeInterrupted: the test ended meanwhile.
const codeInterrupted = "interrupted"

// errorObject is an error as a script sees it.
func (m *module) errorObject(code, message string) *sobek.Object {
	obj := m.vu.Runtime().NewObject()
	setAll(obj, map[string]any{"code": code, "message": message})
	return obj
}
