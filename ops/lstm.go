package ops

import "cahier/ops/internal/cpu"

// LSTMOptions are the options of LSTM. The zero value is one that runs
// forward from states of zeros.
type LSTMOptions struct {
	GateActivation  string  // of the gates i, f, o: an operation on one tensor, by its registered name; "sigmoid" if empty
	CellActivation  string  // of what is added to the cell; "tanh" if empty
	StateActivation string  // of the cell, where it becomes the state; "tanh" if empty
	Clip            float64 // bounds what the activations of gates and of the cell's input are applied to: -Clip to Clip; 0 is no bound
	CellClip        float64 // bounds the cell; 0 is no bound
	Coupled         bool    // the forget gate is 1 minus the input gate; its weights are without effect

	Bidirectional bool    // weights alternate: forward, backward of each layer
	Reverse       bool    // runs from the last step to the first
	BatchFirst    bool    // x and y are [N T …] instead of [T N …]
	Initial       *Tensor // the first state [layers·directions N P]; zeros if nil
	InitialCell   *Tensor // the first cell [layers·directions N H]; zeros if nil
	Lengths       *Tensor // Int64 [N], steps of each sequence: later ones give 0 and leave the states; all if nil
	Dropout       float64 // probability that a feature of a layer's input is 0, at all steps of the sequence
	StateDropout  float64 // probability that a unit of the state is 0 where the hidden weights see it, at all steps
	RNG           *RNG    // draws the dropout's masks; the default source if nil
}

var opLSTM *Op

var lstmGating = []string{"gate_activation", "cell_activation", "state_activation", "clip", "cell_clip", "coupled"}

func init() {
	opLSTM = builtin("LSTM", Op{Name: "lstm", Inputs: append(recurrentInputs[:8:8], "c0?", "peephole?", "projection?"),
		Doc: "one layer of a long short-term memory in one direction on x [T N F], with gates i, f, g, o of weights w, r and biases b, rb: c = σ(f)·c + σ(i)·tanh(g), h = σ(o)·tanh(c); gives all states [T N P], the last [N P] and the last cell [N H]; attributes gate_activation, cell_activation, state_activation, clip (a bound of the arguments of the first two), cell_clip (one of c), coupled (1 - σ(i) takes the place of σ(f)), reverse",
		Infer: func(attrs Attrs, in []Spec) ([]Spec, error) {
			if err := attrs.only(append([]string{"reverse"}, lstmGating...)...); err != nil {
				return nil, err
			}
			g, err := gatingOf(attrs, lstmGating...)
			if err != nil {
				return nil, err
			}
			out, n, h, err := inferRecurrent(attrs, in, 4)
			if err != nil {
				return nil, err
			}
			cell := Spec{DType: in[0].DType, Shape: Shape{n, h}}
			return append(out, cell), g.check(cell)
		},
		Forward: func(_ *Ctx, attrs Attrs, in []*Tensor) ([]*Tensor, error) {
			g, err := gatingOf(attrs, lstmGating...)
			if err != nil {
				return nil, err
			}
			if !g.plain {
				return composeLSTM(attrs, in)
			}
			if in[0].dtype == Float32 {
				return lstmForward[float32](attrs, lstmLayer(in))
			}
			return lstmForward[float64](attrs, lstmLayer(in))
		},
		Compose: composeLSTM})
}

func lstmLayer(in []*Tensor) layer {
	l := layerOf(in)
	if l.c0 == nil {
		l.c0 = allocOf(l.x.dtype, Shape{l.x.shape[1], l.r.shape[0] / 4})
	}
	return l
}

func composeLSTM(attrs Attrs, in []*Tensor) ([]*Tensor, error) {
	gate, err := gatingOf(attrs, lstmGating...)
	if err != nil {
		return nil, err
	}
	l := lstmLayer(in)
	var peep []*Tensor
	if l.peephole != nil {
		peep = Chunk(l.peephole, 3, 0)
	}
	return recur(attrs, l, []*Tensor{l.h0, l.c0}, func(xt *Tensor, state []*Tensor) []*Tensor {
		c := state[1]
		gates := Chunk(Add(xt, Linear(l.fed(state[0]), l.r, l.rb)), 4, 1)
		i, f, g, o := gates[0], gates[1], gates[2], gates[3]
		if peep != nil {
			i, f = Add(i, Mul(peep[0], c)), Add(f, Mul(peep[1], c))
		}
		i = gate.apply("gate_activation", i)
		if gate.coupled {
			f = Sub(1, i)
		} else {
			f = gate.apply("gate_activation", f)
		}
		c = bounded(Add(Mul(f, c), Mul(i, gate.apply("cell_activation", g))), gate.cellClip)
		if peep != nil {
			o = Add(o, Mul(peep[2], c))
		}
		h := Mul(gate.apply("gate_activation", o), apply1(gate.activations["state_activation"], nil, c))
		if l.projection != nil {
			h = Linear(h, l.projection, nil)
		}
		return []*Tensor{h, c}
	})
}

func lstmForward[T cpu.Float](attrs Attrs, l layer) ([]*Tensor, error) {
	s := recurrenceOf[T](l, 4)
	fed := make([]T, s.n*s.p)
	var rb, peep, project, out []T
	if l.rb != nil {
		rb = make([]T, s.n*4*s.h)
		repeatRow(rb, flat[T](l.rb))
	}
	if l.peephole != nil {
		peep = flat[T](l.peephole)
	}
	if l.projection != nil {
		project, out = flat[T](l.projection), make([]T, s.n*s.h)
	}
	return runRecurrence(attrs, l, &s, []*Tensor{l.h0, l.c0}, func(pre []T, state, next [][]T) {
		if rb != nil {
			cpu.Add(pre, pre, rb)
		}
		s.hidden(pre, state[0], fed, 0, 4)
		if project == nil {
			cpu.LSTM(pre, state[1], next[1], next[0], peep, s.n, s.h)
			return
		}
		cpu.LSTM(pre, state[1], next[1], out, peep, s.n, s.h)
		cpu.GemmNT(s.n, s.p, s.h, out, max(1, s.h), project, max(1, s.h), next[0], max(1, s.p), false)
	})
}

// LSTM runs a network of long short-term memories over sequences and returns
// all states of the last layer, and the last state and cell of each layer.
//
//   - Formula: [i f g o] = W_x·x_t + b_x + W_h·h_{t-1} + b_h, with peepholes i += p_i·c_{t-1}, f += p_f·c_{t-1}, o += p_o·c_t; c_t = σ(f)·c_{t-1} + σ(i)·tanh(g); h_t = σ(o)·tanh(c_t), with a projection h_t = W_p·(σ(o)·tanh(c_t)). Other activations stand for σ and both tanh; Coupled is σ(f) = 1 - σ(i)
//   - Shapes: x [T N F]; one [RNNWeights] for each layer and direction, layer by layer; y [T N D·P], h [L·D N P], c [L·D N H], with L layers, D = 2 directions if bidirectional, and P = H unless there is a projection
//   - DTypes: Float32, Float64; the same for all; products accumulated in it, gates computed in float64 where no gradient is taken and no option changes them
//   - Options: [LSTMOptions]: sigmoid and tanh, no bounds, forward, [T N F], states of zeros, all steps, no dropout
//   - Panics: [ShapeError], [DTypeError], [ArgError]
//   - Gradient: of x, the initial states and all weights, through all steps; to any order
//   - Cost: 8·T·N·H·(F + P) operations a layer and direction, 2·T·N·P·H more with a projection
//   - Paper: Hochreiter and Schmidhuber, Long short-term memory, 1997; forget gate and peepholes: Gers et al., 2000, 2002; projection and bound of the cell: Sak et al., 2014; coupled gates: Greff et al., LSTM: a search space odyssey, 2017; dropout with one mask for a sequence: Gal and Ghahramani, 2016
//   - Differences: PyTorch has no peepholes, and its dropout draws a mask for each step, between layers only; ONNX orders the gates i, o, f, g and the peepholes i, o, f, has one layer, weights with a leading axis of directions, and y [T D N H]; its clip is Clip, its input_forget Coupled, its activations f, g, h those of gates, cell and state without alpha and beta, for which [Register] makes an operation
func LSTM(x *Tensor, weights []RNNWeights, opts ...LSTMOptions) (y, h, c *Tensor) {
	const fn = "ops.LSTM"
	o := one(fn, opts)
	s := stacked{o.Bidirectional, o.Reverse, o.BatchFirst, o.Initial, o.InitialCell, o.Lengths, o.Dropout, o.StateDropout, o.RNG}
	out := runLayers(fn, x, weights, s, 2, func(reverse bool, in []*Tensor) []*Tensor {
		attrs := Attrs{"reverse": reverse}
		attrs.set("gate_activation", o.GateActivation)
		attrs.set("cell_activation", o.CellActivation)
		attrs.set("state_activation", o.StateActivation)
		attrs.set("clip", o.Clip)
		attrs.set("cell_clip", o.CellClip)
		attrs.set("coupled", o.Coupled)
		return apply(opLSTM, attrs, in...)
	})
	return out[0], out[1], out[2]
}
