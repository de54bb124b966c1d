package optim

import (
	"math"

	"cahier/ops"
)

// ClipByNorm returns gradients scaled down together such that the norm of all
// of them, as one vector, is at most max, and the norm that they had. Those
// that are nil stay so; those below the bound are returned as they are
// (Pascanu et al., On the difficulty of training recurrent neural networks,
// 2013). The norm is accumulated in float64; one that is not a number or
// infinite is returned with the gradients unchanged.
//
// It panics with an [ops.ArgError] unless max is positive.
func ClipByNorm(grads []*ops.Tensor, max float64) (clipped []*ops.Tensor, norm float64) {
	if !(max > 0) {
		panic(&ops.ArgError{OpName: "optim.ClipByNorm", Arg: "max", Got: max, Rule: "must be positive"})
	}
	norm = Norm(grads)
	clipped = make([]*ops.Tensor, len(grads))
	copy(clipped, grads)
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

// Norm returns the Euclidean norm of tensors as one vector, accumulated in
// float64. Those that are nil count as 0.
func Norm(ts []*ops.Tensor) float64 {
	sum := 0.0
	for _, t := range ts {
		if t == nil {
			continue
		}
		s := 0.0
		for _, v := range t.Float64s() {
			s += v * v
		}
		sum += s
	}
	return math.Sqrt(sum)
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
