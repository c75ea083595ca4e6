package chat

import (
	"context"
	"crypto/tls"
	"net"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featherweight/xk6-featherweight/internal/arrival"
)

// Who wanted to ask earlier and could not has waited since then; what lies between two tokens is the same.
func TestTimesCountFromWhenTheQuestionWasDue(t *testing.T) {
	t.Parallel()
	virtually(t, func(p *peer) {
		id := p.question().MessageID
		for _, wait := range []int{300, 100} {
			time.Sleep(time.Duration(wait) * time.Millisecond)
			p.tokens(id, "x")
		}
		p.complete(id)
		p.question()
		p.untilClosed()
	}, func(t *testing.T, c *Config) {
		session := connect(t, c)
		turn := session.Ask(t.Context(), Question{Content: "Hello", MessageID: "m", UserID: "u", Due: time.Now().Add(-2 * time.Second)}, 0)
		requireOK(t, turn)
		assert.Equal(t, []time.Duration{2300 * time.Millisecond, 2400 * time.Millisecond, 2400 * time.Millisecond, 100 * time.Millisecond},
			[]time.Duration{turn.FirstToken, turn.LastToken, turn.Duration, turn.LongestGap})
		turn = session.Ask(t.Context(), Question{Content: "Hello", MessageID: "n", UserID: "u", Due: time.Now().Add(-time.Second)}, time.Second)
		assert.Equal(t, ResponseTimeout, turn.Failure.Reason, "a user waits as long as ever for an answer")
		assert.Zero(t, []any{turn.FirstToken, turn.Duration}[0])
	})
}

func TestTimesAreThoseOfTheServer(t *testing.T) {
	t.Parallel()
	virtually(t, func(p *peer) {
		id := p.question().MessageID
		for i, wait := range []int{300, 100, 250, 10} {
			time.Sleep(time.Duration(wait) * time.Millisecond)
			p.tokens(id, "x")
			if i == 2 {
				time.Sleep(20 * time.Millisecond)
				p.tokens(id, "") // a keep-alive ends no gap
			}
		}
		time.Sleep(40 * time.Millisecond)
		p.complete(id)
		p.untilClosed()
	}, func(t *testing.T, c *Config) {
		turn := ask(t, connect(t, c))
		requireOK(t, turn)
		assert.Equal(t, 300*time.Millisecond, turn.FirstToken)
		assert.Equal(t, 680*time.Millisecond, turn.LastToken)
		assert.Equal(t, 250*time.Millisecond, turn.LongestGap)
		assert.Equal(t, 720*time.Millisecond, turn.Duration)
		itl, ok := turn.InterTokenLatency()
		assert.True(t, ok)
		assert.Equal(t, 380*time.Millisecond/3, itl)
	})
}

func TestATurnEndsWhenItsTimeIsUp(t *testing.T) {
	t.Parallel()
	virtually(t, func(p *peer) {
		id := p.question().MessageID
		for range 4 { // every token comes in time, the answer does not
			time.Sleep(300 * time.Millisecond)
			p.tokens(id, "x")
		}
		p.untilClosed()
	}, func(t *testing.T, c *Config) {
		s := connect(t, c)
		var turn Turn
		assert.Equal(t, time.Second, took(func() { turn = s.Ask(t.Context(), question, time.Second) }))
		requireFailure(t, turn.Failure, ResponseTimeout, "3 tokens")
		require.NoError(t, s.Think(t.Context(), time.Second))
	})
}

func TestAWriteThatBlocksEndsWhenItsTimeIsUp(t *testing.T) {
	t.Parallel()
	for name, certificates := range map[string][]tls.Certificate{"ws": nil, "wss": serverCertificate(t)} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				onPipes(t, certificates, func(p *peer) {
					<-p.t.Context().Done() // the server does not read, and a pipe holds nothing
				}, func(t *testing.T, c *Config) {
					s := connect(t, c)
					var turn Turn
					assert.Equal(t, time.Second, took(func() { turn = s.Ask(t.Context(), question, time.Second) }),
						"TLS would want another 5 s to say goodbye")
					requireFailure(t, turn.Failure, ResponseTimeout, "the server does not read")
					assert.False(t, turn.Sent)
					assert.False(t, s.Open(), "half a frame is out")
				})
			})
		})
	}
}

func TestCloseWaitsForTheServersAnswer(t *testing.T) {
	t.Parallel()
	virtually(t, func(p *peer) {
		answer := p.CloseHandler()
		p.SetCloseHandler(func(code int, text string) error {
			time.Sleep(300 * time.Millisecond)
			p.tokens("m1", "late")
			return answer(code, text)
		})
		p.untilClosed()
	}, func(t *testing.T, c *Config) {
		s := connect(t, c)
		assert.Equal(t, 300*time.Millisecond, took(func() { s.Close(1000) }))
		_, tokens := s.Take()
		assert.Equal(t, 1, tokens)
	})
}

func TestCloseWaitsNoLongerThanItsTimeOut(t *testing.T) {
	t.Parallel()
	for name, script := range map[string]func(*peer){
		"the server does not answer": func(p *peer) {
			p.SetCloseHandler(func(int, string) error { return nil })
			p.untilClosed()
			<-p.t.Context().Done()
		},
		"the server does not read": func(p *peer) { <-p.t.Context().Done() },
		"the server talks on": func(p *peer) {
			p.SetCloseHandler(func(int, string) error { return nil })
			go p.untilClosed()
			for p.WriteMessage(1, []byte("x")) == nil {
				time.Sleep(100 * time.Millisecond)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			virtually(t, script, func(t *testing.T, c *Config) {
				s := connect(t, c)
				life := took(func() { s.Close(1000) })
				assert.Equal(t, time.Second, life)
				assert.Equal(t, time.Second, lived(t, s))
			})
		})
	}
}

func TestAThinkIsAsLongAsItSays(t *testing.T) {
	t.Parallel()
	virtually(t, func(p *peer) {
		go p.untilClosed()
		for p.WriteMessage(1, []byte("x")) == nil {
			time.Sleep(70 * time.Millisecond)
		}
	}, func(t *testing.T, c *Config) {
		s := connect(t, c)
		assert.Equal(t, 1500*time.Millisecond, took(func() { require.NoError(t, s.Think(t.Context(), 1500*time.Millisecond)) }))
	})
}

// stamp is when the server wrote something, and when it knew that the client had read it.
type stamp struct{ written, read time.Time }

// On a real network the client's times lie between bounds that the server measures on the same clock: what was written
// at one moment was read before the pong to the ping behind it came back.
func TestTimesLieWithinWhatTheServerMeasures(t *testing.T) {
	t.Parallel()
	const tokens = 20
	var mu sync.Mutex // of the server's times
	var questionRead time.Time
	stamps := make([]stamp, tokens+1)
	note := func(of *time.Time) {
		mu.Lock()
		defer mu.Unlock()
		*of = time.Now()
	}
	c := serve(t, func(p *peer) {
		pong := make(chan time.Time, 1)
		p.SetPongHandler(func(string) error { pong <- time.Now(); return nil })
		id := p.question().MessageID
		note(&questionRead)
		go p.untilClosed() // reads the pongs
		for i := range stamps {
			time.Sleep(time.Duration(i%4) * time.Millisecond)
			text := tokenOf(id, "x")
			if i == tokens {
				text = completeOf(id)
			}
			note(&stamps[i].written)
			p.raw(append(textFrame(text), serverFrame(finBit|byte(opPing), nil)...))
			if i < tokens { // after complete the client does not read any more
				at := <-pong
				mu.Lock()
				stamps[i].read = at
				mu.Unlock()
			}
		}
	})
	s := connect(t, c)
	before := time.Now()
	turn := ask(t, s)
	note(&stamps[tokens].read)
	mu.Lock()
	defer mu.Unlock()
	requireOK(t, turn)
	require.Equal(t, tokens, turn.Tokens)

	first, last := stamps[0], stamps[tokens-1]
	within := func(name string, got, least, most time.Duration) {
		t.Helper()
		assert.True(t, least <= got && got <= most, "%s: %s is not within %s and %s", name, got, least, most)
	}
	within("first token", turn.FirstToken, first.written.Sub(questionRead), first.read.Sub(before))
	within("complete", turn.Duration, stamps[tokens].written.Sub(questionRead), stamps[tokens].read.Sub(before))
	itl, _ := turn.InterTokenLatency()
	within("mean gap", itl, last.written.Sub(first.read)/(tokens-1), last.read.Sub(first.written)/(tokens-1))
	var least, most time.Duration
	for i := range tokens - 1 {
		least = max(least, stamps[i+1].written.Sub(stamps[i].read))
		most = max(most, stamps[i+1].read.Sub(stamps[i].written))
	}
	within("longest gap", turn.LongestGap, least, most)
}

func TestWhoSaysWhenTheAnswerCameIsTold(t *testing.T) {
	t.Parallel()
	silent := serve(t, func(p *peer) { p.untilClosed() })
	server := serve(t, func(p *peer) {
		q := p.question()
		time.Sleep(20 * time.Millisecond) // the loop has nothing to do, and so no reason to be late
		p.raw(append(textFrame(tokenOf(q.MessageID, "a")), textFrame(completeOf(q.MessageID))...))
		p.untilClosed()
	})
	if runtime.GOOS == "linux" {
		require.Eventually(t, func() bool { return !connect(t, silent).Opening().Guessed }, time.Minute, time.Millisecond, "the kernel has begun to note arrivals")
		turn := ask(t, connect(t, server))
		requireOK(t, turn)
		assert.False(t, turn.Guessed)
		assert.Positive(t, turn.Error, "token and complete came in one read: the kernel gave both one time")
		assert.LessOrEqual(t, turn.Error, turn.Duration)
	}
	virtually(t, func(p *peer) { p.answer("a") }, func(t *testing.T, c *Config) {
		s := connect(t, c)
		turn := ask(t, s)
		requireOK(t, turn)
		assert.True(t, turn.Guessed, "no kernel")
		assert.True(t, s.Opening().Guessed)
		assert.Zero(t, turn.Late)
	})
}

func TestAQuestionWentOutBeforeItsAnswerCame(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		turn  Turn
		doubt time.Duration
		want  time.Duration
	}{
		"a process that kept its CPU":       {Turn{Tokens: 2, FirstToken: time.Second}, time.Millisecond, time.Millisecond},
		"it lost it when all was sent":      {Turn{Tokens: 2, FirstToken: time.Second}, time.Minute, time.Second},
		"an answer without a token":         {Turn{Duration: 2 * time.Second}, time.Minute, 2 * time.Second},
		"an answer that never came":         {Turn{Failure: &Failure{}}, time.Minute, time.Minute},
		"tokens that are in doubt for more": {Turn{Tokens: 2, FirstToken: time.Second, Error: time.Hour}, time.Minute, time.Hour},
	} {
		c.turn.doubtQuestion(c.doubt)
		assert.Equal(t, c.want, c.turn.Error, name)
	}
}

// Tokens that come in one read have one time: how far apart they were is not known.
func TestTokensThatPiledUpAreInDoubt(t *testing.T) {
	t.Parallel()
	start := time.Now()
	read := func(ms int) arrival.Stamp { // nothing had come 3 ms before
		at := start.Add(time.Duration(ms) * time.Millisecond)
		return arrival.Stamp{At: at, Since: at.Add(-3 * time.Millisecond), Read: at, Kernel: true}
	}
	const alone, joined = false, true
	for name, c := range map[string]struct {
		tokens []message
		doubt  time.Duration
	}{
		"each by itself":              {[]message{{at: read(10), joined: alone}, {at: read(20), joined: alone}, {at: read(30), joined: alone}}, 0},
		"the end with the last token": {[]message{{at: read(10), joined: alone}, {at: read(20), joined: joined}}, 0},
		"two in one read":             {[]message{{at: read(10), joined: alone}, {at: read(20), joined: joined}, {at: read(20), joined: alone}}, 3 * time.Millisecond},
		"the first with another":      {[]message{{at: read(10), joined: joined}, {at: read(20), joined: alone}}, 3 * time.Millisecond},
	} {
		var turn Turn
		for _, m := range c.tokens {
			turn.doubtToken(m)
			turn.add("x", m.at.At.Sub(start), false)
		}
		assert.Equal(t, c.doubt, turn.Error, name)
	}
}

// watchedConn notes when something was first written to it, and first read from it after that.
type watchedConn struct {
	net.Conn
	mu          sync.Mutex
	wrote, read time.Time
}

func (c *watchedConn) note(at *time.Time, so bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if so && at.IsZero() {
		*at = time.Now()
	}
}

func (c *watchedConn) Write(p []byte) (int, error) {
	c.note(&c.wrote, true)
	return c.Conn.Write(p)
}

func (c *watchedConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.note(&c.read, !c.wrote.IsZero())
	return n, err
}

// What this process does before it writes, such as to make the question ready and to wait for its garbage collector, is no time
// of the server. Here it takes long, for the question is large; of several turns the one that nothing else disturbed counts.
func TestAQuestionIsAskedWhenItsFirstByteIsWritten(t *testing.T) {
	t.Parallel()
	large := Question{Content: strings.Repeat("\u2028", 1<<19), MessageID: "m1"} // each is escaped
	ready := time.Hour
	for range 3 {
		began := time.Now()
		_, err := large.encode(began)
		require.NoError(t, err)
		ready = min(ready, time.Since(began))
	}
	c := serve(t, func(p *peer) {
		for range 5 {
			p.answer("a")
		}
		p.untilClosed()
	})
	var conn *watchedConn
	c.Dial = func(ctx context.Context, network, addr string) (net.Conn, error) {
		inner, err := (&net.Dialer{}).DialContext(ctx, network, addr)
		conn = &watchedConn{Conn: inner}
		return conn, err
	}
	s := connect(t, c)
	least := time.Hour
	for range 5 {
		conn.wrote, conn.read = time.Time{}, time.Time{}
		turn := s.Ask(t.Context(), large, time.Minute)
		require.Nil(t, turn.Failure)
		least = min(least, turn.FirstToken-conn.read.Sub(conn.wrote))
	}
	assert.Less(t, least, ready/2)
	assert.Greater(t, least, -ready/2)
}
