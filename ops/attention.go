package ops

import (
	"fmt"
	"math"
	"slices"
)

// AttentionOptions are the options of Attention. The zero value is plain
// scaled dot-product attention.
type AttentionOptions struct {
	Causal  bool    // query i attends to keys up to i + S - T only
	Mask    *Tensor // Bool [… T S], true where attention is allowed, or numbers that are added to the scores
	Scale   float64 // factor of the scores; 0 means 1/√D
	SoftCap float64 // c > 0 bounds scores by c·tanh(score/c); 0 means none
}

var opAttention *Op

func init() {
	opAttention = builtin("Attention", Op{Name: "attention", Inputs: []string{"q", "k", "v", "mask?"},
		Doc:     "scaled dot-product attention of queries q [N H T D] on keys k [N G S D] and values v [N G S E], G dividing H; attributes causal, scale, softcap",
		Infer:   inferAttention,
		Compose: composeAttention,
	})
}

func inferAttention(attrs Attrs, in []Spec) ([]Spec, error) {
	if err := attrs.only("causal", "scale", "softcap"); err != nil {
		return nil, err
	}
	if _, err := attrs.Bool("causal"); err != nil {
		return nil, err
	}
	if _, err := attrs.Float("scale", 0); err != nil {
		return nil, err
	}
	if c, err := attrs.Float("softcap", 0); err != nil {
		return nil, err
	} else if c < 0 || math.IsNaN(c) {
		return nil, &ArgError{Arg: "softcap", Got: c, Rule: "must not be negative"}
	}
	q, k, v := in[0], in[1], in[2]
	if err := wantFloat("q", q.DType); err != nil {
		return nil, err
	}
	names := []string{"k", "v"}
	for i, s := range []Spec{k, v} {
		if err := wantSame("q", q.DType, names[i], s.DType); err != nil {
			return nil, err
		}
	}
	qs, ks, vs := q.Shape, k.Shape, v.Shape
	if len(qs) != 4 {
		return nil, &ShapeError{Arg: "q", Got: slices.Clone(qs), Want: Shape{-1, -1, -1, -1}, Axes: []string{"n", "heads", "t", "d"}, Rule: "want four axes: batch, heads, queries, features",
			Help: "one head is q.Unsqueeze(0).Unsqueeze(0); features are divided into heads by q.Reshape(n, t, heads, -1).Transpose(1, 2)"}
	}
	if len(ks) != 4 || ks[0] != qs[0] || ks[3] != qs[3] {
		return nil, &ShapeError{Arg: "k", Got: slices.Clone(ks), Want: Shape{qs[0], -1, -1, qs[3]}, Axes: []string{"", "groups", "s"}, Rule: fmt.Sprintf("batch and features must equal those of q, whose shape is %v", qs)}
	}
	if len(vs) != 4 || vs[0] != ks[0] || vs[1] != ks[1] || vs[2] != ks[2] {
		return nil, &ShapeError{Arg: "v", Got: slices.Clone(vs), Want: Shape{ks[0], ks[1], ks[2], -1}, Axes: []string{"", "", "", "e"}, Rule: "all axes but the last must equal those of k"}
	}
	if ks[1] == 0 && qs[1] != 0 || ks[1] != 0 && qs[1]%ks[1] != 0 {
		return nil, &ShapeError{Arg: "k", Got: slices.Clone(ks), Want: Shape{ks[0], qs[1], ks[2], ks[3]}, Rule: fmt.Sprintf("the number of key heads must divide the %d heads of q", qs[1])}
	}
	if len(in) > 3 && !in[3].Absent {
		m := in[3]
		if m.DType != Bool && m.DType != q.DType {
			return nil, &DTypeError{Arg: "mask", Got: m.DType, Want: []DType{Bool, q.DType}, Rule: "true allows attention, numbers are added to the scores"}
		}
		scores := Shape{qs[0], qs[1], qs[2], ks[2]}
		if s, ok := broadcast(m.Shape, scores); !ok || !s.Equal(scores) {
			return nil, &ShapeError{Arg: "mask", Got: slices.Clone(m.Shape), Want: scores, Rule: "must broadcast to [n heads t s]"}
		}
	}
	return []Spec{{DType: q.DType, Shape: Shape{qs[0], qs[1], qs[2], vs[3]}}}, nil
}

func composeAttention(attrs Attrs, in []*Tensor) ([]*Tensor, error) {
	var mask *Tensor
	if len(in) > 3 {
		mask = in[3]
	}
	p, err := attentionWeights(attrs, in[0], in[1], mask)
	if err != nil {
		return nil, err
	}
	q, v := in[0].shape, in[2]
	if v.shape[1] == 0 {
		return []*Tensor{allocOf(v.dtype, Shape{q[0], q[1], q[2], v.shape[3]})}, nil
	}
	// [N G H/G·T S]·[N G S E]: the heads of a group share keys and values.
	group := p.Reshape(q[0], v.shape[1], q[1]/v.shape[1]*q[2], v.shape[2])
	return []*Tensor{MatMul(group, v).Reshape(q[0], q[1], q[2], v.shape[3])}, nil
}

// attentionWeights returns softmax(scores) [N H T S]. A query that may attend
// to no key has weights of 0.
func attentionWeights(attrs Attrs, q, k, mask *Tensor) (*Tensor, error) {
	scale, err := attrs.Float("scale", 0)
	if err != nil {
		return nil, err
	}
	softcap, err := attrs.Float("softcap", 0)
	if err != nil {
		return nil, err
	}
	causal, err := attrs.Bool("causal")
	if err != nil {
		return nil, err
	}
	n, h, t, d := q.shape[0], q.shape[1], q.shape[2], q.shape[3]
	g, s := k.shape[1], k.shape[2]
	if scale == 0 {
		scale = 1 / math.Sqrt(float64(max(1, d)))
	}
	if g == 0 || s == 0 {
		return allocOf(q.dtype, Shape{n, h, t, s}), nil
	}
	scores := MatMul(q.Mul(scale).Reshape(n, g, h/g*t, d), k.T()).Reshape(n, h, t, s)
	if softcap > 0 {
		scores = scores.Mul(1 / softcap).Tanh().Mul(softcap)
	}
	var allowed *Tensor
	if causal {
		i := ArangeInt(t).Reshape(t, 1)
		allowed = LessEqual(ArangeInt(s), i.Add(s-t))
	}
	if mask != nil {
		if mask.dtype == Bool {
			if allowed == nil {
				allowed = mask
			} else {
				allowed = And(allowed, mask)
			}
		} else {
			scores = Add(scores, mask)
		}
	}
	if allowed != nil {
		scores = Where(allowed, scores, math.Inf(-1))
	}
	if allowed == nil && mask == nil {
		return Softmax(scores, -1), nil
	}
	// Rows without any key: softmax of zeros instead of NaN, then zero.
	top := Max(scores.Detach(), ReduceOptions{Axes: []int{-1}, KeepDims: true})
	empty := Equal(top, math.Inf(-1))
	return Where(empty, 0, Softmax(Where(empty, 0, scores), -1)), nil
}

// Attention returns scaled dot-product attention: for each query the mean of
// the values, weighted by how well their keys match it.
//
//   - Formula: y = softmax(cap(q·kᵀ·scale) + mask)·v, with cap(s) = c·tanh(s/c) if SoftCap c is set
//   - Shapes: q [N H T D], k [N G S D], v [N G S E], mask broadcast to [N H T S], y [N H T E]; G divides H, and each key head serves H/G query heads
//   - DTypes: Float32, Float64; the same for q, k, v and a mask of numbers; products accumulated in it, softmax in float64
//   - Options: [AttentionOptions]: no mask, scale 1/√D, no cap
//   - Panics: [ShapeError], [DTypeError], [ArgError]
//   - Gradient: of q, k, v and a mask of numbers, to any order
//   - Cost: 2·N·H·T·S·(D + E) operations and N·H·T·S weights of memory
//   - Paper: Vaswani et al., Attention is all you need, 2017; Ainslie et al., GQA, 2023; soft cap: Gemma 2, 2024
//   - Differences: causal aligns the last query with the last key (PyTorch and ONNX align the first ones; the same for T = S). A query without any allowed key gives 0, where PyTorch gave NaN
func Attention(q, k, v *Tensor, opts ...AttentionOptions) *Tensor {
	o := one("ops.Attention", opts)
	attrs := Attrs{}
	if o.Causal {
		attrs["causal"] = true
	}
	if o.Scale != 0 {
		attrs["scale"] = o.Scale
	}
	if o.SoftCap != 0 {
		attrs["softcap"] = o.SoftCap
	}
	return apply1(opAttention, attrs, q, k, v, o.Mask)
}
