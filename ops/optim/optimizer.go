package optim

import (
	"fmt"
	"slices"
	"sort"
	"strings"

	"cahier/ops"
	"cahier/ops/internal/cpu"
)

// Optimizer changes parameters along their gradients by one of the rules of
// this package: [SGD], [Adam], [AdamW], [RMSProp], [Adagrad]. It keeps what
// the rule remembers of earlier steps.
//
// It is not for use from several goroutines.
type Optimizer struct {
	rule     rule
	params   []*ops.Tensor
	rate     float64
	schedule *Schedule
	steps    int
	memory   []memory
	groups   []group // of the parameters; nil if none is in one
}

// rule is what makes one optimiser another.
type rule interface {
	fmt.Stringer
	slots() []string // what is remembered for each element
	step32(c call, p, g []float32, s [][]float32)
	step64(c call, p, g []float64, s [][]float64)
}

// call is what a rule is told of a step.
type call struct {
	rate  float64
	count int // steps of this parameter, from 1
	rank  int // axes of the parameter
	group group

	product float64 // what a rule with factor made of all steps so far, this one included
}

// factored is a rule that multiplies a factor of each step: NAdam.
type factored interface{ factor(count int) float64 }

// memory is what is remembered of one parameter: for each slot one number an
// element, in its element type.
type memory struct {
	count   int
	product float64 // of the rule's factors, if it has them
	f32     [][]float32
	f64     [][]float64
}

// newOptimizer checks parameters and rate.
func newOptimizer(fn string, params []*ops.Tensor, rate float64, r rule) *Optimizer {
	checkParams(fn, params)
	checkRate(fn, rate)
	o := &Optimizer{rule: r, params: slices.Clone(params), rate: rate, memory: make([]memory, len(params))}
	for i, p := range o.params {
		o.memory[i].product = 1
		for range r.slots() {
			if p.DType() == ops.Float32 {
				o.memory[i].f32 = append(o.memory[i].f32, make([]float32, p.Len()))
			} else {
				o.memory[i].f64 = append(o.memory[i].f64, make([]float64, p.Len()))
			}
		}
	}
	return o
}

func checkParams(fn string, params []*ops.Tensor) {
	if len(params) == 0 {
		panic(&ops.ArgError{OpName: fn, Arg: "params", Rule: "is empty, want the tensors to optimise", Help: "nn.Parameters(model) lists those of a model"})
	}
	seen := map[*ops.Tensor]int{}
	for i, p := range params {
		arg := fmt.Sprintf("params[%d]", i)
		if p == nil {
			panic(&ops.ArgError{OpName: fn, Arg: arg, Rule: "is nil, want a tensor"})
		}
		if !p.DType().IsFloat() {
			panic(&ops.DTypeError{OpName: fn, Arg: arg, Got: p.DType(), Want: []ops.DType{ops.Float32, ops.Float64}})
		}
		if j, ok := seen[p]; ok {
			panic(&ops.ArgError{OpName: fn, Arg: arg, Rule: fmt.Sprintf("is the same tensor as params[%d]", j)})
		}
		seen[p] = i
	}
}

func checkRate(fn string, rate float64) {
	if !(rate >= 0) || rate > maxFloat {
		panic(&ops.ArgError{OpName: fn, Arg: "rate", Got: rate, Rule: "must be a number that is not negative"})
	}
}

// Step changes the parameters by one step against their gradients, one for
// each in the order of the parameters; a parameter whose gradient is nil stays
// as it is. With a schedule, the rate is first set to that of this step.
//
// It panics with an [ops.ArgError], [ops.ShapeError] or [ops.DTypeError] if
// the gradients do not fit, before anything is changed.
func (o *Optimizer) Step(grads []*ops.Tensor) {
	const fn = "optim.Optimizer.Step"
	checkGrads(fn, o.params, grads)
	if o.schedule != nil {
		o.SetRate(o.schedule.At(o.steps))
	}
	for i, p := range o.params {
		g, own := grads[i], o.groupOf(i)
		if g == nil || own.Frozen {
			continue
		}
		m := &o.memory[i]
		m.count++
		if f, ok := o.rule.(factored); ok {
			m.product *= f.factor(m.count)
		}
		c := call{group: own, rate: o.rate * own.RateFactor, count: m.count, rank: p.Rank(), product: m.product}
		shape := p.Shape()
		if p.DType() == ops.Float32 {
			next := p.Float32s()
			each(next, g.Float32s(), m.f32, func(p, g []float32, s [][]float32) { o.rule.step32(c, p, g, s) })
			p.Assign(ops.Wrap32(next, shape...))
		} else {
			next := p.Float64s()
			each(next, g.Float64s(), m.f64, func(p, g []float64, s [][]float64) { o.rule.step64(c, p, g, s) })
			p.Assign(ops.Wrap64(next, shape...))
		}
	}
	o.steps++
}

// each calls f on parts of a parameter from several goroutines.
func each[T float32 | float64](p, g []T, s [][]T, f func(p, g []T, s [][]T)) {
	cpu.Parallel(len(p), cpu.GrainFor(8), func(lo, hi int) {
		part := make([][]T, len(s))
		for i := range s {
			part[i] = s[i][lo:hi]
		}
		f(p[lo:hi], g[lo:hi], part)
	})
}

func checkGrads(fn string, params, grads []*ops.Tensor) {
	if len(grads) != len(params) {
		panic(&ops.ArgError{OpName: fn, Arg: "grads", Got: len(grads), Rule: fmt.Sprintf("want one for each of %d parameters", len(params))})
	}
	for i, g := range grads {
		if g == nil {
			continue
		}
		arg, p := fmt.Sprintf("grads[%d]", i), params[i]
		if !g.Shape().Equal(p.Shape()) {
			panic(&ops.ShapeError{OpName: fn, Arg: arg, Got: g.Shape(), Want: p.Shape(), Rule: "must be the shape of the parameter", Help: "gradients come in the order of the parameters that the optimiser was made with"})
		}
		if g.DType() != p.DType() {
			panic(&ops.DTypeError{OpName: fn, Arg: arg, Got: g.DType(), Want: []ops.DType{p.DType()}, Rule: "must have the type of the parameter"})
		}
	}
}

// Rate returns the learning rate of the last step, or that of the first one
// before it.
func (o *Optimizer) Rate() float64 { return o.rate }

// SetRate sets the learning rate of the steps to come. With a schedule, the
// next step sets it again. It panics with an [ops.ArgError] for a negative
// rate.
func (o *Optimizer) SetRate(rate float64) {
	checkRate("optim.Optimizer.SetRate", rate)
	o.rate = rate
}

// SetSchedule makes the learning rate follow a schedule, from the number of
// steps that were made so far; nil leaves the rate as it is. It returns the
// optimiser.
func (o *Optimizer) SetSchedule(s *Schedule) *Optimizer {
	o.schedule = s
	if s != nil {
		o.SetRate(s.At(o.steps))
	}
	return o
}

// Steps returns the number of steps that were made.
func (o *Optimizer) Steps() int { return o.steps }

// Parameters returns the parameters in the order in which Step wants their
// gradients.
func (o *Optimizer) Parameters() []*ops.Tensor { return slices.Clone(o.params) }

// String describes the optimiser.
func (o *Optimizer) String() string {
	n := 0
	for _, p := range o.params {
		n += p.Len()
	}
	s := fmt.Sprintf("%v, rate %.4g, step %d, %d parameters in %d tensors", o.rule, o.rate, o.steps, n, len(o.params))
	if o.schedule != nil {
		s += ", " + o.schedule.String()
	}
	own := 0
	for _, g := range o.groups {
		if g.set {
			own++
		}
	}
	if own > 0 {
		s += fmt.Sprintf(", %d in groups of their own", own)
	}
	return s
}

// State returns what the optimiser remembers, as copies, to be saved with the
// model: for each parameter i and slot of the rule a tensor "i.slot", its
// numbers of steps "counts" (Int64), "steps" and "rate".
func (o *Optimizer) State() map[string]*ops.Tensor {
	counts := make([]int64, len(o.params))
	state := map[string]*ops.Tensor{"steps": ops.WrapInt64([]int64{int64(o.steps)}, 1), "rate": ops.Wrap64([]float64{o.rate}, 1)}
	for i, m := range o.memory {
		counts[i] = int64(m.count)
		for j, slot := range o.rule.slots() {
			shape := o.params[i].Shape()
			if m.f32 != nil {
				state[fmt.Sprintf("%d.%s", i, slot)] = ops.Wrap32(slices.Clone(m.f32[j]), shape...)
			} else {
				state[fmt.Sprintf("%d.%s", i, slot)] = ops.Wrap64(slices.Clone(m.f64[j]), shape...)
			}
		}
	}
	state["counts"] = ops.WrapInt64(counts, len(counts))
	return state
}

// LoadState makes the optimiser go on from a state of another one, of the same
// rule on parameters of the same shapes. Otherwise the error says what does
// not fit, and nothing is loaded. A schedule is not part of the state.
func (o *Optimizer) LoadState(state map[string]*ops.Tensor) error {
	var wrong []string
	known := map[string]bool{}
	want := func(name string, d ops.DType, shape ops.Shape) *ops.Tensor {
		known[name] = true
		t := state[name]
		switch {
		case t == nil:
			wrong = append(wrong, name+" is missing")
		case t.DType() != d || !t.Shape().Equal(shape):
			wrong = append(wrong, fmt.Sprintf("%s is %v %v, want %v %v", name, t.DType(), t.Shape(), d, shape))
		}
		return t
	}
	steps := want("steps", ops.Int64, ops.Shape{1})
	rate := want("rate", ops.Float64, ops.Shape{1})
	counts := want("counts", ops.Int64, ops.Shape{len(o.params)})
	slots := o.rule.slots()
	kept := make([][]*ops.Tensor, len(o.params))
	for i, p := range o.params {
		for _, slot := range slots {
			kept[i] = append(kept[i], want(fmt.Sprintf("%d.%s", i, slot), p.DType(), p.Shape()))
		}
	}
	var unexpected []string
	for name := range state {
		if !known[name] {
			unexpected = append(unexpected, name+" is unexpected")
		}
	}
	sort.Strings(unexpected)
	wrong = append(wrong, unexpected...)
	if len(wrong) == 0 {
		if r := rate.Item(); !(r >= 0) || r > maxFloat {
			wrong = append(wrong, fmt.Sprintf("rate is %v", r))
		}
		for _, n := range append(counts.Ints(), steps.Ints()...) {
			if n < 0 {
				wrong = append(wrong, fmt.Sprintf("a number of steps is %d", n))
			}
		}
	}
	if len(wrong) > 0 {
		more := ""
		if len(wrong) > 8 {
			more = fmt.Sprintf("; and %d more", len(wrong)-8)
			wrong = wrong[:8]
		}
		return fmt.Errorf("optim.Optimizer.LoadState: the state does not fit %v: %s%s", o.rule, strings.Join(wrong, "; "), more)
	}
	o.steps, o.rate = int(steps.Item()), rate.Item()
	for i, n := range counts.Ints() {
		m := &o.memory[i]
		m.count, m.product = n, 1
		if f, ok := o.rule.(factored); ok {
			// A function of the count, and not worth saving.
			for step := 1; step <= n && m.product != 0; step++ {
				m.product *= f.factor(step)
			}
		}
		for j := range slots {
			if m.f32 != nil {
				m.f32[j] = kept[i][j].Float32s()
			} else {
				m.f64[j] = kept[i][j].Float64s()
			}
		}
	}
	return nil
}
