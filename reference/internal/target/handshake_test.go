package target

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestThePathOfTheChat(t *testing.T) {
	t.Parallel()
	s := startReal(t, quick())
	connect(t, s)
	code, _ := call(t, http.MethodGet, "http"+s.URLs().Chat[2:]+"/api/chat", "")
	assert.Equal(t, http.StatusUpgradeRequired, code)
	assert.Equal(t, int64(1), s.Truth().Connections)
}

func TestRequiredToken(t *testing.T) {
	t.Parallel()
	cfg := quick()
	cfg.RequireToken = "open-sesame"
	s := startReal(t, cfg)
	for _, c := range []struct {
		query, bearer string
		ok            bool
	}{
		{"", "", false},
		{"?token=wrong", "", false},
		{"", "Bearer wrong", false},
		{"", "Basic open-sesame", false},
		{"?token=open-sesame", "", true},
		{"", "Bearer open-sesame", true},
	} {
		header := http.Header{}
		if c.bearer != "" {
			header.Set("Authorization", c.bearer)
		}
		ws, resp, err := websocket.DefaultDialer.DialContext(t.Context(), s.URLs().Chat+"/api/chat"+c.query, header)
		require.NoError(t, resp.Body.Close())
		assert.Equal(t, c.ok, err == nil, "%+v", c)
		if err == nil {
			require.NoError(t, ws.Close())
		} else {
			assert.Equal(t, http.StatusForbidden, resp.StatusCode)
		}
	}
	assert.Equal(t, int64(2), s.Truth().Connections)
}

func TestHandshakesAreRefused(t *testing.T) {
	t.Parallel()
	cfg := quick()
	cfg.Faults = Faults{Handshake403: 0.25, Handshake503: 0.5}
	s := startReal(t, cfg)
	got := map[int]int{}
	for range 40 {
		ws, resp, err := websocket.DefaultDialer.DialContext(t.Context(), s.URLs().Chat+"/api/chat", nil)
		require.NoError(t, resp.Body.Close())
		got[resp.StatusCode]++
		if err == nil {
			require.NoError(t, ws.Close())
		}
	}
	assert.InDelta(t, 10, got[http.StatusForbidden], 1)
	assert.InDelta(t, 20, got[http.StatusServiceUnavailable], 1)
	truth := s.Truth()
	assert.Equal(t, int64(got[http.StatusSwitchingProtocols]), truth.Connections)
	assert.Equal(t, int64(got[http.StatusForbidden]), truth.Errors["handshake_403"])
	assert.Equal(t, int64(got[http.StatusServiceUnavailable]), truth.Errors["handshake_503"])
	assert.Equal(t, int64(got[http.StatusForbidden]), truth.HTTPRequests["GET /api/chat 403"])
}

func TestAHangingHandshakeIsNeverAnswered(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		cfg := DefaultConfig()
		cfg.Faults.HandshakeHang = 1
		s, _, chat := startVirtual(t, cfg)
		dial := func(ctx context.Context) chan error {
			failed := make(chan error, 1)
			go func() {
				dialer := websocket.Dialer{NetDialContext: chat.dial}
				_, resp, err := dialer.DialContext(ctx, "ws://chat/api/chat", nil)
				if resp != nil {
					err = errors.Join(err, resp.Body.Close(), errors.New("it was answered"))
				}
				failed <- err
			}()
			synctest.Wait()
			return failed
		}
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		first, second := dial(ctx), dial(t.Context())
		assert.Equal(t, map[string]int64{"handshake_hang": 2}, s.Truth().Errors)
		assert.Empty(t, first)
		assert.Empty(t, second)
		require.ErrorContains(t, <-first, "timeout")
		synctest.Wait()
		assert.Equal(t, int64(1), s.Truth().HTTPRequests["GET /api/chat none"])
		truth := s.Stop(t.Context())
		require.ErrorIs(t, <-second, io.ErrUnexpectedEOF, "the end of the target is not an answer either")
		assert.Zero(t, truth.Connections)
	})
}

func TestAHandshakeThatFailsIsNotCounted(t *testing.T) {
	t.Parallel()
	s := startReal(t, quick())
	r := httptest.NewRequest(http.MethodGet, "/chat", nil)
	r.Header.Set("Connection", "Upgrade")
	r.Header.Set("Upgrade", "websocket") // but no version and no key
	w := httptest.NewRecorder()
	s.chat.ServeHTTP(w, r)
	assert.Equal(t, http.StatusBadRequest, w.Code)
	truth := s.Truth()
	assert.Zero(t, truth.Connections+truth.Open)
}
