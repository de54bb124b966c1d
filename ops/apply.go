package ops

import (
	"errors"
	"fmt"
)

// apply is the one way in which an operation runs: check, infer, compute,
// compare the result with what was inferred, and record on a tape if an input
// stands on one. It is the only place that turns errors into panics.
func apply(op *Op, attrs Attrs, in ...*Tensor) []*Tensor {
	if err := op.checkInputs(in); err != nil {
		fail(op.title(), err)
	}
	in = parameters(in)
	specs := make([]Spec, len(in))
	for i, t := range in {
		specs[i] = t.spec()
	}
	want, err := op.Infer(attrs, specs)
	if err != nil {
		compared(op, specs, err)
		fail(op.title(), err)
	}
	for _, w := range want {
		if err := w.Shape.check("the result"); err != nil {
			fail(op.title(), err)
		}
	}
	return run(op, attrs, in, want)
}

// compared names the first tensor as the one that the shape of another must go
// with, unless Infer has named one.
func compared(op *Op, in []Spec, err error) {
	var e *ShapeError
	if !errors.As(err, &e) || e.Other != "" || len(in) == 0 || in[0].Absent {
		return
	}
	for i := 1; i < len(in); i++ {
		if op.arg(i) == e.Arg {
			e.Other, e.OtherShape = op.arg(0), in[0].Shape
		}
	}
}

// apply1 is apply for operations with one output.
func apply1(op *Op, attrs Attrs, in ...*Tensor) *Tensor { return apply(op, attrs, in...)[0] }

// parameters replaces tensors that are watched by their stand-ins on the tape.
func parameters(in []*Tensor) []*Tensor {
	copied := false
	for i, t := range in {
		if t == nil {
			continue
		}
		if w := t.watched.Load(); w != nil {
			if !copied {
				in = append([]*Tensor(nil), in...)
				copied = true
			}
			in[i] = w
		}
	}
	return in
}

func run(op *Op, attrs Attrs, in []*Tensor, want []Spec) []*Tensor {
	top, stale := tapes(in)
	if top != nil && stale != nil {
		fail(op.title(), &GradError{Why: "an input was made inside a call of Grad that has ended, and another inside one that still runs",
			Help: "x.Detach() makes a constant of a tensor that was kept from an earlier call"})
	}
	if top == nil {
		return forward(op, attrs, in, want, stale)
	}
	if op.VJP == nil && op.Compose != nil {
		out, err := op.Compose(attrs, in)
		return result(op, out, err, want, in)
	}
	return top.record(op, attrs, in, want)
}

// forward computes on plain data. The results of inputs that are stale are
// stale too.
func forward(op *Op, attrs Attrs, in []*Tensor, want []Spec, stale *tape) []*Tensor {
	if stale != nil {
		plain := make([]*Tensor, len(in))
		for i, t := range in {
			if t != nil {
				plain[i] = t.plain()
			}
		}
		in = plain
	}
	var (
		out []*Tensor
		err error
	)
	if op.Forward != nil {
		out, err = op.Forward(&Ctx{op: op}, attrs, in)
	} else {
		out, err = op.Compose(attrs, in)
	}
	out = result(op, out, err, want, in)
	if stale != nil {
		for i, t := range out {
			if t.dtype.IsFloat() {
				out[i] = t.plain()
				out[i].link = &link{tape: stale, node: -1, primal: t}
			}
		}
	}
	return out
}

// result compares what an operation gave with what it had announced.
func result(op *Op, out []*Tensor, err error, want []Spec, in []*Tensor) []*Tensor {
	if err != nil {
		fail(op.title(), err)
	}
	if len(out) != len(want) {
		fail(op.title(), &ArgError{Arg: "the number of outputs", Got: len(out), Rule: fmt.Sprintf("Infer announced %d", len(want))})
	}
	for i, t := range out {
		if t == nil {
			fail(op.title(), &ArgError{Arg: fmt.Sprintf("output %d", i), Rule: "is nil"})
		}
		if t.dtype != want[i].DType || !t.shape.Equal(want[i].Shape) {
			fail(op.title(), &ArgError{Arg: fmt.Sprintf("output %d", i), Got: fmt.Sprintf("%v %v", t.dtype, t.shape), Rule: fmt.Sprintf("Infer announced %v %v", want[i].DType, want[i].Shape)})
		}
		for _, x := range in {
			if x == t { // the caller gets a tensor of its own
				out[i] = t.plain()
				out[i].link = t.link
			}
		}
	}
	return out
}
