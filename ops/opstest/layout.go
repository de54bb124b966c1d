package opstest

import "cahier/ops"

// arrangements give the same values in memory of another order.
var arrangements = map[string]func(x *ops.Tensor) *ops.Tensor{
	"transposed": transposed,
	"cut out":    cutOut,
	"reversed":   reversed,
}

// arranged maps the tensors that are not nil and says whether any changed.
func arranged(in []*ops.Tensor, f func(x *ops.Tensor) *ops.Tensor) (out []*ops.Tensor, changed bool) {
	out = make([]*ops.Tensor, len(in))
	for i, x := range in {
		if x == nil {
			continue
		}
		out[i] = f(x)
		changed = changed || out[i] != x
	}
	return out, changed
}

// transposed has its axes in memory in the opposite order.
func transposed(x *ops.Tensor) *ops.Tensor {
	if x.Rank() < 2 {
		return x
	}
	axes := make([]int, x.Rank())
	for i := range axes {
		axes[i] = len(axes) - 1 - i
	}
	return x.Permute(axes...).Clone().Permute(axes...)
}

// cutOut is every second element of a larger tensor.
func cutOut(x *ops.Tensor) *ops.Tensor {
	if x.Rank() == 0 {
		return x
	}
	for a := range x.Rank() {
		n := x.Size(a)
		if n == 0 {
			continue
		}
		// Between and around its elements lie others, which must not count.
		other := ops.OnesLike(x)
		x = ops.Stack([]*ops.Tensor{other, x}, a+1)
		shape := x.Shape()
		shape = append(shape[:a:a], append(ops.Shape{shape[a] * 2}, shape[a+2:]...)...)
		x = x.Reshape(shape...).Slice(a, 1, ops.End, 2)
	}
	return x
}

// reversed has negative strides.
func reversed(x *ops.Tensor) *ops.Tensor {
	if x.Rank() == 0 {
		return x
	}
	return x.Flip().Clone().Flip()
}

// broadcasted repeats the first element of the last axis of floating-point
// tensors, with a stride of 0.
func broadcasted(x *ops.Tensor) *ops.Tensor {
	if x.Rank() == 0 || x.Len() == 0 || !x.DType().IsFloat() {
		return x
	}
	return x.Slice(-1, 0, 1).BroadcastTo(x.Shape()...)
}

// Randn returns a Float64 tensor of normally distributed numbers; the same
// for the same seed.
func Randn(seed uint64, shape ...int) *ops.Tensor {
	return ops.NewRNG(seed).Randn(shape...).To(ops.Float64)
}

// Rand returns a Float64 tensor of numbers between low and high; the same for
// the same seed.
func Rand(seed uint64, low, high float64, shape ...int) *ops.Tensor {
	return ops.NewRNG(seed).Rand(shape...).To(ops.Float64).Mul(high - low).Add(low)
}

// Spread returns a Float64 tensor whose elements, in random order, are at
// least 0.1 apart and at least 0.05 from 0: no ties and no kinks at 0 within
// the step of a difference. Half of them are negative.
func Spread(seed uint64, shape ...int) *ops.Tensor {
	n := ops.Shape(shape).Len()
	return ops.NewRNG(seed).Perm(n).To(ops.Float64).Sub(float64(n / 2)).Add(0.5).Mul(0.1).Reshape(shape...)
}
