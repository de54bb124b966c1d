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
}
