package target

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestEveryFaultCanBeSetAndSaysWhatItTakes(t *testing.T) {
	t.Parallel()
	good := map[string]string{
		"loop_hz": "94", "loop_stall": "300ms", "loop_stop": "true", "loop_restart": "true",
		"gauge_lie": "100", "metrics_404": "true", "metrics_slow": "3s", "metrics_endless": "true",
		"metrics_malformed": "true", "metrics_no_hz": "true",
		"handshake_403": "0.1", "handshake_503": "0.1", "handshake_hang": "0.1",
		"drop": "0.1", "close_early": "0.1", "error_frame": "0.1", "truncated": "0.1",
		"not_json": "0.1", "wrong_id": "0.1", "never_answer": "0.1", "half": "0.1", "oversize": "1048576",
		"slow_tokens": "3", "loop_capacity": "40", "answer_capacity": "20", "http_500": "auth,files", "not_utf8": "0.1",
		"loop_twice": "true", "api_dies": "1", "api_hangs": "0.5", "chat_dies": "1", "chat_hangs": "0.01",
		"chat_pause": "2s", "counter_ahead": "9007199254740993", "counter_32bit": "true", "counter_digits": "6",
		"start_time_moves": "60s", "metrics_period": "3s", "metrics_stamps": "true", "metrics_age": "true",
		"metrics_replicas": "2", "metrics_replicas_kept": "true", "metrics_type": "text/html",
		"metrics_no_newline": "true", "metrics_utf8_name": "true", "metrics_bom": "true", "metrics_gzip": "true",
		"need_origin": "https://app.example",
		"need_header": "Cookie: session=1", "need_subprotocol": "actioncable-v1-json",
		"greeting": "true", "heartbeats": "1s",
	}
	var all Faults
	for _, x := range faults() {
		require.Contains(t, good, x.name)
		var f Faults
		require.NoError(t, f.Set(x.name+"="+good[x.name]))
		require.NoError(t, all.Set(x.name+"="+good[x.name]))
		assert.NotEqual(t, Faults{}, f, x.name)
		err := f.Set(x.name + "=non sense")
		require.ErrorContains(t, err, "fault "+x.name+`: "non sense" is not allowed: it takes `+x.wants)
		assert.NotContains(t, err.Error(), "\n")
		assert.Contains(t, FaultHelp(), x.name)
	}
	assert.Len(t, good, len(faults()))
	require.NoError(t, all.Validate())
	object, err := json.Marshal(all)
	require.NoError(t, err)
	var again Faults
	require.NoError(t, again.Merge(object))
	assert.Equal(t, all, again, "what GET /faults says can be PUT back")
	var named map[string]any
	require.NoError(t, json.Unmarshal(object, &named))
	assert.Len(t, named, len(good), "the names in JSON are the names in flags")
}

func TestFaultValuesAtTheirLimits(t *testing.T) {
	t.Parallel()
	for text, ok := range map[string]bool{
		"drop": true, "drop=0": true, "drop=1": true, "drop=1.01": false, "drop=-0.1": false, "drop=NaN": false, "drop=": false,
		"loop_hz": false, "loop_hz=1000": true, "loop_hz=1001": false, "loop_hz=0": true,
		"loop_stall": false, "loop_stall=-1s": false, "loop_stall=5": false,
		"loop_stop": true, "loop_stop=false": true, "loop_stop=maybe": false,
		"gauge_lie=0": true, "gauge_lie=-1": false, "gauge_lie": false,
		"oversize=268435456": true, "oversize=268435457": false,
		"http_500=auth": true, "http_500=auth,chat": true, "http_500=Auth;chat": false, "http_500=": true,
		"": false, "unheard_of=1": false,
	} {
		err := new(Faults).Set(text)
		assert.Equal(t, ok, err == nil, "%s: %v", text, err)
	}
}

func TestUnknownFaultNamesTheKnownOnes(t *testing.T) {
	t.Parallel()
	err := new(Faults).Set("dorp=0.1")
	require.ErrorContains(t, err, `unknown fault "dorp": known are loop_hz, loop_twice, `)
	assert.Contains(t, err.Error(), ", drop, ")
}

func TestMergeIsAllOrNothing(t *testing.T) {
	t.Parallel()
	f := Faults{Drop: 0.5}
	for _, bad := range []string{`{"loop_hz":94,"unheard_of":1}`, `{"loop_hz":"fast"}`, `{"loop_hz":null}`, `[]`, `x`, `{"drop":{}}`} {
		require.Error(t, f.Merge([]byte(bad)), bad)
		assert.Equal(t, Faults{Drop: 0.5}, f)
	}
	require.NoError(t, f.Merge([]byte(`{"loop_hz":94,"loop_stop":true,"loop_stall":"1s","oversize":2000000,"gauge_lie":7}`)))
	assert.Equal(t, Faults{
		Drop: 0.5, LoopHz: 94, LoopStop: true, LoopStall: Duration(time.Second), Oversize: 2_000_000, GaugeLie: 7,
	}, f)
}

func TestValidateRefusesWhatCannotBe(t *testing.T) {
	t.Parallel()
	for want, f := range map[string]Faults{
		"share one draw":           {Drop: 0.6, Half: 0.5},
		"share one draw: together": {Handshake403: 0.6, HandshakeHang: 0.5},
	} {
		require.ErrorContains(t, f.Validate(), want)
	}
	assert.NoError(t, Faults{Drop: 0.5, Half: 0.5, Handshake403: 1}.Validate())
}

func TestHTTP500HitsTheRequestsWithAWordInTheirPath(t *testing.T) {
	t.Parallel()
	for words, paths := range map[string]string{
		"auth":          "/api/auth/register /api/auth/login /api/auth/me",
		"login":         "/api/auth/login",
		"files":         "/api/files/x/status",
		"chat":          "/api/chat/message /api/chat/history",
		"health":        "/health",
		"login,profile": "/api/auth/login /api/user/profile",
		"":              "",
	} {
		for path := range strings.FieldsSeq("/api/auth/register /api/auth/login /api/auth/me /api/user/profile /api/upload " +
			"/api/files/x/status /api/chat/message /api/chat/history /health /healthz /metrics") {
			want := strings.Contains(" "+paths+" ", " "+path+" ")
			assert.Equal(t, want, Faults{HTTP500: words}.breaks(httptest.NewRequest(http.MethodGet, path, nil)), "%s %s", words, path)
		}
	}
	handshake := httptest.NewRequest(http.MethodGet, "/api/chat", nil)
	handshake.Header.Set("Connection", "Upgrade")
	handshake.Header.Set("Upgrade", "websocket")
	assert.False(t, Faults{HTTP500: "chat"}.breaks(handshake))
}
