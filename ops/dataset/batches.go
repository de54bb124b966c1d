package dataset

import (
	"fmt"
	"sync"

	"cahier/ops"
)

// Set is some examples.
type Set struct {
	X     *ops.Tensor // [n …]
	Y     *ops.Tensor // [n …], or nil
	Index *ops.Tensor // Int64 [n], which examples of the source these are
}

// Len returns the number of examples.
func (s Set) Len() int { return s.Index.Len() }

// String describes the set.
func (s Set) String() string {
	if s.Index == nil {
		return "Set (empty)"
	}
	t := fmt.Sprintf("Set of %d examples: X %v %v", s.Len(), s.X.DType(), s.X.Shape())
	if s.Y != nil {
		t += fmt.Sprintf(", Y %v %v", s.Y.DType(), s.Y.Shape())
	}
	return t
}

// take returns the examples of an index.
func take(x, y, index *ops.Tensor) Set {
	s := Set{X: ops.IndexSelect(x, 0, index), Index: index}
	if y != nil {
		s.Y = ops.IndexSelect(y, 0, index)
	}
	return s
}

// BatchOptions are the options of Batches. The zero value shuffles with seed 0
// and has a last batch that may be smaller.
type BatchOptions struct {
	InOrder  bool   // the order of the source instead of a random one for each epoch
	Seed     uint64 // of the order
	DropLast bool   // leaves out a last batch that would be smaller
}

// Loader gives examples in batches. It keeps no place: the same epoch and
// number give the same batch, whoever asks, from any goroutine.
type Loader struct {
	x, y    *ops.Tensor
	size, n int
	options BatchOptions

	mu    sync.Mutex // guards what follows: the order that was used last
	epoch int
	order *ops.Tensor
}

// Batches returns a loader of the examples x [n …] and y [n …] in batches of a
// size, in another random order each epoch. y may be nil.
//
// It panics with an [ops.ShapeError] unless x and y have as many examples, and
// with an [ops.ArgError] for sizes below 1.
func Batches(x, y *ops.Tensor, size int, opts ...BatchOptions) *Loader {
	const fn = "dataset.Batches"
	o := one(fn, opts)
	n := examples(fn, x, y)
	if size < 1 {
		panic(&ops.ArgError{OpName: fn, Arg: "size", Got: size, Rule: "must be positive"})
	}
	return &Loader{x: x, y: y, size: size, n: n, options: o}
}

// Len returns the number of batches of an epoch.
func (l *Loader) Len() int {
	if l.options.DropLast {
		return l.n / l.size
	}
	return (l.n + l.size - 1) / l.size
}

// Examples returns the number of examples.
func (l *Loader) Examples() int { return l.n }

// Batch returns batch i of an epoch, both from 0, as a copy. It panics with an
// [ops.ArgError] if there is none.
func (l *Loader) Batch(epoch, i int) Set {
	const fn = "dataset.Loader.Batch"
	if epoch < 0 {
		panic(&ops.ArgError{OpName: fn, Arg: "epoch", Got: epoch, Rule: "must not be negative"})
	}
	if i < 0 || i >= l.Len() {
		panic(&ops.ArgError{OpName: fn, Arg: "i", Got: i, Rule: fmt.Sprintf("an epoch has %d batches", l.Len())})
	}
	from, to := i*l.size, min(l.n, (i+1)*l.size)
	return take(l.x, l.y, l.Order(epoch).Slice(0, from, to))
}

// Order returns the order of the examples in an epoch, Int64 [n].
func (l *Loader) Order(epoch int) *ops.Tensor {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.order == nil || l.epoch != epoch && !l.options.InOrder {
		l.epoch = epoch
		if l.options.InOrder {
			l.order = ops.ArangeInt(l.n)
		} else {
			l.order = shuffled(l.options.Seed, uint64(epoch), l.n)
		}
	}
	return l.order.Detach() // of its own, as nothing of the loader may be assigned to
}

// String describes the loader.
func (l *Loader) String() string {
	return fmt.Sprintf("%d batches of %d: %v", l.Len(), l.size, Set{l.x, l.y, ops.ArangeInt(l.n)})
}

// shuffled returns the numbers below n in an order that is a function of two
// numbers. Mixing them keeps seeds that follow each other from sharing orders.
func shuffled(seed, stream uint64, n int) *ops.Tensor {
	return ops.NewRNG(seed ^ (stream+1)*0x9e3779b97f4a7c15).Perm(n)
}

func one[T any](fn string, opts []T) T {
	switch len(opts) {
	case 0:
		var zero T
		return zero
	case 1:
		return opts[0]
	}
	panic(&ops.ArgError{OpName: fn, Arg: "options", Got: len(opts), Rule: "want at most one options value"})
}

// examples returns how many examples x and y have.
func examples(fn string, x, y *ops.Tensor) int {
	if x == nil {
		panic(&ops.ArgError{OpName: fn, Arg: "x", Rule: "is nil, want a tensor"})
	}
	if x.Rank() == 0 {
		panic(&ops.ShapeError{OpName: fn, Arg: "x", Got: x.Shape(), Want: ops.Shape{-1}, Axes: []string{"n"}, Rule: "examples lie along the first axis"})
	}
	n := x.Size(0)
	if y != nil && (y.Rank() == 0 || y.Size(0) != n) {
		panic(&ops.ShapeError{OpName: fn, Arg: "y", Got: y.Shape(), Rule: fmt.Sprintf("x has %d examples along its first axis, y must have as many", n)})
	}
	return n
}
