package cpu

import (
	"slices"
	"sync/atomic"
)

// polls are the functions that Poll calls, in a slice that nobody changes.
var polls atomic.Pointer[[]*func()]

// OnPoll lets [Poll] call f as well, until remove is called.
func OnPoll(f func()) (remove func()) {
	change := func(g func([]*func()) []*func()) {
		for {
			old := polls.Load()
			var list []*func()
			if old != nil {
				list = slices.Clone(*old)
			}
			if list = g(list); polls.CompareAndSwap(old, &list) {
				return
			}
		}
	}
	change(func(list []*func()) []*func() { return append(list, &f) })
	return func() {
		change(func(list []*func()) []*func() {
			return slices.DeleteFunc(list, func(p *func()) bool { return p == &f })
		})
	}
}

// Poll is called between the blocks of long work, on the goroutine that asked
// for it. It does not return when that goroutine is to end. It costs a few
// nanoseconds.
func Poll() {
	if list := polls.Load(); list != nil {
		for _, f := range *list {
			(*f)()
		}
	}
}
