package fwhz

import (
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/grafana/sobek"
	"go.k6.io/k6/v2/js/common"
	"go.k6.io/k6/v2/lib"

	"github.com/featherweight/xk6-featherweight/internal/chat"
	"github.com/featherweight/xk6-featherweight/internal/record"
)

// user is whose attempts are recorded, and in which phase.
type user struct {
	record *record.Record
	id     uint64
	phase  string
}

// user is the VU as it is now.
func (m *module) user(state *lib.State) user {
	phase, _ := state.Tags.GetCurrentValues().Tags.Get(tagPhase)
	return user{record: &m.root.record, id: state.VUIDGlobal, phase: phase}
}

func (u user) attempt(name string, failed bool) { u.record.Attempt(name, u.id, failed) }

func (u user) outcome(began time.Time, ok bool) { u.record.Outcome(began, ok) }

func (u user) wait(name string, took time.Duration, cut bool) {
	u.record.Wait(name, u.phase, u.id, took, cut)
}

// evidence is the object of that name: what the process has recorded, and what that proves.
func (m *module) evidence() *sobek.Object { return lazily(m.vu.Runtime(), recorded{m}) }

type recorded struct{ module *module }

func (recorded) members() []string {
	return []string{"attempt", "count", "isOwnFault", "percentile", "share", "silence", "wait"}
}

func (r recorded) member(name string) any {
	switch name {
	case "attempt":
		return r.module.noteAttempt
	case "count":
		return r.module.noteCount
	case "isOwnFault":
		return r.module.noteOwnFault
	case "percentile":
		return r.module.percentileObject
	case "share":
		return r.module.shareObject
	case "silence":
		return r.module.silenceObject
	case "wait":
		return r.module.noteWait
	default:
		return nil
	}
}

// noteAttempt counts for a share that the script has of its own.
func (m *module) noteAttempt(name string, failed bool) {
	state := m.state("evidence.attempt()")
	m.user(state).attempt(name, failed)
	hit := 0.0
	if failed {
		hit = 1
	}
	m.show(state, name, hit)
}

// noteCount adds to a Counter that the script has of its own.
func (m *module) noteCount(name string) { m.show(m.state("evidence.count()"), name, 1) }

// noteOwnFault counts an error of a request that is this machine's own. k6 hands on its words only.
func (m *module) noteOwnFault(words string) bool {
	state := m.state("evidence.isOwnFault()")
	if !chat.IsOwnFault(words) {
		return false
	}
	m.warnOnce(state, "own fault", "this machine could not even ask ("+words+"): not the server's failure, and the run is INVALID; look at its limits (./test-setup.sh)")
	e := m.emit(state, nil)
	e.add(m.metrics.generatorFail, 1)
	e.send()
	return true
}

// show hands a sample to the objectives that k6 gets from the script.
func (m *module) show(state *lib.State, name string, value float64) {
	m.root.show(name, state.Tags.GetCurrentValues().Tags, value)
}

// noteWait adds to a percentile that the script has of its own.
func (m *module) noteWait(name string, ms float64) {
	state := m.state("evidence.wait()")
	u := m.user(state)
	if !(ms >= 0 && ms <= longest.Seconds()*1000) { // NaN too
		common.Throw(m.vu.Runtime(), fmt.Errorf("evidence.wait: %v is not allowed: a number of milliseconds from 0 on", ms))
	}
	u.wait(name, time.Duration(ms*float64(time.Millisecond)), false)
	m.show(state, name, ms)
}

func (m *module) shareObject(name string) any {
	share, ok := m.root.record.Share(name)
	if !ok {
		return nil
	}
	return m.object(map[string]any{
		"hits": share.Hits, "n": share.N, "users": share.Users, "effective": share.Effective, "low": share.Low, "high": share.High,
	})
}

func (m *module) percentileObject(name, phase string, p float64) any {
	if !(p > 0 && p < 100) { //nolint:mnd // percent
		common.Throw(m.vu.Runtime(), errors.New("evidence.percentile: the percentile is a number above 0 and below 100"))
	}
	found, ok := m.root.record.Percentile(name, phase, p/100) //nolint:mnd // percent
	if !ok {
		return nil
	}
	return m.object(map[string]any{
		"n": found.N, "cut": found.Cut, "users": found.Users, "effective": found.Effective, "low": found.Low,
		"high": finite(found.High), "atOnce": finite(found.AtOnce), "never": finite(found.Never),
	})
}

func (m *module) silenceObject() *sobek.Object {
	silence := m.root.record.Silence()
	var seconds float64
	if silence.Failed > 0 {
		seconds = time.Since(silence.Since).Seconds()
	}
	return m.object(map[string]any{"failed": silence.Failed, "seconds": seconds})
}

// finite is nil for an infinity, which JSON has not.
func finite(x float64) any {
	if math.IsInf(x, 0) {
		return nil
	}
	return x
}

// object makes a plain JavaScript object.
func (m *module) object(fields map[string]any) *sobek.Object {
	obj := m.vu.Runtime().NewObject()
	setAll(obj, fields)
	return obj
}
