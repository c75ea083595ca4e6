package fwhz

import (
	"fmt"
	"time"

	"go.k6.io/k6/v2/lib"

	"github.com/featherweight/xk6-featherweight/internal/format"
	"github.com/featherweight/xk6-featherweight/internal/load"
	"github.com/featherweight/xk6-featherweight/internal/machine"
)

// What the times of a run may take before it is worth a word: less is no matter on any machine that makes load.
const (
	gib         = 1 << 30
	mib         = 1 << 20
	million     = 1e6
	muchMemory  = gib
	muchOfShare = 0.25 // of the memory that is there
)

// warnOfMemory says before a long run what k6 will keep of it, as far as that may matter.
func (s *suite) warnOfMemory(state *lib.State) {
	have, known := machine.Available()
	if text := memoryWarning(s.plan.kept(), s.plan.shape, float64(have.MiB)*mib, known, have.Of); text != "" {
		state.Logger.Warn(text)
	}
}

// kept is what the run leaves in memory.
func (p *plan) kept() load.Kept {
	think := (p.config.Duration("THINK_MIN") + p.config.Duration("THINK_MAX")) / 2 //nolint:mnd // the mean
	return p.shape.Kept(think, p.outputs)
}

func memoryWarning(kept load.Kept, shape load.Shape, have float64, known bool, of string) string {
	if kept.Bytes < muchMemory && (!known || kept.Bytes < have*muchOfShare) {
		return ""
	}
	text := fmt.Sprintf("k6 keeps the times of every turn until the end of the run: %s are up to %s million turns, and about %s",
		format.Time(millis(shape.Total.Round(time.Second))), format.Fixed(kept.Turns/million, 1), gibibytes(kept.Bytes))
	switch {
	case !known:
		return text + " of memory"
	case kept.Bytes < have*muchOfShare:
		return text + fmt.Sprintf(" of the %s %s", gibibytes(have), of)
	default:
		return text + fmt.Sprintf(" of the %s %s: shorten DURATION or lower VUS, several shorter runs tell the same", gibibytes(have), of)
	}
}

func gibibytes(bytes float64) string { return format.Fixed(bytes/gib, 1) + " GiB" }

// keepers is how many outputs of k6 keep every time once more: the live page, and the one that sends to Prometheus.
func keepers(env map[string]string) int {
	n := 0
	if env["K6_WEB_DASHBOARD"] == "true" {
		n++
	}
	if env["K6_PROMETHEUS_RW_SERVER_URL"] != "" {
		n++
	}
	return n
}
