package ops

import (
	"fmt"

	"cahier/ops/internal/cpu"
)

var opWhere *Op

func init() {
	opWhere = builtin("Where", Op{Name: "where", Doc: "a where cond holds and b elsewhere, with broadcasting", Inputs: []string{"cond", "a", "b"},
		Infer: func(attrs Attrs, in []Spec) ([]Spec, error) {
			if err := attrs.only(); err != nil {
				return nil, err
			}
			if err := wantDType("cond", in[0].DType, Bool); err != nil {
				return nil, &DTypeError{Arg: "cond", Got: in[0].DType, Want: []DType{Bool}, Help: "comparisons such as x.Greater(0) give Bool"}
			}
			if err := wantSame("a", in[1].DType, "b", in[2].DType); err != nil {
				return nil, err
			}
			s, err := broadcastSpecs("a", in[1].Shape, "b", in[2].Shape)
			if err != nil {
				return nil, err
			}
			s, err = broadcastSpecs("a and b", s, "cond", in[0].Shape)
			return []Spec{{DType: in[1].DType, Shape: s}}, err
		},
		Forward: func(_ *Ctx, _ Attrs, in []*Tensor) ([]*Tensor, error) {
			s, _ := broadcast(in[1].shape, in[2].shape)
			s, _ = broadcast(s, in[0].shape)
			c, a, b := viewOf[bool](in[0].expand(s)), in[1].expand(s), in[2].expand(s)
			out := allocOf(a.dtype, s)
			switch dst := out.data.(type) {
			case []float32:
				cpu.Select(dst, c, viewOf[float32](a), viewOf[float32](b))
			case []float64:
				cpu.Select(dst, c, viewOf[float64](a), viewOf[float64](b))
			case []int64:
				cpu.Select(dst, c, viewOf[int64](a), viewOf[int64](b))
			case []uint8:
				cpu.Select(dst, c, viewOf[uint8](a), viewOf[uint8](b))
			case []bool:
				cpu.Select(dst, c, viewOf[bool](a), viewOf[bool](b))
			}
			return []*Tensor{out}, nil
		},
		VJP: func(c *Ctx, _ Attrs, in, _, g []*Tensor) ([]*Tensor, error) {
			d := make([]*Tensor, 3)
			if c.Needs(1) {
				d[1] = sumTo(Where(in[0], g[0], 0), in[1].shape)
			}
			if c.Needs(2) {
				d[2] = sumTo(Where(in[0], 0, g[0]), in[2].shape)
			}
			return d, nil
		}})
}

// Where returns a where cond holds and b elsewhere.
//
//   - Formula: y = a if cond, else b
//   - Shapes: cond, a and b broadcast to one shape, which y has; a or b may be a Go number
//   - DTypes: cond Bool; a and b any, the same for both
//   - Options: none
//   - Panics: [ShapeError], [DTypeError]; [ArgError] for a number that the type of the tensor cannot hold
//   - Gradient: ∂a = ∂y where cond holds, ∂b = ∂y elsewhere, 0 otherwise, summed over the axes that were broadcast
//   - Cost: n copies
//   - Paper: none
//   - Differences: none from PyTorch and ONNX Where. The gradient of what was not chosen is 0 times the derivative of how it was computed: NaN if that is infinite
func Where(cond *Tensor, a, b any) *Tensor {
	x, xt := a.(*Tensor)
	y, yt := b.(*Tensor)
	var err error
	switch {
	case xt && yt:
	case xt && x != nil:
		y, err = scalarFor(b, x.dtype, "b")
	case yt && y != nil:
		x, err = scalarFor(a, y.dtype, "a")
	default:
		err = &ArgError{Arg: "a and b", Got: fmt.Sprintf("%T and %T", a, b), Rule: "at least one must be a *ops.Tensor", Help: "ops.Full(v) makes a scalar tensor"}
	}
	if err != nil {
		fail("ops.Where", err)
	}
	return apply1(opWhere, nil, cond, x, y)
}
