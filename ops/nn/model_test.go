package nn_test

import (
	"strings"
	"sync"
	"testing"

	"cahier/ops"
	"cahier/ops/nn"
)

// net has layers wherever a walk can find them, and much where it must not
// look.
type net struct {
	fc     *nn.LinearLayer
	Values nn.LinearLayer // by value
	blocks []nn.Layer
	byName map[string]*nn.LinearLayer
	inner  struct{ norm *nn.LayerNormLayer }
	any    any
	shared *nn.LinearLayer
	scale  *ops.Tensor            `nn:"parameter"`
	mask   *ops.Tensor            `nn:"buffer,visible"`
	last   *ops.Tensor            `nn:"-"`
	table  map[string]*ops.Tensor `nn:"parameter"`
	loose  []ops.RNNWeights       `nn:"parameter,cells"`
	//lint:ignore U1000 the walk through the fields comes to it
	empty  *nn.LinearLayer
	parent *net
	//lint:ignore U1000 the walk through the fields comes to it
	lock  sync.Mutex
	notes map[string]any
	//lint:ignore U1000 the walk through the fields comes to it
	cache ops.KVCache
	rng   *ops.RNG
}

func newNet() *net {
	ops.Seed(1)
	n := &net{fc: nn.Linear(2, 3), Values: *nn.Linear(1, 1), byName: map[string]*nn.LinearLayer{"b": nn.Linear(1, 2), "a": nn.Linear(2, 1)},
		scale: ops.Ones(1), mask: ops.From([]int{1, 0}), last: ops.Ones(7), table: map[string]*ops.Tensor{"x": ops.Ones(2)}, rng: ops.NewRNG(1),
		loose: []ops.RNNWeights{{Input: ops.Ones(1, 2), Hidden: ops.Ones(1, 1)}}, notes: map[string]any{"n": 3}}
	n.inner.norm = nn.LayerNorm(3)
	n.blocks = []nn.Layer{nn.Sequential(nn.Linear(3, 3), nn.Dropout(0.5)), nn.BatchNorm(3)}
	n.shared = n.fc
	n.any = nn.Conv1D(1, 1, 1)
	n.parent = n
	return n
}

func names(l nn.ParameterList) string {
	var s []string
	for _, p := range l {
		s = append(s, p.Name)
	}
	return strings.Join(s, " ")
}

func TestNames(t *testing.T) {
	want := "fc.weight fc.bias Values.weight Values.bias blocks.0.0.weight blocks.0.0.bias blocks.1.weight blocks.1.bias blocks.1.running_mean blocks.1.running_var " +
		"byName.a.weight byName.a.bias byName.b.weight byName.b.bias inner.norm.weight inner.norm.bias any.weight any.bias scale visible table.x cells.0.Input cells.0.Hidden"
	n := newNet()
	if got := names(nn.Named(n)); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if got := len(nn.Parameters(n)); got != 20 {
		t.Errorf("%d parameters, want 20: all but three buffers", got)
	}
	rnn := nn.LSTM(1, 2, nn.RecurrentOptions{Bidirectional: true, Projection: 1})
	want = "weight_ih_l0 weight_hh_l0 bias_ih_l0 bias_hh_l0 weight_hr_l0 weight_ih_l0_reverse weight_hh_l0_reverse bias_ih_l0_reverse bias_hh_l0_reverse weight_hr_l0_reverse"
	if got := names(nn.Named(rnn)); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// TestTied makes sure that a tensor in two places is one parameter, with the
// sum of both gradients, and stays one when it is cast.
func TestTied(t *testing.T) {
	type lm struct {
		in  *nn.EmbeddingLayer
		out *nn.LinearLayer
	}
	m := &lm{nn.Embedding(3, 2), &nn.LinearLayer{}}
	m.out.Weight = m.in.Weight
	nn.Cast(m, ops.Float64)
	if m.out.Weight != m.in.Weight || m.in.Weight.DType() != ops.Float64 || len(nn.Parameters(m)) != 1 {
		t.Fatalf("tied weights came apart: %v", nn.Named(m))
	}
	ids := ops.From([]int{0, 2})
	_, g := nn.ValueAndGrad(m, func() *ops.Tensor { return m.out.Forward(m.in.Forward(ids)).Sum() })
	want := ops.Grad(func(p []*ops.Tensor) *ops.Tensor {
		return ops.MatMul(ops.IndexSelect(p[0], 0, ids), p[0].T()).Sum()
	}, []*ops.Tensor{m.in.Weight})
	near(t, "gradient", g[0], want[0], 1e-12)
}

func TestState(t *testing.T) {
	a, b := newNet(), newNet()
	scattered(a)
	s := nn.State(a)
	if err := nn.LoadState(b, s); err != nil {
		t.Fatal(err)
	}
	for i, p := range nn.Named(b) {
		near(t, p.Name, p.Value, nn.Named(a)[i].Value, 0)
	}
	// Neither the model nor the state changes with the other.
	nn.Zeros(b.fc.Weight)
	if s["fc.weight"].At(0, 0) == 0 || a.fc.Weight.At(0, 0) == 0 {
		t.Error("a loaded model shares tensors with the state")
	}
	delete(s, "scale")
	s["fc.weigth"] = ops.Ones(1)
	s["fc.bias"] = ops.Ones(4)
	s["table.x"] = s["table.x"].To(ops.Float64)
	before := b.inner.norm.Weight.Clone()
	s["inner.norm.weight"] = ops.Ones(3)
	err := nn.LoadState(b, s)
	want := "nn.LoadState: the state does not fit the model: 1 missing: scale; 1 unexpected: fc.weigth; 2 of another shape or type: fc.bias is Float32 [4], want Float32 [3], table.x is Float64 [2], want Float32 [2]"
	if err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
	near(t, "after a refused load", b.inner.norm.Weight, before, 0)
}

func TestModes(t *testing.T) {
	n := newNet()
	x := ops.Ones(4, 3)
	if !nn.Training(n) {
		t.Error("a new model is not training")
	}
	drop := nn.Dropout(0.5)
	if y := drop.Forward(ops.Ones(100)).Sum().Item(); y == 100 {
		t.Error("nothing was dropped in training")
	}
	nn.Eval(n)
	nn.Eval(drop)
	near(t, "dropout in evaluation", drop.Forward(x), x, 0)
	if nn.Training(n) {
		t.Error("a layer is training after Eval")
	}
	nn.Train(n)
	if !nn.Training(n.blocks[0]) {
		t.Error("a layer is not training after Train")
	}
	for _, l := range []nn.Layer{nn.LSTM(3, 2, nn.RecurrentOptions{Dropout: 0.5, StateDropout: 0.5}), nn.MultiHeadAttention(3, 1, nn.AttentionOptions{Dropout: 0.5}),
		nn.FeedForward(3, 8, nn.FeedForwardOptions{Dropout: 0.5}), nn.TransformerEncoder(3, 1, 2, nn.TransformerOptions{Dropout: 0.5})} {
		x := ops.NewRNG(1).Randn(2, 4, 3)
		same := func() bool { return l.Forward(x).Sub(l.Forward(x)).Abs().Sum().Item() == 0 }
		if same() {
			t.Errorf("%v: two runs in training are the same", l)
		}
		nn.Eval(l)
		if !same() {
			t.Errorf("%v: two runs in evaluation differ", l)
		}
	}
}

// TestBatchNormStatistics follows running statistics by hand: momentum 0.1,
// variance of a sample.
func TestBatchNormStatistics(t *testing.T) {
	l := nn.BatchNorm(1)
	nn.Cast(l, ops.Float64)
	x := ops.From([][]float64{{1}, {2}, {6}}, ops.Float64)
	// Also inside a gradient.
	nn.ValueAndGrad(l, func() *ops.Tensor { return l.Forward(x).Square().Sum() })
	near(t, "mean", l.Mean, ops.From([]float64{0.3}, ops.Float64), 1e-12)
	near(t, "variance", l.Variance, ops.From([]float64{0.9 + 0.1*7}, ops.Float64), 1e-12)
	l.Forward(x)
	near(t, "mean", l.Mean, ops.From([]float64{0.57}, ops.Float64), 1e-12)
	nn.Eval(l)
	y := l.Forward(x)
	near(t, "in evaluation", y, x.Sub(l.Mean).Div(l.Variance.Add(1e-5).Sqrt()), 1e-12)
	near(t, "mean after evaluation", l.Mean, ops.From([]float64{0.57}, ops.Float64), 1e-12)
}

func TestModelErrors(t *testing.T) {
	type bare struct{ w *ops.Tensor }
	type wrong struct {
		w *ops.Tensor `nn:"weight"`
	}
	type twice struct {
		A *ops.Tensor `nn:"parameter,w"`
		B *ops.Tensor `nn:"parameter,w"`
	}
	type ints struct {
		w *ops.Tensor `nn:"parameter"`
	}
	type byValue struct{ Fc nn.LinearLayer }
	var none *nn.LinearLayer
	tag := "tag the field `nn:\"parameter\"` if it is trained, `nn:\"buffer\"` if it is saved but not trained, `nn:\"-\"` if it is neither"
	for want, f := range map[string]func(){
		"nn.Parameters: model is nil, want a layer or a pointer to a struct with layers":                                func() { nn.Parameters(nil) },
		"nn.Named: model is nil, want a layer or a pointer to a struct with layers":                                     func() { nn.Named(none) },
		"nn.State: w is a tensor that does not say what it is to the model\n" + tag:                                     func() { nn.State(&bare{ops.Ones(1)}) },
		"nn.Parameters: model is a tensor that does not say what it is to the model\n" + tag:                            func() { nn.Parameters(ops.Ones(1)) },
		"nn.Parameters: the tag of field w is nn:\"weight\": want \"parameter\", \"buffer\" or \"-\"":                   func() { nn.Parameters(&wrong{ops.Ones(1)}) },
		"nn.State: model has two tensors with the name \"w\"\na tag `nn:\",name\"` gives a field another name":          func() { nn.State(&twice{ops.Ones(1), ops.Ones(1)}) },
		"nn.Parameters: w is Int64, want Float32 or Float64: a parameter has a gradient\ntag the field `nn:\"buffer\"`": func() { nn.Parameters(&ints{ops.From([]int{1})}) },
		"nn.ValueAndGrad: model has no parameters\nlayers are found in fields, slices and maps of a struct, not among what a function has captured": func() {
			nn.ValueAndGrad(nn.ReLU(), func() *ops.Tensor { return ops.Ones(1) })
		},
		"ops.ValueAndGradOf: the result does not depend on the parameters\ncompute it from the function's arguments, and not from tensors of outside or from Detach": func() {
			nn.ValueAndGrad(nn.Linear(1, 1), func() *ops.Tensor { return ops.Ones(1) })
		},
		"nn.Eval: model: was passed as a copy, in which layer Fc would be set\npass a pointer: &model":         func() { nn.Eval(byValue{*nn.Linear(1, 1)}) },
		"nn.Cast: model: was passed as a copy, in which Fc.weight cannot be replaced\npass a pointer: &model":  func() { nn.Cast(byValue{*nn.Linear(1, 1)}, ops.Float64) },
		"nn.Cast: the wanted type is Int64, want Float32 or Float64":                                           func() { nn.Cast(nn.Linear(1, 1), ops.Int64) },
		"nn.Outputs: model: was passed as a copy, in which layer Fc cannot be watched\npass a pointer: &model": func() { nn.Outputs(byValue{*nn.Linear(1, 1)}, func() {}) },
		"nn.Outputs: f is nil, want a function":                                                                func() { nn.Outputs(nn.ReLU(), nil) },
		"nn.SummaryOf: f is nil, want a function":                                                              func() { nn.SummaryOf(nn.ReLU(), nil) },
		"nn.Summary: inputShape is empty, want the shape of the input with a batch: 1, 3, 32, 32":              func() { nn.Summary(nn.ReLU()) },
		"ops.Linear: w has shape [1 2], want [out 3]: axis 1 must equal the last axis of x, whose shape is [1 3]\nin layer 1 of nn.Sequential, Linear(2, 1)": func() {
			nn.Sequential(nn.ReLU(), nn.Linear(2, 1)).Forward(ops.Ones(1, 3))
		},
		"nn.Residual: the body's output has shape [1 2], want [1 3]: must be the shape of what is added to it\na second layer makes the input fit: nn.Residual(body, nn.Conv2D(in, out, 1)); in layer 0 of nn.Sequential, Residual; in layer 0 of nn.Sequential, Sequential": func() {
			nn.Sequential(nn.Sequential(nn.Residual(nn.Linear(3, 2)))).Forward(ops.Ones(1, 3))
		},
	} {
		err := ops.Try(f)
		if err == nil || err.Error() != want {
			t.Errorf("got  %v\nwant %s", err, want)
		}
	}
	// A copy whose layers are pointers can be used.
	type byPointer struct{ fc *nn.LinearLayer }
	if n := len(nn.Parameters(byPointer{nn.Linear(1, 1)})); n != 2 {
		t.Errorf("a model by value has %d parameters", n)
	}
	nn.Cast(byPointer{nn.Linear(1, 1)}, ops.Float64)
}

// TestForeignPanics makes sure that Sequential passes other panics, and those
// of other people's layers, as they are.
func TestForeignPanics(t *testing.T) {
	defer func() {
		if r := recover(); r != "mine" {
			t.Errorf("recovered %v", r)
		}
	}()
	nn.Sequential(nn.Func("f", func(x *ops.Tensor) *ops.Tensor { panic("mine") })).Forward(ops.Ones(1))
}

func TestLayerErrors(t *testing.T) {
	x3, x4 := ops.Zeros(1, 2, 3), ops.Zeros(1, 2, 3, 3)
	for want, f := range map[string]func(){
		"nn.Linear: in is 0: must be positive":                                                                                                             func() { nn.Linear(0, 1) },
		"nn.Linear: options is 2: want at most one options value":                                                                                          func() { nn.Linear(1, 1, nn.LinearOptions{}, nn.LinearOptions{}) },
		"nn.Bilinear: inB is -1: must be positive":                                                                                                         func() { nn.Bilinear(1, -1, 1) },
		"nn.Bilinear: a has shape [1 2 3]: the last axis must have size 2":                                                                                 func() { nn.Bilinear(2, 2, 1).Apply(x3, x3) },
		"nn.Bilinear: b has shape [1 2 3], want [1 2 4]: the leading axes are those of a":                                                                  func() { nn.Bilinear(3, 4, 1).Apply(x3, x3) },
		"nn.Conv2D: kernel is 0: must be positive":                                                                                                         func() { nn.Conv2D(1, 1, 0) },
		"nn.Conv2D: kernel is 3: the option Kernel says [1 3]; give 0 with it":                                                                             func() { nn.Conv2D(1, 1, 3, nn.ConvOptions{Kernel: []int{1, 3}}) },
		"nn.Conv2D: Kernel is [1 2 3]: want one size, or one for each of 2 axes":                                                                           func() { nn.Conv2D(1, 1, 0, nn.ConvOptions{Kernel: []int{1, 2, 3}}) },
		"nn.Conv1D: Groups is 2: must divide the 3 input and 4 output channels":                                                                            func() { nn.Conv1D(3, 4, 1, nn.ConvOptions{Groups: 2}) },
		"nn.ConvTranspose3D: Groups is 2: must divide the 3 input and 4 output channels":                                                                   func() { nn.ConvTranspose3D(3, 4, 1, nn.ConvTransposeOptions{Groups: 2}) },
		"nn.MaxPool2D: size is 0: must be positive":                                                                                                        func() { nn.MaxPool2D(0) },
		"nn.GlobalAvgPool: x has shape [2 3], want [n c …]: want a batch, channels, and axes behind them":                                                  func() { nn.GlobalAvgPool().Forward(ops.Zeros(2, 3)) },
		"nn.Flatten: start is [1 2]: want at most one axis":                                                                                                func() { nn.Flatten(1, 2) },
		"nn.Reshape: x has shape [], want [n]: want a batch":                                                                                               func() { nn.Reshape(1).Forward(ops.Zeros()) },
		"nn.Activation: name is nothing: want the registered name of an operation on one tensor\nops.All() lists them":                                     func() { nn.Activation("nothing") },
		"nn.ELU: alpha is [1 2]: want at most one number":                                                                                                  func() { nn.ELU(1, 2) },
		"nn.PReLU: channels is [1 2]: want at most one number":                                                                                             func() { nn.PReLU(1, 2) },
		"nn.Dropout: p is 1.5: must be a probability from 0 to 1":                                                                                          func() { nn.Dropout(1.5) },
		"nn.BatchNorm: x is [1 2]: a batch of one value a channel has no variance\nnn.Eval(model) uses the running statistics":                             func() { nn.BatchNorm(2).Forward(ops.Ones(1, 2)) },
		"nn.BatchNorm: Momentum is 2: must be from 0 to 1":                                                                                                 func() { nn.BatchNorm(2, nn.NormOptions{Momentum: 2}) },
		"nn.BatchNorm: channels is 0: must be positive":                                                                                                    func() { nn.BatchNorm(0) },
		"nn.LayerNorm: x has shape [1 2 3]: the last axes must have the shape [4]":                                                                         func() { nn.LayerNorm(4).Forward(x3) },
		"nn.LayerNormOver: shape is empty, want the sizes of the last axes":                                                                                func() { nn.LayerNormOver(nil) },
		"nn.GroupNorm: groups is 3: must divide the 4 channels":                                                                                            func() { nn.GroupNorm(3, 4) },
		"nn.InstanceNorm: x has shape [1 2 3 3], want [n 3]: axis 1 must have the 3 channels":                                                              func() { nn.InstanceNorm(3).Forward(x4) },
		"nn.Embedding: Padding is 5: want ids from 0 to 4":                                                                                                 func() { nn.Embedding(5, 2, nn.EmbeddingOptions{Padding: []int{5}}) },
		"nn.PositionLayer: x is 2 steps from 3: positions 0 to 3 have been learnt":                                                                         func() { nn.LearnedPositions(4, 3).From(x3, 3) },
		"nn.PositionLayer: x has shape [1 2 3 3], want [n t e]: want batch, steps, features":                                                               func() { nn.SinusoidalPositions().Forward(x4) },
		"nn.AdaptiveAvgPool2D: size is [1 2 3]: want one value, or one for each of 2 axes":                                                                 func() { nn.AdaptiveAvgPool2D(1, 2, 3) },
		"nn.AdaptiveMaxPool1D: size is 0: must be positive":                                                                                                func() { nn.AdaptiveMaxPool1D(0) },
		"nn.AdaptivePoolLayer.Forward: Name is Pool: want AdaptiveMaxPool or AdaptiveAvgPool with 1D, 2D or 3D":                                            func() { (&nn.AdaptivePoolLayer{Name: "Pool"}).Forward(x3) },
		"nn.Upsample: factor is 2: is set beside Size or Scale, want 0":                                                                                    func() { nn.Upsample(2, ops.ResizeOptions{Size: []int{3}}) },
		"nn.Upsample: factor is 0: must be above 0\nor 0 with Size or Scale in the options":                                                                func() { nn.Upsample(0) },
		"nn.Upsample: x is nil, want a tensor":                                                                                                             func() { nn.Upsample(2).Forward(nil) },
		"nn.PixelShuffle: factor is 0: must be positive":                                                                                                   func() { nn.PixelShuffle(0) },
		"nn.PixelUnshuffle: factor is -1: must be positive":                                                                                                func() { nn.PixelUnshuffle(-1) },
		"nn.Pad: amounts is Same: must be numbers that are not negative":                                                                                   func() { nn.Pad(ops.Same) },
		"nn.Pad: amounts is [1 2 3]: want 1, 2 or 4 values for 2 spatial axes":                                                                             func() { nn.Pad(ops.Padding{1, 2, 3}).Forward(x4) },
		"nn.Pad: x has shape [2], want [n c …]: want a batch, channels, and axes behind them":                                                              func() { nn.Pad(nil).Forward(ops.Zeros(2)) },
		"nn.Unflatten: sizes is [2 0]: must be positive, but for one that may be -1":                                                                       func() { nn.Unflatten(1, 2, 0) },
		"nn.Unflatten: sizes is [-1 -1]: must be positive, but for one that may be -1":                                                                     func() { nn.Unflatten(1, -1, -1) },
		"nn.Unflatten: sizes is empty, want the sizes that the axis is divided into":                                                                       func() { nn.Unflatten(1) },
		"nn.Unflatten: axis is 3: x has 3 axes":                                                                                                            func() { nn.Unflatten(3, 1).Forward(x3) },
		"nn.Unflatten: x has shape [1 2 3]: axis 2 cannot be divided into [2 -1]":                                                                          func() { nn.Unflatten(-1, 2, -1).Forward(x3) },
		"nn.Identity: x is nil, want a tensor":                                                                                                             func() { nn.Identity().Forward(nil) },
		"ops.Linear: w has shape [1 3], want [out 2]: axis 1 must equal the last axis of x, whose shape is [1 2]\nin layer 1 of nn.Parallel, Linear(3, 1)": func() { nn.Parallel(1, nn.Identity(), nn.Linear(3, 1)).Forward(ops.Zeros(1, 2)) },
		"nn.Parallel: layers is empty, want at least one":                                                                                                  func() { nn.Parallel(1) },
		"nn.Parallel: layer 1 is nil, want a layer":                                                                                                        func() { nn.Parallel(1, nn.ReLU(), nil) },
		"nn.LocalResponseNorm: size is 0: must be positive":                                                                                                func() { nn.LocalResponseNorm(0) },
		"nn.RNN: Peephole is an option of LSTM":                                                                                                            func() { nn.RNN(1, 1, nn.RecurrentOptions{Peephole: true}) },
		"nn.RNN: GateActivation is an option of LSTM and GRU":                                                                                              func() { nn.RNN(1, 1, nn.RecurrentOptions{GateActivation: "sin"}) },
		"nn.GRU: Coupled is an option of LSTM":                                                                                                             func() { nn.GRU(1, 1, nn.RecurrentOptions{Coupled: true}) },
		"nn.LSTM: Projection is 2: must be below the 2 hidden units":                                                                                       func() { nn.LSTM(1, 2, nn.RecurrentOptions{Projection: 2}) },
		"nn.GRU: Reverse is true: has no meaning with Bidirectional, which runs both ways":                                                                 func() { nn.GRU(1, 2, nn.RecurrentOptions{Bidirectional: true, Reverse: true}) },
		"nn.GRU: State.C is set, and only LSTM has cells":                                                                                                  func() { nn.GRU(3, 2).Run(x3, nn.RunOptions{State: nn.RecurrentState{C: x3}}) },
		"nn.GRU: Dropout is 1: must be a probability from 0 up to, but not, 1":                                                                             func() { nn.GRU(1, 2, nn.RecurrentOptions{Dropout: 1}) },
		"nn.MultiHeadAttention: heads is 2: must divide the 3 features":                                                                                    func() { nn.MultiHeadAttention(3, 2) },
		"nn.MultiHeadAttention: Groups is 3: must divide the 4 heads":                                                                                      func() { nn.MultiHeadAttention(4, 4, nn.AttentionOptions{Groups: 3}) },
		"nn.FeedForward: Activation is add: want the registered name of an operation on one tensor\nops.All() lists them":                                  func() { nn.FeedForward(1, 1, nn.FeedForwardOptions{Activation: "add"}) },
		"nn.TransformerEncoder: layers is 0: must be positive":                                                                                             func() { nn.TransformerEncoder(2, 1, 0) },
		"nn.EncoderStack.Decode: the encoder is not causal: earlier steps would have to see later ones\nmake it with TransformerOptions{Causal: true}":     func() { nn.TransformerEncoder(3, 1, 1).Decode(x3, nil) },
		"nn.EncoderStack.Decode: cache is 1: want nil, or one for each of 2 layers": func() {
			nn.TransformerEncoder(3, 1, 2, nn.TransformerOptions{Causal: true}).Decode(x3, make(nn.Caches, 1))
		},
		"nn.DecoderStack.DecodeWith: memory is keys of 0 layers: want those of 1\nRemember of this decoder makes it": func() { nn.TransformerDecoder(3, 1, 1).DecodeWith(x3, nil, nil) },
		"nn.DecoderStack.DecodeWith: memory is keys of 2 layers: want those of 1\nRemember of this decoder makes it": func() {
			nn.TransformerDecoder(3, 1, 1).DecodeWith(x3, nn.TransformerDecoder(3, 1, 2).Remember(x3), nil)
		},
		"nn.DecoderStack.Decode: memory is nil, want a tensor":                                                          func() { nn.TransformerDecoder(3, 1, 1).Decode(x3, nil, nil) },
		"nn.DecoderStack.Remember: memory is nil, want a tensor":                                                        func() { nn.TransformerDecoder(3, 1, 1).Remember(nil) },
		"nn.AttentionLayer.Remember: memory is nil, want a tensor":                                                      func() { nn.MultiHeadAttention(3, 1).Remember(nil) },
		"nn.AttentionLayer.Remember: memory has shape [1 2 3 3], want [n s m]: want three axes: batch, steps, features": func() { nn.MultiHeadAttention(3, 1).Remember(x4) },
		"nn.AttentionLayer.Attend: Remembered is empty\nRemember makes it of a memory":                                  func() { nn.MultiHeadAttention(3, 1).Attend(x3, nn.AttendOptions{Remembered: &ops.KVCache{}}) },
		"nn.AttentionLayer.Attend: Remembered is set beside Memory or Cache": func() {
			nn.MultiHeadAttention(3, 1).Attend(x3, nn.AttendOptions{Remembered: &ops.KVCache{}, Memory: x3})
		},
		"nn.AttentionLayer.Attend: x has shape [1 2 3 3], want [n t e]: want three axes: batch, steps, features": func() {
			l := nn.MultiHeadAttention(3, 1)
			kv := l.Remember(x3)
			l.Attend(x4, nn.AttendOptions{Remembered: &kv})
		},
		"nn.DecoderStack.Run: memory is nil, want a tensor":                                 func() { nn.TransformerDecoder(3, 1, 1).Run(x3, nil) },
		"nn.Sequential: layer 1 is nil, want a layer":                                       func() { nn.Sequential(nn.ReLU(), nil) },
		"nn.Residual: body is nil, want a layer":                                            func() { nn.Residual(nil) },
		"nn.Residual: shortcut is 2: want at most one layer":                                func() { nn.Residual(nn.ReLU(), nn.ReLU(), nn.ReLU()) },
		"nn.Func: f is nil, want a function":                                                func() { nn.Func("f", nil) },
		"nn.Uniform: high is 0: must not be below low, which is 1":                          func() { nn.Uniform(x3, 1, 0) },
		"nn.Normal: deviation is -1: must not be negative":                                  func() { nn.Normal(x3, 0, -1) },
		"nn.Zeros: t is nil, want a tensor":                                                 func() { nn.Zeros(nil) },
		"nn.Gain: activation is gelu: want linear, sigmoid, tanh, relu, leaky_relu or selu": func() { nn.Gain("gelu") },
		"nn.KaimingNormal: t has shape [3], want [out in]: want weights of two axes or more, [out in …]\nnn.Uniform and nn.Normal fill tensors of any shape": func() { nn.KaimingNormal(ops.Zeros(3)) },
	} {
		err := ops.Try(f)
		if err == nil || err.Error() != want {
			t.Errorf("got  %v\nwant %s", err, want)
		}
	}
}
