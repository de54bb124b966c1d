package optim

import (
	"fmt"
	"math"

	"cahier/ops"
)

// Schedule is a learning rate as a function of the step, from 0. It keeps no
// count: the same step gives the same rate. It is made by one of the functions
// of this package and given to [Optimizer.SetSchedule], or asked by At.
type Schedule struct {
	at   func(step int) float64
	text string
}

// At returns the rate of a step, from 0.
func (s *Schedule) At(step int) float64 { return s.at(max(0, step)) }

// Rates returns the rates of the first n steps, to be plotted.
func (s *Schedule) Rates(n int) []float64 {
	rates := make([]float64, max(0, n))
	for i := range rates {
		rates[i] = s.At(i)
	}
	return rates
}

// String returns the schedule as it is made.
func (s *Schedule) String() string { return s.text }

// Custom returns a schedule that is a function of the step, from 0.
func Custom(at func(step int) float64) *Schedule {
	if at == nil {
		panic(&ops.ArgError{OpName: "optim.Custom", Arg: "at", Rule: "is nil, want a function"})
	}
	return &Schedule{at, "Custom"}
}

// StepDecay returns a schedule that multiplies the rate by a factor after each
// so many steps.
func StepDecay(rate float64, every int, factor float64) *Schedule {
	const fn = "optim.StepDecay"
	checkRate(fn, rate)
	atLeast(fn, "every", every, 1)
	checkRange(fn, "factor", factor, 0, math.Inf(1))
	return &Schedule{func(step int) float64 { return rate * math.Pow(factor, float64(step/every)) }, fmt.Sprintf("StepDecay(%v, %d, %v)", rate, every, factor)}
}

// MultiStepDecay returns a schedule that multiplies the rate by a factor at
// each of the given steps.
func MultiStepDecay(rate float64, at []int, factor float64) *Schedule {
	const fn = "optim.MultiStepDecay"
	checkRate(fn, rate)
	checkRange(fn, "factor", factor, 0, math.Inf(1))
	at = append([]int(nil), at...)
	return &Schedule{func(step int) float64 {
		r := rate
		for _, a := range at {
			if step >= a {
				r *= factor
			}
		}
		return r
	}, fmt.Sprintf("MultiStepDecay(%v, %v, %v)", rate, at, factor)}
}

// ExponentialDecay returns a schedule that multiplies the rate by a factor
// after each step.
func ExponentialDecay(rate, factor float64) *Schedule {
	const fn = "optim.ExponentialDecay"
	checkRate(fn, rate)
	checkRange(fn, "factor", factor, 0, math.Inf(1))
	return &Schedule{func(step int) float64 { return rate * math.Pow(factor, float64(step)) }, fmt.Sprintf("ExponentialDecay(%v, %v)", rate, factor)}
}

// CosineOptions are the options of Cosine. The zero value falls to 0 without
// warm-up and restarts.
type CosineOptions struct {
	Warmup int     // first steps, in which the rate grows linearly from rate/Warmup
	Min    float64 // the rate at the end
	Cycles int     // falls so many times, beginning anew at the full rate (warm restarts); 0 means 1
}

// Cosine returns a schedule whose rate falls along half a cosine from rate to
// Min over the steps behind the warm-up, and stays there (Loshchilov and
// Hutter, SGDR: stochastic gradient descent with warm restarts, 2017; warm-up:
// Goyal et al., Accurate, large minibatch SGD, 2017).
//
//	Min + (rate - Min)·(1 + cos(π·(step - Warmup)/(steps - Warmup)))/2
func Cosine(rate float64, steps int, opts ...CosineOptions) *Schedule {
	const fn = "optim.Cosine"
	o := one(fn, opts)
	checkRate(fn, rate)
	checkRange(fn, "Min", o.Min, 0, math.Inf(1))
	atLeast(fn, "Warmup", o.Warmup, 0)
	atLeast(fn, "steps", steps, o.Warmup+1)
	if o.Cycles == 0 {
		o.Cycles = 1
	}
	atLeast(fn, "Cycles", o.Cycles, 1)
	return &Schedule{func(step int) float64 {
		if step < o.Warmup {
			return rate * float64(step+1) / float64(o.Warmup)
		}
		part := float64(step-o.Warmup) / float64(steps-o.Warmup)
		if part >= 1 {
			return o.Min
		}
		part = math.Mod(part*float64(o.Cycles), 1)
		return o.Min + (rate-o.Min)*(1+math.Cos(math.Pi*part))/2
	}, text("Cosine", "rate", rate, "steps", steps, "Warmup", o.Warmup, "Min", o.Min, "Cycles", o.Cycles-1)}
}

// LinearOptions are the options of Linear. The zero value falls to 0 without
// warm-up.
type LinearOptions struct {
	Warmup int     // first steps, in which the rate grows linearly from rate/Warmup
	Min    float64 // the rate at the end
}

// Linear returns a schedule whose rate falls along a straight line from rate
// to Min over the steps behind the warm-up, and stays there.
func Linear(rate float64, steps int, opts ...LinearOptions) *Schedule {
	const fn = "optim.Linear"
	o := one(fn, opts)
	checkRate(fn, rate)
	checkRange(fn, "Min", o.Min, 0, math.Inf(1))
	atLeast(fn, "Warmup", o.Warmup, 0)
	atLeast(fn, "steps", steps, o.Warmup+1)
	return &Schedule{func(step int) float64 {
		if step < o.Warmup {
			return rate * float64(step+1) / float64(o.Warmup)
		}
		part := min(1, float64(step-o.Warmup)/float64(steps-o.Warmup))
		return rate + (o.Min-rate)*part
	}, text("Linear", "rate", rate, "steps", steps, "Warmup", o.Warmup, "Min", o.Min)}
}

// OneCycleOptions are the options of OneCycle. The zero value is PyTorch's
// default.
type OneCycleOptions struct {
	Rise   float64 // the part of the steps in which the rate grows; 0 means 0.3
	Start  float64 // the first rate is max/Start; 0 means 25
	End    float64 // the last rate is the first one divided by this; 0 means 10000
	Linear bool    // straight lines instead of half cosines
}

// OneCycle returns a schedule whose rate grows from a small one to max and
// falls to a very small one over so many steps, and stays there (Smith and
// Topin, Super-convergence: very fast training of neural networks using large
// learning rates, 2018). The same as PyTorch's OneCycleLR; momentum stays.
func OneCycle(max float64, steps int, opts ...OneCycleOptions) *Schedule {
	const fn = "optim.OneCycle"
	o := one(fn, opts)
	checkRate(fn, max)
	atLeast(fn, "steps", steps, 2)
	o.Rise, o.Start, o.End = orDefault(o.Rise, 0.3), orDefault(o.Start, 25), orDefault(o.End, 10000)
	checkRange(fn, "Rise", o.Rise, 0, 1)
	checkRange(fn, "Start", o.Start, 1, math.Inf(1))
	checkRange(fn, "End", o.End, 1, math.Inf(1))
	first := max / o.Start
	last := first / o.End
	peak := o.Rise*float64(steps) - 1
	return &Schedule{func(step int) float64 {
		from, to, part := max, last, (float64(step)-peak)/(float64(steps)-1-peak)
		if float64(step) <= peak {
			from, to, part = first, max, float64(step)/peak
		}
		part = math.Min(1, part)
		if o.Linear {
			return from + (to-from)*part
		}
		return to + (from-to)*(1+math.Cos(math.Pi*part))/2
	}, text("OneCycle", "max", max, "steps", steps, "Rise", o.Rise, "Start", o.Start, "End", o.End, "Linear", o.Linear)}
}

// Noam returns the schedule of the transformer's paper: the rate grows
// linearly over the warm-up and then falls with the root of the step (Vaswani
// et al., Attention is all you need, 2017). A factor may be given.
//
//	factor·features^(-1/2)·min((step+1)^(-1/2), (step+1)·warmup^(-3/2))
func Noam(features, warmup int, factor ...float64) *Schedule {
	const fn = "optim.Noam"
	atLeast(fn, "features", features, 1)
	atLeast(fn, "warmup", warmup, 1)
	f := 1.0
	if len(factor) > 0 {
		f = one(fn, factor)
	}
	checkRate(fn, f)
	return &Schedule{func(step int) float64 {
		t := float64(step + 1)
		return f / math.Sqrt(float64(features)) * math.Min(1/math.Sqrt(t), t*math.Pow(float64(warmup), -1.5))
	}, text("Noam", "features", features, "warmup", warmup, "factor", f)}
}

func atLeast(fn, arg string, n, least int) {
	if n < least {
		panic(&ops.ArgError{OpName: fn, Arg: arg, Got: n, Rule: fmt.Sprintf("must be at least %d", least)})
	}
}
