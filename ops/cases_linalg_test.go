package ops_test

import (
	"math"
	"slices"
	"testing"

	"cahier/ops"
	"cahier/ops/opstest"
)

// perMatrix is the reference of an operation on matrices without a batch.
func perMatrix(f func(in []*grid) []*grid) func([]*ops.Tensor) []*ops.Tensor {
	return func(in []*ops.Tensor) []*ops.Tensor {
		lead := []int{}
		for _, x := range in {
			lead = broadcastShape(lead, x.Shape()[:x.Rank()-2])
		}
		var parts [][]*ops.Tensor
		var shapes []ops.Shape
		each(lead, func(i []int) {
			var one []*grid
			for _, x := range in {
				for _, j := range project(i, x.Shape()[:x.Rank()-2]) {
					x = x.Select(0, j)
				}
				one = append(one, gridOf(x))
			}
			out := f(one)
			if parts == nil {
				parts, shapes = make([][]*ops.Tensor, len(out)), make([]ops.Shape, len(out))
			}
			for k, g := range out {
				parts[k], shapes[k] = append(parts[k], g.tensor()), g.shape
			}
		})
		var out []*ops.Tensor
		for k := range parts {
			out = append(out, ops.Stack(parts[k], 0).Reshape(append(append([]int{}, lead...), shapes[k]...)...))
		}
		return out
	}
}

// eliminate solves a·x = b by Gauss and Jordan's elimination, and returns det a.
func eliminate(a, b *grid) (x *grid, det float64) {
	n, k := a.shape[0], b.shape[1]
	a, x = &grid{a.shape, append([]float64(nil), a.v...)}, &grid{b.shape, append([]float64(nil), b.v...)}
	det = 1
	swap := func(g *grid, i, j int) {
		for c := range g.shape[1] {
			*g.at(i, c), *g.at(j, c) = *g.at(j, c), *g.at(i, c)
		}
	}
	for i := range n {
		p := i
		for r := i; r < n; r++ {
			if math.Abs(*a.at(r, i)) > math.Abs(*a.at(p, i)) {
				p = r
			}
		}
		if p != i {
			swap(a, i, p)
			swap(x, i, p)
			det = -det
		}
		pivot := *a.at(i, i)
		det *= pivot
		for r := range n {
			factor := *a.at(r, i) / pivot
			if r == i {
				continue
			}
			for c := range n {
				*a.at(r, c) -= factor * *a.at(i, c)
			}
			for c := range k {
				*x.at(r, c) -= factor * *x.at(i, c)
			}
		}
	}
	for i := range n {
		for c := range k {
			*x.at(i, c) /= *a.at(i, i)
		}
	}
	return x, det
}

func eye(n int) *grid {
	g := newGrid(n, n)
	for i := range n {
		*g.at(i, i) = 1
	}
	return g
}

// well is a batch of well-conditioned matrices.
func well(seed uint64, shape ...int) *ops.Tensor {
	n := shape[len(shape)-1]
	return opstest.Randn(seed, shape...).Mul(0.4).Add(ops.Eye(n).To(ops.Float64).Mul(2))
}

func init() {
	solve := perMatrix(func(in []*grid) []*grid { x, _ := eliminate(in[0], in[1]); return []*grid{x} })
	det := perMatrix(func(in []*grid) []*grid {
		_, d := eliminate(in[0], newGrid(in[0].shape[0], 0))
		return []*grid{{nil, []float64{d}}}
	})
	add := func(op, name string, attrs ops.Attrs, want func([]*ops.Tensor) []*ops.Tensor, in ...*ops.Tensor) {
		cases[op] = append(cases[op], opstest.Case{Name: name, Attrs: attrs, Inputs: in, Want: want, NoBroadcast: true})
	}
	r := opstest.Randn
	a, batch := well(1, 3, 3), well(2, 2, 3, 3)
	none := func(shapes ...[]int) func([]*ops.Tensor) []*ops.Tensor {
		return func([]*ops.Tensor) []*ops.Tensor {
			var out []*ops.Tensor
			for _, s := range shapes {
				out = append(out, ops.Zeros(s...).To(ops.Float64))
			}
			return out
		}
	}
	add("solve", "one", nil, solve, a, r(3, 3, 2))
	add("solve", "batch", nil, solve, batch, r(3, 2, 3, 2))
	add("solve", "one matrix for all", nil, solve, a, r(3, 2, 3, 2))
	add("solve", "one right side for all", nil, solve, batch, r(3, 3, 1))
	add("solve", "rows exchanged", nil, solve, f64(0, 2, 1, 1, 0, 0, 0, 1, 3).Reshape(3, 3), r(3, 3, 2))
	add("solve", "one element", nil, solve, f64(2).Reshape(1, 1), f64(3).Reshape(1, 1))
	add("solve", "no column", nil, none([]int{3, 0}), a, ops.Zeros(3, 0).To(ops.Float64))
	add("solve", "no row", nil, none([]int{0, 2}), ops.Zeros(0, 0).To(ops.Float64), ops.Zeros(0, 2).To(ops.Float64))
	add("solve", "many", nil, solve, well(5, 40, 4, 4), r(6, 40, 4, 1))
	for _, upper := range []bool{false, true} {
		attrs, name := ops.Attrs{"upper": upper}, map[bool]string{false: "lower", true: "upper"}[upper]
		want := func(in []*ops.Tensor) []*ops.Tensor {
			t := ops.Tril(in[0])
			if upper {
				t = ops.Triu(in[0])
			}
			return solve(list(t, in[1]))
		}
		add("solve_triangular", name, attrs, want, a, r(3, 3, 2))
		add("solve_triangular", name+" batch", attrs, want, batch, r(3, 3, 2))
		add("solve_triangular", name+" one element", attrs, want, f64(2).Reshape(1, 1), f64(3).Reshape(1, 1))
		add("solve_triangular", name+" no column", attrs, none([]int{3, 0}), a, ops.Zeros(3, 0).To(ops.Float64))
	}
	inverse := perMatrix(func(in []*grid) []*grid { x, _ := eliminate(in[0], eye(in[0].shape[0])); return []*grid{x} })
	logDet := func(in []*ops.Tensor) []*ops.Tensor {
		d := det(in)[0]
		return list(d.Sign(), d.Abs().Log())
	}
	for op, want := range map[string]func([]*ops.Tensor) []*ops.Tensor{"inverse": inverse, "det": det, "log_det": logDet} {
		add(op, "one", nil, want, a)
		add(op, "batch", nil, want, batch)
		add(op, "negative", nil, want, f64(0, 2, 1, 1, 0, 0, 0, 1, 3).Reshape(3, 3))
		add(op, "one element", nil, want, f64(2).Reshape(1, 1))
		add(op, "many", nil, want, well(5, 40, 4, 4))
	}
	add("inverse", "empty", nil, none([]int{2, 0, 0}), ops.Zeros(2, 0, 0).To(ops.Float64))
	add("det", "empty", nil, func([]*ops.Tensor) []*ops.Tensor { return list(f64(1, 1)) }, ops.Zeros(2, 0, 0).To(ops.Float64))
	add("log_det", "empty", nil, func([]*ops.Tensor) []*ops.Tensor { return list(f64(1, 1), f64(0, 0)) }, ops.Zeros(2, 0, 0).To(ops.Float64))
	singular := f64(1, 2, 2, 4).Reshape(2, 2)
	cases["det"] = append(cases["det"], opstest.Case{Name: "singular", Inputs: list(singular), Want: func([]*ops.Tensor) []*ops.Tensor { return list(f64(0).Reshape()) }, NoGrad: true})
	cases["log_det"] = append(cases["log_det"], opstest.Case{Name: "singular", Inputs: list(singular), Want: func([]*ops.Tensor) []*ops.Tensor { return list(f64(0).Reshape(), f64(-inf).Reshape()) }, NoGrad: true})
	const help = "\nLeastSquares and PseudoInverse take any rank"
	near := f64(1, 2, 2, 4+1e-15).Reshape(2, 2)
	two := ops.Stack(list(ops.Eye(2).To(ops.Float64), singular), 0)
	refusals["solve"] = []opstest.Refusal{
		{Name: "singular", Inputs: list(singular, r(1, 2, 1)), Want: "ops.Solve: a is singular" + help},
		{Name: "which", Inputs: list(two, r(1, 2, 1)), Want: "ops.Solve: matrix 1 of a is singular" + help},
		{Name: "nearly singular", Inputs: list(near, r(1, 2, 1)), Want: "ops.Solve: a has a condition number of 4.1e+16: no digit of the result would be right" + help},
		{Name: "NaN", Inputs: list(f64(1, nan, 0, 1).Reshape(2, 2), r(1, 2, 1)), Want: "ops.Solve: a holds NaN or infinities, which have no factorisation"},
		{Name: "infinite", Inputs: list(ops.Eye(2).To(ops.Float64), f64(1, inf).Reshape(2, 1)), Want: "ops.Solve: b holds NaN or infinities, which have no factorisation"},
		{Name: "not square", Inputs: list(r(1, 2, 3), r(1, 2, 1)), Want: "ops.Solve: a has shape [2 3], want [2 2]: want square matrices"},
		{Name: "rows", Inputs: list(a, r(1, 2, 3)), Want: "ops.Solve: b has shape [2 3], want [3 3]: want as many rows as a has, whose shape is [3 3]"},
		{Name: "batch", Inputs: list(batch, r(1, 3, 3, 1)), Want: "ops.Solve: b has shape [3 3 1]: the axes before the last two must broadcast with those of a, whose shape is [2 3 3]"},
		{Name: "types", Inputs: list(a, r(1, 3, 1).To(ops.Float32)), Want: "ops.Solve: b is Float32, want Float64: both tensors must have one type, and a is Float64\nb.To(ops.Float64) converts"},
	}
	refusals["solve_triangular"] = []opstest.Refusal{
		{Name: "zero", Inputs: list(f64(1, 5, 5, 0).Reshape(2, 2), r(1, 2, 1)), Want: "ops.SolveTriangular: a is singular" + help},
		{Name: "upper", Attrs: ops.Attrs{"upper": 1}, Inputs: list(a, r(1, 3, 1)), Want: "ops.SolveTriangular: upper is 1: want a bool"},
		{Name: "vector", Inputs: list(f64(1), r(1, 3, 1)), Want: "ops.SolveTriangular: a has shape [1], want [rows columns]: want a matrix, or a batch of them"},
	}
	refusals["inverse"] = []opstest.Refusal{
		{Name: "singular", Inputs: list(singular), Want: "ops.Inverse: a is singular" + help},
		{Name: "integers", Inputs: list(i64(1).Reshape(1, 1)), Want: "ops.Inverse: a is Int64, want Float32 or Float64\na.To(ops.Float32) converts"},
	}
	for _, op := range []string{"det", "log_det"} {
		refusals[op] = []opstest.Refusal{
			{Name: "not square", Inputs: list(r(1, 2, 3)), Want: goName(lookup(op)) + ": a has shape [2 3], want [2 2]: want square matrices"},
			{Name: "NaN", Inputs: list(f64(nan).Reshape(1, 1)), Want: goName(lookup(op)) + ": a holds NaN or infinities, which have no factorisation"},
		}
	}
}

func TestLinearAlgebra(t *testing.T) {
	a, b := well(1, 3, 3), opstest.Randn(2, 3)
	near(t, "solve a vector", a.MatMul(ops.Solve(a, b)), b)
	tall, c := opstest.Randn(3, 5, 3), opstest.Randn(4, 5)
	x := ops.LeastSquares(tall, c)
	near(t, "normal equations", tall.T().MatMul(tall.MatMul(x)), tall.T().MatMul(c))
	near(t, "power", ops.MatrixPower(a, 5), a.MatMul(a).MatMul(a).MatMul(a).MatMul(a))
	near(t, "negative power", ops.MatrixPower(a, -2).MatMul(a).MatMul(a), ops.Eye(3).To(ops.Float64))
	near(t, "power zero", ops.MatrixPower(a, 0), ops.Eye(3).To(ops.Float64))
	big := a.Mul(3)
	near(t, "exponential", ops.MatrixExp(big).MatMul(ops.MatrixExp(big.Neg())), ops.Eye(3).To(ops.Float64))
	near(t, "exponential of a diagonal", ops.MatrixExp(ops.Diag(f64(1, -2, 0))), ops.Diag(f64(1, -2, 0).Exp().Sub(0)))
	near(t, "Kronecker", ops.Kron(f64(1, 2).Reshape(1, 2), f64(3, 4).Reshape(2, 1)), f64(3, 6, 4, 8).Reshape(2, 2))
	near(t, "cross", ops.Cross(f64(1, 0, 0), f64(0, 1, 0)), f64(0, 0, 1))
	singular := f64(1, 2, 2, 4).Reshape(2, 2)
	const why = "a is singular, or nearly so: the gradient of the determinant is computed by the inverse\nadd a small multiple of ops.Eye(n)"
	wantErr(t, "ops.Det (gradient): "+why, func() {
		ops.Grad(func(p []*ops.Tensor) *ops.Tensor { return ops.Det(p[0]) }, list(singular))
	})
	wantErr(t, "ops.MatrixExp: a holds NaN or infinities, which have no exponential", func() { ops.MatrixExp(f64(nan).Reshape(1, 1)) })
	wantErr(t, "ops.Cross: b has shape [2], want [3]: the last axis holds vectors of three numbers", func() { ops.Cross(f64(1, 2, 3), f64(1, 2)) })
	wantErr(t, "ops.Outer: a has shape [], want [n]: want vectors", func() { ops.Outer(f64(1).Reshape(), f64(1)) })
	wantErr(t, "ops.Kron: b has shape [1], want [rows columns]: want matrices", func() { ops.Kron(a, f64(1)) })
	wantErr(t, "ops.MatrixPower: a has shape [1 2], want [1 1]: want square matrices", func() { ops.MatrixPower(ops.Zeros(1, 2), 2) })
}

// matrixNormWant is the definition; nuclear and spectral norms by the
// eigenvalues of aᵀa of two columns.
func matrixNormWant(kind string) func([]*ops.Tensor) []*ops.Tensor {
	return func(in []*ops.Tensor) []*ops.Tensor {
		a := gridOf(in[0])
		k := len(a.shape) - 2
		out := newGrid(a.shape[:k]...)
		m, n := a.shape[k], a.shape[k+1]
		for b := range out.v {
			at := func(i, j int) float64 { return a.v[b*m*n+i*n+j] }
			squares, rows, columns := 0.0, make([]float64, m), make([]float64, n)
			for i := range m {
				for j := range n {
					squares += at(i, j) * at(i, j)
					rows[i] += math.Abs(at(i, j))
					columns[j] += math.Abs(at(i, j))
				}
			}
			switch kind {
			case "frobenius":
				out.v[b] = math.Sqrt(squares)
			case "column":
				out.v[b] = slices.Max(columns)
			case "row":
				out.v[b] = slices.Max(rows)
			default: // of two columns: σ₁² + σ₂² = Σ a², (σ₁σ₂)² = |aᵀa|
				p, q, r := 0.0, 0.0, 0.0
				for i := range m {
					p += at(i, 0) * at(i, 0)
					q += at(i, 0) * at(i, 1)
					r += at(i, 1) * at(i, 1)
				}
				d := math.Sqrt(squares*squares - 4*(p*r-q*q))
				big, small := math.Sqrt((squares+d)/2), math.Sqrt((squares-d)/2)
				out.v[b] = big
				if kind == "nuclear" {
					out.v[b] += small
				}
			}
		}
		return out.list()
	}
}

func init() {
	x := opstest.Spread(1, 2, 3, 2)
	kind := func(k string) ops.Attrs { return ops.Attrs{"kind": k} }
	cases["matrix_norm"] = []opstest.Case{
		{Name: "frobenius", Inputs: list(x), Want: matrixNormWant("frobenius"), Smooth: true},
		{Name: "one element", Attrs: kind("frobenius"), Inputs: list(opstest.Spread(1, 1, 1)), Want: matrixNormWant("frobenius")},
		{Name: "no matrix", Attrs: kind("row"), Inputs: list(opstest.Randn(1, 0, 3, 2)), Want: matrixNormWant("row")},
	}
	for _, k := range []string{"nuclear", "spectral", "column", "row"} {
		cases["matrix_norm"] = append(cases["matrix_norm"], opstest.Case{Name: k, Attrs: kind(k), Inputs: list(opstest.Randn(3, 2, 3, 2)), Want: matrixNormWant(k)})
	}
	refusals["matrix_norm"] = []opstest.Refusal{
		{Name: "kind", Attrs: kind("fro"), Inputs: list(x), Want: "ops.MatrixNorm: kind is \"fro\": want one of [\"frobenius\" \"nuclear\" \"spectral\" \"column\" \"row\"]"},
		{Name: "no element", Attrs: kind("column"), Inputs: list(opstest.Randn(1, 2, 0)), Want: "ops.MatrixNorm: a has shape [2 0]: a matrix without elements has no column norm"},
		{Name: "vector", Inputs: list(f64(1, 2)), Want: "ops.MatrixNorm: a has shape [2], want [rows columns]: want a matrix, or a batch of them"},
	}
}
