package nn

import (
	"errors"
	"fmt"
	"strings"

	"cahier/ops"
)

// SequentialLayer is layers one behind the other.
type SequentialLayer struct {
	common
	Layers []Layer `nn:","`
}

// Sequential returns a model that gives its input to the first layer, the
// output of each layer to the next one, and returns that of the last. Names
// of parameters begin with the layer's index: "0.weight".
func Sequential(layers ...Layer) *SequentialLayer {
	for i, l := range layers {
		if l == nil {
			panic(&ops.ArgError{OpName: "nn.Sequential", Arg: fmt.Sprintf("layer %d", i), Rule: "is nil, want a layer"})
		}
	}
	return &SequentialLayer{Layers: layers}
}

// Forward applies the layers in order. An error of a layer names it.
func (l *SequentialLayer) Forward(x *ops.Tensor) *ops.Tensor {
	for i, layer := range l.Layers {
		x = l.step(i, layer, x)
	}
	return x
}

// step applies one layer. A panic of one of our layers is amended with where
// it happened; those of other types pass, with the place where they arose.
func (l *SequentialLayer) step(i int, layer Layer, x *ops.Tensor) *ops.Tensor {
	if _, ours := layer.(node); !ours {
		return layer.Forward(x)
	}
	done := false
	defer func() {
		if done {
			return
		}
		r := recover()
		if e, ok := r.(ops.Error); ok {
			amend(e, fmt.Sprintf("in layer %d of nn.Sequential, %s", i, firstLine(layer)))
		}
		panic(r)
	}()
	x = layer.Forward(x)
	done = true
	return x
}

// amend adds where an error happened to its hint. The innermost place stands
// first.
func amend(e ops.Error, where string) {
	add := func(help *string) { *help = strings.TrimPrefix(*help+"; "+where, "; ") }
	var (
		shape *ops.ShapeError
		dtype *ops.DTypeError
		arg   *ops.ArgError
		grad  *ops.GradError
	)
	switch {
	case errors.As(e, &shape):
		add(&shape.Help)
	case errors.As(e, &dtype):
		add(&dtype.Help)
	case errors.As(e, &arg):
		add(&arg.Help)
	case errors.As(e, &grad):
		add(&grad.Help)
	}
}

func firstLine(v any) string {
	s, _, _ := strings.Cut(fmt.Sprint(v), "\n")
	return strings.TrimSuffix(s, " {")
}

// Parameters returns the tensors that are trained, see [Parameters].
func (l *SequentialLayer) Parameters() []*ops.Tensor { return Parameters(l) }

// String returns the layers, one a line.
func (l *SequentialLayer) String() string {
	var b strings.Builder
	b.WriteString("Sequential {\n")
	for i, layer := range l.Layers {
		fmt.Fprintf(&b, "  %d: %s\n", i, indent(layerText(layer)))
	}
	b.WriteString("}")
	return b.String()
}

func indent(s string) string { return strings.ReplaceAll(s, "\n", "\n  ") }

// layerText is a layer's own text, or the name of its type: the text of a
// struct with weights in it would be its numbers.
func layerText(l Layer) string {
	if s, ok := l.(fmt.Stringer); ok {
		return s.String()
	}
	name := fmt.Sprintf("%T", l)
	if strings.Contains(name, "own.w_") || strings.HasPrefix(name, "*struct") {
		return "a type of a cell"
	}
	return strings.TrimPrefix(name, "*")
}

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
