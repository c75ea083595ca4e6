package scrape

import (
	"math"
	"strings"
)

// exact is the first whole number above which a float64 cannot hold the next one.
const exact = 1 << 53

// precision tells with how many digits a program prints numbers. One that prints all of them (Go, Python, Java) leaves out
// the zeros at the end: 1.23e+06 is 1,230,000 then. One that prints six (the %g of C, C++ and others) writes the very same
// for 1,230,004. The longest number that it wrote so far tells them apart: nine of ten numbers do not end in zero.
type precision struct{ digits int }

// resolution is how much the writing of a value hides: the true count differs from the value by less than this. 0 when it
// is exact, a whole number below 2^53 that is printed in full.
func (p *precision) resolution(printed string, value float64) float64 {
	hidden := 0.0
	if math.Abs(value) >= exact {
		hidden = math.Nextafter(math.Abs(value), math.Inf(1)) - math.Abs(value)
	}
	mantissa, exponent, scientific := strings.Cut(strings.ToLower(printed), "e")
	before, behind, _ := strings.Cut(strings.TrimLeft(mantissa, "+-"), ".")
	last := -len(behind) // the power of ten of the last digit
	if scientific {
		p.digits = max(p.digits, len(before)+len(behind))
		last = power(exponent) + len(before) - p.digits
	}
	if unit := math.Pow10(last); unit > 1 || value != math.Trunc(value) {
		hidden = max(hidden, unit)
	}
	return hidden
}

// power is a small whole number; what is too large for one is out of every range.
func power(text string) int {
	n, sign := 0, 1
	for i, c := range text {
		switch {
		case c >= '0' && c <= '9':
			n = min(n*10+int(c-'0'), 1000)
		case i == 0 && c == '-':
			sign = -1
		}
	}
	return n * sign
}
