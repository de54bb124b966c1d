package ops

import (
	"fmt"
	"math"
	"slices"
)

// PositionOptions are the options of SinusoidalPositions.
type PositionOptions struct {
	Start int     // position of the first row
	Base  float64 // ratio of the longest to the shortest wavelength; 0 means 10000
}

// SinusoidalPositions returns the positions of a sequence's steps as waves of
// different lengths, to be added to embeddings.
//
//   - Formula: y[t, 2i] = sin((start + t)/base^(2i/D)), y[t, 2i + 1] = cos((start + t)/base^(2i/D))
//   - Shapes: y [steps features], with D = features
//   - DTypes: Float32; computed in float64
//   - Options: [PositionOptions]: from 0, base 10000
//   - Panics: [ArgError] for negative sizes or a base that is not positive
//   - Gradient: none
//   - Cost: one sine or cosine an element
//   - Paper: Vaswani et al., Attention is all you need, 2017
//   - Differences: PyTorch and ONNX have none
func SinusoidalPositions(steps, features int, opts ...PositionOptions) *Tensor {
	const fn = "ops.SinusoidalPositions"
	o := one(fn, opts)
	base, err := wavelengths(o.Base)
	if err != nil {
		fail(fn, err)
	}
	y, data := alloc[float32](made(fn, []int{steps, features}))
	for t := range steps {
		for j := range features {
			angle := float64(o.Start+t) / math.Pow(base, float64(j-j%2)/float64(features))
			if j%2 == 0 {
				data[t*features+j] = float32(math.Sin(angle))
			} else {
				data[t*features+j] = float32(math.Cos(angle))
			}
		}
	}
	return y
}

func wavelengths(base float64) (float64, error) {
	if base == 0 {
		return 10000, nil
	}
	if !(base > 0) {
		return 0, &ArgError{Arg: "Base", Got: base, Rule: "must be positive"}
	}
	return base, nil
}

// RotaryOptions are the options of RotaryEmbedding. The zero value turns all
// features of steps 0, 1, 2 …
type RotaryOptions struct {
	Start       int     // position of the first step, as with a cache of so many
	Positions   *Tensor // Int64 [T], or [N T] for each batch entry, instead of Start, Start+1 …
	Dim         int     // the first so many features are turned; 0 means all
	Base        float64 // ratio of the longest to the shortest wavelength; 0 means 10000
	Interleaved bool    // pairs are neighbours (2i, 2i+1) and not halves (i, i + Dim/2)
}

var opRotary *Op

func init() {
	opRotary = builtin("RotaryEmbedding", Op{Name: "rotary_embedding", Inputs: []string{"x", "cos", "sin"},
		Doc: "pairs of features of x [… D] turned by angles whose cosines and sines [… R/2] broadcast over x; the features behind the first R stay; attribute interleaved: pairs are neighbours instead of halves",
		Infer: func(attrs Attrs, in []Spec) ([]Spec, error) {
			if err := attrs.only("interleaved"); err != nil {
				return nil, err
			}
			if _, err := attrs.Bool("interleaved"); err != nil {
				return nil, err
			}
			x := in[0]
			if err := wantFloat("x", x.DType); err != nil {
				return nil, err
			}
			if len(x.Shape) == 0 {
				return nil, &ShapeError{Arg: "x", Got: Shape{}, Rule: "want at least an axis of features"}
			}
			for i, name := range []string{"cos", "sin"} {
				s := in[1+i]
				if err := wantSame("x", x.DType, name, s.DType); err != nil {
					return nil, err
				}
				last := len(x.Shape) - 1
				want := slices.Clone(x.Shape)
				want[last] = -1
				axes := make([]string, len(want))
				axes[last] = "r/2"
				fits := len(s.Shape) > 0 && 2*s.Shape[len(s.Shape)-1] <= x.Shape[last] && (i == 0 || s.Shape.Equal(in[1].Shape))
				if fits {
					want := x.Shape.with(last, s.Shape[len(s.Shape)-1])
					b, ok := broadcast(s.Shape, want)
					fits = ok && b.Equal(want)
				}
				if !fits {
					return nil, &ShapeError{Arg: name, Got: slices.Clone(s.Shape), Want: want, Axes: axes, Rule: fmt.Sprintf("must broadcast to this, with one angle for each of at most %d pairs, cos and sin alike", x.Shape[last]/2)}
				}
			}
			return in[:1:1], nil
		},
		Compose: func(attrs Attrs, in []*Tensor) ([]*Tensor, error) {
			interleaved, err := attrs.Bool("interleaved")
			if err != nil {
				return nil, err
			}
			x, cos, sin := in[0], in[1], in[2]
			half, d := cos.shape[len(cos.shape)-1], x.shape[len(x.shape)-1]
			var a, b *Tensor
			if interleaved {
				pairs := x.Slice(-1, 0, 2*half).Reshape(append(x.shape.with(len(x.shape)-1, half), 2)...)
				a, b = pairs.Select(-1, 0), pairs.Select(-1, 1)
			} else {
				a, b = x.Slice(-1, 0, half), x.Slice(-1, half, 2*half)
			}
			turned := []*Tensor{Sub(Mul(a, cos), Mul(b, sin)), Add(Mul(a, sin), Mul(b, cos))}
			if interleaved {
				turned = []*Tensor{Stack(turned, -1).Reshape(x.shape.with(len(x.shape)-1, 2*half)...)}
			}
			return []*Tensor{Concat(append(turned, x.Slice(-1, 2*half, d)), -1)}, nil
		}})
}

// RotaryEmbedding turns pairs of features of queries or keys by angles that
// grow with the position, so that the product of a query and a key depends on
// their distance.
//
//   - Formula: [y_a y_b] = [x_a·cos θ - x_b·sin θ, x_a·sin θ + x_b·cos θ] with θ = position/base^(2i/Dim) for pair i, (a, b) = (i, i + Dim/2), or (2i, 2i + 1) if Interleaved
//   - Shapes: x and y [… T D]
//   - DTypes: Float32, Float64; angles computed in float64
//   - Options: [RotaryOptions]: positions from 0, all features, base 10000, pairs of halves
//   - Panics: [ShapeError], [DTypeError]; [ArgError] for an odd or too large Dim
//   - Gradient: ∂x is ∂y turned back; to any order
//   - Cost: 6 operations a pair
//   - Paper: Su et al., RoFormer: enhanced transformer with rotary position embedding, 2021
//   - Differences: ONNX RotaryEmbedding takes tables of cosines and sines, as Call("rotary_embedding", attrs, x, cos, sin) does; PyTorch has none
func RotaryEmbedding(x *Tensor, opts ...RotaryOptions) *Tensor {
	const fn = "ops.RotaryEmbedding"
	o := one(fn, opts)
	given(fn, x)
	cos, sin, err := o.tables(x)
	if err != nil {
		fail(fn, err)
	}
	attrs := Attrs{}
	if o.Interleaved {
		attrs["interleaved"] = true
	}
	return apply1(opRotary, attrs, x, cos, sin)
}

// tables returns the cosines and sines of the angles, shaped to broadcast
// over x.
func (o RotaryOptions) tables(x *Tensor) (cos, sin *Tensor, err error) {
	rank := len(x.shape)
	if rank < 2 {
		return nil, nil, &ShapeError{Arg: "x", Got: x.Shape(), Want: Shape{-1, -1}, Axes: []string{"t", "d"}, Rule: "want at least two axes, the last ones steps and features"}
	}
	if err := wantFloat("x", x.dtype); err != nil {
		return nil, nil, err
	}
	steps, d := x.shape[rank-2], x.shape[rank-1]
	dim := o.Dim
	if dim == 0 {
		dim = d
	}
	if dim < 0 || dim > d || dim%2 != 0 {
		return nil, nil, &ArgError{Arg: "Dim", Got: dim, Rule: fmt.Sprintf("must be even and at most the %d features of x", d)}
	}
	base, err := wavelengths(o.Base)
	if err != nil {
		return nil, nil, err
	}
	var positions []int
	shape := Shape{steps, dim / 2}
	if p := o.Positions; p == nil {
		for t := range steps {
			positions = append(positions, o.Start+t)
		}
	} else {
		if err := wantDType("Positions", p.dtype, Int64); err != nil {
			return nil, nil, err
		}
		if o.Start != 0 {
			return nil, nil, &ArgError{Arg: "Start", Got: o.Start, Rule: "has no meaning with Positions; add it to them"}
		}
		positions = p.Ints()
		if rank > 2 && p.shape.Equal(Shape{x.shape[0], steps}) {
			shape = append(Shape(slices.Repeat([]int{1}, rank-2)), shape...)
			shape[0] = x.shape[0]
		} else if !p.shape.Equal(Shape{steps}) {
			return nil, nil, &ShapeError{Arg: "Positions", Got: p.Shape(), Want: Shape{steps}, Rule: "want a position for each step, or [n t] with n batch entries"}
		}
	}
	cos, sin = allocOf(Float64, shape), allocOf(Float64, shape)
	c, s := cos.data.([]float64), sin.data.([]float64)
	for i, p := range positions {
		for j := range dim / 2 {
			s[i*dim/2+j], c[i*dim/2+j] = math.Sincos(float64(p) / math.Pow(base, float64(2*j)/float64(dim)))
		}
	}
	return cos.To(x.dtype), sin.To(x.dtype), nil
}
