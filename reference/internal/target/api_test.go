package target

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// api calls the API of a target as one user.
type api struct {
	t      *testing.T
	url    string
	client *http.Client
	token  string
}

func newAPI(t *testing.T, s *Server) *api {
	t.Helper()
	return &api{t: t, url: s.URLs().API, client: &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}}
}

// do makes a request and returns status and JSON.
func (a *api) do(method, path, contentType, body string) (int, map[string]any) {
	a.t.Helper()
	req, err := http.NewRequestWithContext(a.t.Context(), method, a.url+path, strings.NewReader(body))
	require.NoError(a.t, err)
	req.Header.Set("Content-Type", contentType)
	if a.token != "" {
		req.Header.Set("Authorization", "Bearer "+a.token)
	}
	resp, err := a.client.Do(req)
	require.NoError(a.t, err)
	var out map[string]any
	require.NoError(a.t, json.NewDecoder(resp.Body).Decode(&out))
	require.NoError(a.t, resp.Body.Close())
	assert.Equal(a.t, "application/json; charset=utf-8", resp.Header.Get("Content-Type"))
	return resp.StatusCode, out
}

func (a *api) post(path, body string) (int, map[string]any) {
	a.t.Helper()
	return a.do(http.MethodPost, path, "application/json", body)
}

func (a *api) get(path string) (int, map[string]any) {
	a.t.Helper()
	return a.do(http.MethodGet, path, "", "")
}

// login logs the demo user in.
func (a *api) login() {
	a.t.Helper()
	code, body := a.post("/api/auth/login", `{"email":"demo@featherweight.world","password":"demo123"}`)
	require.Equal(a.t, http.StatusOK, code)
	a.token = body["token"].(string)
}
