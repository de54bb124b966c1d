package ops

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"cahier/ops/internal/cpu"
)

var opDet, opLogDet *Op

func init() {
	opDet = builtin("Det", Op{Name: "det", Inputs: []string{"a"}, Doc: "the determinants of square matrices a [… n n]",
		Infer: func(attrs Attrs, in []Spec) ([]Spec, error) { return inferDet(attrs, in, 1) },
		Forward: func(_ *Ctx, _ Attrs, in []*Tensor) ([]*Tensor, error) {
			logs, signs, err := logDets(in[0])
			for i := range logs {
				signs[i] *= math.Exp(logs[i])
			}
			lead, _, _ := batchOf(in[0].shape)
			return []*Tensor{fromDense(signs, lead, in[0].dtype)}, err
		},
		VJP: func(_ *Ctx, _ Attrs, in, out, g []*Tensor) ([]*Tensor, error) {
			inverse, err := inverseFor("determinant", in[0])
			if err != nil {
				return nil, err
			}
			return []*Tensor{Mul(inverse.T(), Mul(g[0], out[0]).Unsqueeze(-1).Unsqueeze(-1))}, nil
		}})
	opLogDet = builtin("LogDet", Op{Name: "log_det", Inputs: []string{"a"}, Doc: "the signs of the determinants of square matrices a [… n n], and the logarithms of their absolute values",
		Infer: func(attrs Attrs, in []Spec) ([]Spec, error) { return inferDet(attrs, in, 2) },
		Forward: func(_ *Ctx, _ Attrs, in []*Tensor) ([]*Tensor, error) {
			logs, signs, err := logDets(in[0])
			lead, _, _ := batchOf(in[0].shape)
			return []*Tensor{fromDense(signs, lead, in[0].dtype), fromDense(logs, lead, in[0].dtype)}, err
		},
		VJP: func(_ *Ctx, _ Attrs, in, _, g []*Tensor) ([]*Tensor, error) {
			inverse, err := inverseFor("logarithm of a determinant", in[0])
			if err != nil {
				return nil, err
			}
			return []*Tensor{Mul(inverse.T(), g[1].Unsqueeze(-1).Unsqueeze(-1))}, nil
		}})
}

func inferDet(attrs Attrs, in []Spec, outputs int) ([]Spec, error) {
	if err := attrs.only(); err != nil {
		return nil, err
	}
	if err := wantMatrices("a", in[0], true); err != nil {
		return nil, err
	}
	lead, _, _ := batchOf(in[0].Shape)
	return slices.Repeat([]Spec{{DType: in[0].DType, Shape: lead}}, outputs), nil
}

// logDets returns the logarithms of the absolute values of determinants, and
// their signs: 0 for a singular matrix.
func logDets(x *Tensor) (logs, signs []float64, err error) {
	a, err := dense("a", x)
	if err != nil {
		return nil, nil, err
	}
	lead, n, _ := batchOf(x.shape)
	count := lead.Len()
	logs, signs = make([]float64, count), make([]float64, count)
	cpu.Parallel(count, cpu.GrainFor(n*n*n), func(lo, hi int) {
		for i := lo; i < hi; i++ {
			signs[i] = 1 // of no row
			if n > 0 {
				var lu mat.LU
				lu.Factorize(mat.NewDense(n, n, a[i*n*n:(i+1)*n*n]))
				logs[i], signs[i] = lu.LogDet()
				if math.IsInf(logs[i], -1) {
					signs[i] = 0
				}
			}
		}
	})
	return logs, signs, nil
}

// inverseFor returns the inverse that a gradient needs.
func inverseFor(what string, a *Tensor) (inverse *Tensor, err error) {
	if err := Try(func() { inverse = Inverse(a) }); err != nil {
		return nil, &GradError{Why: "a is singular, or nearly so: the gradient of the " + what + " is computed by the inverse", Help: "add a small multiple of ops.Eye(n)"}
	}
	return inverse, nil
}

// Det returns the determinants of square matrices. [LogDet] does not overflow.
//
//   - Formula: y = det a, the product of the pivots; 1 for a matrix without rows
//   - Shapes: a [… n n], y […]
//   - DTypes: Float32, Float64; computed in float64
//   - Options: none
//   - Panics: [ArgError] for NaN and infinities; [ShapeError], [DTypeError]
//   - Gradient: ∂a = ∂y·y·a⁻ᵀ, to any order; [GradError] for a singular matrix
//   - Cost: 2/3·n³ operations a matrix
//   - Paper: Golub and Van Loan, Matrix computations, 2013, section 3.2
//   - Differences: PyTorch has a gradient at singular matrices of rank n-1; none from ONNX Det
func Det(a *Tensor) *Tensor { return apply1(opDet, nil, a) }

// Det returns ops.Det(t): the determinants of square matrices.
func (t *Tensor) Det() *Tensor { return Det(t) }

// LogDet returns the signs of the determinants of square matrices, and the
// natural logarithms of their absolute values.
//
//   - Formula: det a = sign·exp(log); 0 and -Inf for a singular matrix
//   - Shapes: a [… n n], sign and log […]
//   - DTypes: Float32, Float64; computed in float64
//   - Options: none
//   - Panics: [ArgError] for NaN and infinities; [ShapeError], [DTypeError]
//   - Gradient: ∂a = ∂log·a⁻ᵀ, to any order; [GradError] for a singular matrix
//   - Cost: 2/3·n³ operations a matrix
//   - Paper: Golub and Van Loan, Matrix computations, 2013, section 3.2
//   - Differences: NumPy and PyTorch slogdet; PyTorch logdet gives the second result, NaN for a negative determinant
func LogDet(a *Tensor) (sign, log *Tensor) {
	out := apply(opLogDet, nil, a)
	return out[0], out[1]
}
