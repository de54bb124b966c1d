package optim

import (
	"fmt"
	"slices"

	"cahier/ops"
)

// Average is an exponential moving average of parameters, which often
// generalises better than the parameters themselves (Polyak and Juditsky,
// Acceleration of stochastic approximation by averaging, 1992).
type Average struct {
	params  []*ops.Tensor
	values  []*ops.Tensor
	decay   float64
	updates int
	swapped bool
}

// EMA returns a moving average of parameters, which begins as they are:
// a ← decay·a + (1 - decay)·p by each Update. decay is from 0 up to 1.
//
// It panics with an [ops.ArgError] or [ops.DTypeError] if parameters or decay
// are not usable.
func EMA(params []*ops.Tensor, decay float64) *Average {
	const fn = "optim.EMA"
	checkParams(fn, params)
	checkRange(fn, "decay", decay, 0, 1)
	a := &Average{params: slices.Clone(params), decay: decay}
	for _, p := range params {
		a.values = append(a.values, p.Clone())
	}
	return a
}

// Update takes the parameters as they are now into the average. It panics with
// an [ops.ArgError] while the two are exchanged by Swap.
func (a *Average) Update() {
	if a.swapped {
		panic(&ops.ArgError{OpName: "optim.Average.Update", Arg: "the average", Rule: "is exchanged with the parameters", Help: "call Swap again before training goes on"})
	}
	for i, p := range a.params {
		a.values[i] = a.values[i].Mul(a.decay).Add(p.Mul(1 - a.decay))
	}
	a.updates++
}

// Swap exchanges the average and the parameters: a model is evaluated with its
// averaged parameters between two calls.
func (a *Average) Swap() {
	for i, p := range a.params {
		old := p.Clone()
		p.Assign(a.values[i])
		a.values[i] = old
	}
	a.swapped = !a.swapped
}

// Values returns the averages, one for each parameter; the parameters, while
// the two are exchanged.
func (a *Average) Values() []*ops.Tensor { return slices.Clone(a.values) }

// String describes the average.
func (a *Average) String() string {
	s := fmt.Sprintf("EMA(decay=%v) of %d tensors after %d updates", a.decay, len(a.params), a.updates)
	if a.swapped {
		s += ", exchanged with the parameters"
	}
	return s
}
