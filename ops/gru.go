package ops

import "cahier/ops/internal/cpu"

// GRUOptions are the options of GRU. The zero value is one that runs forward
// from a state of zeros, and applies the reset gate behind the product.
type GRUOptions struct {
	GateActivation  string  // of the gates r, z: an operation on one tensor, by its registered name; "sigmoid" if empty
	StateActivation string  // of the new state; "tanh" if empty
	Clip            float64 // bounds what the activations are applied to: -Clip to Clip; 0 is no bound

	ResetFirst    bool    // applies the reset gate to the state before its product with the hidden weights (Cho et al.) and not behind it
	Bidirectional bool    // weights alternate: forward, backward of each layer
	Reverse       bool    // runs from the last step to the first
	BatchFirst    bool    // x and y are [N T …] instead of [T N …]
	Initial       *Tensor // the first state [layers·directions N H]; zeros if nil
	Lengths       *Tensor // Int64 [N], steps of each sequence: later ones give 0 and leave the state; all if nil
	Dropout       float64 // probability that a feature of a layer's input is 0, at all steps of the sequence
	StateDropout  float64 // probability that a unit of the state is 0 where the hidden weights see it, at all steps
	RNG           *RNG    // draws the dropout's masks; the default source if nil
}

var opGRU *Op

var gruGating = []string{"gate_activation", "state_activation", "clip"}

func init() {
	opGRU = builtin("GRU", Op{Name: "gru", Inputs: recurrentInputs,
		Doc: "one layer of gated recurrent units in one direction on x [T N F], with gates r, z, n of weights w, r and biases b, rb: h = (1 - σ(z))·tanh(n) + σ(z)·h; gives all states [T N H] and the last [N H]; attributes gate_activation, state_activation, clip (a bound of their arguments), reset_first, reverse",
		Infer: func(attrs Attrs, in []Spec) ([]Spec, error) {
			if err := attrs.only(append([]string{"reset_first", "reverse"}, gruGating...)...); err != nil {
				return nil, err
			}
			g, err := gatingOf(attrs, gruGating...)
			if err != nil {
				return nil, err
			}
			if _, err := attrs.Bool("reset_first"); err != nil {
				return nil, err
			}
			out, n, h, err := inferRecurrent(attrs, in, 3)
			if err != nil {
				return nil, err
			}
			return out, g.check(Spec{DType: in[0].DType, Shape: Shape{n, h}})
		},
		Forward: func(_ *Ctx, attrs Attrs, in []*Tensor) ([]*Tensor, error) {
			g, err := gatingOf(attrs, gruGating...)
			if err != nil {
				return nil, err
			}
			if !g.plain {
				return composeGRU(attrs, in)
			}
			if in[0].dtype == Float32 {
				return gruForward[float32](attrs, layerOf(in))
			}
			return gruForward[float64](attrs, layerOf(in))
		},
		Compose: composeGRU})
}

func composeGRU(attrs Attrs, in []*Tensor) ([]*Tensor, error) {
	l := layerOf(in)
	g, err := gatingOf(attrs, gruGating...)
	if err != nil {
		return nil, err
	}
	gate := func(x *Tensor) *Tensor { return g.apply("gate_activation", x) }
	first, err := attrs.Bool("reset_first")
	if err != nil {
		return nil, err
	}
	var r, rb [2]*Tensor // of the gates, and of the new state
	if first {
		h := l.r.shape[1]
		r[0], r[1] = l.r.Slice(0, 0, 2*h), l.r.Slice(0, 2*h, 3*h)
		if l.rb != nil {
			rb[0], rb[1] = l.rb.Slice(0, 0, 2*h), l.rb.Slice(0, 2*h, 3*h)
		}
	}
	return recur(attrs, l, []*Tensor{l.h0}, func(xt *Tensor, state []*Tensor) []*Tensor {
		h, fed := state[0], l.fed(state[0])
		x := Chunk(xt, 3, 1)
		var z, n *Tensor
		if first {
			a := Chunk(Linear(fed, r[0], rb[0]), 2, 1)
			z = gate(Add(x[1], a[1]))
			n = g.apply("state_activation", Add(x[2], Linear(Mul(gate(Add(x[0], a[0])), fed), r[1], rb[1])))
		} else {
			a := Chunk(Linear(fed, l.r, l.rb), 3, 1)
			z = gate(Add(x[1], a[1]))
			n = g.apply("state_activation", Add(x[2], Mul(gate(Add(x[0], a[0])), a[2])))
		}
		return []*Tensor{Add(n, Mul(z, Sub(h, n)))}
	})
}

func gruForward[T cpu.Float](attrs Attrs, l layer) ([]*Tensor, error) {
	first, err := attrs.Bool("reset_first")
	if err != nil {
		return nil, err
	}
	s := recurrenceOf[T](l, 3)
	fed, hidden := make([]T, s.n*s.p), make([]T, s.n*3*s.h)
	var rb []T
	if l.rb != nil {
		rb = make([]T, s.n*3*s.h)
		repeatRow(rb, flat[T](l.rb))
	}
	if !first {
		return runRecurrence(attrs, l, &s, []*Tensor{l.h0}, func(pre []T, state, next [][]T) {
			clear(hidden)
			copy(hidden, rb)
			s.hidden(hidden, state[0], fed, 0, 3)
			cpu.GRU(pre, hidden, state[0], next[0], s.n, s.h)
		})
	}
	reset := make([]T, s.n*s.h)
	return runRecurrence(attrs, l, &s, []*Tensor{l.h0}, func(pre []T, state, next [][]T) {
		if rb != nil {
			cpu.Add(pre, pre, rb)
		}
		s.hidden(pre, state[0], fed, 0, 2)
		// The reset gate and dropout are factors of the state: they commute.
		cpu.GRUReset(pre, state[0], reset, s.n, s.h)
		s.hidden(pre, reset, fed, 2, 3)
		cpu.GRU(pre, nil, state[0], next[0], s.n, s.h)
	})
}

// GRU runs a network of gated recurrent units over sequences and returns all
// states of the last layer and the last state of each layer.
//
//   - Formula: [r z] = σ(W_x·x_t + b_x + W_h·h_{t-1} + b_h); n = tanh(W_xn·x_t + b_xn + r·(W_hn·h_{t-1} + b_hn)), or tanh(W_xn·x_t + b_xn + W_hn·(r·h_{t-1}) + b_hn) with ResetFirst; h_t = (1 - z)·n + z·h_{t-1}. Other activations stand for σ and tanh
//   - Shapes: x [T N F]; one [RNNWeights] for each layer and direction, layer by layer; y [T N D·H], h [L·D N H], with L layers and D = 2 directions if bidirectional
//   - DTypes: Float32, Float64; the same for all; products accumulated in it, gates computed in float64 where no gradient is taken and no option changes them
//   - Options: [GRUOptions]: sigmoid and tanh, no bound, reset behind the product, forward, [T N F], state of zeros, all steps, no dropout
//   - Panics: [ShapeError], [DTypeError], [ArgError]
//   - Gradient: of x, the initial state and all weights, through all steps; to any order
//   - Cost: 6·T·N·H·(F + H) operations a layer and direction
//   - Paper: Cho et al., Learning phrase representations using RNN encoder-decoder, 2014; dropout with one mask for a sequence: Gal and Ghahramani, 2016
//   - Differences: PyTorch is the same without ResetFirst, and its dropout draws a mask for each step, between layers only; ONNX orders the gates z, r, h, resets first unless linear_before_reset is set, has one layer, weights with a leading axis of directions, and y [T D N H]; its clip is Clip, its activations f and g those of gates and state without alpha and beta
func GRU(x *Tensor, weights []RNNWeights, opts ...GRUOptions) (y, h *Tensor) {
	const fn = "ops.GRU"
	o := one(fn, opts)
	s := stacked{o.Bidirectional, o.Reverse, o.BatchFirst, o.Initial, nil, o.Lengths, o.Dropout, o.StateDropout, o.RNG}
	out := runLayers(fn, x, weights, s, 1, func(reverse bool, in []*Tensor) []*Tensor {
		attrs := Attrs{"reverse": reverse}
		attrs.set("reset_first", o.ResetFirst)
		attrs.set("gate_activation", o.GateActivation)
		attrs.set("state_activation", o.StateActivation)
		attrs.set("clip", o.Clip)
		return apply(opGRU, attrs, in...)
	})
	return out[0], out[1]
}
