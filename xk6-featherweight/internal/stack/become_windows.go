package stack

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
)

// Become runs a program to its end, for here no process can take the place of another. It returns its exit code.
func Become(program string, words, env []string) (code int, err error) {
	cmd := exec.Command(program, words[1:]...) //nolint:gosec,noctx // it ends by itself, or with the console
	cmd.Env, cmd.Stdin, cmd.Stdout, cmd.Stderr = env, os.Stdin, os.Stdout, os.Stderr
	err = cmd.Run()
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		return exit.ExitCode(), nil
	}
	if err != nil {
		err = fmt.Errorf("%s cannot be run: %w", program, err)
	}
	return 0, err
}
