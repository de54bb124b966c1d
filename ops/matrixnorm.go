package ops

import "slices"

// MatrixNormKind says which norm of a matrix is meant.
type MatrixNormKind uint8

// Norms of matrices.
const (
	FrobeniusNorm MatrixNormKind = iota // the root of the sum of squares
	NuclearNorm                         // the sum of the singular values
	SpectralNorm                        // the largest singular value
	ColumnNorm                          // the largest sum of absolute values of a column: the norm induced by p = 1
	RowNorm                             // the largest sum of absolute values of a row: the norm induced by p = Inf
)

// String returns the name: "frobenius", "nuclear", "spectral", "column" or
// "row".
func (k MatrixNormKind) String() string { return nameOf("MatrixNormKind", matrixNorms, uint8(k)) }

var matrixNorms = []string{"frobenius", "nuclear", "spectral", "column", "row"}

var opMatrixNorm *Op

func init() {
	opMatrixNorm = builtin("MatrixNorm", Op{Name: "matrix_norm", Inputs: []string{"a"}, Doc: "norms of matrices a [… m n]; attribute kind: frobenius (if not set), nuclear, spectral, column or row",
		Infer: func(attrs Attrs, in []Spec) ([]Spec, error) {
			if err := attrs.only("kind"); err != nil {
				return nil, err
			}
			kind, err := attrs.choice("kind", matrixNorms)
			if err != nil {
				return nil, err
			}
			if err := wantMatrices("a", in[0], false); err != nil {
				return nil, err
			}
			lead, m, n := batchOf(in[0].Shape)
			if m*n == 0 && kind != "frobenius" {
				return nil, &ShapeError{Arg: "a", Got: slices.Clone(in[0].Shape), Rule: "a matrix without elements has no " + kind + " norm"}
			}
			return []Spec{{DType: in[0].DType, Shape: slices.Clone(lead)}}, nil
		},
		Compose: func(attrs Attrs, in []*Tensor) ([]*Tensor, error) {
			kind, err := attrs.choice("kind", matrixNorms)
			if err != nil {
				return nil, err
			}
			a := in[0]
			switch kind {
			case "nuclear", "spectral":
				_, s, _ := SVD(a)
				if kind == "nuclear" {
					return []*Tensor{s.Sum(-1)}, nil
				}
				// They are in order, and the first one is the largest.
				return []*Tensor{s.Select(-1, 0)}, nil
			case "column":
				return []*Tensor{Abs(a).Sum(-2).Max(-1)}, nil
			case "row":
				return []*Tensor{Abs(a).Sum(-1).Max(-1)}, nil
			}
			return []*Tensor{a.Norm(-2, -1)}, nil
		}})
}

// MatrixNorm returns a norm of matrices.
//
//   - Formula: y = √Σ a², Σ σ_i, max σ_i, max_j Σ_i |a_ij| or max_i Σ_j |a_ij|, with the singular values σ
//   - Shapes: a [… m n], y […]
//   - DTypes: Float32, Float64; accumulated in float64
//   - Options: none
//   - Panics: [ShapeError] for less than two axes, and for norms other than Frobenius's of matrices without elements; [ArgError] for another kind; [DTypeError]
//   - Gradient: ∂a = ∂y·a/y, ∂y·U·Vᵀ, ∂y·u₁·v₁ᵀ, or ∂y·sign(a) in the columns or rows that are the largest; 0 where y = 0 for Frobenius's. Nuclear and spectral norms have none where singular values are 0 or, for the spectral one, the largest is there twice
//   - Cost: 2mn operations a matrix; that of [SVD] for nuclear and spectral norms
//   - Paper: none
//   - Differences: as PyTorch and NumPy for "fro", "nuc", 2, 1 and Inf, which also have -2, -1 and -Inf, the smallest ones; [Norm] takes vectors
func MatrixNorm(a *Tensor, kind MatrixNormKind) *Tensor {
	return apply1(opMatrixNorm, Attrs{"kind": kind.String()}, a)
}
