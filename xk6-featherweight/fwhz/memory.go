package fwhz

import (
	"os"
	"runtime/debug"
)

// heapGrowth is by how many percent the heap of a load test may grow before garbage is collected. A thousand users are
// objects that live to the end, and Go's own 100 % would hold their size once more in reserve: with a third of it the main job
// takes a fifth less memory, for a few percent of its CPU (docs/measured.md).
const heapGrowth = 33

// saveMemory is for a process that runs a Suite. Who sets GOGC is left alone.
func saveMemory() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(heapGrowth)
	}
}
