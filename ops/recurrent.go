package ops

import (
	"fmt"
	"slices"

	"cahier/ops/internal/cpu"
)

// RNNWeights are the weights of one recurrent layer in one direction. G is 1
// for RNN, 4 for LSTM (gates in the order input, forget, cell, output) and 3
// for GRU (reset, update, new); the gates' blocks of H rows lie one below the
// other. P is the size of the state that a step sees, H unless there is a
// projection.
type RNNWeights struct {
	Input      *Tensor // [G·H F], applied to the input
	Hidden     *Tensor // [G·H P], applied to the state
	InputBias  *Tensor // [G·H], or nil
	HiddenBias *Tensor // [G·H], or nil
	Peephole   *Tensor // LSTM: [3·H], from the cell to the input, forget and output gates; or nil
	Projection *Tensor // LSTM: [P H], from the cell's output to the state; or nil
}

// layer is the inputs of a recurrent operation; b, rb, lengths, drop,
// peephole and projection may be nil.
type layer struct {
	x, w, r, b, rb, h0, lengths, drop *Tensor
	c0, peephole, projection          *Tensor
}

// recurrentInputs are the names of the tensors that all recurrent operations
// have, in their order.
var recurrentInputs = []string{"x", "w", "r", "b?", "rb?", "h0?", "lengths?", "drop?"}

func layerOf(in []*Tensor) layer {
	in = append(slices.Clone(in), make([]*Tensor, 11)...)
	l := layer{in[0], in[1], in[2], in[3], in[4], in[5], in[6], in[7], in[8], in[9], in[10]}
	if l.h0 == nil {
		l.h0 = allocOf(l.x.dtype, Shape{l.x.shape[1], l.r.shape[1]})
	}
	return l
}

// fed is a state as the product with the hidden weights sees it.
func (l layer) fed(h *Tensor) *Tensor {
	if l.drop == nil {
		return h
	}
	return Mul(h, l.drop)
}

// inferRecurrent checks the inputs of a recurrent operation, and returns the
// batch size n and the numbers of units of a gate, h, and of the state, p.
func inferRecurrent(attrs Attrs, in []Spec, gates int) (out []Spec, n, h int, err error) {
	if _, err := attrs.Bool("reverse"); err != nil {
		return nil, 0, 0, err
	}
	in = slices.Clone(in)
	for len(in) < 11 {
		in = append(in, Spec{Absent: true})
	}
	x, r, projection := in[0], in[2], in[10]
	if err := wantFloat("x", x.DType); err != nil {
		return nil, 0, 0, err
	}
	if len(x.Shape) != 3 {
		return nil, 0, 0, &ShapeError{Arg: "x", Got: slices.Clone(x.Shape), Want: Shape{-1, -1, -1}, Axes: []string{"t", "n", "f"}, Rule: "want three axes: steps, batch, features", Help: "x.Unsqueeze(1) makes a batch of one sequence"}
	}
	rows := "h"
	if gates > 1 {
		rows = fmt.Sprintf("%d·h", gates)
	}
	if len(r.Shape) != 2 || r.Shape[0]%gates != 0 || projection.Absent && r.Shape[0] != gates*r.Shape[1] {
		columns := "h"
		if !projection.Absent {
			columns = "p"
		}
		return nil, 0, 0, &ShapeError{Arg: "r", Got: slices.Clone(r.Shape), Want: Shape{-1, -1}, Axes: []string{rows, columns}, Rule: "hidden weights have " + rows + " rows for " + columns + " columns"}
	}
	n, h = x.Shape[1], r.Shape[0]/gates
	f, p := x.Shape[2], r.Shape[1]
	names := []string{"x", "w", "r", "b", "rb", "h0", "lengths", "drop", "c0", "peephole", "projection"}
	wants := []Shape{nil, {gates * h, f}, nil, {gates * h}, {gates * h}, {n, p}, {n}, {n, p}, {n, h}, {3 * h}, {p, h}}
	for i, s := range in[:len(names)] {
		if s.Absent {
			continue
		}
		if i == 6 {
			if err := wantDType("lengths", s.DType, Int64); err != nil {
				return nil, 0, 0, err
			}
		} else if err := wantSame("x", x.DType, names[i], s.DType); err != nil {
			return nil, 0, 0, err
		}
		if wants[i] != nil && !s.Shape.Equal(wants[i]) {
			return nil, 0, 0, &ShapeError{Arg: names[i], Got: slices.Clone(s.Shape), Want: wants[i], Rule: fmt.Sprintf("x has batch %d and %d features, r has %d hidden units", n, f, h)}
		}
	}
	return []Spec{{DType: x.DType, Shape: Shape{x.Shape[0], n, p}}, {DType: x.DType, Shape: Shape{n, p}}}, n, h, nil
}

// order returns, for each turn of the loop, the step that it takes, and how
// many steps each sequence has: nil for all.
func (l layer) order(attrs Attrs) (order, lengths []int, err error) {
	reverse, err := attrs.Bool("reverse")
	if err != nil {
		return nil, nil, err
	}
	steps := l.x.shape[0]
	if l.lengths != nil {
		lengths = l.lengths.Ints()
		for i, k := range lengths {
			if k < 0 || k > steps {
				return nil, nil, &ArgError{Arg: "lengths", Got: k, Rule: fmt.Sprintf("sequence %d must have 0 to %d steps", i, steps)}
			}
		}
	}
	order = make([]int, steps)
	for i := range order {
		order[i] = i
	}
	if reverse {
		slices.Reverse(order)
	}
	return order, lengths, nil
}

// recur composes a recurrent operation: step over time. state[0] is the
// output of a step. Steps behind a sequence's length give 0 and leave its
// state as it is.
func recur(attrs Attrs, l layer, state []*Tensor, step func(xt *Tensor, state []*Tensor) []*Tensor) ([]*Tensor, error) {
	order, lengths, err := l.order(attrs)
	if err != nil {
		return nil, err
	}
	steps, n := l.x.shape[0], l.x.shape[1]
	// The input part of all steps is one product.
	xs := Split(Linear(l.x, l.w, l.b), 0, slices.Repeat([]int{1}, steps)...)
	outs := make([]*Tensor, steps)
	for _, t := range order {
		next := step(xs[t].Squeeze(0), state)
		out := next[0]
		if lengths != nil {
			on := Greater(l.lengths, t).Reshape(n, 1)
			for j := range next {
				next[j] = Where(on, next[j], state[j])
			}
			out = Where(on, out, 0)
		}
		state, outs[t] = next, out
	}
	var y *Tensor
	if steps == 0 {
		y = allocOf(l.x.dtype, Shape{0, n, l.r.shape[1]})
	} else {
		y = Stack(outs, 0)
	}
	return append([]*Tensor{y}, state...), nil
}

// recurrence is a recurrent layer that runs on plain data.
type recurrence[T cpu.Float] struct {
	n, f, h, p, gates int // batch, features, units of a gate and of the state, gates
	r, drop           []T // hidden weights [gates·h p]; factors of the state [n p] or nil
}

func recurrenceOf[T cpu.Float](l layer, gates int) recurrence[T] {
	s := recurrence[T]{n: l.x.shape[1], f: l.x.shape[2], h: l.r.shape[0] / gates, p: l.r.shape[1], gates: gates, r: flat[T](l.r)}
	if l.drop != nil {
		s.drop = flat[T](l.drop)
	}
	return s
}

// hidden adds the state's part of gates first to last-1 to pre [n gates·h].
// fed [n p] is working memory.
func (s *recurrence[T]) hidden(pre, state, fed []T, first, last int) {
	if s.drop != nil {
		cpu.Mul(fed, state, s.drop)
		state = fed
	}
	cpu.GemmNT(s.n, (last-first)*s.h, s.p, state, max(1, s.p), s.r[first*s.h*s.p:], max(1, s.p), pre[min(len(pre), first*s.h):], max(1, s.gates*s.h), true)
}

// runRecurrence is recur on plain data. step gets the input part of one step
// [n gates·h], which it may write to, and the states [n p] (the output) and
// [n h] (the others), and puts the next ones into next.
func runRecurrence[T cpu.Float](attrs Attrs, l layer, s *recurrence[T], states []*Tensor, step func(pre []T, state, next [][]T)) ([]*Tensor, error) {
	order, lengths, err := l.order(attrs)
	if err != nil {
		return nil, err
	}
	steps, width := l.x.shape[0], s.gates*s.h
	xs := make([]T, steps*s.n*width)
	if l.b != nil {
		repeatRow(xs, flat[T](l.b))
	}
	cpu.GemmNT(steps*s.n, width, s.f, flat[T](l.x), max(1, s.f), flat[T](l.w), max(1, s.f), xs, max(1, width), l.b != nil)
	y, ys := alloc[T](Shape{steps, s.n, s.p})
	state, next := make([][]T, len(states)), make([][]T, len(states))
	for i, x := range states {
		state[i] = slices.Clone(flat[T](x))
		next[i] = make([]T, len(state[i]))
	}
	for _, t := range order {
		step(xs[t*s.n*width:(t+1)*s.n*width], state, next)
		out := ys[t*s.n*s.p : (t+1)*s.n*s.p]
		copy(out, next[0])
		for b, k := range lengths {
			if t < k {
				continue
			}
			clear(out[b*s.p : (b+1)*s.p])
			for i, v := range state {
				size := len(v) / s.n
				copy(next[i][b*size:(b+1)*size], v[b*size:(b+1)*size])
			}
		}
		state, next = next, state
	}
	out := []*Tensor{y}
	for i, x := range states {
		out = append(out, newTensor(state[i], x.shape))
	}
	return out, nil
}

// repeatRow fills dst with copies of row.
func repeatRow[T cpu.Float](dst, row []T) {
	for i := 0; i+len(row) <= len(dst) && len(row) > 0; i += len(row) {
		copy(dst[i:], row)
	}
}
