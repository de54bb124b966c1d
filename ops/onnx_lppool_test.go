package ops_test

import "cahier/ops"

func init() {
	onnxOps["LpPool"] = func(c *onnxCase) []*ops.Tensor {
		o := ops.PoolOptions{Size: c.ints("kernel_shape"), Stride: c.ints("strides"), Dilation: c.ints("dilations"), Pad: padsONNX(c), Ceil: c.int("ceil_mode", 0) != 0}
		if len(o.Stride) == 0 {
			o.Stride = []int{1}
		}
		pool := []func(x *ops.Tensor, p float64, size int, opts ...ops.PoolOptions) *ops.Tensor{ops.LpPool1D, ops.LpPool2D, ops.LpPool3D}[c.in[0].Rank()-3]
		return list(pool(c.in[0], float64(c.int("p", 2)), 1, o))
	}
}
