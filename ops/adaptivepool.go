package ops

import (
	"fmt"
	"slices"

	"cahier/ops/internal/cpu"
)

// adaptiveOps are the poolings on n spatial axes whose windows follow from
// the size of the result.
type adaptiveOps struct{ max, avg *Op }

var adaptiveND [4]adaptiveOps // by the number of spatial axes

func init() {
	for n := 1; n <= 3; n++ {
		adaptiveND[n] = adaptiveOps{newAdaptiveMax(n), newAdaptiveAvg(n)}
	}
}

// adaptiveOf checks shape and attributes and returns the new sizes of the
// spatial axes.
func adaptiveOf(attrs Attrs, n int, x Shape) ([]int, error) {
	if err := attrs.only("size"); err != nil {
		return nil, err
	}
	if len(x) != n+2 {
		e := &ShapeError{Arg: "x", Got: slices.Clone(x), Want: anyShape([]int{-1, -1}, n), Axes: axisNames([]string{"n", "c"}, n), Rule: fmt.Sprintf("want %d axes: batch, channels and %d of space", n+2, n)}
		if len(x) == n+1 {
			e.Help = "x.Unsqueeze(0) makes a batch of one image"
		}
		return nil, e
	}
	size, err := perAxis(attrs, "size", n, 1, 1)
	if err != nil {
		return nil, err
	}
	for a, d := range x[2:] {
		if d == 0 {
			return nil, &ShapeError{Arg: "x", Got: slices.Clone(x), Rule: fmt.Sprintf("spatial axis %d has no element", a)}
		}
	}
	return size, nil
}

// adaptiveWindow returns the elements of an axis of size n that output i of
// size many is made of: [lo, hi). Windows cover the axis, and neighbours
// share at most one element, or where n < size are repeated.
func adaptiveWindow(i, size, n int) (lo, hi int) {
	return i * n / size, ((i+1)*n + size - 1) / size
}

func newAdaptiveAvg(n int) *Op {
	return newResampling(fmt.Sprintf("AdaptiveAvgPool%dD", n), Op{Name: fmt.Sprintf("adaptive_avg_pool%dd", n),
		Doc: fmt.Sprintf("the means of windows that divide the %d spatial axes of x [N C …] into as many parts as attribute size says", n)},
		[]DType{Float32, Float64}, func(attrs Attrs, x Shape) (resampling, error) {
			size, err := adaptiveOf(attrs, n, x)
			if err != nil {
				return resampling{}, err
			}
			// The mean of a box is the mean of the means along its axes.
			var r resampling
			for k, parts := range size {
				t := &cpu.Taps{}
				t.Close()
				for i := range parts {
					lo, hi := adaptiveWindow(i, parts, x[2+k])
					for j := lo; j < hi; j++ {
						t.Add(j, 1/float64(hi-lo))
					}
					t.Close()
				}
				r.axes, r.taps = append(r.axes, 2+k), append(r.taps, t)
			}
			return r, nil
		}, nil)
}

func newAdaptiveMax(n int) *Op {
	return builtin(fmt.Sprintf("AdaptiveMaxPool%dD", n), Op{Name: fmt.Sprintf("adaptive_max_pool%dd", n), Inputs: []string{"x"},
		Doc: fmt.Sprintf("the largest elements of windows that divide the %d spatial axes of x [N C …] into as many parts as attribute size says, and their places in the channel", n),
		Infer: func(attrs Attrs, in []Spec) ([]Spec, error) {
			if err := wantDType("x", in[0].DType, Float32, Float64, Int64, Uint8); err != nil {
				return nil, err
			}
			size, err := adaptiveOf(attrs, n, in[0].Shape)
			if err != nil {
				return nil, err
			}
			s := append(slices.Clone(in[0].Shape[:2]), size...)
			return []Spec{{DType: in[0].DType, Shape: s}, {DType: Int64, Shape: s}}, nil
		},
		Forward: func(_ *Ctx, attrs Attrs, in []*Tensor) ([]*Tensor, error) {
			size, err := adaptiveOf(attrs, n, in[0].shape)
			if err != nil {
				return nil, err
			}
			s := append(slices.Clone(in[0].shape[:2]), size...)
			out := allocOf(in[0].dtype, s)
			places, idx := alloc[int64](s)
			switch dst := out.data.(type) {
			case []float32:
				adaptiveMax(in[0], dst, idx, size)
			case []float64:
				adaptiveMax(in[0], dst, idx, size)
			case []int64:
				adaptiveMax(in[0], dst, idx, size)
			case []uint8:
				adaptiveMax(in[0], dst, idx, size)
			}
			return []*Tensor{out, places}, nil
		},
		VJP: poolMaxVJP})
}

func adaptiveMax[T cpu.Number](x *Tensor, y []T, idx []int64, size []int) {
	in, out := [3]int{1, 1, 1}, [3]int{1, 1, 1}
	copy(in[3-len(size):], x.shape[2:])
	copy(out[3-len(size):], size)
	src, pixels, outputs := flat[T](x), in[0]*in[1]*in[2], out[0]*out[1]*out[2]
	cpu.Parallel(x.shape[0]*x.shape[1], cpu.GrainFor(2*(pixels+outputs)), func(from, to int) {
		for c := from; c < to; c++ {
			channel, p := src[c*pixels:(c+1)*pixels], c*outputs
			for d := range out[0] {
				d0, d1 := adaptiveWindow(d, out[0], in[0])
				for h := range out[1] {
					h0, h1 := adaptiveWindow(h, out[1], in[1])
					for w := range out[2] {
						w0, w1 := adaptiveWindow(w, out[2], in[2])
						at := -1
						for i := d0; i < d1; i++ {
							for j := h0; j < h1; j++ {
								row := (i*in[1] + j) * in[2]
								// The first one wins among equals; NaN wins over all.
								if k := row + w0 + cpu.Argmax(channel[row+w0:row+w1]); at < 0 || channel[k] > channel[at] || channel[k] != channel[k] && channel[at] == channel[at] {
									at = k
								}
							}
						}
						y[p], idx[p] = channel[at], int64(at)
						p++
					}
				}
			}
		}
	})
}
