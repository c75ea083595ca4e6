package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// product names the archives, and source is where the source of what they hold can be had.
const (
	product = "featherweight-slo"
	source  = "https://github.com/featherweight/featherweight-slo"
)

// release is what is given away: a commit.
type release struct {
	Version string // a semantic version: the tag, or the latest tag with the commit that stands behind it
	Commit  string
	Time    time.Time // of the commit, or SOURCE_DATE_EPOCH; every file has it
	changed bool      // there is more than the commit
}

// ask is what a program prints, without the blanks around it.
func ask(ctx context.Context, dir string, words ...string) (string, error) {
	cmd := exec.CommandContext(ctx, words[0], words[1:]...)
	var complaint bytes.Buffer
	cmd.Dir, cmd.Stderr = dir, &complaint
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("%s: %w: %s", strings.Join(words, " "), err, strings.TrimSpace(complaint.String()))
	}
	return strings.TrimSpace(string(out)), nil
}

// describe is the release that a checkout would be.
func describe(ctx context.Context, root string) (r release, err error) {
	if r.Commit, err = ask(ctx, root, "git", "rev-parse", "HEAD"); err != nil {
		return r, fmt.Errorf("the version is that of the commit, and there is none (it takes a clone, not a copy): %w", err)
	}
	seconds := os.Getenv("SOURCE_DATE_EPOCH")
	if seconds == "" {
		if seconds, err = ask(ctx, root, "git", "log", "-1", "--format=%ct"); err != nil {
			return r, err
		}
	}
	unix, err := strconv.ParseInt(seconds, 10, 64)
	if err != nil {
		return r, fmt.Errorf("SOURCE_DATE_EPOCH=%s: seconds since 1970 are allowed: %w", seconds, err)
	}
	r.Time = time.Unix(unix, 0).UTC()
	changes, err := ask(ctx, root, "git", "status", "--porcelain")
	if err != nil {
		return r, err
	}
	r.changed = changes != ""
	if r.Version, err = ask(ctx, root, "git", "describe", "--tags", "--abbrev=12", "--match", "v[0-9]*"); err != nil {
		r.Version, err = "v0.0.0-0-g"+r.Commit[:12], nil // there is no tag yet
	}
	return r, err
}

// handed are the files that a user calls, reads or changes, as patterns of git. What only builds or proves them is not there.
func handed() []string {
	return []string{
		"run-slo-testing.sh", "validate-slo-setup.sh", "test-setup.sh", "recovery.sh", "shell", "scripts/*.js", "scripts/k6-web-dashboard.json",
		":!scripts/tests", ".env.test.example", ".env", "docker-compose.yml", "prometheus.yml", "alerting-rules.yml", "monitoring", "dashboards",
		"grafana-provisioning", "deploy", "README.md", "CHANGELOG.md", "LICENSE", "docs", "xk6-featherweight/README.md",
		"xk6-featherweight/index.d.ts", "xk6-featherweight/examples",
	}
}

// file is one of an archive, by its name below the archive's own folder.
type file struct {
	name       string
	text       []byte
	executable bool
}

// suiteFiles are the files that every archive has, in the order of their names.
func suiteFiles(ctx context.Context, root string) ([]file, error) {
	names, err := ask(ctx, root, slices.Concat([]string{"git", "ls-files", "-co", "--exclude-standard", "--"}, handed())...)
	if err != nil {
		return nil, err
	}
	var files []file
	for _, name := range strings.Split(names, "\n") {
		at := filepath.Join(root, name)
		info, err := os.Stat(at)
		if err != nil {
			return nil, err
		}
		text, err := os.ReadFile(at)
		if err != nil {
			return nil, err
		}
		files = append(files, file{name, text, info.Mode()&0o100 != 0})
	}
	return files, nil
}
