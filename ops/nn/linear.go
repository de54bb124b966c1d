package nn

import (
	"fmt"

	"cahier/ops"
)

// LinearOptions are the options of Linear and Bilinear. The zero value has a
// bias, and draws from the default source.
type LinearOptions struct {
	NoBias bool     // leaves the bias out
	RNG    *ops.RNG // draws the first weights; the default source if nil
}

// LinearLayer is a fully connected layer.
type LinearLayer struct {
	common
	Weight *ops.Tensor `nn:"parameter,weight"` // [out in]
	Bias   *ops.Tensor `nn:"parameter,bias"`   // [out], or nil
}

// Linear returns a fully connected layer, y = W·x + b on the last axis of x
// [… in] to y [… out]; see [ops.Linear]. Weights and biases begin as uniform
// random numbers below 1/√in, as in PyTorch.
//
// It panics with an [ops.ArgError] for sizes below 1.
func Linear(in, out int, opts ...LinearOptions) *LinearLayer {
	o := one("nn.Linear", opts)
	positive("nn.Linear", "in", in, "out", out)
	l := &LinearLayer{Weight: bounded(o.RNG, in, out, in)}
	if !o.NoBias {
		l.Bias = bounded(o.RNG, in, out)
	}
	return l
}

// Forward returns x·Wᵀ + b: x [… in], y [… out].
func (l *LinearLayer) Forward(x *ops.Tensor) *ops.Tensor {
	return l.note(l, x, ops.Linear(x, l.Weight, l.Bias))
}

// Parameters returns the tensors that are trained, see [Parameters].
func (l *LinearLayer) Parameters() []*ops.Tensor { return Parameters(l) }

// String returns the layer as it is made.
func (l *LinearLayer) String() string {
	return describe("Linear", fmt.Sprintf("%d, %d", l.Weight.Size(1), l.Weight.Size(0)), "NoBias", l.Bias == nil)
}

func (l *LinearLayer) multiplyAdds(_, y *ops.Tensor) int { return y.Len() * l.Weight.Size(1) }

// BilinearLayer is a layer on two inputs.
type BilinearLayer struct {
	common
	Weight *ops.Tensor `nn:"parameter,weight"` // [out inA inB]
	Bias   *ops.Tensor `nn:"parameter,bias"`   // [out], or nil
}

// Bilinear returns a layer on two inputs, y_k = aᵀ·W_k·b + bias_k. Weights and
// biases begin as uniform random numbers below 1/√inA, as in PyTorch.
//
// It panics with an [ops.ArgError] for sizes below 1.
func Bilinear(inA, inB, out int, opts ...LinearOptions) *BilinearLayer {
	o := one("nn.Bilinear", opts)
	positive("nn.Bilinear", "inA", inA, "inB", inB, "out", out)
	l := &BilinearLayer{Weight: bounded(o.RNG, inA, out, inA, inB)}
	if !o.NoBias {
		l.Bias = bounded(o.RNG, inA, out)
	}
	return l
}

// Apply returns the output for a [… inA] and b [… inB], which have the same
// leading axes: y [… out]. It panics with an [ops.ShapeError] if they do not
// fit. It costs 2·rows·out·inA·inB operations.
func (l *BilinearLayer) Apply(a, b *ops.Tensor) *ops.Tensor {
	const fn = "nn.Bilinear"
	given(fn, "a", a)
	given(fn, "b", b)
	out, inA, inB := l.Weight.Size(0), l.Weight.Size(1), l.Weight.Size(2)
	lead := a.Shape()
	if len(lead) == 0 || lead[len(lead)-1] != inA {
		panic(&ops.ShapeError{OpName: fn, Arg: "a", Got: lead, Rule: fmt.Sprintf("the last axis must have size %d", inA)})
	}
	lead = lead[:len(lead)-1]
	if want := append(lead[:len(lead):len(lead)], inB); !b.Shape().Equal(want) {
		panic(&ops.ShapeError{OpName: fn, Arg: "b", Got: b.Shape(), Want: want, Rule: "the leading axes are those of a"})
	}
	rows := lead.Len()
	// [rows inA]·[inA out·inB] leaves, for each row and output, a vector to
	// multiply with b.
	w := l.Weight.Permute(1, 0, 2).Reshape(inA, out*inB)
	y := ops.MatMul(a.Reshape(rows, inA), w).Reshape(rows, out, inB)
	y = ops.MatMul(y, b.Reshape(rows, inB, 1)).Reshape(append(lead[:len(lead):len(lead)], out)...)
	if l.Bias != nil {
		y = y.Add(l.Bias)
	}
	return l.note(l, a, y)
}

// Parameters returns the tensors that are trained, see [Parameters].
func (l *BilinearLayer) Parameters() []*ops.Tensor { return Parameters(l) }

// String returns the layer as it is made.
func (l *BilinearLayer) String() string {
	return describe("Bilinear", fmt.Sprintf("%d, %d, %d", l.Weight.Size(1), l.Weight.Size(2), l.Weight.Size(0)), "NoBias", l.Bias == nil)
}

func (l *BilinearLayer) multiplyAdds(_, y *ops.Tensor) int {
	return y.Len() * l.Weight.Size(1) * l.Weight.Size(2)
}
