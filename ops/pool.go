package ops

import (
	"errors"
	"fmt"
	"slices"

	"cahier/ops/internal/cpu"
)

// PoolOptions are the options of pooling. The zero value moves the window by
// its own size, without padding. Lists hold one value for all spatial axes,
// or one for each.
type PoolOptions struct {
	Size     []int   // window of each axis, instead of the size argument
	Stride   []int   // distance of windows; the window's size if empty
	Dilation []int   // distance of elements in a window; 1 if empty
	Pad      Padding // padding around the spatial axes, or Same; none if empty
	Ceil     bool    // round output sizes up: a last, partial window counts
	CountPad bool    // average pooling: padding counts as zeros in the mean
}

func (o PoolOptions) attrs(size, n int) Attrs {
	a := Attrs{"size": slices.Repeat([]int{size}, n)}
	if len(o.Size) > 0 {
		a["size"] = slices.Clone(o.Size)
	}
	if len(o.Stride) > 0 {
		a["stride"] = slices.Clone(o.Stride)
	}
	if len(o.Dilation) > 0 {
		a["dilation"] = slices.Clone(o.Dilation)
	}
	if len(o.Pad) > 0 {
		a["pad"] = slices.Clone([]int(o.Pad))
	}
	if o.Ceil {
		a["ceil"] = true
	}
	if o.CountPad {
		a["count_pad"] = true
	}
	return a
}

// poolOps are the operations of pooling on n spatial axes.
type poolOps struct{ max, avg, avgInput *Op }

var poolND [4]poolOps // by the number of spatial axes

func init() {
	for n := 1; n <= 3; n++ {
		poolND[n] = newPoolOps(n)
	}
}

var poolAttrs = []string{"size", "stride", "dilation", "pad", "ceil"}

func newPoolOps(n int) poolOps {
	var p poolOps
	fn := fmt.Sprintf("MaxPool%dD", n)
	p.max = builtin(fn, Op{Name: fmt.Sprintf("max_pool%dd", n), Inputs: []string{"x"},
		Doc: fmt.Sprintf("the largest element of each window on %d spatial axes of x [N C …], and its place in the channel; attributes size, stride, dilation, pad, ceil", n),
		Infer: func(attrs Attrs, in []Spec) ([]Spec, error) {
			if err := attrs.only(poolAttrs...); err != nil {
				return nil, err
			}
			if err := wantDType("x", in[0].DType, Float32, Float64, Int64, Uint8); err != nil {
				return nil, err
			}
			g, _, err := poolOf(attrs, n, in[0].Shape)
			if err != nil {
				return nil, err
			}
			return []Spec{{DType: in[0].DType, Shape: g.output(n)}, {DType: Int64, Shape: g.output(n)}}, nil
		},
		Forward: func(_ *Ctx, attrs Attrs, in []*Tensor) ([]*Tensor, error) {
			g, _, err := poolOf(attrs, n, in[0].shape)
			if err != nil {
				return nil, err
			}
			out := allocOf(in[0].dtype, g.output(n))
			places, idx := alloc[int64](g.output(n))
			switch dst := out.data.(type) {
			case []float32:
				cpu.MaxPool(&g.Conv, flat[float32](in[0]), dst, idx)
			case []float64:
				cpu.MaxPool(&g.Conv, flat[float64](in[0]), dst, idx)
			case []int64:
				cpu.MaxPool(&g.Conv, flat[int64](in[0]), dst, idx)
			case []uint8:
				cpu.MaxPool(&g.Conv, flat[uint8](in[0]), dst, idx)
			}
			return []*Tensor{out, places}, nil
		},
		VJP: poolMaxVJP})
	fn = fmt.Sprintf("AvgPool%dD", n)
	avgAttrs := append(slices.Clone(poolAttrs), "count_pad")
	p.avg = builtin(fn, Op{Name: fmt.Sprintf("avg_pool%dd", n), Inputs: []string{"x"},
		Doc: fmt.Sprintf("the mean of each window on %d spatial axes of x [N C …]; attributes size, stride, dilation, pad, ceil, count_pad", n),
		Infer: func(attrs Attrs, in []Spec) ([]Spec, error) {
			if err := attrs.only(avgAttrs...); err != nil {
				return nil, err
			}
			if err := wantFloat("x", in[0].DType); err != nil {
				return nil, err
			}
			g, _, err := poolOf(attrs, n, in[0].Shape)
			if err != nil {
				return nil, err
			}
			return []Spec{{DType: in[0].DType, Shape: g.output(n)}}, nil
		},
		Forward: func(_ *Ctx, attrs Attrs, in []*Tensor) ([]*Tensor, error) {
			g, divisors, err := poolOf(attrs, n, in[0].shape)
			if err != nil {
				return nil, err
			}
			out := allocOf(in[0].dtype, g.output(n))
			switch dst := out.data.(type) {
			case []float32:
				cpu.AvgPool(&g.Conv, flat[float32](in[0]), dst, divisors)
			case []float64:
				cpu.AvgPool(&g.Conv, flat[float64](in[0]), dst, divisors)
			}
			return []*Tensor{out}, nil
		},
		VJP: func(_ *Ctx, attrs Attrs, in, _, g []*Tensor) ([]*Tensor, error) {
			a := Attrs{"shape": []int(in[0].shape), "pool": attrs}
			return []*Tensor{apply1(p.avgInput, a, g[0])}, nil
		}})
	p.avgInput = internal(fn+" (gradient)", Op{Name: fmt.Sprintf("avg_pool%dd_input", n), Inputs: []string{"y"},
		Infer: func(attrs Attrs, in []Spec) ([]Spec, error) {
			s, err := attrs.Ints("shape")
			return []Spec{{DType: in[0].DType, Shape: s}}, err
		},
		Forward: func(_ *Ctx, attrs Attrs, in []*Tensor) ([]*Tensor, error) {
			s, _ := attrs.Ints("shape")
			g, divisors, err := poolOf(attrs["pool"].(Attrs), n, s)
			if err != nil {
				return nil, err
			}
			out := allocOf(in[0].dtype, s)
			switch dst := out.data.(type) {
			case []float32:
				cpu.AvgPoolInput(&g.Conv, flat[float32](in[0]), dst, divisors)
			case []float64:
				cpu.AvgPoolInput(&g.Conv, flat[float64](in[0]), dst, divisors)
			}
			return []*Tensor{out}, nil
		},
		VJP: func(_ *Ctx, attrs Attrs, _, _, g []*Tensor) ([]*Tensor, error) {
			return []*Tensor{apply1(p.avg, attrs["pool"].(Attrs), g[0])}, nil
		}})
	return p
}

// poolMaxVJP gives the cotangent of a pooling by the largest element to the
// places that its second output names.
func poolMaxVJP(_ *Ctx, _ Attrs, in, out, g []*Tensor) ([]*Tensor, error) {
	return []*Tensor{unpooled(g[0], out[1], in[0].shape)}, nil
}

// unpooled returns zeros of a shape [N C …] to which the elements of y are
// added at their places in the channel.
func unpooled(y, places *Tensor, shape Shape) *Tensor {
	planes := []int{shape[0] * shape[1], y.shape[2:].Len()}
	return ScatterAdd(y.Reshape(planes...), 1, places.Reshape(planes...), shape[2:].Len()).Reshape(shape...)
}

// poolOf checks shapes and attributes of pooling on n spatial axes. It also
// returns the divisors of the mean.
func poolOf(attrs Attrs, n int, x Shape) (*convGeometry, []float64, error) {
	if len(x) != n+2 {
		e := &ShapeError{Arg: "x", Got: slices.Clone(x), Want: anyShape([]int{-1, -1}, n), Axes: axisNames([]string{"n", "c"}, n), Rule: fmt.Sprintf("want %d axes: batch, channels and %d of space", n+2, n)}
		if len(x) == n+1 {
			e.Help = "x.Unsqueeze(0) makes a batch of one image"
		}
		return nil, nil, e
	}
	size, err := perAxis(attrs, "size", n, 0, 1)
	if err != nil {
		return nil, nil, err
	}
	ceil, err := attrs.Bool("ceil")
	if err != nil {
		return nil, nil, err
	}
	countPad, err := attrs.Bool("count_pad")
	if err != nil {
		return nil, nil, err
	}
	win, err := windowOf(attrs, x[2:], size, size, ceil)
	if err != nil {
		var e *ShapeError
		if errors.As(err, &e) {
			e.Got = slices.Clone(x)
		}
		return nil, nil, err
	}
	g := &convGeometry{cpu.Conv{N: x[0], C: x[1], O: x[1], Groups: 1}}
	var after [3]int
	for i := range 3 {
		g.In[i], g.Out[i], g.Kernel[i], g.Stride[i], g.Dilation[i] = 1, 1, 1, 1, 1
		if k := i - (3 - n); k >= 0 {
			g.In[i], g.Out[i], g.Kernel[i] = win.in[k], win.out[k], win.kernel[k]
			g.Stride[i], g.Dilation[i], g.Before[i] = win.stride[k], win.dilation[k], win.lo[k]
			after[i] = win.hi[k]
		}
	}
	divisors := cpu.PoolDivisors(&g.Conv, nil)
	if slices.Contains(divisors, 0) {
		return nil, nil, &ArgError{Arg: "pad", Got: fmt.Sprintf("%v before and %v behind", win.lo, win.hi), Rule: fmt.Sprintf("a window of size %v lies wholly in the padding", size), Help: "padding should be at most half the window"}
	}
	if countPad {
		divisors = cpu.PoolDivisors(&g.Conv, &after)
	}
	return g, divisors, nil
}
