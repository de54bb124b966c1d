package nn_test

import (
	"testing"

	"cahier/ops"
	"cahier/ops/nn"
	"cahier/ops/optim"
)

// TestTraining learns exclusive or, which no single linear layer can.
func TestTraining(t *testing.T) {
	rng := ops.NewRNG(1)
	x := ops.From([][]float32{{0, 0}, {0, 1}, {1, 0}, {1, 1}})
	y := ops.From([]int{0, 1, 1, 0})
	model := nn.Sequential(nn.Linear(2, 8, nn.LinearOptions{RNG: rng}), nn.Tanh(), nn.Linear(8, 2, nn.LinearOptions{RNG: rng}))
	opt := optim.Adam(model.Parameters(), 0.05)
	var first, last float64
	for step := range 200 {
		loss, grads := nn.ValueAndGrad(model, func() *ops.Tensor { return ops.CrossEntropy(model.Forward(x), y) })
		opt.Step(grads)
		if step == 0 {
			first = loss.Item()
		}
		last = loss.Item()
	}
	if last > 0.01 || first < 0.5 {
		t.Errorf("the loss went from %v to %v", first, last)
	}
	if got := model.Forward(x).ArgMax(1).Ints(); got[0] != 0 || got[1] != 1 || got[2] != 1 || got[3] != 0 {
		t.Errorf("the classes are %v", got)
	}
}
