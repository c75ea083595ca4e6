package e2e

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/featherweight/tests/harness"
)

func script(name string) string { return filepath.Join(harness.Root(), "scripts", name) }

var (
	comprehensive = script("comprehensive-load-test.js")
	general       = script("load-test.js")
)

// few is short with a handful of users: enough of them that each flow comes up often.
func few(target *harness.Target, more ...string) map[string]string {
	return harness.With(short(target, "VUS", "15", "DURATION", "6s", "IDLE", "1s"), more...)
}

// flowing starts a target that answers, and processes files, in a fraction of a second.
func flowing(t *testing.T, flags ...string) *harness.Target {
	t.Helper()
	return harness.StartTarget(t, append(append([]string{"--processing-time", "200ms"}, quick...), flags...)...)
}

// flowsRan checks that each of the flows was done, and that the requests of the target were answered as expected.
func flowsRan(t *testing.T, run harness.Run, names ...string) {
	t.Helper()
	seen := map[string]bool{}
	slos, _ := run.At(t, "slos").([]any)
	for _, entry := range slos {
		slo, _ := entry.(map[string]any)
		if flow, ok := slo["flow"].(string); ok && slo["outcome"] == "pass" {
			seen[flow] = true
		}
	}
	for _, name := range names {
		if !seen[name] {
			t.Errorf("flow %s is not in the summary\n%s", name, run.Describe())
		}
	}
}

func TestTheWholeApplicationPassesOnAGoodTarget(t *testing.T) {
	t.Parallel()
	target := flowing(t)
	run := harness.Script(t, comprehensive, few(target))
	verdict(t, run, 0, "PASS")
	flowsRan(t, run, "auth", "profile", "upload", "message", "websocket")
	target.Audit(t, run)
}

func TestTheGeneralLoadPassesOnAGoodTarget(t *testing.T) {
	t.Parallel()
	target := flowing(t)
	run := harness.Script(t, general, few(target))
	verdict(t, run, 0, "PASS")
	flowsRan(t, run, "health", "login", "conversations", "upload", "websocket")
	target.Audit(t, run)
}

func TestEachFlowThatIsBrokenFailsTheRunAndIsNamed(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		script, fault string
		early         bool // before the run; else in the middle of it, for without this route no user gets in
		flow          string
	}{
		{comprehensive, "login", false, "auth"},
		{comprehensive, "me", true, "auth"},
		{comprehensive, "profile", true, "profile"},
		{comprehensive, "upload", true, "upload"},
		{comprehensive, "files", true, "upload"},
		{comprehensive, "chat", true, "message"},
		{comprehensive, "drop", true, "websocket"},
		{general, "health", false, "health"},
		{general, "login", false, "login"},
		{general, "chat", true, "conversations"},
		{general, "upload", true, "upload"},
		{general, "drop", true, "websocket"},
	} {
		t.Run(fmt.Sprintf("%s %s", filepath.Base(c.script), c.fault), func(t *testing.T) {
			t.Parallel()
			fault := map[string]any{"http_500": c.fault}
			if c.fault == "drop" {
				fault = map[string]any{"drop": 1}
			}
			target := flowing(t)
			if c.early {
				target.Fault(fault)
			} else {
				during(t, target, 5, func() { target.Fault(fault) })
			}
			run := harness.Script(t, c.script, few(target))
			verdict(t, run, 99, "FAIL", "flow "+c.flow+": ", "% failed (")
			if c.early && !strings.Contains(run.Stdout, "? ") && c.flow != "websocket" {
				t.Errorf("a flow that never succeeded has a time\n%s", run.Describe())
			}
		})
	}
}

func TestASlowLoopFailsTheOtherScenariosToo(t *testing.T) {
	t.Parallel()
	for _, path := range []string{comprehensive, general} {
		target := flowing(t)
		verdict(t, harness.Script(t, path, few(target, "METRICS_URL", harness.Loop(60), "HZ_AVERAGE_THRESHOLD", "")), 99, "FAIL", "loop frequency", "is not above 95 Hz")
	}
}

func TestTokensAreRenewedBeforeTheyExpire(t *testing.T) {
	t.Parallel()
	for _, path := range []string{comprehensive, general} {
		target := flowing(t, "--token-ttl", "8s") // renewed in its second half
		verdict(t, harness.Script(t, path, few(target, "DURATION", "8s")), 0, "PASS")
		requests := requestsOf(t, target)
		if requests["POST /api/auth/refresh 200"] == 0 {
			t.Errorf("%s: no token was renewed: %v", filepath.Base(path), requests)
		}
		for request := range requests {
			if strings.HasSuffix(request, " 401") && request != "POST /api/auth/login 401" {
				t.Errorf("%s: %s", filepath.Base(path), request)
			}
		}
	}
}

func TestTokensThatCannotBeRenewedAreFailuresOfAuth(t *testing.T) {
	t.Parallel()
	target := flowing(t, "--token-ttl", "4s", "--fault", "http_500=refresh")
	verdict(t, harness.Script(t, comprehensive, few(target)), 99, "FAIL", "flow auth: ")
}

func TestAFileThatIsNeverProcessedIsGivenUp(t *testing.T) {
	t.Parallel()
	target := flowing(t, "--processing-time", "10m")
	run := harness.Script(t, comprehensive, few(target, "PROCESSING_TIMEOUT", "500ms"))
	verdict(t, run, 99, "FAIL", "flow upload: 100.00% failed")
	if !strings.Contains(run.Stderr, "still processing after") {
		t.Errorf("the log does not say why\n%s", run.Describe())
	}
}

func TestAccountsAreMadeOnceAndSharedByTheUsers(t *testing.T) {
	t.Parallel()
	target := flowing(t)
	for range 2 {
		verdict(t, harness.Script(t, comprehensive, few(target, "TEST_USER_COUNT", "3")), 0, "PASS")
	}
	if made := requestsOf(t, target)["POST /api/auth/register 201"]; made != 3 {
		t.Errorf("%v accounts were made by two runs, not 3", made)
	}
}

func TestConcurrentSessionsLimitTheUsersOfTheWholeApplication(t *testing.T) {
	t.Parallel()
	target := flowing(t)
	run := harness.Script(t, comprehensive, few(target, "VUS", "500", "TEST_CONCURRENT_SESSIONS", "15"))
	verdict(t, run, 0, "PASS")
	if users := steady(t, run, "users"); users != 15 {
		t.Errorf("%v users, not 15", users)
	}
	if !strings.Contains(run.Stderr, "15 users at the same time: VUS=500 is more than TEST_CONCURRENT_SESSIONS=15") {
		t.Errorf("the log does not say so\n%s", run.Describe())
	}
}

func TestMessagesOfAConversationAreLimited(t *testing.T) {
	t.Parallel()
	for count, conversations := range map[string]string{"1": "one for each message", "10000": "one for each user"} {
		target := flowing(t)
		// One user: the target remembers the last 50 messages of an account.
		run := harness.Script(t, comprehensive, few(target, "VUS", "1", "THINK_MIN", "0s", "THINK_MAX", "50ms", "TEST_MESSAGE_COUNT", count))
		run.At(t, "verdict") // a single user in a few seconds need not come to every flow
		lists, messages := conversationsOf(t, target)
		if (count == "1" && lists != messages) || (count != "1" && lists != 1) || messages < 2 {
			t.Errorf("TEST_MESSAGE_COUNT=%s: %d messages in %d conversations, not %s", count, messages, lists, conversations)
		}
	}
}

func TestTheConnectionPoolIsAsLargeAsConfigured(t *testing.T) {
	t.Parallel()
	for _, path := range []string{comprehensive, general} {
		cmd := exec.Command(harness.K6(), "inspect", "-e", "FW_ENV_READ=true", "-e", "CONNECTION_POOL_SIZE=7", path)
		cmd.Env = append(os.Environ(), "K6_AUTO_EXTENSION_RESOLUTION=false")
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		var options struct{ BatchPerHost int }
		if err := json.Unmarshal(out, &options); err != nil || options.BatchPerHost != 7 {
			t.Errorf("%s: batchPerHost %d, not 7: %v", filepath.Base(path), options.BatchPerHost, err)
		}
	}
}

func TestAnIterationThatThrowsFailsTheRun(t *testing.T) {
	t.Parallel()
	target := flowing(t)
	broken := filepath.Join(t.TempDir(), "broken.js")
	source := fmt.Sprintf(`
import { Application } from '%s/application.js';
const app = new Application('load', 'login');
const { suite } = app;
export const options = suite.options;
export const setup = () => app.setup();
export const teardown = () => suite.conclude();
export const handleSummary = (data) => suite.summary(data);
export const hz = () => suite.observe();
export const user = app.user(() => app.record('health', () => undefined.email));
`, script("lib"))
	if err := os.WriteFile(broken, []byte(source), 0o600); err != nil {
		t.Fatal(err)
	}
	run := harness.Script(t, broken, few(target, "VUS", "2", "DURATION", "2s"))
	verdict(t, run, 99, "FAIL", "flow health: 100.00% failed", "ended with an exception of the script")
}

func TestAnAPIThatNeverAnswersIsGivenUp(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0") // nobody accepts: the system takes the connection, and no more
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	target := flowing(t)
	run := harness.Script(t, general, few(target, "BASE_URL", "http://"+listener.Addr().String(),
		"HTTP_TIMEOUT", "300ms"))
	refused(t, run, "GET /health", "request timeout")
}

func TestTheOtherScenariosStartNoLoadOnATargetThatIsNotThere(t *testing.T) {
	t.Parallel()
	for _, path := range []string{comprehensive, general} {
		nobody := harness.Nobody
		target := flowing(t)
		refused(t, harness.Script(t, path, few(target, "BASE_URL", "http://"+nobody)), nobody, "no load was started", "connection refused", "start")
		refused(t, harness.Script(t, path, few(target, "WS_URL", "ws://"+nobody)), nobody, "no load was started", "connection refused", "start")
		target.Fault(map[string]any{"http_500": "health"})
		refused(t, harness.Script(t, path, few(target)), "GET /health", "500")
		target.Fault(map[string]any{"http_500": "login"})
		refused(t, harness.Script(t, path, few(target)), "lets no user in", "POST /api/auth/login", "500")
		if turns := target.Stop().TurnsStarted; turns != 0 {
			t.Errorf("%v turns were started", turns)
		}
		refused(t, harness.Script(t, path, map[string]string{"PROCESSING_TIMEOUT": "soon"}), "PROCESSING_TIMEOUT", "soon", "duration")
	}
}

// requestsOf is how many requests the target answered, by method, route and status.
func requestsOf(t *testing.T, target *harness.Target) map[string]float64 {
	t.Helper()
	var truth struct {
		Requests map[string]float64 `json:"http_requests"`
	}
	get(t, "http://"+target.Admin+"/truth", "", &truth)
	return truth.Requests
}

// conversationsOf counts the conversations and the messages of the first account, as the API tells them.
func conversationsOf(t *testing.T, target *harness.Target) (conversations, messages int) {
	t.Helper()
	var session struct{ Token string }
	post(t, "http://"+target.API+"/api/auth/login", `{"email":"slo_1_0@load-test.example","password":"Feather-4-Weight!"}`, &session)
	var list struct {
		Conversations []struct{ MessageCount int }
	}
	get(t, "http://"+target.API+"/api/chat/conversations", session.Token, &list)
	for _, c := range list.Conversations {
		messages += c.MessageCount / 2 // a question and its answer
	}
	return len(list.Conversations), messages
}

func get(t *testing.T, url, token string, into any) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	answered(t, req, into)
}

func post(t *testing.T, url, body string, into any) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	answered(t, req, into)
}

func answered(t *testing.T, req *http.Request, into any) {
	t.Helper()
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	if err := json.NewDecoder(resp.Body).Decode(into); err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("%s %s: %s: %v", req.Method, req.URL, resp.Status, err)
	}
}
