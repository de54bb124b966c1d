package optim

import "math"

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
		return falling(from, to, part)
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
