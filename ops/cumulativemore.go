package ops

import (
	"math"
	"slices"

	"cahier/ops/internal/cpu"
)

var opCumMax, opCumMin, opLogCumSumExp *Op

func init() {
	opCumMax = cumulativeExtreme("CumMax", "cummax", "largest", false)
	opCumMin = cumulativeExtreme("CumMin", "cummin", "smallest", true)
	opLogCumSumExp = builtin("LogCumSumExp", Op{Name: "logcumsumexp", Inputs: []string{"x"}, Doc: "the logarithms of the sums of exponentials up to each element along an axis, without overflow; attribute axis (the last if not set)",
		Infer: func(attrs Attrs, in []Spec) ([]Spec, error) {
			if err := wantFloat("x", in[0].DType); err != nil {
				return nil, err
			}
			_, err := onlyAxis(attrs, in[0].Shape)
			return in[:1:1], err
		},
		Forward: func(_ *Ctx, attrs Attrs, in []*Tensor) ([]*Tensor, error) {
			c, err := onlyAxis(attrs, in[0].shape)
			if err != nil {
				return nil, err
			}
			if in[0].dtype == Float32 {
				return []*Tensor{logCumSumExp[float32](c, in[0])}, nil
			}
			return []*Tensor{logCumSumExp[float64](c, in[0])}, nil
		},
		// With r[j] = Σ_{i >= j} ∂y[i]·exp(y[j] - y[i]), whose factors are at
		// most 1, ∂x[j] = exp(x[j] - y[j])·r[j].
		VJP: func(_ *Ctx, attrs Attrs, in, out, g []*Tensor) ([]*Tensor, error) {
			c, err := onlyAxis(attrs, in[0].shape)
			if err != nil || c.n == 0 {
				return []*Tensor{g[0]}, err
			}
			y := out[0]
			next := Concat([]*Tensor{y.Slice(c.axis, 1, End), y.Slice(c.axis, c.n-1, c.n)}, c.axis)
			never := Equal(y, math.Inf(-1)) // the sum of nothing
			a := Where(never, 0, Exp(Sub(Where(never, 0, y), Where(never, 0, next))))
			r := apply1(opRecur, CumulativeOptions{Reverse: true}.attrs(c.axis), a, g[0])
			return []*Tensor{Mul(Where(never, 0, Exp(Sub(in[0], Where(never, 0, y)))), r)}, nil
		}})
}

// onlyAxis checks the one attribute axis.
func onlyAxis(attrs Attrs, s Shape) (*cumulation, error) {
	if err := attrs.only("axis"); err != nil {
		return nil, err
	}
	return cumulationOf(attrs, s)
}

func logCumSumExp[T cpu.Float](c *cumulation, x *Tensor) *Tensor {
	return rowsAlong(x.shape, x.dtype, c.axis, 20, []*Tensor{x}, func(dst []T, src [][]T) {
		sum := math.Inf(-1)
		for i, v := range src[0] {
			sum = logAdd(sum, float64(v))
			dst[i] = T(sum)
		}
	})
}

// cumulativeExtreme registers the operation that gives the largest or the
// smallest element so far, and its place.
func cumulativeExtreme(fn, name, which string, least bool) *Op {
	return builtin(fn, Op{Name: name, Inputs: []string{"x"}, Doc: "the " + which + " of the elements up to each one along an axis, and their places, Int64, the first among equals; attribute axis (the last if not set)",
		Infer: func(attrs Attrs, in []Spec) ([]Spec, error) {
			if err := wantDType("x", in[0].DType, sortTypes...); err != nil {
				return nil, err
			}
			_, err := onlyAxis(attrs, in[0].Shape)
			return []Spec{in[0], {DType: Int64, Shape: in[0].Shape}}, err
		},
		Forward: func(_ *Ctx, attrs Attrs, in []*Tensor) ([]*Tensor, error) {
			c, err := onlyAxis(attrs, in[0].shape)
			if err != nil {
				return nil, err
			}
			var places *Tensor
			switch in[0].dtype {
			case Float32:
				places = extremePlaces[float32](c, in[0], least)
			case Float64:
				places = extremePlaces[float64](c, in[0], least)
			case Int64:
				places = extremePlaces[int64](c, in[0], least)
			default:
				places = extremePlaces[uint8](c, in[0], least)
			}
			return []*Tensor{Gather(in[0], c.axis, places), places}, nil
		},
		VJP: sortVJP})
}

func extremePlaces[T cpu.Number](c *cumulation, x *Tensor, least bool) *Tensor {
	order := append(slices.Delete(allAxes(len(x.shape)), c.axis, c.axis+1), c.axis)
	back := make([]int, len(order))
	for i, a := range order {
		back[a] = i
	}
	moved := x.permuted(order)
	src := flat[T](moved)
	out, dst := alloc[int64](moved.shape)
	if c.n > 0 {
		cpu.Parallel(len(dst)/c.n, cpu.GrainFor(2*c.n), func(lo, hi int) {
			for r := lo; r < hi; r++ {
				row, at := src[r*c.n:(r+1)*c.n], 0
				for i, v := range row {
					best := row[at]
					// NaN wins, and stays.
					if best == best && (v != v || v > best && !least || v < best && least) {
						at = i
					}
					dst[r*c.n+i] = int64(at)
				}
			}
		})
	}
	return out.permuted(back)
}

// CumMax returns the largest of the elements up to each one along an axis, and
// their places.
//
//   - Formula: y[…, i, …] = max_{j <= i} x[…, j, …] = x[…, places_i, …]; NaN from the first NaN on
//   - Shapes: y and places as x
//   - DTypes: x Float32, Float64, Int64, Uint8; places Int64
//   - Options: none. axis may be negative to count from the end
//   - Panics: [ArgError] for an axis that x does not have; [DTypeError]
//   - Gradient: ∂x collects ∂y at the places
//   - Cost: n comparisons
//   - Paper: none
//   - Differences: PyTorch cummax gives the last place among equals, here it is the first
func CumMax(x *Tensor, axis int) (y, places *Tensor) {
	out := apply(opCumMax, Attrs{"axis": axis}, x)
	return out[0], out[1]
}

// CumMin returns the smallest of the elements up to each one along an axis,
// and their places.
//
//   - Formula: y[…, i, …] = min_{j <= i} x[…, j, …] = x[…, places_i, …]; NaN from the first NaN on
//   - Shapes: y and places as x
//   - DTypes: x Float32, Float64, Int64, Uint8; places Int64
//   - Options: none. axis may be negative to count from the end
//   - Panics: [ArgError] for an axis that x does not have; [DTypeError]
//   - Gradient: ∂x collects ∂y at the places
//   - Cost: n comparisons
//   - Paper: none
//   - Differences: as [CumMax]
func CumMin(x *Tensor, axis int) (y, places *Tensor) {
	out := apply(opCumMin, Attrs{"axis": axis}, x)
	return out[0], out[1]
}

// LogCumSumExp returns the logarithms of the sums of exponentials up to each
// element along an axis, without overflow.
//
//   - Formula: y[…, i, …] = ln Σ_{j <= i} exp x[…, j, …]; NaN from the first NaN on
//   - Shapes: y as x
//   - DTypes: Float32, Float64; accumulated in float64
//   - Options: none. axis may be negative to count from the end
//   - Panics: [ArgError] for an axis that x does not have; [DTypeError]
//   - Gradient: ∂x[j] = Σ_{i >= j} ∂y[i]·exp(x[j] - y[i]), to any order
//   - Cost: 2n function values
//   - Paper: none
//   - Differences: none from PyTorch
func LogCumSumExp(x *Tensor, axis int) *Tensor {
	return apply1(opLogCumSumExp, Attrs{"axis": axis}, x)
}
