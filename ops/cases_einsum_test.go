package ops_test

import (
	"slices"
	"strings"

	"cahier/ops"
	"cahier/ops/opstest"
)

// einsumWant loops over every value of every letter. Axes of an ellipsis are
// written as letters of their own.
func einsumWant(terms []string, out string) func([]*ops.Tensor) []*ops.Tensor {
	return func(in []*ops.Tensor) []*ops.Tensor {
		letters, sizes := out, map[rune]int{}
		for k, term := range terms {
			for a, c := range term {
				sizes[c] = max(sizes[c], in[k].Size(a))
				if in[k].Size(a) == 0 {
					sizes[c] = 0
				}
				if !strings.ContainsRune(letters, c) {
					letters += string(c)
				}
			}
		}
		var all, shape []int
		for i, c := range letters {
			all = append(all, sizes[c])
			if i < len(out) {
				shape = append(shape, sizes[c])
			}
		}
		grids := make([]*grid, len(in))
		for k, x := range in {
			grids[k] = gridOf(x)
		}
		y := newGrid(shape...)
		each(all, func(i []int) {
			product := 1.0
			for k, term := range terms {
				var at []int
				for _, c := range term {
					at = append(at, i[strings.IndexRune(letters, c)])
				}
				product *= *grids[k].at(project(at, grids[k].shape)...)
			}
			*y.at(i[:len(out)]...) += product
		})
		return y.list()
	}
}

func init() {
	r := opstest.Randn
	c := func(equation, terms, out string, in ...*ops.Tensor) {
		cases["einsum"] = append(cases["einsum"], opstest.Case{Name: strings.ReplaceAll(equation, "/", ""), Attrs: ops.Attrs{"equation": equation}, Inputs: in,
			Want: einsumWant(strings.Split(terms, ","), out), Smooth: true})
	}
	a, b, v, s := r(1, 2, 3), r(2, 3, 4), r(3, 3), r(4, 3, 3)
	c("ij,jk->ik", "ij,jk", "ik", a, b)
	c("ij,jk->ki", "ij,jk", "ki", a, b)
	c("ij,jk", "ij,jk", "ik", a, b)
	c("kj,ik", "kj,ik", "ij", b, a)
	c("ij,j->i", "ij,j", "i", a, v)
	c("i,i", "i,i", "", v, v.Mul(2))
	c("i,j->ij", "i,j", "ij", v, r(5, 2))
	c("i,j->ji", "i,j", "ji", v, r(5, 2))
	c("ij->", "ij", "", a)
	c("ij->j", "ij", "j", a)
	c("ji", "ji", "ij", a)
	c("->", "", "", r(6))
	c(",->", ",", "", r(6), r(7))
	c("ii->i", "ii", "i", s)
	c("ii", "ii", "", s)
	c("iii->i", "iii", "i", r(8, 2, 2, 2))
	c("iij,jk->ik", "iij,jk", "ik", r(8, 2, 2, 3), b)
	c("bij,bjk->bik", "bij,bjk", "bik", r(9, 2, 2, 3), r(10, 2, 3, 4))
	c("bhqd,bhkd->bhqk", "bhqd,bhkd", "bhqk", r(11, 2, 2, 3, 2), r(12, 2, 2, 4, 2))
	c("ij,ij->ij", "ij,ij", "ij", a, a.Add(1))
	c("ij,kj->", "ij,kj", "", a, r(13, 4, 3))
	c("ij,jk,kl->il", "ij,jk,kl", "il", a, b, r(14, 4, 2))
	c("i,j,k->ijk", "i,j,k", "ijk", v, r(5, 2), r(15, 2))
	c("ab,bc,ca->", "ab,bc,ca", "", a, b, r(16, 4, 2))
	c("...ij,...jk->...ik", "XYij,Yjk", "XYik", r(17, 2, 2, 2, 3), r(18, 2, 3, 2))
	c("... i -> ...", "Xi", "X", a)
	c("i...,i...", "iX,iX", "X", a, a.Mul(3))
	c("...i->i", "Xi", "i", a)
	c("Aa,Ab", "Aa,Ab", "ab", a, r(19, 2, 2))
	// An axis of size 1 is repeated.
	c("ij,ij->j", "ij,ij", "j", a, r(20, 1, 3))
	c("ii->", "ii", "", r(21, 1, 3))
	c("ij,jk->ik ", "ij,jk", "ik", r(22, 2, 0), r(23, 0, 2))
	c(" ij,jk->ik", "ij,jk", "ik", r(22, 0, 3), b)
	refuse := func(name, equation, want string, in ...*ops.Tensor) {
		refusals["einsum"] = append(refusals["einsum"], opstest.Refusal{Name: name, Attrs: ops.Attrs{"equation": equation}, Inputs: in, Want: "ops.Einsum: " + want})
	}
	const help = "\nsuch as \"ij,jk->ik\" for a matrix product: one letter for each axis, ... for any number of axes"
	refuse("terms", "ij->i", "equation is \"ij->i\": has 1 terms for 2 tensors"+help, a, b)
	refuse("no tensor", "", "equation is \"\": has 1 terms for 0 tensors"+help)
	refuse("letters", "i1->i", "equation is \"i1->i\": has \"1\", want letters"+help, a)
	refuse("letters of the result", "ij->i-", "equation is \"ij->i-\": has \"-\", want letters"+help, a)
	refuse("unknown", "ij->k", "equation is \"ij->k\": has k in the result, and no tensor has it"+help, a)
	refuse("twice", "ij->ii", "equation is \"ij->ii\": has i twice in the result"+help, a)
	refuse("axes", "ijk->i", "ts[0] has shape [2 3], want [i j k]: term \"ijk\" has one letter for each axis", a)
	refuse("too many axes", "i->i", "ts[0] has shape [2 3], want [i]: term \"i\" has one letter for each axis", a)
	refuse("sizes", "ij,jk->ik", "ts[1] has shape [4 3], want [3 3]: axis 0, j in \"ij,jk->ik\", has size 3 elsewhere", a, b.T())
	refuse("types", "ij,jk->ik", "ts[1] is Float32, want Float64: both tensors must have one type, and ts[0] is Float64\nts[1].To(ops.Float64) converts", a, b.To(ops.Float32))
	refuse("integers", "i->", "ts[0] is Int64, want Float32 or Float64\nts[0].To(ops.Float32) converts", i64(1))
	refusals["einsum"] = append(refusals["einsum"], opstest.Refusal{Name: "misspelt", Attrs: ops.Attrs{"equatoin": "i->"}, Inputs: list(v), Want: "ops.Einsum: attribute equatoin is no attribute of this operation, which has equation"})
	diagonalCases()
}

func diagonalCases() {
	x := opstest.Randn(1, 2, 3, 4)
	add := func(name, label string, attrs ops.Attrs, x *ops.Tensor, want func([]*ops.Tensor) []*ops.Tensor) {
		cases[name] = append(cases[name], opstest.Case{Name: label, Attrs: attrs, Inputs: list(x), Want: want, Smooth: true})
	}
	add("diagonal", "main", nil, x, move([]int{2, 3}, func(i []int) []int { return []int{i[0], i[1], i[1]} }))
	add("diagonal", "above", ops.Attrs{"offset": 2}, x, move([]int{2, 2}, func(i []int) []int { return []int{i[0], i[1], i[1] + 2} }))
	add("diagonal", "below", ops.Attrs{"offset": -1}, x, move([]int{2, 2}, func(i []int) []int { return []int{i[0], i[1] + 1, i[1]} }))
	add("diagonal", "other axes", ops.Attrs{"axes": []int{2, 0}, "offset": 1}, x, move([]int{3, 1}, func(i []int) []int { return []int{i[1] + 1, i[0], i[1]} }))
	add("diagonal", "outside", ops.Attrs{"offset": 9}, x, move([]int{2, 0}, nil))
	add("diagonal", "one element", nil, opstest.Randn(1, 1, 1), move([]int{1}, func(i []int) []int { return []int{0, 0} }))
	add("diagonal", "empty", nil, opstest.Randn(1, 2, 0), move([]int{0}, nil))
	refusals["diagonal"] = []opstest.Refusal{
		{Name: "vector", Inputs: list(f64(1)), Want: "ops.Diagonal: x has shape [1], want [rows columns]: a diagonal wants at least two axes"},
		{Name: "one axis", Attrs: ops.Attrs{"axes": 1}, Inputs: list(x), Want: "ops.Diagonal: axes is [1]: want two: rows and columns"},
		{Name: "same axis", Attrs: ops.Attrs{"axes": []int{1, -2}}, Inputs: list(x), Want: "ops.Diagonal: axes is [1 -2]: rows and columns must be two axes"},
		{Name: "no axis", Attrs: ops.Attrs{"axes": []int{1, 3}}, Inputs: list(x), Want: "ops.Diagonal: axes is 3: must be from -3 to 2"},
	}
	diag := func(in []*ops.Tensor) []*ops.Tensor {
		x := gridOf(in[0])
		n := x.shape[len(x.shape)-1]
		y := newGrid(append(slices.Clone(x.shape), n)...)
		each(x.shape, func(i []int) { *y.at(append(slices.Clone(i), i[len(i)-1])...) = *x.at(i...) })
		return y.list()
	}
	add("diag", "vector", nil, opstest.Randn(1, 3), diag)
	add("diag", "batch", nil, x, diag)
	add("diag", "one element", nil, opstest.Randn(1, 1), diag)
	add("diag", "empty", nil, opstest.Randn(1, 2, 0), diag)
	refusals["diag"] = []opstest.Refusal{{Name: "scalar", Inputs: list(ops.Zeros()), Want: "ops.Diag: x has shape [], want [n]: want at least one axis"}}
	for name, sign := range map[string]int{"tril": 1, "triu": -1} {
		part := func(offset int) func([]*ops.Tensor) []*ops.Tensor {
			return func(in []*ops.Tensor) []*ops.Tensor {
				g := gridOf(in[0])
				each(g.shape, func(i []int) {
					if sign*(i[len(i)-1]-i[len(i)-2]-offset) > 0 {
						*g.at(i...) = 0
					}
				})
				return []*ops.Tensor{g.tensor().To(in[0].DType())}
			}
		}
		add(name, "main", nil, x, part(0))
		add(name, "above", ops.Attrs{"offset": 2}, x, part(2))
		add(name, "below", ops.Attrs{"offset": -1}, x, part(-1))
		add(name, "one element", nil, opstest.Randn(1, 1, 1), part(0))
		add(name, "empty", nil, opstest.Randn(1, 0, 2), part(0))
		for _, d := range []ops.DType{ops.Int64, ops.Bool} {
			cases[name] = append(cases[name], opstest.Case{Name: d.String(), Inputs: list(ops.OnesLike(i64(1, 2, 3, 4).Reshape(2, 2)).To(d)), Want: part(0), NoGrad: true})
		}
		title := goName(lookup(name))
		refusals[name] = []opstest.Refusal{
			{Name: "vector", Inputs: list(f64(1)), Want: title + ": x has shape [1], want [rows columns]: a triangle wants at least two axes"},
			{Name: "misspelt", Attrs: ops.Attrs{"k": 1}, Inputs: list(x), Want: title + ": attribute k is no attribute of this operation, which has offset"},
		}
	}
}
