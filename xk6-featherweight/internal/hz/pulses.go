package hz

import "time"

// Pulses makes readings of a loop that tells each of its turns by a message with the turn's number: a pulse.
//
// A pulse that arrives at a was sent before a, and how long before is not to be seen: a loop that is late and a network
// that is late look the same. So a bound from arrivals alone would be a guess about the network. What gives the other
// side is a ping of ours: what stands behind its answer in the stream was sent after the answer, and that after the ping
// had been sent. With p the sending of a ping, q the arrival of its answer, and the answer between two pulses N and N+1,
// on one connection that keeps the order,
//
//	turn N+1 was in [p, a(N+1)], and the counter was N at some moment in [p, q]
//
// which are readings as of any counter (Between), whatever the delay and however it varies: no assumption about it is
// made, neither that it is steady nor that it is the same both ways. The first is the better one: at the moment of a turn
// a counter hides no part of a turn, so that between two such moments N2-N1 turns were made, and not one more or less:
//
//	(N2-N1)/(a2-p1) <= Hz <= (N2-N1)/(p2-a1)
//
// What is assumed is this: a pulse is sent when its turn is, and pings are answered by who sends the pulses, in the order
// of both. What a server does late between a turn and its pulse counts as lateness of the loop. A gateway that answers
// pings itself hides how late it passes pulses on.
//
// Numbers that are left out, or told twice, are those of a server that tells its count by a clock of its own: pulses are
// ordinary looks at a counter then, until enough of them have come one by one. A pulse that comes behind a higher one is
// passed over. Three in a row that are lower are another life of the server.
//
// The zero value is ready. One Pulses is for one connection.
type Pulses struct {
	recent []pulse // the latest, in the order of their numbers
	behind []pulse // lower than the last of these
	steps  int     // how many numbers in a row came one by one

	ping     exchange // the latest ping that was answered
	answered bool
	fresh    bool // no pulse has come since its answer

	look  Reading // the first pulse behind the answer of look.Sent
	seen  bool
	still time.Duration
}

// pulse is a number and when it arrived.
type pulse struct {
	number float64
	at     time.Duration
}

// exchange is when a ping was sent and its answer arrived.
type exchange struct{ sent, arrived time.Duration }

const (
	// keptPulses is how many pulses a silence may be found between, and the usual period.
	keptPulses = 32
	// otherLife is how many pulses in a row with lower numbers are another life. One alone may have been overtaken.
	overtaken = 3
	// oneByOne is how many steps of one show a server that sends every turn when it is, and leftOut how many it takes to
	// believe it again after a number was left out, or told twice.
	oneByOne, leftOut = 10, 100
	// fewest is how many pulses have a period.
	fewest = 3
)

// Pulse takes a pulse that arrived then. Pulses and answers are given in the order of the stream.
func (p *Pulses) Pulse(number float64, at time.Duration) {
	step := 0.
	if n := len(p.recent); n > 0 {
		step = number - p.recent[n-1].number
	}
	switch {
	case len(p.recent) == 0:
	case step == 0: // told twice
		p.steps = -leftOut
		return
	case step < 0:
		if n := len(p.behind); n > 0 && number <= p.behind[n-1].number {
			p.behind = p.behind[:0]
		}
		if p.behind = append(p.behind, pulse{number, at}); len(p.behind) < overtaken {
			return
		}
		p.recent, p.steps = p.behind[:len(p.behind)-1], 0
	case step == 1:
		p.steps++
	default:
		p.steps = -leftOut
	}
	p.behind = nil
	if p.everyTurn() {
		p.silence(number)
	} else {
		p.silence(number + 1) // that turn may have been long before it was told; the next one was not
	}
	if p.fresh {
		p.fresh, p.seen = false, true
		p.look = Reading{Count: number, Sent: p.ping.sent, Received: at, Turn: p.everyTurn(), Live: true}
	}
	if len(p.recent) == keptPulses {
		p.recent = append(p.recent[:0], p.recent[1:]...)
	}
	p.recent = append(p.recent, pulse{number, at})
}

// silence finds how long the loop stood still before the turn of that number, which was after the ping that was answered
// last. From turn n, which had been when its pulse arrived, to turn m there are m-n periods, of which the longest is at
// least the mean.
func (p *Pulses) silence(number float64) {
	if !p.answered {
		return
	}
	for _, before := range p.recent {
		if silent := p.ping.sent - before.at; silent > 0 {
			p.still = max(p.still, time.Duration(float64(silent)/(number-before.number)))
		}
	}
}

// Answer takes the answer to a ping that was sent then.
func (p *Pulses) Answer(sent, arrived time.Duration) {
	p.ping, p.answered, p.fresh = exchange{sent, arrived}, true, true
}

// everyTurn reports a server that sends each turn when it is. Another one tells by a clock of its own how far it is.
func (p *Pulses) everyTurn() bool { return p.steps >= oneByOne }

// Begun reports whether a pulse has come.
func (p *Pulses) Begun() bool { return len(p.recent) > 0 }

// Latest is when the latest pulse arrived; 0 before there is one.
func (p *Pulses) Latest() time.Duration {
	if !p.Begun() {
		return 0
	}
	return p.recent[len(p.recent)-1].at
}

// Answered reports whether a ping that was sent then, or later, was answered, and when.
func (p *Pulses) Answered(since time.Duration) (arrived time.Duration, ok bool) {
	return p.ping.arrived, p.answered && p.ping.sent >= since
}

// Take is a reading that looks at the loop after since; false while there is none. Where no pulse has come after the
// answer to a ping, and standing allows it, it is that the counter stands where it stood: of a server that sends every
// turn, and give or take one that it may have left out just now. A standstill that goes on rests on that nothing was left
// out; the next pulse shows it.
func (p *Pulses) Take(since time.Duration, standing bool) (Reading, bool) {
	r, ok := p.look, p.seen && p.look.Sent >= since
	if _, answered := p.Answered(since); !ok && standing && answered && p.fresh && len(p.behind) == 0 && p.everyTurn() {
		last := p.recent[len(p.recent)-1]
		r, ok = Reading{Count: last.number, Resolution: 1, Sent: p.ping.sent, Received: p.ping.arrived, Live: true}, true
	}
	if ok {
		r.Still, p.still = p.still, 0
	}
	return r, ok
}

// Period is the usual time between two turns, by the latest pulses; 0 while it is not known.
func (p *Pulses) Period() time.Duration {
	if len(p.recent) < fewest {
		return 0
	}
	first, last := p.recent[0], p.recent[len(p.recent)-1]
	return time.Duration(float64(last.at-first.at) / (last.number - first.number))
}

// Next is when a pulse should arrive next, not before that; false while it is not known.
func (p *Pulses) Next(notBefore time.Duration) (time.Duration, bool) {
	period := p.Period()
	if period <= 0 {
		return 0, false
	}
	last := p.recent[len(p.recent)-1].at
	missed := int64(max(0, notBefore-last-1) / period)
	return last + time.Duration(missed+1)*period, true
}
