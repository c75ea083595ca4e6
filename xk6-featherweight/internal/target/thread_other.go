//go:build !linux

package target

// raisePriority does nothing: only Linux has a priority for a single thread.
func raisePriority() {}
