package measure

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// Tree is a process and all that it started, as far as they still belong to it.
func Tree(pid int) []int {
	children := map[int][]int{}
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil { // only of a pattern that is none
		return []int{pid}
	}
	for _, file := range stats {
		if child, parent, ok := parentage(read(file)); ok {
			children[parent] = append(children[parent], child)
		}
	}
	all := []int{pid}
	for i := 0; i < len(all); i++ {
		all = append(all, children[all[i]]...)
	}
	return all
}

// parentage reads proc(5), stat: pid, (name), state, ppid. The name may hold anything.
func parentage(stat string) (pid, parent int, ok bool) {
	head, rest := stat, ""
	if i := strings.LastIndex(stat, ") "); i >= 0 {
		head, rest = stat[:i], stat[i+2:]
	}
	fields := strings.Fields(rest)
	first, _, _ := strings.Cut(head, " ")
	pid, err := strconv.Atoi(first)
	if err != nil || len(fields) < 2 {
		return 0, 0, false
	}
	parent, err = strconv.Atoi(fields[1])
	return pid, parent, err == nil
}

// Peak is the most memory that these processes have held, resident, in MiB: VmHWM of proc(5), added up. It is not the
// ru_maxrss of wait(2), which begins with the memory of the parent. Processes that are gone count nothing.
func Peak(pids []int) float64 {
	kib := 0.0
	for _, pid := range pids {
		kib += highWater(read(fmt.Sprintf("/proc/%d/status", pid)))
	}
	return kib / 1024 //nolint:mnd // KiB
}

func highWater(status string) float64 {
	for line := range strings.Lines(status) {
		if value, found := strings.CutPrefix(line, "VmHWM:"); found {
			if kib, err := strconv.ParseFloat(strings.TrimSuffix(strings.TrimSpace(value), " kB"), 64); err == nil {
				return kib
			}
		}
	}
	return 0
}

// Alive says whether there is still such a process.
func Alive(pid int) bool {
	_, err := os.Stat(fmt.Sprintf("/proc/%d", pid))
	return err == nil
}
