package machine

// RaiseFiles is the limit of open files of a process: Windows has none that a load test could meet.
func RaiseFiles() uint64 { return Unlimited }
