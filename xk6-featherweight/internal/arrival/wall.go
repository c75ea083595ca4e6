package arrival

import "time"

const (
	// stepped is by how much wall and monotonic clock must have moved against each other for the wall clock to have been
	// set; to read both takes a moment, in which a thread may lose the CPU.
	stepped = time.Millisecond
	// slewed is the part of the time that they may drift apart meanwhile: adjtimex(2) slews by 500 ppm at most.
	slewed = 1000
)

// moment is one reading of both clocks.
type moment struct {
	at   time.Time // on the monotonic clock
	wall int64     // nanoseconds since 1970
}

func momentOf(t time.Time) moment { return moment{t, t.UnixNano()} }

// arrived turns the time of day at which the kernel received something into a stamp; it lies between a moment before the
// arrival and the one of the read. A wall clock that was set in between tells nothing, nor does a time outside the two:
// then the stamp is that of the read.
func arrived(kernel int64, earlier, read moment) Stamp {
	s := Stamp{At: read.at, Since: earlier.at, Read: read.at}
	if kernel == 0 {
		return s
	}
	between := read.at.Sub(earlier.at)
	drift := time.Duration(read.wall-earlier.wall) - between
	late := time.Duration(read.wall - kernel)
	if drift.Abs() > stepped+between/slewed || late < -stepped || late > between+stepped {
		return s
	}
	s.Kernel = true
	s.At = read.at.Add(-min(max(late, 0), between))
	return s
}
