package command

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"

	"github.com/featherweight/xk6-featherweight/internal/config"
	"github.com/featherweight/xk6-featherweight/internal/run"
	"github.com/featherweight/xk6-featherweight/internal/runners"
)

// Several machines in SSH_HOST are the runners of one test: each has a part of the users (k6's execution segments), one of them
// observes the loop, and one verdict is over all. Each part is a run of its own, as if it were alone on its machine.

// hosts are the machines that SSH_HOST names.
func (d *door) hosts() []string {
	return strings.FieldsFunc(d.value("SSH_HOST"), func(r rune) bool { return r == ',' || unicode.IsSpace(r) })
}

// together is a test of several machines.
type together struct {
	*door
	t    config.TestType
	id   string // of the whole
	jobs []*job

	first sync.Once
	why   error // that of the first part which could not begin: the others were stopped for it
}

// runTogether runs a test on several machines, and ends with the exit code of the whole.
func (d *door) runTogether(ctx context.Context, t config.TestType, w runWords, hosts []string) error {
	if t.Name == "health" { // a look has no parts
		return d.eachHost(hosts, func(one *door) error { return one.runElsewhere(ctx, t, w) })
	}
	all := &together{door: d, t: t, id: run.NewID(t.Name, time.Now())}
	if err := all.refuse(w, hosts); err != nil {
		return err
	}
	var told sync.Mutex
	for i, host := range hosts {
		words := w
		words.id = all.id + "-" + strings.Map(nameable, host)
		words.k6Arguments = append(slices.Clone(w.k6Arguments), segmentOf(i, len(hosts))...)
		if !slices.ContainsFunc(w.k6Arguments, func(word string) bool { return strings.Contains(word, "testid=") }) {
			words.k6Arguments = append(words.k6Arguments, "--tag", "testid="+all.id)
		}
		part := d.on(host)
		part.out, part.err = &prefixed{to: d.out, prefix: host + ": ", mu: &told}, &prefixed{to: d.err, prefix: host + ": ", mu: &told}
		part.settings = part.settings.With("ROLLBACK_COMMAND", "", part.settings.Get("ROLLBACK_COMMAND").Origin) // that of the whole
		part.settings = part.settings.With("RUNNER_DIR", "", part.settings.Get("RUNNER_DIR").Origin)             // its results are fetched from its run
		j, err := part.elsewhere(ctx, t, words)
		if err != nil {
			return err
		}
		all.jobs = append(all.jobs, j)
	}
	if w.dryRun {
		return all.each(func(j *job) error { return j.dryRun(ctx) })
	}
	return all.run(ctx)
}

// refuse says what several machines cannot do.
func (all *together) refuse(w runWords, hosts []string) error {
	switch {
	case w.detach:
		return failf(exitUsage, "--detach and several machines in SSH_HOST do not go together: the verdict over all is made here, at the end")
	case !all.settings.True("SAVE_TEST_RESULTS"):
		return failf(exitUsage, "SAVE_TEST_RESULTS=false and several machines in SSH_HOST do not go together: the verdict is made of their results")
	case slices.ContainsFunc(w.k6Arguments, func(word string) bool { return strings.HasPrefix(word, "--execution-segment") }):
		return failf(exitUsage, "--execution-segment is what several machines in SSH_HOST get by themselves: leave it out")
	case len(hosts) != len(slices.Compact(slices.Sorted(slices.Values(hosts)))):
		return failf(exitUsage, "SSH_HOST=%s names a machine twice: its parts would disturb each other", all.value("SSH_HOST"))
	}
	return nil
}

// segmentOf are the arguments of k6 for part i of n equal ones.
func segmentOf(i, n int) []string {
	bounds := make([]string, n+1)
	for at := range bounds {
		bounds[at] = fmt.Sprintf("%d/%d", at, n)
	}
	bounds[0], bounds[n] = "0", "1"
	return []string{"--execution-segment", bounds[i] + ":" + bounds[i+1], "--execution-segment-sequence", strings.Join(bounds, ",")}
}

// nameable is a letter of a folder's name.
func nameable(r rune) rune {
	if r == '.' || r == '-' || r < unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r)) {
		return r
	}
	return '_'
}

// on is the same door to one machine.
func (d *door) on(host string) *door {
	one := *d
	one.settings = d.settings.With("SSH_HOST", host, d.settings.Get("SSH_HOST").Origin)
	return &one
}

// eachHost does something for each machine; the first error is what remains, when all had their turn.
func (d *door) eachHost(hosts []string, do func(one *door) error) error {
	var first error
	for _, host := range hosts {
		if err := do(d.on(host)); err != nil && first == nil {
			first = err
		}
	}
	return first
}

// each does something for all parts at the same time.
func (all *together) each(do func(j *job) error) error {
	errs := make(chan error, len(all.jobs))
	var parts sync.WaitGroup
	for _, j := range all.jobs {
		parts.Go(func() { errs <- do(j) })
	}
	parts.Wait()
	close(errs)
	for err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func (all *together) run(ctx context.Context) error {
	for _, j := range all.jobs {
		if err := j.sendSuite(ctx, *j.far); err != nil {
			return err
		}
	}
	began := time.Now()
	if err := all.each(func(j *job) error { return all.part(ctx, j) }); err != nil {
		return cmp.Or(all.why, err)
	}
	return all.conclude(ctx, began)
}

// part runs one part to its end. When it has no result, there is none of the whole, and the others are stopped.
func (all *together) part(ctx context.Context, j *job) error {
	done, err := j.begin(ctx)
	defer done()
	if err != nil {
		all.first.Do(func() { all.why = err })
		all.stop(ctx)
		return err
	}
	j.notef("part of the test is under way: ./run-slo-testing.sh logs -f %s", j.folder.Name())
	if err := run.AwaitEnd(ctx, j.folder); err != nil {
		return err
	}
	state, err := j.folder.State()
	if code := state.Code(); err == nil && code != 0 && code != missedCode {
		j.notef("the part ended with exit code %d: ./run-slo-testing.sh logs %s", code, j.folder.Name())
		all.stop(ctx)
	}
	return err
}

// stop ends what has not ended, and has not been told to.
func (all *together) stop(ctx context.Context) {
	for _, j := range all.jobs {
		j.state.stop(ctx, j)
	}
}

// conclude makes one verdict of what the parts left, in a folder of its own, which is the latest run then.
func (all *together) conclude(ctx context.Context, began time.Time) error {
	dirs := make([]string, len(all.jobs))
	for i, j := range all.jobs {
		dirs[i] = string(j.folder)
	}
	read, err := awaitRunners(ctx, inFolders(dirs), 0) // all have ended
	if err != nil {
		return err
	}
	late, _ := config.ParseDuration(all.value("SSH_LATE"))
	whole := runners.Join(read, late)
	folder, err := all.store().NewFolder(all.id, all.t.Name, began)
	if err != nil {
		return err
	}
	_, _ = fmt.Fprint(all.out, wholeText(read, whole, all.colours))
	code := whole.ExitCode()
	err = errors.Join(writeWhole(string(folder), whole), os.WriteFile(folder.File(run.LogFile), []byte(wholeText(read, whole, false)), 0o600),
		os.WriteFile(folder.File(run.ConfigFile), []byte(keptConfig(all.settings)), 0o600),
		folder.Change(func(s *run.State) { s.Phase, s.ExitCode, s.Ended = run.Finished, code, time.Now() }))
	if err != nil {
		return err
	}
	if code != 0 {
		all.rollBackAfter(ctx, folder, code)
	}
	return all.told(folder)
}

// prefixed says of each line whose it is. Several share one place to write to.
type prefixed struct {
	to     io.Writer
	prefix string
	mu     *sync.Mutex
	rest   []byte // the begin of a line
}

func (p *prefixed) Write(text []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.rest = append(p.rest, text...)
	for {
		line, rest, whole := bytes.Cut(p.rest, []byte("\n"))
		if !whole {
			return len(text), nil
		}
		if _, err := fmt.Fprintf(p.to, "%s%s\n", p.prefix, line); err != nil {
			return 0, err
		}
		p.rest = slices.Clone(rest)
	}
}
