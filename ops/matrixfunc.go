package ops

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// PseudoInverseOptions are the options of PseudoInverse. The zero value counts
// as zero what rounding makes of it.
type PseudoInverseOptions struct {
	Tolerance float64 // singular values up to this part of the largest count as 0; 0 means max(m, n) times the precision of the type
}

var opPseudoInverse *Op

func init() {
	opPseudoInverse = builtin("PseudoInverse", Op{Name: "pseudo_inverse", Inputs: []string{"a"}, Doc: "the Moore-Penrose inverses [… n m] of matrices a [… m n]; attribute tolerance, the part of the largest singular value up to which others count as 0",
		Infer: func(attrs Attrs, in []Spec) ([]Spec, error) {
			if err := attrs.only("tolerance"); err != nil {
				return nil, err
			}
			if t, err := attrs.Float("tolerance", 0); err != nil {
				return nil, err
			} else if !(t >= 0 && t < 1) {
				return nil, &ArgError{Arg: "tolerance", Got: t, Rule: "must be from 0 up to, but not, 1"}
			}
			if err := wantMatrices("a", in[0], false); err != nil {
				return nil, err
			}
			lead, m, n := batchOf(in[0].Shape)
			return []Spec{{DType: in[0].DType, Shape: append(slices.Clone(lead), n, m)}}, nil
		},
		Forward: func(_ *Ctx, attrs Attrs, in []*Tensor) ([]*Tensor, error) {
			a, err := dense("a", in[0])
			if err != nil {
				return nil, err
			}
			lead, m, n := batchOf(in[0].shape)
			tolerance, err := attrs.Float("tolerance", 0)
			if err != nil {
				return nil, err
			}
			if tolerance == 0 {
				tolerance = float64(max(m, n)) * map[DType]float64{Float32: 0x1p-23, Float64: 0x1p-52}[in[0].dtype]
			}
			count, k := lead.Len(), min(m, n)
			out := make([]float64, count*m*n)
			if len(a) > 0 {
				err = eachMatrix(count, 14*m*n*k, func(i int) error {
					var f mat.SVD
					if !f.Factorize(mat.NewDense(m, n, a[i*m*n:(i+1)*m*n]), mat.SVDThin) {
						return badMatrix("a", i, count, "has no singular values that the algorithm finds", "")
					}
					var u, v mat.Dense
					s := f.Values(nil)
					f.UTo(&u)
					f.VTo(&v)
					for j, x := range s {
						scale := 0.0
						if x > tolerance*s[0] {
							scale = 1 / x
						}
						for r := range n {
							v.Set(r, j, v.At(r, j)*scale)
						}
					}
					mat.NewDense(n, m, out[i*m*n:(i+1)*m*n]).Mul(&v, u.T())
					return nil
				})
			}
			return []*Tensor{fromDense(out, append(slices.Clone(lead), n, m), in[0].dtype)}, err
		},
		// Golub and Pereyra, The differentiation of pseudo-inverses, 1973.
		VJP: func(_ *Ctx, _ Attrs, in, out, g []*Tensor) ([]*Tensor, error) {
			a, p, gt := in[0], out[0], g[0].T()
			pt := p.T()
			d := Neg(MatMul(MatMul(pt, g[0]), pt))
			left := MatMul(gt, MatMul(p, pt)) // [m m] would be larger: (1 - a·p)·left
			d = Add(d, Sub(left, MatMul(a, MatMul(p, left))))
			right := MatMul(MatMul(pt, p), gt)
			return []*Tensor{Add(d, Sub(right, MatMul(MatMul(right, p), a)))}, nil
		}})
}

// PseudoInverse returns the Moore-Penrose inverses of matrices of any shape
// and rank.
//
//   - Formula: v·diag(1/s)·uᵀ of the singular value decomposition u·diag(s)·vᵀ, with 0 for 1/s where s counts as 0
//   - Shapes: a [… m n], y [… n m]
//   - DTypes: Float32, Float64; computed in float64
//   - Options: [PseudoInverseOptions]: what rounding leaves counts as 0
//   - Panics: [ArgError] for NaN and infinities, and a tolerance outside 0 to 1; [ShapeError], [DTypeError]
//   - Gradient: as long as the rank stays: ∂a = -yᵀ·∂y·yᵀ + (1 - a·y)·∂yᵀ·y·yᵀ + yᵀ·y·∂yᵀ·(1 - y·a), to any order
//   - Cost: about 14·m·n·min(m, n) operations a matrix
//   - Paper: Golub and Pereyra, The differentiation of pseudo-inverses and nonlinear least squares problems whose variables separate, 1973
//   - Differences: none from PyTorch pinv; NumPy's default tolerance is 1e-15
func PseudoInverse(a *Tensor, opts ...PseudoInverseOptions) *Tensor {
	return apply1(opPseudoInverse, Attrs{"tolerance": one("ops.PseudoInverse", opts).Tolerance}, a)
}

// LeastSquares returns the solution of systems of linear equations that fits
// them best, and of several such ones the shortest.
//
//   - Formula: x minimises |a·x - b|²: the product of a's [PseudoInverse] and b
//   - Shapes: a [… m n], b [… m k], x [… n k]; leading axes broadcast. A b of one axis is one column, and x lacks that axis
//   - DTypes: Float32, Float64; the same for both
//   - Options: [PseudoInverseOptions]
//   - Panics: as [PseudoInverse] and [MatMul]
//   - Gradient: as long as the rank of a stays, to any order
//   - Cost: about 14·m·n·min(m, n) + 2·m·n·k operations a matrix
//   - Paper: as [PseudoInverse]
//   - Differences: NumPy and PyTorch lstsq also return residuals, rank and singular values
func LeastSquares(a, b *Tensor, opts ...PseudoInverseOptions) *Tensor {
	givenAs("ops.LeastSquares", "a", a)
	givenAs("ops.LeastSquares", "b", b)
	return asColumns(b, func(b *Tensor) *Tensor { return MatMul(PseudoInverse(a, opts...), b) })
}

// MatrixPower returns integer powers of square matrices.
//
//   - Formula: y = a·a·…·a, n times; the unit matrix for n = 0, powers of the inverse for n < 0
//   - Shapes: a [… m m], y the same
//   - DTypes: Float32, Float64; products accumulated in it
//   - Options: none
//   - Panics: [ShapeError], [DTypeError]; [ArgError] as [Inverse] for n < 0
//   - Gradient: through the products, to any order
//   - Cost: up to 4·m³·log₂|n| operations a matrix
//   - Paper: Golub and Van Loan, Matrix computations, 2013, section 9.2
//   - Differences: none from NumPy and PyTorch
func MatrixPower(a *Tensor, n int) *Tensor {
	square("ops.MatrixPower", a)
	if n < 0 {
		a, n = Inverse(a), -n
	}
	var y *Tensor
	for ; n > 0; n /= 2 {
		if n%2 == 1 {
			if y == nil {
				y = a
			} else {
				y = MatMul(y, a)
			}
		}
		if n > 1 {
			a = MatMul(a, a)
		}
	}
	if y == nil {
		return Add(ZerosLike(a), Eye(a.shape[len(a.shape)-1]).To(a.dtype))
	}
	return y
}

// square panics unless x holds square matrices of floating-point numbers.
func square(fn string, x *Tensor) {
	givenAs(fn, "a", x)
	if err := wantMatrices("a", x.spec(), true); err != nil {
		fail(fn, err)
	}
}

// MatrixExp returns the exponentials of square matrices: what solves x' = a·x.
//
//   - Formula: y = Σ aᵏ/k!, summed for a/2ˢ with s so large that its norm is below 1/2, and squared s times
//   - Shapes: a [… n n], y the same
//   - DTypes: Float32, Float64; products accumulated in it
//   - Options: none
//   - Panics: [ArgError] for NaN and infinities; [ShapeError], [DTypeError]
//   - Gradient: through the products, to any order
//   - Cost: 2·n³·(17 + s) operations a matrix, with s for the largest of the batch
//   - Paper: Moler and Van Loan, Nineteen dubious ways to compute the exponential of a matrix, 2003
//   - Differences: PyTorch chooses the degree by the norm
func MatrixExp(a *Tensor) *Tensor {
	const fn = "ops.MatrixExp"
	square(fn, a)
	n := a.shape[len(a.shape)-1]
	if a.Len() == 0 {
		return a
	}
	norm := Max(Sum(Abs(a.Detach()), ReduceOptions{Axes: []int{-1}})).Item()
	if math.IsNaN(norm - norm) {
		fail(fn, &ArgError{Arg: "a", Rule: "holds NaN or infinities, which have no exponential"})
	}
	squarings := 0
	if norm > 0.5 {
		squarings = int(math.Ceil(math.Log2(norm / 0.5)))
	}
	a = Mul(a, math.Ldexp(1, -squarings))
	one := Eye(n).To(a.dtype)
	// Below 1/2, what follows the 17th power is less than 2⁻⁶⁹.
	const degree = 17
	y := Add(Mul(a, 1.0/degree), one)
	for k := degree - 1; k >= 1; k-- {
		y = Add(Mul(MatMul(a, y), 1/float64(k)), one)
	}
	for range squarings {
		y = MatMul(y, y)
	}
	return y
}
