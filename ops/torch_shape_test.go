package ops_test

import (
	"fmt"
	"strconv"
	"strings"

	"cahier/ops"
)

func init() {
	for n := 1; n <= 3; n++ {
		for _, kind := range []string{"avg", "max"} {
			op := fmt.Sprintf("adaptive_%s_pool%dd", kind, n)
			torchOps[op] = func(c torchCall) []*ops.Tensor { return ops.CallAll(op, ops.Attrs{"size": c.ints("size")}, c.in...) }
		}
	}
	torchOps["max_unpool"] = func(c torchCall) []*ops.Tensor { return list(ops.MaxUnpool(c.in[0], c.in[1], c.ints("size")...)) }
	torchOps["interpolate"] = torchInterpolate
	torchOps["norm"] = func(c torchCall) []*ops.Tensor {
		p, err := strconv.ParseFloat(c.text("p"), 64)
		if err != nil {
			return nil // the case fails for want of outputs
		}
		return list(ops.Norm(c.in[0], p, ops.ReduceOptions{Axes: c.ints("axes")}))
	}
	torchOps["topk"] = func(c torchCall) []*ops.Tensor {
		y, places := ops.TopK(c.in[0], c.int("k", 0), c.int("axis", -1), ops.TopKOptions{Smallest: !c.on("largest")})
		return list(y, places)
	}
	torchOps["tril"] = func(c torchCall) []*ops.Tensor { return list(ops.Tril(c.in[0], c.int("k", 0))) }
	torchOps["triu"] = func(c torchCall) []*ops.Tensor { return list(ops.Triu(c.in[0], c.int("k", 0))) }
	torchOps["diagonal"] = func(c torchCall) []*ops.Tensor {
		return list(ops.Diagonal(c.in[0], ops.DiagonalOptions{Offset: c.int("k", 0)}))
	}
	torchOps["diag_embed"] = func(c torchCall) []*ops.Tensor { return list(ops.Diag(c.in[0])) }
	torchOps["trace"] = func(c torchCall) []*ops.Tensor { return list(ops.Trace(c.in[0])) }
	torchOps["einsum"] = func(c torchCall) []*ops.Tensor { return list(ops.Einsum(c.text("spec"), c.in...)) }
}

// torchInterpolate translates the modes of PyTorch's interpolate.
func torchInterpolate(c torchCall) []*ops.Tensor {
	o := ops.ResizeOptions{Size: c.ints("size")}
	if s := c.num("scale", 0); s != 0 {
		o.Scale = []float64{s}
	}
	switch mode := c.text("mode"); {
	case mode == "area":
		return ops.CallAll(fmt.Sprintf("adaptive_avg_pool%dd", c.int("n", 0)), ops.Attrs{"size": o.Size}, c.in...)
	case mode == "nearest":
		o.Coordinates, o.Rounding = ops.Asymmetric, ops.RoundFloor
	case mode == "nearest-exact":
		o.Rounding = ops.RoundPreferCeil
	case strings.HasSuffix(mode, "linear"):
		o.Mode = ops.ResizeLinear
	default:
		o.Mode = ops.ResizeCubic
	}
	if c.on("corners") {
		o.Coordinates = ops.AlignCorners
	}
	if c.on("antialias") {
		o.Antialias, o.ExcludeOutside, o.Cubic = true, true, -0.5
	}
	return list(ops.Resize(c.in[0], o))
}
