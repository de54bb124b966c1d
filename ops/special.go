package ops

import (
	"math"

	"gonum.org/v1/gonum/mathext"
)

var opErfc, opErfinv, opLogGamma, opPolygamma *Op

func init() {
	opErfc = unary("Erfc", "erfc", "1 - erf(x) without loss of digits for large x, element by element", floats(math.Erfc),
		func(x, _, g *Tensor) *Tensor { return Mul(Mul(g, Exp(Neg(Square(x)))), -2/math.SqrtPi) })
	opErfinv = unary("Erfinv", "erfinv", "the inverse of the error function, element by element", floats(math.Erfinv),
		func(_, y, g *Tensor) *Tensor { return Mul(Mul(g, Exp(Square(y))), math.SqrtPi/2) })
	opLogGamma = unary("LogGamma", "log_gamma", "the logarithm of the absolute value of the gamma function, element by element", floats(func(x float64) float64 {
		y, _ := math.Lgamma(x)
		return y
	}), func(x, _, g *Tensor) *Tensor { return Mul(g, Digamma(x)) })
	opPolygamma = builtin("Polygamma", Op{Name: "polygamma", Inputs: []string{"x"}, Doc: "the derivative of order n of the digamma function, element by element; attribute n, 0 if not set",
		Infer: func(attrs Attrs, in []Spec) ([]Spec, error) {
			if err := attrs.only("n"); err != nil {
				return nil, err
			}
			n, err := attrs.Int("n", 0)
			if err != nil {
				return nil, err
			}
			if n < 0 {
				return nil, &ArgError{Arg: "n", Got: n, Rule: "must not be negative"}
			}
			return in[:1:1], wantFloat("x", in[0].DType)
		},
		Forward: func(_ *Ctx, attrs Attrs, in []*Tensor) ([]*Tensor, error) {
			n, err := attrs.Int("n", 0)
			if err != nil {
				return nil, err
			}
			return []*Tensor{map1(in[0], floats(polygamma(n)))}, nil
		},
		VJP: func(_ *Ctx, attrs Attrs, in, _, g []*Tensor) ([]*Tensor, error) {
			n, err := attrs.Int("n", 0)
			if err != nil {
				return nil, err
			}
			return []*Tensor{Mul(g[0], Polygamma(in[0], n+1))}, nil
		}})
}

// polygamma returns ψ of order n: (-1)ⁿ⁺¹·n!·ζ(n+1, x) above order 0.
func polygamma(n int) func(x float64) float64 {
	if n == 0 {
		return func(x float64) float64 {
			if math.IsInf(x, 1) {
				return x
			}
			return mathext.Digamma(x)
		}
	}
	size, _ := math.Lgamma(float64(n + 1))
	factor := math.Exp(size)
	if n%2 == 0 {
		factor = -factor
	}
	return func(x float64) float64 {
		switch {
		case math.IsNaN(x) || math.IsInf(x, -1):
			return math.NaN()
		case math.IsInf(x, 1):
			return 0 * factor
		case x <= 0 && x == math.Trunc(x):
			// A pole: of one sign if the order is odd.
			if n%2 == 1 {
				return math.Inf(1)
			}
			return math.NaN()
		}
		return factor * mathext.Zeta(float64(n+1), x)
	}
}

// Erfc returns the complement of the error function without loss of digits for
// large x, element by element.
//
//   - Formula: y = 1 - erf(x) = 2/√π ∫ₓ^∞ e^(-t²) dt
//   - Shapes: y as x, any
//   - DTypes: Float32, Float64; computed in float64 and rounded once
//   - Options: none
//   - Panics: [DTypeError]
//   - Gradient: ∂x = -∂y·2/√π·e^(-x²)
//   - Cost: n function values
//   - Paper: none
//   - Differences: none
func Erfc(x *Tensor) *Tensor { return apply1(opErfc, nil, x) }

// Erfc returns ops.Erfc(t): the complement of the error function without loss of digits for large x.
func (t *Tensor) Erfc() *Tensor { return Erfc(t) }

// Erfinv returns the inverse of the error function, element by element.
//
//   - Formula: erf(y) = x; infinite at ±1, NaN beyond
//   - Shapes: y as x, any
//   - DTypes: Float32, Float64; computed in float64 and rounded once
//   - Options: none
//   - Panics: [DTypeError]
//   - Gradient: ∂x = ∂y·√π/2·e^(y²)
//   - Cost: n function values
//   - Paper: none
//   - Differences: none
func Erfinv(x *Tensor) *Tensor { return apply1(opErfinv, nil, x) }

// Erfinv returns ops.Erfinv(t): the inverse of the error function.
func (t *Tensor) Erfinv() *Tensor { return Erfinv(t) }

// LogGamma returns the logarithm of the absolute value of the gamma function,
// element by element.
//
//   - Formula: y = ln |Γ(x)|; Inf at 0 and at negative integers
//   - Shapes: y as x, any
//   - DTypes: Float32, Float64; computed in float64 and rounded once
//   - Options: none
//   - Panics: [DTypeError]
//   - Gradient: ∂x = ∂y·ψ(x), see [Digamma]
//   - Cost: n function values
//   - Paper: none
//   - Differences: PyTorch and SciPy call it lgamma and gammaln
func LogGamma(x *Tensor) *Tensor { return apply1(opLogGamma, nil, x) }

// LogGamma returns ops.LogGamma(t): the logarithm of the absolute value of the gamma function.
func (t *Tensor) LogGamma() *Tensor { return LogGamma(t) }

// Digamma returns the derivative of [LogGamma], element by element.
//
//   - Formula: y = ψ(x) = Γ'(x)/Γ(x); NaN at negative integers
//   - Shapes: y as x, any
//   - DTypes: Float32, Float64; computed in float64 and rounded once
//   - Options: none
//   - Panics: [DTypeError]
//   - Gradient: ∂x = ∂y·ψ'(x), see [Polygamma]
//   - Cost: n function values
//   - Paper: Abramowitz and Stegun, Handbook of mathematical functions, section 6.3
//   - Differences: none
func Digamma(x *Tensor) *Tensor { return apply1(opPolygamma, nil, x) }

// Polygamma returns the n-th derivative of the digamma function, element by
// element.
//
//   - Formula: y = ψ⁽ⁿ⁾(x) = (-1)ⁿ⁺¹·n!·ζ(n+1, x) for n > 0, ψ(x) for n = 0
//   - Shapes: y as x, any
//   - DTypes: Float32, Float64; computed in float64 and rounded once
//   - Options: none
//   - Panics: [DTypeError]; [ArgError] for a negative n
//   - Gradient: ∂x = ∂y·ψ⁽ⁿ⁺¹⁾(x)
//   - Cost: n function values
//   - Paper: Abramowitz and Stegun, Handbook of mathematical functions, section 6.4
//   - Differences: PyTorch and SciPy take n first
func Polygamma(x *Tensor, n int) *Tensor { return apply1(opPolygamma, Attrs{"n": n}, x) }
