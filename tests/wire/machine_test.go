package wire

import (
	"os/exec"
	"runtime"
	"syscall"
	"testing"
	"time"

	"github.com/featherweight/tests/measure"
)

// machine is the CPU time that was used: in all, and by this test and the programs it started and saw end.
type machine struct{ all, own time.Duration }

// used is what it was until now.
func used(t *testing.T) machine {
	t.Helper()
	all, err := measure.Busy()
	if err != nil {
		t.Fatal(err)
	}
	m := machine{all: all}
	for _, who := range []int{syscall.RUSAGE_SELF, syscall.RUSAGE_CHILDREN} {
		var usage syscall.Rusage
		if err := syscall.Getrusage(who, &usage); err != nil {
			t.Fatal(err)
		}
		m.own += time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
	}
	return m
}

// others is the share of the machine's time that programs of others took since then; a run that means something has little.
func (m machine) others(t *testing.T, took time.Duration) float64 {
	t.Helper()
	now := used(t)
	return measure.Others(now.all-m.all, now.own-m.own, took)
}

// steal keeps every core busy with neighbours of our own priority, until it is called off.
func steal(t *testing.T) (off func()) {
	t.Helper()
	var thieves []*exec.Cmd
	off = func() {
		for _, thief := range thieves {
			_ = thief.Process.Kill()
			_ = thief.Wait()
		}
	}
	t.Cleanup(off)
	for range runtime.NumCPU() {
		thief := exec.Command("sh", "-c", "while :; do :; done")
		if err := thief.Start(); err != nil {
			t.Fatal(err)
		}
		thieves = append(thieves, thief)
	}
	return off
}
