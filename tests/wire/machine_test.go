package wire

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"
)

// machine is the CPU time that was used: in all, and by this test and the programs it started and saw end.
type machine struct{ all, own time.Duration }

// used reads proc(5): the first line of stat is user, nice, system, idle, iowait, irq, softirq, steal, in ticks of 10 ms.
func used(t *testing.T) machine {
	t.Helper()
	text, err := os.ReadFile("/proc/stat")
	if err != nil {
		t.Fatal(err)
	}
	var name string
	var n [8]int64
	if _, err := fmt.Sscan(strings.SplitN(string(text), "\n", 2)[0], &name, &n[0], &n[1], &n[2], &n[3], &n[4], &n[5], &n[6], &n[7]); err != nil {
		t.Fatal(err)
	}
	m := machine{all: time.Duration(n[0]+n[1]+n[2]+n[5]+n[6]+n[7]) * 10 * time.Millisecond}
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
	return float64((now.all-m.all)-(now.own-m.own)) / float64(took*time.Duration(runtime.NumCPU()))
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
