package config

import (
	"maps"
	"slices"
	"strings"
)

// shortest is the length from which a name of another program is told from a slip.
const shortest = 5

// Slip is a name in the environment that looks like a slip for a variable of the table.
type Slip struct{ Name, Meant string }

// Slips are the likely slips of an environment, by name, such as HZ_SORCE: they would be ignored in silence. Names of other
// programs are in the environment too, so this can only be a warning.
func Slips(environment map[string]string) []Slip {
	var slips []Slip
	for _, name := range slices.Sorted(maps.Keys(environment)) {
		if _, known := Find(name); known || len(name) < shortest {
			continue
		}
		if meant := Closest(name); meant != "" {
			slips = append(slips, Slip{name, meant})
		}
	}
	return slips
}

// Closest is the variable that was probably meant by a name; "" when there is none.
func Closest(name string) string {
	for _, v := range Variables() {
		if oneSlipAway(strings.ToUpper(name), v.Name) {
			return v.Name
		}
	}
	return ""
}

// oneSlipAway says that one letter is too many, missing or wrong, or swapped with its neighbour.
func oneSlipAway(a, b string) bool {
	short, long := a, b
	if len(short) > len(long) {
		short, long = long, short
	}
	if len(long)-len(short) > 1 {
		return false
	}
	i := 0
	for i < len(short) && short[i] == long[i] {
		i++
	}
	switch {
	case len(short) < len(long):
		return short[i:] == long[i+1:]
	case i == len(short), short[i+1:] == long[i+1:]:
		return true
	default:
		return i+1 < len(short) && short[i] == long[i+1] && short[i+1] == long[i] && short[i+2:] == long[i+2:]
	}
}
