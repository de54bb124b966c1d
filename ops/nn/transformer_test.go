package nn_test

import (
	"testing"

	"cahier/ops"
	"cahier/ops/nn"
)

func parametersOf(model any) map[string]*ops.Tensor {
	p := map[string]*ops.Tensor{}
	for _, q := range nn.Named(model) {
		p[q.Name] = q.Value
	}
	return p
}

// decoder is a layer with two heads and norms behind the sums, from the
// definition.
func decoder(p map[string]*ops.Tensor, x, memory *ops.Tensor) *ops.Tensor {
	x = layerNorm(p, "norm1", x.Add(heads(within(p, "self_attn."), x, x, 2, causal(x.Size(1)))))
	x = layerNorm(p, "norm2", x.Add(heads(within(p, "cross_attn."), x, memory, 2, nil)))
	q := within(p, "feed_forward.")
	return layerNorm(p, "norm3", x.Add(ops.Linear(ops.ReLU(ops.Linear(x, q["in.weight"], q["in.bias"])), q["out.weight"], q["out.bias"])))
}

func TestDecoder(t *testing.T) {
	l := nn.TransformerDecoderLayer(4, 2, nn.TransformerOptions{Memory: 6, RNG: r()})
	nn.Cast(l, ops.Float64)
	scattered(l)
	x, memory := randn(2, 3, 4), randn(2, 5, 6)
	near(t, "a layer", l.Run(x, memory), decoder(parametersOf(l), x, memory), 1e-12)

	s := nn.TransformerDecoder(4, 2, 2, nn.TransformerOptions{Memory: 6, PreNorm: true, RNG: r()})
	nn.Cast(s, ops.Float64)
	scattered(s)
	want := s.Norm.Forward(s.Layers[1].Run(s.Layers[0].Run(x, memory), memory))
	near(t, "a stack", s.Run(x, memory), want, 1e-12)
	gradients(t, nn.Func("run", func(x *ops.Tensor) *ops.Tensor { return s.Run(x, memory) }), x)
}

// TestDecode makes sure that step by step gives what all steps at once give,
// and that a cache is a value.
func TestDecode(t *testing.T) {
	for _, o := range []nn.TransformerOptions{
		{Causal: true, RNG: r()},
		{Causal: true, PreNorm: true, Rotary: &ops.RotaryOptions{}, Groups: 1, Gated: true, RMSNorm: true, NoBias: true, RNG: r()},
	} {
		s := nn.TransformerEncoder(8, 2, 3, o)
		nn.Cast(s, ops.Float64)
		scattered(s)
		x := randn(2, 6, 8)
		want := s.Forward(x)
		var cache, kept nn.Caches
		for _, part := range [][2]int{{0, 3}, {3, 4}, {4, 6}} {
			var y *ops.Tensor
			y, cache = s.Decode(x.Slice(1, part[0], part[1]), cache)
			near(t, "steps", y, want.Slice(1, part[0], part[1]), 1e-12)
			if part[1] == 4 {
				kept = cache
			}
		}
		if cache.Len() != 6 || kept.Len() != 4 {
			t.Errorf("the caches have %d and %d steps", cache.Len(), kept.Len())
		}
		again, _ := s.Decode(x.Slice(1, 4, 6), kept)
		near(t, "again from a kept cache", again, want.Slice(1, 4, 6), 1e-12)
	}
	s := nn.TransformerDecoder(4, 2, 2, nn.TransformerOptions{RNG: r()})
	nn.Cast(s, ops.Float64)
	x, memory := randn(1, 4, 4), randn(1, 3, 4)
	want := s.Run(x, memory)
	var cache nn.Caches
	for i := range 4 {
		var y *ops.Tensor
		y, cache = s.Decode(x.Slice(1, i, i+1), memory, cache)
		near(t, "a step of the decoder", y, want.Slice(1, i, i+1), 1e-12)
	}
}

// TestRemember makes sure that a memory that was looked at once gives what it
// gives at each step, with its lengths, shared heads and turned keys, and that
// it can be used again.
func TestRemember(t *testing.T) {
	for _, o := range []nn.TransformerOptions{{RNG: r()}, {Memory: 6, Groups: 1, PreNorm: true, NoBias: true, Rotary: &ops.RotaryOptions{}, RNG: r()}} {
		s := nn.TransformerDecoder(4, 2, 2, o)
		nn.Cast(s, ops.Float64)
		scattered(s)
		x, memory, lengths := randn(2, 4, 4), randn(2, 5, max(4, o.Memory)), ops.From([]int{5, 3})
		want := s.Run(x, memory, nn.MaskOptions{MemoryLengths: lengths})
		m := s.Remember(memory, nn.MemoryOptions{Lengths: lengths})
		if m.Len() != 5 || m.String() != "memory of 5 steps for 2 layers" {
			t.Errorf("%v of %d steps", m, m.Len())
		}
		for range 2 {
			var cache nn.Caches
			for i := range 4 {
				var y *ops.Tensor
				y, cache = s.DecodeWith(x.Slice(1, i, i+1), m, cache)
				near(t, "a step", y, want.Slice(1, i, i+1), 1e-12)
			}
		}
	}
	l := nn.MultiHeadAttention(4, 2, nn.AttentionOptions{Memory: 3, Rotary: &ops.RotaryOptions{Start: 2}, RNG: r()})
	x, memory := ops.NewRNG(1).Randn(2, 3, 4), ops.NewRNG(2).Randn(2, 5, 3)
	kv := l.Remember(memory)
	near(t, "a layer", l.Attend(x, nn.AttendOptions{Remembered: &kv}), l.Attend(x, nn.AttendOptions{Memory: memory}), 1e-6)
	// No multiplication is counted for keys that are there.
	count := func(a nn.AttendOptions) int { return nn.SummaryOf(l, func() { l.Attend(x, a) }).MultiplyAdds }
	if d := count(nn.AttendOptions{Memory: memory}) - count(nn.AttendOptions{Remembered: &kv}); d != 2*5*2*3*4 {
		t.Errorf("the keys and values cost %d multiplications", d)
	}
}

// TestMasks makes sure that what is masked has no influence.
func TestMasks(t *testing.T) {
	s := nn.TransformerEncoder(4, 2, 2, nn.TransformerOptions{RNG: r()})
	nn.Cast(s, ops.Float64)
	x := randn(2, 5, 4)
	short := s.Run(x, nn.MaskOptions{Lengths: ops.From([]int{3, 5})})
	near(t, "a padded sequence", short.Select(0, 0).Slice(0, 0, 3), s.Forward(x.Slice(0, 0, 1).Slice(1, 0, 3)).Select(0, 0), 1e-12)
	near(t, "one without padding", short.Select(0, 1), s.Forward(x).Select(0, 1), 1e-12)
	at := ops.ArangeInt(5)
	mask := at.Reshape(1, 5).LessEqual(at.Reshape(5, 1))
	c := nn.TransformerEncoder(4, 2, 2, nn.TransformerOptions{Causal: true, RNG: r()})
	nn.Cast(c, ops.Float64)
	if err := nn.LoadState(c, nn.State(s)); err != nil {
		t.Fatal(err)
	}
	near(t, "a causal mask", s.Run(x, nn.MaskOptions{Mask: mask}), c.Forward(x), 1e-12)

	d := nn.TransformerDecoder(4, 2, 1, nn.TransformerOptions{RNG: r()})
	nn.Cast(d, ops.Float64)
	memory := randn(2, 6, 4)
	got := d.Run(x, memory, nn.MaskOptions{MemoryLengths: ops.From([]int{2, 6})})
	near(t, "a short memory", got.Select(0, 0), d.Run(x, memory.Slice(1, 0, 2)).Select(0, 0), 1e-12)
}

func TestEmbeddings(t *testing.T) {
	e := nn.Embedding(4, 3, nn.EmbeddingOptions{Padding: []int{2}, RNG: r()})
	nn.Cast(e, ops.Float64)
	ids := ops.From([]int{2, 1})
	near(t, "padding", e.Forward(ids).Select(0, 0), ops.Zeros(3).To(ops.Float64), 0)
	_, g := nn.ValueAndGrad(e, func() *ops.Tensor { return e.Forward(ids).Sum() })
	near(t, "gradient of padding", ops.Sum(g[0], ops.ReduceOptions{Axes: []int{1}}), ops.From([]float64{0, 3, 0, 0}, ops.Float64), 0)
	x := randn(2, 3)
	near(t, "logits", e.Logits(x), ops.MatMul(x, e.Weight.T()), 1e-12)
	p := nn.LearnedPositions(6, 3, nn.InitOptions{RNG: r()})
	nn.Cast(p, ops.Float64)
	s := randn(1, 2, 3)
	near(t, "later positions", p.From(s, 4), s.Add(p.Weight.Slice(0, 4, 6)), 0)
	w := nn.SinusoidalPositions()
	near(t, "later waves", w.From(s, 4), w.Forward(ops.Concat([]*ops.Tensor{randn(1, 4, 3), s}, 1)).Slice(1, 4, 6), 1e-6)
}

func TestBilinear(t *testing.T) {
	l := nn.Bilinear(2, 3, 4, nn.LinearOptions{RNG: r()})
	nn.Cast(l, ops.Float64)
	a, b := randn(2, 5, 2), ops.NewRNG(9).Randn(2, 5, 3).To(ops.Float64)
	y := l.Apply(a, b)
	for k := range 4 {
		want := ops.Sum(ops.MatMul(a, l.Weight.Select(0, k)).Mul(b), ops.ReduceOptions{Axes: []int{2}}).Add(l.Bias.Select(0, k))
		near(t, "an output", y.Select(2, k), want, 1e-12)
	}
	gradients(t, nn.Func("apply", func(a *ops.Tensor) *ops.Tensor { return l.Apply(a, b) }), a)
}

// TestRecurrentRun makes sure that a sequence in two parts with the state
// carried over is the sequence, and that lengths end sequences early.
func TestRecurrentRun(t *testing.T) {
	for _, l := range []*nn.RecurrentLayer{nn.RNN(3, 4, nn.RecurrentOptions{Layers: 2, Activation: "relu", RNG: r()}), nn.LSTM(3, 4, nn.RecurrentOptions{Layers: 2, RNG: r()}), nn.GRU(3, 4, nn.RecurrentOptions{RNG: r()})} {
		nn.Cast(l, ops.Float64)
		x := randn(6, 2, 3)
		whole, end := l.Run(x)
		first, state := l.Run(x.Slice(0, 0, 4))
		second, last := l.Run(x.Slice(0, 4, 6), nn.RunOptions{State: state.Detach()})
		near(t, l.Kind, ops.Concat([]*ops.Tensor{first, second}, 0), whole, 1e-12)
		near(t, l.Kind+" state", last.H, end.H, 1e-12)
		_, short := l.Run(x, nn.RunOptions{Lengths: ops.From([]int{4, 6})})
		near(t, l.Kind+" lengths", short.H.Select(1, 0), state.H.Select(1, 0), 1e-12)
		near(t, l.Kind+" full length", short.H.Select(1, 1), end.H.Select(1, 1), 1e-12)
	}
}
