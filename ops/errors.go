package ops

import (
	"errors"
	"fmt"
	"strings"
)

// Error is what misuse of an operation panics with. It is implemented by
// [*ShapeError], [*DTypeError], [*ArgError] and [*GradError].
//
// Error returns one line, lower case, that names the operation, the argument,
// what was given and what was wanted, and behind it the hint as a second line
// if there is one.
type Error interface {
	error
	// Op is the name of the function that was called: "ops.Conv2D", or the
	// registered name of an operation of someone else.
	Op() string
	// Hint says what to do, or is empty.
	Hint() string
	named(op string)
}

// ShapeError says that a tensor has the wrong shape.
type ShapeError struct {
	OpName string
	Arg    string   // the argument with the wrong shape
	Got    Shape    // its shape
	Want   Shape    // the shape that was wanted; -1 is any size
	Axes   []string // names of Want's axes, shown where Want has -1; may be nil
	Rule   string   // which rule is broken, with the numbers in it
	Help   string   // what Hint returns

	// Other names the tensor that the rule compares with, and OtherShape is its
	// shape. Infer may leave them out: where Arg is not the first tensor of an
	// operation, they are of the first one.
	Other      string
	OtherShape Shape
}

// DTypeError says that a tensor has the wrong element type.
type DTypeError struct {
	OpName string
	Arg    string
	Got    DType
	Want   []DType // any of these
	Rule   string  // why; may be empty
	Help   string
}

// ArgError says that an argument that is not a tensor, or the number of
// tensors, is wrong.
type ArgError struct {
	OpName string
	Arg    string
	Got    any
	Rule   string
	Help   string
}

// GradError says that a gradient cannot be had: an operation without one, a
// loss that is not a scalar, a tensor of a call to Grad that has ended.
type GradError struct {
	OpName string
	Why    string
	Help   string
}

// Op returns the name of the function that was called.
func (e *ShapeError) Op() string { return e.OpName }

// Op returns the name of the function that was called.
func (e *DTypeError) Op() string { return e.OpName }

// Op returns the name of the function that was called.
func (e *ArgError) Op() string { return e.OpName }

// Op returns the name of the function that was called.
func (e *GradError) Op() string { return e.OpName }

// Hint says what to do, or is empty.
func (e *ShapeError) Hint() string { return e.Help }

// Hint says what to do, or is empty.
func (e *DTypeError) Hint() string { return e.Help }

// Hint says what to do, or is empty.
func (e *ArgError) Hint() string { return e.Help }

// Hint says what to do, or is empty.
func (e *GradError) Hint() string { return e.Help }

// Error returns the line and the hint.
func (e *ShapeError) Error() string {
	s := prefix(e.OpName) + e.Arg + " has shape " + e.Got.String()
	if e.Want != nil {
		s += ", want " + e.WantString()
	}
	return finish(s, e.Rule, e.Help)
}

// WantString returns the wanted shape with the names of its free axes:
// "[out 3 kh kw]".
func (e *ShapeError) WantString() string {
	return "[" + strings.Join(e.wanted(), " ") + "]"
}

// Error returns the line and the hint.
func (e *DTypeError) Error() string {
	s := prefix(e.OpName) + e.Arg + " is " + e.Got.String()
	if len(e.Want) > 0 {
		names := make([]string, len(e.Want))
		for i, d := range e.Want {
			names[i] = d.String()
		}
		s += ", want " + strings.Join(names, " or ")
	}
	return finish(s, e.Rule, e.Help)
}

// Error returns the line and the hint.
func (e *ArgError) Error() string {
	s := prefix(e.OpName) + e.Arg
	if e.Got != nil {
		s += fmt.Sprintf(" is %v", e.Got)
	} else if startsWithVerb(e.Rule) {
		return finish(s+" "+e.Rule, "", e.Help)
	}
	return finish(s, e.Rule, e.Help)
}

// Error returns the line and the hint.
func (e *GradError) Error() string {
	return finish(prefix(e.OpName)+e.Why, "", e.Help)
}

func prefix(op string) string {
	if op == "" {
		return "ops: "
	}
	return op + ": "
}

func finish(line, rule, hint string) string {
	if rule != "" {
		line += ": " + rule
	}
	if hint != "" {
		line += "\n" + hint
	}
	return line
}

func (e *ShapeError) named(op string) { e.OpName = first(e.OpName, op) }
func (e *DTypeError) named(op string) { e.OpName = first(e.OpName, op) }
func (e *ArgError) named(op string)   { e.OpName = first(e.OpName, op) }
func (e *GradError) named(op string)  { e.OpName = first(e.OpName, op) }

func first(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// fail panics with err as an [Error] of the operation op. An error of another
// type becomes an ArgError that carries its text.
func fail(op string, err error) {
	var e Error
	if !errors.As(err, &e) {
		e = &ArgError{Arg: "the call failed", Rule: err.Error()}
	}
	e.named(op)
	panic(e)
}

// given panics unless x is a tensor, for functions that look at it before an
// operation does.
func given(op string, x *Tensor) { givenAs(op, "x", x) }

// givenAs is given for an argument of another name.
func givenAs(op, arg string, x *Tensor) {
	if x == nil {
		fail(op, &ArgError{Arg: arg, Rule: "is nil, want a tensor"})
	}
}

// Try calls f and returns the [Error] that it panics with, or nil. Any other
// panic passes through.
//
//	err := ops.Try(func() { ops.MatMul(a, b) })
func Try(f func()) (err error) {
	defer func() {
		switch r := recover().(type) {
		case nil:
		case Error:
			err = r
		default:
			panic(r)
		}
	}()
	f()
	return nil
}

// wantDType returns an error unless got is one of want.
func wantDType(arg string, got DType, want ...DType) error {
	for _, d := range want {
		if d == got {
			return nil
		}
	}
	return &DTypeError{Arg: arg, Got: got, Want: want, Help: arg + ".To(ops." + want[0].String() + ") converts"}
}

// wantFloat returns an error unless got is a floating-point type.
func wantFloat(arg string, got DType) error { return wantDType(arg, got, Float32, Float64) }

// wantSame returns an error unless both arguments have the same element type.
func wantSame(argA string, a DType, argB string, b DType) error {
	if a == b {
		return nil
	}
	return &DTypeError{Arg: argB, Got: b, Want: []DType{a},
		Rule: "both tensors must have one type, and " + argA + " is " + a.String(),
		Help: argB + ".To(ops." + a.String() + ") converts"}
}

// startsWithVerb reports whether a rule reads on behind the argument's name.
func startsWithVerb(rule string) bool {
	verb, _, _ := strings.Cut(rule, " ")
	return verb == "is" || verb == "has" || verb == "holds"
}
