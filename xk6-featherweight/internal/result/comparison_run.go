package result

import (
	"time"

	"github.com/featherweight/xk6-featherweight/internal/compare"
	"github.com/featherweight/xk6-featherweight/internal/record"
)

// ForComparison is a run as compare wants it, under the name of its folder. A run without a recording has nil.
func (s Summary) ForComparison(name string, recording *record.Recording) compare.Run {
	out := compare.Run{
		Name: name, Script: s.Script, Verdict: s.Verdict, Reasons: s.Reasons, Complete: s.Complete, Measured: s.Loop.Measured,
		Length: time.Duration(s.Seconds * float64(time.Second)), Planned: time.Duration(s.PlannedSeconds * float64(time.Second)),
		SLOs: s.SLOs, Recording: recording,
	}
	for _, one := range s.Config {
		out.Settings = append(out.Settings, compare.Setting{Name: one.Name, Value: valueText(one.Value)})
	}
	for _, one := range s.Versions {
		out.Versions = append(out.Versions, compare.Setting{Name: one.Name, Value: one.Value})
	}
	return out
}
