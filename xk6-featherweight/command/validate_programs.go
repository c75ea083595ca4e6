package command

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path"
	"runtime"
	"slices"
	"strings"

	"github.com/featherweight/xk6-featherweight/internal/config"
	"github.com/featherweight/xk6-featherweight/internal/stack"
)

// scriptHolds: this k6 can read the script, with the defaults of everything.
func (d *door) scriptHolds(ctx context.Context, file string) error {
	said, err := d.output(ctx, d.k6, "inspect", "-e", config.EnvRead+"=true", d.at(file))
	if message := k6Message(string(said)); err != nil && message != "" {
		return errors.New(message)
	}
	return refusal("k6", said, err)
}

// shellHolds: every shell here that could run the file can read it, and a command at the top can be called.
func (d *door) shellHolds(ctx context.Context, file string) error {
	info, err := os.Stat(d.at(file))
	if err != nil {
		return err
	}
	if path.Dir(file) == "." && runtime.GOOS != "windows" && info.Mode()&0o111 == 0 {
		return fmt.Errorf("it is not executable: chmod +x %s", file)
	}
	shells := []string{"sh", "dash", "bash", "busybox"}
	found := false
	for _, shell := range shells {
		if !installed(shell) {
			continue
		}
		found = true
		words := []string{"-n", file}
		if shell == "busybox" {
			words = slices.Insert(words, 0, "sh")
		}
		said, err := d.output(ctx, shell, words...)
		if err := refusal(shell, said, err); err != nil {
			return err
		}
	}
	if !found {
		return unchecked("there is no sh here")
	}
	return nil
}

// promtoolHolds: Prometheus would take the file.
func (d *door) promtoolHolds(ctx context.Context, file string) error {
	promtool, err := d.promtool(ctx)
	if err != nil {
		return err
	}
	kind := "rules"
	if file == "prometheus.yml" {
		kind = "config"
	}
	said, err := d.output(ctx, promtool, "check", kind, file)
	return refusal("promtool", said, err)
}

// promtool is that of the tools, built when it is missing, else the one on PATH.
func (d *door) promtool(ctx context.Context) (string, error) {
	own := d.at("bin/tools/promtool")
	_, err := os.Stat(own)
	if err != nil && installed("go") && installed("make") {
		d.notef("building promtool, which takes some minutes the first time")
		build := exec.CommandContext(ctx, "make", "bin/tools/promtool")
		build.Dir, build.Env, build.Stdout, build.Stderr = d.root, pairs(d.env), d.err, d.err
		err = build.Run()
	}
	if err == nil {
		return own, nil
	}
	if own, err = exec.LookPath("promtool"); err != nil {
		return "", unchecked("promtool is missing, and so is Go to build it: https://go.dev/dl")
	}
	return own, nil
}

// composeHolds: Compose would take the file, with all profiles.
func (d *door) composeHolds(ctx context.Context, file string) error {
	compose := d.composeCommand(ctx)
	if compose == nil {
		return unchecked(`neither "docker compose" nor docker-compose is installed: https://docs.docker.com/engine/install`)
	}
	words := slices.Concat(compose[1:], []string{"--project-directory", d.root, "-f", d.at(file)}, stack.AllProfiles(), []string{"config", "-q"})
	said, err := d.output(ctx, compose[0], words...)
	return refusal("compose", said, err)
}

// composeCommand is how Compose is called here, the new spelling or the old one; nil when it is not installed.
func (d *door) composeCommand(ctx context.Context) []string {
	if _, err := d.output(ctx, "docker", "compose", "version"); err == nil {
		return []string{"docker", "compose"}
	}
	if installed("docker-compose") {
		return []string{"docker-compose"}
	}
	return nil
}

// output runs a program in the suite's folder, without the suite's variables in its environment, for a file is judged by
// itself; and gives what it prints.
func (d *door) output(ctx context.Context, program string, words ...string) ([]byte, error) {
	env := maps.Clone(d.env)
	maps.DeleteFunc(env, func(name, _ string) bool {
		_, known := config.Find(name)
		return known || strings.HasPrefix(name, "K6_") || strings.HasPrefix(name, "XK6_")
	})
	env["K6_NO_USAGE_REPORT"], env["K6_AUTO_EXTENSION_RESOLUTION"] = "true", "false"
	cmd := exec.CommandContext(ctx, program, words...)
	cmd.Dir, cmd.Env = d.root, pairs(env)
	return cmd.CombinedOutput()
}

// refusal is what a program that failed said last.
func refusal(program string, said []byte, err error) error {
	if err == nil {
		return nil
	}
	lines := strings.Split(strings.TrimSpace(string(said)), "\n")
	last := strings.TrimSpace(lines[len(lines)-1])
	if last == "" {
		return fmt.Errorf("%s refuses it, without a word: %w", program, err)
	}
	return errors.New(last)
}
