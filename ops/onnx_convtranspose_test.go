package ops_test

import "cahier/ops"

func init() {
	onnxOps["ConvTranspose"] = func(c *onnxCase) []*ops.Tensor {
		x, w := c.in[0], c.in[1]
		n := x.Rank() - 2
		o := ops.ConvTransposeOptions{Stride: c.ints("strides"), Dilation: c.ints("dilations"), Pad: padsONNX(c), OutputPad: c.ints("output_padding"), Groups: c.int("group", 1), Bias: c.input(2)}
		if want := c.ints("output_shape"); len(want) > 0 {
			// The size is given: what is too much is cut off, what lacks is
			// added behind.
			pad, extra := make([]int, 2*n), make([]int, n)
			for i := range n {
				stride := 1
				if len(o.Stride) > 0 {
					stride = o.Stride[i]
				}
				total := (x.Size(2+i)-1)*stride + w.Size(2+i) - want[i]
				extra[i] = max(0, -total)
				pad[i], pad[n+i] = max(0, total)-max(0, total)/2, max(0, total)/2
			}
			o.Pad, o.OutputPad = pad, extra
		}
		conv := []func(x, w *ops.Tensor, opts ...ops.ConvTransposeOptions) *ops.Tensor{ops.ConvTranspose1D, ops.ConvTranspose2D, ops.ConvTranspose3D}[n-1]
		return list(conv(x, w, o))
	}
}
