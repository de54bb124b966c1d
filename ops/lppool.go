package ops

import (
	"fmt"
	"math"
)

var lpPoolND [4]*Op // by the number of spatial axes

func init() {
	for n := 1; n <= 3; n++ {
		lpPoolND[n] = newLpPool(n)
	}
}

func newLpPool(n int) *Op {
	names := append([]string{"p"}, poolAttrs...)
	split := func(attrs Attrs) (p float64, pool Attrs, err error) {
		if p, err = attrs.positive("p", 2); err != nil {
			return 0, nil, err
		}
		pool = Attrs{}
		for _, k := range poolAttrs {
			if v, ok := attrs[k]; ok {
				pool[k] = v
			}
		}
		return p, pool, nil
	}
	return builtin(fmt.Sprintf("LpPool%dD", n), Op{Name: fmt.Sprintf("lp_pool%dd", n), Inputs: []string{"x"},
		Doc: fmt.Sprintf("the p-norm of each window on %d spatial axes of x [N C …]; attributes p, 2 if not set, size, stride, dilation, pad, ceil", n),
		Infer: func(attrs Attrs, in []Spec) ([]Spec, error) {
			if err := attrs.only(names...); err != nil {
				return nil, err
			}
			if err := wantFloat("x", in[0].DType); err != nil {
				return nil, err
			}
			_, pool, err := split(attrs)
			if err != nil {
				return nil, err
			}
			g, _, err := poolOf(pool, n, in[0].Shape)
			if err != nil {
				return nil, err
			}
			return []Spec{{DType: in[0].DType, Shape: g.output(n)}}, nil
		},
		Compose: func(attrs Attrs, in []*Tensor) ([]*Tensor, error) {
			p, pool, err := split(attrs)
			if err != nil {
				return nil, err
			}
			g, taps, err := poolOf(pool, n, in[0].shape)
			if err != nil {
				return nil, err
			}
			powers := Square(in[0])
			if p != 2 {
				powers = Pow(Abs(in[0]), p)
			}
			// The mean times the number of elements is the sum.
			count := newTensor(taps, g.output(n)[2:]).To(in[0].dtype)
			sum := Mul(apply1(poolND[n].avg, pool, powers), count)
			// The root has no derivative at 0; 0 is taken for it.
			zero := Equal(sum, 0)
			root := Pow(Where(zero, 1, sum), 1/p)
			return []*Tensor{Where(zero, 0, root)}, nil
		}})
}

func lpPool(n int, x *Tensor, p float64, size int, opts []PoolOptions) *Tensor {
	fn := fmt.Sprintf("ops.LpPool%dD", n)
	o := one(fn, opts)
	if o.CountPad {
		fail(fn, &ArgError{Arg: "CountPad", Got: true, Rule: "has no meaning here: zeros do not change a norm"})
	}
	a := o.attrs(size, n)
	a["p"] = p
	if p == 0 || math.IsNaN(p) {
		fail(fn, &ArgError{Arg: "p", Got: p, Rule: "must be above 0"})
	}
	return apply1(lpPoolND[n], a, x)
}

// LpPool1D returns the p-norm of each window of each channel of sequences.
//
//   - Formula: y[n, c, i] = (Σ_k |x[n, c, i·stride + k·dilation - pad]|ᵖ)^(1/p)
//   - Shapes: x [N C W], y [N C W'] as for [AvgPool1D]
//   - DTypes: Float32, Float64; sums accumulated in float64
//   - Options: [PoolOptions]: stride = size, dilation 1, no padding, rounded down
//   - Panics: [ShapeError], [DTypeError]; [ArgError] for a p that is not above 0, and for options that do not fit
//   - Gradient: ∂x = ∂y·sign(x)·(|x|/y)ᵖ⁻¹, added where windows overlap; 0 where y = 0
//   - Cost: N·C·W'·size additions and N·C·(W + W') powers
//   - Paper: Gulcehre et al., Learned-norm pooling for deep feedforward and recurrent neural networks, 2014
//   - Differences: PyTorch lp_pool does not take the absolute value, and scales the sum of a partial window up; ONNX LpPool's default stride is 1
func LpPool1D(x *Tensor, p float64, size int, opts ...PoolOptions) *Tensor {
	return lpPool(1, x, p, size, opts)
}

// LpPool2D returns the p-norm of each window of each channel of images.
//
//   - Formula: as [LpPool1D], over both axes of the window
//   - Shapes: x [N C H W], y [N C H' W'] as for [AvgPool2D]
//   - DTypes: Float32, Float64; sums accumulated in float64
//   - Options: [PoolOptions]: stride = size, dilation 1, no padding, rounded down
//   - Panics: [ShapeError], [DTypeError]; [ArgError] for a p that is not above 0, and for options that do not fit
//   - Gradient: as [LpPool1D]
//   - Cost: N·C·H'·W'·size² additions and N·C·(H·W + H'·W') powers
//   - Paper: as [LpPool1D]
//   - Differences: as [LpPool1D]
func LpPool2D(x *Tensor, p float64, size int, opts ...PoolOptions) *Tensor {
	return lpPool(2, x, p, size, opts)
}

// LpPool3D returns the p-norm of each window of each channel of volumes.
//
//   - Formula: as [LpPool1D], over the three axes of the window
//   - Shapes: x [N C D H W], y [N C D' H' W'] as for [AvgPool3D]
//   - DTypes: Float32, Float64; sums accumulated in float64
//   - Options: [PoolOptions]: stride = size, dilation 1, no padding, rounded down
//   - Panics: [ShapeError], [DTypeError]; [ArgError] for a p that is not above 0, and for options that do not fit
//   - Gradient: as [LpPool1D]
//   - Cost: N·C·D'·H'·W'·size³ additions and N·C·(D·H·W + D'·H'·W') powers
//   - Paper: as [LpPool1D]
//   - Differences: as [LpPool1D]
func LpPool3D(x *Tensor, p float64, size int, opts ...PoolOptions) *Tensor {
	return lpPool(3, x, p, size, opts)
}
