package trust

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/featherweight/tests/harness"
)

// outcome is what came of a row in one round.
type outcome struct {
	row     row
	round   int
	verdict string
	missed  []string
	reason  string
	wrong   []string // what is not as wanted
	left    string   // why it was left out
	took    time.Duration
	text    string // what the run printed, for who wants to know why
}

// run runs a row with that seed.
func (r row) run(t *testing.T, round int) outcome {
	t.Helper()
	out := outcome{row: r, round: round}
	env, line, flags := base(round), []string{harness.K6(), "run", "--quiet", r.path()}, r.flags(round)
	var wire *bench
	if r.lab != nil {
		if wire, out.left = r.lab.build(t); out.left != "" {
			return out
		}
		line, flags = wire.line(line), append(flags, "--api", wire.here+":0", "--chat", wire.here+":0")
	}
	if r.strain.fullDisk {
		var folder string
		if folder, out.left = fullDisk(t); out.left != "" {
			return out
		}
		for name, file := range map[string]string{"SUMMARY_FILE": "summary.json", "JUNIT_FILE": "junit.xml", "REPORT_FILE": "report.md"} {
			env[name] = filepath.Join(folder, file)
		}
	}
	target := harness.StartTarget(t, flags...)
	maps.Copy(env, target.Env())
	var network *between
	if r.needsNetwork() {
		network = newBetween(t, target)
		network.add(r.network)
		maps.Copy(env, network.env())
	}
	env = harness.With(env, slices.Clone(r.env)...)
	for name, value := range env { // an address that a row makes wrong
		env[name] = strings.NewReplacer("{api}", target.API, "{chat}", target.Chat).Replace(value)
	}
	begun := time.Now()
	stage := newStage(r, target, network, wire)
	run := harness.CommandStarted(t, r.strain.line(line), env, stage.started)
	stage.over()
	out.took = time.Since(begun)
	truth := target.Stop()
	out.conclude(t, run, target, truth)
	return out
}

func (r row) path() string {
	if r.script == "" {
		return harness.MainScript()
	}
	return filepath.Join(harness.Root(), "scripts", r.script)
}

func (r row) needsNetwork() bool {
	return r.network != nil || slices.ContainsFunc(r.acts, func(a act) bool { return a.network != nil || a.calm || a.cut })
}

// conclude compares what the run says with what is right, and its books with those of the target.
func (o *outcome) conclude(t *testing.T, run harness.Run, target *harness.Target, truth harness.Truth) {
	t.Helper()
	o.verdict, o.missed, o.reason, o.text = run.Verdict(), run.Objectives("fail"), strings.Join(run.MostFrequent(), ", "), run.Describe()
	o.wrong = append(o.row.judge(run), o.row.happens(truth)...)
	if truth.TurnsStarted < o.row.atLeast {
		o.left, o.wrong = fmt.Sprintf("this machine was too slow: %v turns, and it takes %v to decide", truth.TurnsStarted, o.row.atLeast), nil
		return
	}
	if run.Summary == nil || o.row.want == harness.NoLoad {
		return
	}
	if books := target.Books(t, run, o.row.books...); books.Code != 0 {
		o.wrong = append(o.wrong, "the books: "+strings.TrimSpace(books.Stderr))
		o.text += books.Describe()
	}
}
