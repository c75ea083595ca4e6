package fwhz

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/grafana/sobek"
	"go.k6.io/k6/v2/js/common"
	"go.k6.io/k6/v2/lib"

	"github.com/featherweight/xk6-featherweight/internal/chat"
)

const leastTimeout = time.Millisecond

// chatClient is the class ChatClient.
type chatClient struct {
	module *module
	config chat.Config
	shown  string // the URL without its query
	slo    turnSLO
	tags   map[string]string
}

// By default, what is slower than its limit is awaited for a while: so it is seen how slow it is.
const (
	connectLimit  = 5 * time.Second
	responseLimit = 10 * time.Second
)

// turnSLO is what a turn must meet to count as good; zero means no limit.
type turnSLO struct {
	connect, response, ttft time.Duration
}

func (m *module) newChatClient(call sobek.ConstructorCall) *sobek.Object {
	rt := m.vu.Runtime()
	o := readOptions(rt, "new ChatClient", call.Argument(1))
	address := call.Argument(0)
	if whole, isObject := address.(*sobek.Object); isObject && whole.ClassName() == "Object" { // everything in one: new ChatClient(suite.chat)
		o = readOptions(rt, "new ChatClient", whole)
		address, _ = o.get("url")
	}
	c, err := m.parseChatClient(rt, address, o)
	if err != nil {
		common.Throw(rt, err)
	}
	setAll(call.This, map[string]any{
		"connect": func(sobek.FunctionCall) sobek.Value { return c.connect() },
		"fleet":   func(call sobek.FunctionCall) sobek.Value { return c.fleet(call.Argument(0)) },
		"probe":   c.probe,
	})
	return nil
}

func (m *module) parseChatClient(rt *sobek.Runtime, address sobek.Value, o *options) (*chatClient, error) {
	c := &chatClient{module: m}
	c.config = chat.Config{
		Header:          http.Header{},
		ConnectTimeout:  o.duration("connectTimeout", chat.DefaultConnectTimeout, leastTimeout),
		ResponseTimeout: o.duration("responseTimeout", chat.DefaultResponseTimeout, leastTimeout),
		CloseTimeout:    o.duration("closeTimeout", chat.DefaultCloseTimeout, leastTimeout),
		PingInterval:    o.duration("pingInterval", 0, 0),
		PongTimeout:     o.duration("pongTimeout", chat.DefaultPongTimeout, leastTimeout),
		MaxMessage:      o.whole("maxMessageSize", chat.DefaultMaxMessage, 1),
		Subprotocols:    o.texts("subprotocols"),
		KeepText:        o.flag("keepText"),
	}
	for name, value := range o.pairs("headers") {
		c.config.Header.Set(name, value)
	}
	query := o.pairs("query")
	c.tags = o.pairs("tags")
	limits, _ := o.get("slo")
	slo := readOptions(rt, "new ChatClient: option slo", limits)
	c.slo = turnSLO{
		connect:  slo.duration("connect", connectLimit, 0),
		response: slo.duration("response", responseLimit, 0),
		ttft:     slo.duration("ttft", 0, 0),
	}
	if err := errors.Join(o.done(), slo.done()); err != nil {
		return nil, err
	}
	if !isText(address) {
		return nil, fmt.Errorf("new ChatClient: url %s is not allowed: a string such as \"ws://localhost:8080/api/chat\", the first argument", shown(address))
	}
	c.config.URL = address.String()
	if err := c.config.Check(); err != nil {
		return nil, fmt.Errorf("new ChatClient: %w", err)
	}
	c.shown = c.config.Shown()
	var err error
	c.config.URL, err = withQuery(c.config.URL, query)
	return c, err
}

func withQuery(address string, query map[string]string) (string, error) {
	if len(query) == 0 {
		return address, nil
	}
	u, err := url.Parse(address)
	if err != nil {
		return "", err
	}
	values := u.Query()
	for name, value := range query {
		values.Set(name, value)
	}
	u.RawQuery = values.Encode()
	return u.String(), nil
}

// dial opens a session through the VU's own dialer and TLS configuration.
func (c *chatClient) dial(ctx context.Context, state *lib.State, onClose func()) (*chat.Session, error) {
	config := c.config
	config.Header = withUserAgent(config.Header, state)
	config.Dial, config.TLS, config.OnClose = dialerOf(state), state.TLSConfig, onClose
	return chat.Connect(ctx, &config)
}

// probe opens a connection, closes it and counts nothing.
func (c *chatClient) probe() *sobek.Object {
	state := c.module.state("ChatClient.probe()")
	session, err := c.dial(c.module.vu.Context(), state, nil)
	if err == nil {
		session.Close(closeNormal)
	}
	fields := map[string]any{"ok": err == nil, "error": nil}
	if err != nil {
		fields["error"] = c.chatError(err)
	}
	obj := c.module.vu.Runtime().NewObject()
	setAll(obj, fields)
	return obj
}

// connect opens a session for the VU.
func (c *chatClient) connect() *sobek.Object {
	who := c.module.caller("ChatClient.connect()")
	who.due = c.module.due
	c.module.settleAbandoned()
	s := c.open(c.module.vu.Context(), who)
	if s.session != nil {
		c.module.sessions = append(c.module.sessions, s)
		c.module.root.members.Store(c.module, true)
	}
	c.throw(who, s.failure)
	return s.object()
}

// open opens a session for a user, and counts the attempt as k6/ws does.
func (c *chatClient) open(ctx context.Context, who *caller) *chatSession {
	c.module.sendLag(who.state)
	dialed := time.Now()
	start := who.due // in the open model, when the conversation was to begin
	if start.IsZero() {
		start = dialed
	}
	session, err := c.dial(ctx, who.state, func() { c.module.root.connected.Add(-1) })
	s := &chatSession{module: c.module, client: c, who: who, session: session, due: who.due, waited: dialed.Sub(start)}
	user := who.user()
	if errors.Is(err, chat.ErrInterrupted) {
		if s.failure = c.connectionCut(user, time.Since(start)); s.failure.Reason == codeInterrupted {
			return s
		}
		err = s.failure
	}
	e := c.emit(who)
	if err != nil {
		s.failure = asFailure(err)
	}
	if s.failure == nil || s.failure.Reason != chat.Generator { // for which nothing went out
		e.add(who.state.BuiltinMetrics.WSSessions, 1)
		e.addTime(who.state.BuiltinMetrics.WSConnecting, time.Since(dialed))
	}
	if s.failure != nil {
		c.addFailure(e, user, start, s.failure)
	} else {
		opened := session.Opening()
		e.addTime(c.module.metrics.connection, s.connectTime())
		c.module.addError(e, opened.Error, opened.Guessed)
		user.wait(metricConnection, s.connectTime(), false)
		e.add(c.module.metrics.connected, float64(c.module.root.connected.Add(1)))
	}
	e.send()
	c.report(who, s.failure)
	return s
}

// emit begins the samples of something that a user did with this client.
func (c *chatClient) emit(who *caller) *emission {
	return c.module.emitAs(who.tagsNow(), who.state, c.tags, c.shown)
}

// settleAbandoned counts the ends of sessions that an earlier iteration of this VU left open: k6 ends its context, and
// so closes them, when no script runs that could count it.
func (m *module) settleAbandoned() {
	m.sessions = slices.DeleteFunc(m.sessions, func(s *chatSession) bool {
		if s.session.Open() {
			return false
		}
		s.settle()
		return true
	})
}

// settleAll counts those of the last iterations, at the end of the test.
func (r *rootModule) settleAll() {
	r.members.Range(func(member, _ any) bool {
		m := member.(*module) //nolint:forcetypeassert // nothing else is put in
		for _, s := range m.sessions {
			s.session.Close(closeNormal) // if k6 has not come to it yet
		}
		m.settleAbandoned()
		return true
	})
}

// connectionCut is what became of a dial that the end of the test cut off: as long as it was within its limit nothing can
// be said, and one that was above it has failed, however it would have ended.
func (c *chatClient) connectionCut(user user, waited time.Duration) *chat.Failure {
	if c.slo.connect > 0 && waited >= c.slo.connect {
		return &chat.Failure{Reason: chat.ConnectTimeout, Message: fmt.Sprintf(
			"connect to %s: not open after %s, when the test ended; the limit is %s", c.shown, waited.Round(time.Millisecond), c.slo.connect)}
	}
	user.wait(metricConnection, waited, true)
	return &chat.Failure{Reason: codeInterrupted, Message: chat.ErrInterrupted.Error()}
}

// addFailure counts a failed turn that began then: one sample of each kind. What this machine could not do says nothing
// about the server, so it is no attempt.
func (c *chatClient) addFailure(e *emission, user user, began time.Time, f *chat.Failure) {
	if f.Reason != chat.Generator {
		user.attempt(metricErrorRate, true)
		user.outcome(began, false)
		e.add(c.module.metrics.errorRate, 1)
		e.add(c.module.metrics.goodput, 0)
	}
	e.addTagged(c.module.metrics.failures, tagReason, string(f.Reason), 1)
}

// report says a failure once for each reason, or each of them. What was interrupted is none.
func (c *chatClient) report(who *caller, f *chat.Failure) {
	switch {
	case f == nil || f.Reason == codeInterrupted:
	case c.module.verbose:
		who.state.Logger.Warnf("chat: user %d: %s: %s", c.module.vuNumber(who.state), f.Reason, f.Message)
	default:
		c.module.warnOnce(who.state, "chat "+string(f.Reason), fmt.Sprintf("chat: %s: %s", f.Reason, f.Message))
	}
}

// throw throws a failure where the script asked for that.
func (c *chatClient) throw(who *caller, f *chat.Failure) {
	if f != nil && f.Reason != codeInterrupted && who.state.Options.Throw.Bool {
		common.Throw(c.module.vu.Runtime(), f)
	}
}

func asFailure(err error) *chat.Failure {
	var failure *chat.Failure
	if errors.As(err, &failure) {
		return advised(failure)
	}
	return &chat.Failure{Reason: chat.Dial, Message: err.Error(), Cause: err}
}

// chatError is how a script sees that a connection could not be opened.
func (c *chatClient) chatError(err error) *sobek.Object {
	if errors.Is(err, chat.ErrInterrupted) {
		return c.module.errorObject(codeInterrupted, err.Error())
	}
	f := asFailure(err)
	return c.module.errorObject(string(f.Reason), f.Message)
}
