package ops

import (
	"fmt"
	"slices"
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

// choice returns a text attribute that must be one of names, the first if it
// is not set.
func (a Attrs) choice(name string, names []string) (string, error) {
	s, err := a.String(name, names[0])
	if err == nil && !slices.Contains(names, s) {
		err = &ArgError{Arg: name, Got: fmt.Sprintf("%q", s), Rule: fmt.Sprintf("want one of %q", names)}
	}
	return s, err
}
