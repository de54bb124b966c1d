package ops

import "fmt"

// stacked are the options that all recurrent networks have.
type stacked struct {
	bidirectional, reverse, batchFirst bool
	initial, cell, lengths             *Tensor
	dropout, stateDropout              float64
	rng                                *RNG
}

// runLayers stacks layers and directions. run gets the inputs of one layer in
// one direction and returns its output and last states, of which there are
// states.
func runLayers(fn string, x *Tensor, weights []RNNWeights, o stacked, states int, run func(reverse bool, in []*Tensor) []*Tensor) []*Tensor {
	if x == nil || len(x.shape) != 3 {
		var got Shape
		if x != nil {
			got = x.Shape()
		}
		fail(fn, &ShapeError{Arg: "x", Got: got, Want: Shape{-1, -1, -1}, Axes: []string{"t", "n", "f"}, Rule: "want three axes: steps, batch, features", Help: "x.Unsqueeze(1) makes a batch of one sequence"})
	}
	dirs := 1
	if o.bidirectional {
		dirs = 2
	}
	o.check(fn, weights, dirs, states)
	if o.batchFirst {
		x = x.Transpose(0, 1)
	}
	n := x.shape[1]
	for i, s := range []*Tensor{o.initial, o.cell} {
		if s != nil && (len(s.shape) != 3 || s.shape[0] != len(weights)) {
			fail(fn, &ShapeError{Arg: []string{"Initial", "InitialCell"}[i], Got: s.Shape(), Want: Shape{len(weights), n, -1}, Axes: []string{"", "", "h"}, Rule: "one state for each layer and direction"})
		}
	}
	last := make([][]*Tensor, states)
	for i := 0; i < len(weights); i += dirs {
		outs := make([]*Tensor, dirs)
		for d := range dirs {
			w := weights[i+d]
			in := []*Tensor{o.dropped(x, o.dropout, 1, n, x.shape[2]), w.Input, w.Hidden, w.InputBias, w.HiddenBias, nil, o.lengths, nil}
			if o.initial != nil {
				in[5] = o.initial.Select(0, i+d)
			}
			if o.stateDropout > 0 && w.Hidden != nil && len(w.Hidden.shape) == 2 {
				in[7] = dropFactors(o.rng, x.dtype, o.stateDropout, n, w.Hidden.shape[1])
			}
			if states == 2 {
				in = append(in, nil, w.Peephole, w.Projection)
				if o.cell != nil {
					in[8] = o.cell.Select(0, i+d)
				}
			}
			r := run(o.reverse || d == 1, in)
			outs[d] = r[0]
			for s := range states {
				last[s] = append(last[s], r[1+s])
			}
		}
		x = outs[0]
		if dirs == 2 {
			x = Concat(outs, 2)
		}
	}
	if o.batchFirst {
		x = x.Transpose(0, 1)
	}
	out := []*Tensor{x}
	for _, s := range last {
		out = append(out, Stack(s, 0))
	}
	return out
}

// check panics if the options or the number and sizes of weights do not fit.
func (o *stacked) check(fn string, weights []RNNWeights, dirs, states int) {
	if len(weights) == 0 || len(weights)%dirs != 0 {
		fail(fn, &ArgError{Arg: "weights", Got: len(weights), Rule: fmt.Sprintf("want %d for each layer", dirs)})
	}
	if o.bidirectional && o.reverse {
		fail(fn, &ArgError{Arg: "Reverse", Got: true, Rule: "has no meaning with Bidirectional, which runs both ways"})
	}
	checkDropout(fn, "Dropout", o.dropout)
	checkDropout(fn, "StateDropout", o.stateDropout)
	for i, w := range weights {
		if states == 1 && w.Peephole != nil {
			fail(fn, &ArgError{Arg: fmt.Sprintf("weights[%d].Peephole", i), Rule: "is set, and only LSTM has peepholes"})
		}
		if states == 1 && w.Projection != nil {
			fail(fn, &ArgError{Arg: fmt.Sprintf("weights[%d].Projection", i), Rule: "is set, and only LSTM has projections"})
		}
		if a, b := weights[0].Hidden, w.Hidden; a != nil && b != nil && !a.shape.Equal(b.shape) {
			fail(fn, &ShapeError{Arg: fmt.Sprintf("weights[%d].Hidden", i), Got: b.Shape(), Want: a.Shape(), Rule: "all layers have states of one size",
				Help: "run layers of other sizes by calls of their own, each on the output of the one before"})
		}
	}
}

// dropped is x with dropout by a mask of the given shape.
func (o *stacked) dropped(x *Tensor, p float64, shape ...int) *Tensor {
	if p == 0 {
		return x
	}
	return Mul(x, dropFactors(o.rng, x.dtype, p, shape...))
}

// dropFactors returns the factors of dropout: 0 with probability p, 1/(1-p)
// else. rng may be nil.
func dropFactors(rng *RNG, d DType, p float64, shape ...int) *Tensor {
	if rng == nil {
		rng = defaultRNG
	}
	return rng.Rand(shape...).GreaterEqual(p).To(d).Mul(1 / (1 - p))
}

func checkDropout(fn, arg string, p float64) {
	if !(p >= 0 && p < 1) {
		fail(fn, &ArgError{Arg: arg, Got: p, Rule: "must be a probability from 0 up to, but not, 1"})
	}
}
