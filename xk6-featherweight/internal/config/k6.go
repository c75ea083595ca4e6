package config

import (
	"fmt"
	"regexp"
)

// k6Names are k6's own variables that may be set like the suite's; k6 reads and checks them itself.
var k6Names = regexp.MustCompile(`^(XK6_DASHBOARD_CONFIG|K6_((PROMETHEUS_RW|WEB_DASHBOARD|OTEL|CLOUD)_[A-Z0-9_]+|WEB_DASHBOARD|BATCH|BATCH_PER_HOST|` +
	`BLACKLIST_IPS|BLOCK_HOSTNAMES|DISCARD_RESPONSE_BODIES|DNS|HOSTS|HTTP_DEBUG|INSECURE_SKIP_TLS_VERIFY|` +
	`LOCAL_IPS|LOG_FORMAT|MAX_REDIRECTS|NO_COLOR|NO_CONNECTION_REUSE|NO_USAGE_REPORT|NO_VU_CONNECTION_REUSE|` +
	`OUT|RPS|SETUP_TIMEOUT|TAGS|TEARDOWN_TIMEOUT|THROW|TLS_CIPHER_SUITES|TLS_VERSION|USER_AGENT))$`)

// replaced are k6's own variables that would replace the load of the scripts, and what to set instead.
func replaced(name string) (instead string, ok bool) {
	switch name {
	case "K6_VUS":
		return "VUS", true
	case "K6_DURATION", "K6_ITERATIONS":
		return "DURATION", true
	case "K6_STAGES":
		return "VUS and DURATION", true
	}
	return "", false
}

// IsK6s says whether a name is one of k6's own that may be set like the suite's.
func IsK6s(name string) bool { return k6Names.MatchString(name) }

// CheckName says what is wrong with a name that is set; nil when the table has it or it is one of k6's own.
func CheckName(name string) error {
	if _, ok := Find(name); ok || IsK6s(name) {
		return nil
	}
	if instead, ok := replaced(name); ok {
		return fmt.Errorf("%s would replace the load of the script and must not be set: set %s instead", name, instead)
	}
	meant := Closest(name)
	if meant != "" {
		meant = "; did you mean " + meant + "?"
	}
	return fmt.Errorf("there is no variable %s%s; allowed are the names in .env.test.example", name, meant)
}
