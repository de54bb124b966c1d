package ops_test

import (
	"math"
	"slices"
	"testing"

	"cahier/ops"
	"cahier/ops/opstest"
)

// standardWant is the definition of standardize: group names the elements
// that are taken together, and affine is applied to the result.
func standardWant(rms bool, eps float64, group func(index []int) int, affine func(in []*ops.Tensor, index []int, y float64) float64) func([]*ops.Tensor) []*ops.Tensor {
	return func(in []*ops.Tensor) []*ops.Tensor {
		x := gridOf(in[0])
		sums, squares, counts := map[int]float64{}, map[int]float64{}, map[int]float64{}
		each(x.shape, func(i []int) {
			sums[group(i)] += *x.at(i...)
			counts[group(i)]++
		})
		mean := func(k int) float64 {
			if rms {
				return 0
			}
			return sums[k] / counts[k]
		}
		each(x.shape, func(i []int) {
			d := *x.at(i...) - mean(group(i))
			squares[group(i)] += d * d
		})
		out := newGrid(x.shape...)
		each(x.shape, func(i []int) {
			k := group(i)
			*out.at(i...) = affine(in, i, (*x.at(i...)-mean(k))/math.Sqrt(squares[k]/counts[k]+eps))
		})
		return out.list()
	}
}

func init() {
	plain := func(_ []*ops.Tensor, _ []int, y float64) float64 { return y }
	// scaled has weight and bias behind x; at gives their index.
	scaled := func(at func(i []int) []int) func([]*ops.Tensor, []int, float64) float64 {
		return func(in []*ops.Tensor, i []int, y float64) float64 {
			for k, t := range in[1:] {
				if t != nil && k == 0 {
					y *= t.At(at(i)...)
				} else if t != nil {
					y += t.At(at(i)...)
				}
			}
			return y
		}
	}
	x := opstest.Randn(1, 2, 4, 3)
	c := func(name, label string, attrs ops.Attrs, want func([]*ops.Tensor) []*ops.Tensor, in ...*ops.Tensor) {
		cases[name] = append(cases[name], opstest.Case{Name: label, Attrs: attrs, Inputs: in, Want: want, Smooth: true})
	}
	standardCases(x)
	for name, rms := range map[string]bool{"layer_norm": false, "rms_norm": true} {
		row := func(i []int) int { return i[0]*10 + i[1] }
		image := func(i []int) int { return i[0] }
		last, lastTwo := func(i []int) []int { return i[2:] }, func(i []int) []int { return i[1:] }
		c(name, "plain", nil, standardWant(rms, 1e-5, row, plain), x)
		c(name, "weight and bias", ops.Attrs{"eps": 0.1}, standardWant(rms, 0.1, row, scaled(last)), x, opstest.Randn(2, 3), opstest.Randn(3, 3))
		c(name, "bias", nil, standardWant(rms, 1e-5, row, scaled(last)), x, nil, opstest.Randn(3, 3))
		c(name, "two axes", ops.Attrs{"axes": 2}, standardWant(rms, 1e-5, image, scaled(lastTwo)), x, opstest.Randn(2, 4, 3), opstest.Randn(3, 4, 3))
		c(name, "one element", ops.Attrs{"eps": 0.1}, standardWant(rms, 0.1, func([]int) int { return 0 }, plain), opstest.Randn(1, 1))
		c(name, "empty", nil, standardWant(rms, 1e-5, image, plain), opstest.Randn(1, 0, 3))
		title := goName(lookup(name))
		refusals[name] = []opstest.Refusal{
			{Name: "weight", Inputs: []*ops.Tensor{x, f64(1, 2)}, Want: title + ": weight has shape [2], want [3]: want the shape of the axes that are taken together"},
			{Name: "axes", Attrs: ops.Attrs{"axes": 4}, Inputs: []*ops.Tensor{x}, Want: title + ": axes is 4: want how many of the 3 axes of x are taken together, at least 1"},
			{Name: "scalar", Inputs: []*ops.Tensor{ops.Zeros()}, Want: title + ": axes is 1: want how many of the 0 axes of x are taken together, at least 1"},
			{Name: "eps", Attrs: ops.Attrs{"eps": -1}, Inputs: []*ops.Tensor{x}, Want: title + ": eps is -1: must not be negative"},
			{Name: "types", Inputs: []*ops.Tensor{x, ops.Zeros(3)}, Want: title + ": weight is Float32, want Float64: both tensors must have one type, and x is Float64\nweight.To(ops.Float64) converts"},
		}
	}
	channel := func(i []int) []int { return i[1:2] }
	half := func(i []int) int { return i[0]*2 + i[1]/2 }
	weight, bias := opstest.Randn(2, 4), opstest.Randn(3, 4)
	c("group_norm", "one group", nil, standardWant(false, 1e-5, func(i []int) int { return i[0] }, plain), x)
	c("group_norm", "two groups", ops.Attrs{"groups": 2, "eps": 0.1}, standardWant(false, 0.1, half, scaled(channel)), x, weight, bias)
	c("group_norm", "each channel", ops.Attrs{"groups": 4}, standardWant(false, 1e-5, func(i []int) int { return i[0]*4 + i[1] }, scaled(channel)), x, weight)
	c("group_norm", "matrix", ops.Attrs{"groups": 2}, standardWant(false, 1e-5, half, plain), x.Select(2, 0))
	c("group_norm", "one element", ops.Attrs{"eps": 0.1}, standardWant(false, 0.1, half, plain), opstest.Randn(1, 1, 1))
	c("group_norm", "no image", nil, standardWant(false, 1e-5, half, plain), opstest.Randn(1, 0, 4, 3))
	given := func(in []*ops.Tensor) []*ops.Tensor {
		g := gridOf(in[0])
		each(g.shape, func(i []int) {
			e := g.at(i...)
			*e = (*e - in[1].At(i[1])) / math.Sqrt(in[2].At(i[1])+1e-5)
			*e = scaled(channel)(in[2:], i, *e)
		})
		return g.list()
	}
	mean, variance := opstest.Randn(4, 4), opstest.Rand(5, 0.5, 2, 4)
	c("batch_norm", "plain", nil, given, x, mean, variance)
	c("batch_norm", "weight and bias", nil, given, x, mean, variance, weight, bias)
	c("batch_norm", "matrix", nil, given, x.Select(2, 0), mean, variance, weight)
	c("batch_norm", "one element", nil, given, opstest.Randn(1, 1, 1), f64(0.5), f64(2))
	c("batch_norm", "no image", nil, given, opstest.Randn(1, 0, 4, 3), mean, variance)
	refusals["group_norm"] = []opstest.Refusal{
		{Name: "groups", Attrs: ops.Attrs{"groups": 3}, Inputs: []*ops.Tensor{x}, Want: "ops.GroupNorm: groups is 3: must divide the 4 channels of x"},
		{Name: "weight", Inputs: []*ops.Tensor{x, f64(1, 2)}, Want: "ops.GroupNorm: weight has shape [2], want [4]: want one number for each channel (axis 1 of x)"},
		{Name: "vector", Inputs: []*ops.Tensor{f64(1, 2)}, Want: "ops.GroupNorm: x has shape [2], want [n c]: want a batch, channels, and any axes behind"},
	}
	refusals["batch_norm"] = []opstest.Refusal{
		{Name: "mean", Inputs: []*ops.Tensor{x, f64(1, 2), variance}, Want: "ops.BatchNorm: mean has shape [2], want [4]: want one number for each channel (axis 1 of x)"},
		{Name: "vector", Inputs: []*ops.Tensor{f64(1, 2), f64(1), f64(1)}, Want: "ops.BatchNorm: x has shape [2], want [n c]: want a batch, channels, and any axes behind"},
	}
}

func standardCases(x *ops.Tensor) {
	add := func(label string, x *ops.Tensor, rms bool, eps float64, axes ...int) {
		attrs := ops.Attrs{"axes": axes, "rms": rms, "eps": eps}
		folded := func(a int) bool { return len(axes) == 0 || slices.Contains(axes, a) }
		group := func(i []int) int {
			k := 0
			for a := range i {
				if !folded(a) {
					k = k*10 + i[a]
				}
			}
			return k
		}
		mean := func(v []float64) (m float64) {
			for _, e := range v {
				m += e / float64(len(v))
			}
			return m
		}
		want := func(in []*ops.Tensor) []*ops.Tensor {
			y := standardWant(rms, eps, group, func(_ []*ops.Tensor, _ []int, y float64) float64 { return y })(in)[0]
			m := foldWant(axes, true, sameType, func(v []float64) float64 {
				if rms {
					return 0
				}
				return mean(v)
			})(in)[0]
			s := foldWant(axes, true, sameType, func(v []float64) float64 {
				m, squares := mean(v), slices.Clone(v)
				for i := range squares {
					if rms {
						m = 0
					}
					squares[i] = (v[i] - m) * (v[i] - m)
				}
				return 1 / math.Sqrt(mean(squares)+eps)
			})(in)[0]
			return []*ops.Tensor{y, m, s}
		}
		cases["standardize"] = append(cases["standardize"], opstest.Case{Name: label, Attrs: attrs, Inputs: []*ops.Tensor{x}, Want: want, Smooth: true})
	}
	add("all", x, false, 1e-5)
	add("last", x, false, 0.1, 2)
	add("first and last", x, false, 1e-3, 0, 2)
	add("middle", x, false, 1e-5, 1)
	add("root mean square", x, true, 1e-5, 1, 2)
	add("root mean square of the first", x, true, 0.1, 0)
	add("axes of one", opstest.Randn(2, 1, 4, 1), false, 1e-2, 1)
	add("scalar", opstest.Randn(1), false, 0.1)
	add("no result", opstest.Randn(1, 0, 3), false, 1e-5, 1)
	refusals["standardize"] = []opstest.Refusal{
		{Name: "axis", Attrs: ops.Attrs{"axes": 3}, Inputs: []*ops.Tensor{x}, Want: "ops.Standardize: axes is 3: must be from -3 to 2"},
		{Name: "eps", Attrs: ops.Attrs{"eps": -1}, Inputs: []*ops.Tensor{x}, Want: "ops.Standardize: eps is -1: must not be negative"},
		{Name: "Int64", Inputs: []*ops.Tensor{i64(1)}, Want: "ops.Standardize: x is Int64, want Float32 or Float64\nx.To(ops.Float32) converts"},
	}
}

func TestBatchNormTrain(t *testing.T) {
	x := opstest.Randn(1, 5, 3, 4).Mul(3).Add(2)
	w, b := f64(1, 2, 3), f64(0.5, 0, -1)
	y, m, v := ops.BatchNormTrain(x, ops.BatchNormOptions{Weight: w, Bias: b})
	// With the statistics of the batch, both ways are one.
	near(t, "y", y, ops.BatchNorm(x, m, v, ops.NormOptions{Weight: w, Bias: b}))
	near(t, "mean", m, x.Mean(0, 2))
	_, m2, v2 := ops.BatchNormTrain(x, ops.BatchNormOptions{Mean: f64(1, 1, 1), Variance: f64(2, 2, 2), Momentum: 0.25})
	near(t, "running mean", m2, m.Mul(0.25).Add(0.75))
	near(t, "running variance", v2, v.Mul(0.25).Add(1.5))
	_, m3, _ := ops.BatchNormTrain(x, ops.BatchNormOptions{Mean: f64(1, 1, 1), Variance: f64(2, 2, 2)})
	near(t, "default momentum", m3, m.Mul(0.1).Add(0.9))
	// The gradient passes through the statistics of the batch: a shift of the
	// input changes nothing.
	var kept *ops.Tensor
	g := ops.Grad(func(p []*ops.Tensor) *ops.Tensor {
		y, mean, _ := ops.BatchNormTrain(p[0], ops.BatchNormOptions{Weight: p[1], Bias: p[2]})
		kept = mean
		return y.Mul(y).Mul(y).Sum()
	}, []*ops.Tensor{x, w, b})
	near(t, "gradient", g[0].Sum(0, 2), ops.ZerosLike(w))
	near(t, "statistics after the call", kept.Add(0), m)
	near(t, "instance norm", ops.InstanceNorm(x), ops.GroupNorm(x, 3))
	for want, f := range map[string]func(){
		"ops.BatchNormTrain: Momentum is 2: must be from 0 to 1":                                           func() { ops.BatchNormTrain(x, ops.BatchNormOptions{Momentum: 2}) },
		"ops.BatchNormTrain: Mean and Variance: must be given together, or neither":                        func() { ops.BatchNormTrain(x, ops.BatchNormOptions{Mean: w}) },
		"ops.BatchNormTrain: Bias has shape [2], want [3]: want one number for each channel (axis 1 of x)": func() { ops.BatchNormTrain(x, ops.BatchNormOptions{Bias: f64(1, 2)}) },
		"ops.InstanceNorm: x has shape [2], want [n c]: want a batch, channels, and any axes behind":       func() { ops.InstanceNorm(f64(1, 2)) },
	} {
		if err := ops.Try(f); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

// near compares two tensors of Float64.
func near(t *testing.T, what string, got, want *ops.Tensor) {
	t.Helper()
	if !got.Shape().Equal(want.Shape()) || ops.Max(got.Sub(want).Abs()).Item() > 1e-9 {
		t.Errorf("%s is %v, want %v", what, got, want)
	}
}
