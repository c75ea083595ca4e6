package target

import (
	"fmt"
	"time"
)

// MaxHz is the highest rate of the loop, in ticks per second.
const MaxHz = 1000.0

// Config says what the target is. Start from [DefaultConfig]: the zero value is not valid.
type Config struct {
	// API, Chat and Admin are the addresses to listen on, as host:port; port 0 takes any free one. Admin must be a
	// loopback address; "" leaves the admin port off. Defaults 127.0.0.1:4000, 127.0.0.1:8080, 127.0.0.1:4999.
	API, Chat, Admin string

	// Hz is the rate of the loop, in ticks per second, above 0 and at most MaxHz. Default 100.
	Hz float64

	// Tokens is the number of tokens of an answer. Default 20.
	Tokens int
	// TTFT is the time from the question to the first token. Default 200 ms.
	TTFT time.Duration
	// TokenInterval is the time between two tokens. Default 50 ms.
	TokenInterval time.Duration
	// PingInterval is the time between two pings of the server on a connection; 0 sends none. Default 30 s.
	PingInterval time.Duration
	// Pulses sends every turn of the loop to every chat client, as the real server does; each is also among the readings.
	// Default false.
	Pulses bool
	// RequireToken refuses a WebSocket handshake with 403 unless it brings this token, as a Bearer or as ?token=.
	// Default "": everybody may come in, as with the real server.
	RequireToken string
	// Seed starts the one random source of the target: same seed, same draws. Default 1.
	Seed uint64

	// TokenTTL is how long an access token of the API is valid. Default 15 min.
	TokenTTL time.Duration
	// ProcessingTime is how long an uploaded file stays in the status "processing". Default 1 s.
	ProcessingTime time.Duration

	// Faults are in force from the start. Default none.
	Faults Faults
}

// DefaultConfig is a healthy target on the ports of the real system.
func DefaultConfig() Config {
	return Config{
		API:            "127.0.0.1:4000",
		Chat:           "127.0.0.1:8080",
		Admin:          "127.0.0.1:4999",
		Hz:             100,
		Tokens:         20,
		TTFT:           200 * time.Millisecond,
		TokenInterval:  50 * time.Millisecond,
		PingInterval:   30 * time.Second,
		Seed:           1,
		TokenTTL:       15 * time.Minute,
		ProcessingTime: time.Second,
	}
}

// Validate returns the first thing that is wrong, named as the flag that sets it.
func (c Config) Validate() error {
	switch {
	case !(c.Hz > 0 && c.Hz <= MaxHz): // also catches NaN
		return fmt.Errorf("hz: %v is not allowed: it must be above 0 and at most %v (ticks per second)", c.Hz, MaxHz)
	case c.Tokens < 1:
		return fmt.Errorf("tokens: %d is not allowed: an answer needs at least 1", c.Tokens)
	case c.TokenTTL <= 0:
		return fmt.Errorf("token-ttl: %v is not allowed: it must be above 0", c.TokenTTL)
	}
	for _, d := range []struct {
		name  string
		value time.Duration
	}{
		{"ttft", c.TTFT},
		{"token-interval", c.TokenInterval},
		{"ping-interval", c.PingInterval},
		{"processing-time", c.ProcessingTime},
	} {
		if d.value < 0 {
			return fmt.Errorf("%s: %v is not allowed: it must not be negative", d.name, d.value)
		}
	}
	return c.Faults.Validate()
}
