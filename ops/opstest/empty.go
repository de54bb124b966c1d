package opstest

import (
	"errors"
	"fmt"
	"runtime/debug"

	"cahier/ops"
)

// empties calls the operation with each axis of its inputs cut to size 0, in
// all inputs that have it and in each alone, counted from the front and from
// the back. An operation gives what Infer announces, and its gradient, or
// refuses; any other panic is a failure.
func (k *checker) empties() {
	k.Helper()
	rank := 0
	for _, x := range k.c.Inputs {
		if x != nil {
			rank = max(rank, x.Rank())
		}
	}
	for axis := -rank; axis < rank; axis++ {
		cut := func(x *ops.Tensor) *ops.Tensor {
			if x == nil || axis >= x.Rank() || axis < -x.Rank() {
				return x
			}
			return x.Slice(axis, 0, 0)
		}
		all := make([]*ops.Tensor, len(k.c.Inputs))
		for i, x := range k.c.Inputs {
			all[i] = cut(x)
			if all[i] != x && len(all) > 1 {
				alone := append([]*ops.Tensor(nil), k.c.Inputs...)
				alone[i] = all[i]
				k.empty(fmt.Sprintf("axis %d of input %d has size 0", axis, i), alone)
			}
		}
		k.empty(fmt.Sprintf("axis %d has size 0", axis), all)
	}
}

func (k *checker) empty(what string, in []*ops.Tensor) {
	k.Helper()
	try := func(f func()) (err error) {
		defer func() {
			if r := recover(); r != nil {
				err = fmt.Errorf("%v\n%s", r, debug.Stack())
			}
		}()
		return ops.Try(f)
	}
	err := try(func() { k.call(in) })
	if err != nil {
		if !errors.As(err, new(ops.Error)) {
			k.Errorf("%s: a panic that is no refusal: %v", what, err)
		}
		return
	}
	if k.c.NoGrad {
		return
	}
	p := k.problem(in, false)
	if len(p.floats) == 0 {
		return
	}
	err = try(func() {
		for i, g := range ops.Grad(p.value, p.params()) {
			if x := in[p.floats[i]]; !g.Shape().Equal(x.Shape()) {
				k.Errorf("%s: gradient %d has shape %v, want %v", what, i, g.Shape(), x.Shape())
			}
		}
	})
	if err != nil && !errors.As(err, new(*ops.GradError)) { // of nothing, a result need not depend on it
		k.Errorf("%s: the operation takes it and its gradient fails: %v", what, err)
	}
}
