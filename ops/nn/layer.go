package nn

import (
	"fmt"

	"cahier/ops"
)

// Layer is what can stand in [Sequential]: anything that makes a tensor of a
// tensor. Types declared in cells are layers too if they have this method.
type Layer interface {
	Forward(x *ops.Tensor) *ops.Tensor
}

// common is what the layers of this package have beside their weights. It has
// no exported method: the interpreter cannot call those that are promoted from
// an unexported field.
type common struct {
	eval  bool // zero is training
	probe probe
}

// probe is told what a layer computed, while a model is being looked at.
type probe func(layer any, in, out *ops.Tensor)

// node is a layer of this package, for walks over a model.
type node interface {
	setEval(eval bool)
	setProbe(p probe)
	training() bool
}

func (c *common) setEval(eval bool) { c.eval = eval }
func (c *common) setProbe(p probe)  { c.probe = p }
func (c *common) training() bool    { return !c.eval }

// note tells the probe, if there is one, and returns y.
func (c *common) note(layer any, x, y *ops.Tensor) *ops.Tensor {
	if c.probe != nil {
		c.probe(layer, x, y)
	}
	return y
}

// one returns the only element of opts, or the zero value.
func one[T any](fn string, opts []T) T {
	switch len(opts) {
	case 0:
		var zero T
		return zero
	case 1:
		return opts[0]
	}
	panic(&ops.ArgError{OpName: fn, Arg: "options", Got: len(opts), Rule: "want at most one options value"})
}

// positive panics unless all sizes of a layer are at least 1. Names and sizes
// alternate.
func positive(fn string, sizes ...any) {
	for i := 0; i < len(sizes); i += 2 {
		if n := sizes[i+1].(int); n < 1 {
			panic(&ops.ArgError{OpName: fn, Arg: sizes[i].(string), Got: n, Rule: "must be positive"})
		}
	}
}

func probability(fn, arg string, p float64) {
	if !(p >= 0 && p < 1) {
		panic(&ops.ArgError{OpName: fn, Arg: arg, Got: p, Rule: "must be a probability from 0 up to, but not, 1"})
	}
}

func given(fn, arg string, x *ops.Tensor) {
	if x == nil {
		panic(&ops.ArgError{OpName: fn, Arg: arg, Rule: "is nil, want a tensor"})
	}
}

// describe is a layer's text: its name and what was given to its constructor,
// and options that are not the default, as pairs of name and value.
func describe(name string, sizes string, options ...any) string {
	s := name + "(" + sizes
	for i := 0; i < len(options); i += 2 {
		v := fmt.Sprint(options[i+1])
		if v == "" || v == "0" || v == "false" || v == "[]" || v == "<nil>" {
			continue
		}
		if s[len(s)-1] != '(' {
			s += ", "
		}
		s += options[i].(string)
		if v != "true" {
			s += "=" + v
		}
	}
	return s + ")"
}
