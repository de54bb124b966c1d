package ops_test

import "cahier/ops"

func init() {
	// behind is the number of axes from the attribute axis on.
	behind := func(c *onnxCase) int {
		axis, rank := c.int("axis", -1), c.in[0].Rank()
		return rank - (axis+rank)%rank
	}
	onnxOps["LayerNormalization"] = func(c *onnxCase) []*ops.Tensor {
		x, n, eps := c.in[0], behind(c), c.float("epsilon", 1e-5)
		axes := ops.ArangeInt(x.Rank()-n, x.Rank()).Ints()
		_, mean, scale := ops.Standardize(x, ops.StandardizeOptions{Axes: axes, Eps: eps})
		return list(ops.LayerNorm(x, ops.LayerNormOptions{Axes: n, Weight: c.in[1], Bias: c.input(2), Eps: eps}), mean, scale)
	}
	onnxOps["RMSNormalization"] = func(c *onnxCase) []*ops.Tensor {
		return list(ops.RMSNorm(c.in[0], ops.LayerNormOptions{Axes: behind(c), Weight: c.in[1], Eps: c.float("epsilon", 1e-5)}))
	}
	onnxOps["GroupNormalization"] = func(c *onnxCase) []*ops.Tensor {
		return list(ops.GroupNorm(c.in[0], c.int("num_groups", 1), ops.NormOptions{Weight: c.in[1], Bias: c.in[2], Eps: c.float("epsilon", 1e-5)}))
	}
	onnxOps["InstanceNormalization"] = func(c *onnxCase) []*ops.Tensor {
		return list(ops.InstanceNorm(c.in[0], ops.NormOptions{Weight: c.in[1], Bias: c.in[2], Eps: c.float("epsilon", 1e-5)}))
	}
	onnxOps["BatchNormalization"] = func(c *onnxCase) []*ops.Tensor {
		x, w, b, mean, variance, eps := c.in[0], c.in[1], c.in[2], c.in[3], c.in[4], c.float("epsilon", 1e-5)
		if c.int("training_mode", 0) == 0 {
			return list(ops.BatchNorm(x, mean, variance, ops.NormOptions{Weight: w, Bias: b, Eps: eps}))
		}
		return list(ops.BatchNormTrain(x, ops.BatchNormOptions{Weight: w, Bias: b, Mean: mean, Variance: variance, Eps: eps, Momentum: 1 - c.float("momentum", 0.9)}))
	}
}
