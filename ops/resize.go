package ops

import (
	"fmt"
	"math"
	"slices"

	"cahier/ops/internal/cpu"
)

// ResizeMode says how an element between those of x is computed.
type ResizeMode uint8

// How values between elements are computed.
const (
	ResizeNearest ResizeMode = iota // the nearest element
	ResizeLinear                    // straight lines between neighbours: bilinear on two axes, trilinear on three
	ResizeCubic                     // cubic convolution of four neighbours: bicubic on two axes
)

// String returns the name: "nearest", "linear" or "cubic".
func (m ResizeMode) String() string { return nameOf("ResizeMode", resizeModes, uint8(m)) }

var resizeModes = []string{"nearest", "linear", "cubic"}

// ResizeCoordinates says which place in x belongs to index i of the result,
// with s = new size/old size.
type ResizeCoordinates uint8

// The places that indices of the result stand for.
const (
	HalfPixel          ResizeCoordinates = iota // (i + ½)/s - ½: the centres of pixels, as PyTorch with align_corners=False
	PyTorchHalfPixel                            // as HalfPixel, but 0 for a single element
	HalfPixelSymmetric                          // as HalfPixel, with the centre of the image kept where a scale was rounded
	AlignCorners                                // i·(old - 1)/(new - 1): both ends stay
	Asymmetric                                  // i/s: the first element stays
)

// String returns ONNX's name: "half_pixel", "align_corners" and so on.
func (c ResizeCoordinates) String() string {
	return nameOf("ResizeCoordinates", resizeCoordinates, uint8(c))
}

var resizeCoordinates = []string{"half_pixel", "pytorch_half_pixel", "half_pixel_symmetric", "align_corners", "asymmetric"}

// ResizeRounding says which element is the nearest one.
type ResizeRounding uint8

// How a place is rounded to an element.
const (
	RoundPreferFloor ResizeRounding = iota // to the nearest; halves down
	RoundPreferCeil                        // to the nearest; halves up
	RoundFloor                             // down
	RoundCeil                              // up
)

// String returns ONNX's name: "round_prefer_floor" and so on.
func (r ResizeRounding) String() string { return nameOf("ResizeRounding", resizeRoundings, uint8(r)) }

var resizeRoundings = []string{"round_prefer_floor", "round_prefer_ceil", "floor", "ceil"}

// ResizeFit says what becomes of the ratio of the axes.
type ResizeFit uint8

// What Size means.
const (
	FitStretch ResizeFit = iota // the sizes as they are given
	FitInside                   // the largest with the ratio of x that are not above Size
	FitOutside                  // the smallest with the ratio of x that are not below Size
)

// String returns ONNX's name: "stretch", "not_larger" or "not_smaller".
func (f ResizeFit) String() string { return nameOf("ResizeFit", resizeFits, uint8(f)) }

var resizeFits = []string{"stretch", "not_larger", "not_smaller"}

func nameOf(kind string, names []string, i uint8) string {
	if int(i) < len(names) {
		return names[i]
	}
	return fmt.Sprintf("%s(%d)", kind, i)
}

// ResizeOptions are the options of Resize. Size or Scale must be given. Lists
// hold one value for all axes, or one for each.
type ResizeOptions struct {
	Size           []int             // new sizes
	Scale          []float64         // factors of the sizes, which are rounded down
	Axes           []int             // the axes; all behind the first two, which are the spatial ones of [N C …], if empty
	Mode           ResizeMode        // what lies between elements; the nearest one by default
	Coordinates    ResizeCoordinates // HalfPixel by default
	Rounding       ResizeRounding    // ResizeNearest: what is nearest; halves down by default
	Fit            ResizeFit         // with Size: keeps the ratio of the axes if asked to
	Cubic          float64           // ResizeCubic: the coefficient a; 0 means -0.75
	Antialias      bool              // ResizeLinear, ResizeCubic: widens the filter where the axis becomes shorter
	ExcludeOutside bool              // neighbours outside x count for nothing, instead of repeating the border
}

func (o ResizeOptions) attrs() Attrs {
	a := Attrs{"mode": o.Mode.String(), "coordinates": o.Coordinates.String(), "rounding": o.Rounding.String(), "fit": o.Fit.String()}
	if len(o.Size) > 0 {
		a["size"] = slices.Clone(o.Size)
	}
	if len(o.Scale) > 0 {
		a["scale"] = slices.Clone(o.Scale)
	}
	if len(o.Axes) > 0 {
		a["axes"] = slices.Clone(o.Axes)
	}
	if o.Cubic != 0 {
		a["cubic"] = o.Cubic
	}
	if o.Antialias {
		a["antialias"] = true
	}
	if o.ExcludeOutside {
		a["exclude_outside"] = true
	}
	return a
}

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

// choice returns a text attribute that must be one of names, the first if it
// is not set.
func (a Attrs) choice(name string, names []string) (string, error) {
	s, err := a.String(name, names[0])
	if err == nil && !slices.Contains(names, s) {
		err = &ArgError{Arg: name, Got: fmt.Sprintf("%q", s), Rule: fmt.Sprintf("want one of %q", names)}
	}
	return s, err
}

// place returns where index i of axis k of the result lies in n elements.
func (p *resizing) place(k, i, n int) float64 {
	size, scale := p.size[k], p.scale[k]
	length := float64(size) // of the result, before it was rounded
	if scale > 0 {
		length = scale * float64(n)
	}
	switch p.coordinates {
	case "align_corners":
		if length == 1 {
			return 0
		}
		return float64(i) * float64(n-1) / (length - 1)
	case "asymmetric":
		if scale > 0 {
			return float64(i) / scale
		}
		return float64(i*n) / float64(size)
	case "pytorch_half_pixel":
		if size == 1 {
			return 0
		}
	}
	if scale == 0 {
		// One division of integers: halves and whole places are exact.
		return float64((2*i+1)*n-size) / float64(2*size)
	}
	x := (float64(i)+0.5)/scale - 0.5
	if p.coordinates == "half_pixel_symmetric" {
		x += float64(n) / 2 * (1 - float64(size)/length)
	}
	return x
}

// taps computes the weights of each axis.
func (p *resizing) taps(x Shape) resampling {
	r := resampling{axes: p.axes}
	for k, a := range p.axes {
		n, t := x[a], &cpu.Taps{}
		t.Close()
		for i := range p.size[k] {
			p.row(t, k, p.place(k, i, n), n)
			t.Close()
		}
		r.taps = append(r.taps, t)
	}
	return r
}

// row adds the weights of one place.
func (p *resizing) row(t *cpu.Taps, k int, x float64, n int) {
	inside := func(i int) int { return min(max(i, 0), n-1) }
	if p.mode == "nearest" {
		var i float64
		switch p.rounding {
		case "round_prefer_floor":
			i = math.Ceil(x - 0.5)
		case "round_prefer_ceil":
			i = math.Floor(x + 0.5)
		case "floor":
			i = math.Floor(x)
		default:
			i = math.Ceil(x)
		}
		t.Add(inside(int(i)), 1)
		return
	}
	kernel, reach := triangleKernel, 1.0
	if p.mode == "cubic" {
		kernel, reach = cubicKernel(p.cubic), 2
	}
	shrink := 1.0
	if p.antialias {
		scale := p.scale[k]
		if scale == 0 {
			scale = float64(p.size[k]) / float64(n)
		}
		shrink = min(1, scale)
	}
	reach /= shrink
	from, total := len(t.Index), 0.0
	for i := int(math.Ceil(x - reach)); float64(i) <= x+reach; i++ {
		w := kernel((float64(i) - x) * shrink)
		if w == 0 || p.excludeOutside && (i < 0 || i >= n) {
			continue
		}
		t.Add(inside(i), w)
		total += w
	}
	if total == 0 { // all neighbours lie outside
		t.Add(inside(int(math.Floor(x+0.5))), 1)
		return
	}
	if p.antialias || p.excludeOutside {
		for i := from; i < len(t.Weight); i++ {
			t.Weight[i] /= total
		}
	}
}

func triangleKernel(d float64) float64 { return max(0, 1-math.Abs(d)) }

// cubicKernel is the convolution kernel with coefficient a (Keys, 1981).
func cubicKernel(a float64) func(d float64) float64 {
	return func(d float64) float64 {
		d = math.Abs(d)
		switch {
		case d <= 1:
			return ((a+2)*d-(a+3))*d*d + 1
		case d < 2:
			return ((a*d-5*a)*d+8*a)*d - 4*a
		}
		return 0
	}
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
