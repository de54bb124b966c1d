package ops

import "cahier/ops/internal/cpu"

// OnPoll lets operations call f again and again while they work for long, every
// few milliseconds, on the goroutine that called the operation. f may end that
// goroutine ([runtime.Goexit]) or panic: the operation then stops, its inputs
// are as they were, and there is no result. This is how a program that runs code
// of its users interrupts it. f must be quick, and safe for use by several
// goroutines. remove ends it; calls under way may still come.
func OnPoll(f func()) (remove func()) { return cpu.OnPoll(f) }
