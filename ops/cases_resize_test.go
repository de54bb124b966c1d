package ops_test

import (
	"fmt"
	"math"
	"testing"

	"cahier/ops"
	"cahier/ops/opstest"
)

// resizeWant sums over all neighbours on all axes behind the first two: place
// is where output o of size many lies in n elements, weigh gives the weight
// of an element at distance d. A neighbour outside is the border's element,
// or with exclude none.
func resizeWant(size []int, reach int, exclude bool, place func(o, size, n int) float64, weigh func(x, at float64) float64) func([]*ops.Tensor) []*ops.Tensor {
	return func(in []*ops.Tensor) []*ops.Tensor {
		x := gridOf(in[0])
		y := newGrid(append([]int{x.shape[0], x.shape[1]}, size...)...)
		window := make([]int, len(size))
		for a := range window {
			window[a] = 2*reach + 2
		}
		each(y.shape, func(o []int) {
			sum, total := 0.0, 0.0
			each(window, func(k []int) {
				index, w := []int{o[0], o[1]}, 1.0
				for a := range size {
					n := x.shape[2+a]
					p := place(o[2+a], size[a], n)
					j := int(math.Floor(p)) - reach + k[a]
					w *= weigh(p, float64(j))
					if exclude && (j < 0 || j >= n) {
						w = 0
					}
					index = append(index, min(max(j, 0), n-1))
				}
				sum, total = sum+w**x.at(index...), total+w
			})
			*y.at(o...) = sum / total
		})
		return []*ops.Tensor{y.tensor().To(in[0].DType())}
	}
}

func half(o, size, n int) float64       { return (float64(o)+0.5)*float64(n)/float64(size) - 0.5 }
func asymmetric(o, size, n int) float64 { return float64(o) * float64(n) / float64(size) }
func corners(o, size, n int) float64 {
	if size == 1 {
		return 0
	}
	return float64(o) * float64(n-1) / float64(size-1)
}

func hat(x, at float64) float64 { return math.Max(0, 1-math.Abs(x-at)) }

func keys(a float64) func(x, at float64) float64 {
	return func(x, at float64) float64 {
		switch d := math.Abs(x - at); {
		case d <= 1:
			return (a+2)*d*d*d - (a+3)*d*d + 1
		case d < 2:
			return a*d*d*d - 5*a*d*d + 8*a*d - 4*a
		}
		return 0
	}
}

// only is the weight of a mode that takes one element.
func only(round func(x float64) float64) func(x, at float64) float64 {
	return func(x, at float64) float64 { return truth(round(x) == at) }
}

func init() {
	lower := only(func(x float64) float64 { return math.Ceil(x - 0.5) })
	upper := only(func(x float64) float64 { return math.Floor(x + 0.5) })
	x := opstest.Randn(1, 2, 1, 4, 5)
	add := func(label string, attrs ops.Attrs, x *ops.Tensor, want func([]*ops.Tensor) []*ops.Tensor) {
		cases["resize"] = append(cases["resize"], opstest.Case{Name: label, Attrs: attrs, Inputs: list(x), Want: want, Smooth: true})
	}
	for mode, m := range map[string]struct {
		reach int
		weigh func(x, at float64) float64
	}{"nearest": {1, lower}, "linear": {1, hat}, "cubic": {2, keys(-0.75)}} {
		for name, place := range map[string]func(o, size, n int) float64{"half_pixel": half, "align_corners": corners, "asymmetric": asymmetric} {
			for _, size := range [][]int{{7, 3}, {2, 11}, {1, 5}} {
				add(fmt.Sprint(mode, " ", name, " ", size), ops.Attrs{"size": size, "mode": mode, "coordinates": name}, x, resizeWant(size, m.reach, false, place, m.weigh))
			}
		}
		add(mode+" vector", ops.Attrs{"size": 7, "mode": mode}, opstest.Randn(2, 1, 2, 3), resizeWant([]int{7}, m.reach, false, half, m.weigh))
		add(mode+" volume", ops.Attrs{"size": []int{3, 2, 5}, "mode": mode}, opstest.Randn(3, 1, 1, 2, 3, 2), resizeWant([]int{3, 2, 5}, m.reach, false, half, m.weigh))
		add(mode+" one element", ops.Attrs{"size": 2, "mode": mode}, opstest.Randn(2, 1, 1, 1), resizeWant([]int{2}, m.reach, false, half, m.weigh))
		add(mode+" no image", ops.Attrs{"size": 2, "mode": mode}, opstest.Randn(2, 0, 1, 3), resizeWant([]int{2}, m.reach, false, half, m.weigh))
		add(mode+" no result", ops.Attrs{"size": 0, "mode": mode}, opstest.Randn(2, 1, 1, 3), resizeWant([]int{0}, m.reach, false, half, m.weigh))
		add(mode+" excluding", ops.Attrs{"size": []int{7, 3}, "mode": mode, "exclude_outside": true}, x, resizeWant([]int{7, 3}, m.reach, mode != "nearest", half, m.weigh))
		add(mode+" scale", ops.Attrs{"scale": []float64{1.6, 0.5}, "mode": mode}, x, resizeWant([]int{6, 2}, m.reach, false, func(o, _, n int) float64 {
			return (float64(o)+0.5)/map[int]float64{4: 1.6, 5: 0.5}[n] - 0.5
		}, m.weigh))
	}
	for name, weigh := range map[string]func(x, at float64) float64{"round_prefer_ceil": upper, "floor": only(math.Floor), "ceil": only(math.Ceil)} {
		add("nearest "+name, ops.Attrs{"size": []int{8, 10}, "rounding": name}, x, resizeWant([]int{8, 10}, 1, false, half, weigh))
	}
	add("cubic coefficient", ops.Attrs{"size": []int{7, 3}, "mode": "cubic", "cubic": -0.5}, x, resizeWant([]int{7, 3}, 2, false, half, keys(-0.5)))
	wide := func(weigh func(x, at float64) float64) func(x, at float64) float64 {
		return func(x, at float64) float64 { return weigh(0, (at-x)*0.5) } // for half the size
	}
	add("linear antialias", ops.Attrs{"size": 4, "mode": "linear", "antialias": true}, opstest.Randn(3, 1, 2, 8), resizeWant([]int{4}, 3, false, half, wide(hat)))
	add("cubic antialias, excluding", ops.Attrs{"size": 4, "mode": "cubic", "antialias": true, "exclude_outside": true}, opstest.Randn(3, 1, 2, 8), resizeWant([]int{4}, 5, true, half, wide(keys(-0.75))))
	add("PyTorch half pixel", ops.Attrs{"size": []int{1, 3}, "mode": "cubic", "coordinates": "pytorch_half_pixel"}, x, resizeWant([]int{1, 3}, 2, false, func(o, size, n int) float64 {
		if size == 1 {
			return 0
		}
		return half(o, size, n)
	}, keys(-0.75)))
	add("symmetric", ops.Attrs{"scale": 0.7, "mode": "linear", "coordinates": "half_pixel_symmetric"}, opstest.Randn(4, 1, 1, 4), resizeWant([]int{2}, 1, false, func(o, _, n int) float64 {
		// The centre of the result lies at the centre of x.
		return float64(n)/2 - 0.5 + (float64(o)-0.5)/0.7
	}, hat))
	add("inside", ops.Attrs{"size": []int{8, 15}, "fit": "not_larger", "mode": "linear"}, x, resizeWant([]int{8, 10}, 1, false, half, hat))
	add("outside", ops.Attrs{"size": []int{8, 15}, "fit": "not_smaller", "mode": "linear"}, x, resizeWant([]int{12, 15}, 1, false, half, hat))
	swap := func(in []*ops.Tensor) []*ops.Tensor {
		y := resizeWant([]int{3}, 1, false, half, hat)(list(in[0].T().Unsqueeze(0)))
		return list(y[0].Squeeze(0).T())
	}
	add("first axis", ops.Attrs{"size": 3, "axes": -2, "mode": "linear"}, opstest.Randn(5, 4, 2), swap)
	for _, d := range []ops.DType{ops.Int64, ops.Uint8, ops.Bool} {
		cases["resize"] = append(cases["resize"], opstest.Case{Name: d.String(), Attrs: ops.Attrs{"size": 5}, Inputs: list(i64(1, 0, 250).To(d).Reshape(1, 1, 3)), Want: resizeWant([]int{5}, 1, false, half, lower), NoGrad: true})
	}
	refuse := func(name string, attrs ops.Attrs, x *ops.Tensor, want string) {
		refusals["resize"] = append(refusals["resize"], opstest.Refusal{Name: name, Attrs: attrs, Inputs: list(x), Want: "ops.Resize: " + want})
	}
	refuse("nothing", nil, x, "Size and Scale is missing: one of both must say how large the result is")
	refuse("both", ops.Attrs{"size": 2, "scale": 2}, x, "Size and Scale is [2] and [2]: only one of both can say how large the result is")
	refuse("count", ops.Attrs{"size": []int{1, 2, 3}}, x, "Size or Scale is 3: want one value, or one for each of 2 axes")
	refuse("negative size", ops.Attrs{"size": -2}, x, "size is [-2]: must not be negative")
	refuse("scale", ops.Attrs{"scale": 0.0}, x, "scale is [0]: must be above 0, and finite")
	refuse("scale of text", ops.Attrs{"scale": "2"}, x, "scale is 2: want a []float64")
	refuse("fit", ops.Attrs{"scale": 2, "fit": "not_larger"}, x, "fit is not_larger: goes with sizes, not with scales")
	refuse("mode", ops.Attrs{"size": 2, "mode": "bilinear"}, x, `mode is "bilinear": want one of ["nearest" "linear" "cubic"]`)
	refuse("antialias", ops.Attrs{"size": 2, "antialias": true}, x, "antialias is true: has no meaning for the mode nearest")
	refuse("axes", ops.Attrs{"size": 2, "axes": []int{1, -3}}, x, "axes is [1 -3]: names axis 1 twice")
	refuse("matrix", ops.Attrs{"size": 2}, f64(1, 2).Reshape(1, 2), "x has shape [1 2], want [n c w]: there is no axis behind batch and channels\nAxes names the axes to resize")
	refuse("empty axis", ops.Attrs{"size": 2}, ops.Zeros(1, 1, 0), "x has shape [1 1 0]: axis 2 has no element to interpolate")
	refuse("integers", ops.Attrs{"size": 2, "mode": "linear"}, i64(1).Reshape(1, 1, 1), "x is Int64, want Float32 or Float64: only the mode nearest takes other types\nx.To(ops.Float32) converts")
	adaptiveCases()
}

func adaptiveCases() {
	for n := 1; n <= 3; n++ {
		for kind, fold := range map[string]func(v []float64) float64{
			"avg": func(v []float64) (m float64) {
				for _, x := range v {
					m += x / float64(len(v))
				}
				return m
			},
			"max": func(v []float64) float64 {
				m := v[0]
				for _, x := range v {
					m = maxNaN(m, x)
				}
				return m
			},
		} {
			name := fmt.Sprintf("adaptive_%s_pool%dd", kind, n)
			want := func(size []int) func([]*ops.Tensor) []*ops.Tensor {
				return func(in []*ops.Tensor) []*ops.Tensor {
					x := gridOf(in[0])
					y := newGrid(append([]int{x.shape[0], x.shape[1]}, size...)...)
					at := newGrid(y.shape...)
					each(y.shape, func(o []int) {
						var v []float64
						best := math.NaN()
						each(x.shape[2:], func(i []int) {
							plane := 0
							for a := range i {
								// Element i belongs to output o if their intervals overlap.
								ratio := float64(x.shape[2+a]) / float64(size[a])
								if float64(i[a]+1) <= float64(o[2+a])*ratio+1e-9 || float64(i[a]) >= float64(o[2+a]+1)*ratio-1e-9 {
									return
								}
								plane = plane*x.shape[2+a] + i[a]
							}
							e := *x.at(append([]int{o[0], o[1]}, i...)...)
							if len(v) == 0 || e > best {
								best, *at.at(o...) = e, float64(plane)
							}
							v = append(v, e)
						})
						*y.at(o...) = fold(v)
					})
					if kind == "max" {
						return list(y.tensor().To(in[0].DType()), at.tensor().To(ops.Int64))
					}
					return y.list()
				}
			}
			add := func(label string, size []int, x *ops.Tensor) {
				cases[name] = append(cases[name], opstest.Case{Name: label, Attrs: ops.Attrs{"size": size}, Inputs: list(x), Want: want(size), Smooth: kind == "avg"})
			}
			x := opstest.Spread(4, append([]int{2, 3}, []int{7, 4, 5}[:n]...)...)
			add("uneven", []int{3, 3, 2}[:n], x)
			add("as it is", []int{7, 4, 5}[:n], x)
			add("larger", []int{9, 6, 5}[:n], x)
			add("whole", []int{1, 1, 1}[:n], x)
			add("one element", []int{1, 1, 1}[:n], opstest.Spread(1, append([]int{1, 1}, []int{1, 1, 1}[:n]...)...))
			add("no image", []int{2, 2, 2}[:n], opstest.Spread(1, append([]int{0, 2}, []int{3, 3, 3}[:n]...)...))
			title := goName(lookup(name))
			refusals[name] = []opstest.Refusal{
				{Name: "size", Attrs: ops.Attrs{"size": 0}, Inputs: list(x), Want: title + ": size is [0]: must be at least 1"},
				{Name: "misspelt", Attrs: ops.Attrs{"stride": 1}, Inputs: list(x), Want: title + ": attribute stride is no attribute of this operation, which has size"},
				{Name: "empty", Attrs: ops.Attrs{"size": 1}, Inputs: list(ops.Zeros(append([]int{1, 1}, []int{0, 1, 1}[:n]...)...)), Want: fmt.Sprintf("%s: x has shape %v: spatial axis 0 has no element", title, ops.Shape(append([]int{1, 1}, []int{0, 1, 1}[:n]...)))},
				{Name: "booleans", Attrs: ops.Attrs{"size": 1}, Inputs: list(x.Greater(0)), Want: title + ": x is Bool, want Float32 or Float64" + map[string]string{"avg": "", "max": " or Int64 or Uint8"}[kind] + "\nx.To(ops.Float32) converts"},
			}
			if kind == "max" {
				special := opstest.Case{Name: "NaN and integers", Attrs: ops.Attrs{"size": 1}, Inputs: list(i64(3, 1, 7, 7).Reshape(append([]int{1, 1, 4}, []int{1, 1}[:n-1]...)...)), Want: want([]int{1, 1, 1}[:n]), NoGrad: true}
				cases[name] = append(cases[name], special)
			}
		}
	}
}

func TestGlobalPools(t *testing.T) {
	x := opstest.Randn(1, 2, 3, 4, 5)
	near(t, "mean", ops.GlobalAvgPool(x), ops.AdaptiveAvgPool2D(x))
	near(t, "maximum", ops.GlobalMaxPool(x), ops.AdaptiveMaxPool2D(x))
	near(t, "norm", ops.GlobalLpPool(x, 3), ops.LpPool2D(x, 3, 0, ops.PoolOptions{Size: []int{4, 5}}))
	y, places := ops.AdaptiveMaxPool2DIndices(x, 2, 3)
	z := ops.MaxUnpool(y, places, 4, 5)
	near(t, "unpooled places", ops.Where(z.Equal(0), x, z), x)
	p := ops.AdaptiveMaxPool2D(f64(1, nan, 5, 2).Reshape(1, 1, 2, 2), 1)
	if p.Item() == p.Item() {
		t.Errorf("the maximum with NaN is %v", p)
	}
	for want, f := range map[string]func(){
		"ops.GlobalAvgPool: x has shape [2 3], want [n c w]: want batch, channels, and at least one axis of space": func() { ops.GlobalAvgPool(ops.Zeros(2, 3)) },
		"ops.MaxUnpool: size is [4]: want one for each of 2 spatial axes":                                          func() { ops.MaxUnpool(y, places, 4) },
		"ops.MaxUnpool: places has shape [2 3 3], want [2 3 2 3]: must be the shape of y":                          func() { ops.MaxUnpool(y, places.Select(2, 0), 4, 5) },
		"ops.MaxUnpool: size is [4 -5]: must not be negative":                                                      func() { ops.MaxUnpool(y, places, 4, -5) },
	} {
		wantErr(t, want, f)
	}
}
