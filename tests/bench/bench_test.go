// Package bench holds our client against the same measurement on stock k6/ws: same binary, same target, in turn.
package bench

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/featherweight/tests/harness"
)

const (
	users      = 1000
	settle     = 12 * time.Second // until all users have connected and the allocator has settled
	window     = 15 * time.Second // what is measured
	mostCPU    = 0.4              // of the stock client's, per token
	mostMemory = 0.75             // of the stock client's
)

// cost is what one token costs a client, and what it holds in memory.
type cost struct {
	cpuPerToken float64 // µs
	memory      float64 // MiB, resident
	tokens      float64 // per second
}

// TestOurClientIsCheaperThanStock runs only when asked for (make bench): it takes minutes, and wants the machine to
// itself.
func TestOurClientIsCheaperThanStock(t *testing.T) {
	rounds, err := strconv.Atoi(os.Getenv("BENCH_ROUNDS"))
	if err != nil || rounds < 1 {
		t.Skip("SKIPPED: the comparison with k6/ws runs with: make bench")
	}
	var cpu, memory []float64
	fmt.Printf("%d users, 20 tokens/s each, %s a measurement\n%-7s%12s%14s%14s%12s\n", users, window, "round", "client", "µs/token", "MiB", "tokens/s")
	for round := 1; round <= rounds; round++ {
		ours := measure(t, "fwhz.js")
		stock := measure(t, "k6ws.js")
		cpu = append(cpu, ours.cpuPerToken/stock.cpuPerToken)
		memory = append(memory, ours.memory/stock.memory)
		for name, c := range map[string]cost{"fwhz": ours, "k6/ws": stock} {
			fmt.Printf("%-7d%12s%14.1f%14.0f%12.0f\n", round, name, c.cpuPerToken, c.memory, c.tokens)
		}
	}
	fmt.Printf("median ratio: CPU per token %.2f (at most %.2f), memory %.2f (at most %.2f)\n", median(cpu), mostCPU, median(memory), mostMemory)
	if median(cpu) > mostCPU || median(memory) > mostMemory {
		t.Errorf("our client is too dear: CPU ratios %.2f, memory ratios %.2f", cpu, memory)
	}
}

// measure runs one client against a fresh target and looks at both in the middle of the run.
func measure(t *testing.T, script string) cost {
	t.Helper()
	target := harness.StartTarget(t, "--tokens", "200", "--tokens-spread", "0", "--token-interval", "50ms", "--ttft", "50ms")
	defer target.Stop()
	cmd := exec.Command(harness.K6(), "run", "--quiet", filepath.Join(harness.Root(), "tests", "bench", script))
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	summary := filepath.Join(t.TempDir(), "summary.json")
	cmd.Env = append(os.Environ(), "K6_NO_USAGE_REPORT=true", "K6_AUTO_EXTENSION_RESOLUTION=false", "WS_URL=ws://"+target.Chat, "SUMMARY_FILE="+summary,
		fmt.Sprintf("VUS=%d", users), "DURATION="+(settle+window+2*time.Second).String())
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	<-time.After(settle) // the moment of the measurement, not a wait for something
	cpu0, tokens0, at := cpuTime(t, cmd.Process.Pid), target.Live().Tokens, time.Now()
	<-time.After(window)
	cpu1, tokens1, took := cpuTime(t, cmd.Process.Pid), target.Live().Tokens, time.Since(at)
	memory := resident(t, cmd.Process.Pid)
	if err := cmd.Wait(); err != nil {
		t.Fatalf("%s: %v\n%s", script, err, out.String())
	}
	if text, err := os.ReadFile(summary); err != nil || !strings.Contains(string(text), `"failures":0`) {
		t.Fatalf("%s: turns failed, so the comparison says nothing: %v %s\n%s", script, err, text, out.String())
	}
	tokens := tokens1 - tokens0
	return cost{cpuPerToken: (cpu1 - cpu0).Seconds() * 1e6 / tokens, memory: memory, tokens: tokens / took.Seconds()}
}

// cpuTime is the CPU that a process has used (proc(5), fields 14 and 15 of stat, in ticks of 10 ms).
func cpuTime(t *testing.T, pid int) time.Duration {
	t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), ") ")
	fields := strings.Fields(rest)
	var ticks int
	for _, field := range fields[11:13] {
		n, err := strconv.Atoi(field)
		if err != nil {
			t.Fatal(err)
		}
		ticks += n
	}
	return time.Duration(ticks) * 10 * time.Millisecond
}

// resident is the memory that a process holds, in MiB.
func resident(t *testing.T, pid int) float64 {
	t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), "VmRSS:")
	kib, err := strconv.ParseFloat(strings.Fields(rest)[0], 64)
	if err != nil {
		t.Fatal(err)
	}
	return kib / 1024
}

func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[len(sorted)/2]
}
