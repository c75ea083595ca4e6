package command

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/featherweight/xk6-featherweight/internal/config"
	"github.com/featherweight/xk6-featherweight/internal/run"
)

// script is the path of the script of a type of test.
func (d *door) script(t config.TestType) (string, error) {
	if t.Script == "" {
		return d.customScript()
	}
	script := filepath.Join(d.root, "scripts", t.Script)
	if _, err := os.Stat(script); err != nil {
		return "", failf(exitFailed, "%s is not there: git checkout scripts", d.shownPath(script))
	}
	return script, nil
}

func (d *door) customScript() (string, error) {
	name := d.settings.Path("CUSTOM_SCRIPT", d.home)
	if name == "" {
		return "", failf(exitUsage, "TEST_TYPE=custom needs CUSTOM_SCRIPT, the path of a k6 script: %s run-custom CUSTOM_SCRIPT=my-test.js", d.name)
	}
	here, err := os.Getwd()
	if err != nil {
		return "", err
	}
	candidates := []string{name}
	if !filepath.IsAbs(name) {
		candidates = []string{filepath.Join(here, name), filepath.Join(d.root, name), filepath.Join(d.root, "scripts", name)}
	}
	if script := firstFile(candidates...); script != "" {
		return script, nil
	}
	return "", failf(exitUsage, "CUSTOM_SCRIPT=%s is not there: it is looked for in %s, in the repository and in its scripts/", d.value("CUSTOM_SCRIPT"), here)
}

// firstFile is the first of these names that is a file; "" when none is.
func firstFile(names ...string) string {
	for _, name := range names {
		if info, err := os.Stat(name); err == nil && info.Mode().IsRegular() {
			return name
		}
	}
	return ""
}

// checkValues says what is wrong with the values that a script reads. A script of the suite asks the same table as this
// does; another one is looked at by k6, which does not run it.
func (d *door) checkValues(ctx context.Context, t config.TestType, script string) error {
	if slices.Contains(config.Readers(), t.Script) {
		if _, err := config.Check(d.settings, t.Script); err != nil {
			return failf(exitValues, "%v", err)
		}
		return nil
	}
	inspect := exec.CommandContext(ctx, d.k6, "inspect", "--include-system-env-vars", script)
	inspect.Env = d.environment("K6_LOG_FORMAT=") // whatever the user's, k6Message reads this one
	var said bytes.Buffer
	inspect.Stderr = &said
	if inspect.Run() == nil || ctx.Err() != nil {
		return ctx.Err()
	}
	message := k6Message(said.String())
	if message == "" {
		message = "k6 cannot read " + script
	}
	return failf(exitValues, "%s", message)
}

// k6Message is the text of the first error in a log of k6, as one line.
func k6Message(log string) string {
	for text := range strings.Lines(log) {
		if line, is := run.ParseLog(text); is && line.Level == "error" {
			return strings.TrimSpace(strings.NewReplacer("\n", " ", "\t", " ").Replace(line.Message))
		}
	}
	return ""
}
