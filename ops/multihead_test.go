package ops_test

import (
	"testing"

	"cahier/ops"
)

// multiHead computes multi-head attention one head after the other.
func multiHead(x, m *ops.Tensor, w ops.MultiHeadWeights, heads, groups int, o ops.AttentionOptions) *ops.Tensor {
	part := func(x, w, b *ops.Tensor, n, i int) *ops.Tensor { // [N 1 T D]
		return ops.Linear(x, ops.Chunk(w, n, 0)[i], ops.Chunk(b, n, 0)[i]).Unsqueeze(1)
	}
	var out []*ops.Tensor
	for h := range heads {
		g := h / (heads / groups)
		out = append(out, ops.Attention(part(x, w.Query, w.QueryBias, heads, h), part(m, w.Key, w.KeyBias, groups, g), part(m, w.Value, w.ValueBias, groups, g), o).Squeeze(1))
	}
	return ops.Linear(ops.Concat(out, 2), w.Output, w.OutputBias)
}

func multiHeadWeights(r *ops.RNG, heads, groups, e, m int) ops.MultiHeadWeights {
	f := func(shape ...int) *ops.Tensor { return r.Randn(shape...).To(ops.Float64) }
	return ops.MultiHeadWeights{
		Query: f(heads*4, e), Key: f(groups*4, m), Value: f(groups*3, m), Output: f(5, heads*3),
		QueryBias: f(heads * 4), KeyBias: f(groups * 4), ValueBias: f(groups * 3), OutputBias: f(5),
	}
}

func TestMultiHeadAttention(t *testing.T) {
	r := ops.NewRNG(1)
	near := func(what string, got, want *ops.Tensor) {
		t.Helper()
		if !got.Shape().Equal(want.Shape()) {
			t.Fatalf("%s: shape %v, want %v", what, got.Shape(), want.Shape())
		}
		if worst := got.Sub(want).Abs().Max().Item(); worst > 1e-10 {
			t.Errorf("%s differs by %v", what, worst)
		}
	}
	x, m := r.Randn(2, 6, 7).To(ops.Float64), r.Randn(2, 4, 3).To(ops.Float64)
	causal := ops.AttentionOptions{Causal: true}
	self, cross := multiHeadWeights(r, 4, 2, 7, 7), multiHeadWeights(r, 2, 2, 7, 3)
	want := multiHead(x, x, self, 4, 2, causal)
	near("self", ops.MultiHeadAttention(x, self, ops.MultiHeadOptions{Heads: 4, Groups: 2, Attention: causal}), want)
	near("cross", ops.MultiHeadAttention(x, cross, ops.MultiHeadOptions{Heads: 2, Memory: m}), multiHead(x, m, cross, 2, 2, ops.AttentionOptions{}))

	for _, rotary := range []*ops.RotaryOptions{nil, {}} {
		o := ops.MultiHeadOptions{Heads: 4, Groups: 2, Attention: causal, Rotary: rotary}
		want := ops.MultiHeadAttention(x, self, o)
		o.Cache = &ops.KVCache{}
		var steps []*ops.Tensor
		for _, s := range [][2]int{{0, 3}, {3, 4}, {4, 6}} {
			steps = append(steps, ops.MultiHeadAttention(x.Slice(1, s[0], s[1]), self, o))
		}
		near("decoding", ops.Concat(steps, 1), want)
	}

	plain := self
	plain.Output, plain.OutputBias = nil, nil
	heads := ops.MultiHeadAttention(x, plain, ops.MultiHeadOptions{Heads: 4, Groups: 2, Attention: causal})
	near("heads side by side", ops.Linear(heads, self.Output, self.OutputBias), want)
}

func TestMultiHeadArguments(t *testing.T) {
	r := ops.NewRNG(1)
	x, w := r.Randn(1, 2, 3).To(ops.Float64), multiHeadWeights(r, 2, 2, 3, 3)
	var cache ops.KVCache
	for want, f := range map[string]func(){
		"ops.MultiHeadAttention: x is nil, want a tensor":                                                                                                       func() { ops.MultiHeadAttention(nil, w) },
		"ops.MultiHeadAttention: Heads is -1: must be positive":                                                                                                 func() { ops.MultiHeadAttention(x, w, ops.MultiHeadOptions{Heads: -1}) },
		"ops.MultiHeadAttention: Groups is 2: must divide the 3 heads":                                                                                          func() { ops.MultiHeadAttention(x, w, ops.MultiHeadOptions{Heads: 3, Groups: 2}) },
		"ops.MultiHeadAttention: Query is 8 rows: want a multiple of 3 heads":                                                                                   func() { ops.MultiHeadAttention(x, w, ops.MultiHeadOptions{Heads: 3}) },
		"ops.MultiHeadAttention: Query is nil, want the weights of a projection":                                                                                func() { ops.MultiHeadAttention(x, ops.MultiHeadWeights{}) },
		"ops.MultiHeadAttention: x has shape [2 3], want [n t features]: want three axes: batch, steps, features\nx.Unsqueeze(0) makes a batch of one sequence": func() { ops.MultiHeadAttention(x.Select(0, 0), w) },
		"ops.MultiHeadAttention: Cache is set, and the keys of a memory are the same at each step\ncompute them once, and call ops.Attention at each step": func() {
			ops.MultiHeadAttention(x, w, ops.MultiHeadOptions{Memory: x, Cache: &cache})
		},
		"ops.Attention: mask has shape [5], want [1 1 2 2]: must broadcast to [n heads t s]": func() {
			ops.MultiHeadAttention(x, w, ops.MultiHeadOptions{Cache: &cache, Attention: ops.AttentionOptions{Mask: ops.Zeros(5).To(ops.Bool)}})
		},
	} {
		wantErr(t, want, f)
	}
	if cache.Len() != 0 {
		t.Errorf("a call that was refused left %d steps in the cache", cache.Len())
	}
}

func TestFeedForward(t *testing.T) {
	r := ops.NewRNG(1)
	x := r.Randn(2, 3, 4)
	w := ops.FeedForwardWeights{In: r.Randn(6, 4), InBias: r.Randn(6), Out: r.Randn(5, 6), OutBias: r.Randn(5)}
	in := ops.Linear(x, w.In, w.InBias)
	wantValues(t, "relu", ops.FeedForward(x, w), ops.Linear(in.ReLU(), w.Out, w.OutBias).Float64s()...)
	wantValues(t, "gelu", ops.FeedForward(x, w, ops.FeedForwardOptions{Activation: "gelu"}), ops.Linear(ops.GELU(in), w.Out, w.OutBias).Float64s()...)
	drop := ops.NewRNG(3).Rand(2, 3, 6).GreaterEqual(0.5).To(ops.Float32).Mul(2)
	wantValues(t, "dropout", ops.FeedForward(x, w, ops.FeedForwardOptions{Dropout: 0.5, RNG: ops.NewRNG(3)}), ops.Linear(in.ReLU().Mul(drop), w.Out, w.OutBias).Float64s()...)
	w.Gate = r.Randn(6, 4)
	wantValues(t, "gated", ops.FeedForward(x, w), ops.Linear(ops.SiLU(ops.Linear(x, w.Gate, nil)).Mul(in), w.Out, w.OutBias).Float64s()...)
	wantErr(t, "ops.FeedForward: activation is \"reluu\": is no registered operation\ndid you mean elu, relu?", func() { ops.FeedForward(x, w, ops.FeedForwardOptions{Activation: "reluu"}) })
	wantErr(t, "ops.FeedForward: x is nil, want a tensor", func() { ops.FeedForward(nil, w) })
	wantErr(t, "ops.FeedForward: Dropout is 2: must be a probability from 0 up to, but not, 1", func() { ops.FeedForward(x, w, ops.FeedForwardOptions{Dropout: 2}) })
}
