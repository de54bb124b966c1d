package nn

import (
	"fmt"
	"slices"
	"strings"

	"cahier/ops"
)

// AdaptivePoolLayer is max or average pooling to a size that does not depend
// on that of its input.
type AdaptivePoolLayer struct {
	common
	Name string // the function of package ops: "AdaptiveAvgPool2D"
	Size []int  // of the spatial axes of the result; one for all, or one for each
}

var adaptivePools = map[string]func(*ops.Tensor, ...int) *ops.Tensor{
	"AdaptiveAvgPool1D": ops.AdaptiveAvgPool1D, "AdaptiveAvgPool2D": ops.AdaptiveAvgPool2D, "AdaptiveAvgPool3D": ops.AdaptiveAvgPool3D,
	"AdaptiveMaxPool1D": ops.AdaptiveMaxPool1D, "AdaptiveMaxPool2D": ops.AdaptiveMaxPool2D, "AdaptiveMaxPool3D": ops.AdaptiveMaxPool3D,
}

func newAdaptivePool(name string, axes int, size []int) *AdaptivePoolLayer {
	if len(size) != 1 && len(size) != axes {
		panic(&ops.ArgError{OpName: "nn." + name, Arg: "size", Got: size, Rule: fmt.Sprintf("want one value, or one for each of %d axes", axes)})
	}
	for _, s := range size {
		positive("nn."+name, "size", s)
	}
	return &AdaptivePoolLayer{Name: name, Size: slices.Clone(size)}
}

// AdaptiveAvgPool1D returns a layer that computes [ops.AdaptiveAvgPool1D]:
// means of windows that divide x [N C L] into so many parts, y [N C size].
//
// It panics with an [ops.ArgError] for a size below 1, as the other adaptive
// poolings do, and for a number of sizes that is neither one nor that of the
// axes.
func AdaptiveAvgPool1D(size int) *AdaptivePoolLayer {
	return newAdaptivePool("AdaptiveAvgPool1D", 1, []int{size})
}

// AdaptiveAvgPool2D returns a layer that computes [ops.AdaptiveAvgPool2D]:
// means of windows that divide x [N C H W] into so many parts along each axis.
// See [AdaptiveAvgPool1D] for panics.
func AdaptiveAvgPool2D(size ...int) *AdaptivePoolLayer {
	return newAdaptivePool("AdaptiveAvgPool2D", 2, size)
}

// AdaptiveAvgPool3D returns a layer that computes [ops.AdaptiveAvgPool3D] of
// x [N C D H W]. See [AdaptiveAvgPool1D] for panics.
func AdaptiveAvgPool3D(size ...int) *AdaptivePoolLayer {
	return newAdaptivePool("AdaptiveAvgPool3D", 3, size)
}

// AdaptiveMaxPool1D returns a layer that computes [ops.AdaptiveMaxPool1D]:
// the largest elements of windows that divide x [N C L] into so many parts.
// See [AdaptiveAvgPool1D] for panics.
func AdaptiveMaxPool1D(size int) *AdaptivePoolLayer {
	return newAdaptivePool("AdaptiveMaxPool1D", 1, []int{size})
}

// AdaptiveMaxPool2D returns a layer that computes [ops.AdaptiveMaxPool2D] of
// x [N C H W]. See [AdaptiveAvgPool1D] for panics.
func AdaptiveMaxPool2D(size ...int) *AdaptivePoolLayer {
	return newAdaptivePool("AdaptiveMaxPool2D", 2, size)
}

// AdaptiveMaxPool3D returns a layer that computes [ops.AdaptiveMaxPool3D] of
// x [N C D H W]. See [AdaptiveAvgPool1D] for panics.
func AdaptiveMaxPool3D(size ...int) *AdaptivePoolLayer {
	return newAdaptivePool("AdaptiveMaxPool3D", 3, size)
}

// Forward returns the pooled x [N C …]. It panics with an [ops.ShapeError]
// for another number of axes.
func (l *AdaptivePoolLayer) Forward(x *ops.Tensor) *ops.Tensor {
	f := adaptivePools[l.Name]
	if f == nil {
		panic(&ops.ArgError{OpName: "nn.AdaptivePoolLayer.Forward", Arg: "Name", Got: l.Name, Rule: "want AdaptiveMaxPool or AdaptiveAvgPool with 1D, 2D or 3D"})
	}
	return l.note(l, x, f(x, l.Size...))
}

// String returns the layer as it is made.
func (l *AdaptivePoolLayer) String() string {
	return describe(l.Name, strings.Trim(strings.ReplaceAll(fmt.Sprint(l.Size), " ", ", "), "[]"))
}
