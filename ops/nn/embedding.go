package nn

import (
	"fmt"

	"cahier/ops"
)

// EmbeddingOptions are the options of Embedding. The zero value has no padding
// and draws from the default source.
type EmbeddingOptions struct {
	Padding []int    // ids that stand for nothing: their rows begin at 0 and get no gradient
	RNG     *ops.RNG // draws the first rows; the default source if nil
}

// EmbeddingLayer is a table of vectors.
type EmbeddingLayer struct {
	common
	Weight  *ops.Tensor      `nn:"parameter,weight"` // [ids features]
	Options EmbeddingOptions `nn:"-"`
}

// Embedding returns a table with a vector for each of so many ids, which
// begin normally distributed with variance 1, as in PyTorch; see
// [ops.Embedding].
//
// It panics with an [ops.ArgError] for sizes below 1 or padding that is no id.
func Embedding(ids, features int, opts ...EmbeddingOptions) *EmbeddingLayer {
	o := one("nn.Embedding", opts)
	positive("nn.Embedding", "ids", ids, "features", features)
	w := Normal(ops.Zeros(ids, features), 0, 1, InitOptions{RNG: o.RNG})
	if len(o.Padding) > 0 {
		data := w.Float32s()
		for _, p := range o.Padding {
			if p < 0 || p >= ids {
				panic(&ops.ArgError{OpName: "nn.Embedding", Arg: "Padding", Got: p, Rule: fmt.Sprintf("want ids from 0 to %d", ids-1)})
			}
			clear(data[p*features : (p+1)*features])
		}
		w = ops.Wrap32(data, ids, features)
	}
	return &EmbeddingLayer{Weight: w, Options: o}
}

// Forward returns the rows that ids […], Int64, name: y [… features].
func (l *EmbeddingLayer) Forward(ids *ops.Tensor) *ops.Tensor {
	return l.note(l, ids, ops.Embedding(ids, l.Weight, ops.EmbeddingOptions{Padding: l.Options.Padding}))
}

// Logits returns the products of x [… features] with all rows, y [… ids]: the
// output layer of a language model that shares the table with the input
// (Press and Wolf, Using the output embedding to improve language models,
// 2017).
func (l *EmbeddingLayer) Logits(x *ops.Tensor) *ops.Tensor { return ops.Linear(x, l.Weight, nil) }

// Parameters returns the tensors that are trained, see [Parameters].
func (l *EmbeddingLayer) Parameters() []*ops.Tensor { return Parameters(l) }

// String returns the layer as it is made.
func (l *EmbeddingLayer) String() string {
	return describe("Embedding", fmt.Sprintf("%d, %d", l.Weight.Size(0), l.Weight.Size(1)), "Padding", fmt.Sprint(l.Options.Padding))
}

// PositionLayer adds something to each step that depends on where it stands.
type PositionLayer struct {
	common
	Weight *ops.Tensor         `nn:"parameter,weight"` // [steps features] if positions are learnt, else nil
	Waves  ops.PositionOptions `nn:"-"`                // of the sinusoids
}

// SinusoidalPositions returns a layer that adds waves of different lengths to
// x [N T E]; see [ops.SinusoidalPositions]. It has no parameters and takes any
// number of steps.
func SinusoidalPositions(opts ...ops.PositionOptions) *PositionLayer {
	return &PositionLayer{Waves: one("nn.SinusoidalPositions", opts)}
}

// LearnedPositions returns a layer that adds a vector that is learnt to each
// of at most so many steps of x [N T E] (Gehring et al., Convolutional
// sequence to sequence learning, 2017). The vectors begin normally distributed
// with a standard deviation of 0.02, as in GPT-2.
//
// It panics with an [ops.ArgError] for sizes below 1.
func LearnedPositions(steps, features int, opts ...InitOptions) *PositionLayer {
	o := one("nn.LearnedPositions", opts)
	positive("nn.LearnedPositions", "steps", steps, "features", features)
	return &PositionLayer{Weight: Normal(ops.Zeros(steps, features), 0, 0.02, o)}
}

// Forward returns x [N T E] with the positions added, from 0.
func (l *PositionLayer) Forward(x *ops.Tensor) *ops.Tensor { return l.From(x, 0) }

// From is Forward for steps that begin at a later position, as those behind a
// cache do. It panics with an [ops.ShapeError] unless x is [N T E], and with
// an [ops.ArgError] for more steps than have been learnt.
func (l *PositionLayer) From(x *ops.Tensor, start int) *ops.Tensor {
	const fn = "nn.PositionLayer"
	given(fn, "x", x)
	features := -1
	if l.Weight != nil {
		features = l.Weight.Size(1)
	}
	if x.Rank() != 3 || features >= 0 && x.Size(2) != features {
		panic(&ops.ShapeError{OpName: fn, Arg: "x", Got: x.Shape(), Want: ops.Shape{-1, -1, features}, Axes: []string{"n", "t", "e"}, Rule: "want batch, steps, features"})
	}
	steps := x.Size(1)
	if l.Weight == nil {
		o := l.Waves
		o.Start += start
		return l.note(l, x, x.Add(ops.SinusoidalPositions(steps, x.Size(2), o).To(x.DType())))
	}
	if n := l.Weight.Size(0); start < 0 || start+steps > n {
		panic(&ops.ArgError{OpName: fn, Arg: "x", Got: fmt.Sprintf("%d steps from %d", steps, start), Rule: fmt.Sprintf("positions 0 to %d have been learnt", n-1)})
	}
	return l.note(l, x, x.Add(l.Weight.Slice(0, start, start+steps)))
}

// Parameters returns the tensors that are trained, see [Parameters].
func (l *PositionLayer) Parameters() []*ops.Tensor { return Parameters(l) }

// String returns the layer as it is made.
func (l *PositionLayer) String() string {
	if l.Weight == nil {
		return describe("SinusoidalPositions", "", "Start", l.Waves.Start, "Base", l.Waves.Base)
	}
	return describe("LearnedPositions", fmt.Sprintf("%d, %d", l.Weight.Size(0), l.Weight.Size(1)))
}
