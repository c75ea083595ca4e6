// Package arrival tells when bytes arrived, which is when the kernel received them, however late this process woke up
// to read them.
//
// The kernel's time is that of the latest segment of a read: segments that wait are joined. So sockets that carry
// streams are read by one loop on a thread of its own, which lets nothing wait (Conn.Push); what was joined all the same
// is bounded from below by the moment at which the socket was seen to be empty.
//
// Linux stamps what comes over TCP (SO_TIMESTAMPNS, see socket(7) and Documentation/networking/timestamping.rst).
// Elsewhere, the time is that of the read, and Stamp.Kernel says so.
package arrival

import "time"

// Stamp is when what a read brought had arrived. Its times are on the monotonic clock.
type Stamp struct {
	// At is when the last byte arrived: by the kernel's clock where Kernel says so, else when it was read.
	At time.Time
	// Since is the latest moment at which none of the bytes was there yet, as far as is known; zero where it is not. What
	// was not the last of several messages in a read arrived between Since and At.
	Since time.Time
	// Read is when this process had the bytes.
	Read time.Time
	// Kernel tells that At is the kernel's time.
	Kernel bool
}

// Latest is a moment at which the bytes had surely arrived: two clocks cannot be read together better than that.
func (s Stamp) Latest() time.Time {
	if latest := s.At.Add(stepped); s.Kernel && latest.Before(s.Read) {
		return latest
	}
	return s.Read
}

// Doubt is by how much the time of a message may be wrong that was not the last one of its read.
func (s Stamp) Doubt() time.Duration { return s.At.Sub(s.Since) }

// Late is how late this process was to read what had arrived; 0 where the kernel did not say when that was.
func (s Stamp) Late() time.Duration { return s.Read.Sub(s.At) }
