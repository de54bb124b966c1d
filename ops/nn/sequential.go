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
		x = step("nn.Sequential", i, layer, x)
	}
	return x
}

// step applies one layer. A panic of one of our layers is amended with where
// it happened; those of other types pass, with the place where they arose.
func step(of string, i int, layer Layer, x *ops.Tensor) *ops.Tensor {
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
			amend(e, fmt.Sprintf("in layer %d of %s, %s", i, of, firstLine(layer)))
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
