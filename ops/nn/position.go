package nn

import (
	"fmt"

	"cahier/ops"
)

// PositionLayer adds something to each step that depends on where it stands.
type PositionLayer struct {
	common
	Weight *ops.Tensor         `nn:"parameter,weight"` // [steps features] if positions are learnt, else nil
	Waves  ops.PositionOptions `nn:"-"`                // of the sinusoids
}

// SinusoidalPositions returns a layer that adds waves of different lengths to
// x [N T E]; see [ops.SinusoidalPositions]. It has no parameters and takes any
// number of steps.
func SinusoidalPositions(opts ...ops.PositionOptions) *PositionLayer {
	return &PositionLayer{Waves: one("nn.SinusoidalPositions", opts)}
}

// LearnedPositions returns a layer that adds a vector that is learnt to each
// of at most so many steps of x [N T E] (Gehring et al., Convolutional
// sequence to sequence learning, 2017). The vectors begin normally distributed
// with a standard deviation of 0.02, as in GPT-2.
//
// It panics with an [ops.ArgError] for sizes below 1.
func LearnedPositions(steps, features int, opts ...InitOptions) *PositionLayer {
	o := one("nn.LearnedPositions", opts)
	positive("nn.LearnedPositions", "steps", steps, "features", features)
	return &PositionLayer{Weight: Normal(ops.Zeros(steps, features), 0, 0.02, o)}
}

// Forward returns x [N T E] with the positions added, from 0.
func (l *PositionLayer) Forward(x *ops.Tensor) *ops.Tensor { return l.From(x, 0) }

// From is Forward for steps that begin at a later position, as those behind a
// cache do. It panics with an [ops.ShapeError] unless x is [N T E], and with
// an [ops.ArgError] for more steps than have been learnt.
func (l *PositionLayer) From(x *ops.Tensor, start int) *ops.Tensor {
	const fn = "nn.PositionLayer"
	given(fn, "x", x)
	features := -1
	if l.Weight != nil {
		features = l.Weight.Size(1)
	}
	if x.Rank() != 3 || features >= 0 && x.Size(2) != features {
		panic(&ops.ShapeError{OpName: fn, Arg: "x", Got: x.Shape(), Want: ops.Shape{-1, -1, features}, Axes: []string{"n", "t", "e"}, Rule: "want batch, steps, features"})
	}
	steps := x.Size(1)
	if l.Weight == nil {
		o := l.Waves
		o.Start += start
		return l.note(l, x, x.Add(ops.SinusoidalPositions(steps, x.Size(2), o).To(x.DType())))
	}
	if n := l.Weight.Size(0); start < 0 || start+steps > n {
		panic(&ops.ArgError{OpName: fn, Arg: "x", Got: fmt.Sprintf("%d steps from %d", steps, start), Rule: fmt.Sprintf("positions 0 to %d have been learnt", n-1)})
	}
	return l.note(l, x, x.Add(l.Weight.Slice(0, start, start+steps)))
}

// Parameters returns the tensors that are trained, see [Parameters].
func (l *PositionLayer) Parameters() []*ops.Tensor { return Parameters(l) }

// String returns the layer as it is made.
func (l *PositionLayer) String() string {
	if l.Weight == nil {
		return describe("SinusoidalPositions", "", "Start", l.Waves.Start, "Base", l.Waves.Base)
	}
	return describe("LearnedPositions", fmt.Sprintf("%d, %d", l.Weight.Size(0), l.Weight.Size(1)))
}
