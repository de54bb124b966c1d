package ops

import "math"

var opAsinh, opAcosh, opAtanh, opExp2, opLog2, opLog10, opRsqrt, opTrunc *Op

func init() {
	opAsinh = unary("Asinh", "asinh", "the inverse hyperbolic sine, element by element", floats(math.Asinh),
		func(x, _, g *Tensor) *Tensor { return Div(g, Sqrt(Add(Square(x), 1))) })
	opAcosh = unary("Acosh", "acosh", "the inverse hyperbolic cosine, element by element", floats(math.Acosh),
		func(x, _, g *Tensor) *Tensor { return Div(g, Sqrt(Mul(Sub(x, 1), Add(x, 1)))) })
	opAtanh = unary("Atanh", "atanh", "the inverse hyperbolic tangent, element by element", floats(math.Atanh),
		func(x, _, g *Tensor) *Tensor { return Div(g, Mul(Sub(1, x), Add(x, 1))) })
	opExp2 = unary("Exp2", "exp2", "2ˣ, element by element", floats(math.Exp2),
		func(_, y, g *Tensor) *Tensor { return Mul(Mul(g, y), math.Ln2) })
	opLog2 = unary("Log2", "log2", "the logarithm to base 2, element by element", floats(math.Log2),
		func(x, _, g *Tensor) *Tensor { return Div(g, Mul(x, math.Ln2)) })
	opLog10 = unary("Log10", "log10", "the logarithm to base 10, element by element", floats(math.Log10),
		func(x, _, g *Tensor) *Tensor { return Div(g, Mul(x, math.Ln10)) })
	opRsqrt = unary("Rsqrt", "rsqrt", "1/√x, element by element", floats(func(x float64) float64 { return 1 / math.Sqrt(x) }),
		func(_, y, g *Tensor) *Tensor { return Mul(g, Mul(Mul(Square(y), y), -0.5)) })
	opTrunc = unary("Trunc", "trunc", "the integer without the fraction, element by element", floats(math.Trunc),
		func(x, _, _ *Tensor) *Tensor { return ZerosLike(x) })
}

// Asinh returns the inverse hyperbolic sine, element by element.
//
//   - Formula: y = ln(x + √(x²+1))
//   - Shapes: y as x, any
//   - DTypes: Float32, Float64; computed in float64 and rounded once
//   - Options: none
//   - Panics: [DTypeError]
//   - Gradient: ∂x = ∂y/√(x²+1)
//   - Cost: n function values
//   - Paper: none
//   - Differences: none
func Asinh(x *Tensor) *Tensor { return apply1(opAsinh, nil, x) }

// Asinh returns ops.Asinh(t): the inverse hyperbolic sine.
func (t *Tensor) Asinh() *Tensor { return Asinh(t) }

// Acosh returns the inverse hyperbolic cosine, element by element.
//
//   - Formula: y = ln(x + √(x²-1)); NaN below 1
//   - Shapes: y as x, any
//   - DTypes: Float32, Float64; computed in float64 and rounded once
//   - Options: none
//   - Panics: [DTypeError]
//   - Gradient: ∂x = ∂y/√(x²-1)
//   - Cost: n function values
//   - Paper: none
//   - Differences: none
func Acosh(x *Tensor) *Tensor { return apply1(opAcosh, nil, x) }

// Acosh returns ops.Acosh(t): the inverse hyperbolic cosine.
func (t *Tensor) Acosh() *Tensor { return Acosh(t) }

// Atanh returns the inverse hyperbolic tangent, element by element.
//
//   - Formula: y = ln((1+x)/(1-x))/2; infinite at ±1, NaN beyond
//   - Shapes: y as x, any
//   - DTypes: Float32, Float64; computed in float64 and rounded once
//   - Options: none
//   - Panics: [DTypeError]
//   - Gradient: ∂x = ∂y/(1-x²)
//   - Cost: n function values
//   - Paper: none
//   - Differences: none
func Atanh(x *Tensor) *Tensor { return apply1(opAtanh, nil, x) }

// Atanh returns ops.Atanh(t): the inverse hyperbolic tangent.
func (t *Tensor) Atanh() *Tensor { return Atanh(t) }

// Exp2 returns 2ˣ, element by element.
//
//   - Formula: y = 2ˣ
//   - Shapes: y as x, any
//   - DTypes: Float32, Float64; computed in float64 and rounded once
//   - Options: none
//   - Panics: [DTypeError]
//   - Gradient: ∂x = ∂y·y·ln 2
//   - Cost: n function values
//   - Paper: none
//   - Differences: none
func Exp2(x *Tensor) *Tensor { return apply1(opExp2, nil, x) }

// Exp2 returns ops.Exp2(t): 2ˣ.
func (t *Tensor) Exp2() *Tensor { return Exp2(t) }

// Log2 returns the logarithm to base 2, element by element.
//
//   - Formula: y = log₂ x; -Inf at 0, NaN below
//   - Shapes: y as x, any
//   - DTypes: Float32, Float64; computed in float64 and rounded once
//   - Options: none
//   - Panics: [DTypeError]
//   - Gradient: ∂x = ∂y/(x·ln 2)
//   - Cost: n function values
//   - Paper: none
//   - Differences: none
func Log2(x *Tensor) *Tensor { return apply1(opLog2, nil, x) }

// Log2 returns ops.Log2(t): the logarithm to base 2.
func (t *Tensor) Log2() *Tensor { return Log2(t) }

// Log10 returns the logarithm to base 10, element by element.
//
//   - Formula: y = log₁₀ x; -Inf at 0, NaN below
//   - Shapes: y as x, any
//   - DTypes: Float32, Float64; computed in float64 and rounded once
//   - Options: none
//   - Panics: [DTypeError]
//   - Gradient: ∂x = ∂y/(x·ln 10)
//   - Cost: n function values
//   - Paper: none
//   - Differences: none
func Log10(x *Tensor) *Tensor { return apply1(opLog10, nil, x) }

// Log10 returns ops.Log10(t): the logarithm to base 10.
func (t *Tensor) Log10() *Tensor { return Log10(t) }

// Rsqrt returns the reciprocal of the square root, element by element.
//
//   - Formula: y = 1/√x; Inf at 0, NaN below
//   - Shapes: y as x, any
//   - DTypes: Float32, Float64; computed in float64 and rounded once
//   - Options: none
//   - Panics: [DTypeError]
//   - Gradient: ∂x = -∂y·y³/2
//   - Cost: n function values
//   - Paper: none
//   - Differences: none
func Rsqrt(x *Tensor) *Tensor { return apply1(opRsqrt, nil, x) }

// Rsqrt returns ops.Rsqrt(t): the reciprocal of the square root.
func (t *Tensor) Rsqrt() *Tensor { return Rsqrt(t) }

// Trunc returns the integer that remains without the fraction, element by
// element.
//
//   - Formula: y = x rounded towards 0
//   - Shapes: y as x, any
//   - DTypes: Float32, Float64; computed in float64 and rounded once
//   - Options: none
//   - Panics: [DTypeError]
//   - Gradient: 0
//   - Cost: n operations
//   - Paper: none
//   - Differences: none
func Trunc(x *Tensor) *Tensor { return apply1(opTrunc, nil, x) }

// Trunc returns ops.Trunc(t): the integer that remains without the fraction.
func (t *Tensor) Trunc() *Tensor { return Trunc(t) }
