package ops_test

import (
	"slices"

	"cahier/ops"
)

func init() {
	for name, f := range map[string]func(x *ops.Tensor) *ops.Tensor{"Relu": ops.ReLU, "Sigmoid": ops.Sigmoid, "Tanh": ops.Tanh} {
		onnxOps[name] = func(c *onnxCase) []*ops.Tensor { return list(f(c.in[0])) }
	}
	onnxOps["Softmax"] = func(c *onnxCase) []*ops.Tensor { return list(ops.Softmax(c.in[0], c.int("axis", -1))) }
	onnxOps["LogSoftmax"] = func(c *onnxCase) []*ops.Tensor { return list(ops.LogSoftmax(c.in[0], c.int("axis", -1))) }
	onnxOps["MatMul"] = func(c *onnxCase) []*ops.Tensor { return list(ops.MatMul(c.in[0], c.in[1])) }
	onnxOps["Gemm"] = func(c *onnxCase) []*ops.Tensor {
		a, b := c.in[0], c.in[1]
		if c.int("transA", 0) != 0 {
			a = a.T()
		}
		if c.int("transB", 0) != 0 {
			b = b.T()
		}
		y := a.MatMul(b).Mul(c.float("alpha", 1))
		if bias := c.input(2); bias != nil {
			y = y.Add(bias.Mul(c.float("beta", 1)))
		}
		return list(y)
	}
	onnxOps["Gather"] = func(c *onnxCase) []*ops.Tensor {
		axis := c.int("axis", 0)
		shape := c.in[0].Shape()
		y := ops.IndexSelect(c.in[0], axis, c.in[1].Flatten(0))
		return list(y.Reshape(slices.Concat(shape[:axis], c.in[1].Shape(), shape[axis+1:])...))
	}
	for name, f := range map[string]func(x *ops.Tensor, opts ...ops.ReduceOptions) *ops.Tensor{"ReduceSum": ops.Sum, "ReduceMean": ops.Mean} {
		onnxOps[name] = func(c *onnxCase) []*ops.Tensor {
			var axes []int
			if a := c.input(1); a != nil {
				axes = a.Ints()
			}
			if len(axes) == 0 && c.int("noop_with_empty_axes", 0) != 0 {
				return list(c.in[0])
			}
			return list(f(c.in[0], ops.ReduceOptions{Axes: axes, KeepDims: c.int("keepdims", 1) != 0}))
		}
	}
	onnxOps["Pad"] = func(c *onnxCase) []*ops.Tensor {
		x, pads := c.in[0], c.in[1].Ints()
		axes := ops.ArangeInt(x.Rank()).Ints()
		if a := c.input(3); a != nil {
			axes = a.Ints()
		}
		before, behind := make([]int, x.Rank()), make([]int, x.Rank())
		for i, a := range axes {
			a = (a + x.Rank()) % x.Rank()
			before[a], behind[a] = pads[i], pads[len(axes)+i]
		}
		o := ops.PadOptions{Mode: map[string]ops.PadMode{"reflect": ops.PadReflect, "edge": ops.PadReplicate, "wrap": ops.PadCircular}[c.string("mode")]}
		if v := c.input(2); v != nil {
			o.Value = v.Item()
		}
		return list(ops.Pad(x, before, behind, o))
	}
}
