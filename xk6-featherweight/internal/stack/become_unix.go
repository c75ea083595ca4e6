//go:build unix

package stack

import (
	"fmt"
	"syscall"
)

// Become puts a program in the place of this process: it gets the signals, and its exit code is this process's. It comes
// back only with an error.
func Become(program string, words, env []string) (code int, err error) {
	return 0, fmt.Errorf("%s cannot be run: %w", program, syscall.Exec(program, words, env))
}
