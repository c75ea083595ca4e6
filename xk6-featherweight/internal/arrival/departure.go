package arrival

import "time"

// Departure is when a write went to the kernel: its first bytes not before From, and not after By, unless the peer makes no room
// for them. Between the two, this process may have lost its CPU. Where the loop does not have the connection, it is not known for how
// long the write waited for room, and By is From.
type Departure struct{ From, By time.Time }

// Doubt is by how much a time that is counted from From may be too long through this process.
func (d Departure) Doubt() time.Duration { return d.By.Sub(d.From) }

// Depart asks for the Departure of the next write. It forgets the one before.
func (c *Conn) Depart() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.departing, c.departure = true, Departure{}
}

// Departed is the Departure that was asked for; zero before that write.
func (c *Conn) Departed() Departure {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.departure
}

func (c *Conn) departed(from, by time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.departing {
		c.departing, c.departure = false, Departure{From: from, By: by}
	}
}

// Write writes, and notes when, and for how long the peer has waited for it.
func (c *Conn) Write(p []byte) (int, error) {
	if c.link != nil {
		return c.link.Write(p)
	}
	from := time.Now()
	c.departed(from, from)
	n, err := c.Conn.Write(p)
	c.mu.Lock()
	defer c.mu.Unlock()
	now := time.Now()
	c.own, c.since = c.own+now.Sub(c.since), now
	return n, err
}
