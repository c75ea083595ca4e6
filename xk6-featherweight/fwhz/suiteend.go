package fwhz

import (
	"errors"
	"strings"
	"time"

	"github.com/grafana/sobek"
	"go.k6.io/k6/v2/js/common"
	"go.k6.io/k6/v2/lib"

	"github.com/featherweight/xk6-featherweight/internal/config"
	"github.com/featherweight/xk6-featherweight/internal/result"
	"github.com/featherweight/xk6-featherweight/internal/result/html"
	"github.com/featherweight/xk6-featherweight/internal/slo"
)

// conclude is teardown(): it counts the sessions that were left open, and makes samples of what only the whole run shows, so that the thresholds of k6 know it and its
// exit code is that of the verdict.
func (s *suite) conclude() {
	s.module.root.settleAll()
	s.countTheRest(s.module.state("Suite.conclude()"))
	e := s.module.emit(s.module.state("Suite.conclude()"), nil)
	conclusions, silence := slo.Concluded(s.plan.slo, &s.module.root.record)
	for _, c := range conclusions {
		metric := s.module.metrics.sloMissed
		if c.Outcome == slo.Invalid {
			metric = s.module.metrics.sloOpen
		}
		e.addTagged(metric, tagSLO, c.SLO, 1)
	}
	e.add(s.module.metrics.silence, float64(silence))
	e.send()
	s.tellObjectives(s.module.state("Suite.conclude()"), s.plan.live.End(&s.module.root.record))
}

// summary is handleSummary(): it writes the files of the run, and returns what is printed.
func (s *suite) summary(given sobek.Value) map[string]any {
	s.module.root.reserve.Release()
	data := s.summaryData(given)
	if state := s.module.root.execution.Load(); state != nil {
		data.Aborted = state.GetCurrentExecutionStatus() == lib.ExecutionStatusInterrupted
	}
	judged := slo.Judge(data, s.plan.slo, &s.module.root.record)
	told := result.NewSummary(data, judged, result.Run{
		Script: s.plan.kind.script, Config: s.shownConfig(), Versions: versions(), Plan: s.plan.slo, Shape: s.plan.shape, Now: time.Now(),
	})
	var flows [][]string
	if s.plan.kind.flows != nil {
		flows = s.plan.kind.flows.FlowRows(data)
	}
	out := map[string]any{"stdout": result.Text(data, judged, s.plan.shape.Phases, flows, coloured(data))}
	now := time.Now()
	s.module.root.recording.End(now, judged.Complete)
	s.file(out, "SUMMARY_FILE", func() string { return s.text(told.JSON()) })
	s.file(out, "SERIES_FILE", s.series)
	s.file(out, "HTML_FILE", func() string { return s.page(told) })
	s.file(out, "JUNIT_FILE", func() string { return result.JUnit(told) })
	s.file(out, "REPORT_FILE", func() string { return result.Markdown(told) })
	if s.leaves() {
		s.leave(s.ended(data, judged, now), now)
	}
	return out
}

// coloured tells whether somebody looks at it who sees colours.
func coloured(data slo.Data) bool { return data.State.IsStdOutTTY && !data.Options.NoColor }

// shownConfig is the configuration in force in the order of the table, secrets hidden.
func (s *suite) shownConfig() result.Object[any] {
	shown := s.plan.config.Shown(s.plan.config.Reader())
	var out result.Object[any]
	for _, v := range config.Variables() {
		if value, there := shown[v.Name]; there {
			out = append(out, result.Member[any]{Name: v.Name, Value: value})
		}
	}
	return out
}

// series is series.ndjson.
func (s *suite) series() string {
	var text strings.Builder
	if _, err := s.module.root.recording.WriteTo(&text); err != nil {
		common.Throw(s.module.vu.Runtime(), err)
	}
	return text.String()
}

// page is report.html.
func (s *suite) page(told result.Summary) string {
	return s.text(html.Render(told, &s.module.root.recording))
}

// text is that of a file.
func (s *suite) text(content []byte, err error) string {
	if err != nil {
		common.Throw(s.module.vu.Runtime(), err)
	}
	return string(content)
}

// summaryData is what k6 hands to handleSummary().
func (s *suite) summaryData(given sobek.Value) slo.Data {
	obj, ok := given.(*sobek.Object)
	if !ok {
		common.Throw(s.module.vu.Runtime(), errors.New("suite.summary: the data that k6 hands to handleSummary() is missing"))
	}
	text, err := obj.MarshalJSON()
	if err != nil {
		common.Throw(s.module.vu.Runtime(), err)
	}
	data, err := slo.ParseData(text)
	if err != nil {
		common.Throw(s.module.vu.Runtime(), err)
	}
	return data
}
