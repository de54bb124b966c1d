package ops_test

import "cahier/ops"

func init() {
	torchOps["lgamma"] = func(c torchCall) []*ops.Tensor { return list(ops.LogGamma(c.in[0])) }
	torchOps["digamma"] = func(c torchCall) []*ops.Tensor { return list(ops.Digamma(c.in[0])) }
	torchOps["lerp"] = func(c torchCall) []*ops.Tensor { return list(ops.Lerp(c.in[0], c.in[1], c.in[2])) }
	torchOps["roll"] = func(c torchCall) []*ops.Tensor { return list(ops.Roll(c.in[0], c.ints("shifts"), c.ints("axes")...)) }
	torchOps["pixel_shuffle"] = func(c torchCall) []*ops.Tensor { return list(ops.PixelShuffle(c.in[0], c.int("factor", 0))) }
	torchOps["pixel_unshuffle"] = func(c torchCall) []*ops.Tensor { return list(ops.PixelUnshuffle(c.in[0], c.int("factor", 0))) }
	torchOps["unfold"] = func(c torchCall) []*ops.Tensor {
		return list(ops.Unfold(c.in[0], c.ints("size"), ops.UnfoldOptions{Stride: c.ints("stride"), Dilation: c.ints("dilation"), Pad: c.ints("pad")}))
	}
	torchOps["kthvalue"] = func(c torchCall) []*ops.Tensor {
		axis, k := c.int("axis", 0), c.int("k", 1)
		return list(ops.Sort(c.in[0], axis).Select(axis, k-1), ops.ArgSort(c.in[0], axis).Select(axis, k-1))
	}
	torchOps["quantiles"] = func(c torchCall) []*ops.Tensor {
		return list(ops.Quantiles(c.in[0], c.floats("q"), ops.QuantileOptions{Axes: c.ints("axes"), KeepDims: c.on("keepdims")}))
	}
	torchOps["median"] = func(c torchCall) []*ops.Tensor {
		axis := c.int("axis", 0)
		middle := c.in[0].Size(axis) / 2
		return list(ops.Median(c.in[0], ops.QuantileOptions{Axes: []int{axis}}), ops.ArgSort(c.in[0], axis).Select(axis, middle))
	}
}
