package ops_test

import "cahier/ops"

func init() {
	onnxOps["Conv"] = func(c *onnxCase) []*ops.Tensor {
		o := ops.ConvOptions{Stride: c.ints("strides"), Dilation: c.ints("dilations"), Pad: padsONNX(c), Groups: c.int("group", 1), Bias: c.input(2)}
		conv := []func(x, w *ops.Tensor, opts ...ops.ConvOptions) *ops.Tensor{ops.Conv1D, ops.Conv2D, ops.Conv3D}[c.in[0].Rank()-3]
		return list(conv(c.in[0], c.in[1], o))
	}
	pooling := func(c *onnxCase) ops.PoolOptions {
		o := ops.PoolOptions{Size: c.ints("kernel_shape"), Stride: c.ints("strides"), Dilation: c.ints("dilations"), Pad: padsONNX(c), Ceil: c.int("ceil_mode", 0) != 0, CountPad: c.int("count_include_pad", 0) != 0}
		if len(o.Stride) == 0 {
			o.Stride = []int{1}
		}
		return o
	}
	onnxOps["MaxPool"] = func(c *onnxCase) []*ops.Tensor {
		pool := []func(x *ops.Tensor, size int, opts ...ops.PoolOptions) (y, places *ops.Tensor){ops.MaxPool1DIndices, ops.MaxPool2DIndices, ops.MaxPool3DIndices}[c.in[0].Rank()-3]
		x := c.in[0]
		y, places := pool(x, 1, pooling(c))
		// ONNX counts places over the whole tensor.
		channels := x.Size(0) * x.Size(1)
		start := ops.ArangeInt(channels).Mul(x.Len()/channels).Reshape(-1, 1)
		return list(y, places.Reshape(channels, -1).Add(start).Reshape(y.Shape()...))
	}
	onnxOps["AveragePool"] = func(c *onnxCase) []*ops.Tensor {
		pool := []func(x *ops.Tensor, size int, opts ...ops.PoolOptions) *ops.Tensor{ops.AvgPool1D, ops.AvgPool2D, ops.AvgPool3D}[c.in[0].Rank()-3]
		return list(pool(c.in[0], 1, pooling(c)))
	}
	onnxOps["GlobalAveragePool"] = func(c *onnxCase) []*ops.Tensor { return list(ops.GlobalAvgPool(c.in[0])) }
	onnxOps["GlobalMaxPool"] = func(c *onnxCase) []*ops.Tensor { return list(ops.GlobalMaxPool(c.in[0])) }
}
