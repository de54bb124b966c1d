package nn

import (
	"fmt"
	"strings"

	"cahier/ops"
)

// RecurrentOptions are the options of RNN, LSTM and GRU. The zero value is one
// layer that runs forward over x [T N F] and returns all steps.
type RecurrentOptions struct {
	Layers        int     // layers one on the other; 0 means 1
	Bidirectional bool    // each layer runs both ways, and its outputs stand side by side
	Reverse       bool    // runs from the last step to the first
	BatchFirst    bool    // x and y are [N T …] instead of [T N …]
	Last          bool    // Forward returns the last state of the last layer, [N H], instead of all steps
	NoBias        bool    // leaves the biases out
	Dropout       float64 // probability that a feature of a layer's input is 0, at all steps of a sequence (variational)
	StateDropout  float64 // probability that a unit of the state is 0 where the hidden weights see it, at all steps
	Activation    string  // RNN: an operation by its registered name; "tanh" if empty
	Clip          float64 // bounds what activations are applied to, see [ops.LSTMOptions]; 0 is no bound
	ResetFirst    bool    // GRU: the reset gate comes before the product with the hidden weights, as in the paper
	Peephole      bool    // LSTM: the gates see the cell
	Projection    int     // LSTM: units of the state behind a projection; 0 means none
	CellClip      float64 // LSTM: bounds the cell; 0 is no bound
	Coupled       bool    // LSTM: the forget gate is 1 minus the input gate
	RNG           *ops.RNG

	GateActivation  string // LSTM, GRU: of the gates, an operation by its registered name; "sigmoid" if empty
	CellActivation  string // LSTM: of what is added to the cell; "tanh" if empty
	StateActivation string // LSTM, GRU: of the cell, or of the new state; "tanh" if empty
}

// RecurrentState is the state of a recurrent network between two runs.
type RecurrentState struct {
	H *ops.Tensor // [layers·directions N P]; nil is zeros
	C *ops.Tensor // LSTM: the cells [layers·directions N H]; nil is zeros
}

// Detach returns the state as constants: where training is cut between parts
// of a long sequence (truncated backpropagation through time).
func (s RecurrentState) Detach() RecurrentState {
	if s.H != nil {
		s.H = s.H.Detach()
	}
	if s.C != nil {
		s.C = s.C.Detach()
	}
	return s
}

// String describes the state.
func (s RecurrentState) String() string {
	if s.H == nil {
		return "RecurrentState (zeros)"
	}
	text := "RecurrentState: H " + s.H.Summary()
	if s.C != nil {
		text += "; C " + s.C.Summary()
	}
	return text
}

// RunOptions are the options of a run. The zero value begins at zeros and
// takes all steps.
type RunOptions struct {
	State   RecurrentState // what the run begins with
	Lengths *ops.Tensor    // Int64 [N], steps of each sequence: later ones give 0 and leave the state; all if nil
}

// RecurrentLayer is a recurrent network of one or more layers.
type RecurrentLayer struct {
	common
	Kind     string           // "RNN", "LSTM" or "GRU"
	Features int              // of the input
	Hidden   int              // units of a layer
	Weights  []ops.RNNWeights // of each layer and direction, layer by layer
	Options  RecurrentOptions
}

// RNN returns a simple (Elman) recurrent network; see [ops.RNN] (Elman,
// Finding structure in time, 1990). See [LSTM] for the options.
func RNN(features, hidden int, opts ...RecurrentOptions) *RecurrentLayer {
	return newRecurrent("RNN", 1, features, hidden, opts)
}

// LSTM returns a network of long short-term memories; see [ops.LSTM]
// (Hochreiter and Schmidhuber, Long short-term memory, 1997). All weights and
// biases begin as uniform random numbers below 1/√hidden, as in PyTorch.
//
// It panics with an [ops.ArgError] for sizes below 1, probabilities that are
// none, and options of another kind of network.
func LSTM(features, hidden int, opts ...RecurrentOptions) *RecurrentLayer {
	return newRecurrent("LSTM", 4, features, hidden, opts)
}

// GRU returns a network of gated recurrent units; see [ops.GRU] (Cho et al.,
// Learning phrase representations using RNN encoder-decoder for statistical
// machine translation, 2014). See [LSTM] for the options.
func GRU(features, hidden int, opts ...RecurrentOptions) *RecurrentLayer {
	return newRecurrent("GRU", 3, features, hidden, opts)
}

func newRecurrent(kind string, gates, features, hidden int, opts []RecurrentOptions) *RecurrentLayer {
	fn := "nn." + kind
	o := one(fn, opts)
	if o.Layers == 0 {
		o.Layers = 1
	}
	positive(fn, "features", features, "hidden", hidden, "Layers", o.Layers)
	probability(fn, "Dropout", o.Dropout)
	probability(fn, "StateDropout", o.StateDropout)
	o.belongs(fn, kind, hidden)
	dirs := 1
	if o.Bidirectional {
		dirs = 2
	}
	state := hidden
	if o.Projection > 0 {
		state = o.Projection
	}
	l := &RecurrentLayer{Kind: kind, Features: features, Hidden: hidden, Options: o}
	in := features
	for range o.Layers {
		for range dirs {
			w := ops.RNNWeights{Input: bounded(o.RNG, hidden, gates*hidden, in), Hidden: bounded(o.RNG, hidden, gates*hidden, state)}
			if !o.NoBias {
				w.InputBias, w.HiddenBias = bounded(o.RNG, hidden, gates*hidden), bounded(o.RNG, hidden, gates*hidden)
			}
			if o.Peephole {
				w.Peephole = bounded(o.RNG, hidden, 3*hidden)
			}
			if o.Projection > 0 {
				w.Projection = bounded(o.RNG, hidden, state, hidden)
			}
			l.Weights = append(l.Weights, w)
		}
		in = dirs * state
	}
	return l
}

// belongs refuses options that another kind of network has.
func (o RecurrentOptions) belongs(fn, kind string, hidden int) {
	for _, c := range []struct {
		arg, kind string
		set       bool
	}{{"Activation", "RNN", o.Activation != ""}, {"ResetFirst", "GRU", o.ResetFirst}, {"Peephole", "LSTM", o.Peephole}, {"Projection", "LSTM", o.Projection != 0},
		{"CellClip", "LSTM", o.CellClip != 0}, {"Coupled", "LSTM", o.Coupled}, {"CellActivation", "LSTM", o.CellActivation != ""},
		{"GateActivation", "LSTM and GRU", o.GateActivation != ""}, {"StateActivation", "LSTM and GRU", o.StateActivation != ""}} {
		if c.set && !strings.Contains(c.kind, kind) {
			panic(&ops.ArgError{OpName: fn, Arg: c.arg, Rule: "is an option of " + c.kind})
		}
	}
	if o.Projection < 0 || o.Projection >= hidden {
		panic(&ops.ArgError{OpName: fn, Arg: "Projection", Got: o.Projection, Rule: fmt.Sprintf("must be below the %d hidden units", hidden)})
	}
	if o.Bidirectional && o.Reverse {
		panic(&ops.ArgError{OpName: fn, Arg: "Reverse", Got: true, Rule: "has no meaning with Bidirectional, which runs both ways"})
	}
}

// Forward runs over all steps from a state of zeros and returns the outputs of
// the last layer: x [T N F], y [T N D·P], P being the units of the state and D
// the directions; with the option Last the last state alone, [N D·P].
func (l *RecurrentLayer) Forward(x *ops.Tensor) *ops.Tensor {
	y, s := l.run(x, RunOptions{})
	if !l.Options.Last {
		return l.note(l, x, y)
	}
	h := s.H // [layers·D N P]; the last D are of the last layer
	n := h.Size(0)
	if !l.Options.Bidirectional {
		return l.note(l, x, h.Select(0, n-1))
	}
	return l.note(l, x, ops.Concat([]*ops.Tensor{h.Select(0, n-2), h.Select(0, n-1)}, 1))
}

// Run runs over x [T N F] from a state, and returns the outputs of the last
// layer for all steps and the state behind the last one.
//
//	y, state = l.Run(x, nn.RunOptions{State: state})
func (l *RecurrentLayer) Run(x *ops.Tensor, opts ...RunOptions) (y *ops.Tensor, state RecurrentState) {
	y, state = l.run(x, one("nn.RecurrentLayer.Run", opts))
	return l.note(l, x, y), state
}

func (l *RecurrentLayer) run(x *ops.Tensor, r RunOptions) (y *ops.Tensor, s RecurrentState) {
	o := l.Options
	if l.eval {
		o.Dropout, o.StateDropout = 0, 0
	}
	if r.State.C != nil && l.Kind != "LSTM" {
		panic(&ops.ArgError{OpName: "nn." + l.Kind, Arg: "State.C", Rule: "is set, and only LSTM has cells"})
	}
	switch l.Kind {
	case "RNN":
		y, s.H = ops.RNN(x, l.Weights, ops.RNNOptions{Activation: o.Activation, Clip: o.Clip, Bidirectional: o.Bidirectional, Reverse: o.Reverse, BatchFirst: o.BatchFirst,
			Initial: r.State.H, Lengths: r.Lengths, Dropout: o.Dropout, StateDropout: o.StateDropout, RNG: o.RNG})
	case "LSTM":
		y, s.H, s.C = ops.LSTM(x, l.Weights, ops.LSTMOptions{GateActivation: o.GateActivation, CellActivation: o.CellActivation, StateActivation: o.StateActivation, Clip: o.Clip, CellClip: o.CellClip, Coupled: o.Coupled,
			Bidirectional: o.Bidirectional, Reverse: o.Reverse, BatchFirst: o.BatchFirst,
			Initial: r.State.H, InitialCell: r.State.C, Lengths: r.Lengths, Dropout: o.Dropout, StateDropout: o.StateDropout, RNG: o.RNG})
	case "GRU":
		y, s.H = ops.GRU(x, l.Weights, ops.GRUOptions{GateActivation: o.GateActivation, StateActivation: o.StateActivation, Clip: o.Clip,
			ResetFirst: o.ResetFirst, Bidirectional: o.Bidirectional, Reverse: o.Reverse, BatchFirst: o.BatchFirst,
			Initial: r.State.H, Lengths: r.Lengths, Dropout: o.Dropout, StateDropout: o.StateDropout, RNG: o.RNG})
	default:
		panic(&ops.ArgError{OpName: "nn.RecurrentLayer", Arg: "Kind", Got: l.Kind, Rule: "want RNN, LSTM or GRU"})
	}
	return y, s
}

// tensors names the weights as PyTorch does: weight_ih_l0, bias_hh_l1_reverse.
func (l *RecurrentLayer) tensors(add func(name string, place **ops.Tensor)) {
	dirs := 1
	if l.Options.Bidirectional {
		dirs = 2
	}
	for i := range l.Weights {
		w := &l.Weights[i]
		suffix := fmt.Sprintf("_l%d", i/dirs)
		if i%dirs == 1 {
			suffix += "_reverse"
		}
		add("weight_ih"+suffix, &w.Input)
		add("weight_hh"+suffix, &w.Hidden)
		add("bias_ih"+suffix, &w.InputBias)
		add("bias_hh"+suffix, &w.HiddenBias)
		add("weight_hr"+suffix, &w.Projection)
		add("peephole"+suffix, &w.Peephole)
	}
}

// Parameters returns the tensors that are trained, see [Parameters].
func (l *RecurrentLayer) Parameters() []*ops.Tensor { return Parameters(l) }

// String returns the layer as it is made.
func (l *RecurrentLayer) String() string {
	o := l.Options
	layers := o.Layers
	if layers == 1 {
		layers = 0
	}
	return describe(l.Kind, fmt.Sprintf("%d, %d", l.Features, l.Hidden), "Layers", layers, "Bidirectional", o.Bidirectional, "Reverse", o.Reverse,
		"BatchFirst", o.BatchFirst, "Last", o.Last, "NoBias", o.NoBias, "Dropout", o.Dropout, "StateDropout", o.StateDropout,
		"Activation", o.Activation, "ResetFirst", o.ResetFirst, "Peephole", o.Peephole, "Projection", o.Projection,
		"GateActivation", o.GateActivation, "CellActivation", o.CellActivation, "StateActivation", o.StateActivation, "Clip", o.Clip, "CellClip", o.CellClip, "Coupled", o.Coupled)
}

func (l *RecurrentLayer) multiplyAdds(x, _ *ops.Tensor) int {
	n := 0
	for _, w := range l.Weights {
		n += w.Input.Len() + w.Hidden.Len()
		if w.Projection != nil {
			n += w.Projection.Len()
		}
	}
	return x.Size(0) * x.Size(1) * n // steps and batch, in either order
}
