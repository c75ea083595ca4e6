//go:build !linux && !darwin

package machine

// Available is unknown here.
func Available() (m Memory, ok bool) { return Memory{}, false }

// Ports are unknown here.
func Ports() (n int, ok bool) { return 0, false }
