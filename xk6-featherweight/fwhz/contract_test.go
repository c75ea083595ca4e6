package fwhz

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featherweight/xk6-featherweight/internal/chat"
)

// declared are the members of an interface or class of index.d.ts, sorted.
func declared(t *testing.T, name string) []string {
	t.Helper()
	text, err := os.ReadFile("../index.d.ts")
	require.NoError(t, err)
	body := regexp.MustCompile(`(?s)export (?:interface|class) ` + name + ` \{\n(.*?)\n    \}`).FindStringSubmatch(string(text))
	require.NotNil(t, body, name)
	code := regexp.MustCompile(`(?s)/\*\*.*?\*/`).ReplaceAllString(body[1], "")
	var names []string
	for _, member := range regexp.MustCompile(`(?m)^ {8}(?:readonly )?(\w+)\??[:(<]`).FindAllStringSubmatch(code, -1) {
		if member[1] != "constructor" {
			names = append(names, member[1])
		}
	}
	slices.Sort(names)
	return names
}

// TestObjectsAreWhatTheTypesSay holds the keys of real objects against index.d.ts.
func TestObjectsAreWhatTheTypesSay(t *testing.T) {
	t.Parallel()
	u := newVU(t)
	u.run(`globalThis.suite = new fwhz.Suite('mine')`)
	u.run(`globalThis.loop = new fwhz.HzSampler({url: %q, interval: '10ms', window: '20ms'})`, serveLoop(t, steadyLoop(100)))
	// A window of two readings that a busy machine took at the same count has no average: the next one will.
	u.run(`globalThis.averaged = () => { for (;;) { const w = loop.next(); if (w.average) return w.average; } }`)
	u.chat(serveChat(t, goodChat), `{}`)
	u.run(`
		globalThis.session = chat.connect();
		globalThis.reply = session.ask('?');
		globalThis.gone = new fwhz.ChatClient('ws://%s').connect();
		session.close();`, nobody)
	for script, name := range map[string]string{
		`loop`: "HzSampler", `loop.next()`: "HzWindow", `averaged()`: "HzAverage", `loop.probe()`: "HzProbe",
		`chat`: "ChatClient", `session`: "ChatSession", `gone`: "ChatSession", `reply`: "Reply", `gone.ask('?')`: "Reply",
		`chat.fleet(1)`: "ChatFleet", `chat.fleet(1).converse({questions: ['?']})`: "FleetResult", `chat.probe()`: "ChatProbe", `suite`: "Suite", `gone.error`: "FwError",
		`fwhz.evidence`: "Evidence", `fwhz.evidence.share('error_rate')`: "ShareEvidence",
		`fwhz.evidence.percentile('message_response_time', 'steady', 90)`: "PercentileEvidence", `fwhz.evidence.silence()`: "SilenceEvidence",
	} {
		var keys []string
		for _, key := range u.run(`Object.keys(%s)`, script).([]any) {
			keys = append(keys, key.(string))
		}
		slices.Sort(keys)
		assert.Equal(t, declared(t, name), keys, "%s is a %s", script, name)
	}
	assert.Equal(t, []any{"ChatClient", "HzSampler", "Suite", "evidence"}, u.run(`Object.keys(fwhz).sort()`))
}

// TestOptionsAreWhatTheTypesSay: what is not known is refused with a list of what is.
func TestOptionsAreWhatTheTypesSay(t *testing.T) {
	t.Parallel()
	u := newVU(t).chat(serveChat(t, goodChat), `{}`)
	u.run(`globalThis.session = chat.connect()`)
	for script, name := range map[string]string{
		`new fwhz.HzSampler({url: 'http://h', _: 1})`: "HzOptions",
		`new fwhz.ChatClient('ws://h', {_: 1})`:       "ChatOptions",
		`session.ask('?', {_: 1})`:                    "AskOptions",
		`chat.fleet(1).converse({_: 1})`:              "FleetPlan",
	} {
		_, list, found := strings.Cut(u.throws(script), "is not known: ")
		require.True(t, found)
		known := strings.Split(regexp.MustCompile(`^\w+(, \w+)*`).FindString(list), ", ")
		slices.Sort(known)
		assert.Equal(t, declared(t, name), known, name)
	}
}

func TestTheReasonsAreThoseOfTheTypes(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../index.d.ts")
	require.NoError(t, err)
	var words []string
	for _, reason := range chat.Reasons {
		words = append(words, string(reason))
	}
	assert.Contains(t, string(text), "`"+strings.Join(words, " ")+"`, or `"+codeInterrupted+"`")
}
