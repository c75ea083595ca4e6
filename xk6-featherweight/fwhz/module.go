// Package fwhz is the JavaScript side: it checks what a script passes, calls the core, and turns what comes back into
// metrics and values. The arithmetic and the protocol are in internal/.
package fwhz

import (
	"fmt"
	"maps"
	"net/http"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/grafana/sobek"
	"github.com/sirupsen/logrus"
	"go.k6.io/k6/v2/js/common"
	"go.k6.io/k6/v2/js/modules"
	"go.k6.io/k6/v2/lib"

	"github.com/featherweight/xk6-featherweight/internal/arrival"
	"github.com/featherweight/xk6-featherweight/internal/awake"
	"github.com/featherweight/xk6-featherweight/internal/files"
	"github.com/featherweight/xk6-featherweight/internal/lag"
	"github.com/featherweight/xk6-featherweight/internal/record"
	"github.com/featherweight/xk6-featherweight/internal/slo"
)

// ImportPath is what a script imports.
const ImportPath = "k6/x/fwhz"

// New makes the module; k6 does so once a process.
func New() modules.Module { return &rootModule{arguments: os.Args} }

// rootModule is what all VUs of the process share.
type rootModule struct {
	arguments []string     // of k6
	connected atomic.Int64 // chat sessions open now
	sequence  atomic.Uint64
	lag       lag.Meter
	lagTaken  atomic.Int64     // when the lag was last made into samples, Unix nanoseconds
	awake     awake.Watch      // finds the sleeps of this machine
	reserve   files.Reserve    // what results are written with
	guessed   atomic.Bool      // some times were taken by this process, not by the kernel
	warned    sync.Map         // what has been said already
	record    record.Record    // who attempted what
	recording record.Recording // second by second
	planning  sync.Mutex
	plans     map[string]*plan // of Suite, by its name
	judges    atomic.Pointer[[]*slo.Live]
	members   sync.Map // the *module of every VU that has opened a session
	execution atomic.Pointer[lib.ExecutionState]
}

// show hands a sample to the objectives of the suites.
func (r *rootModule) show(metric string, tags slo.Tags, value float64) {
	if judges := r.judges.Load(); judges != nil {
		for _, live := range *judges {
			live.Add(metric, tags, value)
		}
	}
}

// phaseOf is the phase that the load is in; of what was to begin earlier (due), and so is timed from then, that of its beginning.
type phaseOf func(due time.Time) string

// module is one VU's.
type module struct {
	root    *rootModule
	vu      modules.VU
	metrics *fwMetrics

	sessions []*chatSession // whose end has not been seen yet
	due      time.Time      // when the conversation that now begins was to begin (Suite.arrive); zero after its first question
	phase    phaseOf        // of the load, where a Suite has one
	verbose  bool           // VERBOSE_LOGGING: every failure is said, not only the first of its kind
	number   func() int64   // of this user in the whole test, where a Suite has one
}

var (
	_ modules.Module   = (*rootModule)(nil)
	_ modules.Instance = (*module)(nil)
)

// NewModuleInstance registers the metrics. It runs once for every VU; k6 gives back the same metric for the same name.
func (r *rootModule) NewModuleInstance(vu modules.VU) modules.Instance {
	arrival.Begin()
	registered, err := registerMetrics(vu.InitEnv().Registry)
	if err != nil {
		common.Throw(vu.Runtime(), fmt.Errorf("failed to register the metrics of %s: %w", ImportPath, err))
	}
	return &module{root: r, vu: vu, metrics: registered}
}

// Exports lists what a script can import.
func (m *module) Exports() modules.Exports {
	named := map[string]any{"HzSampler": m.newHzSampler, "ChatClient": m.newChatClient, "Suite": m.newSuite, "evidence": m.evidence()}
	return modules.Exports{Named: named, Default: named}
}

// state is the VU's; it throws in the init context, where nothing can be sent yet.
func (m *module) state(what string) *lib.State {
	state := m.vu.State()
	if state == nil {
		common.Throw(m.vu.Runtime(), common.NewInitContextError(what+" is not possible in the init context: call it in setup() or in a scenario"))
	}
	return state
}

// warnOnce logs the first of its kind; 1,000 users would say it 1,000 times.
func (m *module) warnOnce(state *lib.State, kind, message string) {
	m.sayOnce(state, logrus.WarnLevel, kind, message)
}

// noteOnce is warnOnce for what is no reason to worry.
func (m *module) noteOnce(state *lib.State, kind, message string) {
	m.sayOnce(state, logrus.InfoLevel, kind, message)
}

func (m *module) sayOnce(state *lib.State, level logrus.Level, kind, message string) {
	if _, again := m.root.warned.LoadOrStore(kind, true); again {
		level = logrus.DebugLevel
	}
	state.Logger.WithFields(nil).Log(level, message)
}

// withUserAgent adds k6's User-Agent, unless the script has set one.
func withUserAgent(own http.Header, state *lib.State) http.Header {
	if _, set := own["User-Agent"]; set {
		return own
	}
	header := own.Clone()
	header.Set("User-Agent", state.Options.UserAgent.String)
	return header
}

// setAll puts the fields on a JavaScript object: an explicit list, so that no Go name becomes API by accident; and in
// an order, so that a script that prints the object prints the same thing every time.
func setAll(obj *sobek.Object, fields map[string]any) {
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		if err := obj.Set(name, fields[name]); err != nil {
			panic(err) // a plain object takes every field
		}
	}
}

// millis is how scripts see a time.
func millis(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
