package main

import (
	"bytes"
	"testing"
	"time"
)

func TestFramesAreCutWhereTheyEnd(t *testing.T) {
	long := append([]byte{0x81, 126, 0x01, 0x00}, bytes.Repeat([]byte("x"), 256)...)
	data := append([]byte{0x89, 1, 'p', 0x81, 2, 'h', 'i'}, long...)
	for _, want := range []struct {
		op      byte
		payload int
	}{{opPing, 1}, {opText, 2}, {opText, 256}} {
		for short := range len(data) {
			if short >= 2+want.payload {
				break
			}
			if _, _, next, err := cut(data[:short]); next != 0 || err != nil {
				t.Fatalf("%d bytes are a frame: %d, %v", short, next, err)
			}
		}
		op, payload, next, err := cut(data)
		if op != want.op || len(payload) != want.payload || err != nil {
			t.Fatalf("%x, %d bytes, %v; not %+v", op, len(payload), err, want)
		}
		data = data[next:]
	}
	if len(data) != 0 {
		t.Errorf("%d bytes are left", len(data))
	}
	for _, bad := range [][]byte{{0x01, 1, 'a'}, {0xc1, 1, 'a'}, {0x81, 127, 0}, {0x81, 126, 0xff, 0xff}, {0x81, 0x81, 'a'}} {
		if _, _, _, err := cut(bad); err == nil {
			t.Errorf("%x is taken", bad)
		}
	}
}

func TestWhatAClientSendsIsMasked(t *testing.T) {
	for _, size := range []int{0, 125, 126, 300} {
		plain := bytes.Repeat([]byte("f"), size)
		frame := frameOf(opText, plain)
		head := len(frame) - size
		got := bytes.Clone(frame[head:])
		for i := range got {
			got[i] ^= frame[head-4+i%4]
		}
		if !bytes.Equal(got, plain) || frame[0] != 0x81 || frame[1]&0x80 == 0 || head != 6+2*min(size/126, 1) {
			t.Errorf("%d bytes: %x", size, frame[:head])
		}
	}
}

func TestWhoWaitsIsTakenInTheOrderOfTheTimes(t *testing.T) {
	now := time.Now()
	var q queue
	if q.left(now) != -1 {
		t.Error("nobody waits")
	}
	for who, after := range []time.Duration{3 * time.Millisecond, time.Millisecond, 2 * time.Millisecond} {
		q.add(now.Add(after), who)
	}
	if _, due := q.take(now); due || q.left(now) != 1 || q.left(now.Add(500*time.Microsecond)) != 1 || q.left(now.Add(time.Second)) != 0 {
		t.Error("the first one is in a millisecond")
	}
	for _, want := range []int{1, 2, 0} {
		if who, due := q.take(now.Add(3 * time.Millisecond)); who != want || !due {
			t.Errorf("%d, not %d", who, want)
		}
	}
}

// Reading and cutting a token makes no garbage: the collector is off.
func TestATokenAllocatesNothing(t *testing.T) {
	l := &loop{users: []user{{fd: -1, buf: make([]byte, bufferSize)}}}
	payload := append([]byte(nil), tokenHead...)
	frame := append([]byte{0x81, byte(len(payload))}, payload...)
	if n := testing.AllocsPerRun(100, func() {
		op, payload, _, err := cut(frame)
		if err != nil || l.hear(0, op, payload) != nil {
			t.Fatal(err)
		}
	}); n != 0 || l.told.Tokens == 0 {
		t.Errorf("%v allocations", n)
	}
}
