package ops_test

import (
	"testing"

	"cahier/ops"
)

// TestErrorTable has a row for every error that neither the refusals of the
// operations nor TestErrorPaths reach: those of functions around operations.
func TestErrorTable(t *testing.T) {
	x, img := ops.Zeros(2, 3), ops.Zeros(1, 4, 8, 8)
	param := func(f func(p []*ops.Tensor) *ops.Tensor) { ops.Grad(f, []*ops.Tensor{x}) }
	weights := []ops.RNNWeights{{Input: ops.Zeros(4, 3), Hidden: ops.Zeros(4, 4)}, {Input: ops.Zeros(4, 3), Hidden: ops.Zeros(4, 4)}}
	var kv ops.KVCache
	for _, test := range []struct {
		name string
		f    func()
		want string
	}{
		{"flatten", func() { x.Flatten(3) }, "ops.Flatten: axis is 3: must be from -2 to 1"},
		{"transpose a", func() { x.Transpose(2, 0) }, "ops.Transpose: a is 2: must be from -2 to 1"},
		{"transpose b", func() { x.Transpose(0, -3) }, "ops.Transpose: b is -3: must be from -2 to 1"},
		{"two steps", func() { x.Slice(0, 0, 1, 1, 1) }, "ops.Slice: step is [1 1]: want at most one"},
		{"select", func() { x.Select(2, 0) }, "ops.Select: axis is 2: must be from -2 to 1"},
		{"squeeze", func() { x.Squeeze(5) }, "ops.Squeeze: axes is 5: must be from -2 to 1"},
		{"unsqueeze", func() { x.Unsqueeze(4) }, "ops.Unsqueeze: axis is 4: must be from -3 to 2"},
		{"kernels of groups", func() { ops.Conv2D(img, ops.Zeros(3, 2, 3, 3), ops.ConvOptions{Groups: 2}) }, "ops.Conv2D: groups is 2: must divide the 3 kernels of w"},
		{"strides", func() { ops.Conv2D(img, ops.Zeros(3, 4, 3, 3), ops.ConvOptions{Stride: []int{1, 2, 3}}) }, "ops.Conv2D: stride is [1 2 3]: want one value, or one for each of 2 axes"},
		{"negative padding", func() { ops.Conv2D(img, ops.Zeros(3, 4, 3, 3), ops.ConvOptions{Pad: ops.Padding{-3}}) }, "ops.Conv2D: pad is [-3]: must not be negative\nSlice cuts elements off"},
		{"padding of a convolution", func() {
			ops.Conv2D(img, ops.Zeros(3, 4, 3, 3), ops.ConvOptions{Stride: []int{1, 2, 3}, Pad: ops.Padding{1}, PadMode: ops.PadReflect})
		}, "ops.Conv2D: stride is [1 2 3]: want one value, or one for each of 2 axes"},
		{"reflects too much", func() {
			ops.Conv2D(img, ops.Zeros(3, 4, 3, 3), ops.ConvOptions{Pad: ops.Padding{9}, PadMode: ops.PadReflect})
		}, "ops.Conv2D: padding is 9 and 9 on axis 2 of size 8: reflect mirrors at most all elements but the one at the end"},
		{"pad", func() { ops.Pad(x, []int{1}, []int{1, 1}, ops.PadOptions{Mode: ops.PadCircular}) }, "ops.Pad: before is [1]: want one value for each of 2 axes"},
		{"pad mode", func() { ops.Pad(x, []int{1, 1}, []int{1, 1}, ops.PadOptions{Mode: 99}) }, "ops.Pad: mode is PadMode(99): want zeros, reflect, replicate or circular"},
		{"rank of a pooling", func() { ops.AdaptiveAvgPool2D(ops.Zeros(4, 8, 8), 2, 2) }, "ops.AdaptiveAvgPool2D: x has shape [4 8 8], want [n c h w]: want 4 axes: batch, channels and 2 of space\nx.Unsqueeze(0) makes a batch of one image"},
		{"checkpoint", func() { ops.Checkpoint(func(xs []*ops.Tensor) []*ops.Tensor { return []*ops.Tensor{nil} }, x) }, "ops.Checkpoint: result 0 of the function is nil, want a tensor"},
		{"custom", func() {
			ops.CustomVJP(func(xs []*ops.Tensor) *ops.Tensor { return nil }, func(xs []*ops.Tensor, y, g *ops.Tensor) []*ops.Tensor { return nil }, x)
		}, "ops.CustomVJP: result 0 of the function is nil, want a tensor"},
		{"custom without tensor", func() {
			ops.CustomVJP(func(xs []*ops.Tensor) *ops.Tensor { return xs[0] }, func(xs []*ops.Tensor, y, g *ops.Tensor) []*ops.Tensor { return nil }, nil)
		}, "ops.CustomVJP: input 0 is nil, want a tensor"},
		{"custom captures", func() {
			param(func(p []*ops.Tensor) *ops.Tensor {
				return ops.CustomVJP(func(xs []*ops.Tensor) *ops.Tensor { return p[0] }, func(xs []*ops.Tensor, y, g *ops.Tensor) []*ops.Tensor { return nil }, x)
			})
		}, "ops.CustomVJP: the function uses a tensor whose gradient is being computed, and that is not among its arguments\npass it as an argument, or Detach it"},
		{"two offsets", func() { ops.Triu(x, 1, 2) }, "ops.Triu: offset is [1 2]: want at most one number"},
		{"unpool integers", func() { ops.MaxUnpool(ops.ArangeInt(4).Reshape(1, 1, 4), ops.ArangeInt(4).Reshape(1, 1, 4), 8) }, "ops.MaxUnpool: y is Int64, want Float32 or Float64\ny.To(ops.Float32) converts"},
		{"watched result", func() {
			param(func(p []*ops.Tensor) *ops.Tensor {
				y := p[0].Mul(2)
				v, _ := ops.ValueAndGradOf(func() *ops.Tensor { return y.Sum() }, []*ops.Tensor{y})
				return v
			})
		}, "ops.ValueAndGradOf: params[0] is itself a result inside a running Grad\nuse ops.ValueAndGrad, which takes the parameters as arguments"},
		{"stack of nil", func() { ops.Stack([]*ops.Tensor{x, nil}, 0) }, "ops.Stack: ts[1] is nil, want a tensor"},
		{"cache", func() { kv.Append(ops.Zeros(1, 1, 1, 2), ops.Zeros(1, 1, 1, 2).To(ops.Float64)) }, "ops.KVCache.Append: v is Float64, want Float32: both tensors must have one type, and k is Float32\nv.To(ops.Float32) converts"},
		{"cross of integers", func() { ops.Cross(ops.ArangeInt(3), ops.ArangeInt(3)) }, "ops.Cross: a is Int64, want Float32 or Float64\na.To(ops.Float32) converts"},
		{"replace", func() { ops.Replace(ops.Op{Name: "a.b"}) }, "ops.Replace: Doc of a.b is empty, want at least a sentence on what it computes"},
		{"both ways", func() { ops.RNN(ops.Zeros(2, 1, 3), weights, ops.RNNOptions{Bidirectional: true, Reverse: true}) }, "ops.RNN: Reverse is true: has no meaning with Bidirectional, which runs both ways"},
		{"where of numbers", func() { ops.Where(ops.WrapBool([]bool{true}), 1, 2) }, "ops.Where: a and b is int and int: at least one must be a *ops.Tensor\nops.Full(v) makes a scalar tensor"},
		{"where of a text", func() { ops.Where(ops.WrapBool([]bool{true}), x, "a") }, "ops.Where: b is a string: want a *ops.Tensor or a Go number\nops.From(v) makes a tensor of slices"},
		{"channels of a matrix", func() { ops.ToNCHW(x) }, "ops.ToNCHW: x has shape [2 3], want [n h w c]: want images [N H W C] or one image [H W C]"},
		{"channels last of a matrix", func() { ops.ToNHWC(x) }, "ops.ToNHWC: x has shape [2 3], want [n c h w]: want images [N C H W] or one image [C H W]"},
		{"first axis of a diagonal", func() { ops.Call("diagonal", ops.Attrs{"axes": []int{7, 0}}, x) }, "ops.Diagonal: axes is 7: must be from -2 to 1"},
		{"distance of scalars", func() { ops.CosineEmbedding(ops.Zeros(), ops.Zeros(), ops.Zeros()) }, "ops.CosineEmbedding: a has shape [], want [features]: want vectors along the last axis"},
		{"types of a target", func() { ops.CosineEmbedding(x, x, ops.Ones(2).To(ops.Float64)) }, "ops.CosineEmbedding: target is Float64, want Float32: both tensors must have one type, and a is Float32\ntarget.To(ops.Float32) converts"},
		{"classes by numbers", func() { ops.MultiMargin(x, ops.Zeros(2)) }, "ops.MultiMargin: target is Float32, want Int64\ntarget.To(ops.Int64) converts"},
		{"scores of one", func() { ops.MultiMargin(ops.Zeros(3), ops.ArangeInt(1)) }, "ops.MultiMargin: x has shape [3], want [n classes]: want scores for each example"},
		{"turned integers", func() { ops.RotaryEmbedding(ops.ArangeInt(4).Reshape(2, 2)) }, "ops.RotaryEmbedding: x is Int64, want Float32 or Float64\nx.To(ops.Float32) converts"},
		{"axis of a roll", func() { ops.Roll(x, []int{1}, 5) }, "ops.Roll: axes is 5: must be from -2 to 1"},
		{"repeated less than never", func() { ops.Repeat(x, -1, 0) }, "ops.Repeat: times is -1: must not be negative"},
		{"shuffled matrix", func() { ops.PixelShuffle(x, 2) }, "ops.PixelShuffle: x has shape [2 3], want [n c h w]: want a batch of images"},
		{"no sequence", func() { ops.GRU(nil, weights) }, "ops.GRU: x has shape [], want [t n f]: want three axes: steps, batch, features\nx.Unsqueeze(1) makes a batch of one sequence"},
		{"windows beyond the image", func() { ops.Unfold(img, []int{9, 9}) }, "ops.Unfold: x has shape [1 4 8 8]: spatial axis 0 has 8 elements with padding, and the window spans 9\npad the input (Pad: ops.Same keeps its size) or use a smaller kernel or dilation"},
		{"matrices of a grid", func() { ops.AffineGrid(ops.Zeros(2, 3), 1, 1) }, "ops.AffineGrid: theta has shape [2 3], want [n 2 3]: want a matrix of two rows for each image"},
		{"size of a grid", func() { ops.AffineGrid(ops.Zeros(1, 2, 3), 0, 4) }, "ops.AffineGrid: size is 0 by 4: must be at least 1 by 1"},
		{"call of nothing", func() { ops.Call("conv2", nil) }, "ops.Call: name is \"conv2\": is not registered\ndid you mean conv2d?"},
	} {
		err := ops.Try(test.f)
		if err == nil || err.Error() != test.want {
			t.Errorf("%s: %q, want %q", test.name, err, test.want)
		}
	}
}
