package harness

import (
	"fmt"
	"math/rand/v2"
	"net"
	"testing"
)

// Nobody is where no program listens, and which the kernel gives to none: connections are refused.
const Nobody = "127.0.0.1:1"

// FreePort is one that nobody listens at now. It is none of those that the kernel gives to connections and to who asks
// for any, so that nobody takes it meanwhile by chance.
func FreePort(tb testing.TB) string {
	tb.Helper()
	for range 100 {
		port := fmt.Sprint(10_000 + rand.IntN(20_000)) //nolint:gosec // no secret
		if listener, err := new(net.ListenConfig).Listen(tb.Context(), "tcp", "127.0.0.1:"+port); err == nil {
			_ = listener.Close()
			return port
		}
	}
	tb.Fatal("no port from 10000 to 29999 is free")
	return ""
}
