package arrival

import (
	"io"
	"net"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// inbox takes what the loop brings.
type inbox struct {
	conn *Conn
	came chan struct{} // something did

	mu     sync.Mutex
	text   []byte
	stamps []Stamp // one a read
	end    error
	most   int // bytes that are taken before the loop is told to leave the rest
}

func push(t *testing.T, c *Conn, most int) *inbox {
	t.Helper()
	in := &inbox{conn: c, came: make(chan struct{}, 1), most: most}
	require.True(t, c.Push(in.ready))
	return in
}

func (in *inbox) ready() {
	in.mu.Lock()
	defer in.mu.Unlock()
	for buf := make([]byte, 1000); ; {
		if len(in.text) >= in.most {
			in.conn.Pause()
			break
		}
		n, err := in.conn.Read(buf[:min(len(buf), in.most-len(in.text))])
		if err == ErrDry { //nolint:errorlint // that very one
			break
		}
		if err != nil {
			in.end = err
			in.conn.Pause()
			break
		}
		in.text = append(in.text, buf[:n]...)
		in.stamps = append(in.stamps, in.conn.Stamp())
	}
	select {
	case in.came <- struct{}{}:
	default:
	}
}

// taken is what came since the last call.
func (in *inbox) taken() (stamps []Stamp) {
	in.mu.Lock()
	defer in.mu.Unlock()
	stamps, in.stamps = in.stamps, nil
	return stamps
}

// until waits until that is true of what came.
func (in *inbox) until(holds func() bool) {
	for {
		in.mu.Lock()
		over := holds()
		in.mu.Unlock()
		if over {
			return
		}
		<-in.came
	}
}

func TestTheLoopReadsAllSocketsAndTellsWhenItArrived(t *testing.T) {
	t.Parallel()
	const sockets, texts = 50, 20
	var enough atomic.Bool
	for range 2 { // somebody takes the CPU
		go func() {
			for spins := 0; !enough.Load(); {
				spins++
			}
		}()
	}
	defer enough.Store(true)
	var all sync.WaitGroup
	for range sockets {
		client, server := pair(t)
		in := push(t, client, 1<<20)
		all.Go(func() {
			for i := range texts {
				w := write(t, server, "hello")
				in.until(func() bool { return len(in.text) == 5*(i+1) })
				stamps := in.taken()
				last := stamps[len(stamps)-1]
				w.sees(t, last)
				assert.False(t, last.Since.After(w.after), "the socket is said to have been empty when it was not")
			}
		})
	}
	all.Wait()
}

func TestWhatWasJoinedIsBounded(t *testing.T) {
	t.Parallel()
	client, server := pair(t)
	in := push(t, client, 1<<20)
	total := 0
	for range 200 {
		first := write(t, server, "a")
		second := write(t, server, "b")
		total += 2
		in.until(func() bool { return len(in.text) == total })
		stamps := in.taken()
		second.sees(t, stamps[len(stamps)-1])
		if len(stamps) == 1 { // one read brought both
			assert.False(t, stamps[0].Since.After(first.after))
			assert.False(t, stamps[0].At.Before(first.before.Add(-time.Millisecond)))
		}
	}
	assert.Equal(t, strings.Repeat("ab", 200), string(in.text))
}

// An answer that is there at once after a long wait, as that of a server which does not stream: the socket was empty until just
// before it came, and not only when the wait began. Alone, for any other socket would keep the loop awake.
func TestASocketThatWasSilentForLongIsKnownToHaveBeenEmpty(t *testing.T) { //nolint:paralleltest // see above
	const silence = 2 * time.Second
	client, server := pair(t)
	in := push(t, client, 1000)
	write(t, server, "x")
	in.until(func() bool { return len(in.text) == 1 })
	in.taken()
	<-time.After(silence) // the case itself
	write(t, server, "yz")
	in.until(func() bool { return len(in.text) == 3 })
	if doubt := in.taken()[0].Doubt(); doubt > silence/2 {
		t.Errorf("the answer may have come any time in %s, says the loop, which looked at an empty socket all the time", doubt)
	}
}

func TestWhatCameBeforeTheEndComesBeforeIt(t *testing.T) {
	t.Parallel()
	client, server := pair(t)
	write(t, server, "hello") // before the loop knows it
	require.NoError(t, server.Close())
	in := push(t, client, 1<<20)
	in.until(func() bool { return in.end != nil })
	assert.Equal(t, "hello", string(in.text))
	assert.Equal(t, io.EOF, in.end)
}

func TestAResetIsTold(t *testing.T) {
	t.Parallel()
	client, server := pair(t)
	in := push(t, client, 1<<20)
	require.NoError(t, server.(*net.TCPConn).SetLinger(0)) //nolint:forcetypeassert // it is one
	require.NoError(t, server.Close())
	in.until(func() bool { return in.end != nil })
	assert.EqualError(t, in.end, "read tcp "+client.LocalAddr().String()+"->"+client.RemoteAddr().String()+": read: connection reset by peer")
}

func TestAPauseLetsTheKernelKeepTheRest(t *testing.T) {
	t.Parallel()
	client, server := pair(t)
	in := push(t, client, 5)
	write(t, server, "hello world")
	in.until(func() bool { return len(in.text) == 5 })
	w := write(t, server, "!") // nobody reads it now
	other, peer := pair(t)
	for looks, box := 1, push(t, other, 1<<20); looks <= 3; looks++ { // the loop looks at others meanwhile
		write(t, peer, "x")
		box.until(func() bool { return len(box.text) == looks })
	}
	in.mu.Lock()
	assert.Equal(t, "hello", string(in.text))
	in.most = 1 << 20
	in.mu.Unlock()
	client.Resume()
	in.until(func() bool { return len(in.text) == len("hello world!") })
	assert.Equal(t, "hello world!", string(in.text))
	stamps := in.taken()
	last := stamps[len(stamps)-1]
	w.sees(t, last)
	assert.False(t, last.Since.After(w.after), "the socket was not seen while it was paused")
}

func TestAWriteThatWaitsEndsAtItsDeadline(t *testing.T) {
	t.Parallel()
	client, _ := pair(t)
	push(t, client, 1<<20)
	large := make([]byte, 32<<20) // no socket holds that
	require.NoError(t, client.SetWriteDeadline(time.Now().Add(50*time.Millisecond)))
	_, err := client.Write(large)
	require.ErrorIs(t, err, os.ErrDeadlineExceeded)
	require.NoError(t, client.SetWriteDeadline(time.Time{}))
	go func() { _ = client.SetWriteDeadline(time.Unix(1, 0)) }() // also one that is set while it waits
	_, err = client.Write(large)
	require.ErrorIs(t, err, os.ErrDeadlineExceeded)
}

func TestAWriteThatWaitsGoesOnWhenThereIsRoom(t *testing.T) {
	t.Parallel()
	client, server := pair(t)
	push(t, client, 1<<20)
	large := make([]byte, 32<<20)
	read := make(chan int64)
	go func() {
		n, _ := io.Copy(io.Discard, io.LimitReader(server, int64(len(large))))
		read <- n
	}()
	n, err := client.Write(large)
	require.NoError(t, err)
	assert.Len(t, large, n)
	assert.Len(t, large, int(<-read))
}

// The peer's kernel says when it came, which is when it went on this machine.
func TestWhatIsWrittenLeavesWhenItIsSaidTo(t *testing.T) {
	t.Parallel()
	client, server := pair(t)
	push(t, client, 1<<20)
	peer, buf := Watch(server), make([]byte, 100)
	require.Zero(t, client.Departed())
	for range 100 {
		client.Depart()
		require.Zero(t, client.Departed(), "nothing was written yet")
		w := write(t, client, "hello")
		left := client.Departed()
		write(t, client, ", world")
		require.Equal(t, left, client.Departed(), "of one write, not of every later one")
		_, err := io.ReadFull(peer, buf[:len("hello")])
		require.NoError(t, err)
		written{left.From, left.By}.sees(t, peer.Stamp())
		require.False(t, left.From.Before(w.before) || left.By.After(w.after))
		require.Equal(t, left.By.Sub(left.From), left.Doubt())
		_, err = io.ReadFull(peer, buf[:len(", world")])
		require.NoError(t, err)
	}
}

func TestWaitingForAPeerThatMakesNoRoomIsNotOurs(t *testing.T) {
	t.Parallel()
	client, server := pair(t)
	push(t, client, 1<<20)
	fill, written := make([]byte, 32<<20), make(chan error) // no socket holds that
	require.NoError(t, client.SetWriteDeadline(time.Now().Add(50*time.Millisecond)))
	_, err := client.Write(fill)
	require.ErrorIs(t, err, os.ErrDeadlineExceeded)
	require.NoError(t, client.SetWriteDeadline(time.Time{}))
	client.Depart()
	go func() { _, err := client.Write([]byte("hello")); written <- err }()
	require.Eventually(t, func() bool { return client.Departed() != Departure{} }, time.Minute, time.Millisecond)
	before := client.Departed()
	room := time.Now()
	go func() { _, _ = io.Copy(io.Discard, server) }()
	require.NoError(t, <-written)
	assert.Equal(t, before, client.Departed())
	assert.False(t, before.By.After(room))
}

func TestCloseEndsAWriteThatWaits(t *testing.T) {
	t.Parallel()
	client, _ := pair(t)
	push(t, client, 1<<20)
	ended := make(chan error)
	go func() {
		for {
			if _, err := client.Write(make([]byte, 1<<20)); err != nil {
				ended <- err
				return
			}
		}
	}()
	require.NoError(t, client.Close())
	require.ErrorIs(t, <-ended, net.ErrClosed)
	require.ErrorIs(t, client.Close(), net.ErrClosed)
}

func TestTheServerSeesOurClose(t *testing.T) {
	t.Parallel()
	client, server := pair(t)
	push(t, client, 1<<20)
	require.NoError(t, client.Close())
	_, err := server.Read(make([]byte, 1))
	assert.Equal(t, io.EOF, err)
}

// Between the setting of a deadline and the write, a process without CPU may sleep: that is not the peer's fault.
func TestAWriteThatNeedNotWaitIsNeverTooLate(t *testing.T) {
	t.Parallel()
	client, server := pair(t)
	push(t, client, 1<<20)
	require.NoError(t, client.SetWriteDeadline(time.Now().Add(-time.Second)))
	n, err := client.Write([]byte("hello"))
	require.NoError(t, err)
	assert.Equal(t, 5, n)
	got := make([]byte, 5)
	_, err = io.ReadFull(server, got)
	require.NoError(t, err)
	assert.Equal(t, "hello", string(got))

	_, err = client.Write(make([]byte, 32<<20)) // it waits, and is
	require.ErrorIs(t, err, os.ErrDeadlineExceeded)
	require.NoError(t, client.SetWriteDeadline(Past))
	_, err = client.Write([]byte("x")) // given up on purpose
	require.ErrorIs(t, err, os.ErrDeadlineExceeded)
}

// The kernel notes arrivals only while some socket wants it, and takes it up late: without one that is always there, the
// first bytes of a connection that is alone have no time.
func TestTheFirstBytesOfAConnectionThatIsAloneHaveTheKernelsTime(t *testing.T) { //nolint:paralleltest // the sockets of other tests would help it
	first := func() Stamp {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		require.NoError(t, err)
		defer func() { _ = listener.Close() }()
		conn, err := net.Dial("tcp", listener.Addr().String())
		require.NoError(t, err)
		client := Watch(conn)
		defer func() { _ = client.Close() }()
		server, err := listener.Accept()
		require.NoError(t, err)
		defer func() { _ = server.Close() }()
		write(t, server, "x")
		_, err = client.Read(make([]byte, 1))
		require.NoError(t, err)
		return client.Stamp()
	}
	Begin()
	require.Eventually(t, func() bool { return first().Kernel }, time.Minute, time.Millisecond, "the kernel takes it up")
	missed := 0
	for range 300 {
		if !first().Kernel {
			missed++
		}
	}
	assert.LessOrEqual(t, missed, 3, "of 300: a thread may lose the CPU between two clocks")
}
