// Package savgol is a plugin for cahier: it smooths and differentiates sampled
// signals by the filter of Savitzky and Golay, with gradients.
//
//	y := savgol.Filter(x, savgol.Options{Window: 11, Order: 3})
//	slope := savgol.Filter(x, savgol.Options{Window: 11, Order: 3, Deriv: 1, Delta: 0.1})
//
// Importing the package registers the operation "example.savgol", which
// ops.Call runs by its name too.
package savgol

import (
	"fmt"
	"slices"

	"cahier/ops"
)

// Options are those of [Filter]. Window is required.
type Options struct {
	Window int     // samples in each fit: odd
	Order  int     // degree of the polynomial: below Window
	Deriv  int     // which derivative is taken; 0 smooths
	Delta  float64 // distance of samples, for derivatives; 0 means 1
	Axis   int     // counted from the last: 0 is the last axis, 1 the one before
}

// Filter fits a polynomial to the window around each sample, by least squares,
// and returns its value or derivative there. The first and last samples get
// the polynomials of the first and last whole window, as SciPy does by default.
//
//   - Formula: y[i] = Σ_j W[i-s, j]·x[s+j], s the start of i's window
//   - Shapes: x [… n …], n at least Window; y as x
//   - DTypes: Float32, Float64; accumulated in float64
//   - Options: see [Options]
//   - Panics: ops.ShapeError, ops.DTypeError, ops.ArgError
//   - Gradient: ∂x = Wᵀ·∂y, of any order
//   - Cost: 2·Window operations for each element
//   - Paper: Savitzky, Golay: Smoothing and differentiation of data by simplified least squares procedures, 1964
//   - Differences: none from scipy.signal.savgol_filter with mode="interp"
func Filter(x *ops.Tensor, o Options) *ops.Tensor {
	attrs := ops.Attrs{"window": o.Window, "order": o.Order, "deriv": o.Deriv}
	if o.Delta != 0 {
		attrs["delta"] = o.Delta
	}
	if o.Axis == 0 || x == nil {
		return ops.Call("example.savgol", attrs, x)
	}
	return ops.Call("example.savgol", attrs, x.Transpose(-1, -1-o.Axis)).Transpose(-1, -1-o.Axis)
}

func init() {
	ops.Register(ops.Op{
		Name: "example.savgol",
		Doc: "the filter of Savitzky and Golay along the last axis of x. Attributes: window (odd), order (of the polynomial), " +
			"deriv (0), delta (1: the distance of samples), adjoint (false: the transposed linear map)",
		Inputs:  []string{"x"},
		Infer:   infer,
		Forward: forward,
		VJP:     vjp,
	})
}

// settings are the attributes, checked.
type settings struct {
	window, order, deriv int
	delta                float64
	adjoint              bool
}

func read(attrs ops.Attrs) (s settings, err error) {
	if err = attrs.Only("window", "order", "deriv", "delta", "adjoint"); err != nil {
		return s, err
	}
	if s.window, err = attrs.Int("window", 0); err != nil {
		return s, err
	}
	if s.order, err = attrs.Int("order", 0); err != nil {
		return s, err
	}
	if s.deriv, err = attrs.Int("deriv", 0); err != nil {
		return s, err
	}
	if s.delta, err = attrs.Float("delta", 1); err != nil {
		return s, err
	}
	if s.adjoint, err = attrs.Bool("adjoint"); err != nil {
		return s, err
	}
	switch {
	case s.window < 1 || s.window%2 == 0:
		return s, &ops.ArgError{Arg: "window", Got: s.window, Rule: "want an odd number of samples"}
	case s.order < 0 || s.order >= s.window:
		return s, &ops.ArgError{Arg: "order", Got: s.order, Rule: fmt.Sprintf("want 0 to %d, less than the window", s.window-1)}
	case s.deriv < 0:
		return s, &ops.ArgError{Arg: "deriv", Got: s.deriv, Rule: "want 0 or more"}
	case !(s.delta > 0):
		return s, &ops.ArgError{Arg: "delta", Got: s.delta, Rule: "want a distance above 0"}
	}
	return s, nil
}

func infer(attrs ops.Attrs, in []ops.Spec) ([]ops.Spec, error) {
	s, err := read(attrs)
	if err != nil {
		return nil, err
	}
	x := in[0]
	if !x.DType.IsFloat() {
		return nil, &ops.DTypeError{Arg: "x", Got: x.DType, Want: []ops.DType{ops.Float32, ops.Float64}, Help: "x.To(ops.Float32) converts"}
	}
	if len(x.Shape) == 0 || x.Shape[len(x.Shape)-1] < s.window {
		return nil, &ops.ShapeError{Arg: "x", Got: slices.Clone(x.Shape), Rule: fmt.Sprintf("the axis of samples must hold a window of %d", s.window)}
	}
	return []ops.Spec{{DType: x.DType, Shape: slices.Clone(x.Shape)}}, nil
}

func forward(_ *ops.Ctx, attrs ops.Attrs, in []*ops.Tensor) ([]*ops.Tensor, error) {
	s, err := read(attrs)
	if err != nil {
		return nil, err
	}
	x := in[0]
	n, w := x.Size(-1), s.window
	fit := weights(s)
	src := x.Float64s() // in row-major order, whatever the strides of x
	dst := make([]float64, len(src))
	for row := 0; row < len(src); row += n {
		from, to := src[row:row+n], dst[row:row+n]
		for i := range n {
			start := min(max(i-w/2, 0), n-w)
			for j, c := range fit[i-start] {
				if s.adjoint {
					to[start+j] += c * from[i]
				} else {
					to[i] += c * from[start+j]
				}
			}
		}
	}
	return []*ops.Tensor{ops.Wrap64(dst).Reshape(x.Shape()...).To(x.DType())}, nil
}

// vjp is the transposed map, which is the same operation the other way round.
// It is written by ops.Call so that it can be differentiated again.
func vjp(_ *ops.Ctx, attrs ops.Attrs, _, _, cotangent []*ops.Tensor) ([]*ops.Tensor, error) {
	s, err := read(attrs)
	if err != nil {
		return nil, err
	}
	back := ops.Attrs{"window": s.window, "order": s.order, "deriv": s.deriv, "delta": s.delta, "adjoint": !s.adjoint}
	return []*ops.Tensor{ops.Call("example.savgol", back, cotangent[0])}, nil
}

// weights is the matrix W: row p gives the fitted value (or derivative) at
// place p of a window as a weighted sum of its samples. The polynomials are
// expanded in those that are orthogonal on the window (Gram's), which stays
// accurate where normal equations do not.
func weights(s settings) [][]float64 {
	w, half := s.window, s.window/2
	rows := make([][]float64, w)
	for p := range rows {
		rows[p] = make([]float64, w)
	}
	// value[d][p]: derivative d of the current polynomial at place p; before:
	// of the previous one.
	value, before := table(s.deriv+1, w), table(s.deriv+1, w)
	for p := range w {
		value[0][p] = 1
	}
	lastNorm := 1.0
	for k := 0; k <= s.order; k++ {
		norm := 0.0
		for _, v := range value[0] {
			norm += v * v
		}
		for p := range w {
			for j := range w {
				rows[p][j] += value[s.deriv][p] * value[0][j] / norm
			}
		}
		b := norm / lastNorm
		if k == 0 {
			b = 0
		}
		next := table(s.deriv+1, w)
		for d := range next {
			for p := range w {
				t := float64(p - half)
				next[d][p] = t*value[d][p] - b*before[d][p]
				if d > 0 {
					next[d][p] += float64(d) * value[d-1][p]
				}
			}
		}
		value, before, lastNorm = next, value, norm
	}
	scale := 1.0
	for range s.deriv {
		scale /= s.delta
	}
	for p := range rows {
		for j := range rows[p] {
			rows[p][j] *= scale
		}
	}
	return rows
}

func table(n, w int) [][]float64 {
	t := make([][]float64, n)
	for i := range t {
		t[i] = make([]float64, w)
	}
	return t
}
