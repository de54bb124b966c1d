package ops_test

import (
	"strings"

	"cahier/ops"
)

func init() {
	for n, name := range []string{1: "adaptive_avg_pool1d", 2: "adaptive_avg_pool2d", 3: "adaptive_avg_pool3d"} {
		if n > 0 {
			torchOps[name] = func(c torchCall) []*ops.Tensor { return list(adaptiveAvg[n](c.in[0], c.ints("size")...)) }
		}
	}
	for n, name := range []string{1: "adaptive_max_pool1d", 2: "adaptive_max_pool2d", 3: "adaptive_max_pool3d"} {
		if n > 0 {
			torchOps[name] = func(c torchCall) []*ops.Tensor {
				y, places := adaptiveMax[n](c.in[0], c.ints("size")...)
				return list(y, places)
			}
		}
	}
	torchOps["interpolate"] = torchInterpolate
	torchOps["affine_grid"] = func(c torchCall) []*ops.Tensor {
		return list(ops.AffineGrid(c.in[0], c.int("height", 0), c.int("width", 0), ops.GridSampleOptions{AlignCorners: c.on("align_corners")}))
	}
	torchOps["max_unpool"] = func(c torchCall) []*ops.Tensor { return list(ops.MaxUnpool(c.in[0], c.in[1], c.ints("size")...)) }
}

var (
	adaptiveAvg = []func(x *ops.Tensor, size ...int) *ops.Tensor{1: ops.AdaptiveAvgPool1D, 2: ops.AdaptiveAvgPool2D, 3: ops.AdaptiveAvgPool3D}
	adaptiveMax = []func(x *ops.Tensor, size ...int) (y, places *ops.Tensor){1: ops.AdaptiveMaxPool1DIndices, 2: ops.AdaptiveMaxPool2DIndices, 3: ops.AdaptiveMaxPool3DIndices}
)

// torchInterpolate is PyTorch's interpolate as the documentation of Resize
// says it.
func torchInterpolate(c torchCall) []*ops.Tensor {
	o := ops.ResizeOptions{Size: c.ints("size"), Antialias: c.on("antialias"), ExcludeOutside: c.on("antialias")}
	if s := c.num("scale", 0); s != 0 {
		o.Scale = []float64{s}
	}
	if c.on("corners") {
		o.Coordinates = ops.AlignCorners
	}
	switch mode := c.text("mode"); {
	case mode == "area":
		return list(adaptiveAvg[c.int("n", 0)](c.in[0], o.Size...))
	case mode == "nearest":
		o.Coordinates, o.Rounding = ops.Asymmetric, ops.RoundFloor
	case mode == "nearest-exact":
		o.Rounding = ops.RoundPreferCeil
	case strings.HasSuffix(mode, "linear"):
		o.Mode = ops.ResizeLinear
	default:
		o.Mode = ops.ResizeCubic
		if o.Antialias {
			o.Cubic = -0.5
		}
	}
	return list(ops.Resize(c.in[0], o))
}
