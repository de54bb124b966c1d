package ops_test

import (
	"math"
	"slices"
	"sort"
	"testing"

	"cahier/ops"
	"cahier/ops/opstest"
)

// check compares an operation that is made of others: outputs with a
// reference, derivatives of both orders with differences, on all layouts.
func check(t *testing.T, name string, f func(in []*ops.Tensor) *ops.Tensor, want func(in []*ops.Tensor) []*ops.Tensor, in ...*ops.Tensor) {
	t.Helper()
	op := ops.Op{Name: "test." + name, Doc: "for this test",
		Infer: func(_ ops.Attrs, specs []ops.Spec) ([]ops.Spec, error) {
			zeros := make([]*ops.Tensor, len(specs))
			for i, s := range specs {
				zeros[i] = ops.Zeros(s.Shape...).To(s.DType)
				if s.DType != ops.Bool && !s.DType.IsFloat() {
					zeros[i] = in[i]
				}
			}
			y := f(zeros)
			return []ops.Spec{{DType: y.DType(), Shape: y.Shape()}}, nil
		},
		Compose: func(_ ops.Attrs, in []*ops.Tensor) ([]*ops.Tensor, error) { return list(f(in)), nil }}
	opstest.Check(t, op, []opstest.Case{{Name: name, Inputs: in, Want: want, Smooth: true}})
}

func TestRearrange(t *testing.T) {
	x := opstest.Randn(1, 2, 3, 4)
	modulo := func(a, n int) int { return (a%n + n) % n }
	for name, c := range map[string]struct {
		f     func(x *ops.Tensor) *ops.Tensor
		shape []int
		from  func(i []int) []int
	}{
		"roll":               {func(x *ops.Tensor) *ops.Tensor { return ops.Roll(x, []int{1}, 2) }, []int{2, 3, 4}, func(i []int) []int { return []int{i[0], i[1], modulo(i[2]-1, 4)} }},
		"roll two axes":      {func(x *ops.Tensor) *ops.Tensor { return ops.Roll(x, []int{-2, 9}, 1, -1) }, []int{2, 3, 4}, func(i []int) []int { return []int{i[0], modulo(i[1]+2, 3), modulo(i[2]-9, 4)} }},
		"tile":               {func(x *ops.Tensor) *ops.Tensor { return ops.Tile(x, 2, 3) }, []int{2, 6, 12}, func(i []int) []int { return []int{i[0], i[1] % 3, i[2] % 4} }},
		"tile with new axes": {func(x *ops.Tensor) *ops.Tensor { return ops.Tile(x, 3, 1, 2, 1).Reshape(6, 6, 4) }, []int{6, 6, 4}, func(i []int) []int { return []int{i[0] % 2, i[1] % 3, i[2]} }},
		"tile by zero":       {func(x *ops.Tensor) *ops.Tensor { return ops.Tile(x, 0) }, []int{2, 3, 0}, nil},
		"repeat":             {func(x *ops.Tensor) *ops.Tensor { return ops.Repeat(x, 2, 1) }, []int{2, 6, 4}, func(i []int) []int { return []int{i[0], i[1] / 2, i[2]} }},
	} {
		check(t, name, func(in []*ops.Tensor) *ops.Tensor { return c.f(in[0]) }, move(c.shape, c.from), x)
	}
	check(t, "roll as one axis", func(in []*ops.Tensor) *ops.Tensor { return ops.Roll(in[0], []int{5}) }, func(in []*ops.Tensor) []*ops.Tensor {
		v := in[0].Float64s()
		return list(f64(slices.Concat(v[len(v)-5:], v[:len(v)-5])...).Reshape(2, 3, 4))
	}, x)
	pixels := opstest.Randn(2, 1, 8, 2, 3)
	check(t, "pixel shuffle", func(in []*ops.Tensor) *ops.Tensor { return ops.PixelShuffle(in[0], 2) },
		move([]int{1, 2, 4, 6}, func(i []int) []int { return []int{i[0], i[1]*4 + i[2]%2*2 + i[3]%2, i[2] / 2, i[3] / 2} }), pixels)
	near(t, "pixel unshuffle", ops.PixelUnshuffle(ops.PixelShuffle(pixels, 2), 2), pixels)
	mask := bools(true, false, true, true, false, false).Reshape(2, 3, 1)
	check(t, "masked select", func(in []*ops.Tensor) *ops.Tensor { return ops.MaskedSelect(in[0], mask) }, func(in []*ops.Tensor) []*ops.Tensor {
		v := in[0].Float64s()
		return list(f64(slices.Concat(v[:4], v[8:16])...))
	}, x)
	wantValues(t, "nonzero", ops.Nonzero(mask), 0, 0, 0, 0, 2, 0, 1, 0, 0)
	if s := ops.Nonzero(ops.Zeros(3)).Shape(); !s.Equal(ops.Shape{0, 1}) {
		t.Errorf("nothing that is not zero has shape %v", s)
	}
	// Columns times kernels are a convolution.
	for n, size := range [][]int{1: {3}, 2: {2, 3}, 3: {2, 1, 2}} {
		if n == 0 {
			continue
		}
		image, kernel := opstest.Randn(3, append([]int{2, 3}, []int{6, 5, 4}[:n]...)...), opstest.Randn(4, append([]int{4, 3}, size...)...)
		conv := []func(x, w *ops.Tensor, opts ...ops.ConvOptions) *ops.Tensor{1: ops.Conv1D, 2: ops.Conv2D, 3: ops.Conv3D}[n]
		o := ops.ConvOptions{Stride: []int{2}, Dilation: []int{2}, Pad: slices.Repeat([]int{2}, n)}
		y := conv(image, kernel, o)
		columns := ops.Unfold(image, size, ops.UnfoldOptions{Stride: o.Stride, Dilation: o.Dilation, Pad: o.Pad})
		near(t, "unfold", kernel.Reshape(4, -1).MatMul(columns).Reshape(y.Shape()...), y)
	}
	for want, f := range map[string]func(){
		"ops.Roll: shifts is [1 2]: want one, or one for each of the axes":                                                     func() { ops.Roll(x, []int{1, 2}) },
		"ops.Roll: shifts is [1]: want one for each of 2 axes":                                                                 func() { ops.Roll(x, []int{1}, 0, 1) },
		"ops.Tile: repeats is [-1]: must not be negative":                                                                      func() { ops.Tile(x, -1) },
		"ops.Repeat: axis is 3: must be from -3 to 2":                                                                          func() { ops.Repeat(x, 1, 3) },
		"ops.PixelShuffle: x has shape [1 2 4 6]: the 2 channels must be divided by 4":                                         func() { ops.PixelShuffle(ops.Zeros(1, 2, 4, 6), 2) },
		"ops.PixelUnshuffle: x has shape [1 8 2 3]: height and width must be divided by 2":                                     func() { ops.PixelUnshuffle(pixels, 2) },
		"ops.PixelShuffle: factor is 0: must be at least 1":                                                                    func() { ops.PixelShuffle(pixels, 0) },
		"ops.MaskedSelect: mask is Float64, want Bool\ncomparisons such as x.Greater(0) give Bool":                             func() { ops.MaskedSelect(x, x) },
		"ops.Unfold: x has shape [2 3 4], want [n c h w]: want batch, channels, and an axis for each of 2 sizes, one to three": func() { ops.Unfold(x, []int{2, 2}) },
		"ops.Unfold: size is [0]: must be at least 1":                                                                          func() { ops.Unfold(x, []int{0}) },
	} {
		wantErr(t, want, f)
	}
}

// quantileWant is the definition.
func quantileWant(q float64) func(v []float64) float64 {
	return func(v []float64) float64 {
		v = slices.Clone(v)
		for _, x := range v {
			if x != x {
				return nan
			}
		}
		sort.Float64s(v)
		p := q * float64(len(v)-1)
		i := int(math.Floor(p))
		return v[i] + (p-float64(i))*(v[min(i+1, len(v)-1)]-v[i])
	}
}

func init() {
	x := opstest.Spread(1, 2, 3, 4)
	several := func(axes []int, keep bool, qs ...float64) func([]*ops.Tensor) []*ops.Tensor {
		return func(in []*ops.Tensor) []*ops.Tensor {
			var ys []*ops.Tensor
			for _, q := range qs {
				ys = append(ys, foldWant(axes, keep, sameType, quantileWant(q))(in)[0])
			}
			return list(ops.Stack(ys, 0))
		}
	}
	cases["quantile"] = []opstest.Case{
		{Name: "median", Inputs: list(x), Want: foldWant(nil, false, sameType, quantileWant(0.5))},
		{Name: "part of an axis", Attrs: ops.Attrs{"q": 0.3, "axes": []int{-1}}, Inputs: list(x), Want: foldWant([]int{2}, false, sameType, quantileWant(0.3))},
		{Name: "largest", Attrs: ops.Attrs{"q": 1, "axes": []int{0, 2}, "keepdims": true}, Inputs: list(x), Want: foldWant([]int{0, 2}, true, sameType, quantileWant(1))},
		{Name: "one element", Inputs: list(opstest.Randn(1, 1)), Want: foldWant(nil, false, sameType, quantileWant(0.5))},
		{Name: "no row", Attrs: ops.Attrs{"axes": []int{1}}, Inputs: list(opstest.Randn(1, 0, 3)), Want: foldWant([]int{1}, false, sameType, quantileWant(0.5))},
	}
	refusals["quantile"] = []opstest.Refusal{
		{Name: "part", Attrs: ops.Attrs{"q": 2}, Inputs: list(x), Want: "ops.Quantile: q is 2: must be from 0 to 1"},
		{Name: "several", Attrs: ops.Attrs{"q": []float64{0, 1}}, Inputs: list(x), Want: "ops.Quantile: q is [0 1]: want a number"},
		{Name: "axis", Attrs: ops.Attrs{"axes": 3}, Inputs: list(x), Want: "ops.Quantile: axes is 3: must be from -3 to 2"},
	}
	cases["quantiles"] = []opstest.Case{
		{Name: "quartiles", Attrs: ops.Attrs{"q": []float64{0.25, 0.5, 0.75}, "axes": []int{1}}, Inputs: list(x), Want: several([]int{1}, false, 0.25, 0.5, 0.75)},
		{Name: "unordered, kept", Attrs: ops.Attrs{"q": []float64{1, 0.1, 0.1}, "keepdims": true}, Inputs: list(x), Want: several(nil, true, 1, 0.1, 0.1)},
		{Name: "one", Attrs: ops.Attrs{"q": []float64{0.9}}, Inputs: list(x), Want: several(nil, false, 0.9)},
		{Name: "one element", Attrs: ops.Attrs{"q": []float64{0, 1}}, Inputs: list(opstest.Randn(1, 1)), Want: several(nil, false, 0, 1)},
		{Name: "no row", Attrs: ops.Attrs{"q": []float64{0, 1}, "axes": []int{1}}, Inputs: list(opstest.Randn(1, 0, 3)), Want: several([]int{1}, false, 0, 1)},
	}
	refusals["quantiles"] = []opstest.Refusal{
		{Name: "none", Inputs: list(x), Want: "ops.Quantiles: q is empty, want at least one number from 0 to 1"},
		{Name: "part", Attrs: ops.Attrs{"q": []float64{0, nan}}, Inputs: list(x), Want: "ops.Quantiles: q is NaN: must be from 0 to 1"},
		{Name: "no element", Attrs: ops.Attrs{"q": 0.5}, Inputs: list(f64()), Want: "ops.Quantiles: x has shape [0]: there is no element along the axes [0]"},
	}
	cases["median"] = []opstest.Case{
		{Name: "all", Inputs: list(x), Want: foldWant(nil, false, sameType, quantileWant(0.5))},
		{Name: "odd, kept", Attrs: ops.Attrs{"axes": 1, "keepdims": true}, Inputs: list(x), Want: foldWant([]int{1}, true, sameType, quantileWant(0.5))},
		{Name: "one element", Inputs: list(opstest.Randn(1, 1)), Want: foldWant(nil, false, sameType, quantileWant(0.5))},
		{Name: "no row", Attrs: ops.Attrs{"axes": []int{1}}, Inputs: list(opstest.Randn(1, 0, 3)), Want: foldWant([]int{1}, false, sameType, quantileWant(0.5))},
	}
	refusals["median"] = []opstest.Refusal{
		{Name: "no element", Inputs: list(f64()), Want: "ops.Median: x has shape [0]: there is no element along the axes [0]"},
		{Name: "part", Attrs: ops.Attrs{"q": 0.5}, Inputs: list(x), Want: "ops.Median: attribute q is no attribute of this operation, which has axes, keepdims"},
	}
}

func TestQuantile(t *testing.T) {
	part := quantileWant
	x := opstest.Spread(1, 2, 3, 4)
	for _, q := range []float64{0, 0.25, 0.5, 0.9, 1} {
		for _, axes := range [][]int{nil, {1}, {0, 2}} {
			for _, keep := range []bool{false, true} {
				o := ops.QuantileOptions{Axes: axes, KeepDims: keep}
				check(t, "quantile", func(in []*ops.Tensor) *ops.Tensor { return ops.Quantile(in[0], q, o) }, foldWant(axes, keep, sameType, part(q)), x)
			}
		}
	}
	check(t, "median", func(in []*ops.Tensor) *ops.Tensor { return ops.Median(in[0]) }, foldWant(nil, false, sameType, part(0.5)), x)
	check(t, "no row", func(in []*ops.Tensor) *ops.Tensor { return ops.Median(in[0], ops.QuantileOptions{Axes: []int{1}}) }, foldWant([]int{1}, false, sameType, part(0.5)), opstest.Randn(1, 0, 3))
	wantValues(t, "infinities", ops.Median(f64(inf, -inf, inf, 3, inf)), inf)
	if m := ops.Median(f64(1, nan, 2)).Item(); m == m {
		t.Errorf("the median with NaN is %v", m)
	}
	wantErr(t, "ops.Quantile: q is 2: must be from 0 to 1", func() { ops.Quantile(x, 2) })
	wantErr(t, "ops.Median: x has shape [0]: there is no element along the axes [0]", func() { ops.Median(f64()) })
	wantErr(t, "ops.Median: x is Int64, want Float32 or Float64\nx.To(ops.Float32) converts", func() { ops.Median(i64(1)) })
}
