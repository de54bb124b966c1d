package nn

import (
	"fmt"
	"slices"

	"cahier/ops"
)

// TransformerOptions are the options of the transformer's layers. The zero
// value is that of the paper without dropout: norms behind the sums, ReLU, and
// four times the features in the feed-forward blocks.
type TransformerOptions struct {
	Hidden     int                // hidden features of the feed-forward blocks; 0 means 4 times the features
	Dropout    float64            // of attention weights, hidden features and what is added; while training
	PreNorm    bool               // norms stand before the blocks instead of behind the sums, and one behind the last layer
	Causal     bool               // encoder: each step attends to itself and those before it, as in GPT; a decoder always does
	Activation string             // of the feed-forward blocks, by its registered name; "relu" if empty, "silu" with Gated
	Gated      bool               // feed-forward blocks with a gate (GLU variants)
	RMSNorm    bool               // RMSNorm instead of LayerNorm
	Eps        float64            // of the norms; 0 means 1e-5
	Groups     int                // heads of keys and values, dividing the heads; 0 means as many
	Memory     int                // decoder: features of the memory; 0 means those of x
	Rotary     *ops.RotaryOptions // turns queries and keys of self-attention by their positions; nil does not
	NoBias     bool               // leaves all biases out
	RNG        *ops.RNG           // draws the first weights and the dropout; the default source if nil
}

func (o TransformerOptions) norm(features int) *LayerNormLayer {
	n := NormOptions{Eps: o.Eps, NoBias: o.NoBias}
	if o.RMSNorm {
		return RMSNorm(features, n)
	}
	return LayerNorm(features, n)
}

func (o TransformerOptions) attention(features, heads int, causal, cross bool) *AttentionLayer {
	a := AttentionOptions{Groups: o.Groups, Causal: causal, Dropout: o.Dropout, NoBias: o.NoBias, RNG: o.RNG}
	if cross {
		a.Memory = o.Memory
	} else {
		a.Rotary = o.Rotary
	}
	return MultiHeadAttention(features, heads, a)
}

func (o TransformerOptions) feedForward(features int) *FeedForwardLayer {
	hidden := o.Hidden
	if hidden == 0 {
		hidden = 4 * features
	}
	return FeedForward(features, hidden, FeedForwardOptions{Activation: o.Activation, Gated: o.Gated, Dropout: o.Dropout, NoBias: o.NoBias, RNG: o.RNG})
}

func (o TransformerOptions) text() []any {
	return []any{"Hidden", o.Hidden, "Dropout", o.Dropout, "PreNorm", o.PreNorm, "Causal", o.Causal, "Activation", o.Activation, "Gated", o.Gated,
		"RMSNorm", o.RMSNorm, "Eps", o.Eps, "Groups", o.Groups, "Memory", o.Memory, "Rotary", o.Rotary != nil, "NoBias", o.NoBias}
}

// around adds to x what a block makes of it, with dropout and the norm where
// the options want it.
func (o TransformerOptions) around(x *ops.Tensor, norm *LayerNormLayer, drop *DropoutLayer, block func(x *ops.Tensor) *ops.Tensor) *ops.Tensor {
	dropped := func(x *ops.Tensor) *ops.Tensor {
		if drop.P == 0 {
			return x
		}
		return drop.Forward(x)
	}
	if o.PreNorm {
		return x.Add(dropped(block(norm.Forward(x))))
	}
	return norm.Forward(x.Add(dropped(block(x))))
}

// MaskOptions are the options of a run of the transformer's layers. The zero
// value masks nothing but what the layer does itself.
type MaskOptions struct {
	Mask          *ops.Tensor // Bool [… T T], true where attention is allowed, or numbers that are added to the scores
	Lengths       *ops.Tensor // Int64 [N], steps of each sequence: the ones behind are padding
	MemoryMask    *ops.Tensor // decoder: as Mask, [… T S]
	MemoryLengths *ops.Tensor // decoder: Int64 [N], steps of each memory
}

// Caches are the keys and values of the steps that the layers of a stack have
// seen, one for each. They are a value: Decode returns other ones and leaves
// those that it was given as they were. nil is empty.
type Caches []ops.KVCache

// Len returns the number of steps.
func (c Caches) Len() int {
	if len(c) == 0 {
		return 0
	}
	return c[0].Len()
}

// String describes the caches.
func (c Caches) String() string {
	return fmt.Sprintf("caches of %d layers with %d steps", len(c), c.Len())
}

// grown returns a copy of the caches for so many layers.
func (c Caches) grown(fn string, layers int) Caches {
	if len(c) == 0 {
		return make(Caches, layers)
	}
	if len(c) != layers {
		panic(&ops.ArgError{OpName: fn, Arg: "cache", Got: len(c), Rule: fmt.Sprintf("want nil, or one for each of %d layers", layers)})
	}
	return slices.Clone(c)
}
