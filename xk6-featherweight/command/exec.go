package command

import (
	"context"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/featherweight/xk6-featherweight/internal/config"
	"github.com/featherweight/xk6-featherweight/internal/run"
	"github.com/featherweight/xk6-featherweight/internal/stack"
)

// pushURL is where k6 sends its metrics, and pushPath its end when that is a Prometheus.
const (
	pushURL  = "K6_PROMETHEUS_RW_SERVER_URL"
	pushPath = "/api/v1/write"
)

// execVerb is the entrypoint of the image.
func execVerb(d *door) *cobra.Command {
	cmd := d.verb("exec [argument of k6 run...]", "run the test that TEST_TYPE names in this process's place, with the values of the environment",
		func(ctx context.Context, args []string) error {
			words, env, err := d.execution(ctx, args, time.Now())
			if err != nil {
				return err
			}
			code, err := stack.Become(d.k6, words, env)
			if err == nil && code != 0 {
				err = failf(code, "") // k6 has said why
			}
			return err
		})
	cmd.DisableFlagParsing, cmd.Hidden = true, true
	return cmd
}

// execution is k6's words and environment for the test that the environment asks for.
func (d *door) execution(ctx context.Context, args []string, now time.Time) (words, env []string, err error) {
	if d.settings, err = config.Resolve(config.Sources{Environment: d.env}); err != nil {
		return nil, nil, failf(exitUsage, "%v", err)
	}
	if _, err := config.Check(d.settings, config.Docker); err != nil {
		return nil, nil, failf(exitUsage, "%v", err)
	}
	t, _ := config.FindTestType(d.value("TEST_TYPE"))
	script := filepath.Join(d.root, "scripts", t.Script)
	if t.Script == "" {
		if script, err = d.mountedScript(); err != nil {
			return nil, nil, err
		}
	}
	environment := d.aliased()
	var push []string
	words = append([]string{"k6"}, d.runArguments(t, func() []string {
		push = d.pushing(ctx, environment[pushURL])
		return push
	})...)
	id := d.env["TEST_ID"]
	if id == "" {
		id = run.NewID(t.Name, now)
	}
	words = append(words, tags(id)...)
	if push != nil {
		maps.Copy(environment, d.pushForm(environment))
	}
	maps.Copy(environment, d.pushAccess(environment))
	return append(append(words, script), args...), pairs(environment), nil
}

// mountedScript is the file of CUSTOM_SCRIPT: where it says, or one of the suite's own.
func (d *door) mountedScript() (string, error) {
	said := d.value("CUSTOM_SCRIPT")
	if said == "" {
		return "", failf(exitUsage, "TEST_TYPE=custom needs CUSTOM_SCRIPT, the path of a k6 script: "+
			"docker run -v $PWD:/my -e TEST_TYPE=custom -e CUSTOM_SCRIPT=/my/test.js %s", stack.Image)
	}
	if file := firstFile(said, filepath.Join(d.root, "scripts", said)); file != "" {
		return file, nil
	}
	return "", failf(exitUsage, "CUSTOM_SCRIPT=%s is not there: mount it, as in docker run -v $PWD:/my", said)
}

// aliased is the environment in which localhost is what HOST_ALIAS calls it: in a container, the machine around it is
// meant.
func (d *door) aliased() map[string]string {
	env := maps.Clone(d.env)
	for _, name := range []string{"BASE_URL", "WS_URL", "CHAT_ORCHESTRATOR_URL", "METRICS_URL", pushURL} {
		if address, set := env[name]; set {
			env[name] = stack.Aliased(address, env["HOST_ALIAS"])
		}
	}
	return env
}

// pushing makes k6 send metrics to an address, while somebody is there; results never depend on it. Only a plain Prometheus can
// be asked.
func (d *door) pushing(ctx context.Context, address string) []string {
	if address == "" {
		return nil
	}
	prometheus, is := strings.CutSuffix(address, pushPath)
	if is && strings.HasPrefix(address, "http://") && !stack.Ready(ctx, prometheus) {
		d.notef("%s: no Prometheus answers at %s: this test sends it no metrics; start it before (start-monitoring)",
			d.name, config.ShownValue(pushURL, address))
		return nil
	}
	return pushWords()
}

// tags tell the metrics of this run from those of others.
func tags(id string) []string {
	host, err := os.Hostname()
	if err != nil {
		host = "unknown"
	}
	return []string{"--tag", "testid=" + id, "--tag", "instance=" + host}
}
