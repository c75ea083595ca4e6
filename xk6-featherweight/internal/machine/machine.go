// Package machine says what this machine allows a program that wants many connections. What a system does not say is
// unknown, never a guess.
package machine

import "math"

// Unlimited is a limit that is none.
const Unlimited = math.MaxUint64

// Memory is what programs can use.
type Memory struct {
	MiB uint64
	// Of says what that is part of, such as "available".
	Of string
}
