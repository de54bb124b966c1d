package ops

import (
	"fmt"
	"math"
	"slices"

	"cahier/ops/internal/cpu"
)

var opAtan2, opHypot, opRemainder, opFmod, opLogAddExp, opXLogY *Op

// pairs are the loops of f, computed in float64 and rounded once.
func pairs(f func(a, b float64) float64) loops2 {
	return loops2{f32: cpu.Map2[float32](f), f64: cpu.Map2[float64](f)}
}

func init() {
	opAtan2 = binary("Atan2", "atan2", "the angle of the point (b, a), element by element, with broadcasting", pairs(math.Atan2),
		func(_ *Ctx, a, b, _, g *Tensor) (da, db *Tensor) {
			r := Div(g, Add(Square(a), Square(b)))
			return Mul(r, b), Neg(Mul(r, a))
		})
	opHypot = binary("Hypot", "hypot", "√(a² + b²) without overflow, element by element, with broadcasting", pairs(math.Hypot),
		func(_ *Ctx, a, b, y, g *Tensor) (da, db *Tensor) {
			// It has no derivative at the origin; 0 is taken for it.
			zero := Equal(y, 0)
			r := Where(zero, 0, Div(g, Where(zero, 1, y)))
			return Mul(r, a), Mul(r, b)
		})
	opRemainder = remainder("Remainder", "remainder", "a - b·⌊a/b⌋, of b's sign, element by element, with broadcasting", floorMod, Floor,
		func(a, b int64) int64 {
			if m := a % b; m != 0 && (m < 0) != (b < 0) {
				return m + b
			}
			return a % b
		})
	opFmod = remainder("Fmod", "fmod", "a - b·trunc(a/b), of a's sign, element by element, with broadcasting", math.Mod, Trunc,
		func(a, b int64) int64 { return a % b })
	opLogAddExp = binary("LogAddExp", "logaddexp", "ln(eᵃ + eᵇ) without overflow, element by element, with broadcasting", pairs(func(a, b float64) float64 {
		if a == b {
			return a + math.Ln2 // also where both are infinite
		}
		return math.Max(a, b) + math.Log1p(math.Exp(-math.Abs(a-b)))
	}),
		func(_ *Ctx, a, b, _, g *Tensor) (da, db *Tensor) {
			// Infinite numbers that are equal have no difference.
			both := And(Equal(a, b), Equal(Abs(a), math.Inf(1)))
			d := Where(both, 0, Sub(a, b))
			return Mul(g, Sigmoid(d)), Mul(g, Sigmoid(Neg(d)))
		})
	opXLogY = binary("XLogY", "xlogy", "a·ln b, and 0 where a is 0, element by element, with broadcasting", pairs(func(a, b float64) float64 {
		if a == 0 && b == b {
			return 0
		}
		return a * math.Log(b)
	}),
		func(_ *Ctx, a, b, _, g *Tensor) (da, db *Tensor) {
			// 0 stays 0 where the logarithm is not finite.
			none := And(Equal(a, 0), LessEqual(b, 0))
			safe := Where(none, 1, b)
			return Mul(g, Log(safe)), Mul(g, Div(a, safe))
		})
}

// floorMod is the remainder of the sign of b.
func floorMod(a, b float64) float64 {
	m := math.Mod(a, b)
	switch {
	case m == 0:
		return math.Copysign(0, b)
	case math.IsInf(b, 0) && !math.IsInf(a, 0) && (a < 0) != (b < 0):
		return b
	case (m < 0) != (b < 0):
		return m + b
	}
	return m
}

// remainder registers a remainder, for which round makes an integer of a/b.
// Integers have no remainder by 0.
func remainder(fn, name, doc string, f func(a, b float64) float64, round func(x *Tensor) *Tensor, ints func(a, b int64) int64) *Op {
	l := pairs(f)
	l.i64 = func(dst, a, b []int64) {
		for i := range dst {
			dst[i] = ints(a[i], b[i])
		}
	}
	l.u8 = func(dst, a, b []uint8) {
		for i := range dst {
			dst[i] = a[i] % b[i]
		}
	}
	op := binary(fn, name, doc, l, func(_ *Ctx, a, b, _, g *Tensor) (da, db *Tensor) { return g, Neg(Mul(g, round(Div(a, b)))) })
	forward := op.Forward
	op.Forward = func(c *Ctx, attrs Attrs, in []*Tensor) ([]*Tensor, error) {
		if b := in[1]; !b.dtype.IsFloat() {
			if i := slices.Index(b.Int64s(), 0); i >= 0 && in[0].Len() > 0 {
				return nil, &ArgError{Arg: "b", Got: 0, Rule: fmt.Sprintf("element %d: integers have no remainder by 0", i)}
			}
		}
		return forward(c, attrs, in)
	}
	return op
}

// Atan2 returns the angle between the first axis and the point (b, a), element
// by element.
//
//   - Formula: y = atan(a/b) in the right quadrant, from -π to π
//   - Shapes: a and b broadcast to one shape, which y has; either may be a Go number
//   - DTypes: Float32, Float64; computed in float64 and rounded once; the same for both
//   - Options: none
//   - Panics: [ShapeError], [DTypeError]; [ArgError] for a number that the type of the tensor cannot hold
//   - Gradient: ∂a = ∂y·b/(a²+b²), ∂b = -∂y·a/(a²+b²)
//   - Cost: n function values
//   - Paper: none
//   - Differences: none
func Atan2(a, b any) *Tensor { return call2(opAtan2, a, b) }

// Atan2 returns ops.Atan2(t, b): the angle between the first axis and the point (b, a).
func (t *Tensor) Atan2(b any) *Tensor { return Atan2(t, b) }

// Hypot returns the length of the vector (a, b), without overflow, element by
// element.
//
//   - Formula: y = √(a² + b²)
//   - Shapes: a and b broadcast to one shape, which y has; either may be a Go number
//   - DTypes: Float32, Float64; computed in float64 and rounded once; the same for both
//   - Options: none
//   - Panics: [ShapeError], [DTypeError]; [ArgError] for a number that the type of the tensor cannot hold
//   - Gradient: ∂a = ∂y·a/y, ∂b = ∂y·b/y; 0 where y = 0
//   - Cost: n function values
//   - Paper: none
//   - Differences: none
func Hypot(a, b any) *Tensor { return call2(opHypot, a, b) }

// Hypot returns ops.Hypot(t, b): the length of the vector (a, b), without overflow.
func (t *Tensor) Hypot(b any) *Tensor { return Hypot(t, b) }

// Remainder returns the remainder of a division, with the sign of b, element
// by element.
//
//   - Formula: y = a - b·⌊a/b⌋; NaN for b = 0
//   - Shapes: a and b broadcast to one shape, which y has; either may be a Go number
//   - DTypes: Float32, Float64, Int64, Uint8; the same for both
//   - Options: none
//   - Panics: [ShapeError], [DTypeError]; [ArgError] for integers and b = 0, and for a number that the type of the tensor cannot hold
//   - Gradient: ∂a = ∂y, ∂b = -∂y·⌊a/b⌋
//   - Cost: n divisions
//   - Paper: none
//   - Differences: NumPy's and Python's %, PyTorch remainder, ONNX Mod with fmod = 0
func Remainder(a, b any) *Tensor { return call2(opRemainder, a, b) }

// Remainder returns ops.Remainder(t, b): the remainder of a division, with the sign of b.
func (t *Tensor) Remainder(b any) *Tensor { return Remainder(t, b) }

// Fmod returns the remainder of a division, with the sign of a, element by
// element.
//
//   - Formula: y = a - b·trunc(a/b); NaN for b = 0
//   - Shapes: a and b broadcast to one shape, which y has; either may be a Go number
//   - DTypes: Float32, Float64, Int64, Uint8; the same for both
//   - Options: none
//   - Panics: [ShapeError], [DTypeError]; [ArgError] for integers and b = 0, and for a number that the type of the tensor cannot hold
//   - Gradient: ∂a = ∂y, ∂b = -∂y·trunc(a/b)
//   - Cost: n divisions
//   - Paper: none
//   - Differences: Go's %, NumPy's and PyTorch's fmod, ONNX Mod with fmod = 1
func Fmod(a, b any) *Tensor { return call2(opFmod, a, b) }

// Fmod returns ops.Fmod(t, b): the remainder of a division, with the sign of a.
func (t *Tensor) Fmod(b any) *Tensor { return Fmod(t, b) }

// LogAddExp returns the logarithm of the sum of two exponentials, without
// overflow, element by element.
//
//   - Formula: y = ln(eᵃ + eᵇ)
//   - Shapes: a and b broadcast to one shape, which y has; either may be a Go number
//   - DTypes: Float32, Float64; computed in float64 and rounded once; the same for both
//   - Options: none
//   - Panics: [ShapeError], [DTypeError]; [ArgError] for a number that the type of the tensor cannot hold
//   - Gradient: ∂a = ∂y·σ(a-b), ∂b = ∂y·σ(b-a)
//   - Cost: n function values
//   - Paper: none
//   - Differences: none
func LogAddExp(a, b any) *Tensor { return call2(opLogAddExp, a, b) }

// LogAddExp returns ops.LogAddExp(t, b): the logarithm of the sum of two exponentials, without overflow.
func (t *Tensor) LogAddExp(b any) *Tensor { return LogAddExp(t, b) }

// XLogY returns a·ln b, which is 0 where a is 0, element by element.
//
//   - Formula: y = a·ln b, 0 for a = 0 unless b is NaN
//   - Shapes: a and b broadcast to one shape, which y has; either may be a Go number
//   - DTypes: Float32, Float64; computed in float64 and rounded once; the same for both
//   - Options: none
//   - Panics: [ShapeError], [DTypeError]; [ArgError] for a number that the type of the tensor cannot hold
//   - Gradient: ∂a = ∂y·ln b, ∂b = ∂y·a/b
//   - Cost: n function values
//   - Paper: none
//   - Differences: none
func XLogY(a, b any) *Tensor { return call2(opXLogY, a, b) }

// XLogY returns ops.XLogY(t, b): a·ln b, which is 0 where a is 0.
func (t *Tensor) XLogY(b any) *Tensor { return XLogY(t, b) }

// Lerp returns numbers between a and b: a for w = 0, b for w = 1.
//
//   - Formula: y = a + w·(b - a)
//   - Shapes: a, b and w broadcast to one shape, which y has; all but one may be Go numbers
//   - DTypes: Float32, Float64; the same for all
//   - Options: none
//   - Panics: [ShapeError], [DTypeError]; [ArgError] if b - a is not of a tensor
//   - Gradient: ∂a = (1-w)·∂y, ∂b = w·∂y, ∂w = (b-a)·∂y
//   - Cost: 3n operations
//   - Paper: none
//   - Differences: none from PyTorch
func Lerp(a, b, w any) *Tensor {
	return Add(a, Mul(w, Sub(b, a)))
}

// IsNaN returns where x is not a number.
//
//   - Formula: y = (x ≠ x)
//   - Shapes: y as x
//   - DTypes: x Float32, Float64; y Bool
//   - Options: none
//   - Panics: [DTypeError]
//   - Gradient: none; y is Bool
//   - Cost: n comparisons
//   - Paper: none
//   - Differences: none from PyTorch, NumPy and ONNX IsNaN
func IsNaN(x *Tensor) *Tensor {
	floating("ops.IsNaN", x)
	return NotEqual(x, x)
}

// IsInf returns where x is infinite.
//
//   - Formula: y = (|x| = Inf); false for NaN
//   - Shapes: y as x
//   - DTypes: x Float32, Float64; y Bool
//   - Options: none
//   - Panics: [DTypeError]
//   - Gradient: none; y is Bool
//   - Cost: 2n operations
//   - Paper: none
//   - Differences: none from PyTorch and NumPy; ONNX IsInf can ask for one sign
func IsInf(x *Tensor) *Tensor {
	floating("ops.IsInf", x)
	return Equal(Abs(x), math.Inf(1))
}

// IsFinite returns where x is neither infinite nor NaN.
//
//   - Formula: y = (|x| < Inf)
//   - Shapes: y as x
//   - DTypes: x Float32, Float64; y Bool
//   - Options: none
//   - Panics: [DTypeError]
//   - Gradient: none; y is Bool
//   - Cost: 2n operations
//   - Paper: none
//   - Differences: none from PyTorch and NumPy
func IsFinite(x *Tensor) *Tensor {
	floating("ops.IsFinite", x)
	return Less(Abs(x), math.Inf(1))
}

// floating panics unless x is a tensor of floating-point numbers.
func floating(fn string, x *Tensor) {
	given(fn, x)
	if err := wantFloat("x", x.dtype); err != nil {
		fail(fn, err)
	}
}
