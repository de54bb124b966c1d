package ops

import (
	"math"

	"cahier/ops/internal/cpu"
)

var opLogSumExp *Op

func init() {
	opLogSumExp = reduction("LogSumExp", "logsumexp", "log Σ exp(x) over axes, without overflow", []DType{Float32, Float64}, sameType, true, logSumExpForward,
		func(_ fold, x, y, g *Tensor) *Tensor {
			// Elements of -Inf alone have no share: exp(-Inf - 0) is 0.
			finite := Where(Equal(y, math.Inf(-1)), 0, y)
			return Mul(g, Exp(Sub(x, finite)))
		})
}

// scaledSum stands for exp(top)·sum.
type scaledSum struct{ top, sum float64 }

func (a scaledSum) rescaled(top float64) float64 {
	if a.sum == 0 || math.IsInf(top, 0) {
		return 0
	}
	return a.sum * math.Exp(a.top-top)
}

func (a scaledSum) plus(b scaledSum) scaledSum {
	top := max(a.top, b.top)
	return scaledSum{top, a.rescaled(top) + b.rescaled(top)}
}

func (a scaledSum) log() float64 {
	if math.IsInf(a.top, 0) {
		return a.top
	}
	return a.top + math.Log(a.sum)
}

func logSumExpForward(x, out *Tensor, inner int) {
	switch dst := out.data.(type) {
	case []float32:
		logSumExp(x, dst, inner)
	case []float64:
		logSumExp(x, dst, inner)
	}
}

func logSumExp[T cpu.Float](x *Tensor, dst []T, inner int) {
	step := func(acc scaledSum, x []T) scaledSum {
		part := scaledSum{top: math.Inf(-1)}
		for _, v := range x {
			part.top = max(part.top, float64(v))
		}
		if !math.IsInf(part.top, 0) {
			for _, v := range x {
				part.sum += math.Exp(float64(v) - part.top)
			}
		}
		return acc.plus(part)
	}
	cpu.Reduce(viewOf[T](x), len(dst), inner, scaledSum{top: math.Inf(-1)}, step, scaledSum.plus, func(i int, s scaledSum) { dst[i] = T(s.log()) })
}

// LogSumExp returns the logarithm of the sum of exponentials over axes: a
// smooth maximum.
//
//   - Formula: y = m + log Σ exp(x - m) over the folded axes, with m = max x; -Inf if there is no element; NaN if one is NaN
//   - Shapes: y as x without the folded axes, or with size 1 there
//   - DTypes: Float32, Float64; computed and accumulated in float64
//   - Options: [ReduceOptions]
//   - Panics: [ArgError] for an axis that x does not have, or twice; [DTypeError]
//   - Gradient: ∂x = ∂y·exp(x - y), the [Softmax] of x
//   - Cost: n exponentials
//   - Paper: Blanchard et al., Accurately computing the log-sum-exp and softmax functions, 2021
//   - Differences: none from PyTorch logsumexp and ONNX ReduceLogSumExp
func LogSumExp(x *Tensor, opts ...ReduceOptions) *Tensor {
	return apply1(opLogSumExp, one("ops.LogSumExp", opts).attrs(), x)
}

// LogSumExp returns log Σ exp over the axes given, or over all. See [LogSumExp].
func (t *Tensor) LogSumExp(axes ...int) *Tensor { return LogSumExp(t, ReduceOptions{Axes: axes}) }
