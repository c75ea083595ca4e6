package apiserver

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

const token = "of-this-test"

// server is an API server of Kubernetes with an etcd of its own; both end with the test.
type server struct {
	url    string
	client *http.Client
}

// start builds kube-apiserver, runs it, and returns when it is ready.
func start(t *testing.T) *server {
	t.Helper()
	if _, err := exec.LookPath("etcd"); err != nil {
		t.Fatalf("%v: apt-get install etcd-server", err)
	}
	dir := t.TempDir()
	program := filepath.Join(dir, "kube-apiserver")
	build := exec.Command("go", "build", "-o", program, "k8s.io/kubernetes/cmd/kube-apiserver")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("kube-apiserver cannot be built: %v\n%s", err, out)
	}
	write(t, filepath.Join(dir, "tokens.csv"), []byte(token+",tester,1,system:masters\n"))
	write(t, filepath.Join(dir, "accounts.key"), newKey(t))

	clients, peers, port := freePort(t), freePort(t), freePort(t)
	run(t, dir, "etcd", "--data-dir", filepath.Join(dir, "etcd"), "--unsafe-no-fsync",
		"--listen-client-urls", "http://127.0.0.1:"+clients, "--advertise-client-urls", "http://127.0.0.1:"+clients,
		"--listen-peer-urls", "http://127.0.0.1:"+peers)
	gone := run(t, dir, program, "--etcd-servers", "http://127.0.0.1:"+clients, "--bind-address", "127.0.0.1", "--secure-port", port,
		"--cert-dir", filepath.Join(dir, "certs"), "--token-auth-file", filepath.Join(dir, "tokens.csv"), "--authorization-mode", "AlwaysAllow",
		"--service-account-issuer", "https://kubernetes.default.svc", "--service-account-key-file", filepath.Join(dir, "accounts.key"),
		"--service-account-signing-key-file", filepath.Join(dir, "accounts.key"), "--service-cluster-ip-range", "10.0.0.0/24",
		"--disable-admission-plugins", "ServiceAccount") // it waits for a controller that makes the account "default"
	s := &server{url: "https://127.0.0.1:" + port, client: &http.Client{Timeout: time.Minute, Transport: &http.Transport{
		TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, // the certificate that it has just made for itself
	}}}
	s.await(t, "/readyz", gone)
	return s
}

// run starts a program, whose end closes the channel; its output is shown when the test has failed.
func run(t *testing.T, dir, program string, args ...string) <-chan struct{} {
	t.Helper()
	log := filepath.Join(dir, filepath.Base(program)+".log")
	out, err := os.Create(log)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program, args...)
	cmd.Stdout, cmd.Stderr = out, out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	gone := make(chan struct{})
	go func() {
		_ = cmd.Wait()
		close(gone)
	}()
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		<-gone
		_ = out.Close()
		if text, err := os.ReadFile(log); err == nil && t.Failed() {
			t.Logf("%s said at last:\n%s", filepath.Base(program), text[max(0, len(text)-4000):])
		}
	})
	return gone
}

// await asks for a path until it is there.
func (s *server) await(t *testing.T, path string, gone <-chan struct{}) {
	t.Helper()
	over, again := time.After(3*time.Minute), time.NewTicker(200*time.Millisecond)
	defer again.Stop()
	for {
		code, text, err := s.ask(http.MethodGet, path, nil)
		if err == nil && code == http.StatusOK {
			return
		}
		said := fmt.Sprintf("%d %s %v", code, text, err)
		select {
		case <-again.C:
		case <-gone:
			t.Fatal("kube-apiserver has ended")
		case <-over:
			t.Fatalf("no %s in three minutes: %s", path, said)
		}
	}
}

func (s *server) ask(method, path string, yaml []byte) (code int, text []byte, err error) {
	request, err := http.NewRequest(method, s.url+path, bytes.NewReader(yaml))
	if err != nil {
		return 0, nil, err
	}
	request.Header.Set("Authorization", "Bearer "+token)
	request.Header.Set("Content-Type", "application/yaml")
	request.Header.Set("Accept", "application/json")
	answer, err := s.client.Do(request)
	if err != nil {
		return 0, nil, err
	}
	defer func() { _ = answer.Body.Close() }()
	text, err = io.ReadAll(answer.Body)
	return answer.StatusCode, text, err
}

func newKey(t *testing.T) []byte {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)})
}

func write(t *testing.T, name string, text []byte) {
	t.Helper()
	if err := os.WriteFile(name, text, 0o600); err != nil {
		t.Fatal(err)
	}
}

func freePort(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	_, port, err := net.SplitHostPort(listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return port
}
