package ops

import (
	"fmt"
	"math"
	"slices"
)

var opResize *Op

func init() {
	opResize = newResampling("Resize", Op{Name: "resize",
		Doc: "x with other sizes of axes, by interpolation; attributes size or scale, axes (all behind the first two if not set), mode (nearest, linear, cubic), coordinates (half_pixel, pytorch_half_pixel, half_pixel_symmetric, align_corners, asymmetric), rounding (round_prefer_floor, round_prefer_ceil, floor, ceil), fit (stretch, not_larger, not_smaller), cubic (-0.75), antialias, exclude_outside"},
		[]DType{Float32, Float64, Int64, Uint8, Bool}, func(attrs Attrs, x Shape) (resampling, error) {
			p, err := resizePlan(attrs, x)
			if err != nil {
				return resampling{}, err
			}
			return p.taps(x), nil
		},
		func(attrs Attrs, x *Tensor, r resampling) (*Tensor, bool) {
			mode, err := attrs.String("mode", resizeModes[0])
			if err != nil || mode != "nearest" {
				return nil, false
			}
			// Each tap is one element: no arithmetic, and any type.
			for i, a := range r.axes {
				x = picked(x, a, r.taps[i].Index)
			}
			return x, true
		})
	infer := opResize.Infer
	opResize.Infer = func(attrs Attrs, in []Spec) ([]Spec, error) {
		out, err := infer(attrs, in)
		if err != nil {
			return nil, err
		}
		if mode, _ := attrs.String("mode", resizeModes[0]); mode != "nearest" && !in[0].DType.IsFloat() {
			return nil, &DTypeError{Arg: "x", Got: in[0].DType, Want: []DType{Float32, Float64}, Rule: "only the mode nearest takes other types", Help: "x.To(ops.Float32) converts"}
		}
		return out, nil
	}
}

// picked returns the indices idx of an axis, off the tape.
func picked(x *Tensor, axis int, idx []int) *Tensor {
	out := allocOf(x.dtype, x.shape.with(axis, len(idx)))
	switch out.dtype {
	case Float32:
		pickRows[float32](out, x, axis, idx)
	case Float64:
		pickRows[float64](out, x, axis, idx)
	case Int64:
		pickRows[int64](out, x, axis, idx)
	case Uint8:
		pickRows[uint8](out, x, axis, idx)
	default:
		pickRows[bool](out, x, axis, idx)
	}
	return out
}

// resizing is a resize whose attributes were checked.
type resizing struct {
	axes, size                  []int
	scale                       []float64 // 0: the size decides, exactly
	mode, coordinates, rounding string
	cubic                       float64
	antialias, excludeOutside   bool
}

func resizePlan(attrs Attrs, x Shape) (p resizing, err error) {
	if err = attrs.only("size", "scale", "axes", "mode", "coordinates", "rounding", "fit", "cubic", "antialias", "exclude_outside"); err != nil {
		return p, err
	}
	var fit string
	for _, choice := range []struct {
		name  string
		names []string
		to    *string
	}{{"mode", resizeModes, &p.mode}, {"coordinates", resizeCoordinates, &p.coordinates}, {"rounding", resizeRoundings, &p.rounding}, {"fit", resizeFits, &fit}} {
		if *choice.to, err = attrs.choice(choice.name, choice.names); err != nil {
			return p, err
		}
	}
	if p.cubic, err = attrs.Float("cubic", -0.75); err != nil {
		return p, err
	}
	if p.antialias, err = attrs.Bool("antialias"); err != nil {
		return p, err
	}
	if p.antialias && p.mode == "nearest" {
		return p, &ArgError{Arg: "antialias", Got: true, Rule: "has no meaning for the mode nearest"}
	}
	if p.excludeOutside, err = attrs.Bool("exclude_outside"); err != nil {
		return p, err
	}
	axes, err := attrs.Ints("axes")
	if err != nil {
		return p, err
	}
	if len(axes) == 0 {
		for a := 2; a < len(x); a++ {
			axes = append(axes, a)
		}
		if len(axes) == 0 {
			return p, &ShapeError{Arg: "x", Got: slices.Clone(x), Want: Shape{-1, -1, -1}, Axes: []string{"n", "c", "w"}, Rule: "there is no axis behind batch and channels", Help: "Axes names the axes to resize"}
		}
	}
	for i, a := range axes {
		if a, err = axisOf(a, len(x), "axes"); err != nil {
			return p, err
		}
		if slices.Contains(p.axes, a) {
			return p, &ArgError{Arg: "axes", Got: axes, Rule: fmt.Sprintf("names axis %d twice", a)}
		}
		if x[a] == 0 {
			return p, &ShapeError{Arg: "x", Got: slices.Clone(x), Rule: fmt.Sprintf("axis %d has no element to interpolate", axes[i])}
		}
		p.axes = append(p.axes, a)
	}
	return p, p.sizes(attrs, x, fit)
}

// sizes finds the new sizes.
func (p *resizing) sizes(attrs Attrs, x Shape, fit string) error {
	scale, err := attrs.Floats("scale")
	if err != nil {
		return err
	}
	size, err := attrs.Ints("size")
	if err != nil {
		return err
	}
	n := len(p.axes)
	switch {
	case len(size) == 0 && len(scale) == 0:
		return &ArgError{Arg: "Size and Scale", Rule: "is missing: one of both must say how large the result is"}
	case len(size) > 0 && len(scale) > 0:
		return &ArgError{Arg: "Size and Scale", Got: fmt.Sprintf("%v and %v", size, scale), Rule: "only one of both can say how large the result is"}
	case len(scale) > 0 && fit != "stretch":
		return &ArgError{Arg: "fit", Got: fit, Rule: "goes with sizes, not with scales"}
	case max(len(size), len(scale)) != 1 && max(len(size), len(scale)) != n:
		return &ArgError{Arg: "Size or Scale", Got: max(len(size), len(scale)), Rule: fmt.Sprintf("want one value, or one for each of %d axes", n)}
	}
	p.size, p.scale = make([]int, n), make([]float64, n)
	common := math.NaN() // one scale for all axes
	for i, a := range p.axes {
		if len(scale) > 0 {
			s := scale[min(i, len(scale)-1)]
			if !(s > 0) || math.IsInf(s, 0) {
				return &ArgError{Arg: "scale", Got: scale, Rule: "must be above 0, and finite"}
			}
			p.scale[i], p.size[i] = s, int(math.Floor(s*float64(x[a])))
		} else {
			p.size[i] = size[min(i, len(size)-1)]
			if p.size[i] < 0 {
				return &ArgError{Arg: "size", Got: size, Rule: "must not be negative"}
			}
			s := float64(p.size[i]) / float64(x[a])
			if i == 0 || fit == "not_larger" && s < common || fit == "not_smaller" && s > common {
				common = s
			}
		}
	}
	if len(size) > 0 && fit != "stretch" {
		for i, a := range p.axes {
			p.scale[i], p.size[i] = common, int(math.Floor(common*float64(x[a])+0.5))
		}
	}
	return nil
}

// Resize returns x with other sizes of its spatial axes, or of axes of choice,
// by interpolation.
//
//   - Formula: y[…, i, …] = Σ_j k(x_i - j)·x[…, j, …] on each axis, where x_i is the place of index i by Coordinates and k the kernel of Mode: 1 at the nearest element; max(0, 1 - |d|) for linear; (a+2)|d|³ - (a+3)d² + 1 up to 1 and a|d|³ - 5ad² + 8a|d| - 4a up to 2 for cubic. Outside x its border is repeated
//   - Shapes: x [N C …], or any with Axes; y as x with the new sizes
//   - DTypes: Float32, Float64, accumulated in float64 on each axis; for nearest any
//   - Options: [ResizeOptions]: nearest, half pixels, halves down, no antialiasing; Size or Scale must be given
//   - Panics: [ArgError] for options that do not fit; [ShapeError] for an axis without elements; [DTypeError]
//   - Gradient: ∂x collects ∂y by the same weights, to any order
//   - Cost: 2 operations for each element of y and neighbour, axis by axis, the one that shrinks most first
//   - Paper: Keys, Cubic convolution interpolation for digital image processing, 1981
//   - Differences: PyTorch interpolate: nearest is Asymmetric with RoundFloor, nearest-exact HalfPixel with RoundPreferCeil; linear and cubic as here, with antialias ExcludeOutside (and a = -0.5 for cubic). ONNX Resize is the same without regions of interest; it can also resize the axes of batch and channels by default
func Resize(x *Tensor, opts ...ResizeOptions) *Tensor {
	return apply1(opResize, one("ops.Resize", opts).attrs(), x)
}
