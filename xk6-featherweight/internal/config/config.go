package config

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// Config is what is in force for one reader: read, checked and completed.
type Config struct {
	reader  string
	values  map[string]any
	set     map[string]bool
	chatURL string
}

// Read reads and checks what reader uses of env; Everyone checks all. The error names everything that is wrong, separated
// by "; ". A variable that reader does not use cannot stop it: a wrong one counts as not set.
func Read(env map[string]string, reader string) (*Config, error) {
	c := &Config{reader: reader, values: map[string]any{}, set: map[string]bool{}}
	var problems []string
	for _, v := range Variables() {
		text := v.textIn(env)
		value, ok := v.value(text)
		if !ok {
			if v.ReadBy(reader) {
				problems = append(problems, v.refusal(text))
			}
			value, _ = v.value(v.Default)
		}
		c.values[v.Name] = value
		given, there := env[v.Name]
		c.set[v.Name] = there && v.isSet(given)
	}
	if len(problems) == 0 {
		c.derive()
		problems = append(c.contradictions(), c.handshakeProblems()...)
	}
	if len(problems) > 0 {
		return nil, errors.New(strings.Join(problems, "; "))
	}
	return c, nil
}

// blank says that a text is nothing.
func blank(text string) bool { return strings.TrimSpace(text) == "" }

// textIn is what env has for it, or the default.
func (v *Variable) textIn(env map[string]string) string {
	text, there := env[v.Name]
	if !there || !v.isSet(text) {
		return v.Default
	}
	return strings.TrimSpace(text)
}

// value is what a text means; nothing is "" or the zero of its kind.
func (v *Variable) value(text string) (any, bool) {
	if text == "" {
		switch v.Kind {
		case KindInt, KindNumber, KindRatio, KindDuration, KindBool:
			return nil, false // none of them has an empty default
		case KindURL, KindEnum, KindText, KindPath, KindSeries:
			return "", true
		}
	}
	return v.Parse(text)
}

// refusal says what is wrong, what is allowed and what it means.
func (v *Variable) refusal(text string) string {
	shown := hidden
	if !v.Secret {
		shown = `"` + v.masked(text) + `"`
	}
	return fmt.Sprintf("%s=%s is not allowed: %s (%s)", v.Name, shown, v.AllowedValues(), v.Meaning)
}

// derive sets what is not set but follows from other variables.
func (c *Config) derive() {
	if c.Text("CHAT_ORCHESTRATOR_URL") == "" {
		scheme, rest, _ := strings.Cut(c.Text("WS_URL"), "://")
		host, _, _ := strings.Cut(rest, "/")
		c.values["CHAT_ORCHESTRATOR_URL"] = "http" + strings.TrimPrefix(scheme, "ws") + "://" + host
	}
	if c.Text("METRICS_URL") == "" {
		url := c.Text("BASE_URL") + "/metrics"
		switch c.Text("HZ_SOURCE") {
		case "health":
			url = c.Text("CHAT_ORCHESTRATOR_URL") + "/healthz"
		case "stream":
			url = c.Text("WS_URL") + c.Text("CHAT_PATH")
		}
		c.values["METRICS_URL"] = url
	}
	c.chatURL = c.Text("WS_URL") + c.Text("CHAT_PATH")
}

// Int is the value of a variable of KindInt. It panics when the table has no such variable of this kind, as the others
// below do: that is a mistake in the program, never of the user.
func (c *Config) Int(name string) int64 { return get[int64](c, name) }

// Float is the value of a KindNumber or KindRatio.
func (c *Config) Float(name string) float64 { return get[float64](c, name) }

// Bool is the value of a KindBool.
func (c *Config) Bool(name string) bool { return get[bool](c, name) }

// Duration is the value of a KindDuration.
func (c *Config) Duration(name string) time.Duration { return get[time.Duration](c, name) }

// Text is the value of a variable of any other kind; "" when it is not set and nothing follows for it.
func (c *Config) Text(name string) string { return get[string](c, name) }

// IsSet says that somebody set the variable, if only to its default: the health check writes a SUMMARY_FILE only then.
func (c *Config) IsSet(name string) bool { return c.set[name] }

// ChatURL is where the chat is: WS_URL and CHAT_PATH. The token is not in it.
func (c *Config) ChatURL() string { return c.chatURL }

// Reader is whom it was read for.
func (c *Config) Reader() string { return c.reader }

// Numbers are all variables that are one, by name: limits above all. Durations are none.
func (c *Config) Numbers() map[string]float64 {
	out := map[string]float64{}
	for name, value := range c.values {
		switch number := value.(type) {
		case int64:
			out[name] = float64(number)
		case float64:
			out[name] = number
		}
	}
	return out
}

// Values are all variables under their names, and chatUrl, as a script gets them: durations as float64 milliseconds, the
// rest as int64, float64, bool and string. Secrets are among them.
func (c *Config) Values() map[string]any {
	values := map[string]any{"chatUrl": c.chatURL}
	for name, value := range c.values {
		if d, ok := value.(time.Duration); ok {
			value = float64(d) / float64(time.Millisecond)
		}
		values[name] = value
	}
	return values
}

func get[T any](c *Config, name string) T {
	value, ok := c.values[name].(T)
	if !ok {
		panic(fmt.Sprintf("config: there is no variable %s of type %T", name, value))
	}
	return value
}
