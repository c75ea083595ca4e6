package target

import "time"

// tell sends a frame of the application that belongs to no question; it is counted as that fault.
func (c *conn) tell(fault, kind string) {
	if !c.server.doze(c.done) {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.server.hangs(c.user) {
		c.server.tally.fault(fault)
		c.write([]byte(`{"type":"` + kind + `","timestamp":"` + iso(time.Now()) + `"}`))
	}
}

// hang ends the answers that are under way, if the chat hangs for this user: they have failed, and nothing more comes.
func (c *conn) hang() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed || !c.server.hangs(c.user) {
		return
	}
	for t := range c.turns {
		if !t.ended {
			t.plan.kind = "chat_hangs"
			t.end(outcomeFailed)
		}
	}
}

// killed says whether the connection was reset by a fault of its port.
func (c *conn) killed() bool {
	port := portOf(c.ws.NetConn())
	return port != nil && port.killed.Load()
}

// reset ends the connection without a good-bye.
func (c *conn) reset() {
	if port := portOf(c.ws.NetConn()); port != nil {
		port.reset()
	}
}
