package ops_test

import (
	"fmt"
	"slices"

	"cahier/ops"
	"cahier/ops/opstest"
)

// transposeWant is the definition: each element lays down a kernel.
func transposeWant(c convSpec, out []int) func([]*ops.Tensor) []*ops.Tensor {
	return func(in []*ops.Tensor) []*ops.Tensor {
		x, w := gridOf(in[0]), gridOf(in[1])
		n := len(x.shape) - 2
		y := newGrid(slices.Concat([]int{x.shape[0], w.shape[1] * c.groups}, out)...)
		if len(in) > 2 && in[2] != nil {
			each(y.shape, func(i []int) { *y.at(i...) = in[2].At(i[1]) })
		}
		perGroup := x.shape[1] / c.groups
		each(x.shape, func(i []int) {
			each(w.shape[1:], func(k []int) {
				at := []int{i[0], i[1]/perGroup*w.shape[1] + k[0]}
				for a := range n {
					p := i[2+a]*c.stride[a] + k[1+a]*c.dilation[a] - c.before[a]
					if p < 0 || p >= out[a] {
						return
					}
					at = append(at, p)
				}
				*y.at(at...) += *x.at(i...) * *w.at(append([]int{i[1]}, k...)...)
			})
		})
		return y.list()
	}
}

func init() {
	r := opstest.Randn
	for n := 1; n <= 3; n++ {
		name := fmt.Sprintf("conv_transpose%dd", n)
		size, kernel := []int{4, 3, 2}[:n], []int{3, 2, 3}[:n]
		ones, zeros := []int{1, 1, 1}[:n], []int{0, 0, 0}[:n]
		with := func(a, b int, spatial []int) []int { return append([]int{a, b}, spatial...) }
		add := func(label string, attrs ops.Attrs, c convSpec, out []int, in ...*ops.Tensor) {
			cases[name] = append(cases[name], opstest.Case{Name: label, Attrs: attrs, Inputs: in, Want: transposeWant(c, out[:n]), Smooth: true})
		}
		plain := convSpec{ones, ones, zeros, zeros, 1}
		x, w := r(1, with(2, 4, size)...), r(2, with(4, 3, kernel)...)
		add("plain", nil, plain, []int{6, 4, 4}, x, w)
		add("bias", nil, plain, []int{6, 4, 4}, x, w, r(3, 3))
		c := plain
		c.stride, c.before = []int{2, 3, 2}[:n], []int{1, 0, 2}[:n]
		pad := slices.Concat(c.before, []int{0, 1, 1}[:n])
		add("stride, padding, output padding", ops.Attrs{"stride": c.stride, "pad": pad, "output_pad": []int{1, 2, 1}[:n]}, c, []int{9, 9, 3}, x, w)
		c = plain
		c.dilation, c.groups = []int{2, 3, 1}[:n], 2
		add("dilation and groups", ops.Attrs{"dilation": c.dilation, "groups": 2}, c, []int{8, 6, 4}, x, w, r(3, 6))
		c = plain
		c.stride, c.before = []int{2, 2, 2}[:n], []int{0, 0, 0}[:n]
		add("same", ops.Attrs{"stride": 2, "pad": []int(ops.Same)}, c, []int{8, 6, 4}, x, w)
		c.stride = []int{4, 4, 4}[:n]
		add("same with gaps", ops.Attrs{"stride": 4, "pad": []int(ops.Same)}, c, []int{16, 12, 8}, x, w)
		add("one element", nil, plain, ones, r(1, with(1, 1, ones)...), r(2, with(1, 1, ones)...))
		add("no image", nil, plain, []int{6, 4, 4}, r(1, with(0, 4, size)...), w)
		title := goName(lookup(name))
		refusals[name] = []opstest.Refusal{
			{Name: "channels", Inputs: []*ops.Tensor{x, r(2, with(3, 4, kernel)...)}, Want: fmt.Sprintf("%s: w has shape %v, want [4 out/groups %s]: axis 0 must equal axis 1 of x, the channels, and a kernel has at least one element on each axis", title, ops.Shape(with(3, 4, kernel)), []string{"kw", "kh kw", "kd kh kw"}[n-1])},
			{Name: "output padding", Attrs: ops.Attrs{"output_pad": 1}, Inputs: []*ops.Tensor{x, w}, Want: fmt.Sprintf("%s: output_pad is %v: must be below the stride, %v", title, ones, ones)},
			{Name: "groups", Attrs: ops.Attrs{"groups": 3}, Inputs: []*ops.Tensor{x, w}, Want: title + ": groups is 3: must divide the 4 channels of x"},
			{Name: "bias", Inputs: []*ops.Tensor{x, w, r(1, 4)}, Want: title + ": b has shape [4], want [3]: one bias for each output channel"},
			{Name: "nothing left", Attrs: ops.Attrs{"pad": 3}, Inputs: []*ops.Tensor{x, w}, Want: fmt.Sprintf("%s: x has shape %v: nothing is left of spatial axis 0, of size 6, when 3 and 3 elements are cut off", title, x.Shape())},
			{Name: "same and output padding", Attrs: ops.Attrs{"stride": 2, "pad": []int(ops.Same), "output_pad": 1}, Inputs: []*ops.Tensor{x, w}, Want: title + ": output_pad is [1]: has no meaning with Same, which fixes the size"},
			{Name: "one image", Inputs: []*ops.Tensor{x.Select(0, 0), w}, Want: fmt.Sprintf("%s: x has shape %v, want [n c %s]: want %d axes: batch, channels and %d of space\nx.Unsqueeze(0) makes a batch of one image", title, ops.Shape(append([]int{4}, size...)), []string{"w", "h w", "d h w"}[n-1], n+2, n)},
		}
	}
}
