package ops_test

import (
	"math"

	"cahier/ops"
	"cahier/ops/opstest"
)

func init() {
	lstmCases()
	gruCases()
}

func sigma(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

// recurrentReference runs step over each sequence by itself: it gets one step
// of the input and the states, and returns the next ones. sizes are those of
// the states, which begin with input 5 and 8, or zeros.
func recurrentReference(in []*ops.Tensor, reverse bool, sizes []int, step func(b int, x []float64, state [][]float64) [][]float64) []*ops.Tensor {
	x := gridOf(in[0])
	steps, n, feats := x.shape[0], x.shape[1], x.shape[2]
	y := newGrid(steps, n, sizes[0])
	var last []*grid
	for _, size := range sizes {
		last = append(last, newGrid(n, size))
	}
	for b := range n {
		var state [][]float64
		for i, size := range sizes {
			s := make([]float64, size)
			if first := in[[]int{5, 8}[i]]; first != nil {
				copy(s, first.Select(0, b).Float64s())
			}
			state = append(state, s)
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
			row := make([]float64, feats)
			for k := range row {
				row[k] = *x.at(t, b, k)
			}
			state = step(b, row, state)
			for j, v := range state[0] {
				*y.at(t, b, j) = v
			}
		}
		for i, s := range state {
			for j, v := range s {
				*last[i].at(b, j) = v
			}
		}
	}
	out := []*ops.Tensor{y.tensor()}
	for _, l := range last {
		out = append(out, l.tensor())
	}
	return out
}

// dotRow is row j of w times v.
func dotRow(w *grid, j int, v []float64) (s float64) {
	for k, x := range v {
		s += *w.at(j, k) * x
	}
	return s
}

func biasAt(b *ops.Tensor, j int) float64 {
	if b == nil {
		return 0
	}
	return b.At(j)
}

func droppedRow(drop *ops.Tensor, b int, v []float64) []float64 {
	out := append([]float64(nil), v...)
	if drop != nil {
		for k := range out {
			out[k] *= drop.At(b, k)
		}
	}
	return out
}

// gates are the functions that a recurrent network is made of.
type gates struct {
	gate, cell, state func(float64) float64
	clip, cellClip    float64 // inf for none
	coupled           bool
}

var usualGates = gates{gate: sigma, cell: math.Tanh, state: math.Tanh, clip: inf, cellClip: inf}

func within(x, limit float64) float64 { return math.Max(-limit, math.Min(limit, x)) }

func softsign(x float64) float64 { return x / (1 + math.Abs(x)) }

func lstmCases() {
	r := opstest.Randn
	want := func(reverse bool, with ...gates) func([]*ops.Tensor) []*ops.Tensor {
		f := append(with, usualGates)[0]
		return func(in []*ops.Tensor) []*ops.Tensor {
			in = append(append([]*ops.Tensor(nil), in...), make([]*ops.Tensor, 11)...)
			w, u := gridOf(in[1]), gridOf(in[2])
			h := u.shape[0] / 4
			return recurrentReference(in, reverse, []int{u.shape[1], h}, func(b int, x []float64, state [][]float64) [][]float64 {
				fed := droppedRow(in[7], b, state[0])
				pre := func(gate, j int, cell float64) float64 {
					row := gate*h + j
					s := dotRow(w, row, x) + dotRow(u, row, fed) + biasAt(in[3], row) + biasAt(in[4], row)
					if in[9] != nil && gate != 2 {
						s += in[9].At([]int{0, 1, -1, 2}[gate]*h+j) * cell
					}
					return within(s, f.clip)
				}
				c, out := make([]float64, h), make([]float64, h)
				for j := range h {
					old := state[1][j]
					in := f.gate(pre(0, j, old))
					forget := f.gate(pre(1, j, old))
					if f.coupled {
						forget = 1 - in
					}
					c[j] = within(forget*old+in*f.cell(pre(2, j, 0)), f.cellClip)
					out[j] = f.gate(pre(3, j, c[j])) * f.state(c[j])
				}
				if in[10] == nil {
					return [][]float64{out, c}
				}
				projected := make([]float64, u.shape[1])
				for j := range projected {
					projected[j] = dotRow(gridOf(in[10]), j, out)
				}
				return [][]float64{projected, c}
			})
		}
	}
	x, w, u := r(1, 3, 2, 3), r(2, 16, 3), r(3, 16, 4)
	b, rb, h0, c0, lengths := r(4, 16), r(5, 16), r(6, 2, 4), r(7, 2, 4), i64(1, 3)
	peep, drop := r(8, 12), r(9, 2, 4)
	small, project := r(3, 16, 2), r(10, 2, 4)
	cases["lstm"] = []opstest.Case{
		{Name: "plain", Inputs: list(x, w, u), Want: want(false), Smooth: true},
		{Name: "biases and states", Inputs: list(x, w, u, b, rb, h0, nil, nil, c0), Want: want(false), Smooth: true},
		{Name: "reverse", Attrs: ops.Attrs{"reverse": true}, Inputs: list(x, w, u, b), Want: want(true)},
		{Name: "lengths", Inputs: list(x, w, u, b, rb, h0, lengths, nil, c0), Want: want(false), Smooth: true},
		{Name: "lengths, reverse", Attrs: ops.Attrs{"reverse": true}, Inputs: list(x, w, u, nil, rb, h0, lengths, nil, c0), Want: want(true)},
		{Name: "peepholes", Inputs: list(x, w, u, b, nil, h0, nil, nil, c0, peep), Want: want(false), Smooth: true},
		{Name: "projection", Inputs: list(x, w, small, b, rb, r(6, 2, 2), nil, nil, c0, nil, project), Want: want(false), Smooth: true},
		{Name: "everything", Inputs: list(x, w, small, b, rb, r(6, 2, 2), lengths, r(9, 2, 2), c0, peep, project), Want: want(false), Smooth: true},
		{Name: "dropout", Inputs: list(x, w, u, nil, nil, h0, nil, drop), Want: want(false)},
		{Name: "no step", Inputs: list(r(1, 0, 2, 3), w, u, nil, nil, h0, nil, nil, c0), Want: want(false)},
		{Name: "no sequence", Inputs: list(r(1, 3, 0, 3), w, u), Want: want(false)},
		{Name: "no feature", Inputs: list(r(1, 3, 2, 0), r(2, 16, 0), u, b), Want: want(false)},
		{Name: "one element", Inputs: list(r(1, 1, 1, 1), r(2, 4, 1), r(3, 4, 1)), Want: want(false)},
		{Name: "activations", Attrs: ops.Attrs{"gate_activation": "softsign", "cell_activation": "sigmoid", "state_activation": "sin"}, Inputs: list(x, w, u, b, rb, h0, nil, nil, c0, peep),
			Want: want(false, gates{gate: softsign, cell: sigma, state: math.Sin, clip: inf, cellClip: inf})},
		{Name: "the usual activations by name", Attrs: ops.Attrs{"gate_activation": "sigmoid", "cell_activation": "tanh", "state_activation": "tanh"}, Inputs: list(x, w, u, b), Want: want(false)},
		{Name: "bounds", Attrs: ops.Attrs{"clip": 0.75, "cell_clip": 0.4}, Inputs: list(x, w, u, b, rb, h0, lengths, nil, c0, peep),
			Want: want(false, gates{gate: sigma, cell: math.Tanh, state: math.Tanh, clip: 0.75, cellClip: 0.4})},
		{Name: "coupled", Attrs: ops.Attrs{"coupled": true}, Inputs: list(x, w, u, b, rb, h0, nil, nil, c0, peep),
			Want: want(false, gates{gate: sigma, cell: math.Tanh, state: math.Tanh, clip: inf, cellClip: inf, coupled: true})},
		{Name: "everything else", Attrs: ops.Attrs{"coupled": true, "reverse": true, "clip": 0.9, "cell_activation": "softsign"}, Inputs: list(x, w, small, b, rb, r(6, 2, 2), lengths, r(9, 2, 2), c0, peep, project),
			Want: want(true, gates{gate: sigma, cell: softsign, state: math.Tanh, clip: 0.9, cellClip: inf, coupled: true})},
	}
	refusals["lstm"] = []opstest.Refusal{
		{Name: "attribute", Attrs: ops.Attrs{"activation": "tanh"}, Inputs: list(x, w, u), Want: "ops.LSTM: attribute activation is no attribute of this operation, which has reverse, gate_activation, cell_activation, state_activation, clip, cell_clip, coupled"},
		{Name: "unknown activation", Attrs: ops.Attrs{"gate_activation": "sigmoidd"}, Inputs: list(x, w, u), Want: "ops.LSTM: gate_activation is \"sigmoidd\": is no registered operation\ndid you mean sigmoid?"},
		{Name: "two tensors", Attrs: ops.Attrs{"cell_activation": "mul"}, Inputs: list(x, w, u), Want: "ops.LSTM: cell_activation is \"mul\": takes 2 tensors, want an operation on one"},
		{Name: "another shape", Attrs: ops.Attrs{"state_activation": "sum"}, Inputs: list(x, w, u), Want: "ops.LSTM: state_activation is \"sum\": does not make one tensor of the same type and shape"},
		{Name: "refuses states", Attrs: ops.Attrs{"state_activation": "det"}, Inputs: list(x, w, u), Want: "ops.LSTM: state_activation is \"det\": cannot be applied to a state: a has shape [2 4], want [2 2]: want square matrices"},
		{Name: "bound", Attrs: ops.Attrs{"clip": -1}, Inputs: list(x, w, u), Want: "ops.LSTM: clip is -1: must be a number that is not negative; 0 is no bound"},
		{Name: "bound of the cell", Attrs: ops.Attrs{"cell_clip": nan}, Inputs: list(x, w, u), Want: "ops.LSTM: cell_clip is NaN: must be a number that is not negative; 0 is no bound"},
		{Name: "input weights", Inputs: list(x, r(2, 12, 3), u), Want: "ops.LSTM: w has shape [12 3], want [16 3]: x has batch 2 and 3 features, r has 4 hidden units"},
		{Name: "hidden weights", Inputs: list(x, w, r(3, 16, 5)), Want: "ops.LSTM: r has shape [16 5], want [4·h h]: hidden weights have 4·h rows for h columns"},
		{Name: "rows", Inputs: list(x, w, r(3, 15, 2), nil, nil, nil, nil, nil, nil, nil, project), Want: "ops.LSTM: r has shape [15 2], want [4·h p]: hidden weights have 4·h rows for p columns"},
		{Name: "cell", Inputs: list(x, w, u, nil, nil, nil, nil, nil, r(7, 2, 5)), Want: "ops.LSTM: c0 has shape [2 5], want [2 4]: x has batch 2 and 3 features, r has 4 hidden units"},
		{Name: "peephole", Inputs: list(x, w, u, nil, nil, nil, nil, nil, nil, r(7, 4)), Want: "ops.LSTM: peephole has shape [4], want [12]: x has batch 2 and 3 features, r has 4 hidden units"},
		{Name: "projection", Inputs: list(x, w, small, nil, nil, nil, nil, nil, nil, nil, r(7, 4, 2)), Want: "ops.LSTM: projection has shape [4 2], want [2 4]: x has batch 2 and 3 features, r has 4 hidden units"},
		{Name: "types", Inputs: list(x, w, u.To(ops.Float32)), Want: "ops.LSTM: r is Float32, want Float64: both tensors must have one type, and x is Float64\nr.To(ops.Float64) converts"},
	}
}

func gruCases() {
	r := opstest.Randn
	want := func(first, reverse bool, with ...gates) func([]*ops.Tensor) []*ops.Tensor {
		f := append(with, usualGates)[0]
		return func(in []*ops.Tensor) []*ops.Tensor {
			in = append(append([]*ops.Tensor(nil), in...), make([]*ops.Tensor, 11)...)
			w, u := gridOf(in[1]), gridOf(in[2])
			h := u.shape[1]
			return recurrentReference(in, reverse, []int{h}, func(b int, x []float64, state [][]float64) [][]float64 {
				fed := droppedRow(in[7], b, state[0])
				fromX := func(row int) float64 { return dotRow(w, row, x) + biasAt(in[3], row) }
				fromH := func(row int) float64 { return dotRow(u, row, fed) + biasAt(in[4], row) }
				reset := make([]float64, h)
				for j := range reset {
					reset[j] = f.gate(within(fromX(j)+fromH(j), f.clip))
				}
				out := make([]float64, h)
				for j := range out {
					z := f.gate(within(fromX(h+j)+fromH(h+j), f.clip))
					var n float64
					if first {
						masked := make([]float64, h)
						for k := range masked {
							masked[k] = reset[k] * fed[k]
						}
						n = f.state(within(fromX(2*h+j)+dotRow(u, 2*h+j, masked)+biasAt(in[4], 2*h+j), f.clip))
					} else {
						n = f.state(within(fromX(2*h+j)+reset[j]*fromH(2*h+j), f.clip))
					}
					out[j] = (1-z)*n + z*state[0][j]
				}
				return [][]float64{out}
			})
		}
	}
	x, w, u := r(1, 3, 2, 3), r(2, 12, 3), r(3, 12, 4)
	b, rb, h0, lengths, drop := r(4, 12), r(5, 12), r(6, 2, 4), i64(1, 3), r(9, 2, 4)
	first := ops.Attrs{"reset_first": true}
	cases["gru"] = []opstest.Case{
		{Name: "plain", Inputs: list(x, w, u), Want: want(false, false), Smooth: true},
		{Name: "biases and state", Inputs: list(x, w, u, b, rb, h0), Want: want(false, false), Smooth: true},
		{Name: "reset first", Attrs: first, Inputs: list(x, w, u), Want: want(true, false), Smooth: true},
		{Name: "reset first, everything", Attrs: first, Inputs: list(x, w, u, b, rb, h0, lengths, drop), Want: want(true, false), Smooth: true},
		{Name: "everything", Inputs: list(x, w, u, b, rb, h0, lengths, drop), Want: want(false, false), Smooth: true},
		{Name: "reverse", Attrs: ops.Attrs{"reverse": true}, Inputs: list(x, w, u, b, nil, h0, lengths), Want: want(false, true)},
		{Name: "hidden bias alone", Inputs: list(x, w, u, nil, rb), Want: want(false, false)},
		{Name: "no step", Inputs: list(r(1, 0, 2, 3), w, u, nil, nil, h0), Want: want(false, false)},
		{Name: "no sequence", Inputs: list(r(1, 3, 0, 3), w, u), Want: want(false, false)},
		{Name: "one element", Inputs: list(r(1, 1, 1, 1), r(2, 3, 1), r(3, 3, 1)), Want: want(false, false)},
		{Name: "activations", Attrs: ops.Attrs{"gate_activation": "softsign", "state_activation": "sin"}, Inputs: list(x, w, u, b, rb, h0, lengths, drop), Want: want(false, false, gates{gate: softsign, state: math.Sin, clip: inf})},
		{Name: "reset first, bound", Attrs: ops.Attrs{"clip": 0.75, "reset_first": true, "reverse": true}, Inputs: list(x, w, u, b, rb, h0, lengths), Want: want(true, true, gates{gate: sigma, state: math.Tanh, clip: 0.75})},
	}
	refusals["gru"] = []opstest.Refusal{
		{Name: "activation", Attrs: ops.Attrs{"state_activation": "argsort"}, Inputs: list(x, w, u), Want: "ops.GRU: state_activation is \"argsort\": does not make one tensor of the same type and shape"},
		{Name: "bound", Attrs: ops.Attrs{"clip": inf}, Inputs: list(x, w, u), Want: "ops.GRU: clip is +Inf: must be a number that is not negative; 0 is no bound"},
		{Name: "reset_first", Attrs: ops.Attrs{"reset_first": 1}, Inputs: list(x, w, u), Want: "ops.GRU: reset_first is 1: want a bool"},
		{Name: "hidden weights", Inputs: list(x, w, r(3, 16, 4)), Want: "ops.GRU: r has shape [16 4], want [3·h h]: hidden weights have 3·h rows for h columns"},
		{Name: "bias", Inputs: list(x, w, u, r(4, 4)), Want: "ops.GRU: b has shape [4], want [12]: x has batch 2 and 3 features, r has 4 hidden units"},
		{Name: "too many", Inputs: list(x, w, u, b, rb, h0, lengths, drop, h0), Want: "ops.GRU: the number of tensors is 9: want 8: x, w, r, b?, rb?, h0?, lengths?, drop?"},
	}
}
