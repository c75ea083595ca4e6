package main

import (
	"archive/tar"
	"archive/zip"
	"compress/gzip"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// mode is that of a file: for everybody, whatever umask the checkout has.
func (f file) mode() fs.FileMode {
	if f.executable {
		return 0o755
	}
	return 0o644
}

// tarred writes files below a folder as a packed tar.
func tarred(files []file, folder string, at time.Time) func(*os.File) error {
	return func(to *os.File) error {
		packed, err := gzip.NewWriterLevel(to, gzip.BestCompression)
		if err != nil {
			return err
		}
		out := tar.NewWriter(packed)
		for _, one := range files {
			header := &tar.Header{Name: folder + "/" + one.name, Size: int64(len(one.text)), Mode: int64(one.mode()), ModTime: at, Typeflag: tar.TypeReg}
			if err := out.WriteHeader(header); err != nil {
				return err
			}
			if _, err := out.Write(one.text); err != nil {
				return err
			}
		}
		return errors.Join(out.Close(), packed.Close())
	}
}

// zipped writes files below a folder as a zip.
func zipped(files []file, folder string, at time.Time) func(*os.File) error {
	return func(to *os.File) error {
		out := zip.NewWriter(to)
		for _, one := range files {
			header := &zip.FileHeader{Name: folder + "/" + one.name, Method: zip.Deflate, Modified: at}
			header.SetMode(one.mode())
			w, err := out.CreateHeader(header)
			if err != nil {
				return err
			}
			if _, err := w.Write(one.text); err != nil {
				return err
			}
		}
		return out.Close()
	}
}

func writeFile(name string, write func(*os.File) error) error {
	to, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644) //nolint:gosec // what is given away, everybody may read
	if err != nil {
		return err
	}
	return errors.Join(write(to), to.Close())
}

// sumsFile is read by sha256sum -c.
const sumsFile = "SHA256SUMS"

// writeSums writes the checksums of a folder.
func writeSums(folder string) error {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return err
	}
	var out strings.Builder
	for _, entry := range entries {
		text, err := os.ReadFile(filepath.Join(folder, entry.Name()))
		if err != nil {
			return err
		}
		fmt.Fprintf(&out, "%x  %s\n", sha256.Sum256(text), entry.Name())
	}
	return os.WriteFile(filepath.Join(folder, sumsFile), []byte(out.String()), 0o644) //nolint:gosec // for everybody
}

// publish puts what is ready into a folder, in the place of what an earlier time left.
func publish(ready, out string) error {
	old, err := filepath.Glob(filepath.Join(out, product+"-*"))
	if err != nil {
		return err
	}
	for _, name := range append(old, filepath.Join(out, sumsFile)) {
		if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return os.CopyFS(out, os.DirFS(ready))
}
