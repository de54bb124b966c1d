package ops_test

import "cahier/ops"

func init() {
	onnxOps["Einsum"] = func(c *onnxCase) []*ops.Tensor { return list(ops.Einsum(c.string("equation"), c.in...)) }
}
