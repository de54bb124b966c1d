package ops

import (
	"errors"
	"fmt"
	"slices"
)

// PadOptions are the options of Pad. The zero value pads with zeros.
type PadOptions struct {
	Mode  PadMode // what the padding holds
	Value float64 // the constant of PadZeros; 0 by default
}

// Pad returns x with elements added before and behind each axis.
//
//   - Formula: y[i] = x[i - before] inside; outside the constant, or for n elements x[p(i - before)] where p mirrors at both ends without repeating them (reflect), stays at the ends (replicate), or is modulo n (circular)
//   - Shapes: x any; before and behind one number for each axis, or nil; y has x's sizes plus both
//   - DTypes: any
//   - Options: [PadOptions]: zeros
//   - Panics: [ArgError] for negative or too few amounts, and for reflect and circular with more than x has to give
//   - Gradient: ∂x collects ∂y from every place that an element was copied to
//   - Cost: a copy
//   - Paper: none
//   - Differences: PyTorch lists amounts from the last axis; ONNX Pad calls replicate edge and circular wrap
func Pad(x *Tensor, before, behind []int, opts ...PadOptions) *Tensor {
	o := one("ops.Pad", opts)
	attrs := Attrs{"before": slices.Clone(before), "behind": slices.Clone(behind), "value": o.Value}
	if o.Mode == PadZeros {
		return apply1(opPad, attrs, x)
	}
	given("ops.Pad", x)
	before, behind, err := padAmounts(attrs, len(x.shape))
	if err != nil {
		fail("ops.Pad", err)
	}
	for axis := range before {
		if x, err = padAxis(x, axis, before[axis], behind[axis], o.Mode); err != nil {
			fail("ops.Pad", err)
		}
	}
	return x
}

// padAxis pads one axis by copies of x's own elements.
func padAxis(x *Tensor, axis, before, behind int, mode PadMode) (*Tensor, error) {
	if before == 0 && behind == 0 {
		return x, nil
	}
	n := x.shape[axis]
	most, why := n, "repeats at most the whole axis"
	switch mode {
	case PadReflect:
		most, why = n-1, "mirrors at most all elements but the one at the end"
	case PadCircular:
	case PadReplicate:
		if n > 0 {
			most = max(before, behind)
		}
	default:
		return nil, &ArgError{Arg: "mode", Got: mode, Rule: "want zeros, reflect, replicate or circular"}
	}
	if max(before, behind) > most {
		return nil, &ArgError{Arg: "padding", Got: fmt.Sprintf("%d and %d on axis %d of size %d", before, behind, axis, n), Rule: mode.String() + " " + why}
	}
	idx := make([]int64, n+before+behind)
	for i := range idx {
		p := i - before
		switch {
		case p >= 0 && p < n:
		case mode == PadReplicate:
			p = min(max(p, 0), n-1)
		case mode == PadCircular:
			p = (p + n) % n
		case p < 0:
			p = -p
		default:
			p = 2*(n-1) - p
		}
		idx[i] = int64(p)
	}
	return IndexSelect(x, axis, WrapInt64(idx)), nil
}

// padForConv pads the spatial axes of x by o.PadMode and takes the padding
// out of o.
func padForConv(n int, fn string, x, w *Tensor, o *ConvOptions) *Tensor {
	if x == nil || w == nil || len(x.shape) != n+2 || len(w.shape) != n+2 {
		return x // the convolution says what is wrong
	}
	ones := slices.Repeat([]int{1}, n)
	win, err := windowOf(o.attrs(), x.shape[2:], w.shape[2:], ones, false)
	if err != nil {
		var e *ShapeError
		if errors.As(err, &e) {
			e.Got = x.Shape()
		}
		fail(fn, err)
	}
	for i := range n {
		if x, err = padAxis(x, i+2, win.lo[i], win.hi[i], o.PadMode); err != nil {
			fail(fn, err)
		}
	}
	o.Pad = nil
	return x
}

// IndexSelect returns the indices of an axis that a list names, in its order.
//
//   - Formula: y[…, i, …] = x[…, index[i], …]
//   - Shapes: index [n]; y as x with n at the axis
//   - DTypes: x any; index Int64, negative from the end
//   - Options: none
//   - Panics: [ArgError] for an index outside the axis; [ShapeError], [DTypeError]
//   - Gradient: ∂x collects ∂y at each index, added where an index occurs twice
//   - Cost: a copy
//   - Paper: none
//   - Differences: ONNX Gather with an index of one axis
func IndexSelect(x *Tensor, axis int, index *Tensor) *Tensor {
	return apply1(opIndexSelect, Attrs{"axis": axis}, x, index)
}

// IndexSelect returns ops.IndexSelect(t, axis, index).
func (t *Tensor) IndexSelect(axis int, index *Tensor) *Tensor { return IndexSelect(t, axis, index) }
