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

	Remembered *ops.KVCache // keys and values of a memory, which Remember made; instead of Memory
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

	attended, made int // keys that the last call saw and computed, while it is looked at
}

// MultiHeadAttention returns attention with several heads side by side over
// x [N T E] of that many features; see [ops.MultiHeadAttention] (Vaswani et
// al., Attention is all you need, 2017). Weights begin as [XavierUniform]
// makes them, biases at 0. Groups of keys and values that several heads share
// are Ainslie et al., GQA, 2023. With Rotary queries and keys are turned by
// their positions, see [ops.RotaryEmbedding] (Su et al., RoFormer, 2021).
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
// is not for use while a gradient is computed. It panics with an
// [ops.ArgError] for Remembered beside Memory or Cache, or if it is empty.
func (l *AttentionLayer) Attend(x *ops.Tensor, opts ...AttendOptions) *ops.Tensor {
	a := one("nn.AttentionLayer.Attend", opts)
	o := l.Options
	attention := ops.AttentionOptions{Causal: o.Causal, Mask: a.Mask, Lengths: a.Lengths, SoftCap: o.SoftCap, RNG: o.RNG}
	if !l.eval {
		attention.Dropout = o.Dropout
	}
	w := ops.MultiHeadWeights{Query: l.Query.Weight, Key: l.Key.Weight, Value: l.Value.Weight, Output: l.Output.Weight,
		QueryBias: l.Query.Bias, KeyBias: l.Key.Bias, ValueBias: l.Value.Bias, OutputBias: l.Output.Bias}
	if a.Remembered != nil {
		return l.recall(x, w, a, attention)
	}
	y := ops.MultiHeadAttention(x, w, ops.MultiHeadOptions{Heads: l.Heads, Groups: o.Groups, Memory: a.Memory, Attention: attention, Rotary: o.Rotary, Cache: a.Cache})
	if l.probe != nil {
		l.made = x.Size(1)
		if a.Memory != nil {
			l.made = a.Memory.Size(1)
		}
		l.attended = l.made
		if a.Cache != nil {
			l.attended = a.Cache.Len()
		}
	}
	return l.note(l, x, y)
}

// Parameters returns the tensors that are trained, see [Parameters].
func (l *AttentionLayer) Parameters() []*ops.Tensor { return Parameters(l) }

// String returns the layer as it is made.
func (l *AttentionLayer) String() string {
	o := l.Options
	return describe("MultiHeadAttention", fmt.Sprintf("%d, %d", l.Query.Weight.Size(1), l.Heads), "Groups", o.Groups, "Memory", o.Memory,
		"Causal", o.Causal, "Rotary", o.Rotary != nil, "Dropout", o.Dropout, "SoftCap", o.SoftCap, "NoBias", o.NoBias)
}

// multiplyAdds counts the scores of all pairs, masked or not. Keys and values
// of a cache were computed before.
func (l *AttentionLayer) multiplyAdds(x, _ *ops.Tensor) int {
	n, steps := x.Size(0), x.Size(1)
	rows := n * steps * (l.Query.Weight.Len() + l.Output.Weight.Len())
	return rows + n*l.made*(l.Key.Weight.Len()+l.Value.Weight.Len()) + 2*n*steps*l.attended*l.Query.Weight.Size(0)
}
