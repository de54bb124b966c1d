package nn

import (
	"fmt"

	"cahier/ops"
)

// AttentionOptions are the options of MultiHeadAttention. The zero value is
// attention to all steps without positions, with biases.
type AttentionOptions struct {
	Groups  int                // heads of keys and values, dividing the heads; 0 means as many
	Memory  int                // features of what keys and values are made of, in cross attention; 0 means those of x
	Causal  bool               // each step attends to itself and those before it
	Rotary  *ops.RotaryOptions // turns queries and keys by their positions; nil does not
	Dropout float64            // probability that a weight of a value is 0, while training
	SoftCap float64            // bounds the scores by c·tanh(score/c); 0 means none
	NoBias  bool               // leaves the biases out
	RNG     *ops.RNG           // draws the first weights and the dropout; the default source if nil
}

// AttendOptions are the options of Attend. The zero value is what Forward
// does.
type AttendOptions struct {
	Memory  *ops.Tensor  // [N S M], what keys and values are made of; x if nil
	Mask    *ops.Tensor  // Bool [… T S], true where attention is allowed, or numbers that are added to the scores
	Lengths *ops.Tensor  // Int64 [N], steps of each sequence: the ones behind are padding
	Cache   *ops.KVCache // keys and values of the steps before; those of x are appended to it
}

// AttentionLayer is multi-head attention.
type AttentionLayer struct {
	common
	Query   *LinearLayer `nn:",query"`
	Key     *LinearLayer `nn:",key"`
	Value   *LinearLayer `nn:",value"`
	Output  *LinearLayer `nn:",output"`
	Heads   int
	Options AttentionOptions `nn:"-"`
}

// MultiHeadAttention returns attention with several heads side by side over
// x [N T E] of that many features; see [ops.MultiHeadAttention] (Vaswani et
// al., Attention is all you need, 2017). Weights begin as [XavierUniform]
// makes them, biases at 0. Groups of keys and values that several heads share
// are Ainslie et al., GQA, 2023.
//
// It panics with an [ops.ArgError] unless the heads divide the features and
// the groups the heads.
func MultiHeadAttention(features, heads int, opts ...AttentionOptions) *AttentionLayer {
	const fn = "nn.MultiHeadAttention"
	o := one(fn, opts)
	positive(fn, "features", features, "heads", heads)
	probability(fn, "Dropout", o.Dropout)
	if features%heads != 0 {
		panic(&ops.ArgError{OpName: fn, Arg: "heads", Got: heads, Rule: fmt.Sprintf("must divide the %d features", features)})
	}
	groups := o.Groups
	if groups == 0 {
		groups = heads
	}
	if groups < 1 || heads%groups != 0 {
		panic(&ops.ArgError{OpName: fn, Arg: "Groups", Got: groups, Rule: fmt.Sprintf("must divide the %d heads", heads)})
	}
	memory := o.Memory
	if memory == 0 {
		memory = features
	}
	positive(fn, "Memory", memory)
	inner := groups * (features / heads)
	return &AttentionLayer{Heads: heads, Options: o,
		Query: projection(o, features, features), Key: projection(o, memory, inner),
		Value: projection(o, memory, inner), Output: projection(o, features, features)}
}

func projection(o AttentionOptions, in, out int) *LinearLayer {
	l := &LinearLayer{Weight: XavierUniform(ops.Zeros(out, in), InitOptions{RNG: o.RNG})}
	if !o.NoBias {
		l.Bias = ops.Zeros(out)
	}
	return l
}

// Forward returns the attention of x [N T E] to itself: y [N T E].
func (l *AttentionLayer) Forward(x *ops.Tensor) *ops.Tensor { return l.Attend(x) }

// Attend returns the attention of x [N T E] to itself, or to a memory. With a
// cache, x is the steps behind those in it, and the cache grows by them; it
// is not for use while a gradient is computed.
func (l *AttentionLayer) Attend(x *ops.Tensor, opts ...AttendOptions) *ops.Tensor {
	a := one("nn.AttentionLayer.Attend", opts)
	o := l.Options
	attention := ops.AttentionOptions{Causal: o.Causal, Mask: a.Mask, Lengths: a.Lengths, SoftCap: o.SoftCap, RNG: o.RNG}
	if !l.eval {
		attention.Dropout = o.Dropout
	}
	w := ops.MultiHeadWeights{Query: l.Query.Weight, Key: l.Key.Weight, Value: l.Value.Weight, Output: l.Output.Weight,
		QueryBias: l.Query.Bias, KeyBias: l.Key.Bias, ValueBias: l.Value.Bias, OutputBias: l.Output.Bias}
	return l.note(l, x, ops.MultiHeadAttention(x, w, ops.MultiHeadOptions{Heads: l.Heads, Groups: o.Groups, Memory: a.Memory, Attention: attention, Rotary: o.Rotary, Cache: a.Cache}))
}

// Parameters returns the tensors that are trained, see [Parameters].
func (l *AttentionLayer) Parameters() []*ops.Tensor { return Parameters(l) }

// String returns the layer as it is made.
func (l *AttentionLayer) String() string {
	o := l.Options
	return describe("MultiHeadAttention", fmt.Sprintf("%d, %d", l.Query.Weight.Size(1), l.Heads), "Groups", o.Groups, "Memory", o.Memory,
		"Causal", o.Causal, "Rotary", o.Rotary != nil, "Dropout", o.Dropout, "SoftCap", o.SoftCap, "NoBias", o.NoBias)
}

// multiplyAdds takes keys and values to be as many as queries, and counts the
// scores of all pairs, masked or not.
func (l *AttentionLayer) multiplyAdds(x, _ *ops.Tensor) int {
	rows, steps := x.Size(0)*x.Size(1), x.Size(1)
	n := 0
	for _, p := range []*LinearLayer{l.Query, l.Key, l.Value, l.Output} {
		n += rows * p.Weight.Len()
	}
	return n + 2*rows*steps*l.Query.Weight.Size(0)
}

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
