package ops

import (
	"math"

	"cahier/ops/internal/cpu"
)

var opAdd, opSub, opMul, opDiv, opPow, opMaximum, opMinimum *Op

func init() {
	opAdd = binary("Add", "add", "a + b, element by element, with broadcasting",
		loops2{cpu.Add[float32], cpu.Add[float64], cpu.Add[int64], cpu.Add[uint8]},
		func(_ *Ctx, _, _, _, g *Tensor) (da, db *Tensor) { return g, g })
	opSub = binary("Sub", "sub", "a - b, element by element, with broadcasting",
		loops2{cpu.Sub[float32], cpu.Sub[float64], cpu.Sub[int64], cpu.Sub[uint8]},
		func(c *Ctx, _, _, _, g *Tensor) (da, db *Tensor) {
			if c.Needs(1) {
				db = Neg(g)
			}
			return g, db
		})
	opMul = binary("Mul", "mul", "a · b, element by element, with broadcasting",
		loops2{cpu.Mul[float32], cpu.Mul[float64], cpu.Mul[int64], cpu.Mul[uint8]},
		func(c *Ctx, a, b, _, g *Tensor) (da, db *Tensor) {
			if c.Needs(0) {
				da = Mul(g, b)
			}
			if c.Needs(1) {
				db = Mul(g, a)
			}
			return da, db
		})
	opDiv = binary("Div", "div", "a / b, element by element, with broadcasting",
		loops2{f32: cpu.Div[float32], f64: cpu.Div[float64]},
		func(c *Ctx, _, b, y, g *Tensor) (da, db *Tensor) {
			da = Div(g, b)
			if c.Needs(1) {
				db = Neg(Mul(da, y))
			}
			return da, db
		})
	opPow = binary("Pow", "pow", "a to the power of b, element by element, with broadcasting",
		loops2{f32: cpu.Map2[float32](math.Pow), f64: cpu.Map2[float64](math.Pow)},
		func(c *Ctx, a, b, y, g *Tensor) (da, db *Tensor) {
			if c.Needs(0) {
				// b·a^(b-1), written so that it is 0 and not NaN for
				// a = b = 0.
				safe := Where(Equal(b, 0), OnesLike(b), b)
				da = Mul(g, Mul(b, Pow(a, Sub(safe, 1))))
			}
			if c.Needs(1) {
				safe := Where(Greater(a, 0), a, OnesLike(a))
				db = Mul(g, Mul(y, Log(safe)))
			}
			return da, db
		})
	opMaximum = binary("Maximum", "maximum", "the larger of a and b, element by element, with broadcasting; NaN if either is NaN",
		loops2{cpu.Maximum[float32], cpu.Maximum[float64], cpu.Maximum[int64], cpu.Maximum[uint8]},
		func(_ *Ctx, a, b, _, g *Tensor) (da, db *Tensor) { return pickVJP(Greater(a, b), Equal(a, b), g) })
	opMinimum = binary("Minimum", "minimum", "the smaller of a and b, element by element, with broadcasting; NaN if either is NaN",
		loops2{cpu.Minimum[float32], cpu.Minimum[float64], cpu.Minimum[int64], cpu.Minimum[uint8]},
		func(_ *Ctx, a, b, _, g *Tensor) (da, db *Tensor) { return pickVJP(Less(a, b), Equal(a, b), g) })
}

// pickVJP gives the cotangent to a where first holds and to b elsewhere, half
// to each where both are equal.
func pickVJP(first, both, g *Tensor) (da, db *Tensor) {
	share := Add(first.To(g.dtype), Mul(both.To(g.dtype), 0.5))
	da = Mul(g, share)
	return da, Sub(g, da)
}

// Add returns the sum of a and b, element by element.
//
//   - Formula: y = a + b
//   - Shapes: a and b broadcast to one shape, which y has; either may be a Go number
//   - DTypes: Float32, Float64, Int64, Uint8; the same for both. Integers wrap around
//   - Options: none
//   - Panics: [ShapeError], [DTypeError]; [ArgError] for a number that the type of the tensor cannot hold
//   - Gradient: ∂a = ∂y, ∂b = ∂y, summed over the axes that were broadcast
//   - Cost: n additions
//   - Paper: none
//   - Differences: types are never widened; otherwise none
func Add(a, b any) *Tensor { return call2(opAdd, a, b) }

// Add returns ops.Add(t, b): the sum of a and b, element by element.
func (t *Tensor) Add(b any) *Tensor { return call2(opAdd, t, b) }

// Sub returns the difference of a and b, element by element.
//
//   - Formula: y = a - b
//   - Shapes: a and b broadcast to one shape, which y has; either may be a Go number
//   - DTypes: Float32, Float64, Int64, Uint8; the same for both. Integers wrap around
//   - Options: none
//   - Panics: [ShapeError], [DTypeError]; [ArgError] for a number that the type of the tensor cannot hold
//   - Gradient: ∂a = ∂y, ∂b = -∂y, summed over the axes that were broadcast
//   - Cost: n subtractions
//   - Paper: none
//   - Differences: types are never widened; otherwise none
func Sub(a, b any) *Tensor { return call2(opSub, a, b) }

// Sub returns ops.Sub(t, b): the difference of a and b, element by element.
func (t *Tensor) Sub(b any) *Tensor { return call2(opSub, t, b) }

// Mul returns the product of a and b, element by element. For the matrix product see [MatMul].
//
//   - Formula: y = a · b
//   - Shapes: a and b broadcast to one shape, which y has; either may be a Go number
//   - DTypes: Float32, Float64, Int64, Uint8; the same for both. Integers wrap around
//   - Options: none
//   - Panics: [ShapeError], [DTypeError]; [ArgError] for a number that the type of the tensor cannot hold
//   - Gradient: ∂a = ∂y·b, ∂b = ∂y·a, summed over the axes that were broadcast
//   - Cost: n multiplications
//   - Paper: none
//   - Differences: types are never widened; otherwise none
func Mul(a, b any) *Tensor { return call2(opMul, a, b) }

// Mul returns ops.Mul(t, b): the product of a and b, element by element. For the matrix product see [MatMul].
func (t *Tensor) Mul(b any) *Tensor { return call2(opMul, t, b) }

// Div returns the quotient of a and b, element by element.
//
//   - Formula: y = a / b; division by 0 gives ±Inf or NaN
//   - Shapes: a and b broadcast to one shape, which y has; either may be a Go number
//   - DTypes: Float32, Float64; the same for both
//   - Options: none
//   - Panics: [ShapeError], [DTypeError]; [ArgError] for a number that the type of the tensor cannot hold
//   - Gradient: ∂a = ∂y/b, ∂b = -∂y·y/b, summed over the axes that were broadcast
//   - Cost: n divisions
//   - Paper: none
//   - Differences: integers are refused, where PyTorch converts them and ONNX cuts off
func Div(a, b any) *Tensor { return call2(opDiv, a, b) }

// Div returns ops.Div(t, b): the quotient of a and b, element by element.
func (t *Tensor) Div(b any) *Tensor { return call2(opDiv, t, b) }

// Pow returns a to the power of b, element by element.
//
//   - Formula: y = aᵇ, as math.Pow
//   - Shapes: a and b broadcast to one shape, which y has; either may be a Go number
//   - DTypes: Float32, Float64; the same for both; computed in float64
//   - Options: none
//   - Panics: [ShapeError], [DTypeError]; [ArgError] for a number that the type of the tensor cannot hold
//   - Gradient: ∂a = ∂y·b·aᵇ⁻¹, ∂b = ∂y·y·log a (0 for a <= 0), summed over the axes that were broadcast
//   - Cost: n powers, about 50 ns each
//   - Paper: none
//   - Differences: types are never widened; otherwise none
func Pow(a, b any) *Tensor { return call2(opPow, a, b) }

// Pow returns ops.Pow(t, b): a to the power of b, element by element.
func (t *Tensor) Pow(b any) *Tensor { return call2(opPow, t, b) }

// Maximum returns the larger of a and b, element by element.
//
//   - Formula: y = max(a, b); NaN if either is NaN
//   - Shapes: a and b broadcast to one shape, which y has; either may be a Go number
//   - DTypes: Float32, Float64, Int64, Uint8; the same for both. Integers wrap around
//   - Options: none
//   - Panics: [ShapeError], [DTypeError]; [ArgError] for a number that the type of the tensor cannot hold
//   - Gradient: to the larger one, half to each where they are equal
//   - Cost: n comparisons
//   - Paper: none
//   - Differences: types are never widened; otherwise none
func Maximum(a, b any) *Tensor { return call2(opMaximum, a, b) }

// Maximum returns ops.Maximum(t, b): the larger of a and b, element by element.
func (t *Tensor) Maximum(b any) *Tensor { return call2(opMaximum, t, b) }

// Minimum returns the smaller of a and b, element by element.
//
//   - Formula: y = min(a, b); NaN if either is NaN
//   - Shapes: a and b broadcast to one shape, which y has; either may be a Go number
//   - DTypes: Float32, Float64, Int64, Uint8; the same for both. Integers wrap around
//   - Options: none
//   - Panics: [ShapeError], [DTypeError]; [ArgError] for a number that the type of the tensor cannot hold
//   - Gradient: to the smaller one, half to each where they are equal
//   - Cost: n comparisons
//   - Paper: none
//   - Differences: types are never widened; otherwise none
func Minimum(a, b any) *Tensor { return call2(opMinimum, a, b) }

// Minimum returns ops.Minimum(t, b): the smaller of a and b, element by element.
func (t *Tensor) Minimum(b any) *Tensor { return call2(opMinimum, t, b) }
