package nn_test

import (
	"testing"

	"cahier/ops"
	"cahier/ops/nn"
)

func TestSummary(t *testing.T) {
	model := nn.Sequential(nn.Conv2D(1, 8, 3), nn.BatchNorm(8), nn.ReLU(), nn.MaxPool2D(2), nn.Flatten(), nn.Dropout(0.5), nn.Linear(1352, 10))
	want := `layer                    output       parameters  multiply-adds
0      Conv2D(1, 8, 3)   [1 8 26 26]          80         48 672
1      BatchNorm(8)      [1 8 26 26]          16              0
2      ReLU()            [1 8 26 26]           0              0
3      MaxPool2D(2)      [1 8 13 13]           0              0
4      Flatten()         [1 1352]              0              0
5      Dropout(0.5)      [1 1352]              0              0
6      Linear(1352, 10)  [1 10]           13 530         13 520
total                                     13 626         62 192
input [1 1 28 28], 16 numbers in buffers, 53.3 KiB`
	s := nn.Summary(model, 1, 1, 28, 28)
	if got := s.String(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if !nn.Training(model) {
		t.Error("the model is left in evaluation")
	}
	near(t, "running mean", model.Layers[1].(*nn.BatchNormLayer).Mean, ops.Zeros(8), 0)

	shared := nn.Linear(4, 4)
	tied := &struct {
		a, b  nn.Layer
		scale *ops.Tensor `nn:"parameter"`
	}{shared, nn.Sequential(shared, nn.Tanh()), ops.Ones(1)}
	want = `layer                     output  parameters  multiply-adds
a      Linear(4, 4)       [2 4]           20             32
a      Linear(4, 4)       [2 4]            0             32
b.1    Tanh()             [2 4]            0              0
       in no layer above                   1              0
total                                     21             64
84 B`
	got := nn.SummaryOf(tied, func() { tied.b.Forward(tied.a.Forward(ops.Ones(2, 4))).Mul(tied.scale) }).String()
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// TestCrossMultiplyAdds counts those of attention to a memory and to a cache.
func TestCrossMultiplyAdds(t *testing.T) {
	l := nn.MultiHeadAttention(8, 2)
	x, memory := ops.Zeros(3, 5, 8), ops.Zeros(3, 7, 8)
	got := nn.SummaryOf(l, func() { l.Attend(x, nn.AttendOptions{Memory: memory}) }).MultiplyAdds
	if want := 3*5*2*64 + 3*7*2*64 + 2*3*5*7*8; got != want {
		t.Errorf("memory: %d, want %d", got, want)
	}
	var cache ops.KVCache
	l.Attend(memory, nn.AttendOptions{Cache: &cache})
	got = nn.SummaryOf(l, func() { l.Attend(x, nn.AttendOptions{Cache: &cache}) }).MultiplyAdds
	if want := 3*5*4*64 + 2*3*5*12*8; got != want {
		t.Errorf("cache: %d, want %d", got, want)
	}
}

// TestMultiplyAdds compares with products counted by hand.
func TestMultiplyAdds(t *testing.T) {
	for _, c := range []struct {
		layer nn.Layer
		shape []int
		want  int
	}{
		{nn.Linear(4, 3), []int{2, 5, 4}, 2 * 5 * 4 * 3},
		{nn.Conv2D(4, 6, 3, nn.ConvOptions{Groups: 2}), []int{1, 4, 5, 5}, 3 * 3 * 6 * 2 * 9},
		{nn.ConvTranspose2D(4, 6, 3), []int{1, 4, 5, 5}, 4 * 5 * 5 * 6 * 9},
		{nn.LSTM(3, 4), []int{7, 2, 3}, 7 * 2 * 4 * (4*3 + 4*4)},
		{nn.GRU(3, 4, nn.RecurrentOptions{BatchFirst: true, Bidirectional: true}), []int{2, 7, 3}, 2 * 7 * 2 * 3 * (4*3 + 4*4)},
		{nn.MultiHeadAttention(8, 2), []int{3, 5, 8}, 3*5*4*64 + 2*3*5*5*8},
		{nn.FeedForward(4, 6, nn.FeedForwardOptions{Gated: true}), []int{2, 5, 4}, 2 * 5 * 3 * 24},
		{nn.Sequential(nn.Embedding(5, 4), nn.Linear(4, 2)), []int{3}, 3 * 8},
	} {
		if got := nn.Summary(c.layer, c.shape...).MultiplyAdds; got != c.want {
			t.Errorf("%v on %v: %d multiply-adds, want %d", c.layer, c.shape, got, c.want)
		}
	}
}

func TestOutputs(t *testing.T) {
	model := nn.Sequential(nn.Linear(2, 3), nn.Sequential(nn.Tanh(), nn.Linear(3, 1)))
	x := ops.From([][]float64{{1, -1}})
	var y *ops.Tensor
	list := nn.Outputs(model, func() { y = model.Forward(x) })
	hidden := ops.Linear(x, model.Parameters()[0], model.Parameters()[1])
	near(t, "0", list.Get("0"), hidden, 0)
	near(t, "1.0", list.Get("1.0"), hidden.Tanh(), 0)
	near(t, "1.1", list.Get("1.1"), y, 0)
	near(t, "input of 1.1", list[2].Input, hidden.Tanh(), 0)
	if list.Get("1") != nil || len(list) != 3 {
		t.Errorf("%d outputs", len(list))
	}
	model.Forward(x)
	if len(list) != 3 {
		t.Error("a later run was noted")
	}
	// A panic ends the watching too.
	if err := ops.Try(func() { nn.Outputs(model, func() { model.Forward(ops.Ones(1, 9)) }) }); err == nil {
		t.Error("a wrong shape passed")
	}
	nn.Zeros(model.Parameters()[0])
	nn.Zeros(model.Parameters()[1])
	want := "0    Linear(2, 3)  Float32 [1 3], 0 to 0, mean 0\n1.0  Tanh()        Float32 [1 3], 0 to 0, mean 0\n1.1  Linear(3, 1)  Float32 [1 1] 0.5"
	nn.Zeros(model.Parameters()[2])
	nn.Constant(model.Parameters()[3], 0.5)
	if got := nn.Outputs(model, func() { model.Forward(x) }).String(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
