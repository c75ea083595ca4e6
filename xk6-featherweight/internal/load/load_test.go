package load_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featherweight/xk6-featherweight/internal/load"
)

func defaults() load.Settings {
	return load.Settings{Users: 1000, Steady: 5 * time.Minute, Idle: 10 * time.Second, Ramp: true, Scale: 1}
}

func Test1000UsersFor5MinutesTake7Minutes40(t *testing.T) {
	t.Parallel()
	shape := load.New(defaults())
	assert.Equal(t, []load.Stage{
		{30 * time.Second, 250}, {30 * time.Second, 500}, {time.Minute, 1000}, {5 * time.Minute, 1000}, {30 * time.Second, 0},
	}, shape.Stages)
	assert.Equal(t, 460*time.Second, shape.Total)
	assert.Equal(t, []load.Phase{
		{load.Idle, 0, 10 * time.Second, 0},
		{load.Ramp, 10 * time.Second, 130 * time.Second, 1000},
		{load.Steady, 130 * time.Second, 430 * time.Second, 1000},
		{load.RampDown, 430 * time.Second, 460 * time.Second, 0},
	}, shape.Phases)
	assert.Equal(t, 30*time.Second, shape.Down)
}

func TestAPhaseBeginsExactlyWhereTheOneBeforeItEnds(t *testing.T) {
	t.Parallel()
	shape := load.New(defaults())
	for elapsed, phase := range map[time.Duration]string{
		0: load.Idle, 9999 * time.Millisecond: load.Idle, 10 * time.Second: load.Ramp, 129999 * time.Millisecond: load.Ramp,
		130 * time.Second: load.Steady, 429999 * time.Millisecond: load.Steady, 430 * time.Second: load.RampDown,
		460 * time.Second: load.RampDown, 465 * time.Second: load.RampDown,
	} {
		assert.Equal(t, phase, shape.PhaseAt(elapsed), elapsed)
	}
}

func TestWithoutARampEveryoneComesAtOnceAndNobodyLeavesBeforeTheEnd(t *testing.T) {
	t.Parallel()
	settings := defaults()
	settings.Ramp = false
	shape := load.New(settings)
	assert.Equal(t, []load.Stage{{0, 1000}, {5 * time.Minute, 1000}}, shape.Stages)
	require.Len(t, shape.Phases, 2)
	assert.Equal(t, []string{load.Idle, load.Steady}, []string{shape.Phases[0].Name, shape.Phases[1].Name})
	assert.Equal(t, 310*time.Second, shape.Total)
	assert.Equal(t, []string{load.Idle, load.Steady, load.Steady},
		[]string{shape.PhaseAt(9900 * time.Millisecond), shape.PhaseAt(10 * time.Second), shape.PhaseAt(400 * time.Second)})
}

func TestWithoutAnIdlePhaseTheRampBeginsAtOnce(t *testing.T) {
	t.Parallel()
	settings := defaults()
	settings.Idle = 0
	shape := load.New(settings)
	assert.Zero(t, shape.Idle)
	assert.Equal(t, load.Ramp, shape.PhaseAt(0))
	assert.Equal(t, 450*time.Second, shape.Total)
}

func TestTheScaleChangesTheRampsAndNothingElse(t *testing.T) {
	t.Parallel()
	settings := defaults()
	settings.Scale = 0.1
	shape := load.New(settings)
	lengths := make([]time.Duration, 0, len(shape.Stages))
	for _, stage := range shape.Stages {
		lengths = append(lengths, stage.Duration)
	}
	assert.Equal(t, []time.Duration{3 * time.Second, 3 * time.Second, 6 * time.Second, 5 * time.Minute, 3 * time.Second}, lengths)
	assert.Equal(t, (10+12+300+3)*time.Second, shape.Total)
}

func TestTheStagesLastExactlyAsLongAsThePhasesAfterIdle(t *testing.T) {
	t.Parallel()
	for _, scale := range []float64{0.01, 0.37, 1, 2.5} {
		for _, ramp := range []bool{true, false} {
			for _, users := range []int{1, 2, 3, 7, 1000} {
				settings := defaults()
				settings.Users, settings.Ramp, settings.Scale = users, ramp, scale
				shape := load.New(settings)
				var staged time.Duration
				most := 0
				for i, stage := range shape.Stages {
					staged += stage.Duration
					most = max(most, stage.Target)
					assert.Zero(t, stage.Duration%time.Millisecond, "k6 takes whole milliseconds")
					if i < len(shape.Stages)-1 {
						assert.Positive(t, stage.Target, "no step without users")
					}
				}
				assert.Equal(t, shape.Total-shape.Idle, staged)
				assert.Equal(t, users, most)
			}
		}
	}
}
