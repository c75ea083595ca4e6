package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	k6 := flag.String("k6", "", "the version of k6, such as v2.2.0")
	out := flag.String("out", "dist", "the folder for the archives; those that are there are replaced")
	flag.Parse()
	err := errors.New("usage: dist -k6 VERSION [-out DIR] ROOT GOOS/GOARCH")
	if flag.NArg() > 1 && *k6 != "" {
		err = dist(ctx, flag.Arg(0), *out, *k6, flag.Args()[1:])
	}
	stop()
	if err != nil {
		fmt.Fprintf(os.Stderr, "make dist: %v\n", err)
		os.Exit(1)
	}
}

// dist builds for each platform, and leaves nothing when one of them fails.
func dist(ctx context.Context, root, out, k6 string, platforms []string) (err error) {
	root, err = filepath.Abs(root)
	if err != nil {
		return err
	}
	work, err := os.MkdirTemp("", "fwhz-dist-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(work)) }()
	b, err := newBuilder(ctx, root, work, k6)
	if err != nil {
		return err
	}
	files, err := suiteFiles(ctx, root)
	if err != nil {
		return err
	}
	ready := filepath.Join(work, "ready")
	if err := os.Mkdir(ready, 0o700); err != nil {
		return err
	}
	for _, platform := range platforms {
		goos, goarch, ok := strings.Cut(platform, "/")
		if !ok {
			return fmt.Errorf("DIST_PLATFORMS has %q: a platform is GOOS/GOARCH, such as linux/arm64", platform)
		}
		name := product + "-" + b.release.Version + "-" + goos + "-" + goarch
		fmt.Fprintf(os.Stderr, "building %s\n", name)
		if err := b.archive(ctx, files, filepath.Join(ready, name), goos, goarch); err != nil {
			return fmt.Errorf("%s: %w", platform, err)
		}
	}
	if err := writeSums(ready); err != nil {
		return err
	}
	return publish(ready, out)
}

// archive builds for one platform and writes NAME.tar.gz, or NAME.zip for Windows, and NAME.cdx.json.
func (b *builder) archive(ctx context.Context, files []file, name, goos, goarch string) error {
	binary, err := b.build(ctx, goos, goarch)
	if err != nil {
		return err
	}
	parts, err := b.parts(binary)
	if err != nil {
		return err
	}
	bom, err := sbom(b.release, binary, goos+"/"+goarch, parts)
	if err != nil {
		return err
	}
	program, err := os.ReadFile(binary)
	if err != nil {
		return err
	}
	in := "bin/k6"
	if goos == "windows" {
		in += ".exe"
	}
	files = append([]file{
		{in, program, true}, {"licences.txt", licenceTexts(b.release, parts), false}, {"sbom.cdx.json", bom, false}, {"VERSION", []byte(b.release.Version + "\n"), false},
	}, files...)
	if err := os.WriteFile(name+".cdx.json", bom, 0o644); err != nil { //nolint:gosec // for everybody
		return err
	}
	if goos == "windows" {
		return writeFile(name+".zip", zipped(files, filepath.Base(name), b.release.Time))
	}
	return writeFile(name+".tar.gz", tarred(files, filepath.Base(name), b.release.Time))
}
