package ops

import "math"

var opSin, opCos, opTan, opAsin, opAcos, opAtan, opSinh, opCosh, opTanh *Op

func init() {
	opSin = unary("Sin", "sin", "the sine, element by element",
		floats(math.Sin),
		func(x, _, g *Tensor) *Tensor { return Mul(g, Cos(x)) })
	opCos = unary("Cos", "cos", "the cosine, element by element",
		floats(math.Cos),
		func(x, _, g *Tensor) *Tensor { return Neg(Mul(g, Sin(x))) })
	opTan = unary("Tan", "tan", "the tangent, element by element",
		floats(math.Tan),
		func(_, y, g *Tensor) *Tensor { return Mul(g, Add(Square(y), 1)) })
	opAsin = unary("Asin", "asin", "the arc sine in radians, element by element",
		floats(math.Asin),
		func(x, _, g *Tensor) *Tensor { return Div(g, Sqrt(Sub(1, Square(x)))) })
	opAcos = unary("Acos", "acos", "the arc cosine in radians, element by element",
		floats(math.Acos),
		func(x, _, g *Tensor) *Tensor { return Neg(Div(g, Sqrt(Sub(1, Square(x))))) })
	opAtan = unary("Atan", "atan", "the arc tangent in radians, element by element",
		floats(math.Atan),
		func(x, _, g *Tensor) *Tensor { return Div(g, Add(Square(x), 1)) })
	opSinh = unary("Sinh", "sinh", "the hyperbolic sine, element by element",
		floats(math.Sinh),
		func(x, _, g *Tensor) *Tensor { return Mul(g, Cosh(x)) })
	opCosh = unary("Cosh", "cosh", "the hyperbolic cosine, element by element",
		floats(math.Cosh),
		func(x, _, g *Tensor) *Tensor { return Mul(g, Sinh(x)) })
	opTanh = unary("Tanh", "tanh", "the hyperbolic tangent, element by element",
		floats(math.Tanh),
		func(_, y, g *Tensor) *Tensor { return Mul(g, Sub(1, Square(y))) })
}

// Sin returns the sine, element by element.
//
//   - Formula: y = sin x, x in radians
//   - Shapes: y as x, any
//   - DTypes: Float32, Float64; computed in float64 and rounded once
//   - Options: none
//   - Panics: [DTypeError]
//   - Gradient: ∂x = ∂y·cos x
//   - Cost: n function values
//   - Paper: none
//   - Differences: none
func Sin(x *Tensor) *Tensor { return apply1(opSin, nil, x) }

// Sin returns ops.Sin(t): the sine, element by element.
func (t *Tensor) Sin() *Tensor { return Sin(t) }

// Cos returns the cosine, element by element.
//
//   - Formula: y = cos x, x in radians
//   - Shapes: y as x, any
//   - DTypes: Float32, Float64; computed in float64 and rounded once
//   - Options: none
//   - Panics: [DTypeError]
//   - Gradient: ∂x = -∂y·sin x
//   - Cost: n function values
//   - Paper: none
//   - Differences: none
func Cos(x *Tensor) *Tensor { return apply1(opCos, nil, x) }

// Cos returns ops.Cos(t): the cosine, element by element.
func (t *Tensor) Cos() *Tensor { return Cos(t) }

// Tan returns the tangent, element by element.
//
//   - Formula: y = tan x, x in radians
//   - Shapes: y as x, any
//   - DTypes: Float32, Float64; computed in float64 and rounded once
//   - Options: none
//   - Panics: [DTypeError]
//   - Gradient: ∂x = ∂y·(1+y²)
//   - Cost: n function values
//   - Paper: none
//   - Differences: none
func Tan(x *Tensor) *Tensor { return apply1(opTan, nil, x) }

// Tan returns ops.Tan(t): the tangent, element by element.
func (t *Tensor) Tan() *Tensor { return Tan(t) }

// Asin returns the arc sine in radians, element by element.
//
//   - Formula: y = arcsin x; NaN outside [-1, 1]
//   - Shapes: y as x, any
//   - DTypes: Float32, Float64; computed in float64 and rounded once
//   - Options: none
//   - Panics: [DTypeError]
//   - Gradient: ∂x = ∂y/√(1-x²)
//   - Cost: n function values
//   - Paper: none
//   - Differences: none
func Asin(x *Tensor) *Tensor { return apply1(opAsin, nil, x) }

// Asin returns ops.Asin(t): the arc sine in radians, element by element.
func (t *Tensor) Asin() *Tensor { return Asin(t) }

// Acos returns the arc cosine in radians, element by element.
//
//   - Formula: y = arccos x; NaN outside [-1, 1]
//   - Shapes: y as x, any
//   - DTypes: Float32, Float64; computed in float64 and rounded once
//   - Options: none
//   - Panics: [DTypeError]
//   - Gradient: ∂x = -∂y/√(1-x²)
//   - Cost: n function values
//   - Paper: none
//   - Differences: none
func Acos(x *Tensor) *Tensor { return apply1(opAcos, nil, x) }

// Acos returns ops.Acos(t): the arc cosine in radians, element by element.
func (t *Tensor) Acos() *Tensor { return Acos(t) }

// Atan returns the arc tangent in radians, element by element.
//
//   - Formula: y = arctan x
//   - Shapes: y as x, any
//   - DTypes: Float32, Float64; computed in float64 and rounded once
//   - Options: none
//   - Panics: [DTypeError]
//   - Gradient: ∂x = ∂y/(1+x²)
//   - Cost: n function values
//   - Paper: none
//   - Differences: none
func Atan(x *Tensor) *Tensor { return apply1(opAtan, nil, x) }

// Atan returns ops.Atan(t): the arc tangent in radians, element by element.
func (t *Tensor) Atan() *Tensor { return Atan(t) }

// Sinh returns the hyperbolic sine, element by element.
//
//   - Formula: y = (eˣ - e⁻ˣ)/2
//   - Shapes: y as x, any
//   - DTypes: Float32, Float64; computed in float64 and rounded once
//   - Options: none
//   - Panics: [DTypeError]
//   - Gradient: ∂x = ∂y·cosh x
//   - Cost: n function values
//   - Paper: none
//   - Differences: none
func Sinh(x *Tensor) *Tensor { return apply1(opSinh, nil, x) }

// Sinh returns ops.Sinh(t): the hyperbolic sine, element by element.
func (t *Tensor) Sinh() *Tensor { return Sinh(t) }

// Cosh returns the hyperbolic cosine, element by element.
//
//   - Formula: y = (eˣ + e⁻ˣ)/2
//   - Shapes: y as x, any
//   - DTypes: Float32, Float64; computed in float64 and rounded once
//   - Options: none
//   - Panics: [DTypeError]
//   - Gradient: ∂x = ∂y·sinh x
//   - Cost: n function values
//   - Paper: none
//   - Differences: none
func Cosh(x *Tensor) *Tensor { return apply1(opCosh, nil, x) }

// Cosh returns ops.Cosh(t): the hyperbolic cosine, element by element.
func (t *Tensor) Cosh() *Tensor { return Cosh(t) }

// Tanh returns the hyperbolic tangent, element by element.
//
//   - Formula: y = (eˣ - e⁻ˣ)/(eˣ + e⁻ˣ)
//   - Shapes: y as x, any
//   - DTypes: Float32, Float64; computed in float64 and rounded once
//   - Options: none
//   - Panics: [DTypeError]
//   - Gradient: ∂x = ∂y·(1-y²)
//   - Cost: n function values
//   - Paper: none
//   - Differences: none
func Tanh(x *Tensor) *Tensor { return apply1(opTanh, nil, x) }

// Tanh returns ops.Tanh(t): the hyperbolic tangent, element by element.
func (t *Tensor) Tanh() *Tensor { return Tanh(t) }
