package nn

import (
	"fmt"
	"strings"

	"cahier/ops"
)

// LayerOutput is what one call of a layer computed.
type LayerOutput struct {
	Name   string // the way to the layer in the model: "body.0"
	Layer  string // the layer's text
	Input  *ops.Tensor
	Output *ops.Tensor

	layer        node
	multiplyAdds int
}

// LayerOutputs are the calls of layers in the order in which they ended. They
// print themselves as a table.
type LayerOutputs []LayerOutput

// Outputs calls f and returns what the layers of a model computed meanwhile:
// hidden representations by the names of their layers, to look into a model or
// to compare two of them. Layers that consist of others, as [Sequential], are
// not listed, the layers in them are; what a user's own type computes is
// listed where it passes through a layer.
//
//	hidden := nn.Outputs(model, func() { model.Forward(x) }).Get("3")
//
// While f runs, no other goroutine may use the model. It panics with an
// [ops.ArgError] as [Parameters] and [Train] do.
func Outputs(model any, f func()) LayerOutputs {
	const fn = "nn.Outputs"
	if f == nil {
		panic(&ops.ArgError{OpName: fn, Arg: "f", Rule: "is nil, want a function"})
	}
	return outputs(fn, model, f)
}

func outputs(fn string, model any, f func()) LayerOutputs {
	var list LayerOutputs
	var nodes []node
	w := walker{fn: fn, layer: func(name string, n node, copied bool) {
		if copied {
			panic(&ops.ArgError{OpName: fn, Arg: "model", Rule: "was passed as a copy, in which layer " + name + " cannot be watched", Help: "pass a pointer: &model"})
		}
		nodes = append(nodes, n)
		n.setProbe(func(layer any, in, out *ops.Tensor) {
			o := LayerOutput{Name: name, Layer: firstLine(layer), Input: in, Output: out, layer: n}
			if c, ok := layer.(interface {
				multiplyAdds(x, y *ops.Tensor) int
			}); ok {
				o.multiplyAdds = c.multiplyAdds(in, out)
			}
			list = append(list, o)
		})
	}}
	defer func() {
		for _, n := range nodes {
			n.setProbe(nil)
		}
	}()
	w.walk(model)
	f()
	return list
}

// Get returns the output of the last call of the layer of that name, or nil if
// it was not called.
func (l LayerOutputs) Get(name string) *ops.Tensor {
	for i := len(l) - 1; i >= 0; i-- {
		if l[i].Name == name {
			return l[i].Output
		}
	}
	return nil
}

// String returns one line for each call: name, layer, and the output's type,
// shape and range.
func (l LayerOutputs) String() string {
	rows := make([][]string, len(l))
	for i, o := range l {
		rows[i] = []string{o.Name, o.Layer, o.Output.Summary()}
	}
	return strings.TrimSuffix(table(rows, 0), "\n")
}

// table aligns columns: the first ones to the left, the last so many to the
// right.
func table(rows [][]string, right int) string {
	var width []int
	for _, r := range rows {
		for j, c := range r {
			if j == len(width) {
				width = append(width, 0)
			}
			width[j] = max(width[j], len([]rune(c)))
		}
	}
	var b strings.Builder
	for _, r := range rows {
		line := ""
		for j, c := range r {
			w := width[j] - len([]rune(c))
			if j > 0 {
				line += "  "
			}
			if j >= len(width)-right {
				line += strings.Repeat(" ", w) + c
			} else {
				line += c + strings.Repeat(" ", w)
			}
		}
		fmt.Fprintln(&b, strings.TrimRight(line, " "))
	}
	return b.String()
}
