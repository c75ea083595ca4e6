package fwhz

import (
	"os"
	"runtime/debug"
)

// heapGrowth is by how many percent the heap of a load test may grow before garbage is collected. A thousand users are
// objects that live to the end, and Go's own 100 % would hold their size once more in reserve. What that costs and saves is
// in docs/measured.md.
const heapGrowth = 33

// saveMemory is for a process that runs a Suite. Who sets GOGC is left alone.
func saveMemory() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(heapGrowth)
	}
}
