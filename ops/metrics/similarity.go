package metrics

import (
	"fmt"
	"math"

	"cahier/ops"
	"gonum.org/v1/gonum/mat"
)

// CKAOptions are the options of CKA. The zero value is the usual estimate.
type CKAOptions struct {
	Unbiased bool // takes the unbiased estimate of each term (Song et al., 2012), which few examples and many features need
}

// CKA returns the linear centred kernel alignment of two representations of
// the same examples, a [n …] and b [n …], all axes behind the first taken
// together: how alike the similarities between examples are, from 0 to 1,
// whatever rotation or scale the features have. They may have different
// numbers of features.
//
//	‖Bᵀ·A‖² / (‖Aᵀ·A‖·‖Bᵀ·B‖), Frobenius norms, columns of A and B centred
//
// Kornblith et al., Similarity of neural network representations revisited,
// 2019; unbiased: Song et al., Feature selection via dependence maximization,
// 2012, used for CKA by Nguyen et al., Do wide and deep networks learn the
// same things?, 2021. The result is NaN if a representation does not vary. It
// costs some 2·n²·features operations.
//
// It panics with an [ops.ShapeError] unless both have as many examples, and
// with an [ops.ArgError] for less than 2, unbiased 4, of them.
func CKA(a, b *ops.Tensor, opts ...CKAOptions) float64 {
	const fn = "metrics.CKA"
	o := CKAOptions{}
	if len(opts) > 1 {
		panic(&ops.ArgError{OpName: fn, Arg: "options", Got: len(opts), Rule: "want at most one options value"})
	}
	if len(opts) == 1 {
		o = opts[0]
	}
	given(fn, "a", a)
	given(fn, "b", b)
	if a.Rank() < 2 || b.Rank() < 2 || a.Size(0) != b.Size(0) {
		panic(&ops.ShapeError{OpName: fn, Arg: "b", Got: b.Shape(), Rule: fmt.Sprintf("want representations [n features] of the same examples; a has the shape %v", a.Shape())})
	}
	n, least := a.Size(0), 2
	if o.Unbiased {
		least = 4
	}
	if n < least {
		panic(&ops.ArgError{OpName: fn, Arg: "a", Got: fmt.Sprintf("%d examples", n), Rule: fmt.Sprintf("want at least %d", least)})
	}
	ka, kb := gram(a, n), gram(b, n)
	hsic := func(k, l *mat.SymDense) float64 { return alignment(k, l, n) }
	if o.Unbiased {
		for _, k := range []*mat.SymDense{ka, kb} {
			for i := range n {
				k.SetSym(i, i, 0)
			}
		}
		hsic = func(k, l *mat.SymDense) float64 { return unbiased(k, l, n) }
	}
	size := hsic(ka, ka) * hsic(kb, kb)
	if !(size > 0) {
		return math.NaN()
	}
	return hsic(ka, kb) / math.Sqrt(size)
}

// gram returns the products of all pairs of examples, features centred.
func gram(t *ops.Tensor, n int) *mat.SymDense {
	f := t.Len() / n
	x := t.Float64s()
	for j := range f {
		m := 0.0
		for i := range n {
			m += x[i*f+j] / float64(n)
		}
		for i := range n {
			x[i*f+j] -= m
		}
	}
	k := mat.NewSymDense(n, nil)
	k.SymOuterK(1, mat.NewDense(n, max(1, f), append(x, make([]float64, max(0, n*max(1, f)-len(x)))...)))
	return k
}

// alignment is tr(K·L) of centred kernels.
func alignment(k, l *mat.SymDense, n int) float64 {
	sum := 0.0
	for i := range n {
		for j := range n {
			sum += k.At(i, j) * l.At(i, j)
		}
	}
	return sum
}

// unbiased is the estimate of HSIC of kernels whose diagonals are 0, but for
// a factor that cancels.
func unbiased(k, l *mat.SymDense, n int) float64 {
	var sk, sl, cross float64
	for i := range n {
		rk, rl := 0.0, 0.0
		for j := range n {
			rk += k.At(i, j)
			rl += l.At(i, j)
		}
		sk, sl, cross = sk+rk, sl+rl, cross+rk*rl
	}
	m := float64(n)
	return alignment(k, l, n) + sk*sl/((m-1)*(m-2)) - 2*cross/(m-2)
}
