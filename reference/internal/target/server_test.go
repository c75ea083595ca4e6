package target

import (
	"context"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestATakenPortIsNamedWithWhatToDo(t *testing.T) {
	t.Parallel()
	taken, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { require.NoError(t, taken.Close()) }()
	for flag, set := range map[string]func(*Config, string){
		"api":   func(c *Config, addr string) { c.API = addr },
		"chat":  func(c *Config, addr string) { c.Chat = addr },
		"admin": func(c *Config, addr string) { c.Admin = addr },
	} {
		cfg := quick()
		set(&cfg, taken.Addr().String())
		_, err := Start(t.Context(), cfg)
		var listenError *ListenError
		require.ErrorAs(t, err, &listenError)
		assert.Equal(t, flag, listenError.Flag)
		assert.Equal(t, "the "+flag+" port "+taken.Addr().String()+" is already in use: stop what listens there, or choose "+
			"another with --"+flag+" (port 0 takes any free one)", err.Error())
	}
}

func TestAddressesThatCannotBe(t *testing.T) {
	t.Parallel()
	for addr, want := range map[string]string{
		"0.0.0.0:0":     "it must be on a loopback address",
		":0":            "it must be on a loopback address",
		"192.0.2.1:0":   "it must be on a loopback address",
		"example.com:0": "it must be on a loopback address",
		"127.0.0.1":     "missing port",
	} {
		cfg := quick()
		cfg.Admin = addr
		_, err := Start(t.Context(), cfg)
		require.ErrorContains(t, err, want)
		assert.Contains(t, err.Error(), "--admin")
		assert.NotContains(t, err.Error(), "\n")
	}
	cfg := quick()
	cfg.API = "127.0.0.1:notaport"
	_, err := Start(t.Context(), cfg)
	assert.ErrorContains(t, err, "failed to listen on the api port 127.0.0.1:notaport (--api): ")
}

func TestBadConfigsNameTheFlag(t *testing.T) {
	t.Parallel()
	for flag, break1 := range map[string]func(*Config){
		"hz":              func(c *Config) { c.Hz = 0 },
		"hz: 1001":        func(c *Config) { c.Hz = 1001 },
		"tokens":          func(c *Config) { c.Tokens = 0 },
		"ttft":            func(c *Config) { c.TTFT = -1 },
		"token-interval":  func(c *Config) { c.TokenInterval = -1 },
		"ping-interval":   func(c *Config) { c.PingInterval = -1 },
		"processing-time": func(c *Config) { c.ProcessingTime = -1 },
		"token-ttl":       func(c *Config) { c.TokenTTL = 0 },
	} {
		cfg := quick()
		break1(&cfg)
		_, err := Start(t.Context(), cfg)
		require.Error(t, err)
		assert.True(t, strings.HasPrefix(err.Error(), flag), err)
		assert.Contains(t, err.Error(), "is not allowed")
	}
	assert.NoError(t, DefaultConfig().Validate())
}

func TestURLsOfAllSorts(t *testing.T) {
	t.Parallel()
	cfg := quick()
	cfg.API, cfg.Admin = "0.0.0.0:0", ""
	s := startReal(t, cfg)
	assert.Regexp(t, `^http://127\.0\.0\.1:\d+$`, s.URLs().API)
	assert.Regexp(t, `^ws://127\.0\.0\.1:\d+$`, s.URLs().Chat)
	assert.Empty(t, s.URLs().Admin)
	s = startReal(t, quick())
	assert.Regexp(t, `^http://127\.0\.0\.1:\d+$`, s.URLs().Admin)
}

func TestTheTargetOutlivesTheContextOfItsStart(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	s, err := Start(ctx, quick())
	require.NoError(t, err)
	cancel()
	code, _ := call(t, "GET", s.URLs().API+"/health", "")
	assert.Equal(t, 200, code)
	truth := s.Stop(context.WithoutCancel(ctx))
	assert.Positive(t, truth.Seconds)
}

func TestABrokenPortIsReported(t *testing.T) {
	t.Parallel()
	p, err := openPorts(t.Context(), quick())
	require.NoError(t, err)
	s := start(t.Context(), quick(), p)
	require.NoError(t, p.listeners[0].Close())
	select {
	case err := <-s.Failed():
		require.ErrorIs(t, err, net.ErrClosed)
	case <-time.After(10 * time.Second):
		t.Error("nothing was reported")
	}
	s.Stop(context.WithoutCancel(t.Context()))
}
