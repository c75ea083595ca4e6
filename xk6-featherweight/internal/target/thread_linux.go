package target

import "syscall"

// loopNice is the niceness that the thread of the loop asks for; the usual one is 0, and lower comes first.
const loopNice = -10

// raisePriority asks for a higher priority for the calling thread, so that load on the same machine disturbs the loop
// less. It usually takes a privilege; without it nothing changes, and the loop still counts right.
func raisePriority() {
	_ = syscall.Setpriority(syscall.PRIO_PROCESS, syscall.Gettid(), loopNice)
}
