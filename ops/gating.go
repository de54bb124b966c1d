package ops

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
)

// gating is how a recurrent operation makes gates and states of sums: by
// which activations, and within which bounds.
type gating struct {
	activations    map[string]*Op // by attribute
	clip, cellClip float64        // 0 is no bound
	coupled        bool
	plain          bool // as the loops on plain data compute it
}

// gatingNames are the attributes of gating, with what activations are if they
// are not set.
var gatingNames = map[string]string{"activation": "tanh", "gate_activation": "sigmoid", "cell_activation": "tanh", "state_activation": "tanh"}

// gatingOf reads the attributes, of which an operation has those named.
func gatingOf(attrs Attrs, names ...string) (gating, error) {
	g := gating{activations: map[string]*Op{}, plain: true}
	for _, name := range names {
		var err error
		switch name {
		case "clip":
			g.clip, err = boundOf(attrs, name)
		case "cell_clip":
			g.cellClip, err = boundOf(attrs, name)
		case "coupled":
			g.coupled, err = attrs.Bool(name)
		default:
			def := gatingNames[name]
			var given string
			if given, err = attrs.String(name, def); err == nil {
				g.activations[name], err = activationNamed(name, given)
			}
			g.plain = g.plain && given == def
		}
		if err != nil {
			return g, err
		}
	}
	g.plain = g.plain && g.clip == 0 && g.cellClip == 0 && !g.coupled
	return g, nil
}

// boundOf returns a positive attribute, 0 if it is not set.
func boundOf(attrs Attrs, name string) (float64, error) {
	v, err := attrs.Float(name, 0)
	if err == nil && !(v >= 0 && !math.IsInf(v, 1)) {
		err = &ArgError{Arg: name, Got: v, Rule: "must be a number that is not negative; 0 is no bound"}
	}
	return v, err
}

// check reports activations that do not make a state of a state.
func (g gating) check(state Spec) error {
	for _, name := range slices.Sorted(maps.Keys(g.activations)) {
		op := g.activations[name]
		if err := onOneTensor(op, state); err != nil {
			return &ArgError{Arg: name, Got: fmt.Sprintf("%q", op.Name), Rule: err.Error()}
		}
	}
	return nil
}

func onOneTensor(op *Op, x Spec) error {
	wanted := 0
	for _, name := range op.Inputs {
		if !strings.HasSuffix(name, "?") && !strings.HasSuffix(name, "...") {
			wanted++
		}
	}
	if wanted > 1 {
		return fmt.Errorf("takes %d tensors, want an operation on one", wanted)
	}
	out, err := op.Infer(nil, []Spec{x})
	if err != nil {
		return fmt.Errorf("cannot be applied to a state: %s", strings.TrimPrefix(err.Error(), "ops: "))
	}
	if len(out) != 1 || out[0].DType != x.DType || !out[0].Shape.Equal(x.Shape) {
		return fmt.Errorf("does not make one tensor of the same type and shape")
	}
	return nil
}

// apply applies an activation to a sum within the bound.
func (g gating) apply(name string, x *Tensor) *Tensor {
	return apply1(g.activations[name], nil, bounded(x, g.clip))
}

func bounded(x *Tensor, limit float64) *Tensor {
	if limit == 0 {
		return x
	}
	return Clamp(x, -limit, limit)
}

// activationNamed returns the operation of an argument's value.
func activationNamed(arg, name string) (*Op, error) {
	registry.mu.RLock()
	op := registry.byName[name]
	registry.mu.RUnlock()
	if op == nil {
		return nil, &ArgError{Arg: arg, Got: fmt.Sprintf("%q", name), Rule: "is no registered operation", Help: Near(name)}
	}
	return op, nil
}

// set puts an option that is not its zero value into attributes.
func (a Attrs) set(name string, v any) {
	if v != "" && v != 0.0 && v != false {
		a[name] = v
	}
}
