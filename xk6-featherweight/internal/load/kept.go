package load

import "time"

// What a run leaves in memory until its summary, in bytes. A value of a Trend is a float64, in a slice that has up to a
// quarter of it in reserve. A turn gives eleven of them, once more for the phase where the summary has it by phase, and a
// third of those of its connection; the evidence keeps how long each wait was, and whose. An output that keeps Trends of its
// own, as the live page and Prometheus do, has the eight that are no phase's. TestATurnLeavesWhatIsSaid counts them.
const (
	bytesATurn       = 150
	bytesAnOutput    = 75
	bytesASecond     = 1000                   // readings of the loop, and how late this process wakes, 93 times a second
	soonest          = 100 * time.Millisecond // an answer comes, where nobody waits before the question
	garbageCollector = 1.33                   // what is free to be collected before it is, see saveMemory
)

// Kept is what the times of a run take in memory at its end.
type Kept struct {
	Turns float64 // at most: if the server answered at once
	Bytes float64 // about, for so many
}

// Kept tells it of a load whose users wait on average so long before each question, and of so many outputs that keep it,
// too.
func (s Shape) Kept(think time.Duration, outputs int) Kept {
	turns := s.userSeconds() / max(think, soonest).Seconds()
	each := float64(bytesATurn + outputs*bytesAnOutput)
	return Kept{turns, garbageCollector * (turns*each + s.Total.Seconds()*bytesASecond)}
}

// userSeconds is the area under the stages.
func (s Shape) userSeconds() float64 {
	var seconds float64
	users := 0
	for _, stage := range s.Stages {
		seconds += float64(users+stage.Target) / 2 * stage.Duration.Seconds() //nolint:mnd // the mean of both ends
		users = stage.Target
	}
	return seconds
}
