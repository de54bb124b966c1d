package ops_test

import "cahier/ops"

func init() {
	for name, f := range map[string]func(x *ops.Tensor) *ops.Tensor{"Softplus": ops.Softplus, "Mish": ops.Mish} {
		onnxOps[name] = func(c *onnxCase) []*ops.Tensor { return list(f(c.in[0])) }
	}
	onnxOps["LeakyRelu"] = func(c *onnxCase) []*ops.Tensor { return list(ops.LeakyReLU(c.in[0], c.float("alpha", 0.01))) }
	onnxOps["Elu"] = func(c *onnxCase) []*ops.Tensor { return list(ops.ELU(c.in[0], c.float("alpha", 1))) }
	onnxOps["Selu"] = func(c *onnxCase) []*ops.Tensor {
		a := ops.Attrs{}
		if c.float("alpha", 0) != 0 {
			a["alpha"] = c.float("alpha", 0)
		}
		if c.float("gamma", 0) != 0 {
			a["scale"] = c.float("gamma", 0)
		}
		return list(ops.Call("selu", a, c.in[0]))
	}
	onnxOps["HardSigmoid"] = func(c *onnxCase) []*ops.Tensor {
		return list(ops.Call("hard_sigmoid", ops.Attrs{"alpha": c.float("alpha", 0.2), "beta": c.float("beta", 0.5)}, c.in[0]))
	}
	onnxOps["Gelu"] = func(c *onnxCase) []*ops.Tensor {
		if c.string("approximate") == "tanh" {
			return list(ops.GELUTanh(c.in[0]))
		}
		return list(ops.GELU(c.in[0]))
	}
	onnxOps["Swish"] = func(c *onnxCase) []*ops.Tensor {
		if alpha := c.float("alpha", 1); alpha != 1 {
			return list(c.in[0].Mul(c.in[0].Mul(alpha).Sigmoid()))
		}
		return list(ops.SiLU(c.in[0]))
	}
}
