package fwhz

import (
	"errors"
	"fmt"
	"regexp"
	"sync"
	"time"

	"github.com/grafana/sobek"
	"go.k6.io/k6/v2/js/common"

	"github.com/featherweight/xk6-featherweight/internal/config"
	"github.com/featherweight/xk6-featherweight/internal/load"
	"github.com/featherweight/xk6-featherweight/internal/slo"
)

// suite is the class Suite: a load test as the suite runs it. Each VU has one; what was read and decided once for the
// process is in its plan.
type suite struct {
	module   *module
	plan     *plan
	loop     *hzSampler   // made in the init context, used by the observer alone
	patience slo.Patience // of the observer
	number   int64        // of this user, once the script has asked
}

// plan is what all VUs of a process share: the configuration, the load and the objectives.
type plan struct {
	kind     suiteKind
	config   *config.Config
	values   map[string]any
	users    int // at the same time
	perVU    int // of them, in one VU of k6
	accounts int // that they share
	shape    load.Shape
	part     *part
	started  time.Time // when setup() let the load begin; zero before
	slo      slo.Plan
	live     *slo.Live // how the objectives stand
	warnings []string  // of what has no effect
	outputs  int       // of k6 that keep every time once more

	beginning sync.Mutex
	begins    *load.Beginnings // of the open model, once the first user has come
	opened    time.Time        // the moment that they count from
}

// suiteKind is what tells one suite from another.
type suiteKind struct {
	script   string        // by which its variables are known, one of the readers of config
	scenario string        // of the users
	flows    *slo.Scenario // of users who also use the HTTP API; nil where they only chat
}

// kinds are the suites that have a scenario of their own. Any other name is a test of somebody's own, with the users,
// variables and objectives of the main one.
func kinds() map[string]suiteKind {
	whole, general := slo.Comprehensive(), slo.General()
	return map[string]suiteKind{
		"websocket-streaming": {script: config.Main, scenario: "chat"},
		"comprehensive":       {script: config.Comprehensive, scenario: "users", flows: &whole},
		"load":                {script: config.Load, scenario: "users", flows: &general},
		"health":              {script: config.Health},
	}
}

var suiteName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$`)

func (m *module) newSuite(call sobek.ConstructorCall) *sobek.Object {
	rt := m.vu.Runtime()
	name := call.Argument(0)
	if !isText(name) || !suiteName.MatchString(name.String()) {
		common.Throw(rt, fmt.Errorf("new Suite: name %v is not allowed: letters, digits, dots and hyphens, such as \"websocket-streaming\"", name))
	}
	if m.vu.InitEnv() == nil {
		common.Throw(rt, errors.New("new Suite is possible in the init context only: make it outside of every function"))
	}
	plan, err := m.root.plan(name.String(), m)
	if err != nil {
		panic(rt.ToValue(err.Error())) // thrown as a string: k6 prints that as one line, and an Error with its stack
	}
	s := &suite{module: m, plan: plan, patience: slo.Patience{Limit: plan.slo.Patience}}
	m.phase, m.number, m.verbose = s.phaseOf, s.user, plan.config.Bool("VERBOSE_LOGGING")
	if isSetupVU(rt) {
		s.check(rt)
	}
	return lazily(rt, s)
}

// check looks at what the core has to say of the addresses, so that this is one line, too.
func (s *suite) check(rt *sobek.Runtime) {
	_, err := s.module.parseHzSampler(readOptions(rt, "new HzSampler", rt.ToValue(s.loopOptions())))
	if err == nil {
		_, err = s.module.parseChatClient(rt, rt.ToValue(s.plan.config.ChatURL()), s.chatGiven())
	}
	if err != nil {
		panic(rt.ToValue(err.Error()))
	}
}

// members are what a script sees of a Suite.
func (s *suite) members() []string {
	return []string{
		"accounts", "admit", "arrive", "chat", "conclude", "config", "drawFlow", "flows", "guard", "healthSummary", "left", "look", "lookFor", "loop",
		"observe", "options", "pauseAfterFailure", "replaced", "shownUrl", "summary", "tagPhase", "until", "user", "users",
	}
}

func (s *suite) member(name string) any {
	switch name {
	case "config":
		return s.module.vu.Runtime().NewDynamicObject(&shared{rt: s.module.vu.Runtime(), values: s.plan.values})
	case "chat":
		return s.chatOptions()
	case "loop":
		return s.loopOptions()
	case "user", "users", "accounts":
		return s.numberOf(name)
	case "pauseAfterFailure":
		return leastPauseAfterFailure.Seconds()
	case "options":
		return s.optionsAsked()
	case "admit":
		return s.admit
	case "arrive":
		return s.arrive
	case "observe":
		return s.observe
	case "conclude":
		return s.conclude
	case "summary":
		return s.summary
	case "replaced":
		return s.replaced
	case "guard":
		return s.guard
	case "tagPhase":
		return s.tagPhase
	case "until":
		return s.until
	case "left":
		return s.left
	case "flows":
		return s.flowObjects
	case "drawFlow":
		return s.drawFlow
	case "lookFor":
		return s.lookForScript
	case "look":
		return s.look
	case "healthSummary":
		return s.healthSummary
	case "shownUrl":
		return config.WithoutSecrets
	default:
		return nil
	}
}

// optionsAsked are those of the script, for VU 0: k6 asks no other.
func (s *suite) optionsAsked() map[string]any {
	switch {
	case !isSetupVU(s.module.vu.Runtime()):
		return map[string]any{}
	case s.plan.kind.script == config.Health:
		return s.healthOptions()
	default:
		return s.options()
	}
}

// numberOf is one of the numbers of users.
func (s *suite) numberOf(name string) int64 {
	switch name {
	case "user":
		return s.user()
	case "users":
		return int64(s.plan.users)
	default:
		return int64(s.plan.accounts)
	}
}

// isSetupVU tells VU 0, which k6 asks for options, setup(), teardown() and handleSummary().
func isSetupVU(rt *sobek.Runtime) bool {
	number := rt.Get("__VU")
	return number == nil || number.ToInteger() == 0
}

// plan reads the configuration once a process, whoever comes first.
func (r *rootModule) plan(name string, m *module) (*plan, error) {
	r.planning.Lock()
	defer r.planning.Unlock()
	if made, ok := r.plans[name]; ok {
		return made, nil
	}
	kind, own := kinds()[name]
	if !own {
		kind = kinds()["websocket-streaming"]
	}
	env, useless, err := m.environment()
	if err != nil {
		return nil, err
	}
	read, err := config.Read(env, kind.script)
	if err != nil {
		return nil, err
	}
	part, err := newPart(r.arguments)
	if err != nil {
		return nil, err
	}
	made := &plan{
		kind: kind, config: read, values: read.Values(), users: int(read.Int("VUS")), perVU: max(1, int(read.Int("USERS_PER_VU"))),
		part: part, warnings: warnings(env, useless), outputs: keepers(env),
	}
	if !own {
		made.kind.script = name
	}
	if kind.flows != nil { // of requests that k6 times itself
		r.guessed.Store(true)
	}
	if kind.flows != nil && kind.flows.Limited {
		made.users = min(made.users, int(read.Int("TEST_CONCURRENT_SESSIONS")))
	}
	made.accounts = min(made.users, int(read.Int("TEST_USER_COUNT")), mostAccounts)
	var rate float64
	if kind.flows == nil { // the others have requests that k6 times itself, from when they are sent
		rate = read.Float("ARRIVAL_RATE")
	} else if env["ARRIVAL_RATE"] != "" {
		made.warnings = append(made.warnings, "ARRIVAL_RATE has no effect here: only conversations begin on a schedule, those of "+config.Main)
	}
	made.shape = load.New(load.Settings{
		Users: made.users, Rate: rate, Steady: read.Duration("DURATION"), Idle: read.Duration("IDLE"),
		Ramp: read.Bool("RAMP"), Scale: read.Float("RAMP_SCALE"),
	})
	made.slo = slo.Plan{
		Limits: read.Numbers(), Planned: made.shape.Total, Open: rate > 0, Scenario: kind.flows, EvidenceRequired: read.Text("EVIDENCE") == "require",
		Patience: read.Duration("ABORT_ON_FAIL"), WhenCertain: read.Bool("ABORT_WHEN_CERTAIN"),
	}
	if part.isPart() {
		made.slo.Part, made.slo.Blind = part.segment, !part.observes()
		if made.slo.Patience > 0 {
			made.slo.Patience = 0
			made.warnings = append(made.warnings, "ABORT_ON_FAIL has no effect in a runner of several: it knows its own part only")
		}
	}
	made.live = slo.NewLive(made.slo)
	if r.plans == nil {
		saveMemory()
		r.plans = map[string]*plan{}
	}
	r.plans[name] = made
	var judges []*slo.Live
	for _, one := range r.plans {
		judges = append(judges, one.live)
	}
	r.judges.Store(&judges)
	return made, nil
}

// warnings are about what is set and has no effect.
func warnings(env map[string]string, useless []string) []string {
	var out []string
	for _, slip := range config.Slips(env) {
		out = append(out, fmt.Sprintf("%s is set, but this suite has no such variable: did you mean %s?", slip.Name, slip.Meant))
	}
	if text := config.WithoutEffectText(useless, envFile); text != "" {
		out = append(out, text)
	}
	return out
}
