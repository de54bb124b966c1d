package nn

import (
	"fmt"

	"cahier/ops"
)

// DecoderMemory is what the layers of a decoder need of a memory: its keys and
// values, one for each layer. [DecoderStack.Remember] makes it.
type DecoderMemory struct {
	caches  []ops.KVCache
	lengths *ops.Tensor
}

// Len returns the number of the memory's steps.
func (m *DecoderMemory) Len() int { return Caches(m.caches).Len() }

// String describes the memory.
func (m *DecoderMemory) String() string {
	return fmt.Sprintf("memory of %d steps for %d layers", m.Len(), len(m.caches))
}

// MemoryOptions are the options of Remember. The zero value takes all steps.
type MemoryOptions struct {
	Lengths *ops.Tensor // Int64 [N], steps of each memory: the ones behind are padding
}

// Remember computes the keys and values of a memory [N S M] once, for all
// steps of [DecoderStack.DecodeWith].
//
// It panics with an [ops.ShapeError] or [ops.DTypeError] if the memory does
// not fit the weights, and with an [ops.GradError] while a gradient is
// computed: Run is what a decoder is trained by.
func (s *DecoderStack) Remember(memory *ops.Tensor, opts ...MemoryOptions) *DecoderMemory {
	const fn = "nn.DecoderStack.Remember"
	o := one(fn, opts)
	given(fn, "memory", memory)
	m := &DecoderMemory{lengths: o.Lengths}
	for _, l := range s.Layers {
		m.caches = append(m.caches, l.Cross.Remember(memory))
	}
	return m
}

// Decode returns the outputs y [N T E] of steps x [N T E] that stand behind
// those in the caches, and the caches with them; see [EncoderStack.Decode].
// The keys and values of the memory [N S M] are computed anew by each call;
// [DecoderStack.DecodeWith] keeps them.
func (s *DecoderStack) Decode(x, memory *ops.Tensor, cache Caches) (*ops.Tensor, Caches) {
	given("nn.DecoderStack.Decode", "memory", memory)
	return s.decode("nn.DecoderStack.Decode", x, s.Remember(memory), cache)
}

// DecodeWith is [DecoderStack.Decode] with a memory that was looked at before.
//
//	memory := decoder.Remember(encoder.Forward(source))
//	for range steps {
//		y, cache = decoder.DecodeWith(x, memory, cache)
//	}
//
// It panics with an [ops.ArgError] for a memory of another number of layers.
func (s *DecoderStack) DecodeWith(x *ops.Tensor, memory *DecoderMemory, cache Caches) (*ops.Tensor, Caches) {
	return s.decode("nn.DecoderStack.DecodeWith", x, memory, cache)
}

func (s *DecoderStack) decode(fn string, x *ops.Tensor, memory *DecoderMemory, cache Caches) (*ops.Tensor, Caches) {
	if memory == nil || len(memory.caches) != len(s.Layers) {
		n := 0
		if memory != nil {
			n = len(memory.caches)
		}
		panic(&ops.ArgError{OpName: fn, Arg: "memory", Got: fmt.Sprintf("keys of %d layers", n), Rule: fmt.Sprintf("want those of %d", len(s.Layers)), Help: "Remember of this decoder makes it"})
	}
	cache = cache.grown(fn, len(s.Layers))
	for i, l := range s.Layers {
		x = l.run(fn, x, nil, MaskOptions{MemoryLengths: memory.lengths}, &cache[i], &memory.caches[i])
	}
	if s.Norm != nil {
		x = s.Norm.Forward(x)
	}
	return x, cache
}

// Remember returns the keys and values [N G S D] that the layer makes of a
// memory [N S M], for the option Remembered of [AttentionLayer.Attend]. It
// panics as [DecoderStack.Remember] does.
func (l *AttentionLayer) Remember(memory *ops.Tensor) ops.KVCache {
	const fn = "nn.AttentionLayer.Remember"
	given(fn, "memory", memory)
	if memory.Rank() != 3 {
		panic(&ops.ShapeError{OpName: fn, Arg: "memory", Got: memory.Shape(), Want: ops.Shape{-1, -1, -1}, Axes: []string{"n", "s", "m"}, Rule: "want three axes: batch, steps, features"})
	}
	groups := l.Options.Groups
	if groups == 0 {
		groups = l.Heads
	}
	k, v := headsOf(ops.Linear(memory, l.Key.Weight, l.Key.Bias), groups), headsOf(ops.Linear(memory, l.Value.Weight, l.Value.Bias), groups)
	if l.Options.Rotary != nil {
		k = ops.RotaryEmbedding(k, *l.Options.Rotary)
	}
	return ops.KVCache{}.Append(k, v)
}

// recall is attention to a memory whose keys and values are known.
func (l *AttentionLayer) recall(x *ops.Tensor, w ops.MultiHeadWeights, a AttendOptions, o ops.AttentionOptions) *ops.Tensor {
	const fn = "nn.AttentionLayer.Attend"
	if a.Memory != nil || a.Cache != nil {
		panic(&ops.ArgError{OpName: fn, Arg: "Remembered", Rule: "is set beside Memory or Cache"})
	}
	keys := a.Remembered.Keys()
	if keys == nil {
		panic(&ops.ArgError{OpName: fn, Arg: "Remembered", Rule: "is empty", Help: "Remember makes it of a memory"})
	}
	given(fn, "x", x)
	if x.Rank() != 3 {
		panic(&ops.ShapeError{OpName: fn, Arg: "x", Got: x.Shape(), Want: ops.Shape{-1, -1, -1}, Axes: []string{"n", "t", "e"}, Rule: "want three axes: batch, steps, features"})
	}
	q := headsOf(ops.Linear(x, w.Query, w.QueryBias), l.Heads)
	if l.Options.Rotary != nil {
		q = ops.RotaryEmbedding(q, *l.Options.Rotary)
	}
	y := ops.Linear(ops.Attention(q, keys, a.Remembered.Values(), o).Transpose(1, 2).Flatten(2), w.Output, w.OutputBias)
	if l.probe != nil {
		l.made, l.attended = 0, a.Remembered.Len()
	}
	return l.note(l, x, y)
}

// headsOf makes [N heads T D] of a projection [N T heads·D].
func headsOf(x *ops.Tensor, heads int) *ops.Tensor {
	s := x.Shape()
	return x.Reshape(s[0], s[1], heads, s[2]/heads).Transpose(1, 2)
}
