package ops_test

import "cahier/ops"

func init() {
	onnxOps["OneHot"] = func(c *onnxCase) []*ops.Tensor {
		index, n := c.in[0].To(ops.Int64), int(c.in[1].Item())
		axis := c.int("axis", -1)
		if axis < 0 {
			axis += index.Rank() + 1
		}
		// An index outside has no 1 at all.
		inside := ops.And(index.GreaterEqual(-n), index.Less(n))
		hot := ops.OneHot(ops.Where(inside, index, 0), n).To(ops.Bool)
		hot = ops.And(hot, inside.Unsqueeze(-1))
		order := ops.ArangeInt(index.Rank()).Ints()
		order = append(order[:axis:axis], append([]int{index.Rank()}, order[axis:]...)...)
		values := c.in[2]
		return list(ops.Where(hot.Permute(order...), values.Select(0, 1), values.Select(0, 0)))
	}
}
