package remote

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// Suite is what a test needs on another machine.
type Suite struct {
	Root   string
	Parts  []string // files and folders below Root
	Binary string   // the file that is bin/k6 there
}

// look makes the folder, and says what machine it is and which binary it has.
const look = meet + `mkdir -p -- "$d/bin" || exit; ` + enter + `uname -sm; cksum bin/k6 2>/dev/null || echo none`

// whole is the last file that is sent: where it is, everything arrived.
const whole = ".whole"

// receive unpacks what comes beside the suite, and renames each file over the one there: nobody meets half a file, and
// whoever runs the old one may go on.
const receive = meet + enter + `t=.sending.$$; trap "rm -rf $t" 0; trap "exit 83" 1 2 15; ` +
	`mkdir $t && (cd $t && gzip -dc | tar -xf -) || exit; [ -f $t/` + whole + ` ] || exit 83; rm -f $t/` + whole + `; ` +
	`(cd $t && find . -type d) | while IFS= read -r f; do mkdir -p "$f" || exit; done || exit; ` +
	`(cd $t && find . -type f) | while IFS= read -r f; do mv -f "$t/$f" "$f" || exit; done`

// Send brings the suite there, its binary only when another one is there. sending is told when there is something to wait
// for. The error is a *CallError, or that of ctx.
func (m Machine) Send(ctx context.Context, s Suite, sending func()) error {
	var seen bytes.Buffer
	if err := m.call(ctx, look, strings.NewReader(""), &seen, nil); err != nil {
		return err
	}
	system, sum, _ := strings.Cut(strings.TrimSpace(seen.String()), "\n")
	if here := runtime.GOOS + "/" + runtime.GOARCH; platform(system) != here {
		return &CallError{Text: fmt.Sprintf("%s is %s, and bin/k6 is for %s: build the suite there, or run from a machine like it", m.Name(), system, here)}
	}
	ours, err := checksum(s.Binary)
	if err != nil {
		return err
	}
	if strings.HasPrefix(sum, ours+" ") {
		s.Binary = ""
	}
	sending()
	from, to := io.Pipe()
	packed := make(chan error, 1)
	go func() {
		err := s.pack(to)
		_ = to.CloseWithError(err)
		packed <- err
	}()
	err = m.call(ctx, receive, from, nil, nil)
	_ = from.CloseWithError(io.ErrClosedPipe) // whoever packs hears that nobody reads any more
	if wrong := <-packed; wrong != nil && !errors.Is(wrong, io.ErrClosedPipe) {
		return wrong
	}
	return err
}

// pack writes the suite as a compressed tar.
func (s Suite) pack(w io.Writer) error {
	compressed, err := gzip.NewWriterLevel(w, gzip.BestSpeed)
	if err != nil {
		return err
	}
	p := packer{tar.NewWriter(compressed)}
	for _, part := range s.Parts {
		if err := s.part(p, part); err != nil {
			return err
		}
	}
	if s.Binary != "" {
		if err := p.file(s.Binary, "bin/k6"); err != nil {
			return err
		}
	}
	if err := p.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: whole, Mode: 0o600}); err != nil {
		return err
	}
	if err := p.Close(); err != nil {
		return err
	}
	return compressed.Close()
}

func (s Suite) part(p packer, part string) error {
	full := filepath.Join(s.Root, filepath.FromSlash(part))
	info, err := os.Stat(full)
	switch {
	case err != nil:
		return fmt.Errorf("%w: git checkout %s", err, part)
	case info.IsDir():
		return p.folder(full, part, map[string]bool{"node_modules": true})
	}
	return p.file(full, part)
}

// platform is what "uname -sm" means, as Go calls it.
func platform(uname string) string {
	system, processor, _ := strings.Cut(strings.ToLower(strings.TrimSpace(uname)), " ")
	names := map[string]string{
		"x86_64": "amd64", "aarch64": "arm64", "i386": "386", "i686": "386", "armv6l": "arm", "armv7l": "arm", "armv8l": "arm",
		"ppc64le": "ppc64le", "loongarch64": "loong64",
	}
	if name, other := names[processor]; other {
		processor = name
	}
	return system + "/" + processor
}
