package ops

import "fmt"

// Grad returns the derivatives of f, which must return one element, by the
// parameters: one tensor for each, of its shape and type. See [ValueAndGrad].
//
//	g := ops.Grad(func(p []*ops.Tensor) *ops.Tensor { return p[0].Mul(p[0]).Sum() }, []*ops.Tensor{x})
func Grad(f func(params []*Tensor) *Tensor, params []*Tensor) []*Tensor {
	_, grads := valueAndGrad("ops.Grad", f, params)
	return grads
}

// ValueAndGrad calls f once with the parameters and returns its value, which
// must be one element, and its derivatives by the parameters: one tensor for
// each, of its shape and type, zero where the value does not depend on it.
//
// f is run as it is, with real values: it may use if and for on them, and
// print. What it computes from its arguments is recorded until ValueAndGrad
// returns, and nothing survives the call: to call it again gives the same
// again. Derivatives are by f's arguments only, so f must use those and not
// the variables that were passed. Reverse mode costs about three times f
// itself, and the memory of all intermediate results of f.
//
// Calls nest: the derivative of a derivative is a call within f.
//
// A tensor that f keeps elsewhere is data once the call has ended: it can be
// read and computed with, but meeting a tensor of another running call is a
// [GradError] (x.Detach() makes a constant of it). A [GradError] is also the
// answer to a value of more than one element, one that does not depend on the
// arguments, and an operation without gradient on the way.
func ValueAndGrad(f func(params []*Tensor) *Tensor, params []*Tensor) (value *Tensor, grads []*Tensor) {
	return valueAndGrad("ops.ValueAndGrad", f, params)
}

func valueAndGrad(fn string, f func([]*Tensor) *Tensor, params []*Tensor) (*Tensor, []*Tensor) {
	params = checkParams(fn, params)
	tp, on := newTape(params)
	defer tp.drop()
	defer tp.close()
	return tp.loss(fn, f(on))
}

// ValueAndGradOf is [ValueAndGrad] for a function that takes no arguments
// because it uses the parameters where they are, as fields of a model. While
// it runs, the parameters themselves stand for the arguments.
//
// A parameter can be watched by one call at a time: nested or concurrent
// calls with the same parameter are a [GradError], and need ValueAndGrad.
func ValueAndGradOf(f func() *Tensor, params []*Tensor) (value *Tensor, grads []*Tensor) {
	const fn = "ops.ValueAndGradOf"
	params = checkParams(fn, params)
	tp, on := newTape(params)
	defer tp.drop()
	defer tp.close()
	for i, p := range params {
		if p.link != nil {
			fail(fn, &GradError{Why: fmt.Sprintf("params[%d] is itself a result inside a running Grad", i), Help: "use ops.ValueAndGrad, which takes the parameters as arguments"})
		}
		if !p.watched.CompareAndSwap(nil, on[i]) {
			why := fmt.Sprintf("params[%d] is being watched by another call", i)
			for j := range i {
				if params[j] == p {
					why = fmt.Sprintf("params[%d] and params[%d] are the same tensor", j, i)
				}
			}
			fail(fn, &GradError{Why: why, Help: "use ops.ValueAndGrad, which takes the parameters as arguments, for nested and concurrent gradients"})
		}
		defer p.watched.Store(nil)
	}
	return tp.loss(fn, f())
}

// loss checks the value of f and walks back from it.
func (tp *tape) loss(fn string, l *Tensor) (*Tensor, []*Tensor) {
	if l == nil {
		fail(fn, &GradError{Why: "the function returned nil, want a tensor of one element"})
	}
	if w := l.watched.Load(); w != nil {
		l = w
	}
	if l.Len() != 1 {
		fail(fn, &GradError{Why: fmt.Sprintf("the function returned shape %v, want one element", l.shape), Help: "l.Mean() or l.Sum() makes one number; ops.VJP takes any shape"})
	}
	if l.link == nil || l.link.tape != tp || l.link.node < 0 {
		why := "the result does not depend on the parameters"
		if !l.dtype.IsFloat() {
			why = "the result is " + l.dtype.String() + ", which has no gradient"
		}
		fail(fn, &GradError{Why: why, Help: "compute it from the function's arguments, and not from tensors of outside or from Detach"})
	}
	tp.close()
	value := l.link.primal
	return value, tp.backward(fn, []*Tensor{l}, []*Tensor{OnesLike(value)}, true)
}

// VJP calls f once and returns its results, and a function that gives the
// product of a vector with f's Jacobian: from one cotangent for each result
// (nil for zero) one for each of xs. pullback may be called many times; what
// f computed is kept as long as pullback is.
func VJP(f func(xs []*Tensor) []*Tensor, xs []*Tensor) (results []*Tensor, pullback func(cotangents []*Tensor) []*Tensor) {
	const fn = "ops.VJP"
	xs = checkParams(fn, xs)
	tp, on := newTape(xs)
	defer tp.close()
	out := parameters(f(on))
	results = make([]*Tensor, len(out))
	for i, t := range out {
		if t == nil {
			fail(fn, &GradError{Why: fmt.Sprintf("the function returned nil as result %d", i)})
		}
		results[i] = t
		if t.link != nil && t.link.tape == tp {
			results[i] = t.link.primal
		}
	}
	shapes := make([]Spec, len(results))
	for i, t := range results {
		shapes[i] = t.spec()
	}
	return results, func(cotangents []*Tensor) []*Tensor {
		if len(cotangents) != len(out) {
			fail(fn, &ArgError{Arg: "cotangents", Got: len(cotangents), Rule: fmt.Sprintf("want one for each of %d results", len(out))})
		}
		for i, c := range cotangents {
			arg := fmt.Sprintf("cotangents[%d]", i)
			if c == nil {
				continue
			}
			if !c.shape.Equal(shapes[i].Shape) {
				fail(fn, &ShapeError{Arg: arg, Got: c.Shape(), Want: shapes[i].Shape, Rule: "must be the shape of the result"})
			}
			if err := wantSame("the result", shapes[i].DType, arg, c.dtype); err != nil {
				fail(fn, err)
			}
		}
		return tp.backward(fn, out, cotangents, false)
	}
}

// JVP returns f's results, and their derivatives in the direction of the
// tangents, one for each of xs. It is computed by two reverse passes, and so
// wants operations that can be differentiated twice.
func JVP(f func(xs []*Tensor) []*Tensor, xs, tangents []*Tensor) (results, derivatives []*Tensor) {
	const fn = "ops.JVP"
	if len(tangents) != len(xs) {
		fail(fn, &ArgError{Arg: "tangents", Got: len(tangents), Rule: fmt.Sprintf("want one for each of %d parameters", len(xs))})
	}
	results, pullback := VJP(f, xs)
	// The pullback is linear in its cotangents, so that its own pullback is
	// the transposed Jacobian, whatever the cotangents are.
	zeros := make([]*Tensor, len(results))
	for i, r := range results {
		zeros[i] = ZerosLike(r)
	}
	_, push := VJP(pullback, zeros)
	return results, push(tangents)
}

// HVP returns the product of the Hessian of f, which must return one element,
// with the vectors: one for each parameter. It is the derivative of the
// gradient along the vectors, and costs about as much as two gradients.
func HVP(f func(params []*Tensor) *Tensor, params, vectors []*Tensor) []*Tensor {
	if len(vectors) != len(params) {
		fail("ops.HVP", &ArgError{Arg: "vectors", Got: len(vectors), Rule: fmt.Sprintf("want one for each of %d parameters", len(params))})
	}
	_, pullback := VJP(func(p []*Tensor) []*Tensor {
		_, g := valueAndGrad("ops.HVP", f, p)
		return g
	}, params)
	return pullback(vectors)
}

// checkParams returns the parameters as they stand on outer tapes.
func checkParams(fn string, params []*Tensor) []*Tensor {
	for i, p := range params {
		arg := fmt.Sprintf("params[%d]", i)
		if p == nil {
			fail(fn, &ArgError{Arg: arg, Rule: "is nil, want a tensor"})
		}
		if err := wantFloat(arg, p.dtype); err != nil {
			fail(fn, err)
		}
		if p.link != nil && p.link.tape.closed.Load() {
			fail(fn, &GradError{Why: arg + " was made inside a call of Grad that has ended", Help: "x.Detach() makes plain data of it"})
		}
	}
	return params
}

// Detach returns the same data as a constant: no gradient flows through it.
func (t *Tensor) Detach() *Tensor { return t.plain() }
