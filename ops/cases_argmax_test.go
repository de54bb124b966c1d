package ops_test

import (
	"slices"

	"cahier/ops"
	"cahier/ops/opstest"
)

func init() {
	for name, better := range map[string]func(a, b float64) bool{
		"argmax": func(a, b float64) bool { return a > b || a != a && b == b },
		"argmin": func(a, b float64) bool { return a < b || a != a && b == b },
	} {
		c := func(label string, x *ops.Tensor, axis int) opstest.Case {
			return opstest.Case{Name: label, Attrs: ops.Attrs{"axis": axis}, Inputs: []*ops.Tensor{x}, NoGrad: true,
				Want: foldWant([]int{axis}, false, func(ops.DType) ops.DType { return ops.Int64 }, func(v []float64) float64 {
					at := 0
					for i := range v {
						if better(v[i], v[at]) {
							at = i
						}
					}
					return float64(at)
				})}
		}
		x := opstest.Spread(1, 3, 4, 5)
		cases[name] = []opstest.Case{
			c("first", x, 0), c("middle", x, 1), c("last", x, -1), c("ties", f64(1, 3, 1, 3), 0), c("NaN", f64(1, nan, 5, nan), 0), c("infinities", f64(-inf, inf, -inf, inf), 0),
			c("one element", opstest.Randn(1, 1, 1), 0), c("no result", opstest.Randn(1, 0, 3), 1), c("Int64", i64(3, 1<<60, -5, 1<<60), 0), c("Uint8", i64(3, 200, 0, 200).To(ops.Uint8), 0),
			c("large", opstest.Randn(2, 700, 90), 1),
		}
		title := goName(lookup(name))
		refusals[name] = []opstest.Refusal{
			{Name: "axis", Attrs: ops.Attrs{"axis": 2}, Inputs: []*ops.Tensor{ops.Zeros(2, 3)}, Want: title + ": axis is 2: must be from -2 to 1"},
			{Name: "scalar", Inputs: []*ops.Tensor{ops.Zeros()}, Want: title + ": axis is -1: the tensor is a scalar and has no axes"},
			{Name: "nothing", Inputs: []*ops.Tensor{ops.Zeros(2, 0)}, Want: title + ": x has shape [2 0]: there is no element to choose from along the axis"},
			{Name: "Bool", Inputs: []*ops.Tensor{bools(true)}, Want: title + ": x is Bool, want Float32 or Float64 or Int64 or Uint8\nx.To(ops.Float32) converts"},
		}
	}
	oneHot := func(classes int) func([]*ops.Tensor) []*ops.Tensor {
		return func(in []*ops.Tensor) []*ops.Tensor {
			idx := gridOf(in[0])
			y := newGrid(append(slices.Clone(idx.shape), classes)...)
			each(idx.shape, func(i []int) {
				*y.at(append(slices.Clone(i), (int(*idx.at(i...))+classes)%classes)...) = 1
			})
			return []*ops.Tensor{y.tensor().To(ops.Float32)}
		}
	}
	c := func(label string, classes int, index *ops.Tensor) opstest.Case {
		return opstest.Case{Name: label, Attrs: ops.Attrs{"classes": classes}, Inputs: []*ops.Tensor{index}, NoGrad: true, Want: oneHot(classes)}
	}
	cases["one_hot"] = []opstest.Case{
		c("vector", 4, i64(0, 3, 1, 1)), c("matrix", 3, i64(0, 2, 1, 1).Reshape(2, 2)), c("negative", 3, i64(-1, -3)), c("scalar", 3, i64(1).Reshape()), c("empty", 3, i64()), c("one class", 1, i64(0)),
	}
	refusals["one_hot"] = []opstest.Refusal{
		{Name: "floats", Attrs: ops.Attrs{"classes": 2}, Inputs: []*ops.Tensor{f64(1)}, Want: "ops.OneHot: index is Float64, want Int64\nindex.To(ops.Int64) converts"},
		{Name: "classes", Inputs: []*ops.Tensor{i64(1)}, Want: "ops.OneHot: classes is 0: must be at least 1"},
		{Name: "outside", Attrs: ops.Attrs{"classes": 2}, Inputs: []*ops.Tensor{i64(2)}, Want: "ops.OneHot: index is 2: element 0 lies outside an axis of size 2"},
	}
}
