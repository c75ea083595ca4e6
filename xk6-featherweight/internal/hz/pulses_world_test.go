package hz

import (
	"math/rand/v2"
	"slices"
	"sort"
	"time"
)

// pulseWorld is a server that sends its turns over a network, and a reader at the other end.
type pulseWorld struct {
	rng      *rand.Rand
	life     life
	restart  time.Duration        // the numbers begin anew then; 0: never
	hung     [2]time.Duration     // no ping is answered between these, and turns that fall due come before the answers
	delay    func() time.Duration // of one message, either way
	lost     map[int]bool         // turns that send no pulse
	late     map[int]bool         // turns whose pulse is sent after the next one, if that is sent in time
	clock    time.Duration        // the count is told each time that this has passed, and no turn by itself; 0: every turn is
	asleep   func(at time.Duration) time.Duration
	lead     func() time.Duration // between a slot and its ping
	extra    int                  // further pings
	awaiting time.Duration        // how long after an answer the loop counts as standing
}

// message is a pulse (turn >= 0) or an answer, with the moments at which it was sent and read.
type message struct {
	turn       int
	ping       time.Duration
	sent, read time.Duration
}

const (
	pulseSlot = 100 * time.Millisecond
	worldEnd  = 20 * time.Second
)

func calmPulses(rng *rand.Rand) *pulseWorld {
	return &pulseWorld{
		rng: rng, life: steady(rng, 20+rng.Float64()*300, 0, worldEnd), lost: map[int]bool{}, late: map[int]bool{},
		delay:    func() time.Duration { return seconds(0.0001 + rng.Float64()*0.0005) },
		asleep:   func(at time.Duration) time.Duration { return at },
		lead:     func() time.Duration { return seconds(rng.Float64() * 0.01) },
		awaiting: 120 * time.Millisecond,
	}
}

// number is what the pulse of a turn says.
func (w *pulseWorld) number(turn int) float64 {
	if before := w.life.count(w.restart); w.restart > 0 && w.life.ticks[turn] > w.restart {
		return float64(turn+1) - before
	}
	return w.life.base + float64(turn+1)
}

// pings are when the reader sends them, sorted; those of the slots are also given by slot.
func (w *pulseWorld) pings() (all, bySlot []time.Duration) {
	for slot := time.Duration(0); slot < worldEnd; slot += pulseSlot {
		bySlot = append(bySlot, slot+w.lead())
	}
	all = slices.Clone(bySlot)
	for range w.extra {
		all = append(all, seconds(w.rng.Float64()*worldEnd.Seconds()))
	}
	slices.Sort(all)
	return all, bySlot
}

// messages is the stream as it is read, and when each ping was answered.
func (w *pulseWorld) messages(pings []time.Duration) (stream []message, answered map[time.Duration]time.Duration) {
	answered = map[time.Duration]time.Duration{}
	for at := w.clock; w.clock > 0 && at < worldEnd; at += w.clock {
		if n := w.life.count(at) - w.life.base; n > 0 {
			stream = append(stream, message{turn: int(n) - 1, sent: at})
		}
	}
	for i, tick := range w.life.ticks {
		switch {
		case w.clock > 0, w.lost[i]:
		case w.late[i] && i+1 < len(w.life.ticks) && !w.late[i+1] && !w.lost[i+1]:
			stream = append(stream, message{turn: i, sent: w.life.ticks[i+1] + 1})
		default:
			stream = append(stream, message{turn: i, sent: tick})
		}
	}
	there := time.Duration(0)
	for _, ping := range pings {
		there = max(there, ping+w.delay())
		if there > w.hung[0] && there <= w.hung[1] {
			there = w.hung[1] + 2
		}
		answered[ping] = there
		stream = append(stream, message{turn: -1, ping: ping, sent: there})
	}
	sort.SliceStable(stream, func(i, j int) bool { return stream[i].sent < stream[j].sent })
	here := time.Duration(0)
	for i := range stream {
		here = max(here, stream[i].sent+w.delay())
		stream[i].read = max(w.asleep(here), here)
		if i > 0 {
			stream[i].read = max(stream[i].read, stream[i-1].read)
		}
	}
	return stream, answered
}

// seenPulse is a reading, and the moment of the look behind it.
type seenPulse struct {
	Reading
	look time.Duration
}

// readings are what a reader gets that takes one a slot.
func (w *pulseWorld) readings() (out []seenPulse) {
	pings, bySlot := w.pings()
	stream, answered := w.messages(pings)
	turnOf := map[float64]int{}
	var p Pulses
	told := map[float64]time.Duration{} // when the latest message with that number was sent
	next := 0
	for i, ping := range bySlot {
		end := time.Duration(i+1) * pulseSlot
		take := func(standing bool) bool {
			r, ok := p.Take(ping, standing)
			if !ok {
				return false
			}
			look := answered[r.Sent]
			if r.Resolution == 0 {
				look = told[r.Count]
			}
			if r.Turn {
				look = w.life.ticks[turnOf[r.Count]]
			}
			out = append(out, seenPulse{r, look})
			return true
		}
		for taken := false; next < len(stream) && stream[next].read <= end; next++ {
			m := stream[next]
			if at, ok := p.Answered(ping); ok && !taken && m.read > at+w.awaiting {
				taken = take(true)
			}
			if m.turn < 0 {
				p.Answer(m.ping, m.read)
			} else {
				n := w.number(m.turn)
				turnOf[n], told[n] = m.turn, m.sent
				p.Pulse(n, m.read)
			}
			taken = taken || take(false)
			if taken {
				ping = end // one a slot
			}
		}
		if at, ok := p.Answered(ping); ok && ping != end && end > at+w.awaiting {
			take(true)
		}
	}
	return out
}
