package wire

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"time"
)

// ErrNotAllowed says that this process may not capture packets.
var ErrNotAllowed = errors.New("packets cannot be captured here")

// Told is what a client reports of one turn, in ms; users.js writes one as a line of JSON.
type Told struct {
	ID                              string
	OK                              bool
	Error                           string
	Tokens                          int
	TTFT, ITL, LongestGap, Duration float64
	Connect                         float64 // of its connection; 0 for any but the first turn
}

// Figure is one kind of time, of every turn of a run in the same order.
type Figure struct {
	Name            string
	Wire, Told, Off []float64 // ms; Off is what was told less what is true
}

// Figures are in the order of a table. Turns of which one of both sides knows nothing, or that differ in their tokens,
// make the comparison void: that is the error.
func Figures(told []Told, wire map[string]*Turn) ([]*Figure, error) {
	ttft, itl, gap, response, connect := &Figure{Name: "TTFT"}, &Figure{Name: "mean ITL"}, &Figure{Name: "longest gap"}, &Figure{Name: "response"}, &Figure{Name: "connect"}
	seen := map[string]bool{}
	for _, one := range told {
		turn := wire[one.ID]
		switch {
		case !one.OK:
			return nil, fmt.Errorf("the turn %s failed: %s", one.ID, one.Error)
		case seen[one.ID]:
			return nil, fmt.Errorf("the turn %s is told of twice", one.ID)
		case turn == nil || turn.Complete == 0:
			return nil, fmt.Errorf("the turn %s is told of, and not whole on the wire", one.ID)
		case one.Tokens != turn.Tokens || turn.Tokens < 2:
			return nil, fmt.Errorf("the turn %s is told to have %d tokens; on the wire are %d", one.ID, one.Tokens, turn.Tokens)
		}
		seen[one.ID] = true
		ttft.add(turn.First-turn.Asked, one.TTFT)
		itl.add((turn.Last-turn.First)/time.Duration(turn.Tokens-1), one.ITL)
		gap.add(turn.LongestGap, one.LongestGap)
		response.add(turn.Complete-turn.Asked, one.Duration)
		if one.Connect > 0 {
			connect.add(turn.Connection.Took(), one.Connect)
		}
	}
	if len(seen) != len(wire) || len(seen) == 0 {
		return nil, fmt.Errorf("%d turns are on the wire, and %d are told of", len(wire), len(seen))
	}
	return []*Figure{ttft, itl, gap, response, connect}, nil
}

// Left is what a client's turns that cannot be compared were.
type Left struct {
	Cut    int    // still under way when the run ended: not whole on the wire
	Failed int    // whole on the wire, and the client tells of them as failed, or not at all; or never on the wire
	Why    string // what the client says of the first of these
}

// Compared leaves out the turns of a client that may fail: what it tells of them says nothing of its clock, and the number of them
// is a finding of its own. A turn that the client calls whole is never left out.
func Compared(told []Told, wire map[string]*Turn) (whole []Told, of map[string]*Turn, left Left) {
	of = maps.Clone(wire)
	say := func(why string) {
		left.Failed++
		left.Why = cmp.Or(left.Why, why)
	}
	known := map[string]bool{}
	for _, one := range told {
		known[one.ID] = true
		turn := of[one.ID]
		switch {
		case one.OK:
			whole = append(whole, one)
			continue
		case turn != nil && turn.Complete == 0:
			left.Cut++
		default:
			say(one.Error)
		}
		delete(of, one.ID)
	}
	maps.DeleteFunc(of, func(id string, turn *Turn) bool {
		if known[id] {
			return false
		}
		if turn.Complete == 0 {
			left.Cut++
		} else {
			say("not told of")
		}
		return true
	})
	return whole, of, left
}

func (f *Figure) add(wire time.Duration, told float64) {
	is := float64(wire) / float64(time.Millisecond)
	f.Wire = append(f.Wire, is)
	f.Told = append(f.Told, told)
	f.Off = append(f.Off, told-is)
}

// Wrong is how far off the share p of all was at most, to either side, in ms.
func (f *Figure) Wrong(p float64) float64 {
	size := make([]float64, len(f.Off))
	for i, off := range f.Off {
		size[i] = math.Abs(off)
	}
	return Quantile(size, p)
}

// Quantile is the value that the share p of all is not above; 0 of none.
func Quantile(values []float64, p float64) float64 {
	if len(values) == 0 {
		return 0
	}
	sorted := slices.SortedFunc(slices.Values(values), cmp.Compare[float64])
	return sorted[max(0, int(math.Ceil(p*float64(len(sorted))))-1)]
}

// Head is the heading of the table that Row is a line of.
const Head = "ms                        |        on the wire        |         reported          |     error: reported - on the wire\n" +
	"                          |     p50      p90      p99 |     p50      p90      p99 |     min      p50      p99      max  p99 +/-"

// Row is a line of a table.
func (f *Figure) Row(mode string) string {
	row := fmt.Sprintf("%-13s %-12s|", mode, f.Name)
	for _, values := range [][]float64{f.Wire, f.Told} {
		row += fmt.Sprintf(" %7.2f  %7.2f  %7.2f |", Quantile(values, 0.5), Quantile(values, 0.9), Quantile(values, 0.99))
	}
	return row + fmt.Sprintf(" %7.2f  %7.2f  %7.2f  %7.2f  %7.2f", Quantile(f.Off, 0), Quantile(f.Off, 0.5), Quantile(f.Off, 0.99), Quantile(f.Off, 1), f.Wrong(0.99))
}
