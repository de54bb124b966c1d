package ops

import "fmt"

// MultiHeadWeights are the weights of multi-head attention, with H heads of D
// features for E of the input, G groups of keys and values of M features.
type MultiHeadWeights struct {
	Query  *Tensor // [H·D E]
	Key    *Tensor // [G·D M]
	Value  *Tensor // [G·V M]
	Output *Tensor // [O H·V]; nil leaves the heads side by side

	QueryBias, KeyBias, ValueBias, OutputBias *Tensor // one for each row, or nil
}

// MultiHeadOptions are the options of MultiHeadAttention. The zero value is
// one head of self-attention.
type MultiHeadOptions struct {
	Heads     int              // of the queries; 0 means 1
	Groups    int              // heads of keys and values, dividing Heads; 0 means as many
	Memory    *Tensor          // [N S M], what keys and values are made of (cross attention); x if nil
	Attention AttentionOptions // of the heads: Causal, Mask and so on
	Rotary    *RotaryOptions   // turns queries and keys by their positions; nil does not
	Cache     *KVCache         // keys and values of the steps before, for self-attention; the new ones are appended to it
}

// MultiHeadAttention projects x to queries, and x or a memory to keys and
// values, attends with several heads side by side, and projects the result.
//
//   - Formula: y = W_o·[head_1 … head_H] + b_o with head_i = attention(W_q,i·x + b_q,i, W_k,i·m + b_k,i, W_v,i·m + b_v,i), m = x or Memory
//   - Shapes: x [N T E], Memory [N S M], y [N T O]; see [MultiHeadWeights]
//   - DTypes: Float32, Float64; the same for all; as [Attention]
//   - Options: [MultiHeadOptions]: one head, self-attention, no mask, no positions, no cache
//   - Panics: [ShapeError], [DTypeError], [ArgError]; [GradError] for a cache while a gradient is computed
//   - Gradient: of x, the memory and all weights, to any order
//   - Cost: that of four [Linear] layers and of [Attention]
//   - Paper: Vaswani et al., Attention is all you need, 2017
//   - Differences: PyTorch keeps W_q, W_k, W_v in one tensor, which ops.Chunk(w, 3, 0) divides, and its boolean masks are true where attention is forbidden; ONNX Attention has no projections
func MultiHeadAttention(x *Tensor, w MultiHeadWeights, opts ...MultiHeadOptions) *Tensor {
	const fn = "ops.MultiHeadAttention"
	o := one(fn, opts)
	if o.Heads == 0 {
		o.Heads = 1
	}
	if o.Groups == 0 {
		o.Groups = o.Heads
	}
	memory := o.Memory
	if memory == nil {
		memory = x
	}
	o.check(fn, x, memory)
	for i, t := range []*Tensor{w.Query, w.Key, w.Value} {
		if t == nil {
			fail(fn, &ArgError{Arg: []string{"Query", "Key", "Value"}[i], Rule: "is nil, want the weights of a projection"})
		}
	}
	q := splitHeads(fn, "Query", Linear(x, w.Query, w.QueryBias), o.Heads)
	k := splitHeads(fn, "Key", Linear(memory, w.Key, w.KeyBias), o.Groups)
	v := splitHeads(fn, "Value", Linear(memory, w.Value, w.ValueBias), o.Groups)
	if o.Rotary != nil {
		r := *o.Rotary
		if o.Cache != nil && r.Positions == nil {
			r.Start += o.Cache.Len()
		}
		q, k = RotaryEmbedding(q, r), RotaryEmbedding(k, r)
	}
	var grown KVCache
	if o.Cache != nil {
		grown = o.Cache.Append(k, v)
		k, v = grown.Keys(), grown.Values()
	}
	y := Attention(q, k, v, o.Attention).Transpose(1, 2).Flatten(2)
	if o.Cache != nil { // only now: a call that panics leaves it as it was
		*o.Cache = grown
	}
	if w.Output == nil {
		if w.OutputBias != nil {
			return Add(y, w.OutputBias)
		}
		return y
	}
	return Linear(y, w.Output, w.OutputBias)
}

func (o *MultiHeadOptions) check(fn string, x, memory *Tensor) {
	given(fn, x)
	for i, t := range []*Tensor{x, memory} {
		if len(t.shape) != 3 {
			fail(fn, &ShapeError{Arg: []string{"x", "Memory"}[i], Got: t.Shape(), Want: Shape{-1, -1, -1}, Axes: []string{"n", "t", "features"}, Rule: "want three axes: batch, steps, features", Help: "x.Unsqueeze(0) makes a batch of one sequence"})
		}
	}
	if o.Heads < 1 {
		fail(fn, &ArgError{Arg: "Heads", Got: o.Heads, Rule: "must be positive"})
	}
	if o.Groups < 1 || o.Heads%o.Groups != 0 {
		fail(fn, &ArgError{Arg: "Groups", Got: o.Groups, Rule: fmt.Sprintf("must divide the %d heads", o.Heads)})
	}
	if o.Cache != nil && o.Memory != nil {
		fail(fn, &ArgError{Arg: "Cache", Rule: "is set, and the keys of a memory are the same at each step", Help: "compute them once, and call ops.Attention at each step"})
	}
}

// splitHeads makes [N heads T D] of a projection [N T heads·D].
func splitHeads(fn, arg string, x *Tensor, heads int) *Tensor {
	n, t, d := x.shape[0], x.shape[1], x.shape[2]
	if d%heads != 0 {
		fail(fn, &ArgError{Arg: arg, Got: fmt.Sprintf("%d rows", d), Rule: fmt.Sprintf("want a multiple of %d heads", heads)})
	}
	return x.Reshape(n, t, heads, d/heads).Transpose(1, 2)
}
