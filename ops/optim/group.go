package optim

import (
	"fmt"
	"math"

	"cahier/ops"
)

// GroupOptions are the options of SetGroup. The zero value is what the other
// parameters have.
type GroupOptions struct {
	RateFactor  float64 // multiplies the learning rate, a scheduled one too; 0 means 1
	WeightDecay float64 // instead of the optimiser's, whatever its DecayRank; 0 leaves that
	NoDecay     bool    // there is no weight decay
	Frozen      bool    // the parameters stay as they are
}

// group is what differs for a parameter.
type group struct {
	GroupOptions
	set bool
}

// SetGroup gives some of the parameters a learning rate or a weight decay of
// their own, as layers do that were trained before (Howard and Ruder,
// Universal language model fine-tuning for text classification, 2018), and
// returns the optimiser. A parameter is in the group that it was put into
// last. Groups are no part of the state.
//
//	opt := optim.AdamW(model.Parameters(), 1e-3).
//		SetGroup(nn.Parameters(model.body), optim.GroupOptions{RateFactor: 0.1}).
//		SetGroup(nn.Named(model).Where(func(name string) bool { return strings.HasSuffix(name, "bias") }), optim.GroupOptions{NoDecay: true})
//
// The same as the groups of parameters in PyTorch, whose rate is ours times
// RateFactor.
//
// It panics with an [ops.ArgError] without parameters, for one that the
// optimiser does not have, for negative numbers, and for WeightDecay beside
// NoDecay.
func (o *Optimizer) SetGroup(params []*ops.Tensor, options GroupOptions) *Optimizer {
	const fn = "optim.Optimizer.SetGroup"
	checkParams(fn, params)
	checkRange(fn, "RateFactor", options.RateFactor, 0, math.Inf(1))
	checkRange(fn, "WeightDecay", options.WeightDecay, 0, math.Inf(1))
	if options.NoDecay && options.WeightDecay != 0 {
		panic(&ops.ArgError{OpName: fn, Arg: "WeightDecay", Got: options.WeightDecay, Rule: "is set beside NoDecay"})
	}
	options.RateFactor = orDefault(options.RateFactor, 1)
	places := map[*ops.Tensor]int{}
	for i, p := range o.params {
		places[p] = i
	}
	for i, p := range params {
		if _, ok := places[p]; !ok {
			panic(&ops.ArgError{OpName: fn, Arg: fmt.Sprintf("params[%d]", i), Rule: "is no parameter of the optimiser", Help: "nn.Cast makes other tensors of a model's: make the optimiser behind it"})
		}
	}
	if o.groups == nil {
		o.groups = make([]group, len(o.params))
	}
	for _, p := range params {
		o.groups[places[p]] = group{options, true}
	}
	return o
}

// groupOf is what differs for parameter i.
func (o *Optimizer) groupOf(i int) group {
	if o.groups == nil || !o.groups[i].set {
		return group{GroupOptions: GroupOptions{RateFactor: 1}}
	}
	return o.groups[i]
}

// decay is the weight decay of a parameter, for a rule with these options.
func (c call) decay(decay float64, atLeast int) float64 {
	switch {
	case c.group.NoDecay:
		return 0
	case c.group.WeightDecay != 0:
		return c.group.WeightDecay
	case c.rank < atLeast:
		return 0
	}
	return decay
}
