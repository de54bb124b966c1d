package ops

import "cahier/ops/internal/cpu"

// RNNOptions are the options of RNN. The zero value is one that runs forward
// with tanh from a state of zeros.
type RNNOptions struct {
	Activation    string  // an operation on one tensor, by its registered name; "tanh" if empty
	Clip          float64 // bounds what the activation is applied to: -Clip to Clip; 0 is no bound
	Bidirectional bool    // weights alternate: forward, backward of each layer
	Reverse       bool    // runs from the last step to the first
	BatchFirst    bool    // x and y are [N T …] instead of [T N …]
	Initial       *Tensor // the first state [layers·directions N H]; zeros if nil
	Lengths       *Tensor // Int64 [N], steps of each sequence: later ones give 0 and leave the state; all if nil
	Dropout       float64 // probability that a feature of a layer's input is 0, at all steps of the sequence
	StateDropout  float64 // probability that a unit of the state is 0 where the hidden weights see it, at all steps
	RNG           *RNG    // draws the dropout's masks; the default source if nil
}

func (o RNNOptions) stacked() stacked {
	return stacked{o.Bidirectional, o.Reverse, o.BatchFirst, o.Initial, nil, o.Lengths, o.Dropout, o.StateDropout, o.RNG}
}

var opRNN *Op

func init() {
	opRNN = builtin("RNN", Op{Name: "rnn", Inputs: recurrentInputs,
		Doc: "one layer of an Elman network in one direction on x [T N F]: h = f(w·x + b + r·(drop·h) + rb); gives all states [T N H] and the last [N H]; attributes activation, clip (a bound of its argument), reverse",
		Infer: func(attrs Attrs, in []Spec) ([]Spec, error) {
			if err := attrs.only("activation", "clip", "reverse"); err != nil {
				return nil, err
			}
			g, err := gatingOf(attrs, "activation", "clip")
			if err != nil {
				return nil, err
			}
			out, n, h, err := inferRecurrent(attrs, in, 1)
			if err != nil {
				return nil, err
			}
			return out, g.check(Spec{DType: in[0].DType, Shape: Shape{n, h}})
		},
		Forward: func(_ *Ctx, attrs Attrs, in []*Tensor) ([]*Tensor, error) {
			g, err := gatingOf(attrs, "activation", "clip")
			if err != nil {
				return nil, err
			}
			if in[0].dtype == Float32 {
				return rnnForward[float32](attrs, layerOf(in), g)
			}
			return rnnForward[float64](attrs, layerOf(in), g)
		},
		Compose: func(attrs Attrs, in []*Tensor) ([]*Tensor, error) {
			g, err := gatingOf(attrs, "activation", "clip")
			if err != nil {
				return nil, err
			}
			l := layerOf(in)
			return recur(attrs, l, []*Tensor{l.h0}, func(xt *Tensor, state []*Tensor) []*Tensor {
				return []*Tensor{g.apply("activation", Add(xt, Linear(l.fed(state[0]), l.r, l.rb)))}
			})
		}})
}

func rnnForward[T cpu.Float](attrs Attrs, l layer, g gating) ([]*Tensor, error) {
	s := recurrenceOf[T](l, 1)
	fed := make([]T, s.n*s.p)
	var rb []T
	if l.rb != nil {
		rb = make([]T, s.n*s.h)
		repeatRow(rb, flat[T](l.rb))
	}
	return runRecurrence(attrs, l, &s, []*Tensor{l.h0}, func(pre []T, state, next [][]T) {
		if rb != nil {
			cpu.Add(pre, pre, rb)
		}
		s.hidden(pre, state[0], fed, 0, 1)
		copy(next[0], flat[T](g.apply("activation", newTensor(pre, Shape{s.n, s.h}))))
	})
}

// RNN runs a simple (Elman) recurrent network over sequences and returns all
// states of the last layer and the last state of each layer.
//
//   - Formula: h_t = f(W_x·x_t + b_x + W_h·h_{t-1} + b_h)
//   - Shapes: x [T N F]; one [RNNWeights] for each layer and direction, layer by layer; y [T N D·H], h [L·D N H], with L layers and D = 2 directions if bidirectional
//   - DTypes: Float32, Float64; the same for all; accumulated in it
//   - Options: [RNNOptions]: tanh, no bound, forward, [T N F], state of zeros, all steps, no dropout
//   - Panics: [ShapeError], [DTypeError], [ArgError]
//   - Gradient: of x, the initial state and all weights, through all steps; to any order
//   - Cost: 2·T·N·H·(F + H) operations a layer and direction
//   - Paper: Elman, Finding structure in time, 1990; Schuster and Paliwal, Bidirectional recurrent neural networks, 1997; dropout with one mask for a sequence: Gal and Ghahramani, A theoretically grounded application of dropout in recurrent neural networks, 2016
//   - Differences: PyTorch knows tanh and ReLU only, and its dropout draws a mask for each step, between layers only; ONNX has one layer, weights with a leading axis of directions, and y [T D N H]
func RNN(x *Tensor, weights []RNNWeights, opts ...RNNOptions) (y, h *Tensor) {
	const fn = "ops.RNN"
	o := one(fn, opts)
	out := runLayers(fn, x, weights, o.stacked(), 1, func(reverse bool, in []*Tensor) []*Tensor {
		attrs := Attrs{"reverse": reverse}
		attrs.set("activation", o.Activation)
		attrs.set("clip", o.Clip)
		return apply(opRNN, attrs, in...)
	})
	return out[0], out[1]
}
