package ops_test

import "cahier/ops"

func init() {
	onnxOps["Resize"] = func(c *onnxCase) []*ops.Tensor {
		x := c.in[0]
		o := ops.ResizeOptions{Axes: c.ints("axes"), Cubic: c.float("cubic_coeff_a", -0.75), Antialias: c.int("antialias", 0) != 0, ExcludeOutside: c.int("exclude_outside", 0) != 0,
			Mode:        map[string]ops.ResizeMode{"linear": ops.ResizeLinear, "cubic": ops.ResizeCubic}[c.string("mode")],
			Coordinates: map[string]ops.ResizeCoordinates{"pytorch_half_pixel": ops.PyTorchHalfPixel, "half_pixel_symmetric": ops.HalfPixelSymmetric, "align_corners": ops.AlignCorners, "asymmetric": ops.Asymmetric}[c.string("coordinate_transformation_mode")],
			Rounding:    map[string]ops.ResizeRounding{"round_prefer_ceil": ops.RoundPreferCeil, "floor": ops.RoundFloor, "ceil": ops.RoundCeil}[c.string("nearest_mode")],
			Fit:         map[string]ops.ResizeFit{"not_larger": ops.FitInside, "not_smaller": ops.FitOutside}[c.string("keep_aspect_ratio_policy")]}
		if len(o.Axes) == 0 {
			o.Axes = ops.ArangeInt(x.Rank()).Ints()
		}
		if scales := c.input(2); scales != nil && scales.Len() > 0 {
			o.Scale = scales.Float64s()
		} else {
			o.Size = c.in[3].Ints()
		}
		return list(ops.Resize(x, o))
	}
}
