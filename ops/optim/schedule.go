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

// CosineOptions are the options of Cosine and CosineRestarts. The zero value
// falls to 0 without warm-up.
type CosineOptions struct {
	Warmup int     // first steps, in which the rate grows linearly from rate/Warmup
	Min    float64 // the rate at the end
	Factor int     // CosineRestarts: each fall takes so many times as long as the one before; 0 means 1
}

func (o CosineOptions) check(fn string, rate float64, steps int) {
	checkRate(fn, rate)
	checkRange(fn, "Min", o.Min, 0, math.Inf(1))
	atLeast(fn, "Warmup", o.Warmup, 0)
	atLeast(fn, "steps", steps, 1)
}

func (o CosineOptions) warm(rate float64, step int) float64 {
	return rate * float64(step+1) / float64(o.Warmup)
}

// Cosine returns a schedule whose rate falls along half a cosine from rate to
// Min over so many steps, a warm-up among them, and stays there (Loshchilov
// and Hutter, SGDR: stochastic gradient descent with warm restarts, 2017;
// warm-up: Goyal et al., Accurate, large minibatch SGD, 2017).
//
//	Min + (rate - Min)·(1 + cos(π·(step - Warmup)/(steps - Warmup)))/2
func Cosine(rate float64, steps int, opts ...CosineOptions) *Schedule {
	const fn = "optim.Cosine"
	o := one(fn, opts)
	o.check(fn, rate, steps)
	atLeast(fn, "steps", steps, o.Warmup+1)
	if o.Factor != 0 {
		panic(&ops.ArgError{OpName: fn, Arg: "Factor", Got: o.Factor, Rule: "is an option of CosineRestarts"})
	}
	return &Schedule{func(step int) float64 {
		if step < o.Warmup {
			return o.warm(rate, step)
		}
		return falling(rate, o.Min, min(1, float64(step-o.Warmup)/float64(steps-o.Warmup)))
	}, text("Cosine", "rate", rate, "steps", steps, "Warmup", o.Warmup, "Min", o.Min)}
}

// CosineRestarts returns a schedule whose rate falls as that of [Cosine] over
// the first so many steps behind the warm-up, and then begins anew at the full
// rate, again and again (Loshchilov and Hutter, SGDR: stochastic gradient
// descent with warm restarts, 2017).
func CosineRestarts(rate float64, first int, opts ...CosineOptions) *Schedule {
	const fn = "optim.CosineRestarts"
	o := one(fn, opts)
	o.check(fn, rate, first)
	if o.Factor == 0 {
		o.Factor = 1
	}
	atLeast(fn, "Factor", o.Factor, 1)
	return &Schedule{func(step int) float64 {
		if step < o.Warmup {
			return o.warm(rate, step)
		}
		at, length := step-o.Warmup, first
		if o.Factor == 1 {
			at %= length
		}
		for at >= length {
			at -= length
			length *= o.Factor
		}
		return falling(rate, o.Min, float64(at)/float64(length))
	}, text("CosineRestarts", "rate", rate, "first", first, "Warmup", o.Warmup, "Min", o.Min, "Factor", o.Factor-1)}
}

// falling is a part, 0 to 1, of the way from one rate to another along half a
// cosine.
func falling(from, to, part float64) float64 {
	return to + (from-to)*(1+math.Cos(math.Pi*part))/2
}

// LinearOptions are the options of Linear. The zero value is a straight line.
type LinearOptions struct {
	Power float64 // of what is left of the way: 2 is a parabola; 0 means 1
}

// Linear returns a schedule whose rate goes from one to another over so many
// steps, and stays there: as a warm-up, or as a decay to 0. See [Join].
//
//	to + (from - to)·(1 - step/steps)^Power
func Linear(from, to float64, steps int, opts ...LinearOptions) *Schedule {
	const fn = "optim.Linear"
	o := one(fn, opts)
	checkRate(fn, from)
	checkRate(fn, to)
	atLeast(fn, "steps", steps, 1)
	power := orDefault(o.Power, 1)
	if !(power > 0) {
		panic(&ops.ArgError{OpName: fn, Arg: "Power", Got: power, Rule: "must be positive"})
	}
	return &Schedule{func(step int) float64 {
		return to + (from-to)*math.Pow(1-min(1, float64(step)/float64(steps)), power)
	}, linearText(from, to, steps, o.Power)}
}

func linearText(from, to float64, steps int, power float64) string {
	if power == 0 {
		return fmt.Sprintf("Linear(%v, %v, %d)", from, to, steps)
	}
	return fmt.Sprintf("Linear(%v, %v, %d, Power=%v)", from, to, steps, power)
}

// Join returns a schedule that is the first one for so many steps, and behind
// them the second one from its own step 0.
//
//	optim.Join(optim.Linear(0, 1e-3, 100), 100, optim.Linear(1e-3, 0, 900))
func Join(first *Schedule, steps int, then *Schedule) *Schedule {
	const fn = "optim.Join"
	if first == nil || then == nil {
		panic(&ops.ArgError{OpName: fn, Arg: "schedules", Rule: "must not be nil"})
	}
	atLeast(fn, "steps", steps, 0)
	return &Schedule{func(step int) float64 {
		if step < steps {
			return first.At(step)
		}
		return then.At(step - steps)
	}, fmt.Sprintf("Join(%v, %d, %v)", first, steps, then)}
}

func atLeast(fn, arg string, n, least int) {
	if n < least {
		panic(&ops.ArgError{OpName: fn, Arg: arg, Got: n, Rule: fmt.Sprintf("must be at least %d", least)})
	}
}
