package command

import (
	"context"
	"crypto/rand"
	"errors"
	"path/filepath"
	"time"

	"github.com/featherweight/xk6-featherweight/internal/config"
	"github.com/featherweight/xk6-featherweight/internal/remote"
	"github.com/featherweight/xk6-featherweight/internal/run"
)

// A run on another machine is detached there and has its folder there. Here it has a folder, too, and a supervisor whose
// test is the fetching.

// runElsewhere runs a test on SSH_HOST.
func (d *door) runElsewhere(ctx context.Context, t config.TestType, w runWords) error {
	j, err := d.elsewhere(ctx, t, w)
	if err != nil {
		return err
	}
	if w.dryRun {
		d.sayf("on %s, in %s:", j.far.Name(), j.far.Dir)
		return j.dryRun(ctx)
	}
	if err := d.sendSuite(ctx, *j.far); err != nil {
		return err
	}
	return j.run(ctx)
}

// elsewhere is a test that can be run on SSH_HOST.
func (d *door) elsewhere(ctx context.Context, t config.TestType, w runWords) (*job, error) {
	switch {
	case d.value("RUNNER") != "native":
		return nil, failf(exitUsage, "RUNNER=docker and SSH_HOST do not go together: leave one of them out")
	case w.monitoring:
		return nil, failf(exitUsage, "--monitoring and SSH_HOST do not go together: the monitoring is started on its machine")
	}
	script, err := d.script(t)
	if err != nil {
		return nil, err
	}
	if t.Script == "" {
		there, ok := d.belowScripts(script)
		if !ok {
			return nil, failf(exitUsage, "CUSTOM_SCRIPT=%s: with SSH_HOST it must be in scripts/, which is what is sent there", d.value("CUSTOM_SCRIPT"))
		}
		d.settings = d.settings.With("CUSTOM_SCRIPT", there, d.settings.Get("CUSTOM_SCRIPT").Origin)
	}
	if err := d.checkValues(ctx, t, script); err != nil {
		return nil, err
	}
	far, err := d.machine(d.host())
	if err != nil {
		return nil, err
	}
	return &job{door: d, t: t, words: w, file: script, far: &far}, nil
}

// belowScripts is the path of a script as it is on the other machine, where scripts/ is all there is.
func (d *door) belowScripts(script string) (string, bool) {
	scripts := filepath.Join(d.root, "scripts")
	for _, real := range []func(string) (string, error){filepath.Abs, filepath.EvalSymlinks} {
		from, err := real(scripts)
		to, err2 := real(script)
		if below, err3 := filepath.Rel(from, to); errors.Join(err, err2, err3) == nil && filepath.IsLocal(below) {
			return "scripts/" + filepath.ToSlash(below), true
		}
	}
	return "", false
}

// host is the machine that the variables name. A port that nobody changed is that of the ssh configuration.
func (d *door) host() run.Host {
	h := run.Host{Name: d.value("SSH_HOST"), User: d.value("SSH_USER"), Key: d.settings.Path("SSH_KEY_PATH", d.home), Dir: d.value("SSH_DIR")}
	if port := d.settings.Get("SSH_PORT"); port.IsChanged() {
		h.Port = port.Value
	}
	if key, err := filepath.Abs(h.Key); err == nil && h.Key != "" {
		h.Key = key
	}
	return h
}

// machine is a host that can be called.
func (d *door) machine(h run.Host) (remote.Machine, error) {
	m := remote.Machine{Host: h.Name, User: h.User, Port: h.Port, Key: h.Key, Dir: h.Dir, Env: d.environment()}
	return m, m.Check()
}

// sendSuite brings what a test needs to the other machine.
func (d *door) sendSuite(ctx context.Context, far remote.Machine) error {
	suite := remote.Suite{Root: d.root, Binary: d.k6, Parts: []string{"run-slo-testing.sh", "recovery.sh", "shell/find-k6.sh", "scripts"}}
	err := far.Send(ctx, suite, func() { d.notef("sending the suite to %s:%s", far.Name(), far.Dir) })
	return noSSH(far, err)
}

// noSSH says what did not work when there was no connection.
func noSSH(far remote.Machine, err error) error {
	f := (*remote.CallError)(nil)
	if !errors.As(err, &f) || f.Met {
		return err
	}
	port := ""
	if far.Port != "" {
		port = " port " + far.Port
	}
	return failf(exitFailed, "SSH to %s%s does not work: %s", far.Name(), port, f.Text)
}

// notSent says that a variable is about this machine: paths here are none there.
func notSent(name string) bool {
	_, isResult := run.ResultFiles()[name]
	return config.StaysHere(name) || isResult || name == "XK6_DASHBOARD_CONFIG"
}

// startRequest is what starts the run there, under the name that it has here if that is free.
func (j *job) startRequest() remote.Request {
	r := remote.Request{
		Verb: remote.Start, ID: j.folder.Name(), Token: rand.Text(), Type: j.t.Name, Arguments: j.words.k6Arguments, SkipHealth: j.words.skipHealth,
	}
	for _, s := range j.settings {
		if s.IsSet() && !notSent(s.Name) {
			r.Settings = append(r.Settings, s)
		}
	}
	return r
}

// launchThere starts the run there, and hands the fetching to a supervisor.
func (j *job) launchThere(ctx context.Context) error {
	if err := j.folder.Change(func(s *run.State) { s.Host = j.host() }); err != nil {
		return err
	}
	r := j.startRequest()
	err := j.startThere(ctx, r)
	if err == nil {
		err = j.supervise(ctx, j.fetchCommand(j.folder), nil)
	}
	if ctx.Err() != nil {
		j.stopStarting(ctx, r)
	}
	return err
}

func (j *job) startThere(ctx context.Context, r remote.Request) error {
	id, err := j.far.Start(ctx, r, j.out, j.err, remote.StartPatience(), func(why error) {
		j.warnf("the connection was lost while the run was being started (%v): looking whether it was", why)
	})
	f := (*remote.CallError)(nil)
	switch {
	case errors.As(err, &f) && f.Code != 0:
		j.rollBackAfter(ctx, j.folder, f.Code)
		return failf(f.Code, "the run was not started on %s: the lines above say why", j.value("SSH_HOST"))
	case errors.As(err, &f):
		return failf(exitFailed, "%v; whether the run was started there is not known: %s status asks", noSSH(*j.far, err), j.called())
	case err != nil:
		return err
	}
	return j.folder.Change(func(s *run.State) { s.Host.ID = id })
}

// stopStarting tells a run that may have been started there, and that nobody wants any more.
func (j *job) stopStarting(ctx context.Context, r remote.Request) {
	ctx, done := context.WithTimeout(context.WithoutCancel(ctx), 30*time.Second)
	defer done()
	stop := remote.Request{Verb: remote.Tell, ID: r.ID, Token: r.Token, Signal: string(run.Interrupt)}
	if err := j.far.Ask(ctx, stop, nil, nil); err != nil && !isNoRun(err) {
		j.warnf("%s could not be told to stop the run (%v): if it was started, it goes on there", j.far.Name(), err)
	}
}

func isNoRun(err error) bool {
	f := (*remote.CallError)(nil)
	return errors.As(err, &f) && f.Code == remote.NoRun
}
