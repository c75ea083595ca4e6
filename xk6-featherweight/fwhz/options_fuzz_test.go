package fwhz

import (
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/grafana/sobek"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featherweight/xk6-featherweight/internal/sampler"
)

// FuzzOptions: whatever a script passes to a constructor, it is refused in one line that names the class, or every option is
// within its bounds. Nothing is read that is not known, and what may be secret is not shown: headers, a query, a URL's.
func FuzzOptions(f *testing.F) {
	for _, options := range []string{
		`{}`, `null`, `[]`, `7`, `"http://u:s3cret@h/?token=s3cret"`, `{"url":"http://h/metrics","interval":"100ms","window":1000}`, `{"url":"ws://h","source":"stream","streamField":"a.b"}`,
		`{"url":"http://h","interval":1e300}`, `{"url":"http://h","interval":{"valueOf":1}}`, `{"headers":{"Authorization":"Bearer s3cret"},"query":{"token":"s3cret"}}`,
		`{"headers":"Bearer s3cret"}`, `{"query":"token=s3cret"}`, `{"headers":["s3cret"]}`, `{"headers":{"a b":"s3cret"}}`, `{"headers":{"Authorization":{"Bearer":"s3cret"}}}`,
		`{"url":["http://u:s3cret@h"]}`, `{"url":{"toString":"s3cret"}}`, `{"url":"http://u:s3cret@h","maxSize":1024}`, `{"slo":{"ttft":"1s"},"subprotocols":["a"],"keepText":true}`, `{"slo":"s3cret"}`,
		`{"maxMessageSize":2147483648}`, `{"tags":{"a":{"b":1}}}`, `{"__proto__":{"url":"http://h"}}`, `{"uri":1}`, `{"url":"http://h","counter":"a{b=\"c\"}","gauge":"\u001b[2J"}`,
	} {
		for at := range 3 {
			f.Add(uint8(at), options)
		}
	}
	u := newVU(f)
	rt := u.VU.Runtime()
	parse, _ := sobek.AssertFunction(rt.GlobalObject().Get("JSON").ToObject(rt).Get("parse"))
	f.Fuzz(func(t *testing.T, class uint8, text string) {
		if !utf8.ValidString(text) {
			return
		}
		value, err := parse(sobek.Undefined(), rt.ToValue(text))
		if err != nil {
			return
		}
		var where string
		switch class % 3 {
		case 0:
			where = "new HzSampler"
			var s *hzSampler
			if s, err = u.module.parseHzSampler(readOptions(rt, where, value)); err == nil {
				checkHzSampler(t, s)
			}
		case 1:
			where = "new ChatClient"
			var c *chatClient
			if c, err = u.module.parseChatClient(rt, rt.ToValue("ws://h/chat"), readOptions(rt, where, value)); err == nil {
				checkChatClient(t, c)
			}
		default: // everything in one object, or a URL that is none
			where = "new ChatClient"
			_, err = rt.RunString("new fwhz.ChatClient(" + text + ")")
			err = thrown(t, err)
		}
		if err == nil {
			return
		}
		said := err.Error()
		assert.True(t, strings.HasPrefix(said, where+": "), said)
		assert.False(t, strings.ContainsAny(said, "\n\r\x1b"), said)
		assert.Less(t, len(said), 2500, "a message that nobody reads")
		if isAddress := class%3 == 2 && value.ExportType() == reflect.TypeFor[string](); isAddress && inTheOpen(value.String()) {
			return
		}
		if !strings.Contains(strings.NewReplacer(`"s3cret":`, "", `"Bearer":"s3cret"`, "").Replace(text), `"s3cret`) { // as a name of its own, or a value that has no secret
			assert.NotContains(t, said, "s3cret")
		}
	})
}

// inTheOpen tells of an address that the word stands where nothing is secret: neither before an @ nor in a query or fragment.
func inTheOpen(address string) bool {
	open := address[:strings.IndexAny(address+"?", "?#")]
	return strings.Contains(open, "s3cret") && !strings.Contains(open, "@")
}

// thrown is what a script threw, without where; it must be an error of ours, not one of a panic.
func thrown(t *testing.T, err error) error {
	t.Helper()
	if err == nil {
		return nil
	}
	var exception *sobek.Exception
	require.ErrorAs(t, err, &exception)
	cause, is := exception.Value().Export().(error)
	if is {
		return cause
	}
	require.NotContains(t, exception.Error(), "runtime error")
	return exception.Unwrap()
}

func checkHzSampler(t *testing.T, s *hzSampler) {
	t.Helper()
	for _, d := range []time.Duration{s.interval, s.window, s.config.Timeout} {
		assert.True(t, d >= leastInterval && d <= longest, d)
	}
	assert.True(t, sampler.Fit(s.interval, s.window))
	assert.GreaterOrEqual(t, s.config.BodyLimit, int64(leastSize))
	assert.Contains(t, []string{"auto", "counter", "gauge", "health", "stream"}, string(s.config.Source))
	assert.Regexp(t, `^(?i)(https?|wss?)://.`, s.config.URL)
}

func checkChatClient(t *testing.T, c *chatClient) {
	t.Helper()
	for _, d := range []time.Duration{c.config.ConnectTimeout, c.config.ResponseTimeout, c.config.CloseTimeout, c.config.PongTimeout} {
		assert.True(t, d >= leastTimeout && d <= longest, d)
	}
	for _, d := range []time.Duration{c.config.PingInterval, c.slo.connect, c.slo.response, c.slo.ttft} {
		assert.True(t, d >= 0 && d <= longest, d)
	}
	assert.Positive(t, c.config.MaxMessage)
	assert.True(t, strings.HasPrefix(c.config.URL, "ws://h/chat"), c.config.URL)
}
