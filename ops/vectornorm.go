package ops

import (
	"math"
	"slices"
)

var opNorm *Op

func init() {
	opNorm = builtin("Norm", Op{Name: "norm", Inputs: []string{"x"}, Doc: "the p-norm of vectors over axes; attributes p (2 if not set; Inf for the largest absolute value), axes (all if empty) and keepdims",
		Infer: func(attrs Attrs, in []Spec) ([]Spec, error) {
			if err := wantFloat("x", in[0].DType); err != nil {
				return nil, err
			}
			f, p, err := normFold(attrs, in[0].Shape)
			if err == nil && math.IsInf(p, 1) && f.inner == 0 && f.shape.Len() > 0 {
				err = &ShapeError{Arg: "x", Got: slices.Clone(in[0].Shape), Rule: "there is no element to choose from along the axes"}
			}
			return []Spec{{DType: in[0].DType, Shape: f.shape}}, err
		},
		Compose: func(attrs Attrs, in []*Tensor) ([]*Tensor, error) {
			f, p, err := normFold(attrs, in[0].shape)
			if err != nil {
				return nil, err
			}
			x, over := in[0], ReduceOptions{Axes: f.axes, KeepDims: true}
			if math.IsInf(p, 1) {
				return []*Tensor{Max(Abs(x), over).Reshape(f.shape...)}, nil
			}
			if p == 1 {
				return []*Tensor{Sum(Abs(x), over).Reshape(f.shape...)}, nil
			}
			// Scaled by the largest element, so that powers neither overflow
			// nor vanish. The norm does not depend on the scale, and its
			// gradient need not pass there.
			var scale *Tensor
			if f.inner == 0 {
				scale = OnesLike(Sum(x.Detach(), over))
			} else {
				scale = Max(Abs(x.Detach()), over)
			}
			scale = Where(Or(Equal(scale, 0), Equal(scale, math.Inf(1))), 1, scale)
			powers := Square(Div(x, scale))
			if p != 2 {
				powers = Pow(Abs(Div(x, scale)), p)
			}
			sum := Sum(powers, over)
			// The root has no derivative at 0; 0 is taken for it.
			zero := Equal(sum, 0)
			root := Where(zero, 1, sum)
			if p == 2 {
				root = Sqrt(root)
			} else {
				root = Pow(root, 1/p)
			}
			return []*Tensor{Where(zero, 0, Mul(root, scale)).Reshape(f.shape...)}, nil
		}})
}

func normFold(attrs Attrs, s Shape) (fold, float64, error) {
	if err := attrs.only("p", "axes", "keepdims"); err != nil {
		return fold{}, 0, err
	}
	p, err := attrs.Float("p", 2)
	if err == nil && !(p > 0) {
		err = &ArgError{Arg: "p", Got: p, Rule: "must be above 0"}
	}
	if err != nil {
		return fold{}, 0, err
	}
	f, err := foldOf(Attrs{"axes": attrs["axes"], "keepdims": attrs["keepdims"]}, s)
	return f, p, err
}

// Norm returns the p-norm of vectors: their Euclidean length for p = 2.
//
//   - Formula: y = (Σ |x|ᵖ)^(1/p) over the folded axes, for p = Inf max |x|; 0 if there is no element; NaN if one is NaN
//   - Shapes: y as x without the folded axes, or with size 1 there
//   - DTypes: Float32, Float64; accumulated in float64, scaled such that powers do not overflow
//   - Options: [ReduceOptions]
//   - Panics: [ArgError] for a p that is not above 0, or an axis that x does not have; [ShapeError] for p = Inf without elements; [DTypeError]
//   - Gradient: ∂x = ∂y·sign(x)·(|x|/y)ᵖ⁻¹; 0 where y = 0
//   - Cost: 4n operations, and n powers unless p is 1, 2 or Inf
//   - Paper: none
//   - Differences: as PyTorch linalg.vector_norm for these p; ONNX ReduceL1 and ReduceL2
func Norm(x *Tensor, p float64, opts ...ReduceOptions) *Tensor {
	o := one("ops.Norm", opts)
	a := Attrs{"p": p, "keepdims": o.KeepDims}
	if len(o.Axes) > 0 {
		a["axes"] = slices.Clone(o.Axes)
	}
	return apply1(opNorm, a, x)
}

// Norm returns the Euclidean norm over the axes given, or over all. See
// [Norm].
func (t *Tensor) Norm(axes ...int) *Tensor { return Norm(t, 2, ReduceOptions{Axes: axes}) }
