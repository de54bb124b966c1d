package ops

import (
	"fmt"
	"math"
	"slices"
)

var opReshape, opPermute, opSlice, opBroadcastTo, opTo, opFlip *Op

// opSliceGrad puts a tensor into zeros: the adjoint of opSlice.
var opSliceGrad *Op

func init() {
	opReshape = builtin("Reshape", Op{Name: "reshape", Doc: "the elements of x in row-major order under another shape; attribute shape, in which one size may be -1", Inputs: []string{"x"},
		Infer: func(attrs Attrs, in []Spec) ([]Spec, error) {
			if err := attrs.only("shape"); err != nil {
				return nil, err
			}
			shape, err := attrs.Ints("shape")
			if err != nil {
				return nil, err
			}
			s, err := reshaped(in[0].Shape, shape)
			return []Spec{{DType: in[0].DType, Shape: s}}, err
		},
		Forward: func(_ *Ctx, attrs Attrs, in []*Tensor) ([]*Tensor, error) {
			shape, _ := attrs.Ints("shape")
			s, err := reshaped(in[0].shape, shape)
			return []*Tensor{reshapeView(in[0], s)}, err
		},
		VJP: func(_ *Ctx, _ Attrs, in, _, g []*Tensor) ([]*Tensor, error) {
			return []*Tensor{g[0].Reshape(in[0].shape...)}, nil
		}})
	opPermute = builtin("Permute", Op{Name: "permute", Doc: "x with its axes in another order; attribute axes: axis i of the result is axis axes[i] of x", Inputs: []string{"x"},
		Infer: func(attrs Attrs, in []Spec) ([]Spec, error) {
			axes, err := permAxes(attrs, len(in[0].Shape))
			if err != nil {
				return nil, err
			}
			s := make(Shape, len(axes))
			for i, a := range axes {
				s[i] = in[0].Shape[a]
			}
			return []Spec{{DType: in[0].DType, Shape: s}}, nil
		},
		Forward: func(_ *Ctx, attrs Attrs, in []*Tensor) ([]*Tensor, error) {
			axes, err := permAxes(attrs, len(in[0].shape))
			return []*Tensor{in[0].permuted(axes)}, err
		},
		VJP: func(_ *Ctx, attrs Attrs, in, _, g []*Tensor) ([]*Tensor, error) {
			axes, err := permAxes(attrs, len(in[0].shape))
			back := make([]int, len(axes))
			for i, a := range axes {
				back[a] = i
			}
			return []*Tensor{g[0].Permute(back...)}, err
		}})
	opSlice = builtin("Slice", Op{Name: "slice", Doc: "every step-th index of an axis of x from start to below stop; attributes axis, start, stop, step", Inputs: []string{"x"},
		Infer: func(attrs Attrs, in []Spec) ([]Spec, error) {
			if err := attrs.only("axis", "start", "stop", "step"); err != nil {
				return nil, err
			}
			r, err := sliceRange(attrs, in[0].Shape)
			if err != nil {
				return nil, err
			}
			s := slices.Clone(in[0].Shape)
			s[r.axis] = r.n
			return []Spec{{DType: in[0].DType, Shape: s}}, nil
		},
		Forward: func(_ *Ctx, attrs Attrs, in []*Tensor) ([]*Tensor, error) {
			r, err := sliceRange(attrs, in[0].shape)
			return []*Tensor{in[0].sliced(r)}, err
		},
		VJP: func(_ *Ctx, attrs Attrs, in, _, g []*Tensor) ([]*Tensor, error) {
			a := Attrs{"axis": attrs["axis"], "start": attrs["start"], "stop": attrs["stop"], "step": attrs["step"], "shape": []int(in[0].shape)}
			return []*Tensor{apply1(opSliceGrad, a, g[0])}, nil
		}})
	opSliceGrad = internal("Slice (gradient)", Op{Name: "slice_grad", Inputs: []string{"g"},
		Infer: func(attrs Attrs, in []Spec) ([]Spec, error) {
			shape, err := attrs.Ints("shape")
			return []Spec{{DType: in[0].DType, Shape: shape}}, err
		},
		Forward: func(_ *Ctx, attrs Attrs, in []*Tensor) ([]*Tensor, error) {
			shape, _ := attrs.Ints("shape")
			r, err := sliceRange(attrs, shape)
			if err != nil {
				return nil, err
			}
			out := allocOf(in[0].dtype, shape)
			assignView(out.sliced(r), in[0])
			return []*Tensor{out}, nil
		},
		VJP: func(_ *Ctx, attrs Attrs, _, _, g []*Tensor) ([]*Tensor, error) {
			a := Attrs{"axis": attrs["axis"], "start": attrs["start"], "stop": attrs["stop"], "step": attrs["step"]}
			return []*Tensor{apply1(opSlice, a, g[0])}, nil
		}})
	opBroadcastTo = builtin("BroadcastTo", Op{Name: "broadcast_to", Doc: "x repeated along axes of size 1 and new leading axes; attribute shape", Inputs: []string{"x"},
		Infer: func(attrs Attrs, in []Spec) ([]Spec, error) {
			if err := attrs.only("shape"); err != nil {
				return nil, err
			}
			shape, err := attrs.Ints("shape")
			if err != nil {
				return nil, err
			}
			if s, ok := broadcast(in[0].Shape, shape); !ok || !s.Equal(shape) {
				return nil, &ShapeError{Arg: "x", Got: slices.Clone(in[0].Shape), Want: slices.Clone(shape), Rule: "each axis must be equal or 1, counted from the last",
					Help: "Unsqueeze adds an axis of size 1"}
			}
			return []Spec{{DType: in[0].DType, Shape: shape}}, nil
		},
		Forward: func(_ *Ctx, attrs Attrs, in []*Tensor) ([]*Tensor, error) {
			shape, err := attrs.Ints("shape")
			if err != nil {
				return nil, err
			}
			return []*Tensor{in[0].expand(shape)}, nil
		},
		VJP: func(_ *Ctx, _ Attrs, in, _, g []*Tensor) ([]*Tensor, error) {
			return []*Tensor{sumTo(g[0], in[0].shape)}, nil
		}})
	opFlip = builtin("Flip", Op{Name: "flip", Doc: "x with the order of indices reversed along axes; attribute axes, all if empty", Inputs: []string{"x"},
		Infer: func(attrs Attrs, in []Spec) ([]Spec, error) {
			if err := attrs.only("axes"); err != nil {
				return nil, err
			}
			axes, err := attrs.Ints("axes")
			if err != nil {
				return nil, err
			}
			_, err = axesOf(axes, len(in[0].Shape), "axes")
			return in[:1:1], err
		},
		Forward: func(_ *Ctx, attrs Attrs, in []*Tensor) ([]*Tensor, error) {
			axes, _ := attrs.Ints("axes")
			axes, err := axesOf(axes, len(in[0].shape), "axes")
			x := in[0]
			stride, offset := slices.Clone(x.stride), x.offset
			for _, a := range axes {
				if x.shape[a] > 0 {
					offset += (x.shape[a] - 1) * stride[a]
				}
				stride[a] = -stride[a]
			}
			return []*Tensor{x.window(x.shape, stride, offset)}, err
		},
		VJP: func(_ *Ctx, attrs Attrs, _, _, g []*Tensor) ([]*Tensor, error) {
			return []*Tensor{apply1(opFlip, attrs, g[0])}, nil
		}})
	opTo = builtin("Tensor.To", Op{Name: "to", Doc: "x converted to another element type; attribute dtype", Inputs: []string{"x"},
		Infer: func(attrs Attrs, in []Spec) ([]Spec, error) {
			if err := attrs.only("dtype"); err != nil {
				return nil, err
			}
			d, err := attrs.dtype("dtype")
			return []Spec{{DType: d, Shape: in[0].Shape}}, err
		},
		Forward: func(_ *Ctx, attrs Attrs, in []*Tensor) ([]*Tensor, error) {
			d, err := attrs.dtype("dtype")
			return []*Tensor{convert(in[0], d, false)}, err
		},
		VJP: func(_ *Ctx, _ Attrs, in, _, g []*Tensor) ([]*Tensor, error) {
			return []*Tensor{g[0].To(in[0].dtype)}, nil
		}})
}

// reshaped returns shape with its -1 resolved.
func reshaped(old Shape, shape []int) (Shape, error) {
	s := slices.Clone(Shape(shape))
	if s == nil {
		s = Shape{}
	}
	free, known := -1, 1
	for i, d := range s {
		switch {
		case d >= 0:
			known *= d
		case d == -1 && free < 0:
			free = i
		default:
			return nil, &ArgError{Arg: "shape", Got: s, Rule: "sizes must not be negative, but for one -1 that is computed"}
		}
	}
	n := old.Len()
	if free >= 0 {
		if known == 0 || n%known != 0 {
			return nil, &ShapeError{Arg: "x", Got: slices.Clone(old), Want: s, Rule: fmt.Sprintf("%d elements cannot be divided by %d", n, known)}
		}
		s[free] = n / known
		return s, nil
	}
	if known != n {
		return nil, &ShapeError{Arg: "x", Got: slices.Clone(old), Want: s, Rule: fmt.Sprintf("%d elements cannot be arranged as %d", n, known)}
	}
	return s, nil
}

// reshapeView returns t under another shape: a view if t is contiguous, else
// a copy.
func reshapeView(t *Tensor, s Shape) *Tensor {
	if t.IsContiguous() {
		return t.window(s, s.strides(), t.offset)
	}
	c := convert(t, t.dtype, true)
	return c.window(s, s.strides(), 0)
}

func permAxes(attrs Attrs, rank int) ([]int, error) {
	if err := attrs.only("axes"); err != nil {
		return nil, err
	}
	axes, err := attrs.Ints("axes")
	if err != nil {
		return nil, err
	}
	rule := fmt.Sprintf("want each of the %d axes once", rank)
	if len(axes) != rank {
		return nil, &ArgError{Arg: "axes", Got: axes, Rule: rule}
	}
	out, seen := make([]int, rank), make([]bool, rank)
	for i, a := range axes {
		if out[i], err = axisOf(a, rank, "axes"); err != nil {
			return nil, err
		}
		if seen[out[i]] {
			return nil, &ArgError{Arg: "axes", Got: axes, Rule: rule}
		}
		seen[out[i]] = true
	}
	return out, nil
}

// permuted returns t with its axes in another order, off the tape.
func (t *Tensor) permuted(axes []int) *Tensor {
	shape, stride := make(Shape, len(axes)), make([]int, len(axes))
	for i, a := range axes {
		shape[i], stride[i] = t.shape[a], t.stride[a]
	}
	return t.window(shape, stride, t.offset)
}

// End, as the stop of Slice, means to the end of the axis.
const End = math.MaxInt

// span is a resolved range of an axis.
type span struct{ axis, start, n, step int }

func sliceRange(attrs Attrs, shape Shape) (span, error) {
	get := func(name string, def int) int {
		v, e := attrs.Int(name, def)
		if e != nil {
			v = def
		}
		return v
	}
	for _, name := range []string{"axis", "start", "stop", "step"} {
		if _, err := attrs.Int(name, 0); err != nil {
			return span{}, err
		}
	}
	axis, err := axisOf(get("axis", 0), len(shape), "axis")
	if err != nil {
		return span{}, err
	}
	n := shape[axis]
	start, stop, step := get("start", 0), get("stop", End), get("step", 1)
	bound := func(arg string, v int) (int, error) {
		if v == End {
			return n, nil
		}
		w := v
		if w < 0 {
			w += n
		}
		if w < 0 || w > n {
			return 0, &ArgError{Arg: arg, Got: v, Rule: fmt.Sprintf("axis %d has size %d", axis, n), Help: "ops.End as stop means to the end"}
		}
		return w, nil
	}
	if start, err = bound("start", start); err != nil {
		return span{}, err
	}
	if stop, err = bound("stop", stop); err != nil {
		return span{}, err
	}
	if step < 1 {
		return span{}, &ArgError{Arg: "step", Got: step, Rule: "must be at least 1", Help: "Flip reverses an axis"}
	}
	return span{axis, start, max(0, (stop-start+step-1)/step), step}, nil
}

// sliced returns the part of t, off the tape.
func (t *Tensor) sliced(r span) *Tensor {
	shape, stride := slices.Clone(t.shape), slices.Clone(t.stride)
	offset := t.offset
	if r.n > 0 {
		offset += r.start * stride[r.axis]
	}
	shape[r.axis] = r.n
	stride[r.axis] *= r.step
	return t.window(shape, stride, offset)
}
