package arrival

import "time"

const (
	// stepped is by how much wall and monotonic clock must have moved against each other for the wall clock to have been
	// set; to read both takes a moment, in which a thread may lose the CPU.
	stepped = time.Millisecond
	// slewed is the part of the time that they may drift apart meanwhile: adjtimex(2) slews by 500 ppm at most.
	slewed = 1000
)

// moment is one reading of both clocks, as time.Now gives it.
type moment struct{ time.Time }

// apart is by how much the wall clock has gone ahead of the monotonic one since an earlier moment.
func (m moment) apart(earlier moment) time.Duration {
	return time.Duration(m.UnixNano()-earlier.UnixNano()) - m.Sub(earlier.Time)
}

// arrived turns the time of day at which the kernel received something into a stamp. read is now, and earlier a moment
// from before the arrival; both are as time.Now gives them. A wall clock that was set in between tells nothing, nor does
// a time outside the two: then the stamp is that of the read.
func arrived(kernel int64, earlier, read time.Time) Stamp {
	s := Stamp{At: read, Since: earlier, Read: read}
	if kernel == 0 {
		return s
	}
	late := time.Duration(read.UnixNano() - kernel)
	between := read.Sub(earlier)
	if drift := (moment{read}).apart(moment{earlier}); drift.Abs() > stepped+between/slewed {
		return s
	}
	if late < -stepped || late > between+stepped {
		return s
	}
	s.Kernel = true
	s.At = read.Add(-min(max(late, 0), between))
	return s
}
