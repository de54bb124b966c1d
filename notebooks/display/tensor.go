package display

import (
	"fmt"
	"html"
	"math"
	"strings"

	"cahier/ops"
)

// smallTensor is how many elements a tensor may have that is shown by its numbers:
// up to here they say more than a picture.
const smallTensor = 400

// tensor shows t: in one line its element type, shape and distribution, and besides
// that its numbers, or if they are many a view to look into.
func tensor(t *ops.Tensor) Data {
	if t == nil {
		return Text("<nil>")
	}
	spec := viewSpec{t: t.Detach()}
	if t.Rank() > 0 && t.Rank() <= 2 && t.Len() > 0 && t.Len() <= smallTensor {
		s := describe(spec.t)
		return Data{MIME: map[string]any{textPlain: spec.text(&s), textHTML: numbers(spec.t, &s)}}
	}
	return spec.data()
}

// numbers shows a tensor of one or two axes as a table whose cells have a tint:
// red above 0, blue below.
func numbers(t *ops.Tensor, s *stats) string {
	rows, cols := 1, t.Size(-1)
	if t.Rank() == 2 {
		rows = t.Size(0)
	}
	values := t.Float64s()
	far := max(math.Abs(s.lo), math.Abs(s.hi))
	var b strings.Builder
	b.WriteString(`<table><caption style="text-align: left; white-space: nowrap">` + html.EscapeString(s.line(t)) + "</caption><thead><tr><th></th>")
	for j := range cols {
		fmt.Fprintf(&b, "<th>%d</th>", j)
	}
	b.WriteString("</tr></thead><tbody>")
	for i := range rows {
		fmt.Fprintf(&b, "<tr><th>%d</th>", i)
		for _, v := range values[i*cols : (i+1)*cols] {
			b.WriteString(`<td style="text-align: right` + tint(v, far) + `">` + elementText(t, v) + "</td>")
		}
		b.WriteString("</tr>")
	}
	b.WriteString("</tbody></table>")
	return b.String()
}

func elementText(t *ops.Tensor, v float64) string {
	if t.DType() == ops.Bool {
		return fmt.Sprint(v != 0)
	}
	return number(v)
}

// tint is the background of a value: so thin that text can be read on it in light
// and dark.
func tint(v, far float64) string {
	color := "214, 96, 77"
	switch {
	case v-v != 0:
		return "; background: rgba(224, 0, 224, 0.35)"
	case v == 0 || far == 0:
		return ""
	case v < 0:
		color = "67, 147, 195"
	}
	return fmt.Sprintf("; background: rgba(%s, %.2f)", color, 0.6*math.Abs(v/far))
}
