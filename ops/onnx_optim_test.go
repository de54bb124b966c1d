package ops_test

import (
	"strconv"

	"cahier/ops"
	"cahier/ops/optim"
)

// The training operations of ONNX are optimisers here: a step from the state
// that the inputs hold. Inputs are rate, step, and then all parameters, all
// gradients, and all of each kind of state.
func init() {
	split := func(c *onnxCase, kinds int) (rate float64, step int, groups [][]*ops.Tensor) {
		n := (len(c.in) - 2) / kinds
		for i := range kinds {
			var g []*ops.Tensor
			for _, x := range c.in[2+i*n : 2+(i+1)*n] {
				g = append(g, x.Clone())
			}
			groups = append(groups, g)
		}
		return c.in[0].Item(), int(c.in[1].Item()), groups
	}
	// from makes an optimiser go on behind so many steps with the given state.
	from := func(opt *optim.Optimizer, steps int, slots []string, state [][]*ops.Tensor) {
		s := opt.State()
		for i := range opt.Parameters() {
			for j, slot := range slots {
				s[strconv.Itoa(i)+"."+slot] = state[j][i]
			}
		}
		s["counts"] = ops.ZerosLike(s["counts"]).Add(steps)
		if err := opt.LoadState(s); err != nil {
			panic(err)
		}
	}
	after := func(opt *optim.Optimizer, slots ...string) []*ops.Tensor {
		out, s := opt.Parameters(), opt.State()
		for _, slot := range slots {
			for i := range opt.Parameters() {
				out = append(out, s[strconv.Itoa(i)+"."+slot])
			}
		}
		return out
	}
	onnxOps["Momentum"] = func(c *onnxCase) []*ops.Tensor {
		rate, step, g := split(c, 3)
		opt := optim.SGD(g[0], rate, optim.SGDOptions{Momentum: c.float("alpha", 0), Dampening: 1 - c.float("beta", 1),
			WeightDecay: c.float("norm_coefficient", 0), Nesterov: c.string("mode") == "nesterov"})
		from(opt, step, []string{"momentum"}, g[2:])
		opt.Step(g[1])
		return after(opt, "momentum")
	}
	onnxOps["Adam"] = func(c *onnxCase) []*ops.Tensor {
		rate, step, g := split(c, 4)
		opt := optim.Adam(g[0], rate, optim.AdamOptions{Betas: []float64{c.float("alpha", 0.9), c.float("beta", 0.999)}, Eps: c.float("epsilon", 0),
			WeightDecay: c.float("norm_coefficient", 0), EpsilonHat: true, NoCorrection: step == 0})
		// ONNX corrects by the number of steps before this one.
		from(opt, max(0, step-1), []string{"m", "v"}, g[2:])
		opt.Step(g[1])
		out := after(opt, "m", "v")
		for i := range g[0] {
			out[i] = out[i].Mul(1 - c.float("norm_coefficient_post", 0))
		}
		return out
	}
}
