package ops_test

import "cahier/ops"

func init() {
	loss := func(f func(c torchCall, o ops.LossOptions, m ops.MarginOptions) *ops.Tensor) func(c torchCall) []*ops.Tensor {
		return func(c torchCall) []*ops.Tensor {
			r := map[string]ops.Reduction{"sum": ops.ReduceSum, "none": ops.ReduceNone}[c.text("reduction")]
			return list(f(c, ops.LossOptions{Reduction: r}, ops.MarginOptions{Margin: c.num("margin", 0), Reduction: r}))
		}
	}
	// Targets of 1 and -1 come as integers.
	sign := func(c torchCall, i int) *ops.Tensor { return c.in[i].To(c.in[0].DType()) }
	torchOps["bce"] = loss(func(c torchCall, o ops.LossOptions, _ ops.MarginOptions) *ops.Tensor {
		return ops.BCE(c.in[0], c.in[1], o)
	})
	torchOps["poisson_nll"] = loss(func(c torchCall, o ops.LossOptions, _ ops.MarginOptions) *ops.Tensor {
		return ops.PoissonNLL(c.in[0], c.in[1], o)
	})
	torchOps["gaussian_nll"] = loss(func(c torchCall, o ops.LossOptions, _ ops.MarginOptions) *ops.Tensor {
		return ops.GaussianNLL(c.in[0], c.in[1], c.in[2], o)
	})
	torchOps["soft_margin"] = loss(func(c torchCall, o ops.LossOptions, _ ops.MarginOptions) *ops.Tensor {
		return ops.SoftMargin(c.in[0], sign(c, 1), o)
	})
	torchOps["hinge_embedding"] = loss(func(c torchCall, _ ops.LossOptions, m ops.MarginOptions) *ops.Tensor {
		return ops.HingeEmbedding(c.in[0], sign(c, 1), m)
	})
	torchOps["margin_ranking"] = loss(func(c torchCall, _ ops.LossOptions, m ops.MarginOptions) *ops.Tensor {
		return ops.MarginRanking(c.in[0], c.in[1], sign(c, 2), m)
	})
	torchOps["multi_margin"] = loss(func(c torchCall, _ ops.LossOptions, m ops.MarginOptions) *ops.Tensor {
		return ops.MultiMargin(c.in[0], c.in[1], m)
	})
	torchOps["triplet"] = loss(func(c torchCall, _ ops.LossOptions, m ops.MarginOptions) *ops.Tensor {
		return ops.Triplet(c.in[0], c.in[1], c.in[2], m)
	})
	torchOps["cosine_embedding"] = loss(func(c torchCall, _ ops.LossOptions, m ops.MarginOptions) *ops.Tensor {
		return ops.CosineEmbedding(c.in[0], c.in[1], sign(c, 2), m)
	})
	torchOps["cosine_similarity"] = func(c torchCall) []*ops.Tensor { return list(ops.CosineSimilarity(c.in[0], c.in[1], c.int("axis", 0))) }
	torchOps["normalize"] = func(c torchCall) []*ops.Tensor { return list(ops.Normalize(c.in[0], c.int("axis", 0))) }
	torchOps["glu"] = func(c torchCall) []*ops.Tensor { return list(ops.GLU(c.in[0], c.int("axis", 0))) }
	torchOps["softmin"] = func(c torchCall) []*ops.Tensor { return list(ops.Softmin(c.in[0], c.int("axis", 0))) }
	for name, f := range map[string]func(x *ops.Tensor) *ops.Tensor{
		"hard_tanh": ops.HardTanh, "tanh_shrink": ops.TanhShrink,
		"hard_shrink": func(x *ops.Tensor) *ops.Tensor { return ops.HardShrink(x) },
		"soft_shrink": func(x *ops.Tensor) *ops.Tensor { return ops.SoftShrink(x) },
	} {
		torchOps[name] = func(c torchCall) []*ops.Tensor { return list(f(c.in[0])) }
	}
}
