package remote

import (
	"archive/tar"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"
)

// last is what comes last in a pack of results: where it is, everything is.
const last = "run.state"

// Pack writes the files of a run's folder as a tar, but those that leaveOut names.
func Pack(w io.Writer, dir string, leaveOut ...string) error {
	p := packer{tar.NewWriter(w)}
	skip := map[string]bool{last: true}
	for _, name := range leaveOut {
		skip[name] = true
	}
	if err := p.folder(dir, "", skip); err != nil {
		return err
	}
	if err := p.file(filepath.Join(dir, last), last); err != nil {
		return err
	}
	return p.Close()
}

// packer writes a tar that every tar understands: plain files, and nobody's.
type packer struct{ *tar.Writer }

// folder packs the files of a folder and those below it, but for some names at its top.
func (p packer) folder(dir, name string, skip map[string]bool) error {
	return fs.WalkDir(os.DirFS(dir), ".", func(below string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case skip[below] && entry.IsDir():
			return fs.SkipDir
		case skip[below] || entry.IsDir():
			return nil
		}
		full := filepath.Join(dir, filepath.FromSlash(below))
		if info, err := os.Stat(full); err != nil || !info.Mode().IsRegular() {
			return nil //nolint:nilerr // a pipe, a link to nowhere, or it is gone: no result
		}
		return p.file(full, path.Join(name, below))
	})
}

// file packs one.
func (p packer) file(from, name string) error {
	file, err := os.Open(from)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	info, err := file.Stat()
	if err != nil {
		return err
	}
	header := &tar.Header{
		Typeflag: tar.TypeReg, Name: name, Size: info.Size(), Mode: int64(info.Mode().Perm()),
		ModTime: info.ModTime().Truncate(time.Second), // so that the oldest format does, unless the name needs a newer one
	}
	if err := p.WriteHeader(header); err != nil {
		return err
	}
	if _, err := io.CopyN(p, file, info.Size()); err != nil {
		return fmt.Errorf("%s became shorter while it was read: %w", from, err)
	}
	return nil
}

// unpack writes the files of a pack into a folder, which no name in it can leave. The pack must be whole.
func unpack(from io.Reader, into string) error {
	root, err := os.OpenRoot(into)
	if err != nil {
		return err
	}
	defer func() { _ = root.Close() }()
	complete := false
	for archive := tar.NewReader(from); ; {
		header, err := archive.Next()
		switch {
		case errors.Is(err, io.EOF) && !complete:
			return errors.New("they end in the middle")
		case errors.Is(err, io.EOF):
			_, err := io.Copy(io.Discard, from) // the blocks behind the end
			return err
		case err != nil:
			return err
		case header.Typeflag == tar.TypeDir:
			continue
		case header.Typeflag != tar.TypeReg || !filepath.IsLocal(filepath.FromSlash(header.Name)) || strings.Contains(header.Name, `\`):
			return fmt.Errorf("%q among them is no plain file in their folder", header.Name)
		}
		name := path.Clean(header.Name)
		if err := unpackFile(root, name, archive, header.FileInfo().Mode().Perm()); err != nil {
			return err
		}
		complete = name == last
	}
}

func unpackFile(root *os.Root, name string, from io.Reader, mode fs.FileMode) error {
	if err := root.MkdirAll(path.Dir(name), 0o700); err != nil {
		return err
	}
	file, err := root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode|0o600)
	if err != nil {
		return err
	}
	if _, err := io.Copy(file, from); err != nil { // an entry that is cut short is an error of the reader
		_ = file.Close()
		return err
	}
	return file.Close()
}
