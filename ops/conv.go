package ops

import (
	"errors"
	"fmt"
	"slices"

	"cahier/ops/internal/cpu"
)

// ConvOptions are the options of Conv1D, Conv2D and Conv3D. The zero value is
// stride 1, dilation 1, no padding, one group, no bias. Lists hold one value
// for all spatial axes, or one for each.
type ConvOptions struct {
	Stride   []int   // distance of windows; 1 if empty
	Dilation []int   // distance of kernel elements; 1 if empty
	Pad      Padding // elements added around the spatial axes, or Same; none if empty
	PadMode  PadMode // what the padding holds; zeros by default
	Groups   int     // input and output channels are split into this many groups; 0 means 1
	Bias     *Tensor // [O], added to each output channel; none if nil
}

func (o ConvOptions) attrs() Attrs {
	a := Attrs{}
	if len(o.Stride) > 0 {
		a["stride"] = slices.Clone(o.Stride)
	}
	if len(o.Dilation) > 0 {
		a["dilation"] = slices.Clone(o.Dilation)
	}
	if len(o.Pad) > 0 {
		a["pad"] = slices.Clone([]int(o.Pad))
	}
	if o.Groups != 0 {
		a["groups"] = o.Groups
	}
	return a
}

// convOps are the three bilinear operations of a convolution on n spatial
// axes. With y = conv(x, w), input is its adjoint by x and weight its adjoint
// by w; each one's derivatives are the other two, to any order.
type convOps struct{ conv, input, weight *Op }

var convND [4]convOps // by the number of spatial axes

func init() {
	for n, fn := range []string{1: "Conv1D", 2: "Conv2D", 3: "Conv3D"} {
		if n > 0 {
			convND[n] = newConvOps(n, fn)
		}
	}
}

var convAttrs = []string{"stride", "dilation", "pad", "groups"}

func newConvOps(n int, fn string) convOps {
	var c convOps
	c.conv = builtin(fn, Op{Name: fmt.Sprintf("conv%dd", n), Inputs: []string{"x", "w", "b?"},
		Doc: fmt.Sprintf("convolution of x [N C …] with kernels w [O C/groups …] on %d spatial axes, plus b [O]; attributes stride, dilation, pad, groups", n),
		Infer: func(attrs Attrs, in []Spec) ([]Spec, error) {
			if err := attrs.only(convAttrs...); err != nil {
				return nil, err
			}
			g, err := convOf(attrs, n, in[0], in[1])
			if err != nil {
				return nil, err
			}
			if len(in) > 2 && !in[2].Absent {
				if err := wantSame("x", in[0].DType, "b", in[2].DType); err != nil {
					return nil, err
				}
				if !in[2].Shape.Equal(Shape{g.O}) {
					return nil, &ShapeError{Arg: "b", Got: slices.Clone(in[2].Shape), Want: Shape{g.O}, Rule: "one bias for each kernel", Other: "w", OtherShape: slices.Clone(in[1].Shape)}
				}
			}
			return []Spec{{DType: in[0].DType, Shape: g.output(n)}}, nil
		},
		Forward: func(_ *Ctx, attrs Attrs, in []*Tensor) ([]*Tensor, error) {
			g, err := convOf(attrs, n, in[0].spec(), in[1].spec())
			if err != nil {
				return nil, err
			}
			var b *Tensor
			if len(in) > 2 {
				b = in[2]
			}
			if in[0].dtype == Float32 {
				return []*Tensor{convForward[float32](g, n, in[0], in[1], b)}, nil
			}
			return []*Tensor{convForward[float64](g, n, in[0], in[1], b)}, nil
		},
		VJP: func(ctx *Ctx, attrs Attrs, in, _, g []*Tensor) ([]*Tensor, error) {
			d := make([]*Tensor, len(in))
			if ctx.Needs(0) {
				d[0] = apply1(c.input, withShape(attrs, in[0].shape), g[0], in[1])
			}
			if ctx.Needs(1) {
				d[1] = apply1(c.weight, withShape(attrs, in[1].shape), in[0], g[0])
			}
			if ctx.Needs(2) {
				axes := []int{0}
				for i := range n {
					axes = append(axes, i+2)
				}
				d[2] = g[0].Sum(axes...)
			}
			return d, nil
		}})
	c.input = internal(fn+" (gradient by x)", Op{Name: fmt.Sprintf("conv%dd_input", n), Inputs: []string{"y", "w"},
		Infer: func(attrs Attrs, in []Spec) ([]Spec, error) {
			s, err := attrs.Ints("shape")
			return []Spec{{DType: in[0].DType, Shape: s}}, err
		},
		Forward: func(_ *Ctx, attrs Attrs, in []*Tensor) ([]*Tensor, error) {
			s, _ := attrs.Ints("shape")
			g, err := convOf(attrs, n, Spec{DType: in[0].dtype, Shape: s}, in[1].spec())
			if err != nil {
				return nil, err
			}
			out := allocOf(in[0].dtype, s)
			switch dst := out.data.(type) {
			case []float32:
				cpu.ConvInput(&g.Conv, flat[float32](in[0]), flat[float32](in[1]), dst)
			case []float64:
				cpu.ConvInput(&g.Conv, flat[float64](in[0]), flat[float64](in[1]), dst)
			}
			return []*Tensor{out}, nil
		},
		VJP: func(ctx *Ctx, attrs Attrs, in, _, g []*Tensor) ([]*Tensor, error) {
			d := make([]*Tensor, 2)
			if ctx.Needs(0) {
				d[0] = apply1(c.conv, withoutShape(attrs), g[0], in[1])
			}
			if ctx.Needs(1) {
				d[1] = apply1(c.weight, withShape(attrs, in[1].shape), g[0], in[0])
			}
			return d, nil
		}})
	c.weight = internal(fn+" (gradient by w)", Op{Name: fmt.Sprintf("conv%dd_weight", n), Inputs: []string{"x", "y"},
		Infer: func(attrs Attrs, in []Spec) ([]Spec, error) {
			s, err := attrs.Ints("shape")
			return []Spec{{DType: in[0].DType, Shape: s}}, err
		},
		Forward: func(_ *Ctx, attrs Attrs, in []*Tensor) ([]*Tensor, error) {
			s, _ := attrs.Ints("shape")
			g, err := convOf(attrs, n, in[0].spec(), Spec{DType: in[0].dtype, Shape: s})
			if err != nil {
				return nil, err
			}
			out := allocOf(in[0].dtype, s)
			switch dst := out.data.(type) {
			case []float32:
				cpu.ConvWeight(&g.Conv, flat[float32](in[0]), flat[float32](in[1]), dst)
			case []float64:
				cpu.ConvWeight(&g.Conv, flat[float64](in[0]), flat[float64](in[1]), dst)
			}
			return []*Tensor{out}, nil
		},
		VJP: func(ctx *Ctx, attrs Attrs, in, _, g []*Tensor) ([]*Tensor, error) {
			d := make([]*Tensor, 2)
			if ctx.Needs(0) {
				d[0] = apply1(c.input, withShape(attrs, in[0].shape), in[1], g[0])
			}
			if ctx.Needs(1) {
				d[1] = apply1(c.conv, withoutShape(attrs), in[0], g[0])
			}
			return d, nil
		}})
	return c
}

func withShape(attrs Attrs, shape Shape) Attrs {
	a := withoutShape(attrs)
	a["shape"] = []int(shape)
	return a
}

func withoutShape(attrs Attrs) Attrs {
	a := make(Attrs, len(attrs)+1)
	for _, k := range convAttrs {
		if v, ok := attrs[k]; ok {
			a[k] = v
		}
	}
	return a
}

// convGeometry is cpu.Conv with the spatial axes that the tensors have.
type convGeometry struct{ cpu.Conv }

func (g *convGeometry) output(n int) Shape {
	return append(Shape{g.N, g.O}, g.Out[3-n:]...)
}

// axisNames are the names of an image's axes in errors.
func axisNames(lead []string, n int) []string {
	return append(slices.Clone(lead), [][]string{1: {"w"}, 2: {"h", "w"}, 3: {"d", "h", "w"}}[n]...)
}

// anyShape is a Want with free spatial axes.
func anyShape(lead []int, n int) Shape {
	s := Shape(slices.Clone(lead))
	for range n {
		s = append(s, -1)
	}
	return s
}

// convOf checks shapes and attributes of a convolution on n spatial axes.
func convOf(attrs Attrs, n int, x, w Spec) (*convGeometry, error) {
	if err := wantFloat("x", x.DType); err != nil {
		return nil, err
	}
	if err := wantSame("x", x.DType, "w", w.DType); err != nil {
		return nil, err
	}
	if len(x.Shape) != n+2 {
		e := &ShapeError{Arg: "x", Got: slices.Clone(x.Shape), Want: anyShape([]int{-1, -1}, n), Axes: axisNames([]string{"n", "c"}, n), Rule: fmt.Sprintf("want %d axes: batch, channels and %d of space", n+2, n)}
		if len(x.Shape) == n+1 {
			e.Help = "x.Unsqueeze(0) makes a batch of one image"
		}
		return nil, e
	}
	groups, err := attrs.Int("groups", 1)
	if err != nil {
		return nil, err
	}
	channels := x.Shape[1]
	if groups < 1 || channels%groups != 0 {
		return nil, &ArgError{Arg: "groups", Got: groups, Rule: fmt.Sprintf("must divide the %d channels of x", channels)}
	}
	want := anyShape([]int{-1, channels / groups}, n)
	names := [][]string{1: {"kw"}, 2: {"kh", "kw"}, 3: {"kd", "kh", "kw"}}[n]
	if len(w.Shape) != n+2 || w.Shape[1] != channels/groups {
		e := &ShapeError{Arg: "w", Got: slices.Clone(w.Shape), Want: want, Axes: append([]string{"out", ""}, names...), Rule: fmt.Sprintf("axis 1 must equal x axis 1 / groups (%d/%d)", channels, groups), Other: "x", OtherShape: slices.Clone(x.Shape)}
		if len(w.Shape) == n+2 && x.Shape[n+1] == w.Shape[1]*groups {
			e.Help = "did you pass NHWC data? ops.ToNCHW(x) converts"
		}
		return nil, e
	}
	if w.Shape[0]%groups != 0 {
		return nil, &ArgError{Arg: "groups", Got: groups, Rule: fmt.Sprintf("must divide the %d kernels of w", w.Shape[0])}
	}
	for i := range n {
		if w.Shape[2+i] < 1 {
			return nil, &ShapeError{Arg: "w", Got: slices.Clone(w.Shape), Want: want, Axes: append([]string{"out", ""}, names...), Rule: "a kernel has at least one element on each axis"}
		}
	}
	ones := slices.Repeat([]int{1}, n)
	win, err := windowOf(attrs, x.Shape[2:], w.Shape[2:], ones, false)
	if err != nil {
		var e *ShapeError
		if errors.As(err, &e) {
			e.Got = slices.Clone(x.Shape)
		}
		return nil, err
	}
	g := &convGeometry{cpu.Conv{N: x.Shape[0], C: channels, O: w.Shape[0], Groups: groups}}
	for i := range 3 {
		g.In[i], g.Out[i], g.Kernel[i], g.Stride[i], g.Dilation[i] = 1, 1, 1, 1, 1
		if k := i - (3 - n); k >= 0 {
			g.In[i], g.Out[i], g.Kernel[i] = win.in[k], win.out[k], win.kernel[k]
			g.Stride[i], g.Dilation[i], g.Before[i] = win.stride[k], win.dilation[k], win.lo[k]
		}
	}
	return g, nil
}

func convForward[T cpu.Float](g *convGeometry, n int, x, w, b *Tensor) *Tensor {
	out, dst := alloc[T](g.output(n))
	if b != nil {
		size := g.Outputs()
		bias := flat[T](b)
		for i := range g.N * g.O {
			cpu.Fill(dst[i*size:(i+1)*size], bias[i%g.O])
		}
	}
	cpu.ConvForward(&g.Conv, flat[T](x), flat[T](w), dst, b != nil)
	return out
}

func conv(n int, fn string, x, w *Tensor, opts []ConvOptions) *Tensor {
	o := one("ops."+fn, opts)
	if o.PadMode != PadZeros && len(o.Pad) > 0 {
		x = padForConv(n, "ops."+fn, x, w, &o)
	}
	return apply1(convND[n].conv, o.attrs(), x, w, o.Bias)
}
