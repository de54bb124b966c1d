package ops

import (
	"slices"

	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/lapack/lapack64"
	"gonum.org/v1/gonum/mat"
)

var opCholesky, opQR *Op

func init() {
	opCholesky = builtin("Cholesky", Op{Name: "cholesky", Inputs: []string{"a"}, Doc: "lower triangular matrices l [… n n] with l·lᵀ = a, for symmetric positive definite matrices a; of others the symmetric part is taken",
		Infer: func(attrs Attrs, in []Spec) ([]Spec, error) {
			if err := attrs.only(); err != nil {
				return nil, err
			}
			return in[:1:1], wantMatrices("a", in[0], true)
		},
		Forward: func(_ *Ctx, _ Attrs, in []*Tensor) ([]*Tensor, error) {
			a, err := dense("a", in[0])
			if err != nil {
				return nil, err
			}
			lead, n, _ := batchOf(in[0].shape)
			if len(a) > 0 {
				count := lead.Len()
				err = eachMatrix(count, n*n*n, func(i int) error {
					m := a[i*n*n : (i+1)*n*n]
					symmetrize(m, n)
					var c mat.Cholesky
					if !c.Factorize(mat.NewSymDense(n, m)) {
						return badMatrix("a", i, count, "is not positive definite", "add a small multiple of ops.Eye(n)")
					}
					var l mat.TriDense
					c.LTo(&l)
					for r := range n {
						for k := range n {
							m[r*n+k] = l.At(r, k)
						}
					}
					return nil
				})
			}
			return []*Tensor{fromDense(a, in[0].shape, in[0].dtype)}, err
		},
		// Murray, Differentiation of the Cholesky decomposition, 2016.
		VJP: func(_ *Ctx, _ Attrs, _, out, g []*Tensor) ([]*Tensor, error) {
			l := out[0]
			p := Tril(MatMul(l.T(), g[0]))
			p = Sub(p, Mul(Diag(Diagonal(p)), 0.5))
			up := TriangularOptions{Upper: true}
			s := SolveTriangular(l.T(), SolveTriangular(l.T(), p, up).T(), up)
			return []*Tensor{Mul(Add(s, s.T()), 0.5)}, nil
		}})
	opQR = builtin("QR", Op{Name: "qr", Inputs: []string{"a"}, Doc: "matrices q [… m k] with orthonormal columns and upper triangular r [… k n], k = min(m, n), with q·r = a [… m n]; the diagonal of r is not negative",
		Infer: func(attrs Attrs, in []Spec) ([]Spec, error) {
			if err := attrs.only(); err != nil {
				return nil, err
			}
			if err := wantMatrices("a", in[0], false); err != nil {
				return nil, err
			}
			lead, m, n := batchOf(in[0].Shape)
			k := min(m, n)
			return []Spec{{DType: in[0].DType, Shape: append(slices.Clone(lead), m, k)}, {DType: in[0].DType, Shape: append(slices.Clone(lead), k, n)}}, nil
		},
		Forward: func(_ *Ctx, _ Attrs, in []*Tensor) ([]*Tensor, error) {
			a, err := dense("a", in[0])
			if err != nil {
				return nil, err
			}
			lead, m, n := batchOf(in[0].shape)
			k, count := min(m, n), lead.Len()
			q, r := make([]float64, count*m*k), make([]float64, count*k*n)
			if len(a) > 0 {
				err = eachMatrix(count, 4*m*n*k, func(i int) error {
					factorQR(a[i*m*n:(i+1)*m*n], q[i*m*k:(i+1)*m*k], r[i*k*n:(i+1)*k*n], m, n)
					return nil
				})
			}
			return []*Tensor{fromDense(q, append(slices.Clone(lead), m, k), in[0].dtype), fromDense(r, append(slices.Clone(lead), k, n), in[0].dtype)}, err
		},
		VJP: func(_ *Ctx, _ Attrs, in, out, g []*Tensor) ([]*Tensor, error) {
			_, m, n := batchOf(in[0].shape)
			if m >= n {
				d, err := qrVJP(out[0], out[1], g[0], g[1])
				return []*Tensor{d}, err
			}
			// [x y] = q·[u v]: q depends on x alone, and v = qᵀ·y.
			y := in[0].Slice(-1, m, End)
			gu, gv := g[1].Slice(-1, 0, m), g[1].Slice(-1, m, End)
			dx, err := qrVJP(out[0], out[1].Slice(-1, 0, m), Add(g[0], MatMul(y, gv.T())), gu)
			if err != nil {
				return nil, err
			}
			return []*Tensor{Concat([]*Tensor{dx, MatMul(out[0], gv)}, -1)}, nil
		}})
}

// symmetrize makes a matrix [n n] its symmetric part.
func symmetrize(m []float64, n int) {
	for i := range n {
		for j := range i {
			v := (m[i*n+j] + m[j*n+i]) / 2
			m[i*n+j], m[j*n+i] = v, v
		}
	}
}

// factorQR computes q [m k] and r [k n] of a [m n], which it overwrites.
func factorQR(a, q, r []float64, m, n int) {
	k := min(m, n)
	g := blas64.General{Rows: m, Cols: n, Data: a, Stride: n}
	tau, work := make([]float64, k), make([]float64, 1)
	lapack64.Geqrf(g, tau, work, -1)
	work = make([]float64, int(work[0]))
	lapack64.Geqrf(g, tau, work, len(work))
	for i := range k {
		copy(r[i*n+i:(i+1)*n], a[i*n+i:(i+1)*n])
	}
	for i := range m {
		copy(q[i*k:(i+1)*k], a[i*n:i*n+k])
	}
	o := blas64.General{Rows: m, Cols: k, Data: q, Stride: k}
	work = make([]float64, 1)
	lapack64.Orgqr(o, tau, work, -1)
	work = make([]float64, int(work[0]))
	lapack64.Orgqr(o, tau, work, len(work))
	// Signs are free: those of the diagonal make both unique.
	for i := range k {
		if r[i*n+i] < 0 {
			for j := i; j < n; j++ {
				r[i*n+j] = -r[i*n+j]
			}
			for j := range m {
				q[j*k+i] = -q[j*k+i]
			}
		}
	}
}

// qrVJP is the cotangent of a matrix with at least as many rows as columns
// (Walter and Lehmann, Algorithmic differentiation of linear algebra
// functions, 2010).
func qrVJP(q, r, gq, gr *Tensor) (d *Tensor, err error) {
	if r.Len() > 0 {
		// Rounding makes something small of a zero.
		pivots := Diagonal(r.Detach())
		last := ReduceOptions{Axes: []int{-1}}
		if AnyTrue(LessEqual(Min(pivots, last), Mul(Max(pivots, last), 0x1p-48))).Item() != 0 {
			return nil, &GradError{Why: "the first columns of a are linearly dependent: there q has no derivative"}
		}
	}
	p := Sub(MatMul(r, gr.T()), MatMul(gq.T(), q))
	low := Tril(p, -1)
	s := Add(Add(low, low.T()), Diag(Diagonal(p)))
	y := Add(gq, MatMul(q, s))
	return SolveTriangular(r, y.T(), TriangularOptions{Upper: true}).T(), nil
}

// Cholesky returns the lower triangular factors of symmetric positive definite
// matrices.
//
//   - Formula: l·lᵀ = (a + aᵀ)/2, with a positive diagonal of l
//   - Shapes: a [… n n], l the same
//   - DTypes: Float32, Float64; computed in float64
//   - Options: none
//   - Panics: [ArgError] for a matrix that is not positive definite, and for NaN and infinities; [ShapeError], [DTypeError]
//   - Gradient: ∂a = the symmetric part of l⁻ᵀ·Φ(lᵀ·∂l)·l⁻¹, where Φ is the lower triangle with half the diagonal; to any order
//   - Cost: n³/3 operations a matrix
//   - Paper: Golub and Van Loan, Matrix computations, 2013, section 4.2; Murray, Differentiation of the Cholesky decomposition, 2016
//   - Differences: NumPy and PyTorch read the lower triangle of a only
func Cholesky(a *Tensor) *Tensor { return apply1(opCholesky, nil, a) }

// QR returns factors of matrices: q with orthonormal columns and r upper
// triangular.
//
//   - Formula: q·r = a, qᵀ·q = 1, with no negative element on the diagonal of r, which makes both unique for a of full rank
//   - Shapes: a [… m n], q [… m k], r [… k n] with k = min(m, n)
//   - DTypes: Float32, Float64; computed in float64
//   - Options: none
//   - Panics: [ArgError] for NaN and infinities; [ShapeError], [DTypeError]
//   - Gradient: ∂a = (∂q + q·copyltu(r·∂rᵀ - ∂qᵀ·q))·r⁻ᵀ, where copyltu mirrors the lower triangle; [GradError] if the first k columns are dependent
//   - Cost: 4·m·n·k operations a matrix
//   - Paper: Golub and Van Loan, Matrix computations, 2013, section 5.2; Walter and Lehmann, 2010
//   - Differences: NumPy and PyTorch leave the signs to LAPACK
func QR(a *Tensor) (q, r *Tensor) {
	out := apply(opQR, nil, a)
	return out[0], out[1]
}
