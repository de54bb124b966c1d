package ops_test

import (
	"fmt"
	"math"

	"cahier/ops"
	"cahier/ops/opstest"
)

func init() {
	convCases()
	poolCases()
}

// convSpec is a convolution as the references see it: one number for each
// spatial axis.
type convSpec struct {
	stride, dilation, before, behind []int
	groups                           int
}

// convWant is the definition, loop by loop.
func convWant(c convSpec) func([]*ops.Tensor) []*ops.Tensor {
	return func(in []*ops.Tensor) []*ops.Tensor {
		x, w := gridOf(in[0]), gridOf(in[1])
		n := len(x.shape) - 2
		shape := []int{x.shape[0], w.shape[0]}
		for a := range n {
			shape = append(shape, (x.shape[2+a]+c.before[a]+c.behind[a]-c.dilation[a]*(w.shape[2+a]-1)-1)/c.stride[a]+1)
		}
		out := newGrid(shape...)
		perGroup := w.shape[0] / c.groups
		each(shape, func(o []int) {
			sum := 0.0
			if len(in) > 2 && in[2] != nil {
				sum = in[2].At(o[1])
			}
			each(w.shape[1:], func(k []int) {
				at := []int{o[0], o[1]/perGroup*w.shape[1] + k[0]}
				for a := range n {
					p := o[2+a]*c.stride[a] + k[1+a]*c.dilation[a] - c.before[a]
					if p < 0 || p >= x.shape[2+a] {
						return
					}
					at = append(at, p)
				}
				sum += *x.at(at...) * *w.at(append([]int{o[1]}, k...)...)
			})
			*out.at(o...) = sum
		})
		return out.list()
	}
}

func convCases() {
	r := opstest.Randn
	for n := 1; n <= 3; n++ {
		name := fmt.Sprintf("conv%dd", n)
		ones, zeros := make([]int, n), make([]int, n)
		size, kernel := []int{7, 6, 5}[:n], []int{3, 2, 3}[:n]
		for a := range ones {
			ones[a] = 1
		}
		with := func(lead []int, spatial ...int) []int { return append(append([]int(nil), lead...), spatial...) }
		plain := convSpec{ones, ones, zeros, zeros, 1}
		add := func(label string, attrs ops.Attrs, c convSpec, in ...*ops.Tensor) {
			cases[name] = append(cases[name], opstest.Case{Name: label, Attrs: attrs, Inputs: in, Want: convWant(c), Smooth: true})
		}
		x, w := r(1, with([]int{2, 4}, size...)...), r(2, with([]int{6, 4}, kernel...)...)
		add("plain", nil, plain, x, w)
		add("bias", nil, plain, x, w, r(3, 6))
		c := plain
		c.stride, c.before, c.behind = []int{2, 1, 3}[:n], []int{1, 2, 0}[:n], []int{0, 1, 2}[:n]
		add("stride and asymmetric padding", ops.Attrs{"stride": c.stride, "pad": append(append([]int(nil), c.before...), c.behind...)}, c, x, w)
		c = plain
		c.dilation, c.groups = []int{2, 3, 1}[:n], 2
		add("dilation and groups", ops.Attrs{"dilation": c.dilation, "groups": 2}, c, x, r(2, with([]int{6, 2}, kernel...)...), r(3, 6))
		c = plain
		c.groups = 4
		add("depthwise", ops.Attrs{"groups": 4}, c, x, r(2, with([]int{4, 1}, kernel...)...))
		add("kernel of one", nil, plain, x, r(2, with([]int{3, 4}, ones...)...))
		add("one element", nil, plain, r(1, with([]int{1, 1}, ones...)...), r(2, with([]int{1, 1}, ones...)...))
		add("no image", nil, plain, r(1, with([]int{0, 4}, size...)...), w)
		add("no kernel", nil, plain, x, r(2, with([]int{0, 4}, kernel...)...))
		c = plain
		c.before, c.behind = []int{1, 0, 1}[:n], []int{1, 1, 1}[:n]
		add("same", ops.Attrs{"pad": []int(ops.Same)}, c, x, w)

		title := goName(lookup(name))
		refusals[name] = []opstest.Refusal{
			{Name: "channels", Inputs: []*ops.Tensor{x, r(2, with([]int{6, 3}, kernel...)...)},
				Want: title + ": w has shape " + ops.Shape(with([]int{6, 3}, kernel...)).String() + ", want [out 4 " + []string{"kw", "kh kw", "kd kh kw"}[n-1] + "]: axis 1 must equal x axis 1 / groups (4/1)"},
			{Name: "one image", Inputs: []*ops.Tensor{x.Select(0, 0), w},
				Want: title + ": x has shape " + ops.Shape(with([]int{4}, size...)).String() + ", want [n c " + []string{"w", "h w", "d h w"}[n-1] + "]: " + fmt.Sprintf("want %d axes: batch, channels and %d of space\nx.Unsqueeze(0) makes a batch of one image", n+2, n)},
			{Name: "kernel too large", Inputs: []*ops.Tensor{x, r(2, with([]int{6, 4}, []int{8, 1, 1}[:n]...)...)},
				Want: title + ": x has shape " + x.Shape().String() + ": spatial axis 0 has 7 elements with padding, and the window spans 8\npad the input (Pad: ops.Same keeps its size) or use a smaller kernel or dilation"},
			{Name: "groups", Attrs: ops.Attrs{"groups": 3}, Inputs: []*ops.Tensor{x, w}, Want: title + ": groups is 3: must divide the 4 channels of x"},
			{Name: "bias", Inputs: []*ops.Tensor{x, w, r(1, 4)}, Want: title + ": b has shape [4], want [6]: one bias for each kernel"},
			{Name: "stride", Attrs: ops.Attrs{"stride": 0}, Inputs: []*ops.Tensor{x, w}, Want: title + ": stride is [0]: must be at least 1"},
			{Name: "types", Inputs: []*ops.Tensor{x, w.To(ops.Float32)}, Want: title + ": w is Float32, want Float64: both tensors must have one type, and x is Float64\nw.To(ops.Float64) converts"},
			{Name: "misspelt", Attrs: ops.Attrs{"padding": 1}, Inputs: []*ops.Tensor{x, w}, Want: title + ": attribute padding is no attribute of this operation, which has stride, dilation, pad, groups"},
		}
	}
	// More output elements than are laid out at a time, and several images.
	cases["conv2d"] = append(cases["conv2d"], opstest.Case{Name: "blocks", Inputs: []*ops.Tensor{r(1, 2, 3, 40, 21), r(2, 5, 3, 3, 3)}, Want: convWant(convSpec{[]int{1, 1}, []int{1, 1}, []int{0, 0}, []int{0, 0}, 1}), NoGrad: true})
	// An infinity meets every weight of 0, and the product is NaN.
	cases["conv2d"] = append(cases["conv2d"], opstest.Case{Name: "zero times infinity", Inputs: []*ops.Tensor{f64(inf, 1).Reshape(1, 1, 1, 2), f64(0, 1).Reshape(1, 1, 1, 2)},
		Want: func([]*ops.Tensor) []*ops.Tensor { return []*ops.Tensor{f64(nan).Reshape(1, 1, 1, 1)} }, NoGrad: true})
	refusals["conv2d"] = append(refusals["conv2d"], opstest.Refusal{Name: "channels last", Inputs: []*ops.Tensor{ops.Zeros(1, 8, 9, 3), ops.Zeros(4, 3, 3, 3)},
		Want: "ops.Conv2D: w has shape [4 3 3 3], want [out 8 kh kw]: axis 1 must equal x axis 1 / groups (8/1)\ndid you pass NHWC data? ops.ToNCHW(x) converts"},
		opstest.Refusal{Name: "pad", Attrs: ops.Attrs{"pad": []int{1, 2, 3}}, Inputs: []*ops.Tensor{ops.Zeros(1, 3, 9, 9), ops.Zeros(4, 3, 3, 3)},
			Want: "ops.Conv2D: pad is [1 2 3]: want 1, 2 or 4 values: for all axes, for each, or before each and then behind each"})
}

// poolWant is the definition of pooling: fold gets the elements of a window
// that lie inside, and how many the window has with its padding. It also gives
// the places of the largest.
func poolWant(size []int, c convSpec, out []int, fold func(v []float64, padded int) float64, places bool) func([]*ops.Tensor) []*ops.Tensor {
	return func(in []*ops.Tensor) []*ops.Tensor {
		x := gridOf(in[0])
		shape := append([]int{x.shape[0], x.shape[1]}, out...)
		y, at := newGrid(shape...), newGrid(shape...)
		each(shape, func(o []int) {
			var v []float64
			padded, best := 0, math.Inf(-1)
			each(size, func(k []int) {
				index, inside, plane := []int{o[0], o[1]}, true, 0
				for a := range size {
					p := o[2+a]*c.stride[a] + k[a]*c.dilation[a] - c.before[a]
					if p >= x.shape[2+a]+c.behind[a] {
						return
					}
					inside = inside && p >= 0 && p < x.shape[2+a]
					index = append(index, p)
					plane = plane*x.shape[2+a] + p
				}
				padded++
				if !inside {
					return
				}
				e := *x.at(index...)
				v = append(v, e)
				if e > best {
					best = e
					*at.at(o...) = float64(plane)
				}
			})
			*y.at(o...) = fold(v, padded)
		})
		if places {
			return []*ops.Tensor{y.tensor().To(in[0].DType()), at.tensor().To(ops.Int64)}
		}
		return y.list()
	}
}

func poolCases() {
	biggest := func(v []float64, _ int) float64 {
		m := math.Inf(-1)
		for _, x := range v {
			m = math.Max(m, x)
		}
		return m
	}
	sum := func(v []float64) (s float64) {
		for _, x := range v {
			s += x
		}
		return s
	}
	mean := func(v []float64, _ int) float64 { return sum(v) / float64(len(v)) }
	meanPadded := func(v []float64, n int) float64 { return sum(v) / float64(n) }
	for n := 1; n <= 3; n++ {
		shape := append([]int{2, 3}, []int{7, 6, 5}[:n]...)
		zeros, ones := make([]int, n), []int{1, 1, 1}[:n]
		two := []int{2, 2, 2}[:n]
		x := opstest.Spread(4, shape...)
		half := func(a, b, c int) []int { return []int{a, b, c}[:n] }
		for _, kind := range []string{"max", "avg"} {
			name := fmt.Sprintf("%s_pool%dd", kind, n)
			add := func(label string, attrs ops.Attrs, size []int, c convSpec, out []int, x *ops.Tensor) {
				fold := mean
				if kind == "max" {
					fold = biggest
				} else if attrs["count_pad"] == true {
					fold = meanPadded
				}
				cases[name] = append(cases[name], opstest.Case{Name: label, Attrs: attrs, Inputs: []*ops.Tensor{x}, Want: poolWant(size, c, out, fold, kind == "max"), Smooth: kind == "avg"})
			}
			add("plain", ops.Attrs{"size": 2}, two, convSpec{two, ones, zeros, zeros, 1}, half(3, 3, 2), x)
			add("overlapping, padded", ops.Attrs{"size": 3, "stride": 1, "pad": 1}, half(3, 3, 3), convSpec{ones, ones, ones, ones, 1}, half(7, 6, 5), x)
			add("dilation", ops.Attrs{"size": 2, "stride": 1, "dilation": half(3, 2, 1)}, two, convSpec{ones, half(3, 2, 1), zeros, zeros, 1}, half(4, 4, 4), x)
			add("ceil", ops.Attrs{"size": 2, "ceil": true}, two, convSpec{two, ones, zeros, zeros, 1}, half(4, 3, 3), x)
			add("one element", ops.Attrs{"size": 1}, ones, convSpec{ones, ones, zeros, zeros, 1}, ones, opstest.Spread(1, append([]int{1, 1}, ones...)...))
			add("no image", ops.Attrs{"size": 2}, two, convSpec{two, ones, zeros, zeros, 1}, half(3, 3, 2), opstest.Spread(1, append([]int{0, 3}, shape[2:]...)...))
			if kind == "avg" {
				add("padding counts", ops.Attrs{"size": 3, "stride": 2, "pad": 1, "count_pad": true, "ceil": true}, half(3, 3, 3), convSpec{two, ones, ones, ones, 1}, half(4, 4, 3), x)
			}
			title := goName(lookup(name))
			refusals[name] = []opstest.Refusal{
				{Name: "padding", Attrs: ops.Attrs{"size": 2, "pad": 2}, Inputs: []*ops.Tensor{x}, Want: fmt.Sprintf("%s: pad is %v before and %v behind: a window of size %v lies wholly in the padding\npadding should be at most half the window", title, two, two, two)},
				{Name: "size", Inputs: []*ops.Tensor{x}, Attrs: ops.Attrs{"size": 0}, Want: title + ": size is [0]: must be at least 1"},
				{Name: "axes", Inputs: []*ops.Tensor{ops.Zeros(1)}, Attrs: ops.Attrs{"size": 1}, Want: fmt.Sprintf("%s: x has shape [1], want [n c %s]: want %d axes: batch, channels and %d of space", title, []string{"w", "h w", "d h w"}[n-1], n+2, n)},
			}
			if n == 1 {
				// One axis is one less than a batch has only for two spatial axes on.
				refusals[name][2].Inputs = []*ops.Tensor{ops.Zeros()}
				refusals[name][2].Want = title + ": x has shape [], want [n c w]: want 3 axes: batch, channels and 1 of space"
			}
		}
		name := fmt.Sprintf("max_pool%dd", n)
		for _, d := range []ops.DType{ops.Uint8, ops.Int64} {
			cases[name] = append(cases[name], opstest.Case{Name: d.String(), Attrs: ops.Attrs{"size": 2}, Inputs: []*ops.Tensor{ops.NewRNG(2).RandInt(0, 255, shape...).To(d)}, NoGrad: true,
				Want: poolWant(two, convSpec{two, ones, zeros, zeros, 1}, half(3, 3, 2), biggest, true)})
		}
	}
	cases["max_pool2d"] = append(cases["max_pool2d"], opstest.Case{Name: "NaN wins", Attrs: ops.Attrs{"size": 2}, Inputs: []*ops.Tensor{f64(1, nan, 3, nan).Reshape(1, 1, 2, 2)}, NoGrad: true,
		Want: func([]*ops.Tensor) []*ops.Tensor {
			return []*ops.Tensor{f64(nan).Reshape(1, 1, 1, 1), i64(1).Reshape(1, 1, 1, 1)}
		}})
}
