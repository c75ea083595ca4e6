package target

import (
	"context"
	"errors"
	"fmt"
	"net"
	"syscall"
)

// ListenError is a port that could not be had.
type ListenError struct {
	Flag string // the flag that sets it, without dashes: api, chat or admin
	Addr string // what was asked for
	Err  error
}

// Error is one line that says which port it is and what to do.
func (e *ListenError) Error() string {
	if errors.Is(e.Err, syscall.EADDRINUSE) {
		return fmt.Sprintf("the %s port %s is already in use: stop what listens there, or choose another with --%s "+
			"(port 0 takes any free one)", e.Flag, e.Addr, e.Flag)
	}
	return fmt.Sprintf("failed to listen on the %s port %s (--%s): %v", e.Flag, e.Addr, e.Flag, e.Err)
}

func (e *ListenError) Unwrap() error { return e.Err }

func listen(ctx context.Context, flag, addr string) (net.Listener, error) {
	ln, err := new(net.ListenConfig).Listen(ctx, "tcp", addr)
	if err != nil {
		return nil, &ListenError{Flag: flag, Addr: addr, Err: err}
	}
	return ln, nil
}

var errNotLoopback = errors.New("it must be on a loopback address such as 127.0.0.1, as it lets anybody break the target")

// loopbackOnly returns an error unless addr can be reached from this machine only.
func loopbackOnly(addr string) error {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return &ListenError{Flag: "admin", Addr: addr, Err: err}
	}
	if ip := net.ParseIP(host); host == "localhost" || (ip != nil && ip.IsLoopback()) {
		return nil
	}
	return &ListenError{Flag: "admin", Addr: addr, Err: errNotLoopback}
}

// reachable is the address by which this machine reaches a listener: one that listens everywhere is reached on loopback.
func reachable(ln net.Listener) string {
	addr, ok := ln.Addr().(*net.TCPAddr)
	if !ok || !addr.IP.IsUnspecified() {
		return ln.Addr().String()
	}
	return net.JoinHostPort("127.0.0.1", fmt.Sprint(addr.Port))
}

// ports are the open ports of a target, in the order api, chat, admin.
type ports struct {
	listeners []net.Listener
	gates     []*gate // of api and chat
	urls      URLs
}

// openPorts opens all ports that cfg asks for, or none of them.
func openPorts(ctx context.Context, cfg Config) (ports, error) {
	var p ports
	for _, want := range []struct {
		flag, addr, scheme string
		url                *string
	}{
		{"api", cfg.API, "http", &p.urls.API},
		{"chat", cfg.Chat, "ws", &p.urls.Chat},
		{"admin", cfg.Admin, "http", &p.urls.Admin},
	} {
		if want.flag == "admin" && want.addr == "" {
			continue
		}
		ln, err := listen(ctx, want.flag, want.addr)
		if err != nil {
			p.close()
			return ports{}, err
		}
		if want.flag != "admin" {
			at := ln.Addr().String()
			g := newGate(ln, func() (net.Listener, error) {
				return listen(context.WithoutCancel(ctx), want.flag, at)
			})
			p.gates = append(p.gates, g)
			ln = g
		}
		p.listeners = append(p.listeners, ln)
		*want.url = want.scheme + "://" + reachable(ln)
	}
	return p, nil
}

func (p *ports) close() {
	for _, ln := range p.listeners {
		_ = ln.Close() // nobody has used it
	}
}
