package html

import (
	"math"
	"slices"
)

// axis is the range of a picture in one direction, and where its marks stand.
type axis struct {
	from, to float64
	ticks    []float64
}

// at is where a value lies on the axis, from 0 to 1.
func (a axis) at(value float64) float64 { return (value - a.from) / (a.to - a.from) }

// valueTicks is about how many marks the axis of values has.
const valueTicks = 4

// valueAxis has the values in it, and begins and ends at a mark: marks are whole multiples of 1, 2 or 5 times a power of ten.
func valueAxis(from, to float64) axis {
	if !(to > from) { // NaN too
		to = from + 1
	}
	step := niceStep((to - from) / valueTicks)
	first, last := math.Floor(from/step+tiny), math.Ceil(to/step-tiny)
	a := axis{from: first * step, to: last * step}
	for i := first; i <= last; i++ {
		a.ticks = append(a.ticks, i*step)
	}
	return a
}

// tiny is what rounding may have left over.
const tiny = 1e-9

// niceStep is the least of 1, 2 and 5 times a power of ten that is not below.
func niceStep(least float64) float64 {
	power := math.Pow(10, math.Floor(math.Log10(least))) //nolint:mnd // decimal
	for _, step := range []float64{1, 2, 5} {
		if step*power >= least*(1-tiny) {
			return step * power
		}
	}
	return 10 * power //nolint:mnd // decimal
}

// timeTicks is at most how many steps the axis of time has.
const timeTicks = 8

// timeAxis begins with the run and ends with it; its marks are at times that people count in.
func timeAxis(seconds float64) axis {
	steps := []float64{1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400}
	a := axis{to: max(seconds, 1)}
	step := steps[len(steps)-1]
	if i := slices.IndexFunc(steps, func(s float64) bool { return a.to/s <= timeTicks }); i >= 0 {
		step = steps[i]
	} else {
		step *= math.Ceil(a.to / step / timeTicks)
	}
	for at := 0.0; at <= a.to+tiny; at += step {
		a.ticks = append(a.ticks, at)
	}
	return a
}
