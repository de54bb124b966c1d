package ops

import (
	"slices"

	"cahier/ops/internal/cpu"
)

var opArgMax, opArgMin, opOneHot *Op

func init() {
	opArgMax = argExtreme("ArgMax", "argmax", "largest", false)
	opArgMin = argExtreme("ArgMin", "argmin", "smallest", true)
	opOneHot = builtin("OneHot", Op{Name: "one_hot", Inputs: []string{"index"},
		Doc: "Float32 vectors along a new last axis with 1 at the index, Int64, and 0 elsewhere; attribute classes, their length",
		Infer: func(attrs Attrs, in []Spec) ([]Spec, error) {
			if err := attrs.only("classes"); err != nil {
				return nil, err
			}
			if err := wantDType("index", in[0].DType, Int64); err != nil {
				return nil, err
			}
			n, err := attrs.Int("classes", 0)
			if err != nil {
				return nil, err
			}
			if n < 1 {
				return nil, &ArgError{Arg: "classes", Got: n, Rule: "must be at least 1"}
			}
			return []Spec{{DType: Float32, Shape: append(slices.Clone(in[0].Shape), n)}}, nil
		},
		Forward: func(_ *Ctx, attrs Attrs, in []*Tensor) ([]*Tensor, error) {
			n, err := attrs.Int("classes", 0)
			if err != nil {
				return nil, err
			}
			idx, err := indices(in[0], n)
			if err != nil {
				return nil, err
			}
			out, dst := alloc[float32](append(slices.Clone(in[0].shape), n))
			for i, k := range idx {
				dst[i*n+k] = 1
			}
			return []*Tensor{out}, nil
		}})
}

// argExtreme registers the operation that gives the index of the largest or
// the smallest element along an axis.
func argExtreme(fn, name, which string, least bool) *Op {
	fold := func(attrs Attrs, s Shape) (fold, error) {
		if err := attrs.only("axis"); err != nil {
			return fold{}, err
		}
		axis, err := attrs.Int("axis", -1)
		if err != nil {
			return fold{}, err
		}
		if axis, err = axisOf(axis, len(s), "axis"); err != nil {
			return fold{}, err
		}
		return foldOf(Attrs{"axes": []int{axis}}, s)
	}
	return builtin(fn, Op{Name: name, Doc: "the index of the " + which + " element along an axis, the first among equals, as Int64; attribute axis, -1 if not set", Inputs: []string{"x"},
		Infer: func(attrs Attrs, in []Spec) ([]Spec, error) {
			if err := wantDType("x", in[0].DType, Float32, Float64, Int64, Uint8); err != nil {
				return nil, err
			}
			f, err := fold(attrs, in[0].Shape)
			if err != nil {
				return nil, err
			}
			if f.inner == 0 && f.shape.Len() > 0 {
				return nil, &ShapeError{Arg: "x", Got: slices.Clone(in[0].Shape), Rule: "there is no element to choose from along the axis"}
			}
			return []Spec{{DType: Int64, Shape: f.shape}}, nil
		},
		Forward: func(_ *Ctx, attrs Attrs, in []*Tensor) ([]*Tensor, error) {
			f, err := fold(attrs, in[0].shape)
			if err != nil {
				return nil, err
			}
			out, dst := alloc[int64](f.shape)
			moved := f.folded(in[0])
			switch in[0].dtype {
			case Float32:
				argRows[float32](moved, dst, f.inner, least)
			case Float64:
				argRows[float64](moved, dst, f.inner, least)
			case Int64:
				argRows[int64](moved, dst, f.inner, least)
			default:
				argRows[uint8](moved, dst, f.inner, least)
			}
			return []*Tensor{out}, nil
		}})
}

func argRows[T cpu.Number](x *Tensor, dst []int64, n int, least bool) {
	src := flat[T](x)
	pick := cpu.Argmax[T]
	if least {
		pick = argmin[T]
	}
	cpu.Parallel(len(dst), cpu.GrainFor(2*n), func(lo, hi int) {
		for i := lo; i < hi; i++ {
			dst[i] = int64(pick(src[i*n : (i+1)*n]))
		}
	})
}

// argmin returns the place of the smallest element, the first among equals;
// NaN is smaller than all.
func argmin[T cpu.Number](x []T) int {
	at := 0
	for i, v := range x {
		if best := x[at]; v < best || v != v && best == best {
			at = i
		}
	}
	return at
}

// ArgMax returns the index of the largest element along an axis.
//
//   - Formula: y = the least i for which x[…, i, …] is the maximum over the axis; NaN counts as the largest
//   - Shapes: y as x without the axis
//   - DTypes: x Float32, Float64, Int64, Uint8; y Int64
//   - Options: none. axis may be negative to count from the end
//   - Panics: [ArgError] for an axis that x does not have; [ShapeError] if there is no element to choose from; [DTypeError]
//   - Gradient: none; y is of integers
//   - Cost: n comparisons; an axis other than the last is copied to the end
//   - Paper: none
//   - Differences: PyTorch and ONNX ArgMax can keep the axis: y.Unsqueeze(axis). Among equals PyTorch promises nothing, here and in ONNX it is the first
func ArgMax(x *Tensor, axis int) *Tensor { return apply1(opArgMax, Attrs{"axis": axis}, x) }

// ArgMax returns ops.ArgMax(t, axis): the index of the largest element.
func (t *Tensor) ArgMax(axis int) *Tensor { return ArgMax(t, axis) }

// ArgMin returns the index of the smallest element along an axis.
//
//   - Formula: y = the least i for which x[…, i, …] is the minimum over the axis; NaN counts as the smallest
//   - Shapes: y as x without the axis
//   - DTypes: x Float32, Float64, Int64, Uint8; y Int64
//   - Options: none. axis may be negative to count from the end
//   - Panics: [ArgError] for an axis that x does not have; [ShapeError] if there is no element to choose from; [DTypeError]
//   - Gradient: none; y is of integers
//   - Cost: n comparisons; an axis other than the last is copied to the end
//   - Paper: none
//   - Differences: as [ArgMax]
func ArgMin(x *Tensor, axis int) *Tensor { return apply1(opArgMin, Attrs{"axis": axis}, x) }

// ArgMin returns ops.ArgMin(t, axis): the index of the smallest element.
func (t *Tensor) ArgMin(axis int) *Tensor { return ArgMin(t, axis) }

// OneHot returns, for each index, a vector with 1 there and 0 elsewhere.
//
//   - Formula: y[…, k] = 1 if k = index[…], else 0
//   - Shapes: index any; y as index with a new last axis of size classes
//   - DTypes: index Int64, negative from the end; y Float32
//   - Options: none
//   - Panics: [ArgError] for an index outside the classes; [DTypeError]
//   - Gradient: none; the index is of integers
//   - Cost: a tensor of zeros
//   - Paper: none
//   - Differences: PyTorch gives Int64 and can guess the number of classes; ONNX OneHot chooses axis and values, and gives zeros for an index outside
func OneHot(index *Tensor, classes int) *Tensor {
	return apply1(opOneHot, Attrs{"classes": classes}, index)
}
