package ops_test

import (
	"slices"

	"cahier/ops"
	"cahier/ops/opstest"
)

func init() {
	viewCases()
	pickCases()
}

// move is the reference of an operation that copies elements: from gives, for
// an index of the result, the index in the input.
func move(shape []int, from func(i []int) []int) func([]*ops.Tensor) []*ops.Tensor {
	return func(in []*ops.Tensor) []*ops.Tensor {
		x, out := gridOf(in[0]), newGrid(shape...)
		each(shape, func(i []int) { *out.at(i...) = *x.at(from(slices.Clone(i))...) })
		return []*ops.Tensor{out.tensor().To(in[0].DType())}
	}
}

func viewCases() {
	x := opstest.Randn(1, 2, 3, 4)
	one := func(label string, attrs ops.Attrs, x *ops.Tensor, want func([]*ops.Tensor) []*ops.Tensor) opstest.Case {
		return opstest.Case{Name: label, Attrs: attrs, Inputs: []*ops.Tensor{x}, Want: want, Smooth: true}
	}
	reshape := func(label string, x *ops.Tensor, shape ...int) opstest.Case {
		return one(label, ops.Attrs{"shape": shape}, x, func(in []*ops.Tensor) []*ops.Tensor {
			resolved := slices.Clone(shape)
			if i := slices.Index(shape, -1); i >= 0 {
				resolved[i] = 1
				resolved[i] = in[0].Len() / max(1, ops.Shape(resolved).Len())
			}
			return (&grid{resolved, in[0].Float64s()}).list()
		})
	}
	cases["reshape"] = []opstest.Case{
		reshape("two axes", x, 6, 4), reshape("computed", x, 3, -1), reshape("one axis", x, -1), reshape("to scalar", opstest.Randn(1, 1, 1)),
		reshape("from scalar", opstest.Randn(1), 1, 1), reshape("empty", opstest.Randn(1, 2, 0), 0, 5),
	}
	refusals["reshape"] = []opstest.Refusal{
		{Name: "count", Attrs: ops.Attrs{"shape": []int{4}}, Inputs: []*ops.Tensor{ops.Zeros(2, 3)}, Want: "ops.Reshape: x has shape [2 3], want [4]: 6 elements cannot be arranged as 4"},
		{Name: "remainder", Attrs: ops.Attrs{"shape": []int{4, -1}}, Inputs: []*ops.Tensor{ops.Zeros(2, 3)}, Want: "ops.Reshape: x has shape [2 3], want [4 any]: 6 elements cannot be divided by 4"},
		{Name: "two free", Attrs: ops.Attrs{"shape": []int{-1, -1}}, Inputs: []*ops.Tensor{ops.Zeros(2, 3)}, Want: "ops.Reshape: shape is [-1 -1]: sizes must not be negative, but for one -1 that is computed"},
	}
	cases["permute"] = []opstest.Case{
		one("rotate", ops.Attrs{"axes": []int{2, 0, 1}}, x, move([]int{4, 2, 3}, func(i []int) []int { return []int{i[1], i[2], i[0]} })),
		one("negative", ops.Attrs{"axes": []int{0, -1, 1}}, x, move([]int{2, 4, 3}, func(i []int) []int { return []int{i[0], i[2], i[1]} })),
		one("scalar", ops.Attrs{"axes": []int{}}, opstest.Randn(1), move(nil, func(i []int) []int { return i })),
	}
	refusals["permute"] = []opstest.Refusal{
		{Name: "few", Attrs: ops.Attrs{"axes": []int{0}}, Inputs: []*ops.Tensor{ops.Zeros(2, 3)}, Want: "ops.Permute: axes is [0]: want each of the 2 axes once"},
		{Name: "twice", Attrs: ops.Attrs{"axes": []int{0, -2}}, Inputs: []*ops.Tensor{ops.Zeros(2, 3)}, Want: "ops.Permute: axes is [0 -2]: want each of the 2 axes once"},
		{Name: "outside", Attrs: ops.Attrs{"axes": []int{0, 2}}, Inputs: []*ops.Tensor{ops.Zeros(2, 3)}, Want: "ops.Permute: axes is 2: must be from -2 to 1"},
	}
	cut := func(axis, start, stop, step int) ops.Attrs {
		return ops.Attrs{"axis": axis, "start": start, "stop": stop, "step": step}
	}
	cases["slice"] = []opstest.Case{
		one("part", cut(1, 1, 3, 1), x, move([]int{2, 2, 4}, func(i []int) []int { i[1]++; return i })),
		one("step", cut(2, 1, ops.End, 2), x, move([]int{2, 3, 2}, func(i []int) []int { i[2] = 1 + 2*i[2]; return i })),
		one("negative", cut(-1, -3, -1, 1), x, move([]int{2, 3, 2}, func(i []int) []int { i[2]++; return i })),
		one("nothing", cut(0, 1, 1, 1), x, move([]int{0, 3, 4}, nil)),
		one("stop before start", cut(0, 2, 1, 1), x, move([]int{0, 3, 4}, nil)),
		one("of nothing", cut(0, 0, ops.End, 1), opstest.Randn(1, 0, 2), move([]int{0, 2}, nil)),
	}
	refusals["slice"] = []opstest.Refusal{
		{Name: "bounds", Attrs: cut(0, 0, 3, 1), Inputs: []*ops.Tensor{ops.Zeros(2, 3)}, Want: "ops.Slice: stop is 3: axis 0 has size 2\nops.End as stop means to the end"},
		{Name: "step", Attrs: cut(0, 0, 2, 0), Inputs: []*ops.Tensor{ops.Zeros(2, 3)}, Want: "ops.Slice: step is 0: must be at least 1\nFlip reverses an axis"},
		{Name: "axis", Attrs: cut(2, 0, 2, 1), Inputs: []*ops.Tensor{ops.Zeros(2, 3)}, Want: "ops.Slice: axis is 2: must be from -2 to 1"},
		{Name: "type", Attrs: ops.Attrs{"start": 0.5}, Inputs: []*ops.Tensor{ops.Zeros(2, 3)}, Want: "ops.Slice: start is 0.5: want an integer"},
	}
	cases["flip"] = []opstest.Case{
		one("all", nil, x, move([]int{2, 3, 4}, func(i []int) []int { return []int{1 - i[0], 2 - i[1], 3 - i[2]} })),
		one("one", ops.Attrs{"axes": []int{1}}, x, move([]int{2, 3, 4}, func(i []int) []int { i[1] = 2 - i[1]; return i })),
		one("empty", nil, opstest.Randn(1, 0, 2), move([]int{0, 2}, nil)),
		one("scalar", nil, opstest.Randn(1), move(nil, func(i []int) []int { return i })),
	}
	refusals["flip"] = []opstest.Refusal{{Name: "axis", Attrs: ops.Attrs{"axes": []int{3}}, Inputs: []*ops.Tensor{x}, Want: "ops.Flip: axes is 3: must be from -3 to 2"}}
	wide := func(label string, x *ops.Tensor, shape ...int) opstest.Case {
		return one(label, ops.Attrs{"shape": shape}, x, move(shape, func(i []int) []int { return project(i, x.Shape()) }))
	}
	cases["broadcast_to"] = []opstest.Case{
		wide("new axis", x, 2, 2, 3, 4), wide("repeat", opstest.Randn(1, 3, 1), 3, 5), wide("scalar", opstest.Randn(1), 2, 2),
		wide("to nothing", opstest.Randn(1, 3, 1), 3, 0), wide("as it is", x, 2, 3, 4),
	}
	refusals["broadcast_to"] = []opstest.Refusal{
		{Name: "size", Attrs: ops.Attrs{"shape": []int{2, 5}}, Inputs: []*ops.Tensor{ops.Zeros(2, 3)}, Want: "ops.BroadcastTo: x has shape [2 3], want [2 5]: each axis must be equal or 1, counted from the last\nUnsqueeze adds an axis of size 1"},
		{Name: "smaller", Attrs: ops.Attrs{"shape": []int{1, 3}}, Inputs: []*ops.Tensor{ops.Zeros(2, 3)}, Want: "ops.BroadcastTo: x has shape [2 3], want [1 3]: each axis must be equal or 1, counted from the last\nUnsqueeze adds an axis of size 1"},
		{Name: "negative", Attrs: ops.Attrs{"shape": []int{-2}}, Inputs: []*ops.Tensor{ops.Zeros(1)}, Want: "ops.BroadcastTo: the result is [-2]: sizes must not be negative"},
	}
	numbers := []*ops.Tensor{f64(0, 1.75, -2.5, 200)}
	for d, want := range map[ops.DType][]float64{ops.Float32: {0, 1.75, -2.5, 200}, ops.Float64: {0, 1.75, -2.5, 200}, ops.Int64: {0, 1, -2, 200}, ops.Bool: {0, 1, 1, 1}} {
		for _, from := range []ops.DType{ops.Float32, ops.Float64} {
			c := opstest.Case{Name: from.String() + " to " + d.String(), Attrs: ops.Attrs{"dtype": d}, Inputs: []*ops.Tensor{numbers[0].To(from)},
				Want: func([]*ops.Tensor) []*ops.Tensor { return []*ops.Tensor{f64(want...).To(d)} }, NoGrad: from == ops.Float32 || !d.IsFloat(), Only64: true}
			// A gradient through Float32 has its precision: differences cannot see it.
			c.NoGrad = c.NoGrad || d == ops.Float32
			cases["to"] = append(cases["to"], c)
		}
	}
	cases["to"] = append(cases["to"],
		opstest.Case{Name: "Bool to Int64", Attrs: ops.Attrs{"dtype": ops.Int64}, Inputs: []*ops.Tensor{bools(true, false)}, NoGrad: true, Want: func([]*ops.Tensor) []*ops.Tensor { return []*ops.Tensor{i64(1, 0)} }},
		opstest.Case{Name: "Int64 to Uint8", Attrs: ops.Attrs{"dtype": ops.Uint8}, Inputs: []*ops.Tensor{i64(1, 255)}, NoGrad: true, Want: func([]*ops.Tensor) []*ops.Tensor { return []*ops.Tensor{ops.WrapUint8([]uint8{1, 255})} }})
	refusals["to"] = []opstest.Refusal{
		{Name: "no type", Inputs: []*ops.Tensor{f64(1)}, Want: "ops.Tensor.To: dtype: want an element type such as ops.Float32"},
		{Name: "unknown", Attrs: ops.Attrs{"dtype": ops.DType(9)}, Inputs: []*ops.Tensor{f64(1)}, Want: "ops.Tensor.To: dtype is DType(9): want an element type such as ops.Float32"},
	}
	cases["concat"] = []opstest.Case{
		{Name: "middle", Attrs: ops.Attrs{"axis": 1}, Inputs: []*ops.Tensor{x, opstest.Randn(2, 2, 1, 4), opstest.Randn(3, 2, 0, 4)}, Smooth: true, Want: func(in []*ops.Tensor) []*ops.Tensor {
			a, b, out := gridOf(in[0]), gridOf(in[1]), newGrid(2, 4, 4)
			each(out.shape, func(i []int) {
				if i[1] < 3 {
					*out.at(i...) = *a.at(i...)
				} else {
					*out.at(i...) = *b.at(i[0], 0, i[2])
				}
			})
			return out.list()
		}},
		{Name: "one", Inputs: []*ops.Tensor{x}, Want: func(in []*ops.Tensor) []*ops.Tensor { return in }},
		{Name: "Bool", Inputs: []*ops.Tensor{bools(true), bools(false, true)}, NoGrad: true, Want: func([]*ops.Tensor) []*ops.Tensor { return []*ops.Tensor{bools(true, false, true)} }},
	}
	parts := func(axis int, sizes ...int) func([]*ops.Tensor) []*ops.Tensor {
		return func(in []*ops.Tensor) []*ops.Tensor {
			x, first := gridOf(in[0]), 0
			var out []*ops.Tensor
			for _, n := range sizes {
				shape := append([]int(nil), x.shape...)
				shape[axis] = n
				part := newGrid(shape...)
				each(shape, func(i []int) {
					from := append([]int(nil), i...)
					from[axis] += first
					*part.at(i...) = *x.at(from...)
				})
				out = append(out, part.tensor().To(in[0].DType()))
				first += n
			}
			return out
		}
	}
	cases["split"] = []opstest.Case{
		{Name: "last axis", Attrs: ops.Attrs{"axis": -1, "sizes": []int{1, 0, 3}}, Inputs: list(x), Want: parts(2, 1, 0, 3), Smooth: true},
		{Name: "first axis", Attrs: ops.Attrs{"sizes": []int{1, 1}}, Inputs: list(x), Want: parts(0, 1, 1), Smooth: true},
		{Name: "one part", Attrs: ops.Attrs{"sizes": 2}, Inputs: list(x), Want: parts(0, 2)},
		{Name: "nothing", Attrs: ops.Attrs{"sizes": []int{0, 0}}, Inputs: list(opstest.Randn(1, 0, 3)), Want: parts(0, 0, 0)},
		{Name: "Int64", Attrs: ops.Attrs{"sizes": []int{2, 1}}, Inputs: list(i64(1, 2, 3)), NoGrad: true, Want: parts(0, 2, 1)},
	}
	refusals["split"] = []opstest.Refusal{
		{Name: "sum", Attrs: ops.Attrs{"axis": 1, "sizes": []int{1, 1}}, Inputs: list(x), Want: "ops.Split: sizes is [1 1]: add up to 2, and axis 1 has size 3"},
		{Name: "negative", Attrs: ops.Attrs{"sizes": []int{3, -1}}, Inputs: list(x), Want: "ops.Split: sizes is [3 -1]: must not be negative"},
		{Name: "axis", Attrs: ops.Attrs{"axis": 3, "sizes": []int{2}}, Inputs: list(x), Want: "ops.Split: axis is 3: must be from -3 to 2"},
	}
	refusals["concat"] = []opstest.Refusal{
		{Name: "none", Want: "ops.Concat: ts is empty: want at least one tensor"},
		{Name: "shape", Attrs: ops.Attrs{"axis": 0}, Inputs: []*ops.Tensor{ops.Zeros(2, 3), ops.Zeros(2, 4)}, Want: "ops.Concat: ts[1] has shape [2 4], want [any 3]: all axes but 0 must equal those of ts[0]"},
		{Name: "type", Inputs: []*ops.Tensor{ops.Zeros(2), f64(1)}, Want: "ops.Concat: ts[1] is Float64, want Float32: both tensors must have one type, and ts[0] is Float32\nts[1].To(ops.Float32) converts"},
		{Name: "nil", Inputs: []*ops.Tensor{ops.Zeros(2), nil}, Want: "ops.Concat: ts[1] is nil, want a tensor"},
	}
}

func pickCases() {
	x := opstest.Randn(1, 2, 3, 4)
	index := i64(2, 0, -1, 2)
	cases["index_select"] = []opstest.Case{
		{Name: "middle", Attrs: ops.Attrs{"axis": 1}, Inputs: []*ops.Tensor{x, index}, Smooth: true,
			Want: move([]int{2, 4, 4}, func(i []int) []int { i[1] = []int{2, 0, 2, 2}[i[1]]; return i })},
		{Name: "none", Attrs: ops.Attrs{"axis": -1}, Inputs: []*ops.Tensor{x, i64()}, Want: move([]int{2, 3, 0}, nil), Smooth: true},
		{Name: "Bool", Inputs: []*ops.Tensor{bools(true, false), i64(1, 1, 0)}, NoGrad: true, Want: func([]*ops.Tensor) []*ops.Tensor { return []*ops.Tensor{bools(false, false, true)} }},
	}
	refusals["index_select"] = []opstest.Refusal{
		{Name: "outside", Attrs: ops.Attrs{"axis": 1}, Inputs: []*ops.Tensor{x, i64(0, 3)}, Want: "ops.IndexSelect: index is 3: element 1 lies outside an axis of size 3"},
		{Name: "type", Inputs: []*ops.Tensor{x, f64(0)}, Want: "ops.IndexSelect: index is Float64, want Int64\nindex.To(ops.Int64) converts"},
		{Name: "axes", Inputs: []*ops.Tensor{x, i64(0).Reshape(1, 1)}, Want: "ops.IndexSelect: index has shape [1 1], want [n]: want one axis"},
	}
	places := i64(2, 0, 1, 1, 0, -1, 0, 0).Reshape(2, 1, 4)
	cases["gather"] = []opstest.Case{
		{Name: "middle", Attrs: ops.Attrs{"axis": 1}, Inputs: []*ops.Tensor{x, places}, Smooth: true, Want: func(in []*ops.Tensor) []*ops.Tensor {
			a, k, out := gridOf(in[0]), gridOf(in[1]), newGrid(2, 1, 4)
			each(out.shape, func(i []int) { *out.at(i...) = *a.at(i[0], (int(*k.at(i...))+3)%3, i[2]) })
			return out.list()
		}},
		{Name: "none", Attrs: ops.Attrs{"axis": 0}, Inputs: []*ops.Tensor{opstest.Randn(1, 2, 0), ops.WrapInt64(nil, 5, 0)}, Want: move([]int{5, 0}, nil)},
	}
	refusals["gather"] = []opstest.Refusal{
		{Name: "shape", Attrs: ops.Attrs{"axis": 1}, Inputs: []*ops.Tensor{x, i64(0, 1)}, Want: "ops.Gather: index has shape [2], want [2 any 4]: must have the shape of x, [2 3 4], but for axis 1"},
		{Name: "outside", Attrs: ops.Attrs{"axis": 0}, Inputs: []*ops.Tensor{f64(1, 2), i64(-3)}, Want: "ops.Gather: index is -3: element 0 lies outside an axis of size 2"},
	}
	cases["scatter_add"] = []opstest.Case{
		{Name: "middle", Attrs: ops.Attrs{"axis": 1, "size": 5}, Inputs: []*ops.Tensor{x, ops.NewRNG(1).RandInt(0, 5, 2, 3, 4)}, Smooth: true, Want: func(in []*ops.Tensor) []*ops.Tensor {
			a, k, out := gridOf(in[0]), gridOf(in[1]), newGrid(2, 5, 4)
			each(a.shape, func(i []int) { *out.at(i[0], int(*k.at(i...)), i[2]) += *a.at(i...) })
			return out.list()
		}},
		{Name: "nothing", Attrs: ops.Attrs{"axis": 0, "size": 2}, Inputs: []*ops.Tensor{f64(), i64()}, Want: func([]*ops.Tensor) []*ops.Tensor { return []*ops.Tensor{f64(0, 0)} }},
		{Name: "Int64", Attrs: ops.Attrs{"size": 2}, Inputs: []*ops.Tensor{i64(3, 4, 5), i64(1, 0, 1)}, NoGrad: true, Want: func([]*ops.Tensor) []*ops.Tensor { return []*ops.Tensor{i64(4, 8)} }},
	}
	refusals["scatter_add"] = []opstest.Refusal{
		{Name: "shape", Attrs: ops.Attrs{"size": 2}, Inputs: []*ops.Tensor{f64(1, 2), i64(0)}, Want: "ops.ScatterAdd: index has shape [1], want [2]: must be the shape of x"},
		{Name: "outside", Attrs: ops.Attrs{"size": 1}, Inputs: []*ops.Tensor{f64(1, 2), i64(0, 1)}, Want: "ops.ScatterAdd: index is 1: element 1 lies outside an axis of size 1"},
		{Name: "size", Attrs: ops.Attrs{"size": -1}, Inputs: []*ops.Tensor{f64(1), i64(0)}, Want: "ops.ScatterAdd: size is -1: must not be negative"},
	}
	pad := ops.Attrs{"before": []int{1, 0, 2}, "behind": []int{0, 1, 0}, "value": 7}
	cases["pad"] = []opstest.Case{
		{Name: "constant", Attrs: pad, Inputs: []*ops.Tensor{x}, Smooth: true, Want: func(in []*ops.Tensor) []*ops.Tensor {
			a, out := gridOf(in[0]), newGrid(3, 4, 6)
			for i := range out.v {
				out.v[i] = 7
			}
			each(a.shape, func(i []int) { *out.at(i[0]+1, i[1], i[2]+2) = *a.at(i...) })
			return out.list()
		}},
		{Name: "of nothing", Attrs: ops.Attrs{"before": []int{2}}, Inputs: []*ops.Tensor{f64()}, Want: func([]*ops.Tensor) []*ops.Tensor { return []*ops.Tensor{f64(0, 0)} }},
	}
	refusals["pad"] = []opstest.Refusal{
		{Name: "few", Attrs: ops.Attrs{"before": []int{1}}, Inputs: []*ops.Tensor{x}, Want: "ops.Pad: before is [1]: want one value for each of 3 axes"},
		{Name: "negative", Attrs: ops.Attrs{"before": []int{-1}}, Inputs: []*ops.Tensor{f64(1)}, Want: "ops.Pad: before is [-1]: must not be negative\nSlice cuts elements off"},
	}
	cond := bools(true, false, true, true, false, true).Reshape(2, 3)
	cases["where"] = []opstest.Case{
		{Name: "same", Inputs: []*ops.Tensor{cond, opstest.Randn(1, 2, 3), opstest.Randn(2, 2, 3)}, Smooth: true, Want: whereWant},
		{Name: "broadcast", Inputs: []*ops.Tensor{cond, opstest.Randn(1, 3), opstest.Randn(2, 4, 1, 1)}, Smooth: true, Want: whereWant},
		{Name: "empty", Inputs: []*ops.Tensor{cond.Slice(0, 0, 0), opstest.Randn(1, 3), opstest.Randn(2)}, Smooth: true, Want: whereWant},
		{Name: "Int64", Inputs: []*ops.Tensor{bools(true, false), i64(1, 2), i64(3, 4)}, NoGrad: true, Want: whereWant},
	}
	refusals["where"] = []opstest.Refusal{
		{Name: "cond", Inputs: []*ops.Tensor{f64(1), f64(1), f64(1)}, Want: "ops.Where: cond is Float64, want Bool\ncomparisons such as x.Greater(0) give Bool"},
		{Name: "types", Inputs: []*ops.Tensor{bools(true), f64(1), i64(1)}, Want: "ops.Where: b is Int64, want Float64: both tensors must have one type, and a is Float64\nb.To(ops.Float64) converts"},
		{Name: "shapes", Inputs: []*ops.Tensor{bools(true), f64(1, 2), f64(1, 2, 3)}, Want: "ops.Where: b has shape [3], want [2]: axis -1 is 3 and a has 2 there: sizes must be equal, or one of them 1, counted from the last axis\nUnsqueeze adds an axis of size 1, Transpose moves axes"},
	}
}

func whereWant(in []*ops.Tensor) []*ops.Tensor {
	c, a, b := gridOf(in[0]), gridOf(in[1]), gridOf(in[2])
	out := newGrid(broadcastShape(c.shape, broadcastShape(a.shape, b.shape))...)
	each(out.shape, func(i []int) {
		if *c.at(project(i, c.shape)...) != 0 {
			*out.at(i...) = *a.at(project(i, a.shape)...)
		} else {
			*out.at(i...) = *b.at(project(i, b.shape)...)
		}
	})
	return []*ops.Tensor{out.tensor().To(in[1].DType())}
}
