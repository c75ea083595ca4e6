// Package bench holds the main job against the same conversation on stock k6/ws, and on our client alone: same binary, same
// target, in turn.
package bench

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/featherweight/tests/harness"
)

const (
	settle     = 20 * time.Second // until all users have connected and the allocator has settled
	window     = 30 * time.Second // what is measured
	mostCPU    = 0.65             // of the stock client's, per turn; 0.53 to 0.61 was measured
	mostMemory = 1.1              // of the stock client's, though the main job also watches the loop, judges and records
)

// client is one of those that are compared.
type client struct{ name, script string }

func clients() []client {
	return []client{
		{"main job", harness.MainScript()},
		{"bare client", filepath.Join(harness.Root(), "tests", "bench", "bare.js")},
		{"k6/ws", filepath.Join(harness.Root(), "tests", "bench", "k6ws.js")},
	}
}

// cost is what one turn of 20 tokens costs a client, and what it held in memory at most.
type cost struct {
	cpuPerTurn float64 // ms
	peak       float64 // MiB, resident
	turns      float64 // per second
}

// TestTheMainJobIsCheaperThanStock runs only when asked for (make bench): it takes minutes, and wants the machine to
// itself.
func TestTheMainJobIsCheaperThanStock(t *testing.T) {
	rounds, err := strconv.Atoi(os.Getenv("BENCH_ROUNDS"))
	if err != nil || rounds < 1 {
		t.Skip("SKIPPED: the comparison with k6/ws runs with: make bench")
	}
	users, err := strconv.Atoi(os.Getenv("BENCH_USERS"))
	if err != nil || users < 1 {
		users = 1000
	}
	found := map[string][]cost{}
	fmt.Printf("%d users, 3 turns of 20 tokens a connection, %s a measurement\n%-7s%14s%14s%14s%12s\n", users, window, "round", "client", "ms CPU/turn", "peak MiB", "turns/s")
	for round := 1; round <= rounds; round++ {
		for _, one := range clients() {
			c := measure(t, one.script, users)
			found[one.name] = append(found[one.name], c)
			fmt.Printf("%-7d%14s%14.2f%14.0f%12.0f\n", round, one.name, c.cpuPerTurn, c.peak, c.turns)
		}
	}
	cpu := func(c cost) float64 { return c.cpuPerTurn }
	memory := func(c cost) float64 { return c.peak }
	ours, stock := found["main job"], found["k6/ws"]
	ofCPU, ofMemory := median(ours, cpu)/median(stock, cpu), median(ours, memory)/median(stock, memory)
	fmt.Printf("main job of k6/ws, medians: CPU per turn %.2f (at most %.2f), peak memory %.2f (at most %.2f)\n", ofCPU, mostCPU, ofMemory, mostMemory)
	if ofCPU > mostCPU || ofMemory > mostMemory {
		t.Errorf("the main job is too dear")
	}
}

// measure runs one client against a fresh target, looks at both in the middle of the run, and at its peak at the end.
func measure(t *testing.T, script string, users int) cost {
	t.Helper()
	target := harness.StartTarget(t)
	defer target.Stop()
	cmd := exec.Command(harness.K6(), "run", "--quiet", script)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	dir := t.TempDir()
	summary := filepath.Join(dir, "summary.json")
	cmd.Env = append(os.Environ(), "K6_NO_USAGE_REPORT=true", "K6_AUTO_EXTENSION_RESOLUTION=false", "FW_ENV_READ=true", "SUMMARY_FILE="+summary,
		"HTML_FILE="+filepath.Join(dir, "report.html"), "SERIES_FILE="+filepath.Join(dir, "series.ndjson"),
		fmt.Sprintf("VUS=%d", users), "DURATION="+(settle+window+2*time.Second).String(), "RAMP=0", "IDLE=1s", "GENERATOR_LAG_P99=60000")
	for name, value := range target.Env() {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	<-time.After(settle) // the moment of the measurement, not a wait for something
	cpu0, turns0, at := cpuTime(t, cmd.Process.Pid), target.Live().TurnsCompleted, time.Now()
	<-time.After(window)
	cpu1, turns1, took := cpuTime(t, cmd.Process.Pid), target.Live().TurnsCompleted, time.Since(at)
	if err := cmd.Wait(); err != nil {
		t.Fatalf("%s: %v\n%s", script, err, out.String())
	}
	if failed := failures(t, summary); failed != 0 {
		t.Fatalf("%s: turns failed, so the comparison says nothing: %v\n%s", script, failed, out.String())
	}
	turns := turns1 - turns0
	return cost{cpuPerTurn: (cpu1 - cpu0).Seconds() * 1e3 / turns, peak: peak(cmd), turns: turns / took.Seconds()}
}

// failures are those that the client itself has counted: the main job in its totals, the others as a share.
func failures(t *testing.T, summary string) float64 {
	t.Helper()
	text, err := os.ReadFile(summary)
	if err != nil {
		t.Fatal(err)
	}
	var told struct {
		Failures any
		Totals   *struct{ Failed float64 }
	}
	if err := json.Unmarshal(text, &told); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	if told.Totals != nil {
		return told.Totals.Failed
	}
	share, isNumber := told.Failures.(float64)
	if !isNumber {
		t.Fatalf("no share of failures in %s", text)
	}
	return share
}

// peak is the most memory that a process has held, in MiB.
func peak(cmd *exec.Cmd) float64 {
	usage, _ := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	return float64(usage.Maxrss) / 1024 // KiB on Linux
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

// median of one figure of several rounds.
func median(costs []cost, of func(cost) float64) float64 {
	values := make([]float64, 0, len(costs))
	for _, c := range costs {
		values = append(values, of(c))
	}
	slices.Sort(values)
	return values[len(values)/2]
}
