package ops

import (
	"fmt"
	"strings"
)

// Op is an operation on tensors. Built-in operations and those of plugins are
// the same; see [Register].
//
// The functions get tensors that they must not modify, and may return views
// of them. They return errors ([ShapeError], [DTypeError], [ArgError] without
// OpName) instead of panicking; what they call may panic with an [Error].
// They must be safe to call from several goroutines.
type Op struct {
	// Name is what Call takes: "conv2d"; of a plugin "owner.name".
	Name string
	// Doc is one paragraph: what the operation computes, and its attributes.
	Doc string
	// Inputs names the tensors, for errors. A name that ends in "?" may be
	// nil or left out at the end; a last name that ends in "..." stands for
	// any number. Empty means any number of tensors, none nil.
	Inputs []string
	// Infer checks types, shapes and attributes, and says what the outputs
	// will be. It allocates nothing large.
	Infer func(attrs Attrs, in []Spec) ([]Spec, error)
	// Forward computes the outputs that Infer described. It may be nil if
	// there is Compose.
	Forward func(c *Ctx, attrs Attrs, in []*Tensor) ([]*Tensor, error)
	// VJP gives, for each input, the cotangent: the derivative of a scalar
	// by the input, when cotangent holds its derivatives by the outputs (nil
	// for outputs that are not floating-point). nil in the result stands for
	// zero. It should be written in operations of this package: then it can
	// be differentiated again. An Op without VJP and Compose has no gradient.
	VJP func(c *Ctx, attrs Attrs, in, out, cotangent []*Tensor) ([]*Tensor, error)
	// Compose computes the outputs by other operations. It gives the
	// gradient where VJP is nil, and the outputs where Forward is nil. With
	// Forward it is the reference that opstest compares with.
	Compose func(attrs Attrs, in []*Tensor) ([]*Tensor, error)

	fn    string // the Go function's name for errors: "ops.Conv2D"
	owner string // the package that registered it; empty for our own
}

// Function is the Go function of an operation of this package: "ops.Conv2D".
// It is empty for operations that others have registered, which [Call] runs.
func (o Op) Function() string { return o.fn }

// Owner is the import path of the package that registered the operation,
// empty for operations of this package.
func (o Op) Owner() string { return o.owner }

// Spec is what Infer knows of a tensor.
type Spec struct {
	DType  DType
	Shape  Shape
	Absent bool // an optional input that was not given
}

// Ctx is what an operation knows of the call.
type Ctx struct {
	op    *Op
	needs []bool
}

// Needs reports whether the cotangent of input i is wanted; VJP may return
// nil for the others.
func (c *Ctx) Needs(i int) bool { return i < len(c.needs) && c.needs[i] }

// Attrs are the arguments of an operation that are not tensors, by name.
// Numbers may be of any Go type.
type Attrs map[string]any

// Int returns an integer attribute, or def if it is not set.
func (a Attrs) Int(name string, def int) (int, error) {
	v, ok := a[name]
	if !ok || v == nil {
		return def, nil
	}
	if n, ok := v.(int); ok {
		return n, nil
	}
	_, n, isInt, ok := goNumber(v)
	if !ok || !isInt {
		return 0, &ArgError{Arg: name, Got: v, Rule: "want an integer"}
	}
	return int(n), nil
}

// Float returns a floating-point attribute, or def if it is not set.
func (a Attrs) Float(name string, def float64) (float64, error) {
	v, ok := a[name]
	if !ok || v == nil {
		return def, nil
	}
	f, _, _, ok := goNumber(v)
	if !ok {
		return 0, &ArgError{Arg: name, Got: v, Rule: "want a number"}
	}
	return f, nil
}

// Bool returns a boolean attribute; false if it is not set.
func (a Attrs) Bool(name string) (bool, error) {
	v, ok := a[name]
	if !ok || v == nil {
		return false, nil
	}
	b, ok := v.(bool)
	if !ok {
		return false, &ArgError{Arg: name, Got: v, Rule: "want a bool"}
	}
	return b, nil
}

// String returns a text attribute, or def if it is not set or empty.
func (a Attrs) String(name, def string) (string, error) {
	v, ok := a[name]
	if !ok || v == nil {
		return def, nil
	}
	s, ok := v.(string)
	if !ok {
		return "", &ArgError{Arg: name, Got: v, Rule: "want a string"}
	}
	if s == "" {
		return def, nil
	}
	return s, nil
}

// Ints returns a list attribute; nil if it is not set. One integer is a list
// of one.
func (a Attrs) Ints(name string) ([]int, error) {
	v, ok := a[name]
	if !ok || v == nil {
		return nil, nil
	}
	switch l := v.(type) {
	case []int:
		return l, nil
	case Shape:
		return l, nil
	case Padding:
		return l, nil
	}
	if _, n, isInt, ok := goNumber(v); ok && isInt {
		return []int{int(n)}, nil
	}
	return nil, &ArgError{Arg: name, Got: v, Rule: "want a []int"}
}

// Only returns an error if an attribute is set that names does not list. Infer
// should call it first: a misspelt attribute would be ignored silently.
func (a Attrs) Only(names ...string) error { return a.only(names...) }

// Floats returns a list attribute; nil if it is not set. One number is a list
// of one.
func (a Attrs) Floats(name string) ([]float64, error) {
	v, ok := a[name]
	if !ok || v == nil {
		return nil, nil
	}
	switch l := v.(type) {
	case []float64:
		return l, nil
	case []float32:
		return floatsOf(l), nil
	case []int:
		return floatsOf(l), nil
	}
	if f, _, _, ok := goNumber(v); ok {
		return []float64{f}, nil
	}
	return nil, &ArgError{Arg: name, Got: v, Rule: "want a []float64"}
}

func floatsOf[T float32 | int](l []T) []float64 {
	out := make([]float64, len(l))
	for i, v := range l {
		out[i] = float64(v)
	}
	return out
}

// only returns an error if an attribute is set that names does not list: a
// misspelt one would be ignored silently.
func (a Attrs) only(names ...string) error {
	for k := range a {
		found := false
		for _, n := range names {
			found = found || n == k
		}
		if !found {
			rule := "is no attribute of this operation, which has none"
			if len(names) > 0 {
				rule = "is no attribute of this operation, which has " + strings.Join(names, ", ")
			}
			return &ArgError{Arg: "attribute " + k, Rule: rule}
		}
	}
	return nil
}

// arg is the name of input i in errors.
func (o *Op) arg(i int) string {
	switch {
	case i < len(o.Inputs):
		return strings.TrimSuffix(strings.TrimSuffix(o.Inputs[i], "?"), "...")
	case len(o.Inputs) > 0:
		return fmt.Sprintf("%s[%d]", o.arg(len(o.Inputs)-1), i-len(o.Inputs)+1)
	}
	return fmt.Sprintf("input %d", i)
}

// checkInputs compares the number of tensors with Inputs, and looks for nil.
func (o *Op) checkInputs(in []*Tensor) error {
	variadic := len(o.Inputs) == 0 || strings.HasSuffix(o.Inputs[len(o.Inputs)-1], "...")
	if !variadic && len(in) > len(o.Inputs) {
		return &ArgError{Arg: "the number of tensors", Got: len(in), Rule: fmt.Sprintf("want %d: %s", len(o.Inputs), strings.Join(o.Inputs, ", "))}
	}
	for i, name := range o.Inputs {
		if i >= len(in) && !strings.HasSuffix(name, "?") && !strings.HasSuffix(name, "...") {
			return &ArgError{Arg: "the number of tensors", Got: len(in), Rule: "want " + strings.Join(o.Inputs, ", ")}
		}
	}
	for i, t := range in {
		if t != nil {
			if t.data == nil {
				return &ArgError{Arg: o.arg(i), Got: "an empty ops.Tensor value", Rule: "tensors are made by ops.Zeros, ops.From and the like"}
			}
			continue
		}
		if i < len(o.Inputs) && strings.HasSuffix(o.Inputs[i], "?") {
			continue
		}
		return &ArgError{Arg: o.arg(i), Rule: "is nil, want a tensor"}
	}
	return nil
}

// title is the name in errors.
func (o *Op) title() string { return first(o.fn, o.Name) }

// internal makes an operation that serves gradients and is not registered.
func internal(fn string, op Op) *Op {
	op.fn = "ops." + fn
	return &op
}

// dtype returns an element type attribute.
func (a Attrs) dtype(name string) (DType, error) {
	d, ok := a[name].(DType)
	if !ok || d > Bool {
		return 0, &ArgError{Arg: name, Got: a[name], Rule: "want an element type such as ops.Float32"}
	}
	return d, nil
}
