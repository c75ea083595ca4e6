package command

import (
	"context"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/featherweight/xk6-featherweight/internal/config"
	"github.com/featherweight/xk6-featherweight/internal/run"
	"github.com/featherweight/xk6-featherweight/internal/stack"
)

// startedFile is in the directory of results from start-monitoring to stop-monitoring: between them it should be up.
const startedFile = "monitoring.started"

// stackVerbs are those of what runs in containers.
func stackVerbs(d *door) []*cobra.Command {
	return []*cobra.Command{
		d.verb("start-monitoring [NAME=value ...]", "start Prometheus, Alertmanager and Grafana; returns when they are healthy", d.withSettings(func(ctx context.Context, _ []string) error { return d.monitoringByHand(ctx) })),
		d.verb("stop-monitoring [NAME=value ...]", "stop them; what they have recorded stays", d.withSettings(func(ctx context.Context, _ []string) error { return d.stopMonitoring(ctx) })),
		d.verb("dashboard-url [NAME=value ...]", "print the address of the dashboard", d.withSettings(func(context.Context, []string) error {
			d.sayf("%s", d.dashboardURL())
			return nil
		})),
		d.verb("prometheus-url [NAME=value ...]", "print the address of Prometheus", d.withSettings(func(context.Context, []string) error {
			d.sayf("%s", d.shownURL("PROMETHEUS_URL"))
			return nil
		})),
		buildImageVerb(d),
	}
}

// monitoringByHand starts it, and leaves a note that it is to be up until it is stopped.
func (d *door) monitoringByHand(ctx context.Context) error {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM) // then it takes down what it has begun
	defer stop()
	if err := d.startMonitoring(ctx); err != nil {
		return err
	}
	d.sayf("Grafana:    %s (user %s)\nPrometheus: %s", d.dashboardURL(), d.value("GRAFANA_USER"), d.shownURL("PROMETHEUS_URL"))
	file := d.startedFile()
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil { //nolint:gosec // as for every run
		return err
	}
	return os.WriteFile(file, []byte(time.Now().UTC().Format(time.RFC3339)+"\n"), 0o600)
}

// withSettings is what a verb does that takes nothing but NAME=value, once they are in force.
func (d *door) withSettings(do func(ctx context.Context, words []string) error) func(context.Context, []string) error {
	return func(ctx context.Context, args []string) error {
		words, err := assignments(args)
		if err != nil {
			return err
		}
		if err := d.load(words); err != nil {
			return err
		}
		return do(ctx, words)
	}
}

// stack is the suite in containers, for which programs get what is set here. It asks the engine once for what is in force.
func (d *door) stack() *stack.Project {
	if d.project == nil {
		d.project = stack.New(d.root, d.environment(), d.err)
	}
	return d.project
}

func (d *door) monitoring() stack.Monitoring {
	return stack.NewMonitoring(d.stack(), d.address("PROMETHEUS_URL"), d.address("GRAFANA_URL"))
}

// monitoringUp says whether Prometheus and Grafana answer.
func (d *door) monitoringUp(ctx context.Context) bool { return d.monitoring().Up(ctx) }

// monitoringWanted says that it was started by hand, and not stopped.
func (d *door) monitoringWanted() bool { return exists(d.startedFile()) }

// startMonitoring returns when everything is healthy; what could not be started whole is taken down again.
func (d *door) startMonitoring(ctx context.Context) error {
	if name := stack.OwnersAlone(d.root); name != "" && runtime.GOOS == "linux" { // elsewhere a virtual machine has its own idea of owners
		d.warnf("%s can be read by its owner alone, and the containers run as other users: chmod -R a+rX %s", d.shownPath(name), d.root)
	}
	return d.monitoring().Start(ctx)
}

// monitoringForRun is --monitoring. What is up already was started by somebody else, and is left to them.
func (j *job) monitoringForRun(ctx context.Context) error {
	if j.monitoringUp(ctx) {
		return nil
	}
	j.notef("starting the monitoring for this run")
	if err := j.startMonitoring(ctx); err != nil {
		return err
	}
	return j.folder.Change(func(s *run.State) { s.Monitoring = true })
}

// stopMonitoring takes its containers down.
func (d *door) stopMonitoring(ctx context.Context) error {
	if err := d.monitoring().Stop(ctx); err != nil {
		return err
	}
	return d.forgetMonitoring()
}

// removeContainers takes every container of the suite down.
func (d *door) removeContainers(ctx context.Context) error {
	project := d.stack()
	if !project.Answers(ctx) {
		d.sayf("no Docker engine answers here: there are no containers to stop")
		return nil
	}
	if err := project.DownAll(ctx); err != nil {
		return err
	}
	return d.forgetMonitoring()
}

// containersLeft is what rollback promises, and what is wrong with it.
func (d *door) containersLeft(ctx context.Context) (what, problem string) {
	what = "no container of this project"
	project := d.stack()
	if !project.Answers(ctx) {
		return what + ": no Docker engine answers here", ""
	}
	names, err := project.Containers(ctx)
	if err != nil {
		return what, "docker says: " + err.Error()
	}
	return what, strings.Join(names, " ")
}

func (d *door) forgetMonitoring() error {
	if err := os.Remove(d.startedFile()); !os.IsNotExist(err) {
		return err
	}
	return nil
}

func (d *door) startedFile() string { return filepath.Join(string(d.store()), startedFile) }

// address is the URL of a variable, without a / at its end.
func (d *door) address(name string) string { return strings.TrimRight(d.value(name), "/") }

func (d *door) shownURL(name string) string { return config.ShownValue(name, d.address(name)) }

func (d *door) dashboardURL() string {
	return d.shownURL("GRAFANA_URL") + "/d/testing/flappyjournal-slo-testing-dashboard"
}
