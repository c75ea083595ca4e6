package command

import (
	"strconv"

	"github.com/featherweight/xk6-featherweight/internal/machine"
)

// What users take. Memory is as docs/measured.md has it for the main job (271 MiB with 1,000 users, 1,084 with 5,000; 480 with
// 10,000 in 1,000 VUs), and a third more.
const (
	otherFiles   = 200 // open files that k6 needs beside one socket for each user
	mibAlone     = 150 // k6 without any
	kibPerVU     = 256
	kibPerMember = 25 // of one of several users of a VU
)

// memoryFor is about how many MiB k6 takes for users who share VUs, so many in each.
func memoryFor(users, perVU int) uint64 {
	kib := users / perVU * kibPerVU
	if perVU > 1 {
		kib += users * kibPerMember
	}
	return uint64(mibAlone + kib/1024)
}

// filesFor is about how many files k6 opens for so many users.
func filesFor(users int) uint64 { return uint64(users) + otherFiles }

// enoughFiles raises the limit of open files of this process and of what it starts as far as it may, and says when that is
// too little.
func enoughFiles(users int) error {
	need, may := filesFor(users), machine.RaiseFiles()
	if may >= need {
		return nil
	}
	return failf(exitFailed, `too many open files: %d users need about %d, and this shell may open %d: raise it with "ulimit -n 65536" (as root, or in /etc/security/limits.conf), or set VUS lower`,
		users, need, may)
}

// limitText is a limit as it may be shown.
func limitText(limit uint64) string {
	if limit == machine.Unlimited {
		return "any number is"
	}
	return strconv.FormatUint(limit, 10)
}
