package command

import (
	"context"
	"io"
	"strings"
)

// Call is a call of the front door from outside: what it printed, and its exit code.
type Call struct {
	Out, Err string
	Code     int
}

// ends is how a test's exit ends the command.
type ends struct{ code int }

// CallDoor calls a verb as the scripts at the top do, with this environment, and the suite at root.
func CallDoor(ctx context.Context, env map[string]string, root string, in io.Reader, words ...string) (call Call) {
	var out, stderr strings.Builder
	d := &door{
		name: "run-slo-testing.sh", root: root, home: env["HOME"], env: env, in: in, out: &out, err: &stderr,
		exit: func(code int) { panic(ends{code}) }, guests: guests(nil),
	}
	defer func() {
		if ended, ok := recover().(ends); ok {
			call.Code = ended.code
		}
		call.Out, call.Err = out.String(), stderr.String()
	}()
	cmd := d.front()
	cmd.SetArgs(words)
	if err := cmd.ExecuteContext(ctx); err != nil {
		d.end(err)
	}
	return call
}
