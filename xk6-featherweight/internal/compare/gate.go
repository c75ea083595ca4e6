package compare

import (
	"fmt"
	"strconv"
	"strings"
)

// Gate is what a comparison must not say, for who builds on it.
type Gate struct {
	// Worse: nothing may be worse, if its difference is at least By, a share of the value in the base.
	Worse bool
	By    float64
	// Unknown: no objective may be in doubt.
	Unknown bool
}

// ParseGate reads worse, worse=5% and cannot-tell, one or more with commas between.
func ParseGate(text string) (Gate, error) {
	var out Gate
	for one := range strings.SplitSeq(text, ",") {
		word, by, withShare := strings.Cut(strings.TrimSpace(one), "=")
		switch {
		case word == "worse":
			out.Worse = true
			if withShare {
				share, err := ParseShare(by)
				if err != nil {
					return Gate{}, err
				}
				out.By = share
			}
		case word == "cannot-tell" && !withShare:
			out.Unknown = true
		default:
			return Gate{}, fmt.Errorf("%q is not understood: allowed are worse, worse=5%% and cannot-tell, with commas between", one)
		}
	}
	return out, nil
}

// ParseShare reads 5% as 0.05.
func ParseShare(text string) (float64, error) {
	number, ok := strings.CutSuffix(strings.TrimSpace(text), "%")
	value, err := strconv.ParseFloat(number, 64)
	if !ok || err != nil || !(value >= 0 && value < 1e6) {
		return 0, fmt.Errorf("%q is no share: write it in percent, such as 5%%", text)
	}
	return value / 100, nil //nolint:mnd // percent
}

// Hits is whether the line is what must not be.
func (g Gate) Hits(l Line) bool {
	switch l.Word {
	case Worse:
		return g.Worse && l.Worsening() >= g.By
	case Unknown:
		return g.Unknown && l.Judged
	case Better, Same:
	}
	return false
}
