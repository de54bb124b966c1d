package ops

import (
	"math"

	"cahier/ops/internal/cpu"
)

var opReLU, opSigmoid *Op

func init() {
	opReLU = unary("ReLU", "relu", "x where it is positive, else 0",
		loops1{f32: cpu.ReLU[float32], f64: cpu.ReLU[float64]},
		func(x, _, g *Tensor) *Tensor { return Where(Greater(x, 0), g, 0) })
	opSigmoid = unary("Sigmoid", "sigmoid", "1/(1 + exp(-x))", floats(sigmoid),
		func(_, y, g *Tensor) *Tensor { return Mul(g, Mul(y, Sub(1, y))) })
}

// sigmoid does not overflow: exp is taken of a negative number only.
func sigmoid(x float64) float64 {
	if x >= 0 {
		return 1 / (1 + math.Exp(-x))
	}
	e := math.Exp(x)
	return e / (1 + e)
}

// ReLU returns x where it is positive and 0 elsewhere.
//
//   - Formula: y = max(x, 0); NaN stays NaN
//   - Shapes: y as x, any
//   - DTypes: Float32, Float64
//   - Options: none
//   - Panics: [DTypeError]
//   - Gradient: ∂x = ∂y where x > 0, else 0, also at 0
//   - Cost: n comparisons
//   - Paper: Nair and Hinton, Rectified linear units improve restricted Boltzmann machines, ICML 2010
//   - Differences: none from PyTorch and ONNX Relu
func ReLU(x *Tensor) *Tensor { return apply1(opReLU, nil, x) }

// ReLU returns ops.ReLU(t): the positive part.
func (t *Tensor) ReLU() *Tensor { return ReLU(t) }

// Sigmoid returns the logistic function, element by element.
//
//   - Formula: y = 1/(1 + e⁻ˣ)
//   - Shapes: y as x, any
//   - DTypes: Float32, Float64; computed in float64 and rounded once
//   - Options: none
//   - Panics: [DTypeError]
//   - Gradient: ∂x = ∂y·y·(1-y)
//   - Cost: n exponentials
//   - Paper: none
//   - Differences: none from PyTorch and ONNX Sigmoid
func Sigmoid(x *Tensor) *Tensor { return apply1(opSigmoid, nil, x) }

// Sigmoid returns ops.Sigmoid(t): the logistic function.
func (t *Tensor) Sigmoid() *Tensor { return Sigmoid(t) }
