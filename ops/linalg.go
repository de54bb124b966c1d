package ops

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"

	"cahier/ops/internal/cpu"
)

// wantMatrices checks an argument of linear algebra: floating-point, with at
// least two axes, which are equal if square is set.
func wantMatrices(arg string, x Spec, square bool) error {
	if err := wantFloat(arg, x.DType); err != nil {
		return err
	}
	s := x.Shape
	if len(s) < 2 {
		return &ShapeError{Arg: arg, Got: slices.Clone(s), Want: Shape{-1, -1}, Axes: []string{"rows", "columns"}, Rule: "want a matrix, or a batch of them"}
	}
	if rows := s[len(s)-2]; square && rows != s[len(s)-1] {
		return &ShapeError{Arg: arg, Got: slices.Clone(s), Want: s.with(len(s)-1, rows), Rule: "want square matrices"}
	}
	return nil
}

// batchOf splits the shape of matrices into the axes before them and theirs.
func batchOf(s Shape) (lead Shape, rows, columns int) {
	return s[:len(s)-2], s[len(s)-2], s[len(s)-1]
}

// dense returns the matrices of x in float64, one behind the other, as a copy
// that may be written to. NaN and infinities are refused: factorisations do
// not end with them, or give anything.
func dense(arg string, x *Tensor) ([]float64, error) {
	v := values[float64](x)
	for _, e := range v {
		if math.IsNaN(e - e) {
			return nil, &ArgError{Arg: arg, Rule: "holds NaN or infinities, which have no factorisation"}
		}
	}
	return v, nil
}

// eachMatrix calls f for every matrix of a batch, from several goroutines,
// and returns the error of the first one that fails.
func eachMatrix(n, cost int, f func(i int) error) error {
	errs := make([]error, n)
	cpu.Parallel(n, cpu.GrainFor(cost), func(lo, hi int) {
		for i := lo; i < hi; i++ {
			errs[i] = f(i)
		}
	})
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// badMatrix is an error about matrix i of n.
func badMatrix(arg string, i, n int, rule, help string) error {
	if n > 1 {
		arg = fmt.Sprintf("matrix %d of %s", i, arg)
	}
	return &ArgError{Arg: arg, Rule: rule, Help: help}
}

// condition turns gonum's complaint about a matrix into ours.
func condition(err error, arg string, i, n int) error {
	c, ok := err.(mat.Condition)
	switch {
	case err == nil:
		return nil
	case !ok:
		return err
	case math.IsInf(float64(c), 1):
		return badMatrix(arg, i, n, "is singular", "LeastSquares and PseudoInverse take any rank")
	}
	return badMatrix(arg, i, n, fmt.Sprintf("has a condition number of %.2g: no digit of the result would be right", float64(c)), "LeastSquares and PseudoInverse take any rank")
}

// fromDense returns a tensor of type d over values in float64.
func fromDense(v []float64, shape Shape, d DType) *Tensor {
	return convert(newTensor(v, shape), d, false)
}

var opSolve, opSolveTriangular, opInverse *Op

func init() {
	opSolve = builtin("Solve", Op{Name: "solve", Inputs: []string{"a", "b"}, Doc: "x with a·x = b, for square matrices a [… n n] and b [… n k]; leading axes broadcast",
		Infer: func(attrs Attrs, in []Spec) ([]Spec, error) {
			if err := attrs.only(); err != nil {
				return nil, err
			}
			return inferSolve(in)
		},
		Forward: func(_ *Ctx, _ Attrs, in []*Tensor) ([]*Tensor, error) {
			return solveBatch(in, func(a, b []float64, n, k int) error {
				var lu mat.LU
				lu.Factorize(mat.NewDense(n, n, a))
				x := mat.NewDense(n, k, b)
				return lu.SolveTo(x, false, x)
			})
		},
		VJP: func(_ *Ctx, _ Attrs, in, out, g []*Tensor) ([]*Tensor, error) {
			db := Solve(in[0].T(), g[0])
			return []*Tensor{sumTo(Neg(MatMul(db, out[0].T())), in[0].shape), sumTo(db, in[1].shape)}, nil
		}})
	opSolveTriangular = builtin("SolveTriangular", Op{Name: "solve_triangular", Inputs: []string{"a", "b"},
		Doc: "x with a·x = b, for lower triangular matrices a [… n n], of which nothing above the diagonal is read, and b [… n k]; leading axes broadcast; attribute upper takes the upper triangle",
		Infer: func(attrs Attrs, in []Spec) ([]Spec, error) {
			if err := attrs.only("upper"); err != nil {
				return nil, err
			}
			if _, err := attrs.Bool("upper"); err != nil {
				return nil, err
			}
			return inferSolve(in)
		},
		Forward: func(_ *Ctx, attrs Attrs, in []*Tensor) ([]*Tensor, error) {
			upper, err := attrs.Bool("upper")
			if err != nil {
				return nil, err
			}
			uplo := blas.Lower
			if upper {
				uplo = blas.Upper
			}
			return solveBatch(in, func(a, b []float64, n, k int) error {
				for i := range n {
					if a[i*n+i] == 0 {
						return mat.Condition(math.Inf(1))
					}
				}
				blas64.Trsm(blas.Left, blas.NoTrans, 1, blas64.Triangular{Uplo: uplo, Diag: blas.NonUnit, N: n, Data: a, Stride: n}, blas64.General{Rows: n, Cols: k, Data: b, Stride: k})
				return nil
			})
		},
		VJP: func(_ *Ctx, attrs Attrs, in, out, g []*Tensor) ([]*Tensor, error) {
			upper, err := attrs.Bool("upper")
			if err != nil {
				return nil, err
			}
			db := SolveTriangular(in[0].T(), g[0], TriangularOptions{Upper: !upper})
			da := Neg(MatMul(db, out[0].T()))
			if upper {
				da = Triu(da)
			} else {
				da = Tril(da)
			}
			return []*Tensor{sumTo(da, in[0].shape), sumTo(db, in[1].shape)}, nil
		}})
	opInverse = builtin("Inverse", Op{Name: "inverse", Inputs: []string{"a"}, Doc: "the inverses of square matrices a [… n n]",
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
				err = eachMatrix(count, 2*n*n*n, func(i int) error {
					m := mat.NewDense(n, n, a[i*n*n:(i+1)*n*n])
					return condition(m.Inverse(m), "a", i, count)
				})
			}
			return []*Tensor{fromDense(a, in[0].shape, in[0].dtype)}, err
		},
		VJP: func(_ *Ctx, _ Attrs, _, out, g []*Tensor) ([]*Tensor, error) {
			y := out[0].T()
			return []*Tensor{Neg(MatMul(MatMul(y, g[0]), y))}, nil
		}})
}

func inferSolve(in []Spec) ([]Spec, error) {
	a, b := in[0], in[1]
	if err := wantMatrices("a", a, true); err != nil {
		return nil, err
	}
	if err := wantMatrices("b", b, false); err != nil {
		return nil, err
	}
	if err := wantSame("a", a.DType, "b", b.DType); err != nil {
		return nil, err
	}
	leadA, n, _ := batchOf(a.Shape)
	leadB, rows, k := batchOf(b.Shape)
	if rows != n {
		return nil, &ShapeError{Arg: "b", Got: slices.Clone(b.Shape), Want: b.Shape.with(len(b.Shape)-2, n), Rule: fmt.Sprintf("want as many rows as a has, whose shape is %v", a.Shape)}
	}
	lead, ok := broadcast(leadA, leadB)
	if !ok {
		return nil, &ShapeError{Arg: "b", Got: slices.Clone(b.Shape), Rule: fmt.Sprintf("the axes before the last two must broadcast with those of a, whose shape is %v", a.Shape)}
	}
	return []Spec{{DType: a.DType, Shape: append(slices.Clone(lead), n, k)}}, nil
}

// solveBatch calls solve for every matrix; it may overwrite a [n n] and puts
// the solution into b [n k].
func solveBatch(in []*Tensor, solve func(a, b []float64, n, k int) error) ([]*Tensor, error) {
	leadA, n, _ := batchOf(in[0].shape)
	leadB, _, k := batchOf(in[1].shape)
	lead, _ := broadcast(leadA, leadB)
	a, err := dense("a", in[0].expand(append(slices.Clone(lead), n, n)))
	if err != nil {
		return nil, err
	}
	shape := append(slices.Clone(lead), n, k)
	b, err := dense("b", in[1].expand(shape))
	if err != nil {
		return nil, err
	}
	if len(b) > 0 {
		count := lead.Len()
		err = eachMatrix(count, n*n*(n+k), func(i int) error {
			return condition(solve(a[i*n*n:(i+1)*n*n], b[i*n*k:(i+1)*n*k], n, k), "a", i, count)
		})
	}
	return []*Tensor{fromDense(b, shape, in[0].dtype)}, err
}

// TriangularOptions are the options of SolveTriangular. The zero value takes
// the lower triangle.
type TriangularOptions struct {
	Upper bool // the upper triangle
}

// asColumns calls f with b as a matrix: a tensor of one axis is one column.
func asColumns(b *Tensor, f func(b *Tensor) *Tensor) *Tensor {
	if b != nil && len(b.shape) == 1 {
		return f(b.Unsqueeze(-1)).Squeeze(-1)
	}
	return f(b)
}

// Solve returns the solution of systems of linear equations.
//
//   - Formula: a·x = b, by LU factorisation with row exchanges
//   - Shapes: a [… n n], b [… n k], x [… n k]; leading axes broadcast. A b of one axis is one column, and x lacks that axis
//   - DTypes: Float32, Float64; the same for both; computed in float64
//   - Options: none
//   - Panics: [ArgError] for a matrix that is singular or whose condition number is above 1e16, and for NaN and infinities; [ShapeError], [DTypeError]
//   - Gradient: ∂b = a⁻ᵀ·∂x, ∂a = -∂b·xᵀ, to any order
//   - Cost: 2/3·n³ + 2·n²·k operations a matrix
//   - Paper: Golub and Van Loan, Matrix computations, 2013, section 3.4
//   - Differences: NumPy and PyTorch give large numbers for a matrix that is singular but for rounding, here it is refused
func Solve(a, b *Tensor) *Tensor {
	return asColumns(b, func(b *Tensor) *Tensor { return apply1(opSolve, nil, a, b) })
}

// SolveTriangular returns the solution of systems of linear equations with
// triangular matrices. Nothing on the other side of the diagonal is read.
//
//   - Formula: a·x = b, by substitution
//   - Shapes: a [… n n], b [… n k], x [… n k]; leading axes broadcast. A b of one axis is one column, and x lacks that axis
//   - DTypes: Float32, Float64; the same for both; computed in float64
//   - Options: [TriangularOptions]: the lower triangle
//   - Panics: [ArgError] for a zero on the diagonal, and for NaN and infinities; [ShapeError], [DTypeError]
//   - Gradient: ∂b = a⁻ᵀ·∂x, ∂a = the triangle of -∂b·xᵀ, to any order
//   - Cost: n²·k operations a matrix
//   - Paper: Golub and Van Loan, Matrix computations, 2013, section 3.1
//   - Differences: PyTorch divides by a zero on the diagonal, here it is refused
func SolveTriangular(a, b *Tensor, opts ...TriangularOptions) *Tensor {
	o := one("ops.SolveTriangular", opts)
	return asColumns(b, func(b *Tensor) *Tensor { return apply1(opSolveTriangular, Attrs{"upper": o.Upper}, a, b) })
}

// Inverse returns the inverses of square matrices. To solve equations, [Solve]
// is quicker and more exact.
//
//   - Formula: a·y = 1
//   - Shapes: a [… n n], y the same
//   - DTypes: Float32, Float64; computed in float64
//   - Options: none
//   - Panics: [ArgError] for a matrix that is singular or whose condition number is above 1e16, and for NaN and infinities; [ShapeError], [DTypeError]
//   - Gradient: ∂a = -yᵀ·∂y·yᵀ, to any order
//   - Cost: 2·n³ operations a matrix
//   - Paper: Golub and Van Loan, Matrix computations, 2013, section 3.4
//   - Differences: as [Solve]
func Inverse(a *Tensor) *Tensor { return apply1(opInverse, nil, a) }

// Inverse returns ops.Inverse(t): the inverses of square matrices.
func (t *Tensor) Inverse() *Tensor { return Inverse(t) }
