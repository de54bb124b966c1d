package nn

import (
	"fmt"
	"strings"

	"cahier/ops"
)

// Parameter is a tensor of a model with its name.
type Parameter struct {
	Name   string
	Value  *ops.Tensor
	Buffer bool // saved with the model, but not trained, as running statistics are
}

// ParameterList is the tensors of a model by name. It prints itself as a
// table.
type ParameterList []Parameter

// Parameters returns the tensors of a model that are trained, in the order of
// [Named]: what [optim.Adam] and others take. The model is a layer or a
// pointer to a struct with layers in it.
//
// It panics with an [ops.ArgError] if the model holds a tensor that does not
// say whether it is trained.
func Parameters(model any) []*ops.Tensor { return parameters("nn.Parameters", model) }

func parameters(fn string, model any) []*ops.Tensor {
	var ps []*ops.Tensor
	for _, p := range named(fn, model) {
		if !p.Buffer {
			ps = append(ps, p.Value)
		}
	}
	return ps
}

// Named returns the tensors of a model with their names: parameters, and the
// buffers that are saved with them. A tensor that is reached in two ways is
// listed once, under the first name.
//
// It panics with an [ops.ArgError] as [Parameters] does.
func Named(model any) ParameterList { return named("nn.Named", model) }

func named(fn string, model any) ParameterList {
	var list ParameterList
	seen := map[*ops.Tensor]bool{}
	w := walker{fn: fn, slot: func(s slot) {
		if !seen[s.value] {
			seen[s.value] = true
			list = append(list, Parameter{Name: s.name, Value: s.value, Buffer: s.buffer})
		}
	}}
	w.walk(model)
	return list
}

// Get returns the tensor of a name, or nil if there is none.
func (l ParameterList) Get(name string) *ops.Tensor {
	for _, p := range l {
		if p.Name == name {
			return p.Value
		}
	}
	return nil
}

// Where returns the trained tensors whose names are kept: for a group of an
// optimiser, say, see [optim.Optimizer.SetGroup].
//
//	nn.Named(model).Where(func(name string) bool { return strings.HasSuffix(name, "bias") })
func (l ParameterList) Where(keep func(name string) bool) []*ops.Tensor {
	var ps []*ops.Tensor
	for _, p := range l {
		if !p.Buffer && keep(p.Name) {
			ps = append(ps, p.Value)
		}
	}
	return ps
}

// Count returns the number of trained numbers.
func (l ParameterList) Count() int {
	n := 0
	for _, p := range l {
		if !p.Buffer {
			n += p.Value.Len()
		}
	}
	return n
}

// String returns one line for each tensor: name, type, shape and range.
func (l ParameterList) String() string {
	width := 0
	for _, p := range l {
		width = max(width, len(p.Name))
	}
	var b strings.Builder
	for _, p := range l {
		fmt.Fprintf(&b, "%-*s  %s", width, p.Name, p.Value.Summary())
		if p.Buffer {
			b.WriteString(" (buffer)")
		}
		b.WriteByte('\n')
	}
	fmt.Fprintf(&b, "%d parameters in %d tensors", l.Count(), len(l))
	return b.String()
}

// ValueAndGrad calls f, which computes a loss of one element with the model,
// and returns the loss and its derivatives by the model's parameters: one for
// each of [Parameters], in that order, of its shape and type, zero where the
// loss does not depend on it. See [ops.ValueAndGradOf] for how.
//
//	loss, grads := nn.ValueAndGrad(model, func() *ops.Tensor { return ops.MSE(model.Forward(x), y) })
//
// A model can be in one such call at a time. It panics with an [ops.GradError]
// if f's result is not one element or does not depend on the model, and with
// an [ops.ArgError] if the model has no parameters.
func ValueAndGrad(model any, f func() *ops.Tensor) (loss *ops.Tensor, grads []*ops.Tensor) {
	ps := parameters("nn.ValueAndGrad", model)
	if len(ps) == 0 {
		panic(&ops.ArgError{OpName: "nn.ValueAndGrad", Arg: "model", Rule: "has no parameters",
			Help: "layers are found in fields, slices and maps of a struct, not among what a function has captured"})
	}
	return ops.ValueAndGradOf(f, ps)
}

// Cast converts all floating-point tensors of a model to another element type,
// Float32 or Float64. They become other tensors: an optimiser is made behind
// it.
//
// It panics with an [ops.ArgError] if the model was passed by value and not as
// a pointer, and with an [ops.DTypeError] for another type.
func Cast(model any, d ops.DType) {
	const fn = "nn.Cast"
	if !d.IsFloat() {
		panic(&ops.DTypeError{OpName: fn, Arg: "the wanted type", Got: d, Want: []ops.DType{ops.Float32, ops.Float64}})
	}
	var slots []slot
	w := walker{fn: fn, slot: func(s slot) {
		if s.put == nil {
			panic(&ops.ArgError{OpName: fn, Arg: "model", Rule: "was passed as a copy, in which " + s.name + " cannot be replaced", Help: "pass a pointer: &model"})
		}
		slots = append(slots, s)
	}}
	w.walk(model)
	cast := map[*ops.Tensor]*ops.Tensor{}
	for _, s := range slots {
		if !s.value.DType().IsFloat() || s.value.DType() == d {
			continue
		}
		if cast[s.value] == nil {
			cast[s.value] = s.value.To(d)
		}
		s.put(cast[s.value])
	}
}
