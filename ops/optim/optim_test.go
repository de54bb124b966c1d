package optim_test

import (
	"math"
	"strings"
	"testing"

	"cahier/ops"
	"cahier/ops/optim"
)

func param(v ...float64) *ops.Tensor { return ops.Wrap64(v, len(v)) }

func near(t *testing.T, what string, got, want []float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s: %v, want %v", what, got, want)
		return
	}
	for i := range got {
		if !(math.Abs(got[i]-want[i]) <= 1e-12*max(1, math.Abs(want[i]))) {
			t.Errorf("%s: %v, want %v", what, got, want)
			return
		}
	}
}

// TestSequences follows two or three steps from parameter 1 with gradient 2,
// then -1, by hand, beside PyTorch's vectors, which package ops' tests run.
func TestSequences(t *testing.T) {
	for _, c := range []struct {
		name string
		make func(ps []*ops.Tensor) *optim.Optimizer
		want []float64
	}{
		{"sgd", func(ps []*ops.Tensor) *optim.Optimizer { return optim.SGD(ps, 0.1) }, []float64{0.8, 0.9}},
		{"momentum", func(ps []*ops.Tensor) *optim.Optimizer { return optim.SGD(ps, 0.1, optim.SGDOptions{Momentum: 0.5}) },
			[]float64{0.8, 0.8}}, // b = 2, then 0.5·2 - 1 = 0
		{"dampening", func(ps []*ops.Tensor) *optim.Optimizer {
			return optim.SGD(ps, 0.1, optim.SGDOptions{Momentum: 0.5, Dampening: 0.5})
		}, []float64{0.8, 0.75}}, // b = 2 undampened, then 1 - 0.5
		{"nesterov", func(ps []*ops.Tensor) *optim.Optimizer {
			return optim.SGD(ps, 0.1, optim.SGDOptions{Momentum: 0.5, Nesterov: true})
		}, []float64{0.7, 0.8}}, // 2 + 0.5·2 = 3, then -1 + 0
		{"decay", func(ps []*ops.Tensor) *optim.Optimizer { return optim.SGD(ps, 0.1, optim.SGDOptions{WeightDecay: 1}) },
			[]float64{0.7, 0.73}},
		{"decay of matrices only", func(ps []*ops.Tensor) *optim.Optimizer {
			return optim.SGD(ps, 0.1, optim.SGDOptions{WeightDecay: 1, DecayRank: 2})
		}, []float64{0.8, 0.9}},
		{"adam", func(ps []*ops.Tensor) *optim.Optimizer {
			return optim.Adam(ps, 0.1, optim.AdamOptions{Betas: []float64{0.5, 0.75}, Eps: 1})
		}, []float64{1 - 0.1*2/3, 1 - 0.1*2/3 - 0.1*0/(math.Sqrt(1./0.4375)+1)}}, // m = 1, then 0.5 - 0.5 = 0
		{"adam without first moment", func(ps []*ops.Tensor) *optim.Optimizer {
			return optim.Adam(ps, 0.1, optim.AdamOptions{Betas: []float64{0, 0.75}, Eps: 1})
		}, []float64{1 - 0.1*2/3, 1 - 0.1*2/3 + 0.1/(1+math.Sqrt(1/0.4375))}}, // v = 1, then 0.75 + 0.25
		{"adam, epsilon hat", func(ps []*ops.Tensor) *optim.Optimizer {
			return optim.Adam(ps, 0.1, optim.AdamOptions{Betas: []float64{0, 0.75}, Eps: 1, EpsilonHat: true})
		}, []float64{1 - 0.1*0.5*2/(1+1), 1 - 0.1*0.5*2/2 + 0.1*math.Sqrt(0.4375)/(1+1)}}, // rate·√(1 - β₂ᵗ)/(√v + ε)
		{"adam, no correction", func(ps []*ops.Tensor) *optim.Optimizer {
			return optim.Adam(ps, 0.1, optim.AdamOptions{Betas: []float64{0.5, 0.75}, Eps: 1, NoCorrection: true})
		}, []float64{1 - 0.1*1/2, 1 - 0.1*1/2}},
		{"adamw", func(ps []*ops.Tensor) *optim.Optimizer {
			return optim.AdamW(ps, 0.1, optim.AdamOptions{Betas: []float64{0.5, 0.75}, Eps: 1, WeightDecay: 1})
		}, []float64{0.9 - 0.1*2/3, (0.9 - 0.1*2/3) * 0.9}},
		{"rmsprop", func(ps []*ops.Tensor) *optim.Optimizer {
			return optim.RMSProp(ps, 0.1, optim.RMSPropOptions{Smoothing: 0.75, Eps: 1})
		}, []float64{1 - 0.1*2/2, 0.9 + 0.1*1/2}}, // v = 1, then 0.75 + 0.25 = 1
		{"adagrad", func(ps []*ops.Tensor) *optim.Optimizer {
			return optim.Adagrad(ps, 0.1, optim.AdagradOptions{RateDecay: 1})
		},
			[]float64{0.9, 0.9 + 0.05/math.Sqrt(5)}},
	} {
		p := param(1)
		opt := c.make([]*ops.Tensor{p})
		var got []float64
		for _, g := range []float64{2, -1} {
			opt.Step([]*ops.Tensor{param(g)})
			got = append(got, p.Item())
		}
		tolerance := 1e-9 // of adagrad's epsilon
		for i := range got {
			if math.Abs(got[i]-c.want[i]) > tolerance {
				t.Errorf("%s: %v, want %v", c.name, got, c.want)
				break
			}
		}
	}
}

// TestStep makes sure of what Step does around the rule: views keep old
// values, nil gradients leave a parameter and its count, many elements take
// several goroutines, and Float32 stays.
func TestStep(t *testing.T) {
	p, q := param(1, 2), param(3)
	view := p.Slice(0, 0, 1)
	opt := optim.Adam([]*ops.Tensor{p, q}, 0.1)
	opt.Step([]*ops.Tensor{param(1, 1), nil})
	if view.Item() != 1 || q.Item() != 3 || p.At(0) == 1 || opt.Steps() != 1 {
		t.Errorf("after a step: view %v, q %v, p %v", view, q, p)
	}
	opt.Step([]*ops.Tensor{nil, param(1)})
	if math.Abs(q.Item()-2.9) > 1e-6 { // the first step of q, though the second of the optimiser
		t.Errorf("q is %v", q.Item())
	}
	if got := opt.State()["counts"].Ints(); got[0] != 1 || got[1] != 1 {
		t.Errorf("counts %v", got)
	}
	big := ops.Ones(300, 301)
	optim.SGD([]*ops.Tensor{big}, 0.5).Step([]*ops.Tensor{ops.NewRNG(1).Randn(300, 301)})
	want := ops.Ones(300, 301).Sub(ops.NewRNG(1).Randn(300, 301).Mul(0.5))
	if big.DType() != ops.Float32 || ops.Max(big.Sub(want).Abs()).Item() > 1e-7 {
		t.Error("a large parameter went wrong")
	}
}

func TestScheduled(t *testing.T) {
	p := param(0)
	opt := optim.SGD([]*ops.Tensor{p}, 7).SetSchedule(optim.Linear(1, 0, 4))
	if opt.Rate() != 1 {
		t.Errorf("the first rate is %v", opt.Rate())
	}
	var rates []float64
	for range 6 {
		opt.Step([]*ops.Tensor{param(-1)})
		rates = append(rates, opt.Rate())
	}
	near(t, "rates", rates, []float64{1, 0.75, 0.5, 0.25, 0, 0})
	near(t, "parameter", p.Float64s(), []float64{2.5})
	if got := opt.String(); got != "SGD(), rate 0, step 6, 1 parameters in 1 tensors, Linear(1, 0, 4)" {
		t.Errorf("it prints %s", got)
	}
	opt.SetSchedule(nil).SetRate(2)
	opt.Step([]*ops.Tensor{param(1)})
	near(t, "without a schedule", p.Float64s(), []float64{0.5})
}

func TestSchedules(t *testing.T) {
	for name, c := range map[string]struct {
		s    *optim.Schedule
		want []float64
	}{
		"warm-up":     {optim.Cosine(1, 6, optim.CosineOptions{Warmup: 2, Min: 0.2}), []float64{0.5, 1, 1, 0.2 + 0.4*(1+math.Cos(math.Pi/4)), 0.6, 0.2 + 0.4*(1+math.Cos(3*math.Pi/4)), 0.2, 0.2}},
		"restarts":    {optim.CosineRestarts(1, 2, optim.CosineOptions{Warmup: 1}), []float64{1, 1, 0.5, 1, 0.5, 1}},
		"one cycle":   {optim.OneCycle(1, 5, optim.OneCycleOptions{Rise: 0.6, Start: 2, End: 5, Linear: true}), []float64{0.5, 0.75, 1, 0.55, 0.1, 0.1}},
		"noam":        {optim.Noam(4, 2), []float64{0.5 * math.Pow(2, -1.5), 0.5 * math.Pow(2, -0.5), 0.5 / math.Sqrt(3)}},
		"custom":      {optim.Custom(func(step int) float64 { return float64(step * step) }), []float64{0, 1, 4}},
		"joined":      {optim.Join(optim.Linear(0, 1, 2), 2, optim.Linear(1, 0, 2)), []float64{0, 0.5, 1, 0.5, 0}},
		"step decay":  {optim.StepDecay(1, 2, 0.5), []float64{1, 1, 0.5, 0.5, 0.25}},
		"exponential": {optim.ExponentialDecay(1, 0.5), []float64{1, 0.5, 0.25}},
	} {
		near(t, name, c.s.Rates(len(c.want)), c.want)
	}
	if got := optim.Cosine(1, 6).At(-3); got != 1 {
		t.Errorf("before the first step: %v", got)
	}
}

func TestClip(t *testing.T) {
	grads := []*ops.Tensor{param(3), nil, param(0, 4)}
	clipped, norm := optim.ClipByNorm(grads, 1)
	near(t, "norm", []float64{norm}, []float64{5})
	near(t, "clipped", append(clipped[0].Float64s(), clipped[2].Float64s()...), []float64{0.6, 0, 0.8})
	if clipped[1] != nil || grads[0].Item() != 3 {
		t.Error("nil or the originals changed")
	}
	if same, _ := optim.ClipByNorm(grads, 5); same[0] != grads[0] {
		t.Error("gradients within the bound are not returned as they are")
	}
	nan := []*ops.Tensor{param(math.NaN())}
	if same, n := optim.ClipByNorm(nan, 1); !math.IsNaN(n) || same[0] != nan[0] {
		t.Error("a norm that is no number")
	}
	values := optim.ClipByValue([]*ops.Tensor{param(-7, 0.5, 2), nil}, 1)
	near(t, "by value", values[0].Float64s(), []float64{-1, 0.5, 1})
	near(t, "p-norms", []float64{optim.Norm(grads), optim.Norm(grads, optim.ClipOptions{Power: 1}), optim.Norm(grads, optim.ClipOptions{Power: math.Inf(1)})}, []float64{5, 7, 4})
}

func TestEMA(t *testing.T) {
	p := param(1)
	a := optim.EMA([]*ops.Tensor{p}, 0.75)
	p.Assign(param(5))
	a.Update()
	near(t, "average", a.Values()[0].Float64s(), []float64{2})
	a.Swap()
	near(t, "exchanged", []float64{p.Item(), a.Values()[0].Item()}, []float64{2, 5})
	if err := ops.Try(a.Update); err == nil || !strings.Contains(err.Error(), "exchanged with the parameters") {
		t.Errorf("an update while exchanged: %v", err)
	}
	a.Swap()
	a.Update()
	near(t, "back", []float64{p.Item(), a.Values()[0].Item()}, []float64{5, 2.75})
	if got := a.String(); got != "EMA(decay=0.75) of 1 tensors after 2 updates" {
		t.Errorf("it prints %s", got)
	}
}

func TestState(t *testing.T) {
	p := param(1, 2)
	opt := optim.Adam([]*ops.Tensor{p}, 0.1)
	opt.Step([]*ops.Tensor{param(1, -1)})
	s := opt.State()
	keep := s["0.m"].Clone()
	opt.Step([]*ops.Tensor{param(1, -1)})
	near(t, "a state after another step", s["0.m"].Float64s(), keep.Float64s())
	other := optim.Adam([]*ops.Tensor{param(1, 2)}, 0.1)
	bad := other.State()
	delete(bad, "0.v")
	bad["0.m"] = param(1)
	bad["0.x"] = param(1)
	err := other.LoadState(bad)
	want := "optim.Optimizer.LoadState: the state does not fit Adam(Betas=[0.9 0.999], Eps=1e-08): 0.m is Float64 [1], want Float64 [2]; 0.v is missing; 0.x is unexpected"
	if err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
	bad = other.State()
	bad["rate"], bad["steps"] = param(-1), ops.From([]int{-2})
	if err := other.LoadState(bad); err == nil || !strings.Contains(err.Error(), "rate is -1; a number of steps is -2") {
		t.Errorf("impossible numbers: %v", err)
	}
	if other.Steps() != 0 || other.Rate() != 0.1 {
		t.Error("a refused state was loaded")
	}
}

// TestGroups makes sure that parameters in groups go the way that they go in
// an optimiser of their own, with its rate and weight decay.
func TestGroups(t *testing.T) {
	for name, make := range map[string]func(ps []*ops.Tensor, rate, decay float64) *optim.Optimizer{
		"SGD": func(ps []*ops.Tensor, rate, decay float64) *optim.Optimizer {
			return optim.SGD(ps, rate, optim.SGDOptions{Momentum: 0.5, WeightDecay: decay})
		},
		"Adam": func(ps []*ops.Tensor, rate, decay float64) *optim.Optimizer {
			return optim.Adam(ps, rate, optim.AdamOptions{WeightDecay: decay, DecayRank: 1})
		},
		"AdamW": func(ps []*ops.Tensor, rate, decay float64) *optim.Optimizer {
			return optim.AdamW(ps, rate, optim.AdamOptions{WeightDecay: decay})
		},
		"NAdam": func(ps []*ops.Tensor, rate, decay float64) *optim.Optimizer {
			return optim.NAdam(ps, rate, optim.AdamaxOptions{WeightDecay: decay})
		},
		"RMSProp": func(ps []*ops.Tensor, rate, decay float64) *optim.Optimizer {
			return optim.RMSProp(ps, rate, optim.RMSPropOptions{WeightDecay: decay})
		},
		"Adagrad": func(ps []*ops.Tensor, rate, decay float64) *optim.Optimizer {
			return optim.Adagrad(ps, rate, optim.AdagradOptions{WeightDecay: decay})
		},
		"Adadelta": func(ps []*ops.Tensor, rate, decay float64) *optim.Optimizer {
			return optim.Adadelta(ps, rate, optim.AdadeltaOptions{WeightDecay: decay})
		},
	} {
		a, b, c, d := param(1, -2), param(3), param(0.5, 4), param(7)
		together := make([]*ops.Tensor{a, b, c, d}, 0.25, 0.5).SetSchedule(optim.ExponentialDecay(0.25, 0.5)).
			SetGroup([]*ops.Tensor{c, d}, optim.GroupOptions{NoDecay: true}).
			SetGroup([]*ops.Tensor{b}, optim.GroupOptions{RateFactor: 0.5, WeightDecay: 0.75}).
			SetGroup([]*ops.Tensor{d}, optim.GroupOptions{Frozen: true})
		a2, b2, c2 := param(1, -2), param(3), param(0.5, 4)
		first := make([]*ops.Tensor{a2}, 0, 0.5).SetSchedule(optim.ExponentialDecay(0.25, 0.5))
		second := make([]*ops.Tensor{b2}, 0, 0.75).SetSchedule(optim.ExponentialDecay(0.125, 0.5))
		third := make([]*ops.Tensor{c2}, 0, 0.5).SetGroup([]*ops.Tensor{c2}, optim.GroupOptions{NoDecay: true}).SetSchedule(optim.ExponentialDecay(0.25, 0.5))
		for i := range 4 {
			g := float64(i) - 1.5
			together.Step([]*ops.Tensor{param(g, 1), param(2 * g), param(-g, g), param(1)})
			first.Step([]*ops.Tensor{param(g, 1)})
			second.Step([]*ops.Tensor{param(2 * g)})
			third.Step([]*ops.Tensor{param(-g, g)})
		}
		near(t, name+", in no group", a.Float64s(), a2.Float64s())
		near(t, name+", in a group", b.Float64s(), b2.Float64s())
		near(t, name+", without decay", c.Float64s(), c2.Float64s())
		near(t, name+", frozen", d.Float64s(), []float64{7})
		if s := together.String(); !strings.HasSuffix(s, ", 3 in groups of their own") {
			t.Errorf("%s prints %s", name, s)
		}
	}
}

func TestErrors(t *testing.T) {
	p := param(1)
	ps := []*ops.Tensor{p}
	for want, f := range map[string]func(){
		"optim.SGD: params is empty, want the tensors to optimise\nnn.Parameters(model) lists those of a model": func() { optim.SGD(nil, 1) },
		"optim.SGD: params[0] is nil, want a tensor":                                                            func() { optim.SGD([]*ops.Tensor{nil}, 1) },
		"optim.Adam: params[0] is Int64, want Float32 or Float64":                                               func() { optim.Adam([]*ops.Tensor{ops.From([]int{1})}, 1) },
		"optim.Adam: params[1] is the same tensor as params[0]":                                                 func() { optim.Adam([]*ops.Tensor{p, p}, 1) },
		"optim.SGD: rate is -1: must be a number that is not negative":                                          func() { optim.SGD(ps, -1) },
		"optim.SGD: rate is NaN: must be a number that is not negative":                                         func() { optim.SGD(ps, math.NaN()) },
		"optim.SGD: Nesterov is true: wants a momentum":                                                         func() { optim.SGD(ps, 1, optim.SGDOptions{Nesterov: true}) },
		"optim.SGD: Momentum is -1: must be a number not below 0":                                               func() { optim.SGD(ps, 1, optim.SGDOptions{Momentum: -1}) },
		"optim.Adam: Betas is [1]: want two numbers":                                                            func() { optim.Adam(ps, 1, optim.AdamOptions{Betas: []float64{1}}) },
		"optim.AdamW: Betas[1] is 1: must be from 0 up to, but not, 1":                                          func() { optim.AdamW(ps, 1, optim.AdamOptions{Betas: []float64{0.9, 1}}) },
		"optim.Adamax: MomentumDecay is an option of NAdam":                                                     func() { optim.Adamax(ps, 1, optim.AdamaxOptions{MomentumDecay: 1}) },
		"optim.RMSProp: Smoothing is 1: must be from 0 up to, but not, 1":                                       func() { optim.RMSProp(ps, 1, optim.RMSPropOptions{Smoothing: 1}) },
		"optim.Adagrad: Initial is -1: must be a number not below 0":                                            func() { optim.Adagrad(ps, 1, optim.AdagradOptions{Initial: -1}) },
		"optim.Adadelta: options is 2: want at most one options value":                                          func() { optim.Adadelta(ps, 1, optim.AdadeltaOptions{}, optim.AdadeltaOptions{}) },
		"optim.Optimizer.Step: grads is 2: want one for each of 1 parameters":                                   func() { optim.SGD(ps, 1).Step([]*ops.Tensor{p, p}) },
		"optim.Optimizer.Step: grads[0] has shape [2], want [1]: must be the shape of the parameter\ngradients come in the order of the parameters that the optimiser was made with": func() { optim.SGD(ps, 1).Step([]*ops.Tensor{param(1, 2)}) },
		"optim.Optimizer.Step: grads[0] is Float32, want Float64: must have the type of the parameter":                                                                               func() { optim.SGD(ps, 1).Step([]*ops.Tensor{ops.Ones(1)}) },
		"optim.Optimizer.SetRate: rate is -1: must be a number that is not negative":                                                                                                 func() { optim.SGD(ps, 1).SetRate(-1) },
		"optim.Optimizer.SetGroup: params[0] is no parameter of the optimiser\nnn.Cast makes other tensors of a model's: make the optimiser behind it":                               func() { optim.SGD(ps, 1).SetGroup([]*ops.Tensor{param(1)}, optim.GroupOptions{}) },
		"optim.Optimizer.SetGroup: params is empty, want the tensors to optimise\nnn.Parameters(model) lists those of a model":                                                       func() { optim.SGD(ps, 1).SetGroup(nil, optim.GroupOptions{}) },
		"optim.Optimizer.SetGroup: RateFactor is -1: must be a number not below 0":                                                                                                   func() { optim.SGD(ps, 1).SetGroup(ps, optim.GroupOptions{RateFactor: -1}) },
		"optim.Optimizer.SetGroup: WeightDecay is -1: must be a number not below 0":                                                                                                  func() { optim.SGD(ps, 1).SetGroup(ps, optim.GroupOptions{WeightDecay: -1}) },
		"optim.Optimizer.SetGroup: WeightDecay is 1: is set beside NoDecay":                                                                                                          func() { optim.SGD(ps, 1).SetGroup(ps, optim.GroupOptions{WeightDecay: 1, NoDecay: true}) },
		"optim.ClipByNorm: max is 0: must be positive":                                                                                                                               func() { optim.ClipByNorm(ps, 0) },
		"optim.ClipByNorm: Power is -1: must be positive":                                                                                                                            func() { optim.ClipByNorm(ps, 1, optim.ClipOptions{Power: -1}) },
		"optim.ClipByValue: limit is 0: must be positive":                                                                                                                            func() { optim.ClipByValue(ps, 0) },
		"optim.EMA: decay is 1: must be from 0 up to, but not, 1":                                                                                                                    func() { optim.EMA(ps, 1) },
		"optim.Cosine: steps is 2: must be at least 4":                                                                                                                               func() { optim.Cosine(1, 2, optim.CosineOptions{Warmup: 3}) },
		"optim.Cosine: Factor is 2: is an option of CosineRestarts":                                                                                                                  func() { optim.Cosine(1, 2, optim.CosineOptions{Factor: 2}) },
		"optim.StepDecay: every is 0: must be at least 1":                                                                                                                            func() { optim.StepDecay(1, 0, 1) },
		"optim.Linear: Power is -1: must be positive":                                                                                                                                func() { optim.Linear(1, 0, 2, optim.LinearOptions{Power: -1}) },
		"optim.OneCycle: Rise is 1: must be from 0 up to, but not, 1":                                                                                                                func() { optim.OneCycle(1, 5, optim.OneCycleOptions{Rise: 1}) },
		"optim.Noam: features is 0: must be at least 1":                                                                                                                              func() { optim.Noam(0, 1) },
		"optim.Join: schedules: must not be nil":                                                                                                                                     func() { optim.Join(nil, 1, nil) },
		"optim.Custom: at is nil, want a function":                                                                                                                                   func() { optim.Custom(nil) },
	} {
		err := ops.Try(f)
		if err == nil || err.Error() != want {
			t.Errorf("got  %v\nwant %s", err, want)
		}
	}
	p.Assign(param(1))
	if err := ops.Try(func() {
		ops.ValueAndGradOf(func() *ops.Tensor { optim.SGD(ps, 1).Step(ps); return p.Sum() }, ps)
	}); err == nil || !strings.Contains(err.Error(), "a gradient of this tensor is being computed") {
		t.Errorf("a step within a gradient: %v", err)
	}
}
