package ops_test

import (
	"strconv"

	"cahier/ops"
	"cahier/ops/optim"
)

// Optimisers of the vectors make six steps on two parameters with gradients
// that are given; schedules give rates.
func init() {
	optimisers := map[string]func(c torchCall, ps []*ops.Tensor) *optim.Optimizer{
		"sgd": func(c torchCall, ps []*ops.Tensor) *optim.Optimizer {
			return optim.SGD(ps, c.num("lr", 0), optim.SGDOptions{Momentum: c.num("momentum", 0), Dampening: c.num("dampening", 0), Nesterov: c.on("nesterov"), WeightDecay: c.num("weight_decay", 0)})
		},
		"adam": func(c torchCall, ps []*ops.Tensor) *optim.Optimizer {
			return optim.Adam(ps, c.num("lr", 0), torchAdam(c))
		},
		"adamw": func(c torchCall, ps []*ops.Tensor) *optim.Optimizer {
			return optim.AdamW(ps, c.num("lr", 0), torchAdam(c))
		},
		"rmsprop": func(c torchCall, ps []*ops.Tensor) *optim.Optimizer {
			return optim.RMSProp(ps, c.num("lr", 0), optim.RMSPropOptions{Smoothing: c.num("alpha", 0), Momentum: c.num("momentum", 0), Centered: c.on("centered"), WeightDecay: c.num("weight_decay", 0)})
		},
		"adagrad": func(c torchCall, ps []*ops.Tensor) *optim.Optimizer {
			return optim.Adagrad(ps, c.num("lr", 0), optim.AdagradOptions{RateDecay: c.num("lr_decay", 0), Initial: c.num("initial_accumulator_value", 0), WeightDecay: c.num("weight_decay", 0)})
		},
		"adadelta": func(c torchCall, ps []*ops.Tensor) *optim.Optimizer {
			return optim.Adadelta(ps, c.num("lr", 0), optim.AdadeltaOptions{Smoothing: c.num("rho", 0), WeightDecay: c.num("weight_decay", 0)})
		},
		"adamax": func(c torchCall, ps []*ops.Tensor) *optim.Optimizer {
			return optim.Adamax(ps, c.num("lr", 0), optim.AdamaxOptions{WeightDecay: c.num("weight_decay", 0)})
		},
		"nadam": func(c torchCall, ps []*ops.Tensor) *optim.Optimizer {
			return optim.NAdam(ps, c.num("lr", 0), optim.AdamaxOptions{WeightDecay: c.num("weight_decay", 0)})
		},
		"radam": func(c torchCall, ps []*ops.Tensor) *optim.Optimizer {
			return optim.RAdam(ps, c.num("lr", 0), optim.AdamaxOptions{WeightDecay: c.num("weight_decay", 0)})
		},
	}
	for op, plain := range optimisers {
		newOptimizer := func(c torchCall, ps []*ops.Tensor) *optim.Optimizer {
			opt := plain(c, ps)
			if rate := c.num("b_lr", 0); rate != 0 {
				opt.SetGroup(ps[1:], optim.GroupOptions{RateFactor: rate / c.num("lr", 0), WeightDecay: c.num("b_weight_decay", 0)})
			}
			return opt
		}
		torchOps[op] = func(c torchCall) []*ops.Tensor {
			ps := []*ops.Tensor{c.named("a").Clone(), c.named("b").Clone()}
			opt := newOptimizer(c, ps)
			var as, bs []*ops.Tensor
			for i := range c.named("da").Size(0) {
				grads := []*ops.Tensor{c.named("da").Select(0, i), c.named("db").Select(0, i)}
				if c.on("maximize") {
					grads = []*ops.Tensor{grads[0].Neg(), grads[1].Neg()}
				}
				if i == 3 { // half the way another optimiser goes on
					next := newOptimizer(c, ps)
					if err := next.LoadState(opt.State()); err != nil {
						panic(err)
					}
					opt = next
				}
				opt.Step(grads)
				as, bs = append(as, ps[0].Clone()), append(bs, ps[1].Clone())
			}
			return list(ops.Stack(as, 0), ops.Stack(bs, 0))
		}
	}
	schedules := map[string]func(c torchCall, rate float64) *optim.Schedule{
		"step": func(c torchCall, rate float64) *optim.Schedule {
			return optim.StepDecay(rate, c.int("size", 0), c.num("gamma", 0))
		},
		"multi_step": func(c torchCall, rate float64) *optim.Schedule {
			return optim.MultiStepDecay(rate, c.ints("milestones"), c.num("gamma", 0))
		},
		"exponential": func(c torchCall, rate float64) *optim.Schedule {
			return optim.ExponentialDecay(rate, c.num("gamma", 0))
		},
		"cosine": func(c torchCall, rate float64) *optim.Schedule {
			return optim.Cosine(rate, c.int("steps", 0), optim.CosineOptions{Min: c.num("min", 0)})
		},
		"cosine_restarts": func(c torchCall, rate float64) *optim.Schedule {
			return optim.CosineRestarts(rate, c.int("steps", 0), optim.CosineOptions{Min: c.num("min", 0), Factor: c.int("factor", 0)})
		},
		"linear": func(c torchCall, rate float64) *optim.Schedule {
			return optim.Linear(rate*c.num("start", 0), rate*c.num("end", 0), c.int("steps", 0))
		},
		"polynomial": func(c torchCall, rate float64) *optim.Schedule {
			return optim.Linear(rate, 0, c.int("steps", 0), optim.LinearOptions{Power: c.num("power", 0)})
		},
		"one_cycle": func(c torchCall, rate float64) *optim.Schedule {
			return optim.OneCycle(c.num("max", 0), c.int("steps", 0))
		},
		"warmup_cosine": func(c torchCall, rate float64) *optim.Schedule {
			n := c.int("warmup", 0)
			return optim.Join(optim.Linear(rate*c.num("start", 0), rate, n), n, optim.Cosine(rate, c.int("steps", 0)))
		},
	}
	for name, newSchedule := range schedules {
		torchOps["schedule_"+name] = func(c torchCall) []*ops.Tensor {
			return list(ops.Wrap64(newSchedule(c, c.num("lr", 0)).Rates(c.int("count", 0)), c.int("count", 0)))
		}
	}
	torchOps["clip_norm"] = func(c torchCall) []*ops.Tensor {
		p, err := strconv.ParseFloat(c.text("p"), 64)
		if err != nil {
			panic(err)
		}
		clipped, norm := optim.ClipByNorm(c.in, c.num("limit", 0), optim.ClipOptions{Power: p})
		if norm > c.num("limit", 0) { // PyTorch divides by the norm and a little more
			for i := range clipped {
				clipped[i] = clipped[i].Mul(norm / (norm + 1e-6))
			}
		}
		return append(clipped, ops.Wrap64([]float64{norm}).Reshape().To(c.in[0].DType()))
	}
}

func torchAdam(c torchCall) optim.AdamOptions {
	return optim.AdamOptions{Betas: c.floats("betas"), Eps: c.num("eps", 0), WeightDecay: c.num("weight_decay", 0), AMSGrad: c.on("amsgrad")}
}
