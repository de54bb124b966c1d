// Package atomic stands in for the generic part of the standard package
// sync/atomic.
package atomic

import "sync"

// Pointer is a pointer that is read and written atomically. A mutex does what
// the processor does in the real one: interpreted code cannot reach the
// processor's instruction for a pointer of an interpreted type.
type Pointer[T any] struct {
	mu sync.Mutex
	p  *T
}

// Load returns the pointer.
func (x *Pointer[T]) Load() *T {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.p
}

// Store sets the pointer.
func (x *Pointer[T]) Store(val *T) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.p = val
}

// Swap sets the pointer and returns the old one.
func (x *Pointer[T]) Swap(val *T) (old *T) {
	x.mu.Lock()
	defer x.mu.Unlock()
	old = x.p
	x.p = val
	return old
}

// CompareAndSwap sets the pointer if it is old.
func (x *Pointer[T]) CompareAndSwap(old, val *T) (swapped bool) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.p != old {
		return false
	}
	x.p = val
	return true
}
