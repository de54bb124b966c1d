package display

import (
	"fmt"

	"cahier/ops"
)

// AttentionOptions says how [Attention] labels its axes.
type AttentionOptions struct {
	// Tokens are the texts of the T queries and, unless Keys is set, of the S
	// keys. Without them positions are shown.
	Tokens []string
	// Keys are the texts of the S keys, for attention from one sequence to
	// another.
	Keys []string
}

// Attention shows attention weights [T S], [H T S] or [N H T S]: for each head a
// picture whose rows are queries and whose columns are keys, with a slider that
// chooses the head. ops.AttentionWeights and the layers of package nn make such
// weights. Weights are dark at 0; scores, which have a sign, are white there, and
// masked ones (-Inf) have a colour of their own.
//
// It panics with an [*Error] if weights has another rank or no elements, if there
// are not as many tokens as positions, or if more than one AttentionOptions is
// given.
func Attention(weights *ops.Tensor, options ...AttentionOptions) Data {
	o := onlyOption("Attention", options)
	wantRank("Attention", weights, 2, 4, "weights [T S], [H T S] or [N H T S] with elements")
	queries, keys := o.Tokens, o.Keys
	if keys == nil {
		keys = queries
	}
	if queries == nil && keys != nil {
		panic(&Error{Func: "Attention", Got: "Keys without Tokens", Want: "Tokens, the texts of the queries, as well"})
	}
	for _, side := range []struct {
		name   string
		tokens []string
		size   int
	}{{"queries", queries, weights.Size(-2)}, {"keys", keys, weights.Size(-1)}} {
		if queries != nil && len(side.tokens) != side.size {
			panic(&Error{Func: "Attention", Got: fmt.Sprintf("%d tokens for %d %s of weights %v", len(side.tokens), side.size, side.name, weights.Shape()),
				Want: "one for each; Keys names keys that are not the queries"})
		}
	}
	names := []string{"batch", "head", "query", "key"}
	return viewSpec{t: weights.Detach(), names: names[4-weights.Rank():], tokens: [2][]string{queries, keys}, zero: true, full: true, least: weights.Rank() - 2}.data()
}

// Filters shows the kernels of a convolution, [O I kh kw], [O I k] or
// [O I kd kh kw], as a grid: a row for each output, a column for each input. With
// Colors RGB the kernels of three inputs are shown as colours, the smallest weight
// dark, the largest bright. Otherwise it is as [Tensor] is.
//
// It panics with an [*Error] if w has another rank or no elements, and as Tensor
// does.
func Filters(w *ops.Tensor, options ...TensorOptions) Data {
	o := onlyOption("Filters", options)
	wantRank("Filters", w, 3, 5, "the kernels [O I kh kw] of a convolution, or [O I k], [O I kd kh kw]")
	if o.Colors == RGB && (w.Rank() != 4 || w.Size(1) != 3) {
		panic(&Error{Func: "Filters", Got: fmt.Sprintf("kernels %v", w.Shape()), Want: "for RGB kernels [O 3 kh kw]"})
	}
	names := map[int][]string{3: {"output", "input", "k"}, 4: {"output", "input", "y", "x"}, 5: {"output", "input", "z", "y", "x"}}[w.Rank()]
	t := w.Detach()
	if w.Rank() == 3 { // each kernel is a picture of one row
		t, names = t.Unsqueeze(2), []string{"output", "input", "", "k"}
	}
	return viewSpec{t: t, names: names, colors: o.Colors, full: o.FullRange, fit: true}.data()
}

// FeatureMaps shows what a convolution puts out, [C H W], [N C H W] or
// [N C D H W], as a grid: a picture for each channel, a row for each example. Otherwise
// it is as [Tensor] is; of a large batch examples are left out before channels are.
//
// It panics with an [*Error] if y has another rank or no elements, and as Tensor
// does.
func FeatureMaps(y *ops.Tensor, options ...TensorOptions) Data {
	o := onlyOption("FeatureMaps", options)
	wantRank("FeatureMaps", y, 3, 5, "feature maps [C H W], [N C H W] or [N C D H W]; Tensor shows any shape")
	if o.Colors == RGB && y.Size(-3) != 3 {
		panic(&Error{Func: "FeatureMaps", Got: fmt.Sprintf("feature maps %v", y.Shape()), Want: "for RGB three channels, [3 H W] or [N 3 H W]"})
	}
	names := map[int][]string{3: {"channel", "y", "x"}, 4: {"example", "channel", "y", "x"}, 5: {"example", "channel", "z", "y", "x"}}[y.Rank()]
	least := 0
	if o.Colors != RGB && y.Rank() > 3 {
		least = 2
	}
	return viewSpec{t: y.Detach(), names: names, colors: o.Colors, full: o.FullRange, least: least}.data()
}

func wantRank(function string, t *ops.Tensor, from, to int, want string) {
	if t == nil {
		panic(&Error{Func: function, Got: "a nil tensor", Want: want})
	}
	if t.Rank() < from || t.Rank() > to || t.Len() == 0 {
		panic(&Error{Func: function, Got: fmt.Sprintf("a tensor of shape %v", t.Shape()), Want: want})
	}
}
