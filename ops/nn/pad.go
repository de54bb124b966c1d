package nn

import (
	"fmt"
	"slices"

	"cahier/ops"
)

// PadLayer adds elements around the spatial axes.
type PadLayer struct {
	common
	Amounts ops.Padding
	Options ops.PadOptions
}

// Pad returns a layer that adds elements around the spatial axes of x [N C …],
// zeros or what the mode says; see [ops.Pad]. With the modes it is PyTorch's
// ZeroPad, ConstantPad, ReflectionPad, ReplicationPad and CircularPad. A
// convolution has the option PadMode, which needs no layer of its own.
//
//	nn.Pad(ops.Padding{1}, ops.PadOptions{Mode: ops.PadReflect})
//
// It panics with an [ops.ArgError] for a negative amount, [ops.Same] and
// [ops.SameLower] among them: they belong to a kernel.
func Pad(amounts ops.Padding, opts ...ops.PadOptions) *PadLayer {
	const fn = "nn.Pad"
	o := one(fn, opts)
	for _, n := range amounts {
		if n < 0 {
			panic(&ops.ArgError{OpName: fn, Arg: "amounts", Got: padText(amounts), Rule: "must be numbers that are not negative"})
		}
	}
	return &PadLayer{Amounts: slices.Clone(amounts), Options: o}
}

// Forward returns x [N C …] with padding. It panics with an [ops.ShapeError]
// for less than three axes, and with an [ops.ArgError] for amounts that do not
// fit their number, or that the mode cannot fill.
func (l *PadLayer) Forward(x *ops.Tensor) *ops.Tensor {
	const fn = "nn.Pad"
	given(fn, "x", x)
	n := x.Rank() - 2
	if n < 1 {
		panic(&ops.ShapeError{OpName: fn, Arg: "x", Got: x.Shape(), Want: ops.Shape{-1, -1, -1}, Axes: []string{"n", "c", "…"}, Rule: "want a batch, channels, and axes behind them"})
	}
	before, behind := make([]int, n+2), make([]int, n+2)
	for a := range n {
		switch len(l.Amounts) {
		case 0:
		case 1:
			before[2+a], behind[2+a] = l.Amounts[0], l.Amounts[0]
		case n:
			before[2+a], behind[2+a] = l.Amounts[a], l.Amounts[a]
		case 2 * n:
			before[2+a], behind[2+a] = l.Amounts[a], l.Amounts[n+a]
		default:
			panic(&ops.ArgError{OpName: fn, Arg: "amounts", Got: l.Amounts, Rule: fmt.Sprintf("want 1, %d or %d values for %d spatial axes", n, 2*n, n)})
		}
	}
	return l.note(l, x, ops.Pad(x, before, behind, l.Options))
}

// String returns the layer as it is made.
func (l *PadLayer) String() string {
	mode := ""
	if l.Options.Mode != ops.PadZeros {
		mode = l.Options.Mode.String()
	}
	return describe("Pad", sizesText(l.Amounts), "Mode", mode, "Value", l.Options.Value)
}
