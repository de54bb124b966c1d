package nn

import (
	"fmt"

	"cahier/ops"
)

// DropoutOptions are the options of Dropout. The zero value drops single
// elements, with random numbers of the default source.
type DropoutOptions struct {
	Shared []int    // axes along which all elements are dropped or kept together: 2, 3 for whole channels of images
	RNG    *ops.RNG // the source of random numbers; the default one if nil
}

// DropoutLayer sets elements to 0 at random while it is training.
type DropoutLayer struct {
	common
	P       float64 // probability that an element is 0
	Options DropoutOptions
}

// Dropout returns a layer that sets elements to 0 with probability p while it
// is training, and scales the others by 1/(1-p); see [ops.Dropout]. In
// evaluation it passes everything.
//
// It panics with an [ops.ArgError] unless p is from 0 up to 1.
func Dropout(p float64, opts ...DropoutOptions) *DropoutLayer {
	o := one("nn.Dropout", opts)
	if !(p >= 0 && p <= 1) {
		panic(&ops.ArgError{OpName: "nn.Dropout", Arg: "p", Got: p, Rule: "must be a probability from 0 to 1"})
	}
	return &DropoutLayer{P: p, Options: o}
}

// Forward returns x with elements dropped, or x in evaluation.
func (l *DropoutLayer) Forward(x *ops.Tensor) *ops.Tensor {
	return l.note(l, x, ops.Dropout(x, l.P, ops.DropoutOptions{RNG: l.Options.RNG, Shared: l.Options.Shared, Eval: l.eval}))
}

// String returns the layer as it is made.
func (l *DropoutLayer) String() string {
	return describe("Dropout", fmt.Sprint(l.P), "Shared", fmt.Sprint(l.Options.Shared))
}
