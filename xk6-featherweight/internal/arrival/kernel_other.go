//go:build !linux

package arrival

import (
	"errors"
	"syscall"
	"time"
)

// Begin does nothing: this system does not tell when what comes over TCP arrived.
func Begin() {}

// stampArrivals: this system does not tell when what comes over TCP arrived.
func stampArrivals(syscall.RawConn) bool { return false }

func sinceConnected(syscall.RawConn) time.Duration { return 0 }

func receive(int, []byte) (n int, kernel int64, err error) { return 0, 0, errors.ErrUnsupported }

// Push reports false: this system has no loop.
func (c *Conn) Push(func()) bool { return false }
