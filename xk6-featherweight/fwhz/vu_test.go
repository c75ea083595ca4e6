package fwhz

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/sirupsen/logrus"
	logtest "github.com/sirupsen/logrus/hooks/test"
	"github.com/stretchr/testify/require"
	"go.k6.io/k6/v2/js/modulestest"
	"go.k6.io/k6/v2/lib"
	"go.k6.io/k6/v2/metrics"
	"gopkg.in/guregu/null.v3"
)

// virtualUser is a VU of k6 that imports our module: in the init context first, in an iteration after start.
type virtualUser struct {
	*modulestest.Runtime
	t       testing.TB
	state   *lib.State
	samples chan metrics.SampleContainer
	log     *logtest.Hook
	module  *module
	cancel  context.CancelFunc // ends the iteration
}

func newVU(t testing.TB) *virtualUser {
	t.Helper()
	return vuOf(t, New().(*rootModule))
}

// vuOf is one more VU of the same process.
func vuOf(t testing.TB, root *rootModule) *virtualUser {
	t.Helper()
	u := &virtualUser{Runtime: modulestest.NewRuntime(t), t: t, samples: make(chan metrics.SampleContainer, 1000)}
	logger := logrus.New()
	logger.SetOutput(io.Discard)
	logger.SetLevel(logrus.DebugLevel)
	u.log = logtest.NewLocal(logger)
	u.state = &lib.State{
		Dialer:         noDialer{t},
		TLSConfig:      &tls.Config{MinVersion: tls.VersionTLS12, NextProtos: []string{"h2", "http/1.1"}}, // as k6 leaves it
		Samples:        u.samples,
		BuiltinMetrics: u.BuiltinMetrics,
		Logger:         logger,
		Tags:           lib.NewVUStateTags(u.VU.InitEnvField.Registry.RootTagSet().With("phase", "steady")),
		Options:        lib.Options{SystemTags: &metrics.DefaultSystemTagSet, UserAgent: null.StringFrom("k6 under test")},
	}
	u.module = root.NewModuleInstance(u.VU).(*module)
	require.NoError(t, u.VU.Runtime().Set("fwhz", u.module.Exports().Named))
	return u
}

// noDialer is the network of the init context: there is none.
type noDialer struct{ t testing.TB }

func (d noDialer) DialContext(context.Context, string, string) (net.Conn, error) {
	d.t.Error("I/O in the init context")
	return nil, io.EOF
}

// start takes the VU from the init context into an iteration.
func (u *virtualUser) start() *virtualUser {
	u.state.Dialer = &net.Dialer{}
	u.MoveToVUContext(u.state)
	u.iteration()
	return u
}

// iteration begins a new one; k6 gives each its own context.
func (u *virtualUser) iteration() {
	if u.cancel != nil {
		u.cancel()
	}
	u.VU.CtxField, u.cancel = context.WithCancel(u.t.Context())
	u.t.Cleanup(u.cancel)
}

// run runs a script and returns what it ends with, as Go sees it.
func (u *virtualUser) run(format string, args ...any) any {
	u.t.Helper()
	value, err := u.VU.Runtime().RunString("'use strict';" + fmt.Sprintf(format, args...))
	require.NoError(u.t, err)
	return value.Export()
}

// object is run for a script that ends with an object.
func (u *virtualUser) object(format string, args ...any) map[string]any {
	u.t.Helper()
	value, err := u.VU.Runtime().RunString("'use strict';" + fmt.Sprintf(format, args...))
	require.NoError(u.t, err)
	obj, out := value.ToObject(u.VU.Runtime()), map[string]any{}
	for _, key := range obj.Keys() {
		out[key] = obj.Get(key).Export()
	}
	return out
}

// throws runs a script that must fail, and returns what the error says.
func (u *virtualUser) throws(script string) string {
	u.t.Helper()
	_, err := u.VU.Runtime().RunString("'use strict';" + script)
	require.Error(u.t, err, script)
	return err.Error()
}

// emitted returns the samples since the last call, but for those about this process, which come when they come.
func (u *virtualUser) emitted() (all []metrics.Sample) {
	for {
		select {
		case container := <-u.samples:
			for _, sample := range container.GetSamples() {
				if !slices.Contains([]string{metricLag, metricLate, metricError}, sample.Metric.Name) {
					all = append(all, sample)
				}
			}
		default:
			return all
		}
	}
}

// lines are the samples, one line each and sorted. Times are not shown: they are what they are.
func lines(samples []metrics.Sample) []string {
	out := make([]string, 0, len(samples))
	for _, sample := range samples {
		value := strconv.FormatFloat(sample.Value, 'g', -1, 64)
		if sample.Metric.Contains == metrics.Time {
			value = "ms"
		}
		if reason, ok := sample.Tags.Get(tagReason); ok {
			value += " " + reason
		}
		out = append(out, sample.Metric.Name+" "+value)
	}
	slices.Sort(out)
	return out
}

// values are those of one metric, in the order in which they came.
func values(samples []metrics.Sample, name string) (out []float64) {
	for _, sample := range samples {
		if sample.Metric.Name == name {
			out = append(out, sample.Value)
		}
	}
	return out
}

// warnings are what the log says.
func (u *virtualUser) warnings() (out []string) { return u.logged(logrus.WarnLevel) }

func (u *virtualUser) logged(level logrus.Level) (out []string) {
	for _, entry := range u.log.AllEntries() {
		if entry.Level == level {
			out = append(out, entry.Message)
		}
	}
	return out
}

// chat makes a ChatClient in the init context, and starts the VU.
func (u *virtualUser) chat(url, options string) *virtualUser {
	u.t.Helper()
	u.run(`globalThis.chat = new fwhz.ChatClient(%q, %s)`, url, options)
	return u.start()
}

// requireLines compares samples with lines; what is in them is separated by semicolons.
func requireLines(t testing.TB, want string, got []metrics.Sample) {
	t.Helper()
	parts := strings.Split(want, ";")
	slices.Sort(parts)
	if want == "" {
		parts = []string{}
	}
	require.Equal(t, parts, lines(got))
}

// after runs a script and returns the samples that it made.
func (u *virtualUser) after(script string) []metrics.Sample {
	u.t.Helper()
	u.run("%s", script)
	return u.emitted()
}
