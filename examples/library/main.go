// Library uses package ops without the kernel: a plain Go program that learns
// to tell two spirals apart.
//
//	go run ./examples/library
package main

import (
	"fmt"
	"io"
	"math"
	"os"

	"cahier/ops"
	"cahier/ops/nn"
	"cahier/ops/optim"
)

func main() {
	accuracy, err := learn(os.Stdout, 400)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Printf("%.1f %% of points that it has not seen are on the right spiral\n", 100*accuracy)
}

// spirals returns n points [2n 2] on each of two spirals, with noise, and
// which spiral each is on [2n].
func spirals(n int, rng *ops.RNG) (points, class *ops.Tensor) {
	turn := rng.Rand(2 * n).Sqrt().Mul(3 * math.Pi)
	class = ops.ArangeInt(2 * n).GreaterEqual(n).To(ops.Int64)
	angle := turn.Add(class.To(ops.Float32).Mul(math.Pi))
	points = ops.Stack([]*ops.Tensor{turn.Mul(angle.Cos()), turn.Mul(angle.Sin())}, 1).Div(3 * math.Pi)
	return points.Add(rng.Randn(2*n, 2).Mul(0.02)), class
}

// learn trains a network for so many steps, tells its loss, and returns the
// part of new points that it classifies rightly. What ops refuses is an error.
func learn(out io.Writer, steps int) (accuracy float64, err error) {
	err = ops.Try(func() {
		rng := ops.NewRNG(1)
		x, t := spirals(200, rng)
		hidden := nn.LinearOptions{RNG: rng}
		model := nn.Sequential(
			nn.Linear(2, 64, hidden), nn.Tanh(),
			nn.Linear(64, 64, hidden), nn.Tanh(),
			nn.Linear(64, 2, hidden))
		opt := optim.AdamW(model.Parameters(), 0).SetSchedule(optim.Cosine(0.01, steps, optim.CosineOptions{Warmup: steps / 10}))
		for step := range steps {
			loss, grads := nn.ValueAndGrad(model, func() *ops.Tensor { return ops.CrossEntropy(model.Forward(x), t) })
			grads, _ = optim.ClipByNorm(grads, 1)
			opt.Step(grads)
			if step%(steps/4) == 0 || step == steps-1 {
				fmt.Fprintf(out, "step %3d: loss %.4f\n", step+1, loss.Item())
			}
		}
		x, t = spirals(500, rng)
		accuracy = model.Forward(x).ArgMax(1).Equal(t).To(ops.Float32).Mean().Item()
	})
	return accuracy, err
}
