package ops_test

import (
	"math"
	"testing"

	"cahier/ops"
	"cahier/ops/opstest"
)

// gridSampleWant is the definition, over all pixels.
func gridSampleWant(nearest, border, corners bool) func([]*ops.Tensor) []*ops.Tensor {
	return func(in []*ops.Tensor) []*ops.Tensor {
		x, g := gridOf(in[0]), gridOf(in[1])
		h, w := x.shape[2], x.shape[3]
		out := newGrid(x.shape[0], x.shape[1], g.shape[1], g.shape[2])
		place := func(c float64, n int) float64 {
			at := ((c+1)*float64(n) - 1) / 2
			if corners {
				at = (c + 1) / 2 * float64(n-1)
			}
			if border {
				at = math.Max(0, math.Min(float64(n-1), at))
			}
			if nearest {
				at = math.RoundToEven(at)
			}
			return at
		}
		each(out.shape, func(k []int) {
			u, v := place(*g.at(k[0], k[2], k[3], 0), w), place(*g.at(k[0], k[2], k[3], 1), h)
			for i := range h {
				for j := range w {
					weight := math.Max(0, 1-math.Abs(u-float64(j))) * math.Max(0, 1-math.Abs(v-float64(i)))
					*out.at(k...) += weight * *x.at(k[0], k[1], i, j)
				}
			}
		})
		return out.list()
	}
}

func init() {
	x := opstest.Randn(1, 2, 2, 3, 4)
	// Off the centres of pixels, where there is a kink, some outside.
	grid := opstest.Randn(2, 2, 2, 3, 2).Mul(0.7).Add(0.013)
	for _, c := range []struct {
		name                     string
		nearest, border, corners bool
	}{{"plain", false, false, false}, {"aligned corners", false, false, true}, {"border", false, true, false}, {"nearest", true, false, false}, {"nearest, border, aligned corners", true, true, true}} {
		attrs := ops.Attrs{"nearest": c.nearest, "border": c.border, "align_corners": c.corners}
		cases["grid_sample"] = append(cases["grid_sample"], opstest.Case{Name: c.name, Attrs: attrs, Inputs: list(x, grid), Want: gridSampleWant(c.nearest, c.border, c.corners)})
	}
	cases["grid_sample"] = append(cases["grid_sample"],
		opstest.Case{Name: "one element", Inputs: list(opstest.Randn(1, 1, 1, 1, 1), grid.Slice(0, 0, 1)), Want: gridSampleWant(false, false, false)},
		opstest.Case{Name: "no place", Inputs: list(x, opstest.Randn(1, 2, 0, 3, 2)), Want: gridSampleWant(false, false, false)})
	refusals["grid_sample"] = []opstest.Refusal{
		{Name: "one image", Inputs: list(f64(1, 2), grid), Want: "ops.GridSample: x has shape [2], want [n c h w]: want a batch of images"},
		{Name: "grid", Inputs: list(x, grid.Slice(3, 0, 1)), Want: "ops.GridSample: grid has shape [2 2 3 1], want [2 p q 2]: want two coordinates for each place of each image"},
		{Name: "no pixel", Inputs: list(opstest.Randn(1, 2, 2, 0, 4), grid), Want: "ops.GridSample: x has shape [2 2 0 4]: there is no pixel to take"},
		{Name: "types", Inputs: list(x, grid.To(ops.Float32)), Want: "ops.GridSample: grid is Float32, want Float64: both tensors must have one type, and x is Float64\ngrid.To(ops.Float64) converts"},
		{Name: "integers", Inputs: list(i64(1).Reshape(1, 1, 1, 1), grid), Want: "ops.GridSample: x is Int64, want Float32 or Float64\nx.To(ops.Float32) converts"},
	}
}

// TestGridSampleFar makes sure that places far outside are outside, and that
// one that is not a number gives none.
func TestGridSampleFar(t *testing.T) {
	x := ops.Ones(1, 1, 3, 3)
	at := func(u, v float64) *ops.Tensor { return ops.From([]float64{u, v}).To(ops.Float32).Reshape(1, 1, 1, 2) }
	for _, u := range []float64{inf, -inf, 1e30, -1e30, 5} {
		if y := ops.GridSample(x, at(u, 0)).Item(); y != 0 {
			t.Errorf("%v outside is %v", u, y)
		}
		if y := ops.GridSample(x, at(0, u), ops.GridSampleOptions{Border: true}).Item(); y != 1 {
			t.Errorf("%v at the border is %v", u, y)
		}
	}
	for _, o := range []ops.GridSampleOptions{{}, {Border: true}, {Nearest: true}} {
		if y := ops.GridSample(x, at(nan, 0), o).Item(); y == y {
			t.Errorf("NaN gives %v with %+v", y, o)
		}
	}
}
