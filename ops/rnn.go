package ops

import (
	"fmt"
	"slices"
)

// RNNWeights are the weights of one layer in one direction. G is 1 for RNN, 4
// for LSTM and 3 for GRU; the gates' blocks of H rows lie one below the other.
type RNNWeights struct {
	Input      *Tensor // [G·H F], applied to the input
	Hidden     *Tensor // [G·H H], applied to the state
	InputBias  *Tensor // [G·H], or nil
	HiddenBias *Tensor // [G·H], or nil
}

// RNNOptions are the options of RNN. The zero value is one that runs forward
// with tanh from a state of zeros.
type RNNOptions struct {
	Activation    string  // an operation on one tensor, by its registered name; "tanh" if empty
	Bidirectional bool    // weights alternate: forward, backward of each layer
	Reverse       bool    // runs from the last step to the first
	BatchFirst    bool    // x and y are [N T …] instead of [T N …]
	Initial       *Tensor // the first state [layers·directions N H]; zeros if nil
	Lengths       *Tensor // Int64 [N], steps of each sequence: later ones give 0 and leave the state; all if nil
}

var opRNN *Op

func init() {
	opRNN = builtin("RNN", Op{Name: "rnn", Inputs: []string{"x", "w", "r", "b?", "rb?", "h0?", "lengths?"},
		Doc: "one layer of an Elman network in one direction on x [T N F]: h = f(w·x + b + r·h + rb); gives all states [T N H] and the last [N H]; attributes activation, reverse",
		Infer: func(attrs Attrs, in []Spec) ([]Spec, error) {
			if err := attrs.only("activation", "reverse"); err != nil {
				return nil, err
			}
			if _, err := activationOf(attrs); err != nil {
				return nil, err
			}
			return inferRecurrent(attrs, in, 1)
		},
		Compose: func(attrs Attrs, in []*Tensor) ([]*Tensor, error) {
			f, err := activationOf(attrs)
			if err != nil {
				return nil, err
			}
			w := recurrentInputs(in)
			return recur(attrs, w, []*Tensor{w.h0}, func(xt *Tensor, state []*Tensor) []*Tensor {
				return []*Tensor{apply1(f, nil, Add(xt, Linear(state[0], w.r, w.rb)))}
			})
		}})
}

// activationOf returns the operation that the attribute names.
func activationOf(attrs Attrs) (*Op, error) {
	name, err := attrs.String("activation", "tanh")
	if err != nil {
		return nil, err
	}
	registry.mu.RLock()
	op := registry.byName[name]
	registry.mu.RUnlock()
	if op == nil {
		return nil, &ArgError{Arg: "activation", Got: fmt.Sprintf("%q", name), Rule: "is no registered operation", Help: near(name)}
	}
	return op, nil
}

// layer is the inputs of a recurrent layer, all present but the biases and
// lengths.
type layer struct{ x, w, r, b, rb, h0, lengths *Tensor }

func recurrentInputs(in []*Tensor) layer {
	in = append(slices.Clone(in), make([]*Tensor, 7)...)
	l := layer{in[0], in[1], in[2], in[3], in[4], in[5], in[6]}
	if l.h0 == nil {
		l.h0 = allocOf(l.x.dtype, Shape{l.x.shape[1], l.r.shape[1]})
	}
	return l
}

// inferRecurrent checks the inputs that all recurrent layers share.
func inferRecurrent(attrs Attrs, in []Spec, gates int) ([]Spec, error) {
	if _, err := attrs.Bool("reverse"); err != nil {
		return nil, err
	}
	in = slices.Clone(in)
	for len(in) < 7 {
		in = append(in, Spec{Absent: true})
	}
	x, r := in[0], in[2]
	if err := wantFloat("x", x.DType); err != nil {
		return nil, err
	}
	if len(x.Shape) != 3 {
		return nil, &ShapeError{Arg: "x", Got: slices.Clone(x.Shape), Want: Shape{-1, -1, -1}, Axes: []string{"t", "n", "f"}, Rule: "want three axes: steps, batch, features", Help: "x.Unsqueeze(1) makes a batch of one sequence"}
	}
	rows := "h"
	if gates > 1 {
		rows = fmt.Sprintf("%d·h", gates)
	}
	if len(r.Shape) != 2 || r.Shape[0] != gates*r.Shape[1] {
		return nil, &ShapeError{Arg: "r", Got: slices.Clone(r.Shape), Want: Shape{-1, -1}, Axes: []string{rows, "h"}, Rule: "hidden weights have " + rows + " rows for h columns"}
	}
	n, f, h := x.Shape[1], x.Shape[2], r.Shape[1]
	names := []string{"x", "w", "r", "b", "rb", "h0", "lengths"}
	wants := []Shape{nil, {gates * h, f}, nil, {gates * h}, {gates * h}, {n, h}, {n}}
	for i, s := range in[:7] {
		if s.Absent {
			continue
		}
		if i == 6 {
			if err := wantDType("lengths", s.DType, Int64); err != nil {
				return nil, err
			}
		} else if err := wantSame("x", x.DType, names[i], s.DType); err != nil {
			return nil, err
		}
		if wants[i] != nil && !s.Shape.Equal(wants[i]) {
			return nil, &ShapeError{Arg: names[i], Got: slices.Clone(s.Shape), Want: wants[i], Rule: fmt.Sprintf("x has batch %d and %d features, r has %d hidden units", n, f, h)}
		}
	}
	return []Spec{{DType: x.DType, Shape: Shape{x.Shape[0], n, h}}, {DType: x.DType, Shape: Shape{n, h}}}, nil
}

// recur runs step over time. state[0] is the output of a step. Steps behind a
// sequence's length give 0 and leave its state as it is.
func recur(attrs Attrs, l layer, state []*Tensor, step func(xt *Tensor, state []*Tensor) []*Tensor) ([]*Tensor, error) {
	reverse, err := attrs.Bool("reverse")
	if err != nil {
		return nil, err
	}
	steps, n := l.x.shape[0], l.x.shape[1]
	if l.lengths != nil {
		for i, k := range l.lengths.Ints() {
			if k < 0 || k > steps {
				return nil, &ArgError{Arg: "lengths", Got: k, Rule: fmt.Sprintf("sequence %d must have 0 to %d steps", i, steps)}
			}
		}
	}
	// The input part of all steps is one product.
	xs := Linear(l.x, l.w, l.b)
	outs := make([]*Tensor, steps)
	for i := range steps {
		t := i
		if reverse {
			t = steps - 1 - i
		}
		next := step(xs.Select(0, t), state)
		out := next[0]
		if l.lengths != nil {
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

// RNN runs a simple (Elman) recurrent network over sequences and returns all
// states of the last layer and the last state of each layer.
//
//   - Formula: h_t = f(W_x·x_t + b_x + W_h·h_{t-1} + b_h)
//   - Shapes: x [T N F]; one [RNNWeights] for each layer and direction, layer by layer; y [T N D·H], h [L·D N H], with L layers and D = 2 directions if bidirectional
//   - DTypes: Float32, Float64; the same for all; accumulated in it
//   - Options: [RNNOptions]: tanh, forward, [T N F], state of zeros, all steps
//   - Panics: [ShapeError], [DTypeError], [ArgError]
//   - Gradient: of x, the initial state and all weights, through all steps; to any order
//   - Cost: 2·T·N·H·(F + H) operations a layer and direction
//   - Paper: Elman, Finding structure in time, 1990; Schuster and Paliwal, Bidirectional recurrent neural networks, 1997
//   - Differences: PyTorch knows tanh and ReLU only; ONNX has one layer, weights with a leading axis of directions, and y [T D N H]
func RNN(x *Tensor, weights []RNNWeights, opts ...RNNOptions) (y, h *Tensor) {
	const fn = "ops.RNN"
	o := one(fn, opts)
	out := runLayers(fn, x, weights, o, 1, func(reverse bool, in []*Tensor) []*Tensor {
		attrs := Attrs{"reverse": reverse}
		if o.Activation != "" {
			attrs["activation"] = o.Activation
		}
		return apply(opRNN, attrs, in...)
	})
	return out[0], out[1]
}

// runLayers stacks layers and directions. run gets the inputs of one layer in
// one direction and returns its output and last states.
func runLayers(fn string, x *Tensor, weights []RNNWeights, o RNNOptions, states int, run func(reverse bool, in []*Tensor) []*Tensor) []*Tensor {
	if x == nil || len(x.shape) != 3 {
		var got Shape
		if x != nil {
			got = x.Shape()
		}
		fail(fn, &ShapeError{Arg: "x", Got: got, Want: Shape{-1, -1, -1}, Axes: []string{"t", "n", "f"}, Rule: "want three axes: steps, batch, features", Help: "x.Unsqueeze(1) makes a batch of one sequence"})
	}
	dirs := 1
	if o.Bidirectional {
		dirs = 2
	}
	if len(weights) == 0 || len(weights)%dirs != 0 {
		fail(fn, &ArgError{Arg: "weights", Got: len(weights), Rule: fmt.Sprintf("want %d for each layer", dirs)})
	}
	if o.Bidirectional && o.Reverse {
		fail(fn, &ArgError{Arg: "Reverse", Got: true, Rule: "has no meaning with Bidirectional, which runs both ways"})
	}
	if o.BatchFirst {
		x = x.Transpose(0, 1)
	}
	if o.Initial != nil && (len(o.Initial.shape) != 3 || o.Initial.shape[0] != len(weights)) {
		fail(fn, &ShapeError{Arg: "Initial", Got: o.Initial.Shape(), Want: Shape{len(weights), x.shape[1], -1}, Axes: []string{"", "", "h"}, Rule: "one state for each layer and direction"})
	}
	last := make([][]*Tensor, states)
	for i := 0; i < len(weights); i += dirs {
		outs := make([]*Tensor, dirs)
		for d := range dirs {
			w := weights[i+d]
			in := []*Tensor{x, w.Input, w.Hidden, w.InputBias, w.HiddenBias, nil, o.Lengths}
			if o.Initial != nil {
				in[5] = o.Initial.Select(0, i+d)
			}
			r := run(o.Reverse || d == 1, in)
			outs[d] = r[0]
			for s := range states {
				last[s] = append(last[s], r[1+s])
			}
		}
		x = outs[0]
		if dirs == 2 {
			x = Concat(outs, 2)
		}
	}
	if o.BatchFirst {
		x = x.Transpose(0, 1)
	}
	out := []*Tensor{x}
	for _, s := range last {
		out = append(out, Stack(s, 0))
	}
	return out
}
