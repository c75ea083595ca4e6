package target

import (
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAdminChangesFaults(t *testing.T) {
	t.Parallel()
	s := startReal(t, quick())
	url := s.URLs().Admin + "/faults"
	for _, step := range []struct {
		method, body string
		code         int
		want         string
	}{
		{http.MethodGet, "", 200, `{}`},
		{http.MethodPut, `{"loop_hz":94,"drop":0.1}`, 200, `{"loop_hz":94,"drop":0.1}`},
		{http.MethodPatch, `{"metrics_slow":"1.5s","drop":0}`, 200, `{"loop_hz":94,"metrics_slow":"1.5s"}`},
		{http.MethodPut, `{"half":1}`, 200, `{"half":1}`},
		{http.MethodPut, `{"dorp":1}`, 400, ""},
		{http.MethodPatch, `{"drop":0.5}`, 400, ""}, // with half that would be 1.5
		{http.MethodPut, `nonsense`, 400, ""},
		{http.MethodGet, "", 200, `{"half":1}`},
		{http.MethodPatch, `{"loop_restart":true,"loop_stall":"1ms"}`, 200, `{"half":1}`}, // done, and over
		{http.MethodDelete, "", 200, `{}`},
	} {
		code, text := call(t, step.method, url, step.body)
		assert.Equal(t, step.code, code, "%+v", step)
		if step.want != "" {
			assert.JSONEq(t, step.want, text, "%+v", step)
		} else {
			assert.Contains(t, text, `{"error":"`)
		}
	}
	assert.Equal(t, Faults{}, s.Faults())
	truth := s.Truth()
	assert.Equal(t, map[string]int64{"loop_hz": 1, "loop_restart": 1, "loop_stall": 1}, truth.Errors)
	assert.Equal(t, uint64(1), truth.Restarts)
}

func TestAdminShowsTruthAndReadings(t *testing.T) {
	t.Parallel()
	s := startReal(t, quick())
	_, text := call(t, http.MethodGet, s.URLs().Admin+"/readings", "")
	assert.JSONEq(t, `[]`, text)
	before := time.Now().UnixNano()
	_, _ = call(t, http.MethodGet, s.URLs().API+"/metrics", "")
	after := time.Now().UnixNano()
	var readings []Reading
	_, text = call(t, http.MethodGet, s.URLs().Admin+"/readings", "")
	require.NoError(t, json.Unmarshal([]byte(text), &readings))
	require.Len(t, readings, 1)
	assert.Equal(t, s.Readings(), readings)
	assert.GreaterOrEqual(t, readings[0].At, before)
	assert.LessOrEqual(t, readings[0].At, after)
	var truth Truth
	_, text = call(t, http.MethodGet, s.URLs().Admin+"/truth", "")
	require.NoError(t, json.Unmarshal([]byte(text), &truth))
	assert.Equal(t, uint64(1), truth.Scrapes)
	assert.Equal(t, map[string]int64{"GET /metrics 200": 1}, truth.HTTPRequests)
	assert.Contains(t, text, `"errors":{}`)
}

func TestLoopFaultsReachTheLoop(t *testing.T) {
	t.Parallel()
	cfg := quick()
	cfg.Faults = Faults{LoopHz: 50, LoopStop: true, LoopStall: Duration(time.Millisecond)}
	s := startReal(t, cfg)
	state := func() (hz float64, halted bool) {
		s.loop.mu.Lock()
		defer s.loop.mu.Unlock()
		return s.loop.pace.hz, s.loop.halted
	}
	hz, halted := state()
	assert.InDelta(t, 50, hz, 0)
	assert.True(t, halted)
	require.NoError(t, s.SetFaults(Faults{}))
	hz, halted = state()
	assert.InDelta(t, 100, hz, 0)
	assert.False(t, halted)
	assert.Equal(t, map[string]int64{"loop_hz": 1, "loop_stop": 1, "loop_stall": 1}, s.Truth().Errors)
}

func TestHTTP500BreaksOneFlowAlone(t *testing.T) {
	t.Parallel()
	s := startReal(t, quick())
	a := newAPI(t, s)
	a.login()
	require.NoError(t, s.SetFaults(Faults{HTTP500: "profile,files"}))
	code, _ := a.get("/api/user/profile")
	assert.Equal(t, http.StatusInternalServerError, code)
	code, _ = a.get("/api/files/x/status")
	assert.Equal(t, http.StatusInternalServerError, code)
	code, _ = a.get("/api/auth/me")
	assert.Equal(t, http.StatusOK, code)
	truth := s.Truth()
	assert.Equal(t, map[string]int64{"http_500": 2}, truth.Errors)
	assert.Equal(t, int64(1), truth.HTTPRequests["GET /api/user/profile 500"])
	assert.Equal(t, int64(1), truth.HTTPRequests["GET /api/files/{id}/status 500"])
}
