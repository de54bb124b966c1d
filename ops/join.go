package ops

import (
	"fmt"
	"slices"
)

var opConcat, opSplit *Op

func init() {
	opConcat = builtin("Concat", Op{Name: "concat", Inputs: []string{"ts..."}, Doc: "tensors one behind the other along an axis; attribute axis",
		Infer: func(attrs Attrs, in []Spec) ([]Spec, error) {
			if err := attrs.only("axis"); err != nil {
				return nil, err
			}
			axis, err := concatAxis(attrs, in)
			if err != nil {
				return nil, err
			}
			total := 0
			for i, s := range in {
				if err := wantSame("ts[0]", in[0].DType, fmt.Sprintf("ts[%d]", i), s.DType); err != nil {
					return nil, err
				}
				want := in[0].Shape.with(axis, -1)
				if len(s.Shape) != len(want) || !s.Shape.with(axis, -1).Equal(want) {
					return nil, &ShapeError{Arg: fmt.Sprintf("ts[%d]", i), Got: slices.Clone(s.Shape), Want: want, Rule: fmt.Sprintf("all axes but %d must equal those of ts[0]", axis)}
				}
				total += s.Shape[axis]
			}
			return []Spec{{DType: in[0].DType, Shape: in[0].Shape.with(axis, total)}}, nil
		},
		Forward: func(_ *Ctx, attrs Attrs, in []*Tensor) ([]*Tensor, error) {
			specs := make([]Spec, len(in))
			for i, t := range in {
				specs[i] = t.spec()
			}
			axis, err := concatAxis(attrs, specs)
			if err != nil {
				return nil, err
			}
			total := 0
			for _, t := range in {
				total += t.shape[axis]
			}
			out := allocOf(in[0].dtype, in[0].shape.with(axis, total))
			at := 0
			for _, t := range in {
				n := t.shape[axis]
				assignView(out.sliced(span{axis, at, n, 1}), t)
				at += n
			}
			return []*Tensor{out}, nil
		},
		VJP: func(_ *Ctx, attrs Attrs, in, _, g []*Tensor) ([]*Tensor, error) {
			specs := make([]Spec, len(in))
			for i, t := range in {
				specs[i] = t.spec()
			}
			axis, err := concatAxis(attrs, specs)
			if err != nil {
				return nil, err
			}
			sizes := make([]int, len(in))
			for i, t := range in {
				sizes[i] = t.shape[axis]
			}
			return Split(g[0], axis, sizes...), nil
		}})
	// One operation and not a slice for each part: the gradient of a slice is
	// as large as x.
	opSplit = builtin("Split", Op{Name: "split", Inputs: []string{"x"}, Doc: "x in parts along an axis; attributes axis and sizes",
		Infer: func(attrs Attrs, in []Spec) ([]Spec, error) {
			axis, sizes, err := splitSizes(attrs, in[0].Shape)
			if err != nil {
				return nil, err
			}
			out := make([]Spec, len(sizes))
			for i, n := range sizes {
				out[i] = Spec{DType: in[0].DType, Shape: in[0].Shape.with(axis, n)}
			}
			return out, nil
		},
		Forward: func(_ *Ctx, attrs Attrs, in []*Tensor) ([]*Tensor, error) {
			axis, sizes, err := splitSizes(attrs, in[0].shape)
			if err != nil {
				return nil, err
			}
			parts, at := make([]*Tensor, len(sizes)), 0
			for i, n := range sizes {
				parts[i] = in[0].sliced(span{axis, at, n, 1})
				at += n
			}
			return parts, nil
		},
		VJP: func(_ *Ctx, attrs Attrs, in, _, g []*Tensor) ([]*Tensor, error) {
			axis, _, err := splitSizes(attrs, in[0].shape)
			if err != nil {
				return nil, err
			}
			return []*Tensor{Concat(g, axis)}, nil
		}})
}

func concatAxis(attrs Attrs, in []Spec) (int, error) {
	if len(in) == 0 {
		return 0, &ArgError{Arg: "ts", Got: "empty", Rule: "want at least one tensor"}
	}
	axis, err := attrs.Int("axis", 0)
	if err != nil {
		return 0, err
	}
	return axisOf(axis, len(in[0].Shape), "axis")
}

// Concat returns tensors one behind the other along an axis.
//
//   - Formula: y[…, i, …] = t_k[…, i - n_k, …], where n_k is the size of all tensors before t_k
//   - Shapes: all ts equal but for the axis, where y has the sum
//   - DTypes: any, the same for all
//   - Options: none
//   - Panics: [ShapeError], [DTypeError]; [ArgError] for no tensor or an axis that they do not have
//   - Gradient: to each tensor its part of ∂y
//   - Cost: a copy
//   - Paper: none
//   - Differences: none from PyTorch cat and ONNX Concat
func Concat(ts []*Tensor, axis int) *Tensor { return apply1(opConcat, Attrs{"axis": axis}, ts...) }

// Stack returns tensors of one shape along a new axis.
//
//   - Formula: y[…, k, …] = t_k[…]
//   - Shapes: all ts equal; y with their number at the new axis
//   - DTypes: any, the same for all
//   - Options: none
//   - Panics: [ShapeError], [DTypeError]; [ArgError] for no tensor or an axis that y does not have
//   - Gradient: to each tensor its part of ∂y
//   - Cost: a copy
//   - Paper: none
//   - Differences: none from PyTorch stack
func Stack(ts []*Tensor, axis int) *Tensor {
	wide := make([]*Tensor, len(ts))
	for i, t := range ts {
		switch {
		case t == nil:
			fail("ops.Stack", &ArgError{Arg: fmt.Sprintf("ts[%d]", i), Rule: "is nil, want a tensor"})
		case !t.shape.Equal(ts[0].shape):
			fail("ops.Stack", &ShapeError{Arg: fmt.Sprintf("ts[%d]", i), Got: t.Shape(), Want: ts[0].Shape(), Rule: "all tensors must have the shape of ts[0]"})
		}
		wide[i] = t.Unsqueeze(axis)
	}
	return Concat(wide, axis)
}

// Split returns x in parts of the given sizes along an axis.
//
//   - Formula: y_k[…, i, …] = x[…, n_k + i, …], where n_k is the sum of the sizes before
//   - Shapes: y_k as x, with sizes[k] at the axis
//   - DTypes: any
//   - Options: none
//   - Panics: [ArgError] unless the sizes add up to the axis
//   - Gradient: ∂x is the parts' cotangents one behind the other
//   - Cost: none; the parts are views
//   - Paper: none
//   - Differences: PyTorch also takes one size for all parts, which is [Chunk]
func Split(x *Tensor, axis int, sizes ...int) []*Tensor {
	return apply(opSplit, Attrs{"axis": axis, "sizes": slices.Clone(sizes)}, x)
}

// splitSizes checks the attributes of a split of a tensor of shape x.
func splitSizes(attrs Attrs, x Shape) (axis int, sizes []int, err error) {
	if err := attrs.only("axis", "sizes"); err != nil {
		return 0, nil, err
	}
	if axis, err = attrs.Int("axis", 0); err != nil {
		return 0, nil, err
	}
	if axis, err = axisOf(axis, len(x), "axis"); err != nil {
		return 0, nil, err
	}
	if sizes, err = attrs.Ints("sizes"); err != nil {
		return 0, nil, err
	}
	total := 0
	for _, n := range sizes {
		if n < 0 {
			return 0, nil, &ArgError{Arg: "sizes", Got: sizes, Rule: "must not be negative"}
		}
		total += n
	}
	if total != x[axis] {
		return 0, nil, &ArgError{Arg: "sizes", Got: sizes, Rule: fmt.Sprintf("add up to %d, and axis %d has size %d", total, axis, x[axis])}
	}
	return axis, sizes, nil
}

// Chunk returns x in parts of equal size along an axis.
//
//   - Formula: as [Split]
//   - Shapes: each as x, with 1/n of its size at the axis
//   - DTypes: any
//   - Options: none
//   - Panics: [ArgError] unless n divides the axis
//   - Gradient: as [Split]
//   - Cost: none; the parts are views
//   - Paper: none
//   - Differences: PyTorch lets the last part be smaller
func Chunk(x *Tensor, n, axis int) []*Tensor {
	given("ops.Chunk", x)
	a, err := axisOf(axis, len(x.shape), "axis")
	if err == nil && (n < 1 || x.shape[a]%n != 0) {
		err = &ArgError{Arg: "n", Got: n, Rule: fmt.Sprintf("must divide the size of axis %d, %d", a, x.shape[a]), Help: "Split takes parts of different sizes"}
	}
	if err != nil {
		fail("ops.Chunk", err)
	}
	return Split(x, a, slices.Repeat([]int{x.shape[a] / n}, n)...)
}
