package target

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
)

const alice = `{"username":"alice","email":"Alice@example.com","password":"Secret1!x","firstName":"Alice"}`

func TestRegisterAndLogin(t *testing.T) {
	t.Parallel()
	a := newAPI(t, startReal(t, quick()))
	code, body := a.post("/api/auth/register", alice)
	assert.Equal(t, http.StatusCreated, code)
	user := body["user"].(map[string]any)
	assert.Equal(t, "alice@example.com", user["email"])
	assert.Equal(t, "alice", user["username"])
	assert.NotContains(t, fmt.Sprint(body), "Secret")
	code, body = a.post("/api/auth/register", alice)
	assert.Equal(t, http.StatusBadRequest, code, "400, not 409")
	assert.Equal(t, "User already exists", body["error"])
	code, body = a.post("/api/auth/login", `{"email":"alice@example.com","password":"wrong"}`)
	assert.Equal(t, http.StatusUnauthorized, code)
	assert.Equal(t, "Invalid credentials", body["error"])
	code, _ = a.post("/api/auth/login", `{"email":"nobody@example.com","password":"wrong"}`)
	assert.Equal(t, http.StatusUnauthorized, code)
	code, _ = a.post("/api/auth/login", `{}`)
	assert.Equal(t, http.StatusBadRequest, code)
	code, body = a.post("/api/auth/login", `{"email":"alice@example.com","password":"Secret1!x"}`)
	assert.Equal(t, http.StatusOK, code)
	assert.InDelta(t, 900, body["expires_in"], 0)
	a.token = body["token"].(string)
	for _, path := range []string{"/api/auth/me", "/api/user/profile"} {
		code, me := a.get(path)
		assert.Equal(t, http.StatusOK, code)
		assert.Equal(t, user["id"], me["id"])
		assert.Equal(t, []any{"user"}, me["roles"])
		assert.Equal(t, false, me["isPremium"])
	}
}

func TestRegisterRefusesWhatIsIncomplete(t *testing.T) {
	t.Parallel()
	a := newAPI(t, startReal(t, quick()))
	for _, body := range []string{
		`username=alice&email=alice@example.com`, `{}`, strings.Replace(alice, "alice", "", 1),
		strings.Replace(alice, "Alice@example.com", "", 1), strings.Replace(alice, "Secret1!x", "", 1),
	} {
		code, answer := a.post("/api/auth/register", body)
		assert.Equal(t, http.StatusBadRequest, code, body)
		assert.Equal(t, "Validation error", answer["error"])
		assert.NotEmpty(t, answer["details"])
	}
}

func TestTokensExpireAndAreRefreshed(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		cfg := DefaultConfig()
		cfg.TokenTTL = 10 * time.Second
		s, pipe, _ := startVirtual(t, cfg)
		a := &api{t: t, url: "http://api", client: pipeClient(pipe)}
		code, body := a.get("/api/auth/me")
		assert.Equal(t, http.StatusUnauthorized, code)
		assert.Equal(t, "Access token required", body["error"])
		_, login := a.post("/api/auth/login", `{"email":"demo@featherweight.world","password":"demo123"}`)
		a.token = login["token"].(string)
		time.Sleep(10*time.Second - 1)
		code, _ = a.get("/api/auth/me")
		assert.Equal(t, http.StatusOK, code)
		code, body = a.post("/api/auth/refresh", "")
		assert.Equal(t, http.StatusOK, code, "a valid access token will do")
		assert.NotEqual(t, a.token, body["token"])
		time.Sleep(time.Nanosecond)
		code, body = a.get("/api/auth/me")
		assert.Equal(t, http.StatusUnauthorized, code)
		assert.Equal(t, "Invalid token", body["error"])
		code, _ = a.post("/api/auth/refresh", "")
		assert.Equal(t, http.StatusUnauthorized, code)
		code, body = a.post("/api/auth/refresh", `{"refresh_token":"`+login["refresh_token"].(string)+`"}`)
		assert.Equal(t, http.StatusOK, code)
		a.token = body["token"].(string)
		code, _ = a.get("/api/auth/me")
		assert.Equal(t, http.StatusOK, code)
		a.token = login["refresh_token"].(string)
		code, _ = a.get("/api/auth/me")
		assert.Equal(t, http.StatusUnauthorized, code, "a refresh token opens nothing")
		s.Stop(t.Context())
	})
}
