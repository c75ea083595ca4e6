package config

import (
	"regexp"
	"time"

	"github.com/featherweight/xk6-featherweight/internal/mask"
)

// hidden stands for a secret.
const hidden = "(hidden)"

// secretName are the names of secrets of other programs, k6's own variables among them.
var secretName = regexp.MustCompile(`PASSWORD|TOKEN|AUTH|SECRET|WEBHOOK|HEADERS|CREDENTIAL|_KEY$`)

// WithoutSecrets is a text without the secrets of the URLs in it: user, password and the values of the query.
func WithoutSecrets(text string) string { return mask.Text(text) }

// ShownValue is a value as it may be shown: secrets are "(hidden)", URLs are without theirs. Of a name that the table does
// not have, such as one of k6's own, the name says whether it is secret.
func ShownValue(name, text string) string {
	v, known := Find(name)
	switch {
	case text == "":
		return ""
	case known && v.Secret, !known && secretName.MatchString(name):
		return hidden
	case known:
		return v.masked(text)
	default:
		return mask.Text(text)
	}
}

// masked is a value that is not secret itself but may hold a secret.
func (v *Variable) masked(text string) string {
	if v.Kind == KindURL {
		return mask.URL(text)
	}
	return mask.Text(text)
}

// Shown are the variables that reader uses, fit to be shown: durations as they are written, secrets hidden, numbers and
// switches as they are.
func (c *Config) Shown(reader string) map[string]any {
	shown := map[string]any{}
	for _, v := range Variables() {
		if !v.ReadBy(reader) {
			continue
		}
		switch value := c.values[v.Name].(type) {
		case time.Duration:
			shown[v.Name] = DurationText(value)
		case string:
			shown[v.Name] = ShownValue(v.Name, value)
		default:
			shown[v.Name] = value
		}
	}
	return shown
}
