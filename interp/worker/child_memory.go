package worker

import (
	"log/slog"
	"math"
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"time"
)

const (
	// dataFactor and dataExtra make the limit on writable mappings out of
	// the memory limit. The runtime maps more than it uses (free spans,
	// arenas that are partly used), so the one has to be far above the other.
	dataFactor = 2
	dataExtra  = 512 << 20

	// maxStack and minStack bound one goroutine's stack. The runtime's own
	// bound of 1 GB takes seconds to fill; a quarter of it is enough for an
	// interpreted recursion of 400,000 calls (measured: 660 bytes each).
	maxStack = 256 << 20
	minStack = 32 << 20
)

// limitMemory makes this process keep to limit bytes, as far as a process can
// do that itself; 0 means no limit. The supervisor does the rest.
func (c *child) limitMemory(limit uint64) {
	if limit == 0 {
		debug.SetMaxStack(maxStack)
		return
	}
	debug.SetMaxStack(int(min(maxStack, max(minStack, limit/4))))
	// The garbage collector works harder before the limit is reached. A
	// lower GOMEMLIMIT of the user stands.
	soft := int64(min(limit-limit/10, math.MaxInt64))
	if soft < debug.SetMemoryLimit(-1) {
		debug.SetMemoryLimit(soft)
	}
	if limit <= math.MaxUint64/dataFactor-dataExtra {
		if err := limitData(limit*dataFactor + dataExtra); err != nil {
			c.log(slog.LevelDebug, "limit on writable memory: "+err.Error())
		}
	}
	if runtime.GOOS != "linux" {
		go c.watchMemory(limit)
	}
}

// watchMemory ends this process when it uses more than limit. Where the
// supervisor can look into the process it does that instead.
func (c *child) watchMemory(limit uint64) {
	samples := []metrics.Sample{
		{Name: "/memory/classes/total:bytes"},
		{Name: "/memory/classes/heap/released:bytes"},
	}
	for range time.Tick(watchBusy) {
		metrics.Read(samples)
		if n := samples[0].Value.Uint64() - samples[1].Value.Uint64(); n > limit {
			_ = c.send(frameTooBig, 0, tooBigBody{Bytes: n})
			time.Sleep(100 * time.Millisecond) // the supervisor kills this process
			os.Exit(1)
		}
	}
}
