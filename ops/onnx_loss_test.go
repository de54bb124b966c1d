package ops_test

import "cahier/ops"

func init() {
	reductions := map[string]ops.Reduction{"": ops.ReduceMean, "mean": ops.ReduceMean, "sum": ops.ReduceSum, "none": ops.ReduceNone}
	ignored := func(c *onnxCase) []int {
		if a, ok := c.node.Attrs["ignore_index"]; ok {
			return []int{a.Int}
		}
		return nil
	}
	onnxOps["NegativeLogLikelihoodLoss"] = func(c *onnxCase) []*ops.Tensor {
		return list(ops.NLL(c.in[0], c.in[1], ops.NLLOptions{Weight: c.input(2), Ignore: ignored(c), Reduction: reductions[c.string("reduction")]}))
	}
	onnxOps["SoftmaxCrossEntropyLoss"] = func(c *onnxCase) []*ops.Tensor {
		loss := ops.CrossEntropy(c.in[0], c.in[1], ops.CrossEntropyOptions{Weight: c.input(2), Ignore: ignored(c), Reduction: reductions[c.string("reduction")]})
		return list(loss, ops.LogSoftmax(c.in[0], 1))
	}
	onnxOps["Dropout"] = func(c *onnxCase) []*ops.Tensor {
		p := c.float("ratio", 0.5)
		if r := c.input(1); r != nil {
			p = r.Item()
		}
		training := c.input(2) != nil && c.input(2).Item() != 0
		y := ops.Dropout(c.in[0], p, ops.DropoutOptions{Eval: !training})
		return list(y, ops.Equal(y, c.in[0]))
	}
}
