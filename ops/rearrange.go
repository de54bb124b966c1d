package ops

import (
	"fmt"
	"slices"
)

// Roll returns x with its elements moved along axes, those that leave at one
// end coming in at the other.
//
//   - Formula: y[…, (i + shift) mod n, …] = x[…, i, …]
//   - Shapes: y as x
//   - DTypes: any
//   - Options: axes, one for each shift; without axes x is rolled as one axis by the one shift
//   - Panics: [ArgError] unless there are as many shifts as axes, and for an axis that x does not have, or twice
//   - Gradient: ∂x is ∂y rolled back
//   - Cost: a copy for each axis
//   - Paper: none
//   - Differences: none from PyTorch and NumPy
func Roll(x *Tensor, shifts []int, axes ...int) *Tensor {
	const fn = "ops.Roll"
	given(fn, x)
	if len(axes) == 0 {
		if len(shifts) != 1 {
			fail(fn, &ArgError{Arg: "shifts", Got: shifts, Rule: "want one, or one for each of the axes"})
		}
		return Roll(x.Reshape(-1), shifts, 0).Reshape(x.shape...)
	}
	if len(shifts) != len(axes) {
		fail(fn, &ArgError{Arg: "shifts", Got: shifts, Rule: fmt.Sprintf("want one for each of %d axes", len(axes))})
	}
	if _, err := axesOf(axes, len(x.shape), "axes"); err != nil {
		fail(fn, err)
	}
	for i, a := range axes {
		n := x.Size(a)
		if n == 0 {
			continue
		}
		if k := (shifts[i]%n + n) % n; k > 0 {
			x = Concat([]*Tensor{x.Slice(a, n-k, End), x.Slice(a, 0, n-k)}, a)
		}
	}
	return x
}

// Tile returns x repeated as a whole along its axes.
//
//   - Formula: y[i…] = x[i mod n…]
//   - Shapes: y has repeats times x's sizes; missing axes of x are put in front with size 1, missing repeats are 1
//   - DTypes: any
//   - Options: none
//   - Panics: [ArgError] for negative repeats
//   - Gradient: ∂x is ∂y summed over the repetitions
//   - Cost: a copy
//   - Paper: none
//   - Differences: none from PyTorch tile and NumPy; ONNX Tile wants one number for each axis
func Tile(x *Tensor, repeats ...int) *Tensor {
	const fn = "ops.Tile"
	given(fn, x)
	for _, r := range repeats {
		if r < 0 {
			fail(fn, &ArgError{Arg: "repeats", Got: repeats, Rule: "must not be negative"})
		}
	}
	rank := max(len(x.shape), len(repeats))
	shape := append(slices.Repeat([]int{1}, rank-len(x.shape)), x.shape...)
	times := append(slices.Repeat([]int{1}, rank-len(repeats)), repeats...)
	var narrow, wide, out []int
	for a := range rank {
		narrow, wide, out = append(narrow, 1, shape[a]), append(wide, times[a], shape[a]), append(out, times[a]*shape[a])
	}
	return x.Reshape(narrow...).BroadcastTo(wide...).Reshape(out...)
}

// Repeat returns x with each index of an axis repeated.
//
//   - Formula: y[…, i, …] = x[…, ⌊i/times⌋, …]
//   - Shapes: y as x, with times its size at the axis
//   - DTypes: any
//   - Options: none
//   - Panics: [ArgError] for an axis that x does not have, or negative times
//   - Gradient: ∂x is ∂y summed over the repetitions
//   - Cost: a copy
//   - Paper: none
//   - Differences: PyTorch repeat_interleave and NumPy repeat, which can also repeat each index as often as a list says; PyTorch repeat is [Tile]
func Repeat(x *Tensor, times, axis int) *Tensor {
	const fn = "ops.Repeat"
	given(fn, x)
	a, err := axisOf(axis, len(x.shape), "axis")
	if err == nil && times < 0 {
		err = &ArgError{Arg: "times", Got: times, Rule: "must not be negative"}
	}
	if err != nil {
		fail(fn, err)
	}
	return x.Unsqueeze(a + 1).BroadcastTo(slices.Insert(slices.Clone(x.shape), a+1, times)...).Reshape(x.shape.with(a, times*x.shape[a])...)
}

// PixelShuffle makes images larger by their channels: blocks of factor²
// channels become blocks of pixels.
//
//   - Formula: y[n, c, h·r + i, w·r + j] = x[n, c·r² + i·r + j, h, w] with r = factor
//   - Shapes: x [N C·r² H W], y [N C H·r W·r]
//   - DTypes: any
//   - Options: none
//   - Panics: [ShapeError] unless x has four axes and r² divides its channels; [ArgError] for a factor below 1
//   - Gradient: ∂x is [PixelUnshuffle] of ∂y
//   - Cost: a copy
//   - Paper: Shi et al., Real-time single image and video super-resolution using an efficient sub-pixel convolutional neural network, 2016
//   - Differences: none from PyTorch; ONNX DepthToSpace with mode CRD
func PixelShuffle(x *Tensor, factor int) *Tensor {
	const fn = "ops.PixelShuffle"
	images(fn, x, factor)
	s, r := x.shape, factor
	if s[1]%(r*r) != 0 {
		fail(fn, &ShapeError{Arg: "x", Got: x.Shape(), Rule: fmt.Sprintf("the %d channels must be divided by %d", s[1], r*r)})
	}
	return x.Reshape(s[0], s[1]/(r*r), r, r, s[2], s[3]).Permute(0, 1, 4, 2, 5, 3).Reshape(s[0], s[1]/(r*r), s[2]*r, s[3]*r)
}

// PixelUnshuffle makes images smaller and gives them more channels: the
// opposite of [PixelShuffle].
//
//   - Formula: y[n, c·r² + i·r + j, h, w] = x[n, c, h·r + i, w·r + j] with r = factor
//   - Shapes: x [N C H·r W·r], y [N C·r² H W]
//   - DTypes: any
//   - Options: none
//   - Panics: [ShapeError] unless x has four axes and r divides height and width; [ArgError] for a factor below 1
//   - Gradient: ∂x is [PixelShuffle] of ∂y
//   - Cost: a copy
//   - Paper: as [PixelShuffle]
//   - Differences: none from PyTorch; ONNX SpaceToDepth orders channels in another way
func PixelUnshuffle(x *Tensor, factor int) *Tensor {
	const fn = "ops.PixelUnshuffle"
	images(fn, x, factor)
	s, r := x.shape, factor
	if s[2]%r != 0 || s[3]%r != 0 {
		fail(fn, &ShapeError{Arg: "x", Got: x.Shape(), Rule: fmt.Sprintf("height and width must be divided by %d", r)})
	}
	return x.Reshape(s[0], s[1], s[2]/r, r, s[3]/r, r).Permute(0, 1, 3, 5, 2, 4).Reshape(s[0], s[1]*r*r, s[2]/r, s[3]/r)
}

// images panics unless x is a batch of images and factor positive.
func images(fn string, x *Tensor, factor int) {
	given(fn, x)
	if len(x.shape) != 4 {
		fail(fn, &ShapeError{Arg: "x", Got: x.Shape(), Want: Shape{-1, -1, -1, -1}, Axes: []string{"n", "c", "h", "w"}, Rule: "want a batch of images"})
	}
	if factor < 1 {
		fail(fn, &ArgError{Arg: "factor", Got: factor, Rule: "must be at least 1"})
	}
}

// Nonzero returns the indices of the elements that are not 0, or true.
//
//   - Formula: row k of y is the index of the k-th such element in row-major order
//   - Shapes: x any, y [count rank]
//   - DTypes: x any, NaN counts as not 0; y Int64
//   - Options: none
//   - Panics: none
//   - Gradient: none; y is of integers
//   - Cost: n comparisons
//   - Paper: none
//   - Differences: none from PyTorch; NumPy gives one list for each axis, ONNX NonZero y transposed
func Nonzero(x *Tensor) *Tensor {
	given("ops.Nonzero", x)
	rank := len(x.shape)
	var rows []int64
	count := 0
	for p, on := range x.Bools() {
		if !on {
			continue
		}
		count++
		at := len(rows)
		rows = append(rows, make([]int64, rank)...)
		for a := rank - 1; a >= 0; a-- {
			rows[at+a] = int64(p % x.shape[a])
			p /= x.shape[a]
		}
	}
	return newTensor(rows, Shape{count, rank})
}

// MaskedSelect returns the elements of x where a mask holds.
//
//   - Formula: y lists the x[i] with mask[i], in row-major order
//   - Shapes: x and mask broadcast to one shape; y [count]
//   - DTypes: x any, mask Bool
//   - Options: none
//   - Panics: [ShapeError], [DTypeError]
//   - Gradient: ∂x is ∂y where the mask holds, 0 elsewhere
//   - Cost: a copy
//   - Paper: none
//   - Differences: none from PyTorch masked_select; NumPy writes x[mask]
func MaskedSelect(x, mask *Tensor) *Tensor {
	const fn = "ops.MaskedSelect"
	given(fn, x)
	givenAs(fn, "mask", mask)
	if err := wantDType("mask", mask.dtype, Bool); err != nil {
		fail(fn, &DTypeError{Arg: "mask", Got: mask.dtype, Want: []DType{Bool}, Help: "comparisons such as x.Greater(0) give Bool"})
	}
	shape, err := broadcastSpecs("x", x.shape, "mask", mask.shape)
	if err != nil {
		fail(fn, err)
	}
	var places []int64
	for p, on := range mask.expand(shape).Bools() {
		if on {
			places = append(places, int64(p))
		}
	}
	return x.BroadcastTo(shape...).Reshape(-1).IndexSelect(0, newTensor(places, Shape{len(places)}))
}
