package slo

import (
	"strings"
	"time"

	"github.com/featherweight/xk6-featherweight/internal/format"
)

// Patience is for how long an objective may be missed before the run is ended for it (ABORT_ON_FAIL). The observer asks it, and
// makes a sample of each objective that it names; the threshold on that sample is the one that makes k6 end the run.
type Patience struct {
	// Limit is that time; 0 is without end.
	Limit time.Duration

	since map[string]time.Duration // from when on each is missed without a break
}

// GivenUp are the names of the objectives that have been missed for so long, as they stand at that time of the run. What is
// undecided is no miss, and a precondition is nobody's failure. While the load generator itself is too weak, nothing is.
func (p *Patience) GivenUp(at time.Duration, rows []Judged) []string {
	missed := map[string]time.Duration{}
	var out []string
	if p.Limit == 0 {
		return nil
	}
	for _, row := range rows {
		standing, shown := row.Standing()
		if !shown || standing != 0 {
			continue
		}
		if row.Generator {
			p.since = nil
			return nil
		}
		if row.Kind != Objective {
			continue
		}
		since, before := p.since[row.Name]
		if !before {
			since = at
		}
		missed[row.Name] = since
		if at-since >= p.Limit {
			out = append(out, row.Name)
		}
	}
	p.since = missed
	return out
}

// GivenUp is the metric of the objectives for which the run is ended; a threshold on it makes k6 end it.
const GivenUp = "slo_given_up"

// givenUp is that of the row.
func (r Row) givenUp() string { return GivenUp + "{slo:" + r.Name + "}" }

// endedBy tells whether the run was ended for the row.
func (r Row) endedBy(data Data) bool { return r.ends && data.Sum(r.givenUp()) > 0 }

// certainWords are behind those of a row for which the run was ended because it was certain.
const certainWords = "; that was certain, so the run was ended (ABORT_WHEN_CERTAIN)"

// WasCertain says that the run was ended for it, before anything else was. What the end cut off may have made others miss.
func (j Judged) WasCertain() bool { return strings.HasSuffix(j.Why, certainWords) }

// ended is what became of a row for which the run was ended: missed, whatever the last samples made of it.
func (j Judged) ended() Judged {
	if j.Outcome != Fail {
		j.Why = j.Name + " was missed"
	}
	if j.patience > 0 {
		j.Why += "; that went on for " + format.Time(float64(j.patience)/float64(time.Millisecond)) + ", so the run was ended (ABORT_ON_FAIL)"
	} else {
		j.Why += certainWords
	}
	j.Outcome, j.settled = Fail, true
	return j
}
