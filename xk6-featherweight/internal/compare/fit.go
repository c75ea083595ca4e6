package compare

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/featherweight/xk6-featherweight/internal/config"
	"github.com/featherweight/xk6-featherweight/internal/slo"
)

// Fit says why runs cannot be compared, and what a reader of their comparison must know. A run whose measurement cannot be
// believed, or that did not come to its end, says nothing; one under another load says something else.
func Fit(base, latest []Run) (refused, warnings []string) {
	first := base[0]
	all := slices.Concat(base, latest)
	for _, run := range all {
		refused = append(refused, run.unfit()...)
		if run.Script != first.Script {
			refused = append(refused, fmt.Sprintf("%s ran %s, and %s ran %s", first.Name, first.Script, run.Name, run.Script))
		}
	}
	var also []string
	for _, name := range settingNames(all) {
		difference, differs := differs(name, all)
		if !differs {
			continue
		}
		switch config.RoleOf(name) {
		case config.RoleLoad:
			refused = append(refused, "the load is another: "+difference)
		case config.RoleLimit:
			warnings = append(warnings, "the limits differ, and those of the new run count: "+difference)
		case config.RoleLength:
			warnings = append(warnings, "the lengths differ: "+difference)
		case config.RoleOther:
			also = append(also, difference)
		case config.RolePlace: // of every two runs another one
		}
	}
	for _, run := range all {
		if run.Verdict == slo.INVALID && len(run.unfit()) == 0 {
			warnings = append(warnings, run.Name+" is INVALID: "+firstOf(run.Reasons))
		}
	}
	if len(also) > 0 {
		warnings = append(warnings, "not the same on all sides: "+strings.Join(also, "; "))
	}
	if slices.ContainsFunc(all, func(r Run) bool { return !r.Measured }) {
		warnings = append(warnings, "a frequency was reported by the server, and not measured: it has no bound")
	}
	return refused, warnings
}

// unfit is why nothing can be concluded from a run; empty if it can.
func (r Run) unfit() []string {
	if r.Recording == nil {
		return []string{r.Name + " has no recording (series.ndjson): only a run with one can be compared"}
	}
	for _, o := range r.SLOs {
		if o.Kind == slo.Precondition && o.Outcome == slo.Invalid {
			return []string{fmt.Sprintf("%s is INVALID and says nothing of the server: %s", r.Name, o.Why)}
		}
	}
	if !r.Complete || !r.Recording.Complete() {
		return []string{fmt.Sprintf("%s ended after %s of %s, before its planned end", r.Name, r.Length.Round(time.Second), r.Planned.Round(time.Second))}
	}
	return nil
}

func firstOf(reasons []string) string {
	if len(reasons) == 0 {
		return "it does not say why"
	}
	return reasons[0]
}

// settings are variables and versions; neither is called like one of the other.
func (r Run) settings() []Setting { return slices.Concat(r.Settings, r.Versions) }

func settingNames(all []Run) []string {
	var out []string
	for _, run := range all {
		for _, s := range run.settings() {
			if !slices.Contains(out, s.Name) {
				out = append(out, s.Name)
			}
		}
	}
	return out
}

// differs is whether a setting has not the same value everywhere, and the first two values. Where a run does not know it, as an
// older version did not, it does not differ.
func differs(name string, all []Run) (string, bool) {
	var first Setting
	var of string
	for _, run := range all {
		for _, s := range run.settings() {
			switch {
			case s.Name != name:
			case first.Name == "":
				first, of = s, run.Name
			case s.Value != first.Value:
				return fmt.Sprintf("%s is %q in %s, and %q in %s", name, first.Value, of, s.Value, run.Name), true
			}
		}
	}
	return "", false
}

// notes are what the arithmetic itself wants to say.
func notes(r Report, judged int) []string {
	const wrong = judgedShare * (1 - Confidence)
	enough := runsToDecide(wrong / float64(max(judged, 1)))
	switch {
	case r.Repeats:
		return []string{fmt.Sprintf("judged by whole runs, %d and %d (Mann and Whitney's test)", len(r.Base), len(r.New))}
	case len(r.Base)+len(r.New) > 2: //nolint:mnd // one on each side
		return []string{fmt.Sprintf("judged by blocks of time: whole runs decide with %d on each side, and there are %d and %d. "+
			"What changes from run to run is not in the intervals", enough, len(r.Base), len(r.New))}
	}
	return []string{fmt.Sprintf("judged by blocks of one run on each side: what changes from run to run is not in the intervals; %d runs on each side show that", enough)}
}
