package ops_test

import "cahier/ops"

func init() {
	torchOps["lgamma"] = func(c torchCall) []*ops.Tensor { return list(ops.LogGamma(c.in[0])) }
	torchOps["digamma"] = func(c torchCall) []*ops.Tensor { return list(ops.Digamma(c.in[0])) }
	torchOps["lerp"] = func(c torchCall) []*ops.Tensor { return list(ops.Lerp(c.in[0], c.in[1], c.in[2])) }
}
