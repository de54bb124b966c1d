package ops_test

import (
	"math"
	"slices"

	"cahier/ops"
	"cahier/ops/opstest"
)

func init() {
	reduceCases()
	softmaxCases()
}

// foldWant is the reference of a reduction: f gets the folded elements.
func foldWant(axes []int, keepdims bool, result func(ops.DType) ops.DType, f func(v []float64) float64) func([]*ops.Tensor) []*ops.Tensor {
	return func(in []*ops.Tensor) []*ops.Tensor {
		x := gridOf(in[0])
		folded := make([]bool, len(x.shape))
		for a := range folded {
			folded[a] = len(axes) == 0 || slices.Contains(axes, a) || slices.Contains(axes, a-len(x.shape))
		}
		var shape, keep []int
		for a, n := range x.shape {
			if !folded[a] {
				shape, keep = append(shape, n), append(keep, n)
			} else {
				keep = append(keep, 1)
			}
		}
		groups := make([][]float64, ops.Shape(shape).Len())
		each(x.shape, func(i []int) {
			p := 0
			for a := range i {
				if !folded[a] {
					p = p*x.shape[a] + i[a]
				}
			}
			groups[p] = append(groups[p], *x.at(i...))
		})
		if keepdims {
			shape = keep
		}
		out := newGrid(shape...)
		for i, v := range groups {
			out.v[i] = f(v)
		}
		return []*ops.Tensor{out.tensor().To(result(in[0].DType()))}
	}
}

func reduceCases() {
	total := func(v []float64) (s float64) {
		for _, x := range v {
			s += x
		}
		return s
	}
	sumType := func(d ops.DType) ops.DType {
		if d.IsFloat() {
			return d
		}
		return ops.Int64
	}
	extreme := func(pick func(a, b float64) float64) func([]float64) float64 {
		return func(v []float64) float64 {
			m := v[0]
			for _, x := range v {
				m = pick(m, x)
			}
			return m
		}
	}
	for name, r := range map[string]struct {
		f      func([]float64) float64
		result func(ops.DType) ops.DType
		smooth bool
	}{
		"sum":  {total, sumType, true},
		"mean": {func(v []float64) float64 { return total(v) / float64(len(v)) }, sameType, true},
		"max":  {extreme(maxNaN), sameType, false},
		"min":  {extreme(func(a, b float64) float64 { return -maxNaN(-a, -b) }), sameType, false},
	} {
		c := func(label string, x *ops.Tensor, keepdims bool, axes ...int) opstest.Case {
			return opstest.Case{Name: label, Attrs: ops.Attrs{"axes": axes, "keepdims": keepdims}, Inputs: []*ops.Tensor{x}, Smooth: r.smooth,
				Want: foldWant(axes, keepdims, r.result, r.f)}
		}
		x := opstest.Spread(1, 2, 3, 4)
		cases[name] = []opstest.Case{
			c("all", x, false), c("all kept", x, true), c("first", x, false, 0), c("middle", x, false, 1), c("last kept", x, true, -1),
			c("two", x, false, 0, 2), c("scalar", opstest.Spread(2), false), c("one element", opstest.Spread(2, 1, 1), false, 0),
			c("no result", opstest.Spread(1, 0, 3), false, 1),
		}
		large := c("more than a piece", opstest.Randn(3, 66_000), false)
		large.NoGrad, large.Only64 = true, true
		batch := c("many pieces", opstest.Randn(3, 2, 34_000), false, 1)
		batch.NoGrad, batch.Only64 = true, true
		special := c("NaN and Inf", f64(1, nan, inf, -inf, 2, inf).Reshape(2, 3), false, 0)
		special.NoGrad = true
		cases[name] = append(cases[name], large, batch, special)
		title := goName(lookup(name))
		refusals[name] = []opstest.Refusal{
			{Name: "axis", Attrs: ops.Attrs{"axes": []int{2}}, Inputs: []*ops.Tensor{ops.Zeros(2, 3)}, Want: title + ": axes is 2: must be from -2 to 1"},
			{Name: "axis of a scalar", Attrs: ops.Attrs{"axes": []int{0}}, Inputs: []*ops.Tensor{ops.Zeros()}, Want: title + ": axes is 0: the tensor is a scalar and has no axes"},
			{Name: "twice", Attrs: ops.Attrs{"axes": []int{1, -1}}, Inputs: []*ops.Tensor{ops.Zeros(2, 3)}, Want: title + ": axes is [1 -1]: names axis 1 twice"},
			{Name: "misspelt", Attrs: ops.Attrs{"axis": 1}, Inputs: []*ops.Tensor{ops.Zeros(2, 3)}, Want: title + ": attribute axis is no attribute of this operation, which has axes, keepdims"},
		}
	}
	for _, name := range []string{"sum", "mean"} {
		f := total
		if name == "mean" {
			f = func(v []float64) float64 { return total(v) / float64(len(v)) }
		}
		cases[name] = append(cases[name],
			opstest.Case{Name: "no element", Inputs: []*ops.Tensor{ops.Wrap64(nil, 2, 0)}, Attrs: ops.Attrs{"axes": []int{1}}, Want: foldWant([]int{1}, false, sameType, f), NoGrad: name == "mean"})
	}
	for _, name := range []string{"max", "min"} {
		refusals[name] = append(refusals[name], opstest.Refusal{Name: "no element", Attrs: ops.Attrs{"axes": []int{0}}, Inputs: []*ops.Tensor{ops.Zeros(0, 3)},
			Want: goName(lookup(name)) + ": x has shape [0 3]: there is no element to choose from along the axes"})
		pick := math.Max
		if name == "min" {
			pick = math.Min
		}
		for _, d := range []ops.DType{ops.Int64, ops.Uint8} {
			cases[name] = append(cases[name], opstest.Case{Name: d.String(), Inputs: []*ops.Tensor{i64(3, 1, 250, 7).To(d)}, NoGrad: true, Want: foldWant(nil, false, sameType, extreme(pick))})
		}
	}
	for _, d := range []ops.DType{ops.Int64, ops.Uint8, ops.Bool} {
		cases["sum"] = append(cases["sum"], opstest.Case{Name: d.String(), Inputs: []*ops.Tensor{i64(0, 1, 250, 200).To(d)}, NoGrad: true, Want: foldWant(nil, false, sumType, total)})
	}
	refusals["mean"] = append(refusals["mean"], opstest.Refusal{Name: "Int64", Inputs: []*ops.Tensor{i64(1)}, Want: "ops.Mean: x is Int64, want Float32 or Float64\nx.To(ops.Float32) converts"})
}

// rowWant is the reference of an operation on the rows along an axis.
func rowWant(axis int, f func(v []float64) []float64) func([]*ops.Tensor) []*ops.Tensor {
	return func(in []*ops.Tensor) []*ops.Tensor {
		x := gridOf(in[0])
		a := (axis + len(x.shape)) % len(x.shape)
		heads := slices.Clone(x.shape)
		heads[a] = min(1, heads[a])
		out := newGrid(x.shape...)
		each(heads, func(i []int) {
			row := make([]float64, x.shape[a])
			for k := range row {
				i[a] = k
				row[k] = *x.at(i...)
			}
			for k, v := range f(row) {
				i[a] = k
				*out.at(i...) = v
			}
			i[a] = 0
		})
		return out.list()
	}
}

func softmaxCases() {
	softmax := func(v []float64) []float64 {
		out, sum := make([]float64, len(v)), 0.0
		for i, x := range v {
			out[i] = math.Exp(x - slices.Max(v))
			sum += out[i]
		}
		for i := range out {
			out[i] /= sum
		}
		return out
	}
	logSoftmax := func(v []float64) []float64 {
		out, sum := make([]float64, len(v)), 0.0
		for _, x := range v {
			sum += math.Exp(x - slices.Max(v))
		}
		for i, x := range v {
			out[i] = x - slices.Max(v) - math.Log(sum)
		}
		return out
	}
	for name, f := range map[string]func([]float64) []float64{"softmax": softmax, "log_softmax": logSoftmax} {
		c := func(label string, x *ops.Tensor, axis int) opstest.Case {
			return opstest.Case{Name: label, Attrs: ops.Attrs{"axis": axis}, Inputs: []*ops.Tensor{x}, Want: rowWant(axis, f), Smooth: true}
		}
		x := opstest.Randn(1, 2, 3, 4)
		cases[name] = []opstest.Case{
			c("last", x, -1), c("first", x, 0), c("middle", x, 1), c("one element", x.Slice(2, 0, 1), 2),
			c("empty axis", opstest.Randn(1, 2, 0), 1), c("no rows", opstest.Randn(1, 0, 2), 1),
			{Name: "no attribute", Inputs: []*ops.Tensor{x}, Want: rowWant(-1, f)},
			c("large values", f64(1000, 1001, 999), 0),
			c("far apart", f64(-400, 0, -800), 0),
		}
		masked := c("-Inf", f64(1, -inf, 2, 0, -inf, -inf).Reshape(2, 3), 1)
		masked.NoGrad = true
		cases[name] = append(cases[name], masked)
		title := goName(lookup(name))
		refusals[name] = []opstest.Refusal{
			{Name: "axis", Attrs: ops.Attrs{"axis": 2}, Inputs: []*ops.Tensor{ops.Zeros(2, 3)}, Want: title + ": axis is 2: must be from -2 to 1"},
			{Name: "scalar", Inputs: []*ops.Tensor{ops.Zeros()}, Want: title + ": axis is -1: the tensor is a scalar and has no axes"},
			{Name: "Int64", Inputs: []*ops.Tensor{i64(1)}, Want: title + ": x is Int64, want Float32 or Float64\nx.To(ops.Float32) converts"},
			{Name: "no integer", Attrs: ops.Attrs{"axis": "last"}, Inputs: []*ops.Tensor{ops.Zeros(2)}, Want: title + ": axis is last: want an integer"},
		}
	}
}
