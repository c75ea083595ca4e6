//go:build stack

package monitoring

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/featherweight/tests/harness"
)

// process is a program that is stopped with the test.
type process struct {
	tb   testing.TB
	name string
	cmd  *exec.Cmd
	log  harness.Screen
	done chan struct{}
}

func start(tb testing.TB, name string, env []string, line ...string) *process {
	tb.Helper()
	p := &process{tb: tb, name: name, cmd: exec.Command(line[0], line[1:]...), done: make(chan struct{})}
	p.cmd.Dir, p.cmd.Env = harness.Root(), append(os.Environ(), env...)
	p.cmd.Stdout, p.cmd.Stderr = &p.log, &p.log
	if err := p.cmd.Start(); err != nil {
		tb.Fatalf("start %s: %v", name, err)
	}
	go func() {
		defer close(p.done)
		_ = p.cmd.Wait()
	}()
	tb.Cleanup(func() {
		p.stop()
		if tb.Failed() {
			tb.Logf("--- %s\n%s", name, p.log.String())
		}
	})
	return p
}

// stop ends the process as a service manager would, and waits for its end.
func (p *process) stop() {
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-p.done:
	case <-time.After(30 * time.Second):
		_ = p.cmd.Process.Kill()
		<-p.done
		p.tb.Errorf("%s did not end within 30 s after SIGTERM", p.name)
	}
}

// wait returns the exit code.
func (p *process) wait() int {
	p.tb.Helper()
	select {
	case <-p.done:
		return p.cmd.ProcessState.ExitCode()
	case <-time.After(patience):
		p.tb.Fatalf("%s did not end within %v\n%s", p.name, patience, p.log.String())
		return -1
	}
}

// stack is Prometheus and Alertmanager as processes, with the files and start scripts that the containers use.
type stack struct {
	prometheus
	dir, address, alertmanager string
	targets                    []string // BASE_URL, WS_URL and more variables of Prometheus
	server                     *process
}

func startStack(tb testing.TB, target *harness.Target, webhook string) *stack {
	tb.Helper()
	s := &stack{dir: tb.TempDir(), address: "127.0.0.1:" + harness.FreePort(tb), alertmanager: "127.0.0.1:" + harness.FreePort(tb)}
	s.url = "http://" + s.address
	s.targets = []string{"BASE_URL=http://" + target.API, "WS_URL=ws://" + target.Chat}
	s.configure(tb)
	start(tb, "alertmanager", append(s.env("alertmanager"), "ALERT_WEBHOOK_URL="+webhook), "sh", "monitoring/alertmanager.sh",
		"--web.listen-address="+s.alertmanager, "--storage.path="+filepath.Join(s.dir, "alerts"), "--cluster.listen-address=")
	eventually(tb, "Alertmanager is ready", func() string { return answers("http://" + s.alertmanager + "/-/ready") })
	s.startPrometheus(tb)
	return s
}

// configure writes what CONFIG_DIR holds, with the addresses of here.
func (s *stack) configure(tb testing.TB) {
	tb.Helper()
	for _, name := range []string{"prometheus.yml", "alerting-rules.yml"} {
		text := strings.NewReplacer("alertmanager:9093", s.alertmanager, "localhost:9090", s.address).Replace(readFile(tb, name))
		writeFile(tb, filepath.Join(s.dir, name), text)
	}
}

func (s *stack) env(name string) []string {
	return []string{
		"PATH=" + filepath.Join(harness.Root(), "bin", "tools") + ":" + os.Getenv("PATH"),
		"CONFIG_DIR=" + s.dir, "RUN_DIR=" + filepath.Join(s.dir, "run-"+name), "HOST_ALIAS=", "METRICS_URL=", "METRICS_AUTH_HEADER=",
	}
}

func (s *stack) startPrometheus(tb testing.TB) {
	tb.Helper()
	s.server = start(tb, "prometheus", append(s.env("prometheus"), s.targets...), "sh", "monitoring/prometheus.sh",
		"--web.listen-address="+s.address, "--storage.tsdb.path="+filepath.Join(s.dir, "tsdb"), "--log.level=warn")
	eventually(tb, "Prometheus is ready", func() string { return answers(s.url + "/-/ready") })
}

// webhook takes what Alertmanager sends.
type webhook struct {
	*httptest.Server
	mu   sync.Mutex
	seen []notified
}

// notified is one alert of a notification.
type notified struct {
	Status              string
	Labels, Annotations map[string]string
}

func startWebhook(tb testing.TB, address string) *webhook {
	tb.Helper()
	w := &webhook{}
	w.Server = httptest.NewUnstartedServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		var message struct{ Alerts []notified }
		if err := json.NewDecoder(r.Body).Decode(&message); err != nil {
			tb.Errorf("webhook: %v", err)
		}
		w.mu.Lock()
		defer w.mu.Unlock()
		w.seen = append(w.seen, message.Alerts...)
	}))
	listener, err := net.Listen("tcp", address)
	if err != nil {
		tb.Fatal(err)
	}
	w.Listener = listener
	w.Start()
	tb.Cleanup(w.Close)
	return w
}

// got looks for a notification of an alert with that status, about that test.
func (w *webhook) got(alert, status, testid string) (n notified, missing string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	var names []string
	for _, n := range w.seen {
		if n.Labels["alertname"] == alert && n.Status == status && n.Labels["testid"] == testid {
			return n, ""
		}
		names = append(names, n.Labels["alertname"]+" "+n.Status+" "+n.Labels["testid"])
	}
	return n, fmt.Sprintf("the webhook has seen %v", names)
}

func readFile(tb testing.TB, name string) string {
	tb.Helper()
	text, err := os.ReadFile(filepath.Join(harness.Root(), name))
	if err != nil {
		tb.Fatal(err)
	}
	return string(text)
}

func writeFile(tb testing.TB, path, text string) {
	tb.Helper()
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		tb.Fatal(err)
	}
}
