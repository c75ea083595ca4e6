//go:build !linux

package awake

import "time"

// Suspended is 0 where the system does not tell of its sleep.
func Suspended() time.Duration { return 0 }
