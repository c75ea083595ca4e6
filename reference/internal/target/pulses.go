package target

import (
	"strconv"
	"time"

	"github.com/gorilla/websocket"
)

// told is how far a connection has been told the turns of the loop, and of which: the one born then.
type told struct {
	born  time.Time
	count uint64
}

// noteTurns hands every turn from here on to note, which must be quick: its number, and when it was.
func (l *loop) noteTurns(note func(count uint64, at int64)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.note = note
}

// nextTurn is closed at the next turn.
func (l *loop) nextTurn() <-chan struct{} {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.turned == nil {
		l.turned = make(chan struct{})
	}
	return l.turned
}

// reached is how far the loop is by now.
func (l *loop) reached() told {
	v := l.view()
	return told{v.born, v.count}
}

// tellTurns sends the turns of the loop, each when it is, from now until the connection ends.
func (c *conn) tellTurns() {
	l := c.server.faults.loop
	c.mu.Lock()
	c.told = l.reached()
	c.mu.Unlock()
	for {
		next := l.nextTurn()
		if !c.server.doze(c.done) {
			return
		}
		c.mu.Lock()
		c.catchUp()
		c.mu.Unlock()
		select {
		case <-next:
		case <-c.done:
			return
		}
	}
}

// catchUp sends the turns that have been and were not told. It needs the mutex.
func (c *conn) catchUp() {
	now := c.server.faults.loop.reached()
	if now.born != c.told.born {
		c.told = told{born: now.born}
	}
	if c.server.hangs(c.user) {
		c.told = now
	}
	for !c.closed && c.told.count < now.count {
		c.told.count++
		c.write(pulseFrame(c.told.count))
	}
}

// pulseFrame is what the real server sends every client at every turn.
func pulseFrame(number uint64) []byte {
	frame := append(make([]byte, 0, 128), `{"type":"self-awareness-heartbeat","payload":{"pulseNumber":`...)
	frame = append(strconv.AppendUint(frame, number, 10), `},"timestamp":"`...)
	return append(time.Now().UTC().AppendFormat(frame, isoMillis), `"}`...)
}

// onPing answers a ping behind all turns that have been: what comes behind the answer was not before the ping, however
// late this process woke up to tell.
func (c *conn) onPing(payload string) error {
	c.server.doze(c.done)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return nil
	}
	c.catchUp()
	_ = c.ws.WriteControl(websocket.PongMessage, []byte(payload), time.Now().Add(closeTimeout)) // a lost connection is seen by its reader
	return nil
}
