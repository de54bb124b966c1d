package ops

import (
	"cahier/ops/internal/cpu"
)

var opSoftmax, opLogSoftmax *Op

func init() {
	opSoftmax = alongAxis("Softmax", "softmax", "exp(x)/Σ exp(x) along an axis; attribute axis, -1 if not set",
		rowLoops{cpu.Softmax[float32], cpu.Softmax[float64]},
		func(axis int, y, g *Tensor) *Tensor {
			return Mul(y, Sub(g, Sum(Mul(g, y), ReduceOptions{Axes: []int{axis}, KeepDims: true})))
		})
	opLogSoftmax = alongAxis("LogSoftmax", "log_softmax", "x - log Σ exp(x) along an axis; attribute axis, -1 if not set",
		rowLoops{cpu.LogSoftmax[float32], cpu.LogSoftmax[float64]},
		func(axis int, y, g *Tensor) *Tensor {
			return Sub(g, Mul(Exp(y), Sum(g, ReduceOptions{Axes: []int{axis}, KeepDims: true})))
		})
}

// rowLoops are the loops of an operation on rows.
type rowLoops struct {
	f32 func(dst, x []float32)
	f64 func(dst, x []float64)
}

// alongAxis registers an operation that maps each row along an axis to one of
// the same length.
func alongAxis(fn, name, doc string, l rowLoops, vjp func(axis int, y, g *Tensor) *Tensor) *Op {
	axisAttr := func(attrs Attrs, rank int) (int, error) {
		if err := attrs.only("axis"); err != nil {
			return 0, err
		}
		axis, err := attrs.Int("axis", -1)
		if err != nil {
			return 0, err
		}
		return axisOf(axis, rank, "axis")
	}
	return builtin(fn, Op{Name: name, Doc: doc, Inputs: []string{"x"},
		Infer: func(attrs Attrs, in []Spec) ([]Spec, error) {
			if err := wantFloat("x", in[0].DType); err != nil {
				return nil, err
			}
			_, err := axisAttr(attrs, len(in[0].Shape))
			return in[:1:1], err
		},
		Forward: func(_ *Ctx, attrs Attrs, in []*Tensor) ([]*Tensor, error) {
			axis, err := axisAttr(attrs, len(in[0].shape))
			if err != nil {
				return nil, err
			}
			if in[0].dtype == Float32 {
				return []*Tensor{mapRows(in[0], axis, l.f32)}, nil
			}
			return []*Tensor{mapRows(in[0], axis, l.f64)}, nil
		},
		VJP: func(_ *Ctx, attrs Attrs, in, out, g []*Tensor) ([]*Tensor, error) {
			axis, err := axisAttr(attrs, len(in[0].shape))
			return []*Tensor{vjp(axis, out[0], g[0])}, err
		}})
}

// mapRows applies f to each row of x along an axis.
func mapRows[T cpu.Float](x *Tensor, axis int, f func(dst, x []T)) *Tensor {
	order := make([]int, 0, len(x.shape))
	for i := range x.shape {
		if i != axis {
			order = append(order, i)
		}
	}
	order = append(order, axis)
	back := make([]int, len(order))
	for i, a := range order {
		back[a] = i
	}
	moved := x.permuted(order)
	src := flat[T](moved)
	out, dst := alloc[T](moved.shape)
	n := x.shape[axis]
	if len(dst) > 0 {
		cpu.Parallel(len(dst)/n, cpu.GrainFor(8*n), func(lo, hi int) {
			for i := lo; i < hi; i++ {
				f(dst[i*n:(i+1)*n], src[i*n:(i+1)*n])
			}
		})
	}
	return out.permuted(back)
}

// Softmax returns the exponentials along an axis, divided by their sum: the
// probabilities that scores stand for.
//
//   - Formula: y_i = exp(x_i - m)/Σ_j exp(x_j - m) with m = max x; NaN if one is NaN
//   - Shapes: y as x
//   - DTypes: Float32, Float64; computed and accumulated in float64
//   - Options: none. axis may be negative to count from the end
//   - Panics: [ArgError] for an axis that x does not have; [DTypeError]
//   - Gradient: ∂x = y·(∂y - Σ ∂y·y)
//   - Cost: n exponentials; an axis other than the last is copied to the end
//   - Paper: Bridle, Probabilistic interpretation of feedforward classification network outputs, 1990
//   - Differences: none from PyTorch and ONNX since opset 13; a row of -Inf alone gives NaN
func Softmax(x *Tensor, axis int) *Tensor { return apply1(opSoftmax, Attrs{"axis": axis}, x) }

// Softmax returns ops.Softmax(t, axis).
func (t *Tensor) Softmax(axis int) *Tensor { return Softmax(t, axis) }

// LogSoftmax returns the logarithm of [Softmax], without overflow and without
// loss of small probabilities.
//
//   - Formula: y_i = x_i - m - log Σ_j exp(x_j - m) with m = max x; NaN if one is NaN
//   - Shapes: y as x
//   - DTypes: Float32, Float64; computed and accumulated in float64
//   - Options: none. axis may be negative to count from the end
//   - Panics: [ArgError] for an axis that x does not have; [DTypeError]
//   - Gradient: ∂x = ∂y - exp(y)·Σ ∂y
//   - Cost: n exponentials; an axis other than the last is copied to the end
//   - Paper: none
//   - Differences: none from PyTorch and ONNX since opset 13; a row of -Inf alone gives NaN
func LogSoftmax(x *Tensor, axis int) *Tensor { return apply1(opLogSoftmax, Attrs{"axis": axis}, x) }

// LogSoftmax returns ops.LogSoftmax(t, axis).
func (t *Tensor) LogSoftmax(axis int) *Tensor { return LogSoftmax(t, axis) }
