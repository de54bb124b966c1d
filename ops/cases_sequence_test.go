package ops_test

import (
	"math"

	"cahier/ops"
	"cahier/ops/opstest"
)

func init() {
	rnnCases()
	attentionCases()
}

func rnnCases() {
	r := opstest.Randn
	want := func(f func(float64) float64, reverse bool) func([]*ops.Tensor) []*ops.Tensor {
		return func(in []*ops.Tensor) []*ops.Tensor {
			in = append(append([]*ops.Tensor(nil), in...), make([]*ops.Tensor, 8)...)
			x, w, u := gridOf(in[0]), gridOf(in[1]), gridOf(in[2])
			steps, n, feats, h := x.shape[0], x.shape[1], x.shape[2], u.shape[1]
			y, last := newGrid(steps, n, h), newGrid(n, h)
			for b := range n {
				state := make([]float64, h)
				for j := range state {
					if in[5] != nil {
						state[j] = in[5].At(b, j)
					}
				}
				length := steps
				if in[6] != nil {
					length = int(in[6].At(b))
				}
				for i := range length {
					t := i
					if reverse {
						t = length - 1 - i
					}
					next := make([]float64, h)
					for j := range next {
						s := 0.0
						for k := range feats {
							s += *w.at(j, k) * *x.at(t, b, k)
						}
						for k := range h {
							fed := state[k]
							if in[7] != nil {
								fed *= in[7].At(b, k)
							}
							s += *u.at(j, k) * fed
						}
						for _, bias := range in[3:5] {
							if bias != nil {
								s += bias.At(j)
							}
						}
						next[j] = f(s)
						*y.at(t, b, j) = next[j]
					}
					state = next
				}
				for j, v := range state {
					*last.at(b, j) = v
				}
			}
			return []*ops.Tensor{y.tensor(), last.tensor()}
		}
	}
	x, w, u := r(1, 4, 2, 3), r(2, 5, 3), r(3, 5, 5)
	lengths := i64(2, 4)
	cases["rnn"] = []opstest.Case{
		{Name: "plain", Inputs: []*ops.Tensor{x, w, u}, Want: want(math.Tanh, false), Smooth: true},
		{Name: "biases and state", Inputs: []*ops.Tensor{x, w, u, r(4, 5), r(5, 5), r(6, 2, 5)}, Want: want(math.Tanh, false), Smooth: true},
		{Name: "reverse", Attrs: ops.Attrs{"reverse": true}, Inputs: []*ops.Tensor{x, w, u, r(4, 5)}, Want: want(math.Tanh, true), Smooth: true},
		{Name: "sigmoid", Attrs: ops.Attrs{"activation": "sigmoid"}, Inputs: []*ops.Tensor{x, w, u}, Want: want(func(x float64) float64 { return 1 / (1 + math.Exp(-x)) }, false)},
		{Name: "relu", Attrs: ops.Attrs{"activation": "relu"}, Inputs: []*ops.Tensor{x, w, u}, Want: want(func(x float64) float64 { return math.Max(x, 0) }, false)},
		{Name: "bound", Attrs: ops.Attrs{"activation": "sin", "clip": 0.7}, Inputs: []*ops.Tensor{x, w, u, r(4, 5)}, Want: want(func(x float64) float64 { return math.Sin(within(x, 0.7)) }, false)},
		{Name: "lengths", Inputs: []*ops.Tensor{x, w, u, r(4, 5), nil, r(6, 2, 5), lengths}, Want: want(math.Tanh, false), Smooth: true},
		{Name: "lengths, reverse", Attrs: ops.Attrs{"reverse": true}, Inputs: []*ops.Tensor{x, w, u, nil, nil, r(6, 2, 5), lengths}, Want: want(math.Tanh, true)},
		{Name: "dropout", Inputs: []*ops.Tensor{x, w, u, r(4, 5), r(5, 5), r(6, 2, 5), lengths, r(7, 2, 5)}, Want: want(math.Tanh, false), Smooth: true},
		{Name: "no step", Inputs: []*ops.Tensor{r(1, 0, 2, 3), w, u, nil, nil, r(6, 2, 5)}, Want: want(math.Tanh, false)},
		{Name: "no sequence", Inputs: []*ops.Tensor{r(1, 4, 0, 3), w, u}, Want: want(math.Tanh, false)},
		{Name: "one element", Inputs: []*ops.Tensor{r(1, 1, 1, 1), r(2, 1, 1), r(3, 1, 1)}, Want: want(math.Tanh, false)},
	}
	refusals["rnn"] = []opstest.Refusal{
		{Name: "input weights", Inputs: []*ops.Tensor{x, r(2, 5, 4), u}, Want: "ops.RNN: w has shape [5 4], want [5 3]: x has batch 2 and 3 features, r has 5 hidden units"},
		{Name: "hidden weights", Inputs: []*ops.Tensor{x, w, r(3, 5, 4)}, Want: "ops.RNN: r has shape [5 4], want [h h]: hidden weights have h rows for h columns"},
		{Name: "state", Inputs: []*ops.Tensor{x, w, u, nil, nil, r(1, 1, 5)}, Want: "ops.RNN: h0 has shape [1 5], want [2 5]: x has batch 2 and 3 features, r has 5 hidden units"},
		{Name: "lengths", Inputs: []*ops.Tensor{x, w, u, nil, nil, nil, i64(1, 5)}, Want: "ops.RNN: lengths is 5: sequence 1 must have 0 to 4 steps"},
		{Name: "dropout", Inputs: []*ops.Tensor{x, w, u, nil, nil, nil, nil, r(7, 5)}, Want: "ops.RNN: drop has shape [5], want [2 5]: x has batch 2 and 3 features, r has 5 hidden units"},
		{Name: "lengths' type", Inputs: []*ops.Tensor{x, w, u, nil, nil, nil, f64(1, 4)}, Want: "ops.RNN: lengths is Float64, want Int64\nlengths.To(ops.Int64) converts"},
		{Name: "activation", Attrs: ops.Attrs{"activation": "tahn"}, Inputs: []*ops.Tensor{x, w, u}, Want: "ops.RNN: activation is \"tahn\": is no registered operation\nops.All() lists the operations"},
		{Name: "axes", Inputs: []*ops.Tensor{r(1, 4, 3), w, u}, Want: "ops.RNN: x has shape [4 3], want [t n f]: want three axes: steps, batch, features\nx.Unsqueeze(1) makes a batch of one sequence"},
	}
}

func attentionCases() {
	r := opstest.Randn
	reference := func(causal, upperLeft bool, past int, scale, softcap float64) func([]*ops.Tensor) []*ops.Tensor {
		return func(in []*ops.Tensor) []*ops.Tensor {
			in = append(append([]*ops.Tensor(nil), in...), nil, nil, nil)
			q, k, v := gridOf(in[0]), gridOf(in[1]), gridOf(in[2])
			n, h, t, d, g, s, e := q.shape[0], q.shape[1], q.shape[2], q.shape[3], k.shape[1], k.shape[2], v.shape[3]
			if scale == 0 {
				scale = 1 / math.Sqrt(float64(d))
			}
			out := newGrid(n, h, t, e)
			each([]int{n, h, t}, func(o []int) {
				group := o[1] / (h / g)
				scores, top := make([]float64, s), math.Inf(-1)
				for j := range scores {
					for c := range d {
						scores[j] += *q.at(o[0], o[1], o[2], c) * *k.at(o[0], group, j, c) * scale
					}
					if softcap > 0 {
						scores[j] = softcap * math.Tanh(scores[j]/softcap)
					}
					length := s
					if in[4] != nil {
						length = int(in[4].At(o[0]))
					}
					last := o[2] + length - t
					if upperLeft {
						last = o[2] + past
					}
					if j >= length || causal && j > last {
						scores[j] = math.Inf(-1)
					}
					if in[3] != nil {
						m := gridOf(in[3])
						x := *m.at(project([]int{o[0], o[1], o[2], j}, m.shape)...)
						if in[3].DType() != ops.Bool {
							scores[j] += x
						} else if x == 0 {
							scores[j] = math.Inf(-1)
						}
					}
					top = math.Max(top, scores[j])
				}
				if math.IsInf(top, -1) {
					return
				}
				sum := 0.0
				for j := range scores {
					scores[j] = math.Exp(scores[j] - top)
					sum += scores[j]
				}
				if in[5] != nil {
					drop := gridOf(in[5])
					for j := range scores {
						scores[j] *= *drop.at(project([]int{o[0], o[1], o[2], j}, drop.shape)...)
					}
				}
				for c := range e {
					for j := range scores {
						*out.at(o[0], o[1], o[2], c) += scores[j] / sum * *v.at(o[0], group, j, c)
					}
				}
			})
			return out.list()
		}
	}
	want := func(causal bool, scale, softcap float64) func([]*ops.Tensor) []*ops.Tensor {
		return reference(causal, false, 0, scale, softcap)
	}
	q, k, v := r(1, 2, 4, 3, 5), r(2, 2, 4, 6, 5), r(3, 2, 4, 6, 2)
	lengths := i64(6, 2)
	allow := ops.NewRNG(7).Rand(2, 1, 3, 6).Greater(0.4)
	nothing := ops.WrapBool(make([]bool, 18), 3, 6)
	cases["attention"] = []opstest.Case{
		{Name: "plain", Inputs: []*ops.Tensor{q, k, v}, Want: want(false, 0, 0), Smooth: true},
		{Name: "causal", Attrs: ops.Attrs{"causal": true}, Inputs: []*ops.Tensor{q, k, v}, Want: want(true, 0, 0), Smooth: true},
		{Name: "causal, more queries than keys", Attrs: ops.Attrs{"causal": true}, Inputs: []*ops.Tensor{k, q, q}, Want: want(true, 0, 0), Smooth: true},
		{Name: "grouped", Inputs: []*ops.Tensor{q, r(2, 2, 2, 6, 5), r(3, 2, 2, 6, 2)}, Want: want(false, 0, 0), Smooth: true},
		{Name: "scale and soft cap", Attrs: ops.Attrs{"scale": 0.3, "softcap": 1.5}, Inputs: []*ops.Tensor{q, k, v}, Want: want(false, 0.3, 1.5), Smooth: true},
		{Name: "boolean mask", Inputs: []*ops.Tensor{q, k, v, allow}, Want: want(false, 0, 0), Smooth: true},
		{Name: "boolean mask, causal", Attrs: ops.Attrs{"causal": true}, Inputs: []*ops.Tensor{q, k, v, allow}, Want: want(true, 0, 0), Smooth: true},
		{Name: "additive mask", Inputs: []*ops.Tensor{q, k, v, r(4, 4, 3, 6)}, Want: want(false, 0, 0), Smooth: true},
		{Name: "nothing allowed", Inputs: []*ops.Tensor{q, k, v, nothing}, Want: want(false, 0, 0), Smooth: true},
		{Name: "lengths", Inputs: list(q, k, v, nil, lengths), Want: want(false, 0, 0), Smooth: true},
		{Name: "lengths, causal", Attrs: ops.Attrs{"causal": true}, Inputs: list(q, k, v, nil, lengths), Want: want(true, 0, 0), Smooth: true},
		{Name: "dropout", Inputs: list(q, k, v, allow, nil, r(5, 4, 3, 6)), Want: want(false, 0, 0)},
		{Name: "many queries", Attrs: ops.Attrs{"causal": true}, Inputs: list(r(1, 1, 2, 70, 3), r(2, 1, 1, 71, 3), r(3, 1, 1, 71, 2), r(4, 70, 71)), Want: want(true, 0, 0), NoGrad: true},
		{Name: "no query", Inputs: []*ops.Tensor{r(1, 2, 4, 0, 5), k, v}, Want: want(false, 0, 0)},
		{Name: "no key", Inputs: []*ops.Tensor{q, r(2, 2, 4, 0, 5), r(3, 2, 4, 0, 2)}, Want: want(false, 0, 0)},
		{Name: "one element", Inputs: []*ops.Tensor{r(1, 1, 1, 1, 1), r(2, 1, 1, 1, 1), r(3, 1, 1, 1, 1)}, Want: want(false, 0, 0)},
	}
	weightsOf := func(in []*ops.Tensor) []*ops.Tensor { // attention on the unit matrix
		s := in[1].Size(2)
		eye := ops.Eye(s).To(ops.Float64).BroadcastTo(in[1].Size(0), in[1].Size(1), s, s)
		in = append(append([]*ops.Tensor(nil), in...), nil, nil)
		return want(true, 0.5, 2)(list(in[0], in[1], eye, in[2], in[3]))
	}
	cases["attention"] = append(cases["attention"],
		opstest.Case{Name: "upper left", Attrs: ops.Attrs{"causal": true, "upper_left": true}, Inputs: list(q, k, v), Want: reference(true, true, 0, 0, 0), Smooth: true},
		opstest.Case{Name: "upper left, past", Attrs: ops.Attrs{"causal": true, "upper_left": true, "past": 2}, Inputs: list(q, k, v), Want: reference(true, true, 2, 0, 0)},
		opstest.Case{Name: "upper left, lengths", Attrs: ops.Attrs{"causal": true, "upper_left": true}, Inputs: list(q, k, v, nil, lengths), Want: reference(true, true, 0, 0, 0)})
	weights := ops.Attrs{"causal": true, "scale": 0.5, "softcap": 2}
	cases["attention_weights"] = []opstest.Case{
		{Name: "grouped", Attrs: weights, Inputs: list(q, r(2, 2, 2, 6, 5)), Want: weightsOf, Smooth: true},
		{Name: "mask and lengths", Attrs: weights, Inputs: list(q, k, allow, lengths), Want: weightsOf, Smooth: true},
		{Name: "no query", Attrs: weights, Inputs: list(r(1, 2, 4, 0, 5), k), Want: weightsOf},
		{Name: "no key", Inputs: list(q, r(2, 2, 4, 0, 5)), Want: weightsOf, NoGrad: true},
		{Name: "one element", Attrs: weights, Inputs: list(r(1, 1, 1, 1, 1), r(2, 1, 1, 1, 1)), Want: weightsOf},
	}
	refusals["attention_weights"] = []opstest.Refusal{
		{Name: "features", Inputs: list(q, r(2, 2, 4, 6, 4)), Want: "ops.AttentionWeights: k has shape [2 4 6 4], want [2 groups s 5]: batch and features must equal those of q, whose shape is [2 4 3 5]"},
		{Name: "attribute", Attrs: ops.Attrs{"casual": true}, Inputs: list(q, k), Want: "ops.AttentionWeights: attribute casual is no attribute of this operation, which has causal, upper_left, past, scale, softcap"},
		{Name: "lengths", Inputs: list(q, k, nil, i64(3)), Want: "ops.AttentionWeights: lengths has shape [1], want [2]: one number of keys for each batch entry"},
	}
	refusals["attention"] = []opstest.Refusal{
		{Name: "axes", Inputs: []*ops.Tensor{ops.Zeros(3, 5), ops.Zeros(6, 5), ops.Zeros(6, 5)}, Want: "ops.Attention: q has shape [3 5], want [n heads t d]: want four axes: batch, heads, queries, features\none head is q.Unsqueeze(0).Unsqueeze(0); features are divided into heads by q.Reshape(n, t, heads, -1).Transpose(1, 2)"},
		{Name: "features", Inputs: []*ops.Tensor{q, r(2, 2, 4, 6, 4), v}, Want: "ops.Attention: k has shape [2 4 6 4], want [2 groups s 5]: batch and features must equal those of q, whose shape is [2 4 3 5]"},
		{Name: "keys and values", Inputs: []*ops.Tensor{q, k, r(3, 2, 4, 5, 2)}, Want: "ops.Attention: v has shape [2 4 5 2], want [2 4 6 e]: all axes but the last must equal those of k"},
		{Name: "heads", Inputs: []*ops.Tensor{q, r(2, 2, 3, 6, 5), r(3, 2, 3, 6, 2)}, Want: "ops.Attention: k has shape [2 3 6 5], want [2 4 6 5]: the number of key heads must divide the 4 heads of q"},
		{Name: "mask", Inputs: []*ops.Tensor{q, k, v, bools(true, false)}, Want: "ops.Attention: mask has shape [2], want [2 4 3 6]: must broadcast to [n heads t s]"},
		{Name: "lengths", Inputs: list(q, k, v, nil, i64(7, 1)), Want: "ops.Attention: lengths is 7: batch entry 0 must have 0 to 6 keys"},
		{Name: "past", Attrs: ops.Attrs{"causal": true, "past": 2}, Inputs: list(q, k, v), Want: "ops.Attention: past is 2: must be a number of keys, and goes with upper_left\nwithout it the last query attends to all keys, past ones too"},
		{Name: "drop", Inputs: list(q, k, v, nil, nil, r(1, 5)), Want: "ops.Attention: drop has shape [5], want [2 4 3 6]: must broadcast to [n heads t s]"},
		{Name: "mask type", Inputs: []*ops.Tensor{q, k, v, i64(1)}, Want: "ops.Attention: mask is Int64, want Bool or Float64: true allows attention, numbers are added to the scores"},
		{Name: "softcap", Attrs: ops.Attrs{"softcap": -1}, Inputs: []*ops.Tensor{q, k, v}, Want: "ops.Attention: softcap is -1: must not be negative"},
	}
}
