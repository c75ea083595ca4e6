package slo

import (
	"fmt"
	"math"
	"strconv"

	"github.com/featherweight/xk6-featherweight/internal/format"
)

// How many windows of the loop may be provably below the limit. The objective allows 5 % of them. A run of 12 windows with a
// single one has 8 %, which is chance for a loop that is below in 5 % of the time: so a run misses the objective only with so
// many windows that such a loop would show them in less than 1 of 20 runs (binomial distribution).
const (
	// below is the share of windows that may be provably below the limit.
	below = 0.05
	// mistakes is how often a loop that just meets the objective may be said to miss it.
	mistakes = 0.05
)

// allowedBelow is the largest number of windows below the limit, of n, that says nothing against the loop.
func allowedBelow(n int) int {
	most := 0
	logOfExactly := float64(n) * math.Log1p(-below) // of P(B = 0); as a logarithm, for 24 hours have 86,400 windows
	fewer := 0.0                                    // P(B < b)
	for b := 0; b <= n && 1-fewer >= mistakes; b++ {
		most = b
		fewer += math.Exp(logOfExactly)
		logOfExactly += math.Log(float64(n-b)/float64(b+1)) + math.Log(below/(1-below))
	}
	return most
}

// goodWindows is the share of windows that must not be below the limit, as a number that no share of n windows is equal to.
func goodWindows(n int) float64 {
	const digits, half = 6, 0.5
	share := 1 - (float64(allowedBelow(n))+half)/float64(max(1, n))
	rounded, err := strconv.ParseFloat(format.Fixed(share, digits), 64)
	if err != nil {
		return share
	}
	return rounded
}

// judgeWindowsSoFar: of those that there are by now, fewer may be below than of those of the whole run.
func judgeWindowsSoFar(hzLimit float64, planned int) func(Row, Data) Judged {
	return func(r Row, data Data) Judged {
		n := min(planned, int(data.Samples(r.Metric)))
		now := r
		now.Limit = goodWindows(n)
		out := judgeWindows(hzLimit, n)(now, data)
		out.Row = r
		return out
	}
}

// judgeWindows: a window is bad only if it is provably below the limit of the frequency, and one without a reading proves
// nothing. planned is how many windows the whole run has.
func judgeWindows(hzLimit float64, planned int) func(Row, Data) Judged {
	return func(r Row, data Data) Judged {
		total := data.Samples(r.Metric)
		if total == 0 {
			return Judged{Row: r, Outcome: Invalid, Why: "no window of the loop was looked at"}
		}
		values := data.Metrics[r.Metric].Values
		unread := data.Samples(unreadWindows)
		bad := values["fails"] - unread
		share := values["passes"] / total
		out := Judged{Row: r, Value: &share}
		windows := format.Count(total, "window")
		text := fmt.Sprintf("%s of %s provably below %s Hz", format.Number(bad), windows, format.Number(hzLimit))
		withAllowed := fmt.Sprintf("%s; %d may be, for 5%% and the luck of the draw", text, allowedBelow(planned))
		switch {
		case share > r.Limit && bad == 0:
			out.Outcome, out.Why = Pass, "none"+text[1:]
		case share > r.Limit:
			out.Outcome, out.Why = Pass, withAllowed
		case (values["passes"]+unread)/total <= r.Limit: // also if every window without a reading had been a good one
			out.Outcome, out.Why = Fail, withAllowed
		default:
			out.Outcome, out.Why = Invalid, fmt.Sprintf("%s of %s without a reading of the loop", format.Number(unread), windows)
		}
		return out
	}
}
