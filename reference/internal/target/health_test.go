package target

import (
	"encoding/json"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestHealthzFollowsTheRuleOfTheRealServer(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		hz    float64
		after time.Duration
		code  int
	}{
		{94, 500 * time.Millisecond, http.StatusOK}, // no frequency yet
		{94, 3 * time.Second, http.StatusServiceUnavailable},
		{95, 3 * time.Second, http.StatusOK},
		{97.5, 3 * time.Second, http.StatusOK},
		{50, 60 * time.Second, http.StatusServiceUnavailable},
	} {
		synctest.Test(t, func(t *testing.T) {
			cfg := DefaultConfig()
			cfg.Hz = c.hz
			s, api, chat := startVirtual(t, cfg)
			time.Sleep(c.after)
			synctest.Wait()
			for _, p := range []*pipes{api, chat} {
				code, _, text := get(t, pipeClient(p), "http://target/healthz")
				assert.Equal(t, c.code, code, "%v Hz", c.hz)
				var body struct {
					Status, Error, Timestamp, Backend string
					Hz, Uptime                        float64
				}
				require.NoError(t, json.Unmarshal([]byte(text), &body))
				assert.Equal(t, iso(time.Now()), body.Timestamp)
				assert.InDelta(t, c.after.Seconds(), body.Uptime, 1e-9)
				assert.NotEmpty(t, body.Backend)
				switch {
				case c.code != http.StatusOK:
					assert.Equal(t, "unhealthy", body.Status)
					assert.Regexp(t, `^Consciousness loop frequency too low: \d\d\.\d\d Hz$`, body.Error)
					assert.InDelta(t, c.hz, body.Hz, 1e-3)
				case c.after < time.Second:
					assert.Zero(t, body.Hz)
				default:
					assert.Equal(t, "healthy", body.Status)
					assert.InDelta(t, c.hz, body.Hz, 1e-3)
				}
			}
			s.Stop(t.Context())
		})
	}
}

func TestHealthzOfALoopThatStandsStillIs200WithoutAFrequency(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, api, _ := startVirtual(t, DefaultConfig())
		time.Sleep(2 * time.Second)
		require.NoError(t, s.SetFaults(Faults{LoopStop: true}))
		time.Sleep(2 * time.Second)
		code, _, text := get(t, pipeClient(api), "http://target/healthz")
		assert.Equal(t, http.StatusOK, code)
		assert.Contains(t, text, `"hz":0,`)
		s.Stop(t.Context())
	})
}

func TestOtherHealthRoutes(t *testing.T) {
	t.Parallel()
	s := startReal(t, quick())
	chat := "http" + s.URLs().Chat[len("ws"):]
	for url, want := range map[string]string{
		s.URLs().API + "/health": `"services":{"auth":"healthy"`,
		chat + "/health":         `"version":"1.0.0"`,
	} {
		code, text := call(t, http.MethodGet, url, "")
		assert.Equal(t, http.StatusOK, code, url)
		assert.Contains(t, text, want)
		assert.Contains(t, text, `"timestamp":"`)
	}
}
