package arrival

import "time"

// Departure is when a write went to the kernel: its first bytes not before From, and not after By, unless the peer makes no room
// for them. Between the two, this process may have lost its CPU.
type Departure struct{ From, By time.Time }

// Known tells whether there was such a write.
func (d Departure) Known() bool { return !d.From.IsZero() }

// Doubt is by how much a time that is counted from From may be too long through this process.
func (d Departure) Doubt() time.Duration { return d.By.Sub(d.From) }

// departures notes the next write of which that is wanted.
type departures struct {
	wanted bool
	latest Departure
}

func (d *departures) note(from time.Time) {
	if d.wanted {
		d.wanted, d.latest = false, Departure{From: from, By: time.Now()}
	}
}

// Depart asks for the Departure of the next write. It forgets the one before.
func (c *Conn) Depart() {
	if c.link != nil {
		c.link.depart()
	}
}

// Departed is the Departure that was asked for; not Known before, nor where the loop does not have the connection.
func (c *Conn) Departed() Departure {
	if c.link == nil {
		return Departure{}
	}
	return c.link.departed()
}

// Write writes, and notes for how long the peer has waited for it.
func (c *Conn) Write(p []byte) (int, error) {
	n, err := c.Conn.Write(p)
	if c.link == nil {
		c.mu.Lock()
		defer c.mu.Unlock()
		now := time.Now()
		c.own, c.since = c.own+now.Sub(c.since), now
	}
	return n, err
}
