// Package command is the reference server as a command of k6.
package command

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"github.com/spf13/cobra"
	"go.k6.io/k6/v2/cmd/state"
	"go.k6.io/k6/v2/errext"
	"go.k6.io/k6/v2/errext/exitcodes"

	"github.com/featherweight/reference/internal/target"
)

// targetOptions are the flags of the target command.
type targetOptions struct {
	cfg       target.Config
	faults    []string
	readyFile string
	readings  string
}

// Name is that of the extension: "k6 x fwhz" shows it as its verb "target".
const Name = "fwhz-target"

// New makes the command; k6 calls it.
func New(gs *state.GlobalState) *cobra.Command { return Target(gs.Stdout) }

// Target returns the command "target": the reference Featherweight server. When it is stopped by SIGINT or SIGTERM, it
// writes what it did as one line of JSON to out; everything else that it says goes to standard error.
func Target(out io.Writer) *cobra.Command {
	o := &targetOptions{cfg: target.DefaultConfig()}
	cmd := &cobra.Command{
		Use:   Name,
		Short: "Run the reference Featherweight server, with faults on demand",
		Long: `Run the reference Featherweight server: an API port, a chat port, a loop that really runs, and an exact account of
what happened, in all and second by second, written as one line of JSON to standard output when it is stopped (SIGINT or
SIGTERM).

While it runs, the admin port answers GET /truth (with ?from=&to=, seconds since 1970: of that time), GET /readings, and
GET, PUT, PATCH and DELETE /faults.

Faults, for --fault name or --fault name=value:
` + target.FaultHelp(),
		Example: `  # healthy, on the usual ports
  k6 x fwhz target

  # a loop that is too slow, and one turn of each 50 dropped
  k6 x fwhz target --fault loop_hz=94 --fault drop=0.02

  # change the faults while it runs
  curl -X PUT -d '{"loop_stall":"300ms"}' http://127.0.0.1:4999/faults`,
		Args:          cobra.NoArgs,
		SilenceUsage:  true,
		SilenceErrors: true,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return o.run(cmd.Context(), out, cmd.ErrOrStderr())
		},
	}
	cmd.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return misconfigured(err) })
	o.addFlags(cmd)
	return cmd
}

func (o *targetOptions) addFlags(cmd *cobra.Command) {
	f, c := cmd.Flags(), &o.cfg
	f.SortFlags = false
	f.StringVar(&c.API, "api", c.API, "address of the API; port 0 takes any free one")
	f.StringVar(&c.Chat, "chat", c.Chat, "address of the chat; port 0 takes any free one")
	f.StringVar(&c.Admin, "admin", c.Admin, `loopback address of the admin port; "" leaves it off`)
	f.StringVar(&o.readyFile, "ready-file", "", "write {api, chat, admin, pid} as JSON to this file when ready")
	f.StringVar(&o.readings, "readings-file", "", "write what GET /readings answers to this file at the end")
	f.Uint64Var(&c.Seed, "seed", c.Seed, "start of all random draws: same seed, same draws")
	f.StringArrayVar(&o.faults, "fault", nil, "a fault as name or name=value, see above (may be repeated)")
	f.Float64Var(&c.Hz, "hz", c.Hz, "rate of the loop, in ticks per second")
	f.IntVar(&c.Tokens, "tokens", c.Tokens, "number of tokens of an answer")
	f.DurationVar(&c.TTFT, "ttft", c.TTFT, "time from the question to the first token")
	f.DurationVar(&c.TokenInterval, "token-interval", c.TokenInterval, "time between two tokens")
	f.DurationVar(&c.PingInterval, "ping-interval", c.PingInterval, "time between two pings of the server; 0 sends none")
	f.BoolVar(&c.Pulses, "pulses", c.Pulses, "send every turn of the loop to every chat client, as self-awareness-heartbeat")
	f.StringVar(&c.RequireToken, "require-token", c.RequireToken, "refuse chats with 403 unless they bring this token")
	f.DurationVar(&c.TokenTTL, "token-ttl", c.TokenTTL, "how long an access token of the API is valid")
	f.DurationVar(&c.ProcessingTime, "processing-time", c.ProcessingTime, "how long an upload is in processing")
}

func (o *targetOptions) run(parent context.Context, out, stderr io.Writer) error {
	for _, text := range o.faults {
		if err := o.cfg.Faults.Set(text); err != nil {
			return misconfigured(err)
		}
	}
	o.unready() // what an earlier target left behind must not deceive a script
	ctx, stop := signal.NotifyContext(parent, os.Interrupt, syscall.SIGTERM)
	defer stop()
	server, err := target.Start(ctx, o.cfg)
	if err != nil {
		return misconfigured(err)
	}
	err = o.announce(server, stderr)
	if err == nil {
		select {
		case <-ctx.Done():
		case err = <-server.Failed():
		}
	}
	stop() // a second signal kills at once
	o.unready()
	truth := server.Stop(context.WithoutCancel(parent))
	if err == nil {
		err = o.keepReadings(server)
	}
	if err != nil {
		return fmt.Errorf("fwhz target: %w", err)
	}
	return json.NewEncoder(out).Encode(truth)
}

// keepReadings writes down which values of the loop's counter were given out, and when.
func (o *targetOptions) keepReadings(server *target.Server) error {
	if o.readings == "" {
		return nil
	}
	data, err := json.Marshal(server.Readings())
	if err != nil {
		return fmt.Errorf("failed to encode the readings: %w", err)
	}
	return writeFile(o.readings, append(data, '\n'))
}

// announce says that the target is ready, to people and to scripts.
func (o *targetOptions) announce(server *target.Server, stderr io.Writer) error {
	urls := server.URLs()
	if o.readyFile != "" {
		ready, err := json.Marshal(struct {
			target.URLs
			PID int `json:"pid"`
		}{urls, os.Getpid()})
		if err != nil {
			return fmt.Errorf("failed to encode the ready file: %w", err)
		}
		if err := writeFile(o.readyFile, append(ready, '\n')); err != nil {
			return err
		}
	}
	admin := urls.Admin
	if admin == "" {
		admin = "off"
	}
	_, err := fmt.Fprintf(stderr, "fwhz target is ready: API %s, chat %s/api/chat, admin %s\n", urls.API, urls.Chat, admin)
	return err
}

// unready takes the ready file away, if there is one.
func (o *targetOptions) unready() {
	if o.readyFile != "" {
		_ = os.Remove(o.readyFile)
	}
}

// writeFile writes a file that is whole as soon as it is there: under another name first, then renamed.
func writeFile(name string, content []byte) error {
	tmp, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+"-*")
	if err != nil {
		return fmt.Errorf("failed to write %s: %w", name, err)
	}
	_, err = tmp.Write(content)
	if err == nil {
		err = tmp.Chmod(0o644) // no secret in it, and a container's user may have to read it
	}
	if closeErr := tmp.Close(); err == nil {
		err = closeErr
	}
	if err == nil {
		err = os.Rename(tmp.Name(), name)
	}
	if err != nil {
		_ = os.Remove(tmp.Name())
		return fmt.Errorf("failed to write %s: %w", name, err)
	}
	return nil
}

// misconfigured is an error in what the user asked for: one line, and k6's exit code for it.
func misconfigured(err error) error {
	return errext.WithExitCodeIfNone(fmt.Errorf("fwhz target: %w", err), exitcodes.InvalidConfig)
}
