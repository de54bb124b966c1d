package ops

import "fmt"

// Padding says how many elements are added around each spatial axis. For n
// spatial axes it has
//
//   - no element: nothing is added,
//   - one: that many at both ends of every axis,
//   - n: that many at both ends of each axis,
//   - 2n: those before each axis, then those behind each axis, as in ONNX,
//
// or is one of [Same], [SameLower] and [Valid].
type Padding []int

// Special paddings. Same adds what makes the output ⌈input/stride⌉ long, the
// odd element behind (as TensorFlow; ONNX SAME_UPPER); SameLower puts it in
// front. Valid adds nothing.
var (
	Same      = Padding{-1}
	SameLower = Padding{-2}
	Valid     = Padding{0}
)

// PadMode says what is in the padding.
type PadMode uint8

// What padding holds, for a row a b c d padded by two at both ends.
const (
	PadZeros     PadMode = iota // 0 0 a b c d 0 0
	PadReflect                  // c b a b c d c b
	PadReplicate                // a a a b c d d d
	PadCircular                 // c d a b c d a b
)

// String returns the name: "zeros", "reflect", "replicate" or "circular".
func (m PadMode) String() string {
	switch m {
	case PadZeros:
		return "zeros"
	case PadReflect:
		return "reflect"
	case PadReplicate:
		return "replicate"
	case PadCircular:
		return "circular"
	}
	return fmt.Sprintf("PadMode(%d)", uint8(m))
}

// window is the geometry of a sliding window on the spatial axes of a tensor.
type window struct {
	in, kernel, stride, dilation, lo, hi, out []int
}

// perAxis returns the attribute as one value for each of n axes.
func perAxis(attrs Attrs, name string, n, def, least int) ([]int, error) {
	v, err := attrs.Ints(name)
	if err != nil {
		return nil, err
	}
	out := make([]int, n)
	for i := range out {
		switch len(v) {
		case 0:
			out[i] = def
		case 1:
			out[i] = v[0]
		case n:
			out[i] = v[i]
		default:
			return nil, &ArgError{Arg: name, Got: v, Rule: fmt.Sprintf("want one value, or one for each of %d axes", n)}
		}
		if out[i] < least {
			return nil, &ArgError{Arg: name, Got: v, Rule: fmt.Sprintf("must be at least %d", least)}
		}
	}
	return out, nil
}

// windowOf resolves stride, dilation and padding for a kernel on spatial
// sizes in, and computes the output sizes. ceil rounds them up.
func windowOf(attrs Attrs, in, kernel, defStride []int, ceil bool) (w window, err error) {
	n := len(in)
	w = window{in: in, kernel: kernel, out: make([]int, n)}
	if w.stride, err = perAxis(attrs, "stride", n, 0, 0); err != nil {
		return w, err
	}
	for i, s := range w.stride {
		if s == 0 {
			if v, _ := attrs.Ints("stride"); len(v) > 0 {
				return w, &ArgError{Arg: "stride", Got: v, Rule: "must be at least 1"}
			}
			w.stride[i] = defStride[i]
		}
	}
	if w.dilation, err = perAxis(attrs, "dilation", n, 1, 1); err != nil {
		return w, err
	}
	pad, err := attrs.Ints("pad")
	if err != nil {
		return w, err
	}
	if w.lo, w.hi, err = resolvePad(pad, n, func(i int) int {
		// What makes the output as long as the input divided by the stride.
		out := (in[i] + w.stride[i] - 1) / w.stride[i]
		return max(0, (out-1)*w.stride[i]+w.reach(i)-in[i])
	}); err != nil {
		return w, err
	}
	for i := range n {
		room := in[i] + w.lo[i] + w.hi[i] - w.reach(i)
		if room < 0 {
			return w, &ShapeError{Arg: "x", Got: in, Rule: fmt.Sprintf("spatial axis %d has %d elements with padding, and the window spans %d", i, in[i]+w.lo[i]+w.hi[i], w.reach(i)),
				Help: "pad the input (Pad: ops.Same keeps its size) or use a smaller kernel or dilation"}
		}
		w.out[i] = room/w.stride[i] + 1
		if ceil && room%w.stride[i] != 0 && w.out[i]*w.stride[i] < in[i]+w.lo[i] {
			// The last window has to start in the input or the padding
			// before it.
			w.out[i]++
		}
	}
	return w, nil
}

// reach is the number of elements that the kernel spans on an axis.
func (w window) reach(i int) int { return (w.kernel[i]-1)*w.dilation[i] + 1 }

// resolvePad returns the padding before and behind each axis. same gives the
// total for Same.
func resolvePad(pad Padding, n int, same func(i int) int) (lo, hi []int, err error) {
	lo, hi = make([]int, n), make([]int, n)
	if len(pad) == 1 && (pad[0] == Same[0] || pad[0] == SameLower[0]) {
		for i := range n {
			total := same(i)
			lo[i], hi[i] = total/2, total-total/2
			if pad[0] == SameLower[0] {
				lo[i], hi[i] = hi[i], lo[i]
			}
		}
		return lo, hi, nil
	}
	for _, p := range pad {
		if p < 0 {
			return nil, nil, &ArgError{Arg: "pad", Got: []int(pad), Rule: "must not be negative", Help: "Slice cuts elements off"}
		}
	}
	for i := range n {
		switch len(pad) {
		case 0:
		case 1:
			lo[i], hi[i] = pad[0], pad[0]
		case n:
			lo[i], hi[i] = pad[i], pad[i]
		case 2 * n:
			lo[i], hi[i] = pad[i], pad[n+i]
		default:
			return nil, nil, &ArgError{Arg: "pad", Got: []int(pad), Rule: fmt.Sprintf("want 1, %d or %d values: for all axes, for each, or before each and then behind each", n, 2*n)}
		}
	}
	return lo, hi, nil
}
