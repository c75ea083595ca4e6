package files

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"
)

// Reason is the last word of an error of files: without the name of the system call, and the path once more.
func Reason(err error) error {
	var of *fs.PathError
	var two *os.LinkError
	switch {
	case errors.As(err, &of):
		return of.Err
	case errors.As(err, &two):
		return two.Err
	default:
		return err
	}
}

// Remedy is what to do about an error of writing into a folder.
func Remedy(err error, dir string) string {
	switch {
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return "make room on that disk"
	case errors.Is(err, syscall.EFBIG):
		return `raise this shell's limit of file sizes ("ulimit -f unlimited")`
	case errors.Is(err, syscall.EMFILE), errors.Is(err, syscall.ENFILE):
		return `raise the limit of open files ("ulimit -n 65536")`
	case errors.Is(err, syscall.EROFS):
		return "it is mounted read-only"
	case errors.Is(err, os.ErrDeadlineExceeded), errors.Is(err, syscall.ENXIO):
		return "nobody reads it"
	case errors.Is(err, fs.ErrNotExist):
		return "make that folder"
	default:
		return fmt.Sprintf("permission is missing or it is no directory; give it to this user with \"sudo chown -R %d:%d %s\"", os.Getuid(), os.Getgid(), dir)
	}
}
