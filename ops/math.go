package ops

import (
	"math"

	"cahier/ops/internal/cpu"
)

var (
	opNeg        *Op
	opAbs        *Op
	opSign       *Op
	opSquare     *Op
	opReciprocal *Op
	opSqrt       *Op
	opExp        *Op
	opExpm1      *Op
	opLog        *Op
	opLog1p      *Op
	opErf        *Op
	opFloor      *Op
	opCeil       *Op
	opRound      *Op
)

func init() {
	opNeg = unary("Neg", "neg", "-x, element by element",
		loops1{cpu.Neg[float32], cpu.Neg[float64], cpu.Neg[int64], nil},
		func(_, _, g *Tensor) *Tensor { return Neg(g) })
	opAbs = unary("Abs", "abs", "the absolute value, element by element",
		loops1{cpu.Map[float32](math.Abs), cpu.Map[float64](math.Abs), cpu.AbsInt, nil},
		func(x, _, g *Tensor) *Tensor { return Mul(g, Sign(x)) })
	opSign = unary("Sign", "sign", "-1, 0 or 1, element by element",
		floats(sign),
		func(x, _, _ *Tensor) *Tensor { return ZerosLike(x) })
	opSquare = unary("Square", "square", "x², element by element",
		loops1{f32: cpu.Square[float32], f64: cpu.Square[float64]},
		func(x, _, g *Tensor) *Tensor { return Mul(Mul(g, x), 2) })
	opReciprocal = unary("Reciprocal", "reciprocal", "1/x, element by element",
		floats(func(x float64) float64 { return 1 / x }),
		func(_, y, g *Tensor) *Tensor { return Neg(Mul(g, Square(y))) })
	opSqrt = unary("Sqrt", "sqrt", "the square root, element by element",
		floats(math.Sqrt),
		func(_, y, g *Tensor) *Tensor { return Div(g, Mul(y, 2)) })
	opExp = unary("Exp", "exp", "eˣ, element by element",
		floats(math.Exp),
		func(_, y, g *Tensor) *Tensor { return Mul(g, y) })
	opExpm1 = unary("Expm1", "expm1", "eˣ-1 without loss of digits near 0, element by element",
		floats(math.Expm1),
		func(_, y, g *Tensor) *Tensor { return Mul(g, Add(y, 1)) })
	opLog = unary("Log", "log", "the natural logarithm, element by element",
		floats(math.Log),
		func(x, _, g *Tensor) *Tensor { return Div(g, x) })
	opLog1p = unary("Log1p", "log1p", "the natural logarithm of 1+x without loss of digits near 0, element by element",
		floats(math.Log1p),
		func(x, _, g *Tensor) *Tensor { return Div(g, Add(x, 1)) })
	opErf = unary("Erf", "erf", "the error function, element by element",
		floats(math.Erf),
		func(x, _, g *Tensor) *Tensor { return Mul(g, Mul(Exp(Neg(Square(x))), 2/math.Sqrt(math.Pi))) })
	opFloor = unary("Floor", "floor", "the largest integer that is not above x, element by element",
		floats(math.Floor),
		func(x, _, _ *Tensor) *Tensor { return ZerosLike(x) })
	opCeil = unary("Ceil", "ceil", "the smallest integer that is not below x, element by element",
		floats(math.Ceil),
		func(x, _, _ *Tensor) *Tensor { return ZerosLike(x) })
	opRound = unary("Round", "round", "the nearest integer, element by element; halves go to the even one",
		floats(math.RoundToEven),
		func(x, _, _ *Tensor) *Tensor { return ZerosLike(x) })
}

func sign(x float64) float64 {
	switch {
	case x > 0:
		return 1
	case x < 0:
		return -1
	}
	return x // 0 or NaN
}

// Neg returns -x, element by element.
//
//   - Formula: y = -x
//   - Shapes: y as x, any
//   - DTypes: Float32, Float64, Int64
//   - Options: none
//   - Panics: [DTypeError]
//   - Gradient: ∂x = -∂y
//   - Cost: n negations
//   - Paper: none
//   - Differences: none
func Neg(x *Tensor) *Tensor { return apply1(opNeg, nil, x) }

// Neg returns ops.Neg(t): -x, element by element.
func (t *Tensor) Neg() *Tensor { return Neg(t) }

// Abs returns the absolute value, element by element.
//
//   - Formula: y = |x|
//   - Shapes: y as x, any
//   - DTypes: Float32, Float64, Int64
//   - Options: none
//   - Panics: [DTypeError]
//   - Gradient: ∂x = ∂y·sign x, 0 at 0
//   - Cost: n operations
//   - Paper: none
//   - Differences: none
func Abs(x *Tensor) *Tensor { return apply1(opAbs, nil, x) }

// Abs returns ops.Abs(t): the absolute value, element by element.
func (t *Tensor) Abs() *Tensor { return Abs(t) }

// Sign returns -1, 0 or 1, element by element.
//
//   - Formula: y = x/|x|, 0 at 0, NaN at NaN
//   - Shapes: y as x, any
//   - DTypes: Float32, Float64; computed in float64 and rounded once
//   - Options: none
//   - Panics: [DTypeError]
//   - Gradient: 0
//   - Cost: n function values
//   - Paper: none
//   - Differences: none
func Sign(x *Tensor) *Tensor { return apply1(opSign, nil, x) }

// Sign returns ops.Sign(t): -1, 0 or 1, element by element.
func (t *Tensor) Sign() *Tensor { return Sign(t) }

// Square returns x², element by element.
//
//   - Formula: y = x²
//   - Shapes: y as x, any
//   - DTypes: Float32, Float64
//   - Options: none
//   - Panics: [DTypeError]
//   - Gradient: ∂x = 2x·∂y
//   - Cost: n multiplications
//   - Paper: none
//   - Differences: none
func Square(x *Tensor) *Tensor { return apply1(opSquare, nil, x) }

// Square returns ops.Square(t): x², element by element.
func (t *Tensor) Square() *Tensor { return Square(t) }

// Reciprocal returns 1/x, element by element.
//
//   - Formula: y = 1/x
//   - Shapes: y as x, any
//   - DTypes: Float32, Float64; computed in float64 and rounded once
//   - Options: none
//   - Panics: [DTypeError]
//   - Gradient: ∂x = -∂y·y²
//   - Cost: n divisions
//   - Paper: none
//   - Differences: none
func Reciprocal(x *Tensor) *Tensor { return apply1(opReciprocal, nil, x) }

// Reciprocal returns ops.Reciprocal(t): 1/x, element by element.
func (t *Tensor) Reciprocal() *Tensor { return Reciprocal(t) }

// Sqrt returns the square root, element by element.
//
//   - Formula: y = √x; NaN for x < 0
//   - Shapes: y as x, any
//   - DTypes: Float32, Float64; computed in float64 and rounded once
//   - Options: none
//   - Panics: [DTypeError]
//   - Gradient: ∂x = ∂y/2y; Inf at 0
//   - Cost: n square roots
//   - Paper: none
//   - Differences: none
func Sqrt(x *Tensor) *Tensor { return apply1(opSqrt, nil, x) }

// Sqrt returns ops.Sqrt(t): the square root, element by element.
func (t *Tensor) Sqrt() *Tensor { return Sqrt(t) }

// Exp returns eˣ, element by element.
//
//   - Formula: y = eˣ
//   - Shapes: y as x, any
//   - DTypes: Float32, Float64; computed in float64 and rounded once
//   - Options: none
//   - Panics: [DTypeError]
//   - Gradient: ∂x = ∂y·y
//   - Cost: n function values
//   - Paper: none
//   - Differences: none
func Exp(x *Tensor) *Tensor { return apply1(opExp, nil, x) }

// Exp returns ops.Exp(t): eˣ, element by element.
func (t *Tensor) Exp() *Tensor { return Exp(t) }

// Expm1 returns eˣ-1 without loss of digits near 0, element by element.
//
//   - Formula: y = eˣ - 1
//   - Shapes: y as x, any
//   - DTypes: Float32, Float64; computed in float64 and rounded once
//   - Options: none
//   - Panics: [DTypeError]
//   - Gradient: ∂x = ∂y·(y+1)
//   - Cost: n function values
//   - Paper: none
//   - Differences: none
func Expm1(x *Tensor) *Tensor { return apply1(opExpm1, nil, x) }

// Expm1 returns ops.Expm1(t): eˣ-1 without loss of digits near 0, element by element.
func (t *Tensor) Expm1() *Tensor { return Expm1(t) }

// Log returns the natural logarithm, element by element.
//
//   - Formula: y = ln x; -Inf at 0, NaN below
//   - Shapes: y as x, any
//   - DTypes: Float32, Float64; computed in float64 and rounded once
//   - Options: none
//   - Panics: [DTypeError]
//   - Gradient: ∂x = ∂y/x
//   - Cost: n function values
//   - Paper: none
//   - Differences: none
func Log(x *Tensor) *Tensor { return apply1(opLog, nil, x) }

// Log returns ops.Log(t): the natural logarithm, element by element.
func (t *Tensor) Log() *Tensor { return Log(t) }

// Log1p returns the natural logarithm of 1+x without loss of digits near 0, element by element.
//
//   - Formula: y = ln(1 + x)
//   - Shapes: y as x, any
//   - DTypes: Float32, Float64; computed in float64 and rounded once
//   - Options: none
//   - Panics: [DTypeError]
//   - Gradient: ∂x = ∂y/(1+x)
//   - Cost: n function values
//   - Paper: none
//   - Differences: none
func Log1p(x *Tensor) *Tensor { return apply1(opLog1p, nil, x) }

// Log1p returns ops.Log1p(t): the natural logarithm of 1+x without loss of digits near 0, element by element.
func (t *Tensor) Log1p() *Tensor { return Log1p(t) }

// Erf returns the error function, element by element.
//
//   - Formula: y = 2/√π ∫₀ˣ e^(-t²) dt
//   - Shapes: y as x, any
//   - DTypes: Float32, Float64; computed in float64 and rounded once
//   - Options: none
//   - Panics: [DTypeError]
//   - Gradient: ∂x = ∂y·2/√π·e^(-x²)
//   - Cost: n function values
//   - Paper: none
//   - Differences: none
func Erf(x *Tensor) *Tensor { return apply1(opErf, nil, x) }

// Erf returns ops.Erf(t): the error function, element by element.
func (t *Tensor) Erf() *Tensor { return Erf(t) }

// Floor returns the largest integer that is not above x, element by element.
//
//   - Formula: y = ⌊x⌋
//   - Shapes: y as x, any
//   - DTypes: Float32, Float64; computed in float64 and rounded once
//   - Options: none
//   - Panics: [DTypeError]
//   - Gradient: 0
//   - Cost: n operations
//   - Paper: none
//   - Differences: none
func Floor(x *Tensor) *Tensor { return apply1(opFloor, nil, x) }

// Floor returns ops.Floor(t): the largest integer that is not above x, element by element.
func (t *Tensor) Floor() *Tensor { return Floor(t) }

// Ceil returns the smallest integer that is not below x, element by element.
//
//   - Formula: y = ⌈x⌉
//   - Shapes: y as x, any
//   - DTypes: Float32, Float64; computed in float64 and rounded once
//   - Options: none
//   - Panics: [DTypeError]
//   - Gradient: 0
//   - Cost: n operations
//   - Paper: none
//   - Differences: none
func Ceil(x *Tensor) *Tensor { return apply1(opCeil, nil, x) }

// Ceil returns ops.Ceil(t): the smallest integer that is not below x, element by element.
func (t *Tensor) Ceil() *Tensor { return Ceil(t) }

// Round returns the nearest integer, element by element; halves go to the even one.
//
//   - Formula: y = round(x)
//   - Shapes: y as x, any
//   - DTypes: Float32, Float64; computed in float64 and rounded once
//   - Options: none
//   - Panics: [DTypeError]
//   - Gradient: 0
//   - Cost: n operations
//   - Paper: none
//   - Differences: none
func Round(x *Tensor) *Tensor { return apply1(opRound, nil, x) }

// Round returns ops.Round(t): the nearest integer, element by element; halves go to the even one.
func (t *Tensor) Round() *Tensor { return Round(t) }
