package ops

import (
	"math"
	"slices"
)

var opGELU, opGELUTanh, opSiLU, opMish, opSoftplus, opLogSigmoid, opSoftsign, opPReLU *Op

// The coefficients of the approximation of GELU by tanh.
const (
	geluScale = 0.79788456080286535588 // √(2/π)
	geluCubic = 0.044715
)

func init() {
	opGELU = unary("GELU", "gelu", "x·Φ(x), where Φ is the normal distribution function", floats(gelu),
		func(x, _, g *Tensor) *Tensor {
			cdf := Mul(Add(Erf(Mul(x, math.Sqrt2/2)), 1), 0.5)
			pdf := Mul(Exp(Mul(Square(x), -0.5)), 1/math.Sqrt(2*math.Pi))
			return Mul(g, Add(cdf, Mul(x, pdf)))
		})
	opGELUTanh = unary("GELUTanh", "gelu_tanh", "the approximation x/2·(1 + tanh(√(2/π)·(x + 0.044715·x³))) of gelu", floats(geluTanh),
		func(x, _, g *Tensor) *Tensor {
			square := Square(x)
			t := Tanh(Mul(Mul(x, geluScale), Add(Mul(square, geluCubic), 1)))
			slope := Mul(Add(Mul(square, 3*geluCubic), 1), geluScale)
			rest := Mul(Mul(x, Sub(1, Square(t))), slope)
			return Mul(g, Mul(Add(Add(t, 1), rest), 0.5))
		})
	opSiLU = unary("SiLU", "silu", "x/(1 + exp(-x))", floats(silu),
		func(x, _, g *Tensor) *Tensor {
			s := Sigmoid(x)
			return Mul(g, Mul(s, Add(Mul(x, Sub(1, s)), 1)))
		})
	opMish = unary("Mish", "mish", "x·tanh(log(1 + exp(x)))", floats(mish),
		func(x, _, g *Tensor) *Tensor {
			t := Tanh(Softplus(x))
			return Mul(g, Add(t, Mul(Mul(x, Sub(1, Square(t))), Sigmoid(x))))
		})
	opSoftplus = unary("Softplus", "softplus", "log(1 + exp(x))", floats(softplus),
		func(x, _, g *Tensor) *Tensor { return Mul(g, Sigmoid(x)) })
	opLogSigmoid = unary("LogSigmoid", "log_sigmoid", "log(1/(1 + exp(-x)))", floats(func(x float64) float64 { return -softplus(-x) }),
		func(x, _, g *Tensor) *Tensor { return Mul(g, Sigmoid(Neg(x))) })
	opSoftsign = unary("Softsign", "softsign", "x/(1 + |x|)", floats(func(x float64) float64 {
		if math.IsInf(x, 0) {
			return sign(x)
		}
		return x / (1 + math.Abs(x))
	}),
		func(x, _, g *Tensor) *Tensor { return Mul(g, Reciprocal(Square(Add(Abs(x), 1)))) })
	opPReLU = builtin("PReLU", Op{Name: "prelu", Inputs: []string{"x", "w"},
		Doc: "x where it is positive, else w·x with one w, or one for each index of axis 1 of x",
		Infer: func(attrs Attrs, in []Spec) ([]Spec, error) {
			if err := attrs.only(); err != nil {
				return nil, err
			}
			if err := wantFloat("x", in[0].DType); err != nil {
				return nil, err
			}
			if err := wantSame("x", in[0].DType, "w", in[1].DType); err != nil {
				return nil, err
			}
			x, w := in[0].Shape, in[1].Shape
			if len(w) == 1 && (w[0] == 1 || len(x) > 1 && w[0] == x[1]) {
				return in[:1:1], nil
			}
			want, rule := Shape{1}, "x has no axis of channels, so there is one slope"
			if len(x) > 1 {
				want, rule = Shape{x[1]}, "want one slope for each channel (axis 1 of x), or [1]"
			}
			return nil, &ShapeError{Arg: "w", Got: slices.Clone(w), Want: want, Rule: rule}
		},
		Compose: func(_ Attrs, in []*Tensor) ([]*Tensor, error) {
			x, w := in[0], in[1]
			if len(x.shape) == 0 {
				w = w.Reshape()
			} else if len(x.shape) > 1 {
				w = channelwise(w, len(x.shape))
			}
			return []*Tensor{Where(Greater(x, 0), x, Mul(x, w))}, nil
		}})
}

// channelwise returns v [C] such that it broadcasts along axis 1 of a tensor
// of the given rank.
func channelwise(v *Tensor, rank int) *Tensor {
	s := slices.Repeat([]int{1}, rank-1)
	s[0] = v.shape[0]
	return v.Reshape(s...)
}

// The limits at -Inf are 0; the formulas would give NaN there.

func gelu(x float64) float64 {
	if math.IsInf(x, -1) {
		return 0
	}
	return 0.5 * x * math.Erfc(-x*(math.Sqrt2/2))
}

func geluTanh(x float64) float64 {
	if math.IsInf(x, -1) {
		return 0
	}
	// (1 + tanh(u))/2 = sigmoid(2u), which keeps its digits for small values.
	return x * sigmoid(2*geluScale*x*(1+geluCubic*x*x))
}

func silu(x float64) float64 {
	if math.IsInf(x, -1) {
		return 0
	}
	return x * sigmoid(x)
}

func mish(x float64) float64 {
	if math.IsInf(x, -1) {
		return 0
	}
	return x * math.Tanh(softplus(x))
}

// softplus does not overflow: exp is taken of a negative number only.
func softplus(x float64) float64 {
	return math.Max(x, 0) + math.Log1p(math.Exp(-math.Abs(x)))
}

// GELU returns the Gaussian error linear unit, exactly.
//
//   - Formula: y = x·Φ(x), with Φ the distribution function of the normal distribution; 0 at -Inf
//   - Shapes: y as x, any
//   - DTypes: Float32, Float64; computed in float64 and rounded once
//   - Options: none; [GELUTanh] is the approximation
//   - Panics: [DTypeError]
//   - Gradient: ∂x = ∂y·(Φ(x) + x·φ(x)), with φ the normal density
//   - Cost: n error functions
//   - Paper: Hendrycks and Gimpel, Gaussian error linear units, 2016
//   - Differences: none from PyTorch gelu and ONNX Gelu, but that -Inf gives 0 and not NaN
func GELU(x *Tensor) *Tensor { return apply1(opGELU, nil, x) }

// GELU returns ops.GELU(t): the Gaussian error linear unit.
func (t *Tensor) GELU() *Tensor { return GELU(t) }

// GELUTanh returns the approximation of [GELU] that BERT and GPT-2 were
// trained with.
//
//   - Formula: y = x/2·(1 + tanh(√(2/π)·(x + 0.044715·x³))); 0 at -Inf
//   - Shapes: y as x, any
//   - DTypes: Float32, Float64; computed in float64 and rounded once
//   - Options: none
//   - Panics: [DTypeError]
//   - Gradient: the derivative of the formula
//   - Cost: n exponentials
//   - Paper: Hendrycks and Gimpel, Gaussian error linear units, 2016
//   - Differences: PyTorch gelu and ONNX Gelu with approximate = "tanh"
func GELUTanh(x *Tensor) *Tensor { return apply1(opGELUTanh, nil, x) }

// SiLU returns the sigmoid linear unit, also known as swish.
//
//   - Formula: y = x/(1 + e⁻ˣ); 0 at -Inf
//   - Shapes: y as x, any
//   - DTypes: Float32, Float64; computed in float64 and rounded once
//   - Options: none; x.Mul(x.Mul(beta).Sigmoid()) is swish with a factor
//   - Panics: [DTypeError]
//   - Gradient: ∂x = ∂y·σ·(1 + x·(1 - σ)) with σ = 1/(1 + e⁻ˣ)
//   - Cost: n exponentials
//   - Paper: Elfwing et al., Sigmoid-weighted linear units, 2018; Ramachandran et al., Searching for activation functions, 2017
//   - Differences: none from PyTorch silu and ONNX Swish, but that -Inf gives 0 and not NaN
func SiLU(x *Tensor) *Tensor { return apply1(opSiLU, nil, x) }

// SiLU returns ops.SiLU(t): the sigmoid linear unit.
func (t *Tensor) SiLU() *Tensor { return SiLU(t) }

// Mish returns x times the hyperbolic tangent of its [Softplus].
//
//   - Formula: y = x·tanh(log(1 + eˣ)); 0 at -Inf
//   - Shapes: y as x, any
//   - DTypes: Float32, Float64; computed in float64 and rounded once
//   - Options: none
//   - Panics: [DTypeError]
//   - Gradient: ∂x = ∂y·(t + x·(1 - t²)/(1 + e⁻ˣ)) with t = tanh(log(1 + eˣ))
//   - Cost: n exponentials, logarithms and tangents
//   - Paper: Misra, Mish: a self regularized non-monotonic activation function, BMVC 2020
//   - Differences: none from PyTorch mish and ONNX Mish, but that -Inf gives 0 and not NaN
func Mish(x *Tensor) *Tensor { return apply1(opMish, nil, x) }

// Softplus returns a smooth positive part, without overflow.
//
//   - Formula: y = log(1 + eˣ)
//   - Shapes: y as x, any
//   - DTypes: Float32, Float64; computed in float64 and rounded once
//   - Options: none; x.Mul(beta).Softplus().Mul(1/beta) is a sharper one
//   - Panics: [DTypeError]
//   - Gradient: ∂x = ∂y/(1 + e⁻ˣ)
//   - Cost: n exponentials and logarithms
//   - Paper: Dugas et al., Incorporating second-order functional knowledge for better option pricing, NeurIPS 2000
//   - Differences: none from ONNX Softplus; PyTorch returns x itself above its threshold of 20
func Softplus(x *Tensor) *Tensor { return apply1(opSoftplus, nil, x) }

// Softplus returns ops.Softplus(t): log(1 + eˣ).
func (t *Tensor) Softplus() *Tensor { return Softplus(t) }

// LogSigmoid returns the logarithm of the logistic function, without
// overflow and without loss of small probabilities.
//
//   - Formula: y = -log(1 + e⁻ˣ)
//   - Shapes: y as x, any
//   - DTypes: Float32, Float64; computed in float64 and rounded once
//   - Options: none
//   - Panics: [DTypeError]
//   - Gradient: ∂x = ∂y/(1 + eˣ)
//   - Cost: n exponentials and logarithms
//   - Paper: none
//   - Differences: none from PyTorch logsigmoid; ONNX has none
func LogSigmoid(x *Tensor) *Tensor { return apply1(opLogSigmoid, nil, x) }

// Softsign returns x divided by one more than its absolute value.
//
//   - Formula: y = x/(1 + |x|)
//   - Shapes: y as x, any
//   - DTypes: Float32, Float64
//   - Options: none
//   - Panics: [DTypeError]
//   - Gradient: ∂x = ∂y/(1 + |x|)²
//   - Cost: n divisions
//   - Paper: Glorot and Bengio, Understanding the difficulty of training deep feedforward neural networks, AISTATS 2010
//   - Differences: none from PyTorch softsign and ONNX Softsign, but that ±Inf gives ±1 and not NaN
func Softsign(x *Tensor) *Tensor { return apply1(opSoftsign, nil, x) }

// PReLU returns x where it is positive and w·x elsewhere, with slopes w that
// are learned.
//
//   - Formula: y = x for x > 0, else w_c·x, with c the index of axis 1
//   - Shapes: x [N C …] and w [C], or x any and w [1]; y as x
//   - DTypes: Float32, Float64; the same for both
//   - Options: none
//   - Panics: [ShapeError], [DTypeError]
//   - Gradient: ∂x = ∂y where x > 0, else w·∂y; ∂w = Σ ∂y·x over x <= 0
//   - Cost: n comparisons and products
//   - Paper: He et al., Delving deep into rectifiers, ICCV 2015
//   - Differences: none from PyTorch prelu; ONNX PRelu broadcasts w from the last axis
func PReLU(x, w *Tensor) *Tensor { return apply1(opPReLU, nil, x, w) }
