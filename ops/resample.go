package ops

import (
	"slices"

	"cahier/ops/internal/cpu"
)

// resampling is a linear operation that works on each axis by itself, and is
// known when the shape of x is: taps[i] belongs to axis axes[i].
type resampling struct {
	axes []int
	taps []*cpu.Taps
}

// shape is that of the result.
func (r resampling) shape(x Shape) Shape {
	s := slices.Clone(x)
	for i, a := range r.axes {
		s[a] = r.taps[i].Outputs()
	}
	return s
}

// apply computes the result, the axes that become shortest first.
func (r resampling) apply(x *Tensor) *Tensor {
	order := allAxes(len(r.axes))
	slices.SortStableFunc(order, func(i, j int) int {
		return r.taps[i].Outputs()*x.shape[r.axes[j]] - r.taps[j].Outputs()*x.shape[r.axes[i]]
	})
	for _, i := range order {
		x = resampled(x, r.axes[i], r.taps[i])
	}
	return x
}

// adjoint computes the cotangent of x, which had the given shape.
func (r resampling) adjoint(g *Tensor, x Shape) *Tensor {
	back := resampling{axes: r.axes}
	for i, a := range r.axes {
		back.taps = append(back.taps, r.taps[i].Transpose(x[a]))
	}
	return back.apply(g)
}

func resampled(x *Tensor, axis int, t *cpu.Taps) *Tensor {
	outer, inner := outerInner(x.shape, axis)
	out := allocOf(x.dtype, x.shape.with(axis, t.Outputs()))
	switch dst := out.data.(type) {
	case []float32:
		cpu.Resample(dst, flat[float32](x), outer, x.shape[axis], inner, t)
	case []float64:
		cpu.Resample(dst, flat[float64](x), outer, x.shape[axis], inner, t)
	}
	return out
}

// newResampling completes an operation with one input whose outputs plan says
// and registers it. Plan checks everything about attributes and shape.
func newResampling(fn string, op Op, types []DType, plan func(attrs Attrs, x Shape) (resampling, error), forward func(attrs Attrs, x *Tensor, r resampling) (*Tensor, bool)) *Op {
	op.Inputs = []string{"x"}
	op.Infer = func(attrs Attrs, in []Spec) ([]Spec, error) {
		if err := wantDType("x", in[0].DType, types...); err != nil {
			return nil, err
		}
		r, err := plan(attrs, in[0].Shape)
		if err != nil {
			return nil, err
		}
		return []Spec{{DType: in[0].DType, Shape: r.shape(in[0].Shape)}}, nil
	}
	op.Forward = func(_ *Ctx, attrs Attrs, in []*Tensor) ([]*Tensor, error) {
		r, err := plan(attrs, in[0].shape)
		if err != nil {
			return nil, err
		}
		if forward != nil {
			if y, ok := forward(attrs, in[0], r); ok {
				return []*Tensor{y}, nil
			}
		}
		return []*Tensor{r.apply(in[0])}, nil
	}
	var self, back *Op
	op.VJP = func(_ *Ctx, attrs Attrs, in, _, g []*Tensor) ([]*Tensor, error) {
		return []*Tensor{apply1(back, Attrs{"shape": []int(in[0].shape), "of": attrs}, g[0])}, nil
	}
	back = internal(fn+" (gradient)", Op{Name: op.Name + "_input", Inputs: []string{"y"},
		Infer: func(attrs Attrs, in []Spec) ([]Spec, error) {
			s, err := attrs.Ints("shape")
			return []Spec{{DType: in[0].DType, Shape: s}}, err
		},
		Forward: func(_ *Ctx, attrs Attrs, in []*Tensor) ([]*Tensor, error) {
			s, _ := attrs.Ints("shape")
			of, _ := attrs["of"].(Attrs)
			r, err := plan(of, s)
			if err != nil {
				return nil, err
			}
			return []*Tensor{r.adjoint(in[0], s)}, nil
		},
		VJP: func(_ *Ctx, attrs Attrs, _, _, g []*Tensor) ([]*Tensor, error) {
			of, _ := attrs["of"].(Attrs)
			return []*Tensor{apply1(self, of, g[0])}, nil
		}})
	self = builtin(fn, op)
	return self
}
