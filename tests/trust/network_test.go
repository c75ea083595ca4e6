package trust

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/Shopify/toxiproxy/v2"
	"github.com/rs/zerolog"

	"github.com/featherweight/tests/harness"
)

// toxic is something bad that the network does with one direction of the connections of a port.
type toxic struct {
	port       port
	Name       string         `json:"name"`
	Type       string         `json:"type"`
	Stream     string         `json:"stream"`
	Share      float64        `json:"toxicity"` // of the connections
	Attributes map[string]any `json:"attributes"`
}

type port string

const (
	api  port = "api"
	chat port = "chat"

	down = "downstream" // from the server
	up   = "upstream"   // to it
)

func bad(p port, stream, kind string, attributes map[string]any) toxic {
	return toxic{p, kind + " " + stream, kind, stream, 1, attributes}
}

// late lets everything from the server take so many ms more, give or take some.
func late(p port, ms, more int) toxic {
	return bad(p, down, "latency", map[string]any{"latency": ms, "jitter": more})
}

// narrow lets so many kB a second through to each user.
func narrow(p port, rate int) toxic { return bad(p, down, "bandwidth", map[string]any{"rate": rate}) }

// slices cuts everything into single bytes.
func sliced(p port, stream string) toxic {
	return bad(p, stream, "slicer", map[string]any{"average_size": 1, "size_variation": 0, "delay": 0})
}

// silent drops everything without a word, and leaves the connections as they are.
func silent(p port, stream string) toxic {
	return bad(p, stream, "timeout", map[string]any{"timeout": 0})
}

// ending ends each connection after so many bytes of the server.
func ending(p port, bytes int) toxic {
	return bad(p, down, "limit_data", map[string]any{"bytes": bytes})
}

// resetting resets that share of the connections so many ms after their first byte from the server.
func resetting(p port, share float64, ms int) toxic {
	x := bad(p, down, "reset_peer", map[string]any{"timeout": ms})
	x.Share = share
	return x
}

// between is a network between the target and its users, in this process.
type between struct {
	tb      testing.TB
	proxies map[port]*toxiproxy.Proxy
}

func newBetween(tb testing.TB, target *harness.Target) *between {
	tb.Helper()
	server := toxiproxy.NewServer(toxiproxy.NewMetricsContainer(nil), zerolog.Nop())
	b := &between{tb: tb, proxies: map[port]*toxiproxy.Proxy{}}
	for name, address := range map[port]string{api: target.API, chat: target.Chat} {
		proxy := toxiproxy.NewProxy(server, string(name), "127.0.0.1:0", address)
		if err := proxy.Start(); err != nil {
			tb.Fatalf("a network before %s: %v", address, err)
		}
		tb.Cleanup(proxy.Stop)
		b.proxies[name] = proxy
	}
	return b
}

func (b *between) env() map[string]string {
	return map[string]string{"BASE_URL": "http://" + b.proxies[api].Listen, "WS_URL": "ws://" + b.proxies[chat].Listen}
}

func (b *between) add(toxics []toxic) {
	for _, one := range toxics {
		text, err := json.Marshal(one)
		if err == nil {
			_, err = b.proxies[one.port].Toxics.AddToxicJson(strings.NewReader(string(text)))
		}
		if err != nil {
			b.tb.Errorf("the network does not do %s: %v", text, err)
		}
	}
}

// calm takes all toxics away.
func (b *between) calm() {
	for _, proxy := range b.proxies {
		proxy.Toxics.ResetToxics(b.tb.Context())
	}
}

// cut is a network that is gone.
func (b *between) cut() {
	for _, proxy := range b.proxies {
		proxy.Stop()
	}
}
