package ops_test

import (
	"math"
	"sort"
	"testing"

	"cahier/ops"
	"cahier/ops/opstest"
)

// jacobi returns the eigenvalues of a symmetric matrix, ascending, and its
// eigenvectors by Jacobi's rotations.
func jacobi(a *grid) (w []float64, v *grid) {
	n := a.shape[0]
	a, v = &grid{a.shape, append([]float64(nil), a.v...)}, eye(n)
	for range 60 {
		for p := range n {
			for q := p + 1; q < n; q++ {
				if *a.at(p, q) == 0 {
					continue
				}
				angle := 0.5 * math.Atan2(2**a.at(p, q), *a.at(q, q)-*a.at(p, p))
				c, s := math.Cos(angle), math.Sin(angle)
				for i := range n {
					x, y := *a.at(i, p), *a.at(i, q)
					*a.at(i, p), *a.at(i, q) = c*x-s*y, s*x+c*y
					x, y = *v.at(i, p), *v.at(i, q)
					*v.at(i, p), *v.at(i, q) = c*x-s*y, s*x+c*y
				}
				for i := range n {
					x, y := *a.at(p, i), *a.at(q, i)
					*a.at(p, i), *a.at(q, i) = c*x-s*y, s*x+c*y
				}
			}
		}
	}
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	sort.Slice(order, func(i, j int) bool { return *a.at(order[i], order[i]) < *a.at(order[j], order[j]) })
	sorted := newGrid(n, n)
	for k, j := range order {
		w = append(w, *a.at(j, j))
		for i := range n {
			*sorted.at(i, k) = *v.at(i, j)
		}
	}
	return w, sorted
}

// signs are what makes the largest element of each column positive.
func signs(v *grid) []float64 {
	s := make([]float64, v.shape[1])
	for j := range s {
		best := 0.0
		for i := range v.shape[0] {
			if x := *v.at(i, j); math.Abs(x) > math.Abs(best) {
				best = x
			}
		}
		s[j] = 1
		if best < 0 {
			s[j] = -1
		}
	}
	return s
}

func times(a, b *grid) *grid {
	y := newGrid(a.shape[0], b.shape[1])
	each(y.shape, func(i []int) {
		for k := range a.shape[1] {
			*y.at(i...) += *a.at(i[0], k) * *b.at(k, i[1])
		}
	})
	return y
}

func flipped(a *grid) *grid {
	y := newGrid(a.shape[1], a.shape[0])
	each(y.shape, func(i []int) { *y.at(i...) = *a.at(i[1], i[0]) })
	return y
}

// definite are symmetric positive definite matrices that differ from their
// transposes by what the operations leave out.
func definite(seed uint64, shape ...int) *ops.Tensor {
	x := opstest.Randn(seed, shape...)
	skew := opstest.Randn(seed+1, shape...)
	return x.MatMul(x.T()).Add(ops.Eye(shape[len(shape)-1]).To(ops.Float64)).Add(skew.Sub(skew.T()).Mul(0.1))
}

func symmetric(a *grid) *grid {
	s := newGrid(a.shape...)
	each(a.shape, func(i []int) { *s.at(i...) = (*a.at(i...) + *a.at(i[1], i[0])) / 2 })
	return s
}

func init() {
	cholesky := perMatrix(func(in []*grid) []*grid {
		a := symmetric(in[0])
		n := a.shape[0]
		l := newGrid(n, n)
		for i := range n {
			for j := range i + 1 {
				s := *a.at(i, j)
				for k := range j {
					s -= *l.at(i, k) * *l.at(j, k)
				}
				if i == j {
					*l.at(i, i) = math.Sqrt(s)
				} else {
					*l.at(i, j) = s / *l.at(j, j)
				}
			}
		}
		return []*grid{l}
	})
	qr := perMatrix(func(in []*grid) []*grid {
		a := in[0]
		m, n := a.shape[0], a.shape[1]
		q, r := newGrid(m, min(m, n)), newGrid(min(m, n), n)
		for j := range n {
			v := make([]float64, m)
			for i := range m {
				v[i] = *a.at(i, j)
			}
			for range 2 { // Gram and Schmidt's way, twice for the sake of rounding
				for k := range min(j, m) {
					dot := 0.0
					for i := range m {
						dot += *q.at(i, k) * v[i]
					}
					*r.at(k, j) += dot
					for i := range m {
						v[i] -= dot * *q.at(i, k)
					}
				}
			}
			if j >= min(m, n) {
				continue
			}
			size := 0.0
			for _, x := range v {
				size += x * x
			}
			size = math.Sqrt(size)
			*r.at(j, j) = size
			for i := range m {
				*q.at(i, j) = v[i] / size
			}
		}
		return []*grid{q, r}
	})
	eigen := perMatrix(func(in []*grid) []*grid {
		w, v := jacobi(symmetric(in[0]))
		s := signs(v)
		each(v.shape, func(i []int) { *v.at(i...) *= s[i[1]] })
		return []*grid{{[]int{len(w)}, w}, v}
	})
	svd := perMatrix(func(in []*grid) []*grid {
		a := in[0]
		wide := a.shape[0] < a.shape[1]
		if wide {
			a = flipped(a)
		}
		n := a.shape[1]
		w, v := jacobi(times(flipped(a), a))
		s, right := newGrid(n), newGrid(n, n)
		for k := range n { // the largest first
			*s.at(k) = math.Sqrt(w[n-1-k])
			for i := range n {
				*right.at(i, k) = *v.at(i, n-1-k)
			}
		}
		left := times(a, right)
		each(left.shape, func(i []int) { *left.at(i...) /= *s.at(i[1]) })
		if wide {
			left, right = right, left
		}
		turn := signs(left)
		each(left.shape, func(i []int) { *left.at(i...) *= turn[i[1]] })
		each(right.shape, func(i []int) { *right.at(i...) *= turn[i[1]] })
		return []*grid{left, s, flipped(right)}
	})
	add := func(op, name string, want func([]*ops.Tensor) []*ops.Tensor, in *ops.Tensor) {
		cases[op] = append(cases[op], opstest.Case{Name: name, Inputs: list(in), Want: want, NoBroadcast: true})
	}
	none := func(shapes ...[]int) func([]*ops.Tensor) []*ops.Tensor {
		return func([]*ops.Tensor) (out []*ops.Tensor) {
			for _, s := range shapes {
				out = append(out, ops.Zeros(s...).To(ops.Float64))
			}
			return out
		}
	}
	r := opstest.Randn
	for op, want := range map[string]func([]*ops.Tensor) []*ops.Tensor{"cholesky": cholesky, "eigen_sym": eigen} {
		add(op, "one", want, definite(1, 3, 3))
		add(op, "batch", want, definite(2, 2, 3, 3))
		add(op, "one element", want, f64(2).Reshape(1, 1))
	}
	add("eigen_sym", "indefinite", eigen, r(3, 4, 4))
	for op, want := range map[string]func([]*ops.Tensor) []*ops.Tensor{"qr": qr, "svd": svd} {
		add(op, "tall", want, r(4, 4, 3))
		add(op, "square", want, well(5, 3, 3))
		add(op, "wide", want, r(6, 2, 4))
		add(op, "batch", want, r(7, 2, 3, 2))
		add(op, "one element", want, f64(-2).Reshape(1, 1))
		add(op, "row", want, r(8, 1, 3))
		add(op, "column", want, r(8, 3, 1))
	}
	empty := func(shape ...int) *ops.Tensor { return ops.Zeros(shape...).To(ops.Float64) }
	add("cholesky", "empty", none([]int{2, 0, 0}), empty(2, 0, 0))
	add("eigen_sym", "empty", none([]int{2, 0}, []int{2, 0, 0}), empty(2, 0, 0))
	add("qr", "empty", none([]int{2, 3, 0}, []int{2, 0, 0}), empty(2, 3, 0))
	add("svd", "empty", none([]int{0, 3, 2}, []int{0, 2}, []int{0, 2, 2}), empty(0, 3, 2))
	// The formula with the normal equations, for full rank.
	pinv := perMatrix(func(in []*grid) []*grid {
		a := in[0]
		if a.shape[0] < a.shape[1] {
			x, _ := eliminate(times(a, flipped(a)), a)
			return []*grid{flipped(x)}
		}
		x, _ := eliminate(times(flipped(a), a), flipped(a))
		return []*grid{x}
	})
	add("pseudo_inverse", "tall", pinv, r(4, 4, 3))
	add("pseudo_inverse", "square", pinv, well(5, 3, 3))
	add("pseudo_inverse", "wide", pinv, r(6, 2, 4))
	add("pseudo_inverse", "batch", pinv, r(7, 2, 3, 2))
	add("pseudo_inverse", "one element", pinv, f64(-2).Reshape(1, 1))
	add("pseudo_inverse", "empty", none([]int{0, 3}), empty(3, 0))
	cases["pseudo_inverse"] = append(cases["pseudo_inverse"], opstest.Case{Name: "rank one", Inputs: list(f64(1, 2, 2, 4).Reshape(2, 2)), NoGrad: true,
		Want: func(in []*ops.Tensor) []*ops.Tensor { return list(in[0].T().Div(25)) }})
	refusals["cholesky"] = []opstest.Refusal{
		{Name: "indefinite", Inputs: list(f64(1, 2, 2, 1).Reshape(2, 2)), Want: "ops.Cholesky: a is not positive definite\nadd a small multiple of ops.Eye(n)"},
		{Name: "not square", Inputs: list(r(1, 2, 3)), Want: "ops.Cholesky: a has shape [2 3], want [2 2]: want square matrices"},
	}
	refusals["eigen_sym"] = []opstest.Refusal{{Name: "infinite", Inputs: list(f64(inf).Reshape(1, 1)), Want: "ops.EigenSym: a holds NaN or infinities, which have no factorisation"}}
	refusals["qr"] = []opstest.Refusal{{Name: "vector", Inputs: list(f64(1)), Want: "ops.QR: a has shape [1], want [rows columns]: want a matrix, or a batch of them"}}
	refusals["svd"] = []opstest.Refusal{{Name: "NaN", Inputs: list(f64(nan).Reshape(1, 1)), Want: "ops.SVD: a holds NaN or infinities, which have no factorisation"}}
	refusals["pseudo_inverse"] = []opstest.Refusal{{Name: "tolerance", Attrs: ops.Attrs{"tolerance": 1}, Inputs: list(r(1, 2, 2)), Want: "ops.PseudoInverse: tolerance is 1: must be from 0 up to, but not, 1"}}
}

func TestDegenerateSpectra(t *testing.T) {
	one := ops.Eye(3).To(ops.Float64)
	// Values have derivatives where vectors do not.
	near(t, "eigenvalues", ops.Grad(func(p []*ops.Tensor) *ops.Tensor { w, _ := ops.EigenSym(p[0]); return w.Sum() }, list(one))[0], one)
	near(t, "singular values", ops.Grad(func(p []*ops.Tensor) *ops.Tensor { _, s, _ := ops.SVD(p[0]); return s.Sum() }, list(one))[0], one)
	wantErr(t, "ops.EigenSym (gradient): two eigenvalues are equal: their vectors have no derivative\nuse the values alone, or add a little noise to the matrix", func() {
		ops.Grad(func(p []*ops.Tensor) *ops.Tensor {
			_, v := ops.EigenSym(p[0])
			return v.Mul(opstest.Randn(1, 3, 3)).Sum()
		}, list(one))
	})
	wantErr(t, "ops.SVD (gradient): two singular values are equal: their vectors have no derivative\nuse the values alone, or add a little noise to the matrix", func() {
		ops.Grad(func(p []*ops.Tensor) *ops.Tensor {
			u, _, _ := ops.SVD(p[0])
			return u.Mul(opstest.Randn(1, 3, 3)).Sum()
		}, list(one))
	})
	wantErr(t, "ops.SVD (gradient): a singular value is 0: its vectors have no derivative\nuse the values alone, or add a little noise to the matrix", func() {
		ops.Grad(func(p []*ops.Tensor) *ops.Tensor {
			u, _, _ := ops.SVD(p[0])
			return u.Mul(opstest.Randn(1, 3, 2)).Sum()
		}, list(ops.From([][]float64{{2, 0}, {0, 0}, {0, 0}}, ops.Float64)))
	})
	wantErr(t, "ops.QR (gradient): the first columns of a are linearly dependent: there q has no derivative", func() {
		ops.Grad(func(p []*ops.Tensor) *ops.Tensor { q, _ := ops.QR(p[0]); return q.Sum() }, list(ops.Ones(3, 2)))
	})
}
