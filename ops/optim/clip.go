package optim

import (
	"math"
	"slices"

	"cahier/ops"
)

// ClipOptions are the options of ClipByNorm and Norm. The zero value takes the
// Euclidean norm.
type ClipOptions struct {
	Power float64 // p of the p-norm, math.Inf(1) for the largest; 0 means 2
}

// ClipByNorm returns gradients scaled down together such that the norm of all
// of them, as one vector, is at most max, and the norm that they had. Those
// that are nil stay so; those below the bound are returned as they are
// (Pascanu et al., On the difficulty of training recurrent neural networks,
// 2013). A norm that is not a number or infinite is returned with the
// gradients unchanged. PyTorch adds 1e-6 to the norm before it divides.
//
// It panics with an [ops.ArgError] unless max and the power are positive.
func ClipByNorm(grads []*ops.Tensor, max float64, opts ...ClipOptions) (clipped []*ops.Tensor, norm float64) {
	if !(max > 0) {
		panic(&ops.ArgError{OpName: "optim.ClipByNorm", Arg: "max", Got: max, Rule: "must be positive"})
	}
	norm = normOf("optim.ClipByNorm", grads, opts)
	clipped = slices.Clone(grads)
	if norm <= max || math.IsNaN(norm) || math.IsInf(norm, 1) {
		return clipped, norm
	}
	for i, g := range grads {
		if g != nil {
			clipped[i] = g.Mul(max / norm)
		}
	}
	return clipped, norm
}

// Norm returns the Euclidean or another norm of tensors as one vector,
// accumulated in float64. Those that are nil count as 0.
func Norm(ts []*ops.Tensor, opts ...ClipOptions) float64 { return normOf("optim.Norm", ts, opts) }

func normOf(fn string, ts []*ops.Tensor, opts []ClipOptions) float64 {
	p := orDefault(one(fn, opts).Power, 2)
	if !(p > 0) {
		panic(&ops.ArgError{OpName: fn, Arg: "Power", Got: p, Rule: "must be positive"})
	}
	sum := 0.0
	for _, t := range ts {
		if t == nil {
			continue
		}
		part := 0.0
		for _, v := range t.Float64s() {
			switch {
			case p == 2:
				part += v * v
			case math.IsInf(p, 1):
				sum = max(sum, math.Abs(v))
			default:
				part += math.Pow(math.Abs(v), p)
			}
		}
		sum += part
	}
	switch {
	case p == 2:
		return math.Sqrt(sum)
	case math.IsInf(p, 1):
		return sum
	}
	return math.Pow(sum, 1/p)
}

// ClipByValue returns gradients with each element moved to within -limit and
// limit. Those that are nil stay so.
//
// It panics with an [ops.ArgError] unless limit is positive.
func ClipByValue(grads []*ops.Tensor, limit float64) []*ops.Tensor {
	if !(limit > 0) {
		panic(&ops.ArgError{OpName: "optim.ClipByValue", Arg: "limit", Got: limit, Rule: "must be positive"})
	}
	clipped := make([]*ops.Tensor, len(grads))
	for i, g := range grads {
		if g != nil {
			clipped[i] = g.Clamp(-limit, limit)
		}
	}
	return clipped
}
