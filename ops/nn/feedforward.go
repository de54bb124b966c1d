package nn

import (
	"fmt"

	"cahier/ops"
)

// FeedForwardOptions are the options of FeedForward. The zero value is ReLU
// without a gate and dropout, with biases.
type FeedForwardOptions struct {
	Activation string   // an operation on one tensor, by its registered name; "relu" if empty, "silu" with Gated
	Gated      bool     // the activation of a second projection multiplies the first (GLU variants)
	Dropout    float64  // probability that a hidden feature is 0, while training
	NoBias     bool     // leaves the biases out
	RNG        *ops.RNG // draws the first weights and the dropout; the default source if nil
}

// FeedForwardLayer is the block of a transformer that works on each step by
// itself.
type FeedForwardLayer struct {
	common
	In      *LinearLayer       `nn:",in"`
	Gate    *LinearLayer       `nn:",gate"` // nil without a gate
	Out     *LinearLayer       `nn:",out"`
	Options FeedForwardOptions `nn:"-"`
}

// FeedForward returns two linear layers with an activation between them, from
// so many features to hidden ones and back; see [ops.FeedForward] (Vaswani et
// al., Attention is all you need, 2017; gates: Shazeer, GLU variants improve
// transformer, 2020).
//
// It panics with an [ops.ArgError] for sizes below 1 and activations that are
// none.
func FeedForward(features, hidden int, opts ...FeedForwardOptions) *FeedForwardLayer {
	const fn = "nn.FeedForward"
	o := one(fn, opts)
	positive(fn, "features", features, "hidden", hidden)
	probability(fn, "Dropout", o.Dropout)
	if o.Activation != "" {
		if op, ok := ops.Lookup(o.Activation); !ok || len(op.Inputs) > 1 {
			panic(&ops.ArgError{OpName: fn, Arg: "Activation", Got: o.Activation, Rule: "want the registered name of an operation on one tensor", Help: "ops.All() lists them"})
		}
	}
	lo := LinearOptions{NoBias: o.NoBias, RNG: o.RNG}
	l := &FeedForwardLayer{Options: o, In: Linear(features, hidden, lo)}
	if o.Gated {
		l.Gate = Linear(features, hidden, LinearOptions{NoBias: true, RNG: o.RNG})
	}
	l.Out = Linear(hidden, features, lo)
	return l
}

// Forward returns y [… E] for x [… E].
func (l *FeedForwardLayer) Forward(x *ops.Tensor) *ops.Tensor {
	w := ops.FeedForwardWeights{In: l.In.Weight, InBias: l.In.Bias, Out: l.Out.Weight, OutBias: l.Out.Bias}
	if l.Gate != nil {
		w.Gate = l.Gate.Weight
	}
	o := ops.FeedForwardOptions{Activation: l.Options.Activation, RNG: l.Options.RNG}
	if !l.eval {
		o.Dropout = l.Options.Dropout
	}
	return l.note(l, x, ops.FeedForward(x, w, o))
}

// Parameters returns the tensors that are trained, see [Parameters].
func (l *FeedForwardLayer) Parameters() []*ops.Tensor { return Parameters(l) }

// String returns the layer as it is made.
func (l *FeedForwardLayer) String() string {
	o := l.Options
	return describe("FeedForward", fmt.Sprintf("%d, %d", l.In.Weight.Size(1), l.In.Weight.Size(0)), "Activation", o.Activation, "Gated", o.Gated, "Dropout", o.Dropout, "NoBias", o.NoBias)
}

func (l *FeedForwardLayer) multiplyAdds(x, _ *ops.Tensor) int {
	n := l.In.Weight.Len() + l.Out.Weight.Len()
	if l.Gate != nil {
		n += l.Gate.Weight.Len()
	}
	return x.Len() / max(1, l.In.Weight.Size(1)) * n
}
