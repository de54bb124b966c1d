package nn

import (
	"fmt"
	"strconv"

	"cahier/ops"
)

// SummaryRow is one call of a layer.
type SummaryRow struct {
	Name         string
	Layer        string
	Output       ops.Shape
	Parameters   int // trained numbers that no row above has
	MultiplyAdds int // of the layer's products; other work is not counted
}

// SummaryTable says what a model consists of. It prints itself.
type SummaryTable struct {
	Input        ops.Shape
	Rows         []SummaryRow
	Parameters   int // trained numbers of the whole model
	Buffers      int // numbers that are saved, but not trained
	MultiplyAdds int
	Bytes        int // of parameters and buffers
}

// Summary runs a model once on zeros of the given shape, a batch first, and
// returns a table of its layers: output shapes, numbers of parameters and
// multiply-adds. It runs in evaluation, so that nothing changes. A model whose
// first layer with weights is [Embedding] gets ids, Int64.
//
//	nn.Summary(model, 1, 3, 32, 32)
//
// It panics as the model does if the shape does not fit. For models with other
// inputs there is [SummaryOf].
func Summary(model Layer, inputShape ...int) *SummaryTable {
	const fn = "nn.Summary"
	if len(inputShape) == 0 {
		panic(&ops.ArgError{OpName: fn, Arg: "inputShape", Rule: "is empty, want the shape of the input with a batch: 1, 3, 32, 32"})
	}
	x := ops.Zeros(inputShape...).To(inputType(fn, model))
	t := summary(fn, model, func() { model.Forward(x) })
	t.Input = x.Shape()
	return t
}

// inputType is Int64 if an embedding comes before anything that takes numbers,
// else the type of the parameters.
func inputType(fn string, model any) ops.DType {
	ids, known := false, false
	w := walker{fn: fn, layer: func(_ string, n node, _ bool) {
		switch n.(type) {
		case *EmbeddingLayer:
			ids, known = ids || !known, true
		case *LinearLayer, *ConvLayer, *ConvTransposeLayer, *RecurrentLayer, *AttentionLayer, *BatchNormLayer, *GroupNormLayer, *LayerNormLayer:
			known = true
		}
	}}
	w.walk(model)
	if ps := parameters(fn, model); !ids && len(ps) > 0 {
		return ps[0].DType()
	}
	if ids {
		return ops.Int64
	}
	return ops.Float32
}

// SummaryOf is [Summary] of what f runs, for models that take several inputs
// or other numbers.
//
//	nn.SummaryOf(model, func() { model.Run(x, memory) })
func SummaryOf(model any, f func()) *SummaryTable {
	const fn = "nn.SummaryOf"
	if f == nil {
		panic(&ops.ArgError{OpName: fn, Arg: "f", Rule: "is nil, want a function"})
	}
	return summary(fn, model, f)
}

func summary(fn string, model any, f func()) *SummaryTable {
	var train []node
	w := walker{fn: fn, layer: func(_ string, n node, _ bool) {
		if n.training() {
			train = append(train, n)
			n.setEval(true)
		}
	}}
	defer func() {
		for _, n := range train {
			n.setEval(false)
		}
	}()
	w.walk(model)
	t := &SummaryTable{}
	counted := map[*ops.Tensor]bool{}
	for _, o := range outputs(fn, model, f) {
		row := SummaryRow{Name: o.Name, Layer: o.Layer, Output: o.Output.Shape(), MultiplyAdds: o.multiplyAdds}
		for _, p := range named(fn, o.layer) {
			if !p.Buffer && !counted[p.Value] {
				counted[p.Value] = true
				row.Parameters += p.Value.Len()
			}
		}
		t.MultiplyAdds += row.MultiplyAdds
		t.Rows = append(t.Rows, row)
	}
	rest := 0
	for _, p := range named(fn, model) {
		t.Bytes += p.Value.Len() * p.Value.DType().Size()
		switch {
		case p.Buffer:
			t.Buffers += p.Value.Len()
		case !counted[p.Value]:
			rest += p.Value.Len()
			fallthrough
		default:
			t.Parameters += p.Value.Len()
		}
	}
	if rest > 0 {
		t.Rows = append(t.Rows, SummaryRow{Layer: "in no layer above", Parameters: rest})
	}
	return t
}

// String returns the table.
func (t *SummaryTable) String() string {
	rows := [][]string{{"layer", "", "output", "parameters", "multiply-adds"}}
	for _, r := range t.Rows {
		shape := ""
		if r.Output != nil {
			shape = r.Output.String()
		}
		rows = append(rows, []string{r.Name, r.Layer, shape, grouped(r.Parameters), grouped(r.MultiplyAdds)})
	}
	rows = append(rows, []string{"total", "", "", grouped(t.Parameters), grouped(t.MultiplyAdds)})
	s := table(rows, 2)
	if t.Input != nil {
		s += "input " + t.Input.String() + ", "
	}
	if t.Buffers > 0 {
		s += grouped(t.Buffers) + " numbers in buffers, "
	}
	return s + bytesText(t.Bytes)
}

// grouped writes digits in groups of three.
func grouped(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + " " + s[i:]
	}
	return s
}

func bytesText(n int) string {
	size, unit := float64(n), "B"
	for _, u := range []string{"KiB", "MiB", "GiB"} {
		if size < 1024 {
			break
		}
		size, unit = size/1024, u
	}
	if unit == "B" {
		return fmt.Sprintf("%d B", n)
	}
	return fmt.Sprintf("%.1f %s", size, unit)
}
