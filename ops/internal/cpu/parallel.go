// Package cpu holds the loops in which package ops spends its time: on slices
// and strides, without knowledge of tensors, gradients or errors. It is the
// seam for faster code: what stands here is portable Go, and a function may be
// replaced by one in assembly as long as it gives what its comment says.
//
// Every function gives the same bits for any number of workers: work is split
// into pieces that depend on the sizes alone, and partial results are merged
// in the order of the pieces.
package cpu

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// blockGrains is the number of grains in the blocks in which long pieces are
// worked through: a few milliseconds.
const blockGrains = 64

// Parallel calls f on pieces of [0, n) that together cover it, on up to
// GOMAXPROCS goroutines, and returns when all are done. A piece has at least
// grain indices, so that n <= grain means one plain call; a long piece is worked
// through in several calls, with [Poll] between those of the caller's goroutine.
// f may be called on any partition, and must not depend on which. A panic in f
// is raised again on the caller's goroutine.
func Parallel(n, grain int, f func(lo, hi int)) {
	if n <= 0 {
		return
	}
	if grain < 1 {
		grain = 1
	}
	if n <= grain {
		f(0, n)
		return
	}
	var quit atomic.Bool // no further block is to begin
	work := func(lo, hi int, poll func()) {
		step := max(1, (hi-lo+63)/64)
		if grain > 1 { // else an index may cost any number of grains
			step = max(step, grain*blockGrains)
		}
		if step >= hi-lo {
			f(lo, hi)
			return
		}
		for ; lo < hi && !quit.Load(); lo += step {
			poll()
			f(lo, min(lo+step, hi))
		}
	}
	pieces := min(runtime.GOMAXPROCS(0), (n+grain-1)/grain)
	if pieces <= 1 {
		work(0, n, Poll)
		return
	}
	var (
		wg    sync.WaitGroup
		once  sync.Once // guards fault
		fault any
		ended atomic.Bool // a goroutine has been ended from within f
	)
	run := func(lo, hi int, poll func()) {
		normal := false
		defer func() {
			if normal {
				return
			}
			quit.Store(true)
			if r := recover(); r != nil {
				once.Do(func() { fault = r })
			} else {
				ended.Store(true)
			}
		}()
		work(lo, hi, poll)
		normal = true
	}
	for p := 1; p < pieces; p++ {
		lo, hi := n*p/pieces, n*(p+1)/pieces
		wg.Go(func() { run(lo, hi, func() {}) })
	}
	// Also when Poll ends this goroutine: nobody may write any more then.
	defer wg.Wait()
	run(0, n/pieces, Poll)
	wg.Wait()
	if fault != nil {
		panic(fault)
	}
	if ended.Load() {
		runtime.Goexit()
	}
}

// GrainFor is the grain of a loop whose every index costs cost cheap element
// operations.
func GrainFor(cost int) int { return max(1, Grain/max(1, cost)) }
