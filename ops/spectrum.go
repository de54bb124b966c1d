package ops

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"
)

var opSVD, opEigenSym *Op

func init() {
	opSVD = builtin("SVD", Op{Name: "svd", Inputs: []string{"a"}, Doc: "the singular value decomposition u·diag(s)·vt = a [… m n]: u [… m k], s [… k], the largest first, and vt [… k n], k = min(m, n); the largest element of each column of u is positive",
		Infer: func(attrs Attrs, in []Spec) ([]Spec, error) {
			if err := attrs.only(); err != nil {
				return nil, err
			}
			if err := wantMatrices("a", in[0], false); err != nil {
				return nil, err
			}
			lead, m, n := batchOf(in[0].Shape)
			k, d := min(m, n), in[0].DType
			return []Spec{{DType: d, Shape: append(slices.Clone(lead), m, k)}, {DType: d, Shape: append(slices.Clone(lead), k)}, {DType: d, Shape: append(slices.Clone(lead), k, n)}}, nil
		},
		Forward: svdForward,
		VJP:     svdVJP})
	opEigenSym = builtin("EigenSym", Op{Name: "eigen_sym", Inputs: []string{"a"}, Doc: "the eigenvalues [… n], the smallest first, and eigenvectors v [… n n], the columns, of symmetric matrices a [… n n]; of others the symmetric part is taken; the largest element of each column is positive",
		Infer: func(attrs Attrs, in []Spec) ([]Spec, error) {
			if err := attrs.only(); err != nil {
				return nil, err
			}
			if err := wantMatrices("a", in[0], true); err != nil {
				return nil, err
			}
			lead, n, _ := batchOf(in[0].Shape)
			return []Spec{{DType: in[0].DType, Shape: append(slices.Clone(lead), n)}, in[0]}, nil
		},
		Forward: func(_ *Ctx, _ Attrs, in []*Tensor) ([]*Tensor, error) {
			a, err := dense("a", in[0])
			if err != nil {
				return nil, err
			}
			lead, n, _ := batchOf(in[0].shape)
			count := lead.Len()
			w := make([]float64, count*n)
			if len(a) > 0 {
				err = eachMatrix(count, 9*n*n*n, func(i int) error {
					m := a[i*n*n : (i+1)*n*n]
					symmetrize(m, n)
					var e mat.EigenSym
					if !e.Factorize(mat.NewSymDense(n, slices.Clone(m)), true) {
						return badMatrix("a", i, count, "has no eigenvalues that the algorithm finds", "")
					}
					e.Values(w[i*n : (i+1)*n])
					var v mat.Dense
					e.VectorsTo(&v)
					copyMatrix(m, &v)
					turn(m, n, n)
					return nil
				})
			}
			return []*Tensor{fromDense(w, append(slices.Clone(lead), n), in[0].dtype), fromDense(a, in[0].shape, in[0].dtype)}, err
		},
		VJP: func(_ *Ctx, _ Attrs, _, out, g []*Tensor) ([]*Tensor, error) {
			v := out[1]
			inner := MatMul(v.T(), g[1])
			d, err := gaps("eigenvalues", out[0], inner)
			if err != nil {
				return nil, err
			}
			// The symmetric part: what the diagonal holds does not depend on
			// gaps, and vectors keep their length.
			off := Mul(Sub(inner, inner.T()), 0.5)
			return []*Tensor{MatMul(MatMul(v, Add(Div(off, d), Diag(g[0]))), v.T())}, nil
		}})
}

// copyMatrix copies the elements of m to dst, row by row.
func copyMatrix(dst []float64, m *mat.Dense) {
	rows, columns := m.Dims()
	for i := range rows {
		copy(dst[i*columns:(i+1)*columns], m.RawRowView(i))
	}
}

func svdForward(_ *Ctx, _ Attrs, in []*Tensor) ([]*Tensor, error) {
	a, err := dense("a", in[0])
	if err != nil {
		return nil, err
	}
	lead, m, n := batchOf(in[0].shape)
	k, count := min(m, n), lead.Len()
	u, s, vt := make([]float64, count*m*k), make([]float64, count*k), make([]float64, count*k*n)
	if len(a) > 0 {
		err = eachMatrix(count, 14*m*n*k, func(i int) error {
			var f mat.SVD
			if !f.Factorize(mat.NewDense(m, n, a[i*m*n:(i+1)*m*n]), mat.SVDThin) {
				return badMatrix("a", i, count, "has no singular values that the algorithm finds", "")
			}
			f.Values(s[i*k : (i+1)*k])
			var left, right mat.Dense
			f.UTo(&left)
			f.VTo(&right)
			copyMatrix(u[i*m*k:(i+1)*m*k], &left)
			turned := turn(u[i*m*k:(i+1)*m*k], m, k)
			for r := range k {
				for c := range n {
					v := right.At(c, r)
					if turned[r] {
						v = -v
					}
					vt[(i*k+r)*n+c] = v
				}
			}
			return nil
		})
	}
	d := in[0].dtype
	return []*Tensor{fromDense(u, append(slices.Clone(lead), m, k), d), fromDense(s, append(slices.Clone(lead), k), d), fromDense(vt, append(slices.Clone(lead), k, n), d)}, err
}

// svdVJP follows Townsend, Differentiating the singular value decomposition,
// 2016.
func svdVJP(_ *Ctx, _ Attrs, in, out, g []*Tensor) ([]*Tensor, error) {
	u, s, v := out[0], out[1], out[2].T()
	gu, gs, gv := g[0], g[1], g[2].T()
	_, m, n := batchOf(in[0].shape)
	k := min(m, n)
	pu, pv := MatMul(u.T(), gu), MatMul(v.T(), gv)
	gap, err := gaps("singular values", Square(s), pu, pv)
	if err != nil {
		return nil, err
	}
	skew := func(p *Tensor) *Tensor { return Div(Sub(p, p.T()), gap) }
	row, column := s.Unsqueeze(-2), s.Unsqueeze(-1)
	inner := Add(Add(Mul(skew(pu), row), Mul(column, skew(pv))), Diag(gs))
	d := MatMul(MatMul(u, inner), v.T())
	if m == n {
		return []*Tensor{d}, nil
	}
	// What lies outside the space of the vectors.
	zero := Equal(s.Detach(), 0)
	side := gu
	if n > k {
		side = gv
	}
	if AnyTrue(And(zero.Unsqueeze(-2), NotEqual(side.Detach(), 0))).Item() != 0 {
		return nil, &GradError{Why: "a singular value is 0: its vectors have no derivative", Help: "use the values alone, or add a little noise to the matrix"}
	}
	over := Where(zero, 1, s).Unsqueeze(-2)
	if m > k {
		return []*Tensor{Add(d, MatMul(Div(Sub(gu, MatMul(u, pu)), over), v.T()))}, nil
	}
	return []*Tensor{Add(d, MatMul(u, Div(Sub(gv, MatMul(v, pv)), over).T()))}, nil
}

// turn makes the element of largest absolute value positive in each column of
// v [n k], and returns which columns it changed.
func turn(v []float64, n, k int) []bool {
	turned := make([]bool, k)
	for j := range k {
		at := 0
		for i := range n {
			if math.Abs(v[i*k+j]) > math.Abs(v[at*k+j]) {
				at = i
			}
		}
		if n > 0 && v[at*k+j] < 0 {
			turned[j] = true
			for i := range n {
				v[i*k+j] = -v[i*k+j]
			}
		}
	}
	return turned
}

// gaps returns, for values w [… k], the differences w_j - w_i [… k k], with 1
// where they are 0, as they are on the diagonal. It is an error if a cotangent
// wants the derivative of vectors whose values are equal: inner [… k k] are
// products of vectors and cotangents.
func gaps(what string, w *Tensor, inner ...*Tensor) (*Tensor, error) {
	k := w.shape[len(w.shape)-1]
	d := Sub(w.Unsqueeze(-2), w.Unsqueeze(-1))
	equal := Equal(d.Detach(), 0)
	off := And(equal, Not(Eye(k).To(Bool)))
	for _, p := range inner {
		if AnyTrue(And(off, NotEqual(p.Detach(), 0))).Item() != 0 {
			return nil, &GradError{Why: fmt.Sprintf("two %s are equal: their vectors have no derivative", what), Help: "use the values alone, or add a little noise to the matrix"}
		}
	}
	return Where(equal, 1, d), nil
}

// SVD returns the singular value decomposition of matrices.
//
//   - Formula: u·diag(s)·vt = a with uᵀ·u = 1, vt·vtᵀ = 1 and s₁ >= s₂ >= … >= 0; the largest element of each column of u is positive
//   - Shapes: a [… m n], u [… m k], s [… k], vt [… k n] with k = min(m, n)
//   - DTypes: Float32, Float64; computed in float64
//   - Options: none
//   - Panics: [ArgError] for NaN and infinities; [ShapeError], [DTypeError]
//   - Gradient: that of s by u·diag(∂s)·vt; that of u and vt also has 1/(s_j² - s_i²): [GradError] if it is wanted and two values are equal, or one is 0 and a not square; to any order
//   - Cost: about 14·m·n·k operations a matrix
//   - Paper: Golub and Van Loan, Matrix computations, 2013, section 8.6; Townsend, Differentiating the singular value decomposition, 2016
//   - Differences: as NumPy and PyTorch with full_matrices=False, which leave the signs to LAPACK
func SVD(a *Tensor) (u, s, vt *Tensor) {
	out := apply(opSVD, nil, a)
	return out[0], out[1], out[2]
}

// EigenSym returns the eigenvalues and eigenvectors of symmetric matrices.
//
//   - Formula: a·v = v·diag(w) with vᵀ·v = 1 and w₁ <= w₂ <= …, for (a + aᵀ)/2 instead of a; the largest element of each column of v is positive
//   - Shapes: a [… n n], w [… n], v [… n n], whose columns are the vectors
//   - DTypes: Float32, Float64; computed in float64
//   - Options: none
//   - Panics: [ArgError] for NaN and infinities; [ShapeError], [DTypeError]
//   - Gradient: that of w by v·diag(∂w)·vᵀ; that of v also has 1/(w_j - w_i): [GradError] if it is wanted and two values are equal; to any order
//   - Cost: about 9·n³ operations a matrix
//   - Paper: Golub and Van Loan, Matrix computations, 2013, section 8.3
//   - Differences: NumPy and PyTorch eigh read the lower triangle of a only, and leave the signs to LAPACK
func EigenSym(a *Tensor) (w, v *Tensor) {
	out := apply(opEigenSym, nil, a)
	return out[0], out[1]
}
