package measure

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"time"
)

// Machine says what a measurement was made on: processor, cores, memory, kernel, versions, commit and day. k6 is the binary.
func Machine(k6 string) string {
	version, _, _ := strings.Cut(output(k6, "version"), " (")
	version = strings.TrimSpace(strings.TrimPrefix(version, k6))
	commit := output("git", "describe", "--always", "--dirty", "--abbrev=10")
	return fmt.Sprintf("%s, %d cores, %s of memory, Linux %s, %s, %s, commit %s, on %s",
		field("/proc/cpuinfo", "model name"), runtime.NumCPU(), gibibytes(field("/proc/meminfo", "MemTotal")),
		strings.TrimSpace(read("/proc/sys/kernel/osrelease")), runtime.Version(), version, commit, time.Now().UTC().Format(time.DateOnly))
}

func gibibytes(text string) string {
	var kib float64
	if _, err := fmt.Sscanf(text, "%f kB", &kib); err != nil {
		return "an unknown amount"
	}
	return fmt.Sprintf("%.0f GiB", kib/(1<<20))
}

// field is the first value of that name in a file of lines "name: value".
func field(file, name string) string {
	for line := range strings.Lines(read(file)) {
		if key, value, found := strings.Cut(line, ":"); found && strings.TrimSpace(key) == name {
			return strings.TrimSpace(value)
		}
	}
	return "unknown"
}

func read(file string) string {
	text, err := os.ReadFile(file)
	if err != nil {
		return "unknown"
	}
	return string(text)
}

func output(name string, args ...string) string {
	text, err := exec.Command(name, args...).Output() //nolint:noctx // it ends at once
	if err != nil {
		return "unknown"
	}
	return strings.TrimSpace(string(text))
}
