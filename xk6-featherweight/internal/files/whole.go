// Package files writes what a run leaves: each file is whole or not there, and a reader that does not read holds up nobody.
package files

import (
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

// stuck is for how long a pipe or a terminal may take nothing of what is written into it.
const stuck = 5 * time.Second

// WriteWhole writes a file so that whoever reads it sees the old one or the new one; the old one stays when it cannot be
// written. Mode is what the umask takes its bits from. A link is followed.
//
// What is no file, such as a pipe or /dev/stdout, is written into; the error is that of a reader that is not there, or that
// reads nothing for 5 s. A file in a folder that cannot be written, as one that is mounted alone, is written in its place.
func WriteWhole(name string, text []byte, mode fs.FileMode) error {
	if isStream(name) {
		return writeInto(name, text)
	}
	if followed, err := filepath.EvalSymlinks(name); err == nil {
		name = followed
	}
	temporary, err := writeBeside(name, text, mode)
	if err == nil {
		if err = os.Rename(temporary, name); err == nil {
			return nil
		}
		_ = os.Remove(temporary)
	}
	if mayNot(err) && isFile(name) {
		return writeOver(name, text)
	}
	return err
}

// Writable says why WriteWhole could not write a file there; nil when it could.
func Writable(name string) error {
	if isStream(name) {
		return nil // a look would be written into it
	}
	if followed, err := filepath.EvalSymlinks(name); err == nil {
		name = followed
	}
	temporary, err := writeBeside(name, nil, 0o600) //nolint:mnd // nobody else's
	if err == nil {
		return os.Remove(temporary)
	}
	if mayNot(err) && isFile(name) {
		file, err := os.OpenFile(name, os.O_WRONLY, 0)
		if err == nil {
			err = file.Close()
		}
		return err
	}
	return err
}

// writeBeside writes a file with another name into the folder of the one that is meant.
func writeBeside(name string, text []byte, mode fs.FileMode) (temporary string, err error) {
	var file *os.File
	for {
		temporary = filepath.Join(filepath.Dir(name), fmt.Sprintf(".%s.%x", filepath.Base(name), rand.Uint64())) //nolint:gosec // no secret
		if file, err = os.OpenFile(temporary, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode); !errors.Is(err, fs.ErrExist) {
			break
		}
	}
	if err != nil {
		return "", err
	}
	_, err = file.Write(text)
	if err == nil {
		err = file.Sync() // else a full disk may show only later, and a machine that dies leaves an empty file
	}
	if err = errors.Join(err, file.Close()); err != nil {
		_ = os.Remove(temporary)
		return "", err
	}
	return temporary, nil
}

// writeOver is for a file that cannot be replaced. When it fails there is nothing in it, rather than half of something.
func writeOver(name string, text []byte) error {
	err := os.WriteFile(name, text, 0)
	if err != nil {
		_ = os.Truncate(name, 0)
	}
	return err
}

// mayNot says of an error that the folder refuses what the file may allow.
func mayNot(err error) bool {
	return errors.Is(err, fs.ErrPermission) || errors.Is(err, syscall.EROFS) || errors.Is(err, syscall.EBUSY)
}

func isFile(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.Mode().IsRegular()
}

// isStream says that a name is no place for a file: a pipe, a device, or an open file of this process, such as /dev/stdout,
// which may well be a file that others write, too.
func isStream(name string) bool {
	if at, err := filepath.Abs(name); err == nil && slices.ContainsFunc([]string{"/dev/std", "/dev/fd/", "/proc/"}, func(of string) bool { return strings.HasPrefix(at, of) }) {
		return true
	}
	info, err := os.Stat(name)
	return err == nil && !info.Mode().IsRegular() && !info.IsDir()
}

// writeInto writes to who reads.
func writeInto(name string, text []byte) error {
	file, err := os.OpenFile(name, os.O_WRONLY|os.O_APPEND|syscall.O_NONBLOCK, 0)
	if err != nil {
		return err
	}
	for len(text) > 0 && err == nil {
		_ = file.SetWriteDeadline(time.Now().Add(stuck)) // what has none does not wait
		var n int
		n, err = file.Write(text[:min(len(text), 1<<12)])
		text = text[n:]
	}
	return errors.Join(err, file.Close())
}
