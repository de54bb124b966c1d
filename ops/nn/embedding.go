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
