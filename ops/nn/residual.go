package nn

import (
	"cahier/ops"
)

// ResidualLayer adds its input to what layers make of it.
type ResidualLayer struct {
	common
	Body     Layer `nn:",body"`
	Shortcut Layer `nn:",shortcut"` // what the input passes through; nil for nothing
}

// Residual returns a layer that computes x + body(x), where body keeps the
// shape of x (He et al., Deep residual learning for image recognition, 2016).
// Where it does not, a second layer makes the input fit: x is replaced by
// shortcut(x) in the sum.
func Residual(body Layer, shortcut ...Layer) *ResidualLayer {
	if body == nil {
		panic(&ops.ArgError{OpName: "nn.Residual", Arg: "body", Rule: "is nil, want a layer"})
	}
	l := &ResidualLayer{Body: body}
	switch len(shortcut) {
	case 0:
	case 1:
		l.Shortcut = shortcut[0]
	default:
		panic(&ops.ArgError{OpName: "nn.Residual", Arg: "shortcut", Got: len(shortcut), Rule: "want at most one layer"})
	}
	return l
}

// Forward returns body(x) + x, or body(x) + shortcut(x). It panics with an
// [ops.ShapeError] if the two do not have one shape.
func (l *ResidualLayer) Forward(x *ops.Tensor) *ops.Tensor {
	y, through := l.Body.Forward(x), x
	if l.Shortcut != nil {
		through = l.Shortcut.Forward(x)
	}
	if !y.Shape().Equal(through.Shape()) {
		panic(&ops.ShapeError{OpName: "nn.Residual", Arg: "the body's output", Got: y.Shape(), Want: through.Shape(), Rule: "must be the shape of what is added to it",
			Help: "a second layer makes the input fit: nn.Residual(body, nn.Conv2D(in, out, 1))"})
	}
	return y.Add(through)
}

// Parameters returns the tensors that are trained, see [Parameters].
func (l *ResidualLayer) Parameters() []*ops.Tensor { return Parameters(l) }

// String returns the layers within.
func (l *ResidualLayer) String() string {
	s := "Residual {\n  body: " + indent(layerText(l.Body)) + "\n"
	if l.Shortcut != nil {
		s += "  shortcut: " + indent(layerText(l.Shortcut)) + "\n"
	}
	return s + "}"
}

// FuncLayer is a function as a layer.
type FuncLayer struct {
	common
	Name string
	F    func(x *ops.Tensor) *ops.Tensor `nn:"-"`
}

// Func returns a layer that computes f, for what needs no weights: what f has
// captured is not seen as a part of the model. The name is what the layer
// prints.
//
//	nn.Func("crop", func(x *ops.Tensor) *ops.Tensor { return x.Slice(2, 1, -1) })
func Func(name string, f func(x *ops.Tensor) *ops.Tensor) *FuncLayer {
	if f == nil {
		panic(&ops.ArgError{OpName: "nn.Func", Arg: "f", Rule: "is nil, want a function"})
	}
	return &FuncLayer{Name: name, F: f}
}

// Forward returns f(x).
func (l *FuncLayer) Forward(x *ops.Tensor) *ops.Tensor { return l.note(l, x, l.F(x)) }

// String returns the function's name.
func (l *FuncLayer) String() string { return describe("Func", l.Name) }
