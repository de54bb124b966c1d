package nn

import (
	"fmt"

	"cahier/ops"
)

// UpsampleLayer changes the sizes of spatial axes by interpolation.
type UpsampleLayer struct {
	common
	Options ops.ResizeOptions // with Size or Scale
}

// Upsample returns a layer that makes the spatial axes of x [N C …] longer by
// a factor, to ⌊factor·size⌋; see [ops.Resize], whose options say how, by
// repeating the nearest element if nothing else is said, and can name sizes
// or a factor for each axis instead: the factor is 0 then.
//
// It panics with an [ops.ArgError] for a factor that is not above 0, and for
// a factor beside Size or Scale.
func Upsample(factor float64, opts ...ops.ResizeOptions) *UpsampleLayer {
	const fn = "nn.Upsample"
	o := one(fn, opts)
	switch set := len(o.Size) > 0 || len(o.Scale) > 0; {
	case set && factor != 0:
		panic(&ops.ArgError{OpName: fn, Arg: "factor", Got: factor, Rule: "is set beside Size or Scale, want 0"})
	case !set && !(factor > 0):
		panic(&ops.ArgError{OpName: fn, Arg: "factor", Got: factor, Rule: "must be above 0", Help: "or 0 with Size or Scale in the options"})
	case !set:
		o.Scale = []float64{factor}
	}
	return &UpsampleLayer{Options: o}
}

// Forward returns x [N C …] with its new sizes. It panics with an
// [ops.ArgError] for options that do not fit it.
func (l *UpsampleLayer) Forward(x *ops.Tensor) *ops.Tensor {
	given("nn.Upsample", "x", x)
	o := l.Options
	n := x.Rank() - 2
	if len(o.Axes) > 0 {
		n = len(o.Axes)
	}
	// One value stands for all axes.
	if len(o.Scale) == 1 && n > 1 {
		o.Scale = repeated(o.Scale[0], n)
	}
	if len(o.Size) == 1 && n > 1 {
		o.Size = repeated(o.Size[0], n)
	}
	return l.note(l, x, ops.Resize(x, o))
}

func repeated[T any](v T, n int) []T {
	s := make([]T, n)
	for i := range s {
		s[i] = v
	}
	return s
}

// String returns the layer as it is made.
func (l *UpsampleLayer) String() string {
	o := l.Options
	first, scale := "0", fmt.Sprint(o.Scale)
	if len(o.Scale) == 1 {
		first, scale = fmt.Sprint(o.Scale[0]), ""
	}
	name := func(s fmt.Stringer, usual fmt.Stringer) string {
		if s == usual {
			return ""
		}
		return s.String()
	}
	return describe("Upsample", first, "Size", sizesText(o.Size), "Scale", scale, "Axes", o.Axes, "Mode", name(o.Mode, ops.ResizeNearest),
		"Coordinates", name(o.Coordinates, ops.HalfPixel), "Rounding", name(o.Rounding, ops.RoundPreferFloor), "Fit", name(o.Fit, ops.FitStretch),
		"Cubic", o.Cubic, "Antialias", o.Antialias, "ExcludeOutside", o.ExcludeOutside)
}

// PixelShuffleLayer moves channels into space or back.
type PixelShuffleLayer struct {
	common
	Factor int
	Back   bool // space into channels
}

// PixelShuffle returns a layer that computes [ops.PixelShuffle]: it makes an
// image that is factor times larger, x [N C·factor² H W], y [N C factor·H
// factor·W] (Shi et al., Real-time single image and video super-resolution
// using an efficient sub-pixel convolutional neural network, 2016).
//
// It panics with an [ops.ArgError] for a factor below 1.
func PixelShuffle(factor int) *PixelShuffleLayer {
	positive("nn.PixelShuffle", "factor", factor)
	return &PixelShuffleLayer{Factor: factor}
}

// PixelUnshuffle returns a layer that computes [ops.PixelUnshuffle], what
// [PixelShuffle] undoes: x [N C factor·H factor·W], y [N C·factor² H W].
//
// It panics with an [ops.ArgError] for a factor below 1.
func PixelUnshuffle(factor int) *PixelShuffleLayer {
	positive("nn.PixelUnshuffle", "factor", factor)
	return &PixelShuffleLayer{Factor: factor, Back: true}
}

// Forward moves the elements of x [N C H W]. It panics with an
// [ops.ShapeError] unless the factor fits.
func (l *PixelShuffleLayer) Forward(x *ops.Tensor) *ops.Tensor {
	if l.Back {
		return l.note(l, x, ops.PixelUnshuffle(x, l.Factor))
	}
	return l.note(l, x, ops.PixelShuffle(x, l.Factor))
}

// String returns the layer as it is made.
func (l *PixelShuffleLayer) String() string {
	if l.Back {
		return describe("PixelUnshuffle", fmt.Sprint(l.Factor))
	}
	return describe("PixelShuffle", fmt.Sprint(l.Factor))
}
