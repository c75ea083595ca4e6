package realchats

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/featherweight/tests/harness"
)

func here(name ...string) string {
	return filepath.Join(append([]string{harness.Root(), "tests", "real"}, name...)...)
}

// program finds it, also where only root has it on its PATH.
func program(t *testing.T, name, remedy string) string {
	t.Helper()
	for _, at := range []string{name, "/usr/sbin/" + name} {
		if path, err := exec.LookPath(at); err == nil {
			return path
		}
	}
	leaveOut(t, name, remedy)
	return ""
}

// start runs a program until the test ends. ended is closed when it has ended; only then may its log be read.
func start(t *testing.T, cmd *exec.Cmd) (log *bytes.Buffer, ended <-chan struct{}) {
	t.Helper()
	log = &bytes.Buffer{}
	cmd.Stderr = log
	if cmd.Stdout == nil {
		cmd.Stdout = log
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	over := make(chan struct{})
	go func() {
		_ = cmd.Wait()
		close(over)
	}()
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		<-over
		if t.Failed() {
			t.Logf("%s: %s", cmd, log)
		}
	})
	return log, over
}

// node starts the chat on that library of npm.
func node(library string) func(*testing.T) string {
	return func(t *testing.T) string {
		t.Helper()
		path := program(t, "node", "install Node.js 20 or newer")
		if _, err := os.Stat(here("node_modules", library)); err != nil {
			t.Fatalf("%v: fetch it with: npm ci --prefix tests/real", err)
		}
		reader, writer, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = reader.Close() }()
		cmd := exec.Command(path, here("chats", "chat.mjs"), library)
		cmd.Stdout = writer
		start(t, cmd)
		_ = writer.Close()
		line, err := bufio.NewReader(reader).ReadString('\n')
		var at struct{ Listens string }
		if err == nil {
			err = json.Unmarshal([]byte(line), &at)
		}
		if err != nil {
			t.Fatalf("the chat on %s does not say where it listens: %v: %q", library, err, line)
		}
		return at.Listens
	}
}

// front starts a proxy whose configuration names a free port, and waits until it listens there.
func front(t *testing.T, file, configuration string, command func(dir, file string) *exec.Cmd) string {
	t.Helper()
	at := "127.0.0.1:" + harness.FreePort(t)
	dir := t.TempDir()
	path := filepath.Join(dir, file)
	if err := os.WriteFile(path, []byte(strings.ReplaceAll(configuration, "LISTEN", at)), 0o600); err != nil {
		t.Fatal(err)
	}
	log, ended := start(t, command(dir, path))
	deadline, poll := time.After(30*time.Second), time.NewTicker(20*time.Millisecond)
	defer poll.Stop()
	for {
		if conn, err := net.Dial("tcp", at); err == nil {
			_ = conn.Close()
			return at
		}
		select {
		case <-ended:
			t.Fatalf("%s ended: %s", file, log)
		case <-deadline:
			t.Fatalf("%s does not let anything listen at %s after 30 s", file, at)
		case <-poll.C:
		}
	}
}

const nginxRemedy = "apt-get install nginx-light"

// nginx is as its documentation has it for WebSocket.
func nginx(t *testing.T, chat string) string {
	t.Helper()
	return nginxWith(t, fmt.Sprintf(`location / {
		proxy_pass http://%s;
		proxy_http_version 1.1;
		proxy_set_header Upgrade $http_upgrade;
		proxy_set_header Connection "upgrade";
	}`, chat))
}

// nginxWith serves these locations. It is one process, which changes no user and writes below its own directory only.
func nginxWith(t *testing.T, locations string) string {
	t.Helper()
	path := program(t, "nginx", nginxRemedy)
	configuration := `daemon off;
master_process off;
pid nginx.pid;
error_log stderr;
events {}
http {
	access_log off;
	client_body_temp_path body;
	proxy_temp_path proxy;
	fastcgi_temp_path fastcgi;
	uwsgi_temp_path uwsgi;
	scgi_temp_path scgi;
	server {
		listen LISTEN;
		` + locations + `
	}
}
`
	return front(t, "nginx.conf", configuration, func(dir, file string) *exec.Cmd {
		return exec.Command(path, "-p", dir, "-e", "stderr", "-c", file)
	})
}

func haproxy(t *testing.T, chat string) string {
	t.Helper()
	path := program(t, "haproxy", "apt-get install haproxy")
	configuration := fmt.Sprintf(`defaults
	mode http
	timeout connect 30s
	timeout client 30s
	timeout server 30s
	timeout tunnel 1h
listen chat
	bind LISTEN
	server chat %s
`, chat)
	return front(t, "haproxy.cfg", configuration, func(_, file string) *exec.Cmd {
		return exec.Command(path, "-db", "-f", file)
	})
}
