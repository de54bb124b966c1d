package ops

import (
	"fmt"
	"slices"
)

// EmbeddingOptions are the options of Embedding.
type EmbeddingOptions struct {
	Padding []int // ids that stand for nothing: their rows get no gradient
}

var opEmbedding *Op

func init() {
	opEmbedding = builtin("Embedding", Op{Name: "embedding", Inputs: []string{"ids", "table"},
		Doc: "the rows of table [V D] that ids […], Int64, name: […, D]; attribute padding, ids whose rows get no gradient",
		Infer: func(attrs Attrs, in []Spec) ([]Spec, error) {
			if err := attrs.only("padding"); err != nil {
				return nil, err
			}
			ids, table := in[0], in[1]
			if err := wantDType("ids", ids.DType, Int64); err != nil {
				return nil, err
			}
			if err := wantFloat("table", table.DType); err != nil {
				return nil, err
			}
			if len(table.Shape) != 2 {
				return nil, &ShapeError{Arg: "table", Got: slices.Clone(table.Shape), Want: Shape{-1, -1}, Axes: []string{"rows", "d"}, Rule: "want one row for each id"}
			}
			padding, err := attrs.Ints("padding")
			if err != nil {
				return nil, err
			}
			for _, p := range padding {
				if p < 0 || p >= table.Shape[0] {
					return nil, &ArgError{Arg: "padding", Got: p, Rule: fmt.Sprintf("must be an id from 0 to %d, the table's last row", table.Shape[0]-1)}
				}
			}
			return []Spec{{DType: table.DType, Shape: append(slices.Clone(ids.Shape), table.Shape[1])}}, nil
		},
		Compose: func(attrs Attrs, in []*Tensor) ([]*Tensor, error) {
			ids, table := in[0], in[1]
			for i, id := range ids.Ints() {
				if id < 0 || id >= table.shape[0] {
					return nil, &ArgError{Arg: "ids", Got: id, Rule: fmt.Sprintf("element %d must be 0 to %d, the table's last row", i, table.shape[0]-1)}
				}
			}
			y := IndexSelect(table, 0, ids.Reshape(ids.shape.Len())).Reshape(append(slices.Clone(ids.shape), table.shape[1])...)
			padding, err := attrs.Ints("padding")
			if err != nil {
				return nil, err
			}
			for _, p := range padding {
				y = Where(Equal(ids, p).Unsqueeze(-1), y.Detach(), y)
			}
			return []*Tensor{y}, nil
		}})
}

// Embedding looks ids up in a table: words, characters, or positions, for
// which ids is ops.ArangeInt(steps).
//
//   - Formula: y[…, j] = table[ids[…], j]
//   - Shapes: ids […], table [V D], y [… D]
//   - DTypes: ids Int64; table and y Float32, Float64
//   - Options: [EmbeddingOptions]: no padding
//   - Panics: [ArgError] for an id outside the table; [ShapeError], [DTypeError]
//   - Gradient: ∂table collects ∂y in the row of each id, but not in those of Padding
//   - Cost: a copy of the rows; the gradient is as large as the table
//   - Paper: Bengio et al., A neural probabilistic language model, 2003; learned positions: Gehring et al., Convolutional sequence to sequence learning, 2017
//   - Differences: PyTorch's max_norm changes the table and is not here; ONNX Gather with axis 0, which takes negative ids
func Embedding(ids, table *Tensor, opts ...EmbeddingOptions) *Tensor {
	o := one("ops.Embedding", opts)
	attrs := Attrs{}
	if len(o.Padding) > 0 {
		attrs["padding"] = slices.Clone(o.Padding)
	}
	return apply1(opEmbedding, attrs, ids, table)
}
