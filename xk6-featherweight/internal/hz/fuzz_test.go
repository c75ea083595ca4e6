package hz

import (
	"testing"
	"time"
)

// FuzzMeterAndAverage feeds any row of readings that follow each other in time. Four bytes are one reading: the wait
// before it, its round trip, what the counter did, and whether the window closes or the process changes.
func FuzzMeterAndAverage(f *testing.F) {
	f.Add([]byte{10, 1, 10, 0, 90, 1, 90, 1, 100, 200, 100, 1})
	f.Add([]byte{10, 1, 10, 0, 90, 1, 255, 1, 100, 200, 100, 2, 0, 0, 0, 1})
	f.Fuzz(func(t *testing.T, data []byte) {
		m, a := NewMeter(time.Second), Average{}
		now, count, life := time.Duration(0), 0.0, 1e9
		for ; len(data) >= 4; data = data[4:] {
			r := Reading{Sent: now + time.Duration(data[0])*10*time.Millisecond}
			r.Received = r.Sent + time.Duration(data[1])*10*time.Millisecond
			if count += float64(data[2]); data[2] == 255 {
				count = 0
			}
			if data[3]&2 != 0 {
				life += 100
			}
			r.Count, r.Life, now = count, life, r.Received
			m.Add(r)
			a.Add(r)
			if data[3]&1 != 0 {
				checkWindow(t, m.Close(), now)
			}
			if b, ok := a.Bounds(); ok {
				checkBounds(t, b)
			}
		}
	})
}

func checkWindow(t *testing.T, w Window, now time.Duration) {
	t.Helper()
	if w.LongestGap < 0 || w.LongestGap > now {
		t.Errorf("a gap of %s in %s", w.LongestGap, now)
	}
	if w.Covers < 1 || (w.Restarted && w.Measured) {
		t.Errorf("impossible: %+v", w)
	}
	if w.Measured {
		checkBounds(t, w.Bounds)
		if w.Ticks < 0 || w.Elapsed <= 0 || w.To-w.From != w.Ticks {
			t.Errorf("impossible: %+v", w)
		}
	}
}

func checkBounds(t *testing.T, b Bounds) {
	t.Helper()
	if !(b.Low >= 0 && b.Low <= b.Hz && b.Hz <= b.High) { // NaN too fails here
		t.Errorf("not low <= hz <= high: %+v", b)
	}
}
