package ops

import (
	"slices"

	"cahier/ops/internal/cpu"
)

// CumulativeOptions are the options of CumSum and CumProd. The zero value
// runs from the first element to the last and includes each one itself.
type CumulativeOptions struct {
	Exclusive bool // each result lacks its own element: the first one is 0, or 1 for a product
	Reverse   bool // runs from the last element to the first
}

func (o CumulativeOptions) attrs(axis int) Attrs {
	a := Attrs{"axis": axis}
	if o.Exclusive {
		a["exclusive"] = true
	}
	if o.Reverse {
		a["reverse"] = true
	}
	return a
}

var opCumSum, opCumProd *Op

// opRecur solves s[i] = a[i]·s[i-1] + b[i] along an axis, or from the end
// with attribute reverse. It serves the gradients of products.
var opRecur *Op

func init() {
	opCumSum = cumulative("CumSum", "cumsum", "the sums of the elements up to each one along an axis", []DType{Float32, Float64, Int64, Uint8, Bool}, 0,
		func(c *cumulation, x, _, g *Tensor) *Tensor {
			return apply1(opCumSum, CumulativeOptions{Exclusive: c.exclusive, Reverse: !c.reverse}.attrs(c.axis), g)
		})
	opCumProd = cumulative("CumProd", "cumprod", "the products of the elements up to each one along an axis", []DType{Float32, Float64, Int64, Uint8}, 1, cumProdVJP)
	opRecur = internal("CumProd (gradient)", Op{Name: "linear_recurrence", Inputs: []string{"a", "b"},
		Infer: func(_ Attrs, in []Spec) ([]Spec, error) { return in[1:2:2], nil },
		Forward: func(_ *Ctx, attrs Attrs, in []*Tensor) ([]*Tensor, error) {
			c, err := cumulationOf(attrs, in[1].shape)
			if err != nil {
				return nil, err
			}
			if in[1].dtype == Float32 {
				return []*Tensor{recurrenceRows[float32](c, in[0], in[1])}, nil
			}
			return []*Tensor{recurrenceRows[float64](c, in[0], in[1])}, nil
		},
		// With λ for the cotangent of s: λ[i] = g[i] + a[i+1]·λ[i+1], and then
		// ∂b = λ and ∂a[i] = λ[i]·s[i-1].
		VJP: func(_ *Ctx, attrs Attrs, in, out, g []*Tensor) ([]*Tensor, error) {
			c, err := cumulationOf(attrs, in[1].shape)
			if err != nil {
				return nil, err
			}
			lambda := apply1(opRecur, CumulativeOptions{Reverse: !c.reverse}.attrs(c.axis), c.shifted(in[0], !c.reverse), g[0])
			return []*Tensor{Mul(lambda, c.shifted(out[0], c.reverse)), lambda}, nil
		}})
}

// cumulation is the checked attributes of a cumulative operation.
type cumulation struct {
	axis, n            int
	exclusive, reverse bool
}

func cumulationOf(attrs Attrs, s Shape) (c *cumulation, err error) {
	if err := attrs.only("axis", "exclusive", "reverse"); err != nil {
		return nil, err
	}
	c = &cumulation{}
	if c.axis, err = attrs.Int("axis", -1); err != nil {
		return nil, err
	}
	if c.axis, err = axisOf(c.axis, len(s), "axis"); err != nil {
		return nil, err
	}
	c.n = s[c.axis]
	if c.exclusive, err = attrs.Bool("exclusive"); err != nil {
		return nil, err
	}
	c.reverse, err = attrs.Bool("reverse")
	return c, err
}

// shifted returns x moved by one place along the axis, with a zero at the
// place that becomes free: towards the end, or with back towards the front.
func (c *cumulation) shifted(x *Tensor, back bool) *Tensor {
	if c.n == 0 {
		return x
	}
	zero := ZerosLike(x.Detach().Slice(c.axis, 0, 1))
	if back {
		return Concat([]*Tensor{x.Slice(c.axis, 1, End), zero}, c.axis)
	}
	return Concat([]*Tensor{zero, x.Slice(c.axis, 0, c.n-1)}, c.axis)
}

// cumulative registers an operation that runs along an axis. start is the
// neutral element: 0 adds, 1 multiplies.
func cumulative(fn, name, doc string, types []DType, start int, vjp func(c *cumulation, x, y, g *Tensor) *Tensor) *Op {
	return builtin(fn, Op{Name: name, Inputs: []string{"x"},
		Doc: doc + "; attributes axis (the last if not set), exclusive (without the element itself) and reverse (from the last to the first)",
		Infer: func(attrs Attrs, in []Spec) ([]Spec, error) {
			if err := wantDType("x", in[0].DType, types...); err != nil {
				return nil, err
			}
			_, err := cumulationOf(attrs, in[0].Shape)
			return []Spec{{DType: sumType(in[0].DType), Shape: in[0].Shape}}, err
		},
		Forward: func(_ *Ctx, attrs Attrs, in []*Tensor) ([]*Tensor, error) {
			c, err := cumulationOf(attrs, in[0].shape)
			if err != nil {
				return nil, err
			}
			switch x := convert(in[0], sumType(in[0].dtype), false); x.dtype {
			case Float32:
				return []*Tensor{cumulate[float32, float64](c, x, float64(start))}, nil
			case Float64:
				return []*Tensor{cumulate[float64](c, x, float64(start))}, nil
			default:
				return []*Tensor{cumulate[int64](c, x, int64(start))}, nil
			}
		},
		VJP: func(_ *Ctx, attrs Attrs, in, out, g []*Tensor) ([]*Tensor, error) {
			c, err := cumulationOf(attrs, in[0].shape)
			if err != nil {
				return nil, err
			}
			return []*Tensor{vjp(c, in[0], out[0], g[0])}, nil
		}})
}

// rowsAlong calls f for each row along an axis: with the row of a new tensor,
// to be filled, and those of ins, which all have the same shape. It returns
// the new tensor.
func rowsAlong[T elem](shape Shape, d DType, axis, cost int, ins []*Tensor, f func(dst []T, src [][]T)) *Tensor {
	order := append(slices.Delete(allAxes(len(shape)), axis, axis+1), axis)
	back := make([]int, len(order))
	moved := make(Shape, len(order))
	for i, a := range order {
		back[a], moved[i] = i, shape[a]
	}
	out := allocOf(d, moved)
	dst, n := out.data.([]T), shape[axis]
	srcs := make([][]T, len(ins))
	for i, x := range ins {
		srcs[i] = flat[T](x.permuted(order))
	}
	if n > 0 {
		cpu.Parallel(len(dst)/n, cpu.GrainFor(cost*n), func(lo, hi int) {
			rows := make([][]T, len(srcs))
			for r := lo; r < hi; r++ {
				for i := range srcs {
					rows[i] = srcs[i][r*n : (r+1)*n]
				}
				f(dst[r*n:(r+1)*n], rows)
			}
		})
	}
	return out.permuted(back)
}

// cumulate adds, or multiplies if start is 1, in A.
func cumulate[T, A float32 | float64 | int64](c *cumulation, x *Tensor, start A) *Tensor {
	return rowsAlong(x.shape, x.dtype, c.axis, 2, []*Tensor{x}, func(dst []T, src [][]T) {
		acc := start
		for k := range dst {
			i := k
			if c.reverse {
				i = len(dst) - 1 - k
			}
			before := acc
			if start == 0 {
				acc += A(src[0][i])
			} else {
				acc *= A(src[0][i])
			}
			dst[i] = T(acc)
			if c.exclusive {
				dst[i] = T(before)
			}
		}
	})
}

func recurrenceRows[T cpu.Float](c *cumulation, a, b *Tensor) *Tensor {
	return rowsAlong(b.shape, b.dtype, c.axis, 2, []*Tensor{a, b}, func(dst []T, src [][]T) {
		s := 0.0
		for k := range dst {
			i := k
			if c.reverse {
				i = len(dst) - 1 - k
			}
			s = float64(src[0][i])*s + float64(src[1][i])
			dst[i] = T(s)
		}
	})
}

// cumProdVJP gives each element the product of those before it times what
// comes behind it: no division, so that zeros are no exception.
func cumProdVJP(c *cumulation, x, _, g *Tensor) *Tensor {
	if c.exclusive {
		// The exclusive products are the inclusive ones, moved by one place.
		g = c.shifted(g, !c.reverse)
	}
	before := apply1(opCumProd, CumulativeOptions{Exclusive: true, Reverse: c.reverse}.attrs(c.axis), x)
	behind := apply1(opRecur, CumulativeOptions{Reverse: !c.reverse}.attrs(c.axis), c.shifted(x, !c.reverse), g)
	return Mul(before, behind)
}

// CumSum returns the sums of the elements up to each one along an axis.
//
//   - Formula: y[…, i, …] = Σ_{j <= i} x[…, j, …]; NaN from the first NaN on
//   - Shapes: y as x
//   - DTypes: Float32 and Float64, accumulated in float64; Int64, Uint8 and Bool give Int64
//   - Options: [CumulativeOptions]: inclusive, from the first to the last. axis may be negative to count from the end
//   - Panics: [ArgError] for an axis that x does not have; [DTypeError]
//   - Gradient: ∂x is the sum of ∂y in the other direction
//   - Cost: n additions
//   - Paper: none
//   - Differences: none from PyTorch cumsum and ONNX CumSum
func CumSum(x *Tensor, axis int, opts ...CumulativeOptions) *Tensor {
	return apply1(opCumSum, one("ops.CumSum", opts).attrs(axis), x)
}

// CumSum returns ops.CumSum(t, axis): the sums up to each element.
func (t *Tensor) CumSum(axis int) *Tensor { return CumSum(t, axis) }

// CumProd returns the products of the elements up to each one along an axis.
//
//   - Formula: y[…, i, …] = Π_{j <= i} x[…, j, …]; NaN from the first NaN on
//   - Shapes: y as x
//   - DTypes: Float32 and Float64, accumulated in float64; Int64 and Uint8 give Int64
//   - Options: [CumulativeOptions]: inclusive, from the first to the last. axis may be negative to count from the end
//   - Panics: [ArgError] for an axis that x does not have; [DTypeError]
//   - Gradient: ∂x[j] = Σ_i ∂y[i]·Π_{k <= i, k ≠ j} x[k], without a division: right where x is 0
//   - Cost: n products; the gradient 4n operations
//   - Paper: none
//   - Differences: none from PyTorch cumprod; ONNX CumProd
func CumProd(x *Tensor, axis int, opts ...CumulativeOptions) *Tensor {
	return apply1(opCumProd, one("ops.CumProd", opts).attrs(axis), x)
}

// CumProd returns ops.CumProd(t, axis): the products up to each element.
func (t *Tensor) CumProd(axis int) *Tensor { return CumProd(t, axis) }
