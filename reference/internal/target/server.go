package target

import (
	"context"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"sync"
	"time"
)

const (
	// stopTimeout bounds each of the two parts of a stop: closing the chats, and ending the requests under way.
	stopTimeout = 2 * time.Second
	// headerTimeout is how long a client may take to send the header of a request.
	headerTimeout = 10 * time.Second
)

// Server is a running target.
type Server struct {
	cfg      Config
	loop     *loop
	tally    *tally
	faults   *faultBox
	readings *readings
	series   series
	metrics  *metrics
	chat     *chatServer

	ports   ports
	servers []*http.Server
	cancel  context.CancelFunc // of all requests
	serving sync.WaitGroup
	failed  chan error

	stopOnce sync.Once
	final    Truth
}

// URLs are where a target is reached.
type URLs struct {
	API   string `json:"api"`             // http://host:port
	Chat  string `json:"chat"`            // ws://host:port, without a path
	Admin string `json:"admin,omitempty"` // http://host:port, or "" when it is off
}

// Start starts a target: when it returns, the ports are open and the loop runs. ctx bounds the start only; the target
// lives until [Server.Stop]. A port that cannot be had is a [*ListenError].
func Start(ctx context.Context, cfg Config) (*Server, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	if cfg.Admin != "" {
		if err := loopbackOnly(cfg.Admin); err != nil {
			return nil, err
		}
	}
	p, err := openPorts(ctx, cfg)
	if err != nil {
		return nil, err
	}
	return start(ctx, cfg, p), nil
}

// start runs a target with a valid cfg on ports that are open.
func start(ctx context.Context, cfg Config, p ports) *Server {
	s := &Server{cfg: cfg, ports: p, tally: newTally(), readings: &readings{}, failed: make(chan error, 1)}
	random := newSource(cfg.Seed)
	s.loop = startLoop(cfg.Hz)
	if cfg.Pulses {
		s.loop.noteTurns(s.readings.add)
	}
	s.faults = newFaultBox(cfg.Hz, s.loop, s.tally, random)
	s.metrics = newMetrics(newLoopCollector(s.loop, s.faults, s.tally, s.readings), s.tally)
	s.chat = newChatServer(cfg, s.faults, s.tally, s.metrics, random)
	s.faults.parts = []func(old Faults, next *Faults) error{s.applyPorts, s.chat.apply, s.faults.applyLoop}
	_ = s.SetFaults(cfg.Faults) // cfg is valid, and a port that is shut now needs no opening
	base, cancel := context.WithCancel(context.WithoutCancel(ctx))
	s.cancel = cancel
	handlers := []http.Handler{
		observe(s.apiRoutes(), s.apiHolds, s.metrics, s.faults, s.tally),
		observe(s.chatRoutes(), s.chatHolds, s.metrics, s.faults, s.tally),
		s.adminRoutes(),
	}
	for i, ln := range p.listeners {
		s.serve(base, ln, handlers[i])
	}
	s.serving.Go(func() { s.remember(base.Done()) })
	return s
}

func (s *Server) serve(base context.Context, ln net.Listener, h http.Handler) {
	srv := &http.Server{
		Handler:           h,
		ReadHeaderTimeout: headerTimeout,
		BaseContext:       func(net.Listener) context.Context { return base },
		ConnContext:       withNth,
		ErrorLog:          log.New(io.Discard, "", 0), // what clients do wrong is theirs to report
	}
	s.servers = append(s.servers, srv)
	s.serving.Go(func() {
		if err := srv.Serve(ln); !errors.Is(err, http.ErrServerClosed) {
			select {
			case s.failed <- err:
			default: // one is enough
			}
		}
	})
}

// Stop closes the chats with code 1001, ends the requests under way, stops the loop and returns the final truth, with its
// series. It takes some seconds at most, and less when ctx ends. It may be called again.
func (s *Server) Stop(ctx context.Context) Truth {
	s.stopOnce.Do(func() {
		chatCtx, cancelChat := context.WithTimeout(ctx, stopTimeout)
		defer cancelChat()
		s.chat.stop(chatCtx)
		s.cancel()
		httpCtx, cancelHTTP := context.WithTimeout(ctx, stopTimeout)
		defer cancelHTTP()
		var stopping sync.WaitGroup
		for _, srv := range s.servers {
			stopping.Go(func() {
				if srv.Shutdown(httpCtx) != nil {
					_ = srv.Close() // what is left of it is not worth waiting for
				}
			})
		}
		stopping.Wait()
		s.serving.Wait()
		s.loop.stop()
		s.final = s.Truth()
		s.final.Series = s.series.list(s.moment())
	})
	return s.final
}

// URLs returns where the target is reached.
func (s *Server) URLs() URLs { return s.ports.urls }

// Failed delivers an error when a port breaks down while the target runs.
func (s *Server) Failed() <-chan error { return s.failed }

// Truth returns what the target did so far.
func (s *Server) Truth() Truth {
	t := s.tally.read()
	s.loop.addTo(&t)
	return t
}

// Readings returns the values of the loop counter that /metrics gave out, and pulses told, oldest first, at most the last 20,000.
func (s *Server) Readings() []Reading { return s.readings.list() }

// Stretch returns what the target did from one time to another.
func (s *Server) Stretch(from, to time.Time) Stretch {
	return stretch(s.series.list(s.moment()), from.UnixNano(), to.UnixNano())
}

// moment is what has happened by now.
func (s *Server) moment() Moment {
	t := s.tally.read()
	m := Moment{Open: t.Open, Counts: t.Counts}
	m.Ticks, m.At = s.loop.moment()
	return m
}

// remember adds to the series each second, until the end.
func (s *Server) remember(end <-chan struct{}) {
	ticker := time.NewTicker(time.Second)
	defer ticker.Stop()
	for {
		s.series.add(s.moment())
		select {
		case <-ticker.C:
		case <-end:
			return
		}
	}
}

// Faults returns the faults in force.
func (s *Server) Faults() Faults { return s.faults.get() }

// SetFaults puts exactly these faults into force.
func (s *Server) SetFaults(f Faults) error {
	return s.faults.change(func(now *Faults) error {
		*now = f
		return nil
	})
}
