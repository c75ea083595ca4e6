package target

import "sync"

// crowdedShare is what is left of the rate of the loop with more users than it can hold.
const crowdedShare = 0.25

// crowd counts the chats that are open, on which the rate of the loop may depend.
type crowd struct {
	mu   sync.Mutex
	open int
	hz   float64 // that the loop has; 0 before the first
}

// came notes that a chat was opened (1) or ended (-1), or that the faults have changed (0).
func (b *faultBox) came(n int) {
	b.crowd.mu.Lock()
	defer b.crowd.mu.Unlock()
	b.crowd.open += n
	f := b.get()
	hz := b.rate(f)
	if f.LoopCapacity > 0 && b.crowd.open > int(f.LoopCapacity) {
		hz *= crowdedShare
		b.tally.fault("loop_capacity")
	}
	if hz != b.crowd.hz {
		b.crowd.hz = hz
		b.loop.setRate(hz)
	}
}

// desk is where answers wait for each other while more are under way than the server can hold. Who waits longest is first.
type desk struct {
	mu      sync.Mutex
	busy    int
	waiting []chan struct{}
}

// enter waits for a place among so many; 0 is without end. It returns false when done is closed first; else leave follows.
func (d *desk) enter(places int, done <-chan struct{}) bool {
	d.mu.Lock()
	if places == 0 || d.busy < places {
		d.busy++
		d.mu.Unlock()
		return true
	}
	turn := make(chan struct{}, 1)
	d.waiting = append(d.waiting, turn)
	d.mu.Unlock()
	select {
	case <-turn:
		return true
	case <-done:
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	for i, one := range d.waiting {
		if one == turn {
			d.waiting = append(d.waiting[:i], d.waiting[i+1:]...)
			return false
		}
	}
	d.next() // it had been given the place just now
	return false
}

// leave gives the place to who waits longest.
func (d *desk) leave() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.next()
}

func (d *desk) next() {
	if len(d.waiting) == 0 {
		d.busy--
		return
	}
	d.waiting[0] <- struct{}{}
	d.waiting = d.waiting[1:]
}
