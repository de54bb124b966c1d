package ops

import (
	"math"

	"cahier/ops/internal/cpu"
)

var opLeakyReLU, opELU, opSELU, opCELU, opReLU6, opHardSigmoid, opHardSwish, opClamp *Op

// The constants of SELU, for which activations keep mean 0 and variance 1.
const (
	seluAlpha = 1.67326324235437728481
	seluScale = 1.05070098735548049342
)

func init() {
	opLeakyReLU = activation("LeakyReLU", "leaky_relu", "x where it is positive, else slope·x; attribute slope, 0.01 if not set",
		[]param{{"slope", 0.01}},
		func(p []float64) func(float64) float64 {
			return func(x float64) float64 {
				if x > 0 {
					return x
				}
				return p[0] * x
			}
		},
		func(p []float64, x, _, g *Tensor) *Tensor { return Where(Greater(x, 0), g, Mul(g, p[0])) })
	opELU = activation("ELU", "elu", "x where it is positive, else alpha·(exp(x) - 1); attribute alpha, 1 if not set",
		[]param{{"alpha", 1}},
		func(p []float64) func(float64) float64 {
			return func(x float64) float64 {
				if x > 0 {
					return x
				}
				return p[0] * math.Expm1(x)
			}
		},
		func(p []float64, x, y, g *Tensor) *Tensor { return Where(Greater(x, 0), g, Mul(g, Add(y, p[0]))) })
	opSELU = activation("SELU", "selu", "scale·x where x is positive, else scale·alpha·(exp(x) - 1); attributes alpha and scale, those of the paper if not set",
		[]param{{"alpha", seluAlpha}, {"scale", seluScale}},
		func(p []float64) func(float64) float64 {
			return func(x float64) float64 {
				if x > 0 {
					return p[1] * x
				}
				return p[1] * p[0] * math.Expm1(x)
			}
		},
		func(p []float64, x, y, g *Tensor) *Tensor {
			return Where(Greater(x, 0), Mul(g, p[1]), Mul(g, Add(y, p[0]*p[1])))
		})
	opCELU = activation("CELU", "celu", "x where it is positive, else alpha·(exp(x/alpha) - 1); attribute alpha, 1 if not set",
		[]param{{"alpha", 1}},
		func(p []float64) func(float64) float64 {
			return func(x float64) float64 {
				if x > 0 {
					return x
				}
				return p[0] * math.Expm1(x/p[0])
			}
		},
		func(p []float64, x, y, g *Tensor) *Tensor {
			return Where(Greater(x, 0), g, Mul(g, Add(Mul(y, 1/p[0]), 1)))
		})
	opReLU6 = unary("ReLU6", "relu6", "x, but at least 0 and at most 6", floats(func(x float64) float64 { return math.Min(math.Max(x, 0), 6) }),
		func(x, _, g *Tensor) *Tensor { return Where(And(Greater(x, 0), Less(x, 6)), g, 0) })
	opHardSigmoid = activation("HardSigmoid", "hard_sigmoid", "alpha·x + beta, but at least 0 and at most 1; attributes alpha, 1/6 if not set, and beta, 0.5",
		[]param{{"alpha", 1.0 / 6}, {"beta", 0.5}},
		func(p []float64) func(float64) float64 {
			return func(x float64) float64 { return math.Min(math.Max(p[0]*x+p[1], 0), 1) }
		},
		func(p []float64, _, y, g *Tensor) *Tensor {
			return Where(And(Greater(y, 0), Less(y, 1)), Mul(g, p[0]), 0)
		})
	opHardSwish = unary("HardSwish", "hard_swish", "x·min(max(x/6 + 1/2, 0), 1)", floats(func(x float64) float64 {
		if x <= -3 {
			return 0 // also for -Inf, where the formula gives NaN
		}
		return x * math.Min(x/6+0.5, 1)
	}),
		func(x, _, g *Tensor) *Tensor {
			slope := Add(Mul(x, 1.0/3), 0.5)
			return Where(Greater(x, -3), Where(Less(x, 3), Mul(g, slope), g), 0)
		})
	opClamp = activation("Clamp", "clamp", "x, but at least low and at most high; attributes low, -Inf if not set, and high, Inf",
		[]param{{"low", math.Inf(-1)}, {"high", math.Inf(1)}},
		func(p []float64) func(float64) float64 {
			return func(x float64) float64 { return math.Min(math.Max(x, p[0]), p[1]) }
		},
		func(p []float64, x, _, g *Tensor) *Tensor {
			return Where(And(GreaterEqual(x, p[0]), LessEqual(x, p[1])), g, 0)
		})
}

// param is a number that an activation depends on, and its default.
type param struct {
	name string
	def  float64
}

// activation registers an elementwise operation on floating-point tensors
// that depends on numbers. f makes the function of one element, computed in
// float64 and rounded once; vjp is as for unary.
func activation(fn, name, doc string, params []param, f func(p []float64) func(float64) float64, vjp func(p []float64, x, y, g *Tensor) *Tensor) *Op {
	names := make([]string, len(params))
	for i, p := range params {
		names[i] = p.name
	}
	values := func(attrs Attrs) ([]float64, error) {
		if err := attrs.only(names...); err != nil {
			return nil, err
		}
		v := make([]float64, len(params))
		var err error
		for i, p := range params {
			if v[i], err = attrs.Float(p.name, p.def); err != nil {
				return nil, err
			}
			if math.IsNaN(v[i]) {
				return nil, &ArgError{Arg: p.name, Got: v[i], Rule: "want a number"}
			}
		}
		return v, nil
	}
	return builtin(fn, Op{Name: name, Doc: doc, Inputs: []string{"x"},
		Infer: func(attrs Attrs, in []Spec) ([]Spec, error) {
			if _, err := values(attrs); err != nil {
				return nil, err
			}
			return in[:1:1], wantFloat("x", in[0].DType)
		},
		Forward: func(_ *Ctx, attrs Attrs, in []*Tensor) ([]*Tensor, error) {
			p, err := values(attrs)
			if err != nil {
				return nil, err
			}
			g := f(p)
			return []*Tensor{map1(in[0], loops1{f32: cpu.Map[float32](g), f64: cpu.Map[float64](g)})}, nil
		},
		VJP: func(_ *Ctx, attrs Attrs, in, out, g []*Tensor) ([]*Tensor, error) {
			p, err := values(attrs)
			if err != nil {
				return nil, err
			}
			return []*Tensor{vjp(p, in[0], out[0], g[0])}, nil
		}})
}

// optional returns the one number of a variadic parameter as an attribute.
func optional(op *Op, name string, v []float64) Attrs {
	if len(v) == 0 {
		return nil
	}
	if len(v) > 1 {
		fail(op.title(), &ArgError{Arg: name, Got: v, Rule: "want at most one number"})
	}
	return Attrs{name: v[0]}
}

// LeakyReLU returns x where it is positive and a small multiple of it
// elsewhere, so that the gradient does not vanish.
//
//   - Formula: y = x for x > 0, else slope·x
//   - Shapes: y as x, any
//   - DTypes: Float32, Float64
//   - Options: slope, 0.01 if left out
//   - Panics: [DTypeError]; [ArgError] for more than one slope
//   - Gradient: ∂x = ∂y where x > 0, else slope·∂y, also at 0
//   - Cost: n comparisons and products
//   - Paper: Maas et al., Rectifier nonlinearities improve neural network acoustic models, ICML 2013
//   - Differences: none from PyTorch leaky_relu and ONNX LeakyRelu
func LeakyReLU(x *Tensor, slope ...float64) *Tensor {
	return apply1(opLeakyReLU, optional(opLeakyReLU, "slope", slope), x)
}

// LeakyReLU returns ops.LeakyReLU(t, slope...).
func (t *Tensor) LeakyReLU(slope ...float64) *Tensor { return LeakyReLU(t, slope...) }

// ELU returns the exponential linear unit: x where it is positive, and a
// curve that saturates at -alpha elsewhere.
//
//   - Formula: y = x for x > 0, else alpha·(eˣ - 1)
//   - Shapes: y as x, any
//   - DTypes: Float32, Float64; computed in float64 and rounded once
//   - Options: alpha, 1 if left out
//   - Panics: [DTypeError]; [ArgError] for more than one alpha
//   - Gradient: ∂x = ∂y where x > 0, else ∂y·(y + alpha)
//   - Cost: n exponentials
//   - Paper: Clevert et al., Fast and accurate deep network learning by exponential linear units, ICLR 2016
//   - Differences: none from PyTorch elu and ONNX Elu
func ELU(x *Tensor, alpha ...float64) *Tensor {
	return apply1(opELU, optional(opELU, "alpha", alpha), x)
}

// ELU returns ops.ELU(t, alpha...): the exponential linear unit.
func (t *Tensor) ELU(alpha ...float64) *Tensor { return ELU(t, alpha...) }

// SELU returns the scaled exponential linear unit, whose constants keep the
// mean and variance of activations at 0 and 1.
//
//   - Formula: y = λ·x for x > 0, else λ·α·(eˣ - 1), with α = 1.6732632 and λ = 1.050701
//   - Shapes: y as x, any
//   - DTypes: Float32, Float64; computed in float64 and rounded once
//   - Options: none; [Call] takes other constants as the attributes alpha and scale
//   - Panics: [DTypeError]
//   - Gradient: ∂x = λ·∂y where x > 0, else ∂y·(y + λ·α)
//   - Cost: n exponentials
//   - Paper: Klambauer et al., Self-normalizing neural networks, NeurIPS 2017
//   - Differences: none from PyTorch; ONNX Selu calls the scale gamma
func SELU(x *Tensor) *Tensor { return apply1(opSELU, nil, x) }

// CELU returns the continuously differentiable exponential linear unit.
//
//   - Formula: y = x for x > 0, else alpha·(exp(x/alpha) - 1)
//   - Shapes: y as x, any
//   - DTypes: Float32, Float64; computed in float64 and rounded once
//   - Options: alpha, 1 if left out
//   - Panics: [DTypeError]; [ArgError] for more than one alpha
//   - Gradient: ∂x = ∂y where x > 0, else ∂y·(y/alpha + 1)
//   - Cost: n exponentials
//   - Paper: Barron, Continuously differentiable exponential linear units, 2017
//   - Differences: none from PyTorch celu and ONNX Celu
func CELU(x *Tensor, alpha ...float64) *Tensor {
	return apply1(opCELU, optional(opCELU, "alpha", alpha), x)
}

// ReLU6 returns x, but at least 0 and at most 6.
//
//   - Formula: y = min(max(x, 0), 6); NaN stays NaN
//   - Shapes: y as x, any
//   - DTypes: Float32, Float64
//   - Options: none
//   - Panics: [DTypeError]
//   - Gradient: ∂x = ∂y where 0 < x < 6, else 0
//   - Cost: n comparisons
//   - Paper: Howard et al., MobileNets: efficient convolutional neural networks for mobile vision applications, 2017
//   - Differences: none from PyTorch; ONNX writes Clip
func ReLU6(x *Tensor) *Tensor { return apply1(opReLU6, nil, x) }

// HardSigmoid returns a sigmoid made of three straight lines.
//
//   - Formula: y = min(max(x/6 + 1/2, 0), 1)
//   - Shapes: y as x, any
//   - DTypes: Float32, Float64
//   - Options: none; [Call] takes another slope and intercept as the attributes alpha and beta
//   - Panics: [DTypeError]
//   - Gradient: ∂x = ∂y/6 where 0 < y < 1, else 0
//   - Cost: n products
//   - Paper: Courbariaux et al., BinaryConnect, 2015
//   - Differences: none from PyTorch; ONNX HardSigmoid has a slope of 0.2 by default
func HardSigmoid(x *Tensor) *Tensor { return apply1(opHardSigmoid, nil, x) }

// HardSwish returns x times its hard sigmoid: [SiLU] without exponentials.
//
//   - Formula: y = x·min(max(x/6 + 1/2, 0), 1)
//   - Shapes: y as x, any
//   - DTypes: Float32, Float64
//   - Options: none
//   - Panics: [DTypeError]
//   - Gradient: ∂x = ∂y·(x/3 + 1/2) where -3 < x < 3; above ∂y, below 0
//   - Cost: n products
//   - Paper: Howard et al., Searching for MobileNetV3, ICCV 2019
//   - Differences: none from PyTorch hardswish and ONNX HardSwish, but that -Inf gives 0 and not NaN
func HardSwish(x *Tensor) *Tensor { return apply1(opHardSwish, nil, x) }

// Clamp returns x with what lies below low or above high moved there.
//
//   - Formula: y = min(max(x, low), high); NaN stays NaN
//   - Shapes: y as x, any
//   - DTypes: Float32, Float64
//   - Options: none; an infinite low or high leaves that side open
//   - Panics: [DTypeError]; [ArgError] for a bound that is NaN
//   - Gradient: ∂x = ∂y where low <= x <= high, else 0
//   - Cost: n comparisons
//   - Paper: none
//   - Differences: integers are refused; none else from PyTorch clamp and ONNX Clip
func Clamp(x *Tensor, low, high float64) *Tensor {
	return apply1(opClamp, Attrs{"low": low, "high": high}, x)
}

// Clamp returns ops.Clamp(t, low, high).
func (t *Tensor) Clamp(low, high float64) *Tensor { return Clamp(t, low, high) }
