package config

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/featherweight/xk6-featherweight/internal/mask"
)

// Window is how long one window of loop measurement is.
const Window = time.Second

// A rule that more than one value, or a value and a constant, can break.
type rule struct {
	names   []string
	broken  bool
	message string
}

// contradictions are what is wrong with values that are each allowed by themselves. A reader that does not use all names of
// a rule cannot break it.
func (c *Config) contradictions() []string {
	var problems []string
	for _, r := range c.rules() {
		if r.broken && c.usesAll(r.names) {
			problems = append(problems, r.message)
		}
	}
	return problems
}

func (c *Config) usesAll(names []string) bool {
	for _, name := range names {
		if v, ok := Find(name); !ok || !v.ReadBy(c.reader) {
			return false
		}
	}
	return true
}

func (c *Config) rules() []rule {
	number := func(name string) string { return strconv.FormatFloat(c.Float(name), 'f', -1, 64) }
	milliseconds := func(name string) float64 { return float64(c.Duration(name)) / float64(time.Millisecond) }
	highest, lowest := c.Float("HZ_AVERAGE_MAXIMUM"), c.Float("HZ_AVERAGE_THRESHOLD")
	stream := strings.HasPrefix(c.Text("METRICS_URL"), "ws")
	return []rule{
		{
			[]string{"HZ_SOURCE", "METRICS_URL"},
			stream != (c.Text("HZ_SOURCE") == "stream") && (!stream || c.Text("HZ_SOURCE") != "auto"),
			fmt.Sprintf("HZ_SOURCE=%s is not at METRICS_URL=%s: a stream is at a ws:// or wss:// address, and nothing else is", c.Text("HZ_SOURCE"), mask.Address(c.Text("METRICS_URL"))),
		},
		{
			[]string{"VUS", "USERS_PER_VU"},
			c.Int("VUS")%max(1, c.Int("USERS_PER_VU")) != 0,
			fmt.Sprintf("VUS=%d is no multiple of USERS_PER_VU=%d: each VU of k6 holds that many users", c.Int("VUS"), c.Int("USERS_PER_VU")),
		},
		{
			[]string{"THINK_MIN", "THINK_MAX"},
			c.Duration("THINK_MIN") > c.Duration("THINK_MAX"),
			"THINK_MIN is longer than THINK_MAX: raise THINK_MAX or lower THINK_MIN",
		},
		{
			[]string{"HZ_INTERVAL"},
			Window%c.Duration("HZ_INTERVAL") != 0,
			fmt.Sprintf("HZ_INTERVAL=%s does not fit into a second a whole number of times: take 50ms, 100ms, 200ms, 250ms or 500ms",
				DurationText(c.Duration("HZ_INTERVAL"))),
		},
		{
			[]string{"HZ_AVERAGE_MAXIMUM", "HZ_AVERAGE_THRESHOLD"},
			highest > 0 && highest <= lowest,
			fmt.Sprintf("HZ_AVERAGE_MAXIMUM=%s must be above HZ_AVERAGE_THRESHOLD=%s: raise it, or set it to 0 for no upper limit",
				number("HZ_AVERAGE_MAXIMUM"), number("HZ_AVERAGE_THRESHOLD")),
		},
		{
			[]string{"CONNECT_TIMEOUT", "WS_CONNECTION_TIME_P95"},
			milliseconds("CONNECT_TIMEOUT") <= c.Float("WS_CONNECTION_TIME_P95"),
			fmt.Sprintf("CONNECT_TIMEOUT=%s must be longer than WS_CONNECTION_TIME_P95=%s ms: slower connections would be given up and never reach the percentile",
				DurationText(c.Duration("CONNECT_TIMEOUT")), number("WS_CONNECTION_TIME_P95")),
		},
		{
			[]string{"RESPONSE_TIMEOUT", "MESSAGE_RESPONSE_TIME_P90"},
			milliseconds("RESPONSE_TIMEOUT") <= c.Float("MESSAGE_RESPONSE_TIME_P90"),
			fmt.Sprintf("RESPONSE_TIMEOUT=%s must be longer than MESSAGE_RESPONSE_TIME_P90=%s ms: slower answers would be given up and never reach the percentile",
				DurationText(c.Duration("RESPONSE_TIMEOUT")), number("MESSAGE_RESPONSE_TIME_P90")),
		},
	}
}
