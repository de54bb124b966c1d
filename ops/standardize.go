package ops

import (
	"math"

	"cahier/ops/internal/cpu"
)

// StandardizeOptions are the options of Standardize. The zero value takes all
// axes together, and an epsilon of 1e-5.
type StandardizeOptions struct {
	Axes []int   // the axes whose elements are taken together; all if empty
	RMS  bool    // the mean is not subtracted: divides by the root mean square
	Eps  float64 // added to the variance; 0 means 1e-5
}

var opStandardize *Op

func init() {
	opStandardize = builtin("Standardize", Op{Name: "standardize", Inputs: []string{"x"},
		Doc: "(x - mean)·scale with scale = 1/√(variance + eps), both over axes; gives that, the mean and the scale; attributes axes (all if empty), rms (no mean is subtracted) and eps, 1e-5 if not set",
		Infer: func(attrs Attrs, in []Spec) ([]Spec, error) {
			if err := attrs.only("axes", "rms", "eps"); err != nil {
				return nil, err
			}
			if err := wantFloat("x", in[0].DType); err != nil {
				return nil, err
			}
			if _, _, err := epsOf(attrs); err != nil {
				return nil, err
			}
			f, err := foldOf(Attrs{"axes": attrs["axes"], "keepdims": true}, in[0].Shape)
			if err != nil {
				return nil, err
			}
			stat := Spec{DType: in[0].DType, Shape: f.keep}
			return []Spec{in[0], stat, stat}, nil
		},
		Forward: func(_ *Ctx, attrs Attrs, in []*Tensor) ([]*Tensor, error) {
			rms, eps, err := epsOf(attrs)
			if err != nil {
				return nil, err
			}
			f, err := foldOf(Attrs{"axes": attrs["axes"], "keepdims": true}, in[0].shape)
			if err != nil {
				return nil, err
			}
			if in[0].dtype == Float32 {
				return standardize[float32](in[0], f, rms, eps), nil
			}
			return standardize[float64](in[0], f, rms, eps), nil
		},
		VJP: func(_ *Ctx, attrs Attrs, in, out, g []*Tensor) ([]*Tensor, error) {
			rms, _, err := epsOf(attrs)
			if err != nil {
				return nil, err
			}
			f, err := foldOf(Attrs{"axes": attrs["axes"], "keepdims": true}, in[0].shape)
			if err != nil {
				return nil, err
			}
			y, scale := out[0], out[2]
			n := 1 / float64(max(1, f.inner))
			mean := func(t *Tensor) *Tensor { return Mul(Sum(t, ReduceOptions{Axes: f.axes, KeepDims: true}), n) }
			// The scale s is (v+ε)^(-1/2), so ∂s/∂x = -s²·y/n.
			along := Add(mean(Mul(g[0], y)), Mul(Mul(g[2], scale), n))
			d := Sub(g[0], Mul(y, along))
			if !rms {
				d = Sub(d, mean(g[0]))
			}
			d = Mul(d, scale)
			if !rms {
				d = Add(d, Mul(g[1], n))
			}
			return []*Tensor{d}, nil
		}})
}

func epsOf(attrs Attrs) (rms bool, eps float64, err error) {
	if rms, err = attrs.Bool("rms"); err != nil {
		return rms, 0, err
	}
	if eps, err = attrs.Float("eps", 1e-5); err == nil && !(eps >= 0 && !math.IsInf(eps, 1)) {
		err = &ArgError{Arg: "eps", Got: eps, Rule: "must not be negative"}
	}
	return rms, eps, err
}

func standardize[T cpu.Float](x *Tensor, f fold, rms bool, eps float64) []*Tensor {
	moved := f.folded(x)
	src := flat[T](moved)
	out, dst := alloc[T](moved.shape)
	mean, means := alloc[T](f.keep)
	scale, scales := alloc[T](f.keep)
	n := f.inner
	cpu.Parallel(len(means), cpu.GrainFor(6*n), func(lo, hi int) {
		for i := lo; i < hi; i++ {
			row := src[i*n : (i+1)*n]
			m := 0.0
			if !rms {
				m = cpu.Sum(0, row) / float64(n)
			}
			v := 0.0
			for _, e := range row {
				d := float64(e) - m
				v += d * d
			}
			s := 1 / math.Sqrt(v/float64(n)+eps)
			for j, e := range row {
				dst[i*n+j] = T((float64(e) - m) * s)
			}
			means[i], scales[i] = T(m), T(s)
		}
	})
	// The folded axes stand last in dst: put them back.
	back := make([]int, len(x.shape))
	at := 0
	for a := range x.shape {
		if !f.has(a) {
			back[a] = at
			at++
		}
	}
	for _, a := range f.axes {
		back[a] = at
		at++
	}
	return []*Tensor{out.permuted(back), mean, scale}
}

// has reports whether axis a is folded.
func (f fold) has(a int) bool {
	for _, b := range f.axes {
		if a == b {
			return true
		}
	}
	return false
}

// Standardize returns x shifted and scaled to mean 0 and variance 1 over
// axes, and the mean and the factor that did it. The normalisations are made
// of it.
//
//   - Formula: y = (x - m)·s with s = 1/√(v + ε), m the mean and v the mean of (x - m)² over the axes; m = 0 if RMS; NaN if one is NaN
//   - Shapes: y as x; mean and scale as x with size 1 at the axes
//   - DTypes: Float32, Float64; accumulated in float64
//   - Options: [StandardizeOptions]: all axes, the mean subtracted, ε = 1e-5
//   - Panics: [ArgError] for an axis that x does not have, or a negative ε; [DTypeError]
//   - Gradient: ∂x = s·(∂y - mean ∂y - y·mean(∂y·y)) and the parts of mean and scale; to any order
//   - Cost: 6 operations an element; axes that are not the last are copied to the end
//   - Paper: none
//   - Differences: the variance divides by n, not n-1, as in all normalisations
func Standardize(x *Tensor, opts ...StandardizeOptions) (y, mean, scale *Tensor) {
	o := one("ops.Standardize", opts)
	out := apply(opStandardize, normAttrs(Attrs{"axes": append([]int(nil), o.Axes...), "rms": o.RMS}, o.Eps), x)
	return out[0], out[1], out[2]
}

func normAttrs(attrs Attrs, eps float64) Attrs {
	if eps != 0 {
		attrs["eps"] = eps
	}
	return attrs
}
