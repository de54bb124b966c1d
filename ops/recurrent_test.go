package ops_test

import (
	"testing"

	"cahier/ops"
)

// recurrentWeights are weights for in features and h units, p of them seen by
// the next step.
func recurrentWeights(r *ops.RNG, gates, in, h, p int) ops.RNNWeights {
	w := ops.RNNWeights{Input: r.Randn(gates*h, in), Hidden: r.Randn(gates*h, p).Mul(0.3), InputBias: r.Randn(gates * h), HiddenBias: r.Randn(gates * h)}
	if p != h {
		w.Projection = r.Randn(p, h)
	}
	return w
}

func TestLSTMLayers(t *testing.T) {
	r := ops.NewRNG(1)
	x, h0, c0 := r.Randn(4, 2, 3), r.Randn(4, 2, 2), r.Randn(4, 2, 5)
	w := []ops.RNNWeights{recurrentWeights(r, 4, 3, 5, 2), recurrentWeights(r, 4, 3, 5, 2), recurrentWeights(r, 4, 4, 5, 2), recurrentWeights(r, 4, 4, 5, 2)}
	lengths := i64(4, 2)
	y, h, c := ops.LSTM(x, w, ops.LSTMOptions{Bidirectional: true, Initial: h0, InitialCell: c0, Lengths: lengths})
	var hs, cs []*ops.Tensor
	in := x
	for layer := range 2 {
		var ys []*ops.Tensor
		for d := range 2 {
			i := 2*layer + d
			yi, hi, ci := ops.LSTM(in, w[i:i+1], ops.LSTMOptions{Reverse: d == 1, Initial: h0.Slice(0, i, i+1), InitialCell: c0.Slice(0, i, i+1), Lengths: lengths})
			ys, hs, cs = append(ys, yi), append(hs, hi), append(cs, ci)
		}
		in = ops.Concat(ys, 2)
	}
	wantValues(t, "y", y, in.Float64s()...)
	wantValues(t, "h", h, ops.Concat(hs, 0).Float64s()...)
	wantValues(t, "c", c, ops.Concat(cs, 0).Float64s()...)
	if !y.Shape().Equal(ops.Shape{4, 2, 4}) || !h.Shape().Equal(ops.Shape{4, 2, 2}) || !c.Shape().Equal(ops.Shape{4, 2, 5}) {
		t.Errorf("shapes %v, %v, %v", y.Shape(), h.Shape(), c.Shape())
	}
}

// TestRecurrentDropout compares with masks drawn from an equal source: one
// for the input and one for the state, for all steps.
func TestRecurrentDropout(t *testing.T) {
	r := ops.NewRNG(1)
	x := r.Randn(5, 3, 4)
	w := recurrentWeights(r, 3, 4, 6, 6)
	got, _ := ops.GRU(x, []ops.RNNWeights{w}, ops.GRUOptions{Dropout: 0.25, StateDropout: 0.5, RNG: ops.NewRNG(7)})
	again, _ := ops.GRU(x, []ops.RNNWeights{w}, ops.GRUOptions{Dropout: 0.25, StateDropout: 0.5, RNG: ops.NewRNG(7)})
	wantValues(t, "same seed", again, got.Float64s()...)
	source := ops.NewRNG(7)
	input := source.Rand(1, 3, 4).GreaterEqual(0.25).To(ops.Float32).Div(0.75)
	state := source.Rand(3, 6).GreaterEqual(0.5).To(ops.Float32).Mul(2)
	want := ops.CallAll("gru", nil, x.Mul(input), w.Input, w.Hidden, w.InputBias, w.HiddenBias, nil, nil, state)[0]
	if worst := got.Sub(want).Abs().Max().Item(); worst > 1e-6 {
		t.Errorf("differs by %v from the masks", worst)
	}
}

func TestRecurrentArguments(t *testing.T) {
	r := ops.NewRNG(1)
	x := ops.Zeros(2, 1, 3)
	w := recurrentWeights(r, 4, 3, 2, 2)
	for want, f := range map[string]func(){
		"ops.LSTM: Dropout is 1: must be a probability from 0 up to, but not, 1": func() { ops.LSTM(x, []ops.RNNWeights{w}, ops.LSTMOptions{Dropout: 1}) },
		"ops.LSTM: InitialCell has shape [1 2], want [1 1 h]: one state for each layer and direction": func() {
			ops.LSTM(x, []ops.RNNWeights{w}, ops.LSTMOptions{InitialCell: ops.Zeros(1, 2)})
		},
		"ops.GRU: weights[0].Peephole is set, and only LSTM has peepholes":     func() { ops.GRU(x, []ops.RNNWeights{{Peephole: x}}) },
		"ops.RNN: weights[0].Projection is set, and only LSTM has projections": func() { ops.RNN(x, []ops.RNNWeights{{Projection: x}}) },
		"ops.LSTM: weights[1].Hidden has shape [12 3], want [8 2]: all layers have states of one size\nrun layers of other sizes by calls of their own, each on the output of the one before": func() {
			ops.LSTM(x, []ops.RNNWeights{w, recurrentWeights(r, 4, 2, 3, 3)})
		},
		"ops.LSTM: w is nil, want a tensor": func() { ops.LSTM(x, make([]ops.RNNWeights, 1)) },
	} {
		wantErr(t, want, f)
	}
}

func BenchmarkLSTM(b *testing.B) {
	r := ops.NewRNG(1)
	x := r.Randn(64, 16, 64)
	w := []ops.RNNWeights{recurrentWeights(r, 4, 64, 128, 128)}
	b.Run("forward", func(b *testing.B) {
		for b.Loop() {
			ops.LSTM(x, w)
		}
	})
	b.Run("gradient", func(b *testing.B) {
		for b.Loop() {
			ops.Grad(func(p []*ops.Tensor) *ops.Tensor {
				y, _, _ := ops.LSTM(x, []ops.RNNWeights{{Input: p[0], Hidden: p[1]}})
				return y.Sum()
			}, list(w[0].Input, w[0].Hidden))
		}
	})
}
