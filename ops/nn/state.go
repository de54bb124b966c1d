package nn

import (
	"fmt"
	"sort"
	"strings"

	"cahier/ops"
)

// State returns copies of all tensors of a model by name, parameters and
// buffers: what is saved, and what [LoadState] takes.
//
// It panics with an [ops.ArgError] as [Parameters] does, and if two tensors
// have one name.
func State(model any) map[string]*ops.Tensor {
	state := map[string]*ops.Tensor{}
	for _, p := range stateOf("nn.State", model) {
		state[p.Name] = p.Value.Clone()
	}
	return state
}

// stateOf is named with names that are sure to differ.
func stateOf(fn string, model any) ParameterList {
	list := named(fn, model)
	seen := map[string]bool{}
	for _, p := range list {
		if seen[p.Name] {
			panic(&ops.ArgError{OpName: fn, Arg: "model", Rule: fmt.Sprintf("has two tensors with the name %q", p.Name), Help: "a tag `nn:\",name\"` gives a field another name"})
		}
		seen[p.Name] = true
	}
	return list
}

// StateError says why a state does not fit a model. Nothing has been loaded.
type StateError struct {
	Missing    []string // names that the model has and the state has not
	Unexpected []string // names that the state has and the model has not
	Wrong      []string // tensors of another shape or type, with both
}

// Error lists what does not fit.
func (e *StateError) Error() string {
	var parts []string
	for _, p := range []struct {
		what  string
		names []string
	}{{"missing", e.Missing}, {"unexpected", e.Unexpected}, {"of another shape or type", e.Wrong}} {
		if len(p.names) > 0 {
			shown := p.names
			more := ""
			if len(shown) > 8 {
				shown, more = shown[:8], fmt.Sprintf(" and %d more", len(p.names)-8)
			}
			parts = append(parts, fmt.Sprintf("%d %s: %s%s", len(p.names), p.what, strings.Join(shown, ", "), more))
		}
	}
	return "nn.LoadState: the state does not fit the model: " + strings.Join(parts, "; ")
}

// LoadState gives the tensors of a model the values of a state, which [State]
// has made of a model of the same structure. The tensors stay the same ones,
// so that optimisers go on with them; later changes do not reach the state.
//
// Names, shapes and element types must all fit: otherwise the error is a
// [*StateError] that lists what does not, and nothing is loaded. To load a
// part of a model, give that part: LoadState(model.body, state).
//
// It panics with an [ops.ArgError] as [State] does.
func LoadState(model any, state map[string]*ops.Tensor) error {
	list := stateOf("nn.LoadState", model)
	e := &StateError{}
	known := map[string]bool{}
	for _, p := range list {
		known[p.Name] = true
		t := state[p.Name]
		switch {
		case t == nil:
			e.Missing = append(e.Missing, p.Name)
		case t.DType() != p.Value.DType() || !t.Shape().Equal(p.Value.Shape()):
			e.Wrong = append(e.Wrong, fmt.Sprintf("%s is %v %v, want %v %v", p.Name, t.DType(), t.Shape(), p.Value.DType(), p.Value.Shape()))
		}
	}
	for name := range state {
		if !known[name] {
			e.Unexpected = append(e.Unexpected, name)
		}
	}
	if len(e.Missing)+len(e.Unexpected)+len(e.Wrong) > 0 {
		sort.Strings(e.Unexpected)
		return e
	}
	for _, p := range list {
		p.Value.Assign(state[p.Name].Clone())
	}
	return nil
}
