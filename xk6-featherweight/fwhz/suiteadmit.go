package fwhz

import (
	"cmp"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/grafana/sobek"
	"go.k6.io/k6/v2/errext"
	"go.k6.io/k6/v2/js/common"
	"go.k6.io/k6/v2/lib"

	"github.com/featherweight/xk6-featherweight/internal/config"
	"github.com/featherweight/xk6-featherweight/internal/load"
	"github.com/featherweight/xk6-featherweight/internal/result"
)

const (
	// looks is how often setup() looks for the target: one that refuses some connections is to be tested, not to be refused.
	looks = 3
	// lookAgain is the pause between two looks.
	lookAgain = 500 * time.Millisecond
)

// admit is setup(): it starts no load unless the plan of the script is in force and loop and chat are there. What
// `further` returns is why no load can be started, too; empty when nothing is wrong.
func (s *suite) admit(further sobek.Value) *sobek.Object {
	state := s.module.state("Suite.admit()")
	before := s.runTime()
	s.module.root.execution.Store(lib.GetExecutionState(s.module.vu.Context()))
	for _, warning := range s.plan.warnings {
		state.Logger.Warn(warning)
	}
	s.module.root.reserve.Keep()
	unwritable := s.makePlace()
	s.warnOfFiles(state)
	s.warnOfMemory(state)
	why, err := load.InForce(state.Options, s.options())
	if err != nil {
		common.Throw(s.module.vu.Runtime(), err)
	}
	if err := cmp.Or(unwritable, s.plan.part.checked(state.Options)); err != nil && why == "" {
		why = "no load was started: " + err.Error()
	}
	var source string
	if why == "" {
		source, why = s.find(state)
	}
	if why == "" {
		why = s.ask(further)
	}
	if why != "" {
		s.abort(why)
		return nil
	}
	began := time.Now()
	if err := s.announce(state, began); err != nil {
		s.abort("no load was started: " + err.Error())
		return nil
	}
	s.module.root.recording.Start(began)
	if s.plan.slo.Blind {
		state.Logger.Infof("loop frequency: another runner observes the loop, this one is part %s", s.plan.part.segment)
	} else {
		state.Logger.Infof("loop frequency: source %s, read at %s", source, config.WithoutSecrets(s.plan.config.Text("METRICS_URL")))
	}
	return s.module.object(map[string]any{
		"source": source, "started": result.Timestamp(began), "setupTime": millis(s.runTime() - before),
	})
}

// find looks for loop and chat; why is what is wrong.
func (s *suite) find(state *lib.State) (source, why string) {
	var unread error
	if !s.plan.slo.Blind {
		source, unread = lookFor(s, func() (string, error) {
			reading, err := s.sampler().readOnce(state)
			return string(reading.Source), err
		})
	}
	client := s.client()
	_, unreachable := lookFor(s, func() (string, error) {
		session, err := client.dial(s.module.vu.Context(), state, nil)
		if err == nil {
			session.Close(closeNormal)
			return "", nil
		}
		return "", asFailure(err)
	})
	var problems []string
	if unreachable != nil {
		problems = append(problems, "the chat cannot be reached: "+asFailure(unreachable).Message)
	}
	if unread != nil {
		hint, other := "", s.plan.config.Text("CHAT_ORCHESTRATOR_URL")+"/healthz"
		if s.plan.config.Text("METRICS_URL") != other {
			hint = fmt.Sprintf(" (METRICS_URL names another endpoint; HZ_SOURCE=health reads %s)", other)
		}
		problems = append(problems, "the loop cannot be read: "+unread.Error()+hint)
	}
	if len(problems) > 0 {
		return "", "no load was started: " + strings.Join(problems, "; ")
	}
	return source, ""
}

// lookFor is the first look that finds something, or the last one.
func lookFor[T any](s *suite, look func() (T, error)) (found T, err error) {
	for n := range looks {
		if n > 0 {
			select {
			case <-time.After(lookAgain):
			case <-s.module.vu.Context().Done():
				return found, err
			}
		}
		if found, err = look(); err == nil {
			return found, nil
		}
	}
	return found, err
}

// errNotOK is the look of a script that found nothing.
var errNotOK = errors.New("not ok")

// lookForScript is lookFor with a look of the script, which returns an object with ok.
func (s *suite) lookForScript(given sobek.Value) sobek.Value {
	look, ok := sobek.AssertFunction(given)
	if !ok {
		common.Throw(s.module.vu.Runtime(), fmt.Errorf("suite.lookFor: %v is not allowed: a function that returns an object with ok", given))
	}
	found, _ := lookFor(s, func() (sobek.Value, error) { // without ok, the last look tells why
		found, err := look(sobek.Undefined())
		if err != nil {
			panic(err) // an exception of the script, or the end of the test
		}
		if object := found.ToObject(s.module.vu.Runtime()).Get("ok"); object == nil || !object.ToBoolean() {
			return found, errNotOK
		}
		return found, nil
	})
	return found
}

// ask calls a function of the script for what else is wrong.
func (s *suite) ask(further sobek.Value) string {
	if further == nil || common.IsNullish(further) {
		return ""
	}
	call, ok := sobek.AssertFunction(further)
	if !ok {
		common.Throw(s.module.vu.Runtime(), fmt.Errorf("suite.admit: %v is not allowed: a function that returns why no load can be started, or an empty string", further))
	}
	answer, err := call(sobek.Undefined())
	if err != nil {
		common.Throw(s.module.vu.Runtime(), err)
	}
	if common.IsNullish(answer) {
		return ""
	}
	return answer.String()
}

// abort ends the test before its load.
func (s *suite) abort(why string) {
	s.module.vu.Runtime().Interrupt(&errext.InterruptError{Reason: errext.AbortTest + ": " + why})
}

// runTime is since the start of the test, setup() included.
func (s *suite) runTime() time.Duration {
	if es := lib.GetExecutionState(s.module.vu.Context()); es != nil {
		return es.GetCurrentTestRunDuration()
	}
	return 0
}

// client connects as the users of the suite do.
func (s *suite) client() *chatClient {
	rt := s.module.vu.Runtime()
	c, err := s.module.parseChatClient(rt, rt.ToValue(s.plan.config.ChatURL()), s.chatGiven())
	if err != nil {
		common.Throw(s.module.vu.Runtime(), err) // it was checked in the init context
	}
	return c
}

// chatGiven are the options of its ChatClient, as if a script had given them.
func (s *suite) chatGiven() *options {
	rt := s.module.vu.Runtime()
	o := readOptions(rt, "new ChatClient", rt.ToValue(s.chatOptions()))
	o.get("url")
	return o
}
