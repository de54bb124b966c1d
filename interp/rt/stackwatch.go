package rt

import (
	"fmt"
	"runtime/metrics"
	"time"
)

// stackLimit is where recursion ends; the Go runtime's own limit, which is
// fatal, is set higher.
const stackLimit = 256 << 20

// StackOverflow is why a goroutine with runaway recursion ended.
type StackOverflow struct{ Bytes uintptr }

func (e StackOverflow) Error() string {
	return fmt.Sprintf("stack overflow: the recursion used %d MB of stack", e.Bytes>>20)
}

// watched notes that n cells more run, and sees to it that stacks are watched.
func (r *Runtime) watched(n int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.active += n; !r.watching && r.active > 0 {
		r.watching = true
		go r.watch()
	}
}

// watch makes cells poll while much memory is in stacks. It ends when no
// goroutine of a cell is left.
func (r *Runtime) watch() {
	sample := []metrics.Sample{{Name: "/memory/classes/heap/stacks:bytes"}}
	high := false
	for {
		r.mu.Lock()
		pause := 10 * time.Millisecond
		if r.active == 0 {
			pause = 100 * time.Millisecond
			if len(r.runs) == 0 {
				r.watching = false
				r.mu.Unlock()
				if high {
					r.wantPoll(-1)
				}
				return
			}
		}
		r.mu.Unlock()
		time.Sleep(pause)
		metrics.Read(sample)
		if now := sample[0].Value.Uint64() > stackLimit*3/4; now != high {
			high = now
			if high {
				r.wantPoll(1)
			} else {
				r.wantPoll(-1)
			}
		}
	}
}
