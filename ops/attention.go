package ops

import (
	"fmt"
	"math"
	"slices"

	"cahier/ops/internal/cpu"
)

// AttentionOptions are the options of Attention. The zero value is plain
// scaled dot-product attention.
type AttentionOptions struct {
	Causal    bool    // query i attends to keys up to i + S - T only: the last query to all, as decoding with a cache needs it
	UpperLeft bool    // with Causal, query i attends to keys up to i instead: PyTorch's and ONNX's alignment
	Past      int     // with UpperLeft, the keys before the first query: query i attends to keys up to i + Past
	Mask      *Tensor // Bool [… T S], true where attention is allowed, or numbers that are added to the scores
	Lengths   *Tensor // Int64 [N], keys of each batch entry: the ones behind are padding, and S above is this number; all if nil
	Scale     float64 // factor of the scores; 0 means 1/√D
	SoftCap   float64 // c > 0 bounds scores by c·tanh(score/c); 0 means none
	Dropout   float64 // probability that a weight is 0
	RNG       *RNG    // draws the dropout's mask; the default source if nil
}

func (o AttentionOptions) attrs() Attrs {
	a := Attrs{}
	if o.Causal {
		a["causal"] = true
	}
	if o.UpperLeft {
		a["upper_left"] = true
	}
	if o.Past != 0 {
		a["past"] = o.Past
	}
	if o.Scale != 0 {
		a["scale"] = o.Scale
	}
	if o.SoftCap != 0 {
		a["softcap"] = o.SoftCap
	}
	return a
}

var opAttention, opAttentionWeights *Op

func init() {
	opAttention = builtin("Attention", Op{Name: "attention", Inputs: []string{"q", "k", "v", "mask?", "lengths?", "drop?"},
		Doc: "scaled dot-product attention of queries q [N H T D] on keys k [N G S D] and values v [N G S E], G dividing H; drop holds factors of the weights; attributes causal, upper_left, past, scale, softcap",
		Infer: func(attrs Attrs, in []Spec) ([]Spec, error) {
			in = append(slices.Clone(in), Spec{Absent: true}, Spec{Absent: true}, Spec{Absent: true})
			q, k, v, drop := in[0], in[1], in[2], in[5]
			if err := inferScores(attrs, q, k, in[3], in[4]); err != nil {
				return nil, err
			}
			if err := wantSame("q", q.DType, "v", v.DType); err != nil {
				return nil, err
			}
			ks, vs := k.Shape, v.Shape
			if len(vs) != 4 || vs[0] != ks[0] || vs[1] != ks[1] || vs[2] != ks[2] {
				return nil, &ShapeError{Arg: "v", Got: slices.Clone(vs), Want: Shape{ks[0], ks[1], ks[2], -1}, Axes: []string{"", "", "", "e"}, Rule: "all axes but the last must equal those of k"}
			}
			if !drop.Absent {
				if err := wantSame("q", q.DType, "drop", drop.DType); err != nil {
					return nil, err
				}
				if err := overScores("drop", drop, q, k); err != nil {
					return nil, err
				}
			}
			return []Spec{{DType: q.DType, Shape: Shape{q.Shape[0], q.Shape[1], q.Shape[2], vs[3]}}}, nil
		},
		Forward: func(_ *Ctx, attrs Attrs, in []*Tensor) ([]*Tensor, error) {
			if in[0].dtype == Float32 {
				return attentionForward[float32](attrs, in)
			}
			return attentionForward[float64](attrs, in)
		},
		Compose: composeAttention,
	})
	opAttentionWeights = builtin("AttentionWeights", Op{Name: "attention_weights", Inputs: []string{"q", "k", "mask?", "lengths?"},
		Doc: "the weights that attention of queries q [N H T D] gives keys k [N G S D]; attributes causal, upper_left, past, scale, softcap",
		Infer: func(attrs Attrs, in []Spec) ([]Spec, error) {
			in = append(slices.Clone(in), Spec{Absent: true}, Spec{Absent: true})
			q, k := in[0], in[1]
			if err := inferScores(attrs, q, k, in[2], in[3]); err != nil {
				return nil, err
			}
			return []Spec{{DType: q.DType, Shape: Shape{q.Shape[0], q.Shape[1], q.Shape[2], k.Shape[2]}}}, nil
		},
		Compose: func(attrs Attrs, in []*Tensor) ([]*Tensor, error) {
			in = append(slices.Clone(in), nil, nil)
			p, err := attentionWeights(attrs, in[0], in[1], in[2], in[3])
			return []*Tensor{p}, err
		},
	})
}

// inferScores checks what decides the weights of attention.
func inferScores(attrs Attrs, q, k, mask, lengths Spec) error {
	if err := attrs.only("causal", "upper_left", "past", "scale", "softcap"); err != nil {
		return err
	}
	for _, name := range []string{"causal", "upper_left"} {
		if _, err := attrs.Bool(name); err != nil {
			return err
		}
	}
	if past, err := attrs.Int("past", 0); err != nil {
		return err
	} else if past < 0 || past > 0 && attrs["upper_left"] != true {
		return &ArgError{Arg: "past", Got: past, Rule: "must be a number of keys, and goes with upper_left", Help: "without it the last query attends to all keys, past ones too"}
	}
	if _, err := attrs.Float("scale", 0); err != nil {
		return err
	}
	if c, err := attrs.Float("softcap", 0); err != nil {
		return err
	} else if c < 0 || math.IsNaN(c) {
		return &ArgError{Arg: "softcap", Got: c, Rule: "must not be negative"}
	}
	if err := wantFloat("q", q.DType); err != nil {
		return err
	}
	if err := wantSame("q", q.DType, "k", k.DType); err != nil {
		return err
	}
	qs, ks := q.Shape, k.Shape
	if len(qs) != 4 {
		return &ShapeError{Arg: "q", Got: slices.Clone(qs), Want: Shape{-1, -1, -1, -1}, Axes: []string{"n", "heads", "t", "d"}, Rule: "want four axes: batch, heads, queries, features",
			Help: "one head is q.Unsqueeze(0).Unsqueeze(0); features are divided into heads by q.Reshape(n, t, heads, -1).Transpose(1, 2)"}
	}
	if len(ks) != 4 || ks[0] != qs[0] || ks[3] != qs[3] {
		return &ShapeError{Arg: "k", Got: slices.Clone(ks), Want: Shape{qs[0], -1, -1, qs[3]}, Axes: []string{"", "groups", "s"}, Rule: fmt.Sprintf("batch and features must equal those of q, whose shape is %v", qs)}
	}
	if ks[1] == 0 && qs[1] != 0 || ks[1] != 0 && qs[1]%ks[1] != 0 {
		return &ShapeError{Arg: "k", Got: slices.Clone(ks), Want: Shape{ks[0], qs[1], ks[2], ks[3]}, Rule: fmt.Sprintf("the number of key heads must divide the %d heads of q", qs[1])}
	}
	if !mask.Absent {
		if mask.DType != Bool && mask.DType != q.DType {
			return &DTypeError{Arg: "mask", Got: mask.DType, Want: []DType{Bool, q.DType}, Rule: "true allows attention, numbers are added to the scores"}
		}
		if err := overScores("mask", mask, q, k); err != nil {
			return err
		}
	}
	if !lengths.Absent {
		if err := wantDType("lengths", lengths.DType, Int64); err != nil {
			return err
		}
		if !lengths.Shape.Equal(Shape{qs[0]}) {
			return &ShapeError{Arg: "lengths", Got: slices.Clone(lengths.Shape), Want: Shape{qs[0]}, Rule: "one number of keys for each batch entry"}
		}
	}
	return nil
}

// overScores returns an error unless m broadcasts to the scores.
func overScores(arg string, m, q, k Spec) error {
	scores := Shape{q.Shape[0], q.Shape[1], q.Shape[2], k.Shape[2]}
	if s, ok := broadcast(m.Shape, scores); !ok || !s.Equal(scores) {
		return &ShapeError{Arg: arg, Got: slices.Clone(m.Shape), Want: scores, Rule: "must broadcast to [n heads t s]"}
	}
	return nil
}

func composeAttention(attrs Attrs, in []*Tensor) ([]*Tensor, error) {
	in = append(slices.Clone(in), nil, nil, nil)
	p, err := attentionWeights(attrs, in[0], in[1], in[3], in[4])
	if err != nil {
		return nil, err
	}
	if in[5] != nil {
		p = Mul(p, in[5])
	}
	q, v := in[0].shape, in[2]
	if v.shape[1] == 0 {
		return []*Tensor{allocOf(v.dtype, Shape{q[0], q[1], q[2], v.shape[3]})}, nil
	}
	// [N G H/G·T S]·[N G S E]: the heads of a group share keys and values.
	group := p.Reshape(q[0], v.shape[1], q[1]/v.shape[1]*q[2], v.shape[2])
	return []*Tensor{MatMul(group, v).Reshape(q[0], q[1], q[2], v.shape[3])}, nil
}

// attentionForward is composeAttention on plain data: it keeps the scores of a
// few queries at a time, and leaves out the keys that causality hides.
func attentionForward[T cpu.Float](attrs Attrs, in []*Tensor) ([]*Tensor, error) {
	in = append(slices.Clone(in), nil, nil, nil)
	q, k, v, mask, drop := in[0], in[1], in[2], in[3], in[5]
	a := cpu.Attention[T]{N: q.shape[0], H: q.shape[1], G: k.shape[1], T: q.shape[2], S: k.shape[2], D: q.shape[3], E: v.shape[3]}
	scores := Shape{a.N, a.H, a.T, a.S}
	var err error
	if a.Scale, a.SoftCap, err = scoreFactors(attrs, a.D); err != nil {
		return nil, err
	}
	if a.Limit, err = visibleKeys(attrs, a.T, a.S, in[4]); err != nil {
		return nil, err
	}
	causal, err := attrs.Bool("causal")
	if err != nil {
		return nil, err
	}
	a.EmptyIsZero = causal || mask != nil || in[4] != nil
	switch {
	case mask == nil:
	case mask.dtype == Bool:
		view := viewOf[bool](mask.expand(scores)).Collapse()
		a.Allowed = &view
	default:
		view := viewOf[T](mask.expand(scores)).Collapse()
		a.Bias = &view
	}
	if drop != nil {
		view := viewOf[T](drop.expand(scores)).Collapse()
		a.Drop = &view
	}
	a.Q, a.K, a.V = flat[T](q), flat[T](k), flat[T](v.permuted([]int{0, 1, 3, 2}))
	out, y := alloc[T](Shape{a.N, a.H, a.T, a.E})
	a.Run(y)
	return []*Tensor{out}, nil
}

// scoreFactors returns the factor and the cap of the scores, 0 for none.
func scoreFactors(attrs Attrs, d int) (scale, softcap float64, err error) {
	if scale, err = attrs.Float("scale", 0); err != nil {
		return 0, 0, err
	}
	if scale == 0 {
		scale = 1 / math.Sqrt(float64(max(1, d)))
	}
	softcap, err = attrs.Float("softcap", 0)
	return scale, softcap, err
}

// visibleKeys returns how many keys causality and lengths let query i of
// batch entry n see.
func visibleKeys(attrs Attrs, t, s int, lengths *Tensor) (func(n, i int) int, error) {
	causal, err := attrs.Bool("causal")
	if err != nil {
		return nil, err
	}
	upperLeft, err := attrs.Bool("upper_left")
	if err != nil {
		return nil, err
	}
	past, err := attrs.Int("past", 0)
	if err != nil {
		return nil, err
	}
	length := func(int) int { return s }
	if lengths != nil {
		all := lengths.Ints()
		for i, l := range all {
			if l < 0 || l > s {
				return nil, &ArgError{Arg: "lengths", Got: l, Rule: fmt.Sprintf("batch entry %d must have 0 to %d keys", i, s)}
			}
		}
		length = func(n int) int { return all[n] }
	}
	return func(n, i int) int {
		l := length(n)
		switch {
		case !causal:
			return l
		case upperLeft:
			return max(0, min(l, i+past+1))
		}
		return max(0, min(l, i+l-t+1))
	}, nil
}

// attentionWeights returns softmax(scores) [N H T S]. A query that may attend
// to no key has weights of 0.
func attentionWeights(attrs Attrs, q, k, mask, lengths *Tensor) (*Tensor, error) {
	n, h, t, d := q.shape[0], q.shape[1], q.shape[2], q.shape[3]
	g, s := k.shape[1], k.shape[2]
	scale, softcap, err := scoreFactors(attrs, d)
	if err != nil {
		return nil, err
	}
	if g == 0 || s == 0 {
		return allocOf(q.dtype, Shape{n, h, t, s}), nil
	}
	scores := MatMul(q.Mul(scale).Reshape(n, g, h/g*t, d), k.T()).Reshape(n, h, t, s)
	if softcap > 0 {
		scores = scores.Mul(1 / softcap).Tanh().Mul(softcap)
	}
	allowed, err := allowedKeys(attrs, t, s, lengths)
	if err != nil {
		return nil, err
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

// allowedKeys returns, for scores [N H T S], where causality and lengths
// allow attention; nil is everywhere.
func allowedKeys(attrs Attrs, t, s int, lengths *Tensor) (*Tensor, error) {
	visible, err := visibleKeys(attrs, t, s, lengths)
	if err != nil {
		return nil, err
	}
	causal, err := attrs.Bool("causal")
	if err != nil || !causal && lengths == nil {
		return nil, err
	}
	n := 1
	if lengths != nil {
		n = lengths.shape[0]
	}
	limits, data := alloc[int64](Shape{n, 1, t, 1})
	for i := range data {
		data[i] = int64(visible(i/t, i%t))
	}
	return Less(ArangeInt(s), limits), nil
}

// Attention returns scaled dot-product attention: for each query the mean of
// the values, weighted by how well their keys match it.
//
//   - Formula: y = softmax(cap(q·kᵀ·scale) + mask)·v, with cap(s) = c·tanh(s/c) if SoftCap c is set
//   - Shapes: q [N H T D], k [N G S D], v [N G S E], mask broadcast to [N H T S], y [N H T E]; G divides H, and each key head serves H/G query heads
//   - DTypes: Float32, Float64; the same for q, k, v and a mask of numbers; products accumulated in it, softmax in float64
//   - Options: [AttentionOptions]: no mask, scale 1/√D, no cap, no dropout
//   - Panics: [ShapeError], [DTypeError], [ArgError]
//   - Gradient: of q, k, v and a mask of numbers, to any order
//   - Cost: 2·N·H·T·S·(D + E) operations and N·H·T·S weights of memory
//   - Paper: Vaswani et al., Attention is all you need, 2017; Ainslie et al., GQA, 2023; soft cap: Gemma 2, 2024
//   - Differences: Causal aligns the last query with the last key; PyTorch aligns the first ones, as UpperLeft does (the same for T = S); ONNX too, with Past past keys, but the last ones where it has lengths. A query without any allowed key gives 0, where PyTorch gave NaN
func Attention(q, k, v *Tensor, opts ...AttentionOptions) *Tensor {
	const fn = "ops.Attention"
	o := one(fn, opts)
	var drop *Tensor
	checkDropout(fn, "Dropout", o.Dropout)
	if o.Dropout > 0 && q != nil && k != nil && len(q.shape) == 4 && len(k.shape) == 4 {
		drop = dropFactors(o.RNG, q.dtype, o.Dropout, q.shape[0], q.shape[1], q.shape[2], k.shape[2])
	}
	return apply1(opAttention, o.attrs(), q, k, v, o.Mask, o.Lengths, drop)
}

// AttentionWeights returns the weights that [Attention] gives the values: what
// each query looks at.
//
//   - Formula: p = softmax(cap(q·kᵀ·scale) + mask), with cap(s) = c·tanh(s/c) if SoftCap c is set
//   - Shapes: q [N H T D], k [N G S D], mask broadcast to [N H T S], p [N H T S]; G divides H
//   - DTypes: Float32, Float64; as [Attention]
//   - Options: [AttentionOptions], as [Attention]; without dropout, which is refused
//   - Panics: [ShapeError], [DTypeError], [ArgError]
//   - Gradient: of q, k and a mask of numbers, to any order
//   - Cost: 2·N·H·T·S·D operations
//   - Paper: as [Attention]
//   - Differences: as [Attention]; ONNX Attention with qk_matmul_output_mode 3
func AttentionWeights(q, k *Tensor, opts ...AttentionOptions) *Tensor {
	const fn = "ops.AttentionWeights"
	o := one(fn, opts)
	if o.Dropout != 0 {
		fail(fn, &ArgError{Arg: "Dropout", Got: o.Dropout, Rule: "belongs to Attention; the weights are those before it"})
	}
	return apply1(opAttentionWeights, o.attrs(), q, k, o.Mask, o.Lengths)
}
