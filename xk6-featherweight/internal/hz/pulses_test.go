package hz

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// beats are pulses of a loop of 100 Hz, the first of them at 10 ms.
func beats(p *Pulses, from, upTo int) {
	for n := from; n <= upTo; n++ {
		p.Pulse(float64(n), time.Duration(n)*10*msec)
	}
}

func TestATurnBehindAnAnswerIsEnclosedByPingAndArrival(t *testing.T) {
	t.Parallel()
	var p Pulses
	beats(&p, 1, 25)
	p.Answer(258*msec, 259*msec)
	_, early := p.Take(258*msec, false)
	assert.False(t, early, "no pulse has come behind it")
	beats(&p, 26, 27)
	r, ok := p.Take(258*msec, false)
	assert.True(t, ok)
	assert.Equal(t, Reading{Count: 26, Sent: 258 * msec, Received: 260 * msec, Turn: true, Live: true, Trust: Trust{Still: 248 * msec / 25}}, r)
	_, again := p.Take(261*msec, true)
	assert.False(t, again, "that look is older")
}

func TestFromTurnToTurnNoPartOfATurnIsHidden(t *testing.T) {
	t.Parallel()
	a := Reading{Count: 100, Sent: 998 * msec, Received: 1000 * msec, Turn: true}
	b := Reading{Count: 200, Sent: 1998 * msec, Received: 2000 * msec, Turn: true}
	got := Between(a, b)
	assert.InDelta(t, 100/1.002, got.Low, 1e-9)
	assert.InDelta(t, 100/0.998, got.High, 1e-9)
	a.Turn = false
	assert.InDelta(t, 99/1.002, Between(a, b).Low, 1e-9)
}

func TestALoopThatStandsIsReadAsStanding(t *testing.T) {
	t.Parallel()
	var p Pulses
	beats(&p, 1, 50)
	p.Answer(700*msec, 701*msec)
	_, impatient := p.Take(700*msec, false)
	assert.False(t, impatient)
	r, ok := p.Take(700*msec, true)
	assert.True(t, ok)
	assert.Equal(t, Reading{Count: 50, Resolution: 1, Sent: 700 * msec, Received: 701 * msec, Live: true}, r)
	p.Pulse(51, 800*msec)
	r, _ = p.Take(700*msec, true)
	assert.Equal(t, 200*msec, r.Still, "from the arrival of pulse 50 to the ping before pulse 51")
}

func TestNoStandstillIsClaimedOfAServerThatLeavesNumbersOut(t *testing.T) {
	t.Parallel()
	var p Pulses
	p.Pulse(1, 0)
	p.Answer(20*msec, 21*msec)
	_, ok := p.Take(20*msec, true)
	assert.False(t, ok, "it is not known yet whether it sends every turn")
	beats(&p, 2, 50)
	p.Pulse(53, 530*msec)
	p.Answer(600*msec, 601*msec)
	_, ok = p.Take(600*msec, true)
	assert.False(t, ok, "it leaves numbers out")
	p.Pulse(60, 610*msec)
	r, ok := p.Take(600*msec, true)
	assert.True(t, ok)
	assert.False(t, r.Turn, "a count that leaps need not be told at its turn")
	beats(&p, 61, 61+leftOut+oneByOne)
	p.Answer(3*time.Second, 3001*msec)
	_, ok = p.Take(3*time.Second, true)
	assert.True(t, ok, "it has sent every turn for long")
}

func TestAPulseThatWasOvertakenIsPassedOver(t *testing.T) {
	t.Parallel()
	var p Pulses
	beats(&p, 1, 50)
	p.Pulse(52, 520*msec)
	p.Pulse(51, 521*msec)
	p.Answer(525*msec, 526*msec)
	p.Pulse(53, 530*msec)
	r, ok := p.Take(525*msec, false)
	assert.True(t, ok)
	assert.Equal(t, 53., r.Count)
	assert.False(t, r.Turn, "it is not known any more whether every turn is told when it is")
	next, ok := p.Next(530 * msec)
	assert.True(t, ok)
	assert.Equal(t, 540*msec, next, "the course has not changed")
}

func TestNumbersThatBeginAnewAreAnotherLife(t *testing.T) {
	t.Parallel()
	var p Pulses
	beats(&p, 1, 50)
	p.Answer(505*msec, 506*msec)
	p.Pulse(1, 510*msec)
	p.Pulse(2, 520*msec)
	_, ok := p.Take(505*msec, true)
	assert.False(t, ok, "the loop does not stand, and it is not known what it is")
	p.Pulse(3, 530*msec)
	r, ok := p.Take(505*msec, false)
	assert.True(t, ok)
	assert.Equal(t, 3., r.Count)
	assert.Equal(t, 505*msec, r.Sent)
}

func TestTheNextPulseIsExpectedByThePeriodOfTheLatest(t *testing.T) {
	t.Parallel()
	var p Pulses
	_, ok := p.Next(0)
	assert.False(t, ok)
	beats(&p, 1, 100)
	assert.Equal(t, 10*msec, p.Period())
	for now, want := range map[time.Duration]time.Duration{
		900 * msec: 1010 * msec, 1000*msec + 1: 1010 * msec, 1005 * msec: 1010 * msec, 1010 * msec: 1010 * msec, 1011 * msec: 1020 * msec,
	} {
		next, ok := p.Next(now)
		assert.True(t, ok)
		assert.Equal(t, want, next, "from %s", now)
	}
}

// A server whose one thread does both, as Node's: it sends the pulse that is due before it looks at what has come.
func TestASilenceOfWhoAnswersNoPingIsKnownToItsHalf(t *testing.T) {
	t.Parallel()
	var p Pulses
	beats(&p, 1, 50)
	p.Pulse(51, 800*msec)
	p.Answer(515*msec, 801*msec)
	p.Answer(808*msec, 809*msec)
	p.Pulse(52, 810*msec)
	r, ok := p.Take(808*msec, false)
	assert.True(t, ok)
	assert.Equal(t, 154*msec, r.Still, "of two periods, from pulse 50 at 500 ms to the ping at 808 ms, one is that long")
}

func TestOneLatePulseIsALongSilence(t *testing.T) {
	t.Parallel()
	var p Pulses
	beats(&p, 1, 50)
	for ping := 515 * msec; ping < 560*msec; ping += 5 * msec { // as who waits for it asks
		p.Answer(ping, ping+1)
	}
	p.Pulse(51, 560*msec)
	p.Answer(569*msec, 569*msec+1)
	p.Pulse(52, 570*msec)
	r, ok := p.Take(560*msec, false)
	assert.True(t, ok)
	assert.Equal(t, 55*msec, r.Still)
}
