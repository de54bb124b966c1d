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
)

// Parallel calls f on pieces of [0, n) that together cover it, on up to
// GOMAXPROCS goroutines, and returns when all are done. A piece has at least
// grain indices, so that n <= grain means one plain call. f may be called on
// any partition, and must not depend on which. A panic in f is raised again
// on the caller's goroutine.
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
	pieces := min(runtime.GOMAXPROCS(0), (n+grain-1)/grain)
	if pieces <= 1 {
		f(0, n)
		return
	}
	var (
		wg    sync.WaitGroup
		once  sync.Once // guards fault
		fault any
	)
	run := func(lo, hi int) {
		defer func() {
			if r := recover(); r != nil {
				once.Do(func() { fault = r })
			}
		}()
		f(lo, hi)
	}
	for p := 1; p < pieces; p++ {
		lo, hi := n*p/pieces, n*(p+1)/pieces
		wg.Go(func() { run(lo, hi) })
	}
	run(0, n/pieces)
	wg.Wait()
	if fault != nil {
		panic(fault)
	}
}

// GrainFor is the grain of a loop whose every index costs cost cheap element
// operations.
func GrainFor(cost int) int { return max(1, Grain/max(1, cost)) }
