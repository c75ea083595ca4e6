package result

import (
	"strings"
	"time"

	"github.com/featherweight/xk6-featherweight/internal/format"
	"github.com/featherweight/xk6-featherweight/internal/slo"
)

// HealthSchema is the version of the health check's JSON.
const HealthSchema = "featherweight-slo/health/v1"

const healthScript = "health-check.js"

// Look is one thing that the health check looked at.
type Look struct {
	Name     string `json:"name"`
	Target   string `json:"target"`
	Required bool   `json:"required"`
	OK       bool   `json:"ok"`
	// Latency in ms; nil when nothing came back.
	Latency *float64 `json:"latency"`
	// Status is what came back.
	Status string `json:"status"`
}

func (l Look) latency() string {
	if l.Latency == nil {
		return format.Nothing
	}
	return format.Time(*l.Latency)
}

// Health is the result of the health check as data.
type Health struct {
	Schema  string `json:"schema"`
	OK      bool   `json:"ok"`
	EndedAt string `json:"endedAt"`
	Looks   []Look `json:"looks"`
}

// NewHealth makes it: all is in order when something was looked at and what is required is.
func NewHealth(looks []Look, now time.Time) Health {
	out := Health{Schema: HealthSchema, OK: len(looks) > 0, EndedAt: Timestamp(now), Looks: looks}
	if looks == nil {
		out.Looks = []Look{}
	}
	for _, look := range looks {
		out.OK = out.OK && (look.OK || !look.Required)
	}
	return out
}

// JSON is the text of the file.
func (h Health) JSON() ([]byte, error) { return fileJSON(h) }

// HealthText is the result for a terminal.
func HealthText(health Health, colour bool) string {
	paint := format.Painter(colour)
	rows := make([][]string, 0, len(health.Looks))
	var down []string
	for _, look := range health.Looks {
		rows = append(rows, []string{look.Name, look.Target, look.latency(), look.Status})
		if look.Required && !look.OK {
			down = append(down, look.Name)
		}
	}
	if len(health.Looks) == 0 {
		down = append(down, "nothing was looked at")
	}
	var lines []string
	for i, row := range format.Table(rows, "llrl") {
		mark := paint("✓", format.Green)
		if look := health.Looks[i]; !look.OK && look.Required {
			mark = paint("✗", format.Red)
		} else if !look.OK {
			mark = "-"
		}
		lines = append(lines, mark+" "+row)
	}
	conclusion := paint("HEALTH: OK", format.Green)
	if len(down) > 0 {
		conclusion = paint("HEALTH: DOWN", format.Red) + "  " + strings.Join(down, ", ")
	}
	return "\n" + strings.Join(append(lines, "", conclusion), "\n") + "\n"
}

// HealthJUnit is the result for CI systems.
func HealthJUnit(health Health) string {
	cases := []testCase{}
	total := 0.0
	for _, look := range health.Looks {
		outcome := slo.Skipped
		if look.OK {
			outcome = slo.Pass
		} else if look.Required {
			outcome = slo.Fail
		}
		cases = append(cases, testCase{look.Name, outcome, look.Target + ": " + look.Status})
		if look.Latency != nil {
			total += *look.Latency
		}
	}
	if len(cases) == 0 {
		cases = append(cases, testCase{"the check", slo.Invalid, "nothing was looked at"})
	}
	return suite{healthScript, &health.EndedAt, total / msPerSecond, nil, cases}.xml()
}

// HealthMarkdown is the result for a pull request or a chat: first what is down, then everything.
func HealthMarkdown(health Health) string {
	word := "DOWN"
	if health.OK {
		word = "OK"
	}
	rows := make([][]string, 0, len(health.Looks))
	var down []string
	for _, look := range health.Looks {
		mark := "➖"
		if look.OK {
			mark = "✅"
		} else if look.Required {
			mark = "❌"
			down = append(down, "- "+markdownText(look.Name+", "+look.Target+": "+look.Status))
		}
		rows = append(rows, []string{mark, look.Name, look.Target, look.latency(), look.Status})
	}
	lines := []string{"# " + word + ": " + healthScript, "", "Checked " + health.EndedAt + ".", ""}
	if len(down) > 0 {
		lines = append(append(lines, down...), "")
	}
	return strings.Join(append(lines, markdownTable([]string{"", "what", "where", "latency", "came back"}, rows)...), "\n") + "\n"
}

// Seen is one window of the loop.
type Seen struct {
	// Measured: Hz, Low and High are there; otherwise Problem says why not.
	Measured      bool
	Hz, Low, High float64
	Source        string
	Reported      bool // by the server, not measured
	Problem       string
}

// LoopHealth is what one window of the loop says about its health, beside the limit in Hz. A single second is bounded widely: it
// is bad only when it is provably not above the limit.
func LoopHealth(seen Seen, limit float64) (ok bool, status string) {
	if !seen.Measured {
		if seen.Problem == "" {
			return false, "no reading"
		}
		return false, seen.Problem
	}
	shown := func(hz float64) string { return format.Fixed(hz, 1) }
	status = shown(seen.Hz) + " Hz (between " + shown(seen.Low) + " and " + shown(seen.High) + ")"
	if seen.Reported {
		status = shown(seen.Hz) + " Hz, reported by the server (source " + seen.Source + "), not measured"
	}
	switch {
	case seen.High > limit && seen.Hz <= limit:
		return true, status + ", too short a look to say whether above " + format.Number(limit) + " Hz: the test will"
	case seen.High > limit:
		return true, status
	}
	return false, status + ", not above " + format.Number(limit) + " Hz"
}
