package ops

import (
	"math"
	"slices"
)

// DropoutOptions are the options of Dropout. The zero value drops single
// elements, with random numbers of the default source.
type DropoutOptions struct {
	RNG    *RNG  // the source of random numbers; the default one if nil
	Eval   bool  // not training: x passes unchanged, and no random number is drawn
	Shared []int // axes along which all elements are dropped or kept together
}

var opDropout *Op

func init() {
	opDropout = builtin("Dropout", Op{Name: "dropout", Inputs: []string{"x"},
		Doc: "0 with probability p, else x/(1-p): kept where the source with that seed, after offset draws, gives at least p; attributes p, seed, offset and shared, axes whose elements are kept or dropped together",
		Infer: func(attrs Attrs, in []Spec) ([]Spec, error) {
			if err := attrs.only("p", "seed", "offset", "shared"); err != nil {
				return nil, err
			}
			if err := wantFloat("x", in[0].DType); err != nil {
				return nil, err
			}
			_, _, err := dropoutOf(attrs, in[0].Shape)
			return in[:1:1], err
		},
		Forward: func(_ *Ctx, attrs Attrs, in []*Tensor) ([]*Tensor, error) {
			p, shape, err := dropoutOf(attrs, in[0].shape)
			if err != nil || p == 0 {
				return in[:1:1], err
			}
			seed, err := attrs.Int("seed", 0)
			if err != nil {
				return nil, err
			}
			offset, err := attrs.Int("offset", 0)
			if err != nil {
				return nil, err
			}
			r := RNG{seed: uint64(seed), counter: uint64(offset)}
			keep := GreaterEqual(r.uniform("ops.Dropout", shape), p)
			scale := 0.0
			if p < 1 {
				scale = 1 / (1 - p)
			}
			return []*Tensor{Where(keep, Mul(in[0], scale), 0)}, nil
		},
		// It is linear: the same elements of the cotangent pass, and the mask
		// is drawn again instead of being kept.
		VJP: func(_ *Ctx, attrs Attrs, _, _, g []*Tensor) ([]*Tensor, error) {
			return []*Tensor{apply1(opDropout, attrs, g[0])}, nil
		}})
}

// dropoutOf returns the probability and the shape of the mask.
func dropoutOf(attrs Attrs, x Shape) (p float64, mask Shape, err error) {
	if p, err = attrs.Float("p", 0.5); err != nil {
		return 0, nil, err
	}
	if !(p >= 0 && p <= 1) {
		return 0, nil, &ArgError{Arg: "p", Got: p, Rule: "a probability is from 0 to 1"}
	}
	if _, err = attrs.Int("seed", 0); err != nil {
		return 0, nil, err
	}
	if _, err = attrs.Int("offset", 0); err != nil {
		return 0, nil, err
	}
	shared, err := attrs.Ints("shared")
	if err != nil {
		return 0, nil, err
	}
	if len(shared) == 0 {
		return p, x, nil
	}
	axes, err := axesOf(shared, len(x), "shared")
	if err != nil {
		return 0, nil, err
	}
	return p, x.ones(axes), nil
}

// Dropout sets elements to 0 at random, each with probability p, and scales
// the others such that the expectation stays; it regularises training.
//
//   - Formula: y = x/(1-p) where u >= p, else 0, with u = rng.Rand(shape of x) uniform in [0, 1)
//   - Shapes: y as x, any
//   - DTypes: Float32, Float64
//   - Options: [DropoutOptions]: the default source, training, elements dropped one by one; Shared: []int{2, 3} drops whole channels of images [N C H W]
//   - Panics: [ArgError] unless p is from 0 to 1, and for axes that x does not have; [DTypeError]
//   - Gradient: ∂x = ∂y/(1-p) where x was kept, else 0
//   - Cost: n random numbers, drawn again for the gradient
//   - Paper: Srivastava et al., Dropout: a simple way to prevent neural networks from overfitting, 2014; Shared on the axis of time: Gal and Ghahramani, 2016
//   - Differences: the option is Eval where PyTorch and ONNX have training; PyTorch dropout2d is Shared. The same seed drops the same elements on any number of processors
func Dropout(x *Tensor, p float64, opts ...DropoutOptions) *Tensor {
	given("ops.Dropout", x)
	o := one("ops.Dropout", opts)
	if o.Eval {
		if !(p >= 0 && p <= 1) {
			fail("ops.Dropout", &ArgError{Arg: "p", Got: p, Rule: "a probability is from 0 to 1"})
		}
		p = 0
	}
	attrs := Attrs{"p": p}
	if len(o.Shared) > 0 {
		attrs["shared"] = slices.Clone(o.Shared)
	}
	_, shape, err := dropoutOf(attrs, x.shape)
	if err != nil {
		fail("ops.Dropout", err)
	}
	if p > 0 {
		r := o.RNG
		if r == nil {
			r = defaultRNG
		}
		seed, offset := r.take(shape.Len())
		// Bit patterns: a seed may lie above the largest int.
		attrs["seed"], attrs["offset"] = int(seed), int(offset&math.MaxInt)
	}
	return apply1(opDropout, attrs, x)
}
