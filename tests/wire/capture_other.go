//go:build !linux

package wire

import "fmt"

// Capture is of Linux alone.
type Capture struct{}

// Start returns ErrNotAllowed.
func Start(uint16, int) (*Capture, error) {
	return nil, fmt.Errorf("%w: only Linux has packet sockets", ErrNotAllowed)
}

// Stop returns nothing.
func (*Capture) Stop() (segments []Segment, lost int, err error) { return nil, 0, nil }

// Close does nothing.
func (*Capture) Close() {}
