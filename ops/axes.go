package ops

import "slices"

// Reshape returns the elements in row-major order under another shape.
//
//   - Formula: y[i…] = x[j…] where both have the same place in row-major order
//   - Shapes: y has the sizes given, with as many elements as x; one size may be -1 and is computed
//   - DTypes: any
//   - Options: none
//   - Panics: [ShapeError] if the number of elements differs; [ArgError]
//   - Gradient: ∂x = ∂y in the shape of x
//   - Cost: none for a contiguous x, of which y is a view; else a copy
//   - Paper: none
//   - Differences: none from PyTorch; in ONNX a size of 0 copies that of x, here it is 0
func Reshape(x *Tensor, shape ...int) *Tensor {
	return apply1(opReshape, Attrs{"shape": slices.Clone(shape)}, x)
}

// Reshape returns ops.Reshape(t, shape...); one size may be -1.
func (t *Tensor) Reshape(shape ...int) *Tensor { return Reshape(t, shape...) }

// Flatten returns x with all axes from the given one on made into one.
//
//   - Formula: as [Reshape]
//   - Shapes: x [a… b…]; y [a… product of b…], where a… are the axes before axis
//   - DTypes: any
//   - Options: none
//   - Panics: [ArgError] for an axis that x does not have
//   - Gradient: ∂x = ∂y in the shape of x
//   - Cost: none for a contiguous x, of which y is a view; else a copy
//   - Paper: none
//   - Differences: PyTorch's default start_dim is 0; ONNX Flatten also joins the axes before
func Flatten(x *Tensor, axis int) *Tensor {
	given("ops.Flatten", x)
	if len(x.shape) == 0 {
		return x.Reshape(1)
	}
	a, err := axisOf(axis, len(x.shape), "axis")
	if err != nil {
		fail("ops.Flatten", err)
	}
	return x.Reshape(append(slices.Clone(x.shape[:a]), x.shape[a:].Len())...)
}

// Flatten returns ops.Flatten(t, axis): one axis instead of all from axis on.
func (t *Tensor) Flatten(axis int) *Tensor { return Flatten(t, axis) }

// Permute returns x with its axes in another order.
//
//   - Formula: y[i₀, i₁, …] = x[…] with index i_k at axis axes[k] of x
//   - Shapes: axis k of y is axis axes[k] of x
//   - DTypes: any
//   - Options: none
//   - Panics: [ArgError] unless axes names every axis once
//   - Gradient: ∂x is ∂y with its axes put back
//   - Cost: none; y is a view
//   - Paper: none
//   - Differences: none from PyTorch permute and ONNX Transpose
func Permute(x *Tensor, axes ...int) *Tensor {
	return apply1(opPermute, Attrs{"axes": slices.Clone(axes)}, x)
}

// Permute returns ops.Permute(t, axes...): the axes in another order.
func (t *Tensor) Permute(axes ...int) *Tensor { return Permute(t, axes...) }

// Transpose returns x with two axes exchanged.
//
//   - Formula: y[…, i, …, j, …] = x[…, j, …, i, …]
//   - Shapes: as x, with the sizes of the axes a and b exchanged
//   - DTypes: any
//   - Options: none
//   - Panics: [ArgError] for an axis that x does not have
//   - Gradient: ∂x is ∂y with the axes exchanged
//   - Cost: none; y is a view
//   - Paper: none
//   - Differences: none from PyTorch; ONNX Transpose is [Permute]
func Transpose(x *Tensor, a, b int) *Tensor {
	given("ops.Transpose", x)
	axes := make([]int, len(x.shape))
	for i := range axes {
		axes[i] = i
	}
	i, err := axisOf(a, len(axes), "a")
	if err != nil {
		fail("ops.Transpose", err)
	}
	j, err := axisOf(b, len(axes), "b")
	if err != nil {
		fail("ops.Transpose", err)
	}
	axes[i], axes[j] = j, i
	return Permute(x, axes...)
}

// Transpose returns ops.Transpose(t, a, b): two axes exchanged.
func (t *Tensor) Transpose(a, b int) *Tensor { return Transpose(t, a, b) }

// T returns a matrix transposed, and of a batch each matrix: the last two
// axes exchanged.
func (t *Tensor) T() *Tensor {
	given("ops.Tensor.T", t)
	if len(t.shape) < 2 {
		fail("ops.Tensor.T", &ShapeError{Arg: "the tensor", Got: t.Shape(), Want: Shape{-1, -1}, Axes: []string{"rows", "columns"}, Rule: "a transpose wants at least two axes"})
	}
	return Transpose(t, -1, -2)
}

// Slice returns the indices start to below stop of an axis.
//
//   - Formula: y[…, i, …] = x[…, start + i·step, …]
//   - Shapes: as x, with ⌈(stop - start)/step⌉ at the axis
//   - DTypes: any
//   - Options: step, 1 if not given. Negative start and stop count from the end; [End] as stop is the end
//   - Panics: [ArgError] for bounds outside the axis or a step below 1
//   - Gradient: ∂x is ∂y at the indices taken, 0 elsewhere
//   - Cost: none; y is a view
//   - Paper: none
//   - Differences: Python and ONNX move bounds that lie outside to the border, here they are refused
func Slice(x *Tensor, axis, start, stop int, step ...int) *Tensor {
	a := Attrs{"axis": axis, "start": start, "stop": stop}
	if len(step) > 1 {
		fail("ops.Slice", &ArgError{Arg: "step", Got: step, Rule: "want at most one"})
	}
	if len(step) == 1 {
		a["step"] = step[0]
	}
	return apply1(opSlice, a, x)
}

// Slice returns ops.Slice(t, axis, start, stop, step...).
func (t *Tensor) Slice(axis, start, stop int, step ...int) *Tensor {
	return Slice(t, axis, start, stop, step...)
}

// Select returns one index of an axis, which is dropped.
//
//   - Formula: y[a…, b…] = x[a…, index, b…]
//   - Shapes: as x without the axis
//   - DTypes: any
//   - Options: none
//   - Panics: [ArgError] for an index outside the axis
//   - Gradient: ∂x is ∂y at the index, 0 elsewhere
//   - Cost: none; y is a view
//   - Paper: none
//   - Differences: none from PyTorch select
func Select(x *Tensor, axis, index int) *Tensor {
	given("ops.Select", x)
	a, err := axisOf(axis, len(x.shape), "axis")
	if err == nil {
		_, err = axisOf(index, x.shape[a], "index")
	}
	if err != nil {
		fail("ops.Select", err)
	}
	if index < 0 {
		index += x.shape[a]
	}
	return Slice(x, a, index, index+1).Squeeze(a)
}

// Select returns ops.Select(t, axis, index): one index of an axis.
func (t *Tensor) Select(axis, index int) *Tensor { return Select(t, axis, index) }

// Squeeze returns x without axes of size 1: those given, or all.
//
//   - Formula: as [Reshape]
//   - Shapes: as x without the axes
//   - DTypes: any
//   - Options: none
//   - Panics: [ShapeError] if a given axis is not of size 1
//   - Gradient: ∂x = ∂y in the shape of x
//   - Cost: none for a contiguous x, of which y is a view; else a copy
//   - Paper: none
//   - Differences: PyTorch leaves axes of other sizes in silence, here they are refused, as in ONNX
func Squeeze(x *Tensor, axes ...int) *Tensor {
	given("ops.Squeeze", x)
	var drop []int
	if len(axes) == 0 {
		for i, d := range x.shape {
			if d == 1 {
				drop = append(drop, i)
			}
		}
	} else {
		var err error
		if drop, err = axesOf(axes, len(x.shape), "axes"); err != nil {
			fail("ops.Squeeze", err)
		}
		for _, a := range drop {
			if x.shape[a] != 1 {
				want := slices.Clone(x.shape)
				want[a] = 1
				fail("ops.Squeeze", &ShapeError{Arg: "x", Got: x.Shape(), Want: want, Rule: "only an axis of size 1 can be dropped", Help: "Select takes one index of a longer axis"})
			}
		}
	}
	return x.Reshape(x.shape.without(drop)...)
}

// Squeeze returns ops.Squeeze(t, axes...): without axes of size 1.
func (t *Tensor) Squeeze(axes ...int) *Tensor { return Squeeze(t, axes...) }

// Unsqueeze returns x with a new axis of size 1 in front of the given one.
//
//   - Formula: as [Reshape]
//   - Shapes: as x, with 1 at axis of y
//   - DTypes: any
//   - Options: none
//   - Panics: [ArgError] unless axis is one of y's
//   - Gradient: ∂x = ∂y in the shape of x
//   - Cost: none for a contiguous x, of which y is a view; else a copy
//   - Paper: none
//   - Differences: none from PyTorch; ONNX takes several axes
func Unsqueeze(x *Tensor, axis int) *Tensor {
	given("ops.Unsqueeze", x)
	a, err := axisOf(axis, len(x.shape)+1, "axis")
	if err != nil {
		fail("ops.Unsqueeze", err)
	}
	return x.Reshape(slices.Insert(slices.Clone(x.shape), a, 1)...)
}

// Unsqueeze returns ops.Unsqueeze(t, axis): with a new axis of size 1.
func (t *Tensor) Unsqueeze(axis int) *Tensor { return Unsqueeze(t, axis) }

// BroadcastTo returns x repeated along its axes of size 1 and along new axes
// in front.
//
//   - Formula: y[i…] = x[j…] with j = 0 at axes of size 1 and j = i elsewhere
//   - Shapes: y has the sizes given; each axis of x equals it or is 1, counted from the last
//   - DTypes: any
//   - Options: none
//   - Panics: [ShapeError]
//   - Gradient: ∂x is ∂y summed over the repeated axes
//   - Cost: none; y is a view with strides of 0
//   - Paper: none
//   - Differences: as PyTorch expand, without -1 for "as it is"; ONNX Expand repeats both ways
func BroadcastTo(x *Tensor, shape ...int) *Tensor {
	return apply1(opBroadcastTo, Attrs{"shape": slices.Clone(shape)}, x)
}

// BroadcastTo returns ops.BroadcastTo(t, shape...).
func (t *Tensor) BroadcastTo(shape ...int) *Tensor { return BroadcastTo(t, shape...) }

// Flip returns x with the order of indices reversed along the given axes, or
// along all.
//
//   - Formula: y[i] = x[n-1-i] along each axis
//   - Shapes: y as x
//   - DTypes: any
//   - Options: none
//   - Panics: [ArgError] for an axis that x does not have
//   - Gradient: ∂x is ∂y flipped
//   - Cost: none; y is a view
//   - Paper: none
//   - Differences: PyTorch copies and wants the axes
func Flip(x *Tensor, axes ...int) *Tensor {
	return apply1(opFlip, Attrs{"axes": slices.Clone(axes)}, x)
}

// Flip returns ops.Flip(t, axes...): the order of indices reversed.
func (t *Tensor) Flip(axes ...int) *Tensor { return Flip(t, axes...) }

// To returns t converted to another element type, or t itself if it has it.
//
//   - Formula: y = x; to Bool x ≠ 0, from Bool 1 and 0, to integers without the fraction
//   - Shapes: y as x
//   - DTypes: any to any; a value that the type cannot hold becomes what Go's conversion gives
//   - Options: none
//   - Panics: [ArgError] for an unknown type
//   - Gradient: ∂x is ∂y converted back, between floating-point types
//   - Cost: a copy
//   - Paper: none
//   - Differences: none from PyTorch to and ONNX Cast where the value fits
func (t *Tensor) To(d DType) *Tensor {
	given("ops.Tensor.To", t)
	if t.dtype == d {
		return t
	}
	return apply1(opTo, Attrs{"dtype": d}, t)
}
