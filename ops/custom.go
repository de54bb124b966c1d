package ops

import "fmt"

// CustomVJP computes f(xs) and takes its gradient by vjp instead of by what f
// does. vjp gets the inputs, the result and the result's cotangent and returns
// one cotangent for each input, nil for zero. f must use tensors on a tape
// only by its arguments.
//
//	// forward a step, backward as if it were the identity
//	y := ops.CustomVJP(func(xs []*ops.Tensor) *ops.Tensor { return xs[0].Round() },
//		func(xs []*ops.Tensor, y, g *ops.Tensor) []*ops.Tensor { return []*ops.Tensor{g} }, x)
func CustomVJP(f func(xs []*Tensor) *Tensor, vjp func(xs []*Tensor, y, cotangent *Tensor) []*Tensor, xs ...*Tensor) *Tensor {
	op := &Op{Name: "custom_vjp", fn: "ops.CustomVJP"}
	op.Forward = func(_ *Ctx, _ Attrs, in []*Tensor) ([]*Tensor, error) { return noCapture([]*Tensor{f(in)}) }
	op.VJP = func(_ *Ctx, _ Attrs, in, out, g []*Tensor) ([]*Tensor, error) {
		return vjp(in, out[0], g[0]), nil
	}
	return applyUnchecked(op, xs)[0]
}

// Checkpoint computes f(xs) without keeping what f computes on the way, and
// computes it again for the gradient: memory for time (Chen et al., Training
// deep nets with sublinear memory cost, 2016). f must give the same when it
// is called again, and use tensors that gradients are wanted for only by its
// arguments.
func Checkpoint(f func(xs []*Tensor) []*Tensor, xs ...*Tensor) []*Tensor {
	op := &Op{Name: "checkpoint", fn: "ops.Checkpoint"}
	op.Forward = func(_ *Ctx, _ Attrs, in []*Tensor) ([]*Tensor, error) { return noCapture(f(in)) }
	op.VJP = func(_ *Ctx, _ Attrs, in, _, g []*Tensor) ([]*Tensor, error) {
		var float []*Tensor
		for _, t := range in {
			if t.dtype.IsFloat() {
				float = append(float, t)
			}
		}
		_, pullback := VJP(func(p []*Tensor) []*Tensor {
			args := append([]*Tensor(nil), in...)
			k := 0
			for i, t := range in {
				if t.dtype.IsFloat() {
					args[i] = p[k]
					k++
				}
			}
			return f(args)
		}, float)
		grads := make([]*Tensor, len(in))
		k := 0
		for _, d := range pullback(g) {
			for !in[k].dtype.IsFloat() {
				k++
			}
			grads[k] = d
			k++
		}
		return grads, nil
	}
	return applyUnchecked(op, xs)
}

// noCapture returns an error if a result stands on a tape although the
// inputs did not: its gradient would be lost.
func noCapture(out []*Tensor) ([]*Tensor, error) {
	for i, t := range out {
		if t == nil {
			return nil, &ArgError{Arg: fmt.Sprintf("result %d of the function", i), Rule: "is nil, want a tensor"}
		}
		if t.link != nil && !t.link.tape.closed.Load() {
			return nil, &GradError{Why: "the function uses a tensor whose gradient is being computed, and that is not among its arguments", Help: "pass it as an argument, or Detach it"}
		}
	}
	return out, nil
}

// applyUnchecked runs an operation whose outputs are known only when it has
// run: it is run once on plain data for its shapes if a tape is about, which
// costs nothing because the result is what is recorded.
func applyUnchecked(op *Op, xs []*Tensor) []*Tensor {
	if err := op.checkInputs(xs); err != nil {
		fail(op.title(), err)
	}
	xs = parameters(xs)
	plain := make([]*Tensor, len(xs))
	for i, x := range xs {
		plain[i] = x.plain()
	}
	out, err := op.Forward(&Ctx{op: op}, nil, plain)
	if err != nil {
		fail(op.title(), err)
	}
	want := make([]Spec, len(out))
	for i, t := range out {
		want[i] = t.spec()
	}
	once := *op
	once.Forward = func(*Ctx, Attrs, []*Tensor) ([]*Tensor, error) { return append([]*Tensor(nil), out...), nil }
	return run(&once, nil, xs, want)
}
