package ops

import (
	"fmt"
	"slices"
)

// ConvTransposeOptions are the options of ConvTranspose1D, 2D and 3D. The
// zero value is stride 1, dilation 1, no padding, one group, no bias. Lists
// hold one value for all spatial axes, or one for each.
type ConvTransposeOptions struct {
	Stride    []int   // distance of the kernels that are laid down; 1 if empty
	Dilation  []int   // distance of kernel elements; 1 if empty
	Pad       Padding // elements cut off around the spatial axes, or Same, which makes them stride times as long; none if empty
	OutputPad []int   // elements added behind each spatial axis, below the stride; none if empty
	Groups    int     // input and output channels are split into this many groups; 0 means 1
	Bias      *Tensor // [O], added to each output channel; none if nil
}

func (o ConvTransposeOptions) attrs() Attrs {
	a := ConvOptions{Stride: o.Stride, Dilation: o.Dilation, Pad: o.Pad, Groups: o.Groups}.attrs()
	if len(o.OutputPad) > 0 {
		a["output_pad"] = slices.Clone(o.OutputPad)
	}
	return a
}

var convTransposeND [4]*Op // by the number of spatial axes

func init() {
	for n, fn := range []string{1: "ConvTranspose1D", 2: "ConvTranspose2D", 3: "ConvTranspose3D"} {
		if n > 0 {
			convTransposeND[n] = newConvTranspose(n, fn)
		}
	}
}

func newConvTranspose(n int, fn string) *Op {
	return builtin(fn, Op{Name: fmt.Sprintf("conv_transpose%dd", n), Inputs: []string{"x", "w", "b?"},
		Doc: fmt.Sprintf("transposed convolution of x [N C …] with kernels w [C O/groups …] on %d spatial axes, plus b [O]; attributes stride, dilation, pad, output_pad, groups", n),
		Infer: func(attrs Attrs, in []Spec) ([]Spec, error) {
			if err := attrs.only("stride", "dilation", "pad", "output_pad", "groups"); err != nil {
				return nil, err
			}
			_, shape, err := transposeOf(attrs, n, in[0], in[1])
			if err != nil {
				return nil, err
			}
			if len(in) > 2 && !in[2].Absent {
				if err := wantSame("x", in[0].DType, "b", in[2].DType); err != nil {
					return nil, err
				}
				if !in[2].Shape.Equal(shape[1:2]) {
					return nil, &ShapeError{Arg: "b", Got: slices.Clone(in[2].Shape), Want: slices.Clone(shape[1:2]), Rule: "one bias for each output channel"}
				}
			}
			return []Spec{{DType: in[0].DType, Shape: shape}}, nil
		},
		// It is the adjoint of a convolution with the same kernels, which has
		// the gradients.
		Compose: func(attrs Attrs, in []*Tensor) ([]*Tensor, error) {
			conv, shape, err := transposeOf(attrs, n, in[0].spec(), in[1].spec())
			if err != nil {
				return nil, err
			}
			y := apply1(convND[n].input, withShape(conv, shape), in[0], in[1])
			if len(in) > 2 && in[2] != nil {
				y = Add(y, channelwise(in[2], n+2))
			}
			return []*Tensor{y}, nil
		}})
}

// transposeOf checks shapes and attributes of a transposed convolution on n
// spatial axes. It returns the attributes of the convolution whose adjoint it
// is, with explicit padding, and the shape of the output.
func transposeOf(attrs Attrs, n int, x, w Spec) (Attrs, Shape, error) {
	if err := wantFloat("x", x.DType); err != nil {
		return nil, nil, err
	}
	if err := wantSame("x", x.DType, "w", w.DType); err != nil {
		return nil, nil, err
	}
	if len(x.Shape) != n+2 {
		e := &ShapeError{Arg: "x", Got: slices.Clone(x.Shape), Want: anyShape([]int{-1, -1}, n), Axes: axisNames([]string{"n", "c"}, n), Rule: fmt.Sprintf("want %d axes: batch, channels and %d of space", n+2, n)}
		if len(x.Shape) == n+1 {
			e.Help = "x.Unsqueeze(0) makes a batch of one image"
		}
		return nil, nil, e
	}
	channels := x.Shape[1]
	groups, err := attrs.Int("groups", 1)
	if err != nil {
		return nil, nil, err
	}
	if groups < 1 || channels%groups != 0 {
		return nil, nil, &ArgError{Arg: "groups", Got: groups, Rule: fmt.Sprintf("must divide the %d channels of x", channels)}
	}
	kernel := [][]string{1: {"kw"}, 2: {"kh", "kw"}, 3: {"kd", "kh", "kw"}}[n]
	if len(w.Shape) != n+2 || w.Shape[0] != channels || slices.Contains(w.Shape[2:], 0) {
		return nil, nil, &ShapeError{Arg: "w", Got: slices.Clone(w.Shape), Want: anyShape([]int{channels, -1}, n), Axes: append([]string{"", "out/groups"}, kernel...), Rule: "axis 0 must equal axis 1 of x, the channels, and a kernel has at least one element on each axis"}
	}
	stride, err := perAxis(attrs, "stride", n, 1, 1)
	if err != nil {
		return nil, nil, err
	}
	dilation, err := perAxis(attrs, "dilation", n, 1, 1)
	if err != nil {
		return nil, nil, err
	}
	extra, err := perAxis(attrs, "output_pad", n, 0, 0)
	if err != nil {
		return nil, nil, err
	}
	for i, e := range extra {
		if e >= stride[i] {
			return nil, nil, &ArgError{Arg: "output_pad", Got: extra, Rule: fmt.Sprintf("must be below the stride, %v", stride)}
		}
	}
	pad, err := attrs.Ints("pad")
	if err != nil {
		return nil, nil, err
	}
	reach := func(i int) int { return (w.Shape[2+i]-1)*dilation[i] + 1 }
	same := false
	lo, hi, err := resolvePad(pad, n, func(i int) int {
		same = true
		// A stride beyond the kernel leaves room, which is added behind.
		extra[i] = max(0, stride[i]-reach(i))
		return max(0, reach(i)-stride[i])
	})
	if err != nil {
		return nil, nil, err
	}
	if given, _ := attrs.Ints("output_pad"); same && len(given) > 0 {
		return nil, nil, &ArgError{Arg: "output_pad", Got: given, Rule: "has no meaning with Same, which fixes the size"}
	}
	shape := Shape{x.Shape[0], w.Shape[1] * groups}
	for i := range n {
		size := (x.Shape[2+i]-1)*stride[i] + reach(i) + extra[i] - lo[i] - hi[i]
		if x.Shape[2+i] < 1 || size < 1 {
			return nil, nil, &ShapeError{Arg: "x", Got: slices.Clone(x.Shape), Rule: fmt.Sprintf("nothing is left of spatial axis %d, of size %d, when %d and %d elements are cut off", i, max(0, size+lo[i]+hi[i]), lo[i], hi[i])}
		}
		shape = append(shape, size)
	}
	conv := Attrs{"stride": stride, "dilation": dilation, "pad": slices.Concat(lo, hi), "groups": groups}
	// The convolution must lead back to x.
	g, err := convOf(conv, n, Spec{DType: x.DType, Shape: shape}, w)
	if err != nil {
		return nil, nil, err
	}
	if back := g.output(n); !back.Equal(x.Shape) {
		return nil, nil, &ShapeError{Arg: "x", Got: slices.Clone(x.Shape), Want: back, Rule: "the convolution of the result must have the shape of x"}
	}
	return conv, shape, nil
}

func convTranspose(n int, fn string, x, w *Tensor, opts []ConvTransposeOptions) *Tensor {
	o := one("ops."+fn, opts)
	return apply1(convTransposeND[n], o.attrs(), x, w, o.Bias)
}

// ConvTranspose2D returns the transposed convolution of images: each element
// lays down a kernel, and where kernels overlap they are added. It makes
// images larger where [Conv2D] makes them smaller.
//
//   - Formula: y[n, o, i·stride + p·dilation - pad, j·stride + q·dilation - pad] = b[o] + Σ x[n, c, i, j]·w[c, o, p, q] over all c of o's group, i, j, p, q that meet there
//   - Shapes: x [N C H W], w [C O/groups kh kw], bias [O], y [N O H' W'] with H' = (H-1)·stride + dilation·(kh-1) + 1 + output padding - padding
//   - DTypes: Float32, Float64; the same for all; accumulated in it, in blocks
//   - Options: [ConvTransposeOptions]: stride 1, dilation 1, no padding, 1 group, no bias
//   - Panics: [ShapeError], [DTypeError]; [ArgError] for options that do not fit
//   - Gradient: ∂x is the convolution of ∂y with w, ∂w the correlation of ∂y with x, ∂b = Σ ∂y; to any order
//   - Cost: 2·N·C·H·W·(O/groups)·kh·kw operations
//   - Paper: Zeiler et al., Deconvolutional networks, CVPR 2010
//   - Differences: output padding must be below the stride (PyTorch: or the dilation); ONNX's output_shape is written as padding
func ConvTranspose2D(x, w *Tensor, opts ...ConvTransposeOptions) *Tensor {
	return convTranspose(2, "ConvTranspose2D", x, w, opts)
}

// ConvTranspose1D returns the transposed convolution of sequences.
//
//   - Formula: y[n, o, i·stride + p·dilation - pad] = b[o] + Σ x[n, c, i]·w[c, o, p] over all c of o's group, i, p that meet there
//   - Shapes: x [N C W], w [C O/groups kw], bias [O], y [N O W'] with W' = (W-1)·stride + dilation·(kw-1) + 1 + output padding - padding
//   - DTypes: Float32, Float64; the same for all; accumulated in it, in blocks
//   - Options: [ConvTransposeOptions], as [ConvTranspose2D]
//   - Panics: [ShapeError], [DTypeError]; [ArgError] for options that do not fit
//   - Gradient: as [ConvTranspose2D]
//   - Cost: 2·N·C·W·(O/groups)·kw operations
//   - Paper: Zeiler et al., Deconvolutional networks, CVPR 2010
//   - Differences: as [ConvTranspose2D]
func ConvTranspose1D(x, w *Tensor, opts ...ConvTransposeOptions) *Tensor {
	return convTranspose(1, "ConvTranspose1D", x, w, opts)
}

// ConvTranspose3D returns the transposed convolution of volumes.
//
//   - Formula: as [ConvTranspose2D], with a third spatial axis in front
//   - Shapes: x [N C D H W], w [C O/groups kd kh kw], bias [O], y [N O D' H' W']
//   - DTypes: Float32, Float64; the same for all; accumulated in it, in blocks
//   - Options: [ConvTransposeOptions], as [ConvTranspose2D]
//   - Panics: [ShapeError], [DTypeError]; [ArgError] for options that do not fit
//   - Gradient: as [ConvTranspose2D]
//   - Cost: 2·N·C·D·H·W·(O/groups)·kd·kh·kw operations
//   - Paper: Zeiler et al., Deconvolutional networks, CVPR 2010
//   - Differences: as [ConvTranspose2D]
func ConvTranspose3D(x, w *Tensor, opts ...ConvTransposeOptions) *Tensor {
	return convTranspose(3, "ConvTranspose3D", x, w, opts)
}
