package main

import (
	"context"
	"crypto/sha256"
	"debug/buildinfo"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"golang.org/x/mod/module"
	"golang.org/x/mod/sumdb/dirhash"
	"golang.org/x/mod/zip"
)

// prefix is that of the modules of this repository.
const prefix = "github.com/featherweight/"

// own are those that are linked: the folder of each is the end of its path.
func own() []string { return []string{"xk6-featherweight", "reference"} }

// builder builds the binary with our modules as anybody would get them: at their version, from a module proxy. A folder in their place
// would be named in the binary, by its path on this machine, and nobody could see which version it was.
type builder struct {
	root, work, k6 string
	release        release
	proxy          string            // a folder in the form of a module proxy
	sums           map[string]string // of our modules, as in go.sum
	cache, goroot  string
}

func newBuilder(ctx context.Context, root, work, k6 string) (b *builder, err error) {
	b = &builder{root: root, work: work, k6: k6, proxy: filepath.Join(work, "proxy"), sums: map[string]string{}}
	if b.cache, err = ask(ctx, root, "go", "env", "GOMODCACHE"); err != nil {
		return nil, err
	}
	if b.goroot, err = ask(ctx, root, "go", "env", "GOROOT"); err != nil {
		return nil, err
	}
	if b.release, err = describe(ctx, root); err != nil {
		return nil, err
	}
	if b.release.changed { // each state of the sources is a version of its own: Go keeps the first that it sees of one
		var all strings.Builder
		for _, folder := range own() {
			sum, err := dirhash.HashDir(filepath.Join(root, folder), folder, dirhash.Hash1)
			if err != nil {
				return nil, err
			}
			all.WriteString(sum)
		}
		b.release.Version += fmt.Sprintf("-changed.x%.4x", sha256.Sum256([]byte(all.String())))
	}
	for _, folder := range own() {
		if b.sums[prefix+folder], err = b.offer(prefix+folder, filepath.Join(root, folder)); err != nil {
			return nil, err
		}
	}
	return b, nil
}

// offer puts a module into the proxy, and returns its sum.
func (b *builder) offer(path, folder string) (sum string, err error) {
	at := filepath.Join(b.proxy, filepath.FromSlash(path), "@v")
	if err := os.MkdirAll(at, 0o700); err != nil {
		return "", err
	}
	mod, err := os.ReadFile(filepath.Join(folder, "go.mod"))
	if err != nil {
		return "", err
	}
	version := b.release.Version
	info := fmt.Sprintf(`{"Version":%q,"Time":%q}`, version, b.release.Time.Format("2006-01-02T15:04:05Z"))
	for name, text := range map[string]string{"list": version + "\n", version + ".info": info, version + ".mod": string(mod)} {
		if err := os.WriteFile(filepath.Join(at, name), []byte(text), 0o600); err != nil {
			return "", err
		}
	}
	name := filepath.Join(at, version+".zip")
	if err := writeFile(name, func(w *os.File) error {
		return zip.CreateFromDir(w, module.Version{Path: path, Version: version}, folder)
	}); err != nil {
		return "", err
	}
	return dirhash.HashZip(name, dirhash.Hash1)
}

// build makes the binary for a platform, and returns its file.
func (b *builder) build(ctx context.Context, goos, goarch string) (binary string, err error) {
	binary = filepath.Join(b.work, "k6-"+goos+"-"+goarch)
	words := []string{"--quiet", "build", b.k6, "--os", goos, "--arch", goarch, "--output", binary}
	for _, folder := range own() {
		words = append(words, "--with", prefix+folder+"@"+b.release.Version)
	}
	proxies, err := ask(ctx, b.root, "go", "env", "GOPROXY")
	if err != nil {
		return "", err
	}
	cmd := exec.CommandContext(ctx, filepath.Join(b.root, "bin", "tools", "xk6"), words...)
	cmd.Dir = b.work
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=-buildvcs=false", "GOWORK=off", "GONOPROXY=none",
		"GONOSUMDB="+prefix+"*", "GOPROXY=file://"+filepath.ToSlash(b.proxy)+","+proxies)
	if said, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("xk6 could not build it (%w):\n%s", err, said)
	}
	info, err := buildinfo.ReadFile(binary)
	if err != nil {
		return "", err
	}
	for _, dep := range info.Deps {
		if sum, ours := b.sums[dep.Path]; ours && (dep.Sum != sum || dep.Version != b.release.Version) {
			return "", fmt.Errorf("%s %s was built from other sources (%s, not %s): Go's module cache had that version already; remove %s",
				dep.Path, dep.Version, dep.Sum, sum, filepath.Join(b.cache, "cache", "download", filepath.FromSlash(dep.Path)))
		}
	}
	return binary, nil
}
