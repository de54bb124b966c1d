package nn

import (
	"fmt"
	"strings"

	"cahier/ops"
)

// ParallelLayer is layers side by side.
type ParallelLayer struct {
	common
	Axis   int     // the axis along which the outputs are joined
	Layers []Layer `nn:","`
}

// Parallel returns a model that gives its input to each layer and joins the
// outputs along an axis, the channels (1) as a rule, as the blocks of
// GoogLeNet do (Szegedy et al., Going deeper with convolutions, 2015); see
// [ops.Concat]. Names of parameters begin with the layer's index: "0.weight".
//
// It panics with an [ops.ArgError] without layers, and for one that is nil.
func Parallel(axis int, layers ...Layer) *ParallelLayer {
	if len(layers) == 0 {
		panic(&ops.ArgError{OpName: "nn.Parallel", Arg: "layers", Rule: "is empty, want at least one"})
	}
	for i, l := range layers {
		if l == nil {
			panic(&ops.ArgError{OpName: "nn.Parallel", Arg: fmt.Sprintf("layer %d", i), Rule: "is nil, want a layer"})
		}
	}
	return &ParallelLayer{Axis: axis, Layers: layers}
}

// Forward joins what the layers make of x. An error of a layer names it. It
// panics with an [ops.ShapeError] if the outputs differ on another axis.
func (l *ParallelLayer) Forward(x *ops.Tensor) *ops.Tensor {
	outs := make([]*ops.Tensor, len(l.Layers))
	for i, layer := range l.Layers {
		outs[i] = step("nn.Parallel", i, layer, x)
	}
	return ops.Concat(outs, l.Axis)
}

// Parameters returns the tensors that are trained, see [Parameters].
func (l *ParallelLayer) Parameters() []*ops.Tensor { return Parameters(l) }

// String returns the layers, one a line.
func (l *ParallelLayer) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "Parallel along axis %d {\n", l.Axis)
	for i, layer := range l.Layers {
		fmt.Fprintf(&b, "  %d: %s\n", i, indent(layerText(layer)))
	}
	b.WriteString("}")
	return b.String()
}
