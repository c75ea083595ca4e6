package fwhz

import (
	"errors"
	"fmt"
	"strings"
	"sync"

	"go.k6.io/k6/v2/lib"
)

// part is what this process runs of a test: all of it, or one of k6's execution segments. Users and the observer are dealt out by
// k6's own arithmetic, so that every runner knows what the others do without asking them.
type part struct {
	segment string   // such as 1/3:2/3; empty for the whole
	parts   []string // of the whole test
	tuple   *lib.ExecutionTuple

	mu    sync.Mutex
	users *lib.SegmentedIndex // of those that have a number already
}

const (
	segmentFlag  = "--execution-segment"
	sequenceFlag = "--execution-segment-sequence"
)

// newPart reads the command line of k6: a script cannot ask k6 for it before its options, which depend on it, are made.
// checked says later whether that was right.
func newPart(args []string) (*part, error) {
	segment, err := lib.NewExecutionSegmentFromString(flagValue(args, segmentFlag))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", segmentFlag, err)
	}
	sequence, err := lib.NewExecutionSegmentSequenceFromString(flagValue(args, sequenceFlag))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", sequenceFlag, err)
	}
	return partOf(segment, &sequence)
}

func partOf(segment *lib.ExecutionSegment, sequence *lib.ExecutionSegmentSequence) (*part, error) {
	if sequence != nil && len(*sequence) == 0 {
		sequence = nil
	}
	tuple, err := lib.NewExecutionTuple(segment, sequence)
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w", segmentFlag, segment, err)
	}
	out := &part{tuple: tuple, users: lib.NewSegmentedIndex(tuple)}
	if segment != nil && segment.FloatLength() < 1 {
		out.segment = segment.String()
		for _, one := range tuple.Sequence.ExecutionSegmentSequence {
			out.parts = append(out.parts, one.String())
		}
	}
	return out, nil
}

// flagValue is what follows a flag; empty where it is not given.
func flagValue(args []string, flag string) string {
	for i, arg := range args {
		if value, is := strings.CutPrefix(arg, flag+"="); is {
			return value
		}
		if arg == flag && i+1 < len(args) {
			return args[i+1]
		}
	}
	return ""
}

// isPart says that other runners run the rest of the test.
func (p *part) isPart() bool { return p.segment != "" }

// observes says that the single user of the observer's scenario is one of this process.
func (p *part) observes() bool { return p.tuple.ScaleInt64(1) == 1 }

// position is which one of the parts this is, from 1 on.
func (p *part) position() int { return p.tuple.SegmentIndex + 1 }

// nextUser is the number, in the whole test, of a user who has none yet: 1 to VUS, each once over all runners.
func (p *part) nextUser() int64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	_, number := p.users.Next()
	return number
}

var errHiddenPart = errors.New("the execution segment of this runner stands neither on the command line nor in every runner alike: " +
	"give each " + segmentFlag + " and " + sequenceFlag + " as options of k6 run, not in a file or a packed script")

// checked says whether k6 runs the part that the command line names.
func (p *part) checked(running lib.Options) error {
	inForce, err := partOf(running.ExecutionSegment, running.ExecutionSegmentSequence)
	if err != nil {
		return err
	}
	if inForce.segment != p.segment || strings.Join(inForce.parts, ",") != strings.Join(p.parts, ",") {
		return errHiddenPart
	}
	return nil
}
