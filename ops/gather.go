package ops

import (
	"fmt"
	"slices"
)

var opGather, opScatterAdd *Op

func init() {
	opGather = builtin("Gather", Op{Name: "gather", Inputs: []string{"x", "index"},
		Doc: "for each place of index, Int64, the element of x at that place, but at the index along an axis; attribute axis",
		Infer: func(attrs Attrs, in []Spec) ([]Spec, error) {
			if err := attrs.only("axis"); err != nil {
				return nil, err
			}
			if _, err := gatherAxis(attrs, in[0].Shape, in[1]); err != nil {
				return nil, err
			}
			return []Spec{{DType: in[0].DType, Shape: in[1].Shape}}, nil
		},
		Forward: func(_ *Ctx, attrs Attrs, in []*Tensor) ([]*Tensor, error) {
			axis, err := gatherAxis(attrs, in[0].shape, in[1].spec())
			if err != nil {
				return nil, err
			}
			idx, err := indices(in[1], in[0].shape[axis])
			if err != nil {
				return nil, err
			}
			out := allocOf(in[0].dtype, in[1].shape)
			switch out.dtype {
			case Float32:
				gather[float32](out, in[0], axis, idx)
			case Float64:
				gather[float64](out, in[0], axis, idx)
			case Int64:
				gather[int64](out, in[0], axis, idx)
			case Uint8:
				gather[uint8](out, in[0], axis, idx)
			default:
				gather[bool](out, in[0], axis, idx)
			}
			return []*Tensor{out}, nil
		},
		VJP: func(_ *Ctx, attrs Attrs, in, _, g []*Tensor) ([]*Tensor, error) {
			axis, err := gatherAxis(attrs, in[0].shape, in[1].spec())
			return []*Tensor{ScatterAdd(g[0], axis, in[1], in[0].shape[axis]), nil}, err
		}})
	opScatterAdd = builtin("ScatterAdd", Op{Name: "scatter_add", Inputs: []string{"x", "index"},
		Doc: "zeros to which each element of x is added at its place, but at the index along an axis; attributes axis and size, the length of that axis",
		Infer: func(attrs Attrs, in []Spec) ([]Spec, error) {
			if err := attrs.only("axis", "size"); err != nil {
				return nil, err
			}
			if err := wantDType("x", in[0].DType, Float32, Float64, Int64, Uint8); err != nil {
				return nil, err
			}
			axis, err := gatherAxis(attrs, in[0].Shape, in[1])
			if err != nil {
				return nil, err
			}
			if !in[0].Shape.Equal(in[1].Shape) {
				return nil, &ShapeError{Arg: "index", Got: slices.Clone(in[1].Shape), Want: slices.Clone(in[0].Shape), Rule: "must be the shape of x"}
			}
			size, err := attrs.Int("size", 0)
			if err != nil {
				return nil, err
			}
			if size < 0 {
				return nil, &ArgError{Arg: "size", Got: size, Rule: "must not be negative"}
			}
			return []Spec{{DType: in[0].DType, Shape: in[0].Shape.with(axis, size)}}, nil
		},
		Forward: func(_ *Ctx, attrs Attrs, in []*Tensor) ([]*Tensor, error) {
			axis, err := gatherAxis(attrs, in[0].shape, in[1].spec())
			if err != nil {
				return nil, err
			}
			size, _ := attrs.Int("size", 0)
			idx, err := indices(in[1], size)
			if err != nil {
				return nil, err
			}
			out := allocOf(in[0].dtype, in[0].shape.with(axis, size))
			switch out.dtype {
			case Float32:
				scatterAdd[float32](out, in[0], axis, idx)
			case Float64:
				scatterAdd[float64](out, in[0], axis, idx)
			case Int64:
				scatterAdd[int64](out, in[0], axis, idx)
			default:
				scatterAdd[uint8](out, in[0], axis, idx)
			}
			return []*Tensor{out}, nil
		},
		VJP: func(_ *Ctx, attrs Attrs, in, _, g []*Tensor) ([]*Tensor, error) {
			axis, err := attrs.Int("axis", 0)
			return []*Tensor{Gather(g[0], axis, in[1]), nil}, err
		}})
}

// gatherAxis checks an index that has the shape of x but for one axis.
func gatherAxis(attrs Attrs, x Shape, index Spec) (int, error) {
	axis, err := attrs.Int("axis", 0)
	if err != nil {
		return 0, err
	}
	if axis, err = axisOf(axis, len(x), "axis"); err != nil {
		return 0, err
	}
	if err := wantDType("index", index.DType, Int64); err != nil {
		return 0, err
	}
	want := x.with(axis, -1)
	if len(index.Shape) != len(x) || !index.Shape.with(axis, -1).Equal(want) {
		return 0, &ShapeError{Arg: "index", Got: slices.Clone(index.Shape), Want: want, Rule: fmt.Sprintf("must have the shape of x, %v, but for axis %d", x, axis)}
	}
	return axis, nil
}

// gathered calls f with the places of each element of index and of the
// element of x that it names.
func gathered(index, x Shape, axis int, idx []int, f func(at, from int)) {
	outer, inner := outerInner(index, axis)
	n, size := index[axis], x[axis]
	for o := range outer {
		for i := range n {
			for j := range inner {
				at := (o*n+i)*inner + j
				f(at, (o*size+idx[at])*inner+j)
			}
		}
	}
}

func gather[T elem](out, x *Tensor, axis int, idx []int) {
	src, dst := flat[T](x), out.data.([]T)
	gathered(out.shape, x.shape, axis, idx, func(at, from int) { dst[at] = src[from] })
}

func scatterAdd[T number](out, x *Tensor, axis int, idx []int) {
	src, dst := flat[T](x), out.data.([]T)
	gathered(x.shape, out.shape, axis, idx, func(at, from int) { dst[from] += src[at] })
}

// Gather returns elements of x whose index along one axis is looked up.
//
//   - Formula: y[…, i, …] = x[…, index[…, i, …], …] along the axis
//   - Shapes: index as x but for the size of the axis; y as index
//   - DTypes: x any; index Int64, negative from the end
//   - Options: none
//   - Panics: [ArgError] for an index outside the axis; [ShapeError], [DTypeError]
//   - Gradient: ∂x is [ScatterAdd] of ∂y
//   - Cost: a copy
//   - Paper: none
//   - Differences: as PyTorch gather with equal other axes; ONNX GatherElements. ONNX Gather is [IndexSelect]
func Gather(x *Tensor, axis int, index *Tensor) *Tensor {
	return apply1(opGather, Attrs{"axis": axis}, x, index)
}

// Gather returns ops.Gather(t, axis, index).
func (t *Tensor) Gather(axis int, index *Tensor) *Tensor { return Gather(t, axis, index) }

// ScatterAdd returns zeros to which the elements of x are added where their
// indices along one axis say.
//
//   - Formula: y[…, k, …] = Σ x[…, i, …] over the i with index[…, i, …] = k along the axis
//   - Shapes: index as x; y as x with size at the axis
//   - DTypes: x Float32, Float64, Int64, Uint8, accumulated in it in the order of x; index Int64
//   - Options: none
//   - Panics: [ArgError] for an index outside the axis; [ShapeError], [DTypeError]
//   - Gradient: ∂x is [Gather] of ∂y
//   - Cost: n additions
//   - Paper: none
//   - Differences: PyTorch adds to a tensor that is given; ONNX ScatterElements with reduction add
func ScatterAdd(x *Tensor, axis int, index *Tensor, size int) *Tensor {
	return apply1(opScatterAdd, Attrs{"axis": axis, "size": size}, x, index)
}
