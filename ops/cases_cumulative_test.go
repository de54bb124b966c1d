package ops_test

import (
	"slices"

	"cahier/ops"
	"cahier/ops/opstest"
)

func init() {
	sumType := func(d ops.DType) ops.DType {
		if d.IsFloat() {
			return d
		}
		return ops.Int64
	}
	// each result is computed by itself.
	running := func(axis int, exclusive, reverse bool, start float64, join func(a, b float64) float64) func([]*ops.Tensor) []*ops.Tensor {
		return func(in []*ops.Tensor) []*ops.Tensor {
			y := rowWant(axis, func(v []float64) []float64 {
				out := make([]float64, len(v))
				for i := range v {
					out[i] = start
					for j := range v {
						if j == i && !exclusive || j < i && !reverse || j > i && reverse {
							out[i] = join(out[i], v[j])
						}
					}
				}
				return out
			})(in)[0]
			return list(y.To(sumType(in[0].DType())))
		}
	}
	for name, r := range map[string]struct {
		start float64
		join  func(a, b float64) float64
	}{"cumsum": {0, func(a, b float64) float64 { return a + b }}, "cumprod": {1, func(a, b float64) float64 { return a * b }}} {
		add := func(label string, x *ops.Tensor, axis int, exclusive, reverse bool) {
			cases[name] = append(cases[name], opstest.Case{Name: label, Attrs: ops.Attrs{"axis": axis, "exclusive": exclusive, "reverse": reverse}, Inputs: list(x),
				Want: running(axis, exclusive, reverse, r.start, r.join), Smooth: true, NoGrad: !x.DType().IsFloat()})
		}
		x := opstest.Randn(1, 2, 3, 4)
		zeros := f64(2, 0, 3, -1, 0, 4, 1, 2, 0, 0, 5, 1).Reshape(3, 4)
		for _, exclusive := range []bool{false, true} {
			for _, reverse := range []bool{false, true} {
				label := map[bool]string{true: ", exclusive"}[exclusive] + map[bool]string{true: ", reverse"}[reverse]
				add("last"+label, x, -1, exclusive, reverse)
				add("first"+label, x, 0, exclusive, reverse)
				add("middle"+label, x, 1, exclusive, reverse)
				add("zeros"+label, zeros, 1, exclusive, reverse)
				add("one element"+label, opstest.Randn(2, 1, 1), 0, exclusive, reverse)
				add("empty axis"+label, opstest.Randn(2, 2, 0), 1, exclusive, reverse)
				add("no rows"+label, opstest.Randn(2, 0, 2), 1, exclusive, reverse)
				add("Int64"+label, i64(3, -1, 0, 2), 0, exclusive, reverse)
				add("Uint8"+label, i64(3, 200, 9, 2).To(ops.Uint8), 0, exclusive, reverse)
			}
		}
		add("many rows", opstest.Rand(3, 0.9, 1.1, 300, 40), 1, false, false)
		nans := opstest.Case{Name: "NaN", Attrs: ops.Attrs{"axis": 0}, Inputs: list(f64(1, nan, 2)), Want: running(0, false, false, r.start, r.join), NoGrad: true}
		cases[name] = append(cases[name], nans, opstest.Case{Name: "no attribute", Inputs: list(x), Want: running(-1, false, false, r.start, r.join)})
		title := goName(lookup(name))
		refusals[name] = []opstest.Refusal{
			{Name: "axis", Attrs: ops.Attrs{"axis": 2}, Inputs: list(zeros), Want: title + ": axis is 2: must be from -2 to 1"},
			{Name: "scalar", Inputs: list(ops.Zeros()), Want: title + ": axis is -1: the tensor is a scalar and has no axes"},
			{Name: "exclusive", Attrs: ops.Attrs{"exclusive": 1}, Inputs: list(x), Want: title + ": exclusive is 1: want a bool"},
		}
	}
	cases["cumsum"] = append(cases["cumsum"], opstest.Case{Name: "Bool", Inputs: list(bools(true, false, true)), Want: running(0, false, false, 0, func(a, b float64) float64 { return a + b }), NoGrad: true})
	refusals["cumprod"] = append(refusals["cumprod"], opstest.Refusal{Name: "Bool", Inputs: list(bools(true)), Want: "ops.CumProd: x is Bool, want Float32 or Float64 or Int64 or Uint8\nx.To(ops.Float32) converts"})
	sortCases()
}

func sortCases() {
	// smaller orders NaN behind all numbers.
	smaller := func(a, b float64) bool { return a < b || a == a && b != b }
	ordered := func(axis, k int, down bool) func([]*ops.Tensor) []*ops.Tensor {
		return func(in []*ops.Tensor) []*ops.Tensor {
			x := gridOf(in[0])
			a := (axis + len(x.shape)) % len(x.shape)
			heads := slices.Clone(x.shape)
			heads[a] = min(1, heads[a])
			shape := slices.Clone(x.shape)
			shape[a] = k
			y, at := newGrid(shape...), newGrid(shape...)
			each(heads, func(i []int) {
				taken := map[int]bool{}
				for rank := range k {
					best := -1
					for p := range x.shape[a] {
						if taken[p] {
							continue
						}
						j, b := slices.Clone(i), slices.Clone(i)
						j[a], b[a] = p, max(best, 0)
						v, w := *x.at(j...), *x.at(b...)
						if best < 0 || smaller(v, w) && !down || smaller(w, v) && down {
							best = p
						}
					}
					taken[best] = true
					from, to := slices.Clone(i), slices.Clone(i)
					from[a], to[a] = best, rank
					*y.at(to...), *at.at(to...) = *x.at(from...), float64(best)
				}
			})
			return list(y.tensor().To(in[0].DType()), at.tensor().To(ops.Int64))
		}
	}
	places := func(axis, k int, down bool) func([]*ops.Tensor) []*ops.Tensor {
		return func(in []*ops.Tensor) []*ops.Tensor { return ordered(axis, k, down)(in)[1:] }
	}
	x := opstest.Spread(1, 2, 5, 3)
	special := []*ops.Tensor{f64(2, nan, -inf, 2, inf, nan, -1), i64(3, -5, 3, 1<<40), i64(3, 255, 0, 3).To(ops.Uint8)}
	for _, down := range []bool{false, true} {
		name := map[bool]string{true: ", down"}[down]
		for _, axis := range []int{0, 1, -1} {
			attrs := ops.Attrs{"axis": axis, "descending": down}
			label := []string{"last", "first", "middle"}[axis+1] + name
			cases["sort"] = append(cases["sort"], opstest.Case{Name: label, Attrs: attrs, Inputs: list(x), Want: ordered(axis, x.Size(axis), down), Smooth: true})
			cases["argsort"] = append(cases["argsort"], opstest.Case{Name: label, Attrs: attrs, Inputs: list(x), Want: places(axis, x.Size(axis), down), NoGrad: true})
			cases["topk"] = append(cases["topk"], opstest.Case{Name: label, Attrs: ops.Attrs{"axis": axis, "k": 2, "smallest": !down}, Inputs: list(x), Want: ordered(axis, 2, down), Smooth: true})
		}
		for _, s := range special {
			attrs := ops.Attrs{"axis": 0, "descending": down}
			label := "special " + s.DType().String() + name
			cases["sort"] = append(cases["sort"], opstest.Case{Name: label, Attrs: attrs, Inputs: list(s), Want: ordered(0, s.Len(), down), NoGrad: true})
			cases["argsort"] = append(cases["argsort"], opstest.Case{Name: label, Attrs: attrs, Inputs: list(s), Want: places(0, s.Len(), down), NoGrad: true})
			cases["topk"] = append(cases["topk"], opstest.Case{Name: label, Attrs: ops.Attrs{"axis": 0, "k": 3, "smallest": !down}, Inputs: list(s), Want: ordered(0, 3, down), NoGrad: true})
		}
		// Few of many: the heap. Whole numbers make ties.
		many := opstest.Randn(5, 3, 200).Mul(4).Round()
		cases["topk"] = append(cases["topk"], opstest.Case{Name: "few of many" + name, Attrs: ops.Attrs{"k": 7, "smallest": !down}, Inputs: list(many), Want: ordered(-1, 7, down), NoGrad: true})
	}
	for _, name := range []string{"sort", "argsort"} {
		want := func(n int) func([]*ops.Tensor) []*ops.Tensor {
			if name == "sort" {
				return ordered(-1, n, false)
			}
			return places(-1, n, false)
		}
		cases[name] = append(cases[name],
			opstest.Case{Name: "one element", Inputs: list(opstest.Randn(1, 1, 1)), Want: want(1), NoGrad: name == "argsort"},
			opstest.Case{Name: "empty axis", Inputs: list(opstest.Randn(1, 2, 0)), Want: want(0), NoGrad: name == "argsort"},
			opstest.Case{Name: "no rows", Inputs: list(opstest.Randn(1, 0, 2)), Want: want(2), NoGrad: name == "argsort"},
			opstest.Case{Name: "ties", Inputs: list(opstest.Randn(1, 40).Round()), Want: want(40), NoGrad: true})
		title := goName(lookup(name))
		refusals[name] = []opstest.Refusal{
			{Name: "axis", Attrs: ops.Attrs{"axis": 3}, Inputs: list(x), Want: title + ": axis is 3: must be from -3 to 2"},
			{Name: "scalar", Inputs: list(ops.Zeros()), Want: title + ": axis is -1: the tensor is a scalar and has no axes"},
			{Name: "Bool", Inputs: list(bools(true)), Want: title + ": x is Bool, want Float32 or Float64 or Int64 or Uint8\nx.To(ops.Float32) converts"},
			{Name: "misspelt", Attrs: ops.Attrs{"descend": true}, Inputs: list(x), Want: title + ": attribute descend is no attribute of this operation, which has axis, descending"},
		}
	}
	cases["topk"] = append(cases["topk"],
		opstest.Case{Name: "none", Attrs: ops.Attrs{"k": 0}, Inputs: list(x), Want: ordered(-1, 0, true)},
		opstest.Case{Name: "all", Attrs: ops.Attrs{"k": 3}, Inputs: list(x), Want: ordered(-1, 3, true)},
		opstest.Case{Name: "one element", Attrs: ops.Attrs{"k": 1}, Inputs: list(opstest.Randn(1, 1)), Want: ordered(-1, 1, true)},
		opstest.Case{Name: "no rows", Attrs: ops.Attrs{"k": 1}, Inputs: list(opstest.Randn(1, 0, 2)), Want: ordered(-1, 1, true)})
	refusals["topk"] = []opstest.Refusal{
		{Name: "k", Attrs: ops.Attrs{"k": 4}, Inputs: list(x), Want: "ops.TopK: k is 4: must be from 0 to 3, the size of axis 2"},
		{Name: "negative", Attrs: ops.Attrs{"k": -1}, Inputs: list(x), Want: "ops.TopK: k is -1: must be from 0 to 3, the size of axis 2"},
		{Name: "axis", Attrs: ops.Attrs{"k": 1, "axis": -4}, Inputs: list(x), Want: "ops.TopK: axis is -4: must be from -3 to 2"},
		{Name: "misspelt", Attrs: ops.Attrs{"k": 1, "largest": true}, Inputs: list(x), Want: "ops.TopK: attribute largest is no attribute of this operation, which has k, axis, smallest"},
	}
}
