package display

import (
	"fmt"
	"html"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"cahier/ops"
	"cahier/ops/nn"
)

// Of a list of more than listLimit tensors the first listHead and the last are shown.
const (
	listLimit = 200
	listHead  = 150
	listTail  = listLimit - listHead
)

// listed is a tensor of a list.
type listed struct {
	name  string
	value *ops.Tensor
	note  string
}

// tensorList returns the tensors of v if it is a list of some: parameters with their
// names, gradients, a state.
func tensorList(v any) (list []listed, total string, ok bool) {
	switch x := v.(type) {
	case nn.ParameterList:
		for _, p := range x {
			note := ""
			if p.Buffer {
				note = "buffer"
			}
			list = append(list, listed{p.Name, p.Value, note})
		}
		return list, fmt.Sprintf("%d parameters in %d tensors", x.Count(), len(x)), true
	case []*ops.Tensor:
		for i, t := range x {
			list = append(list, listed{strconv.Itoa(i), t, ""})
		}
	case map[string]*ops.Tensor:
		for _, name := range slices.Sorted(maps.Keys(x)) {
			list = append(list, listed{name, x[name], ""})
		}
	default:
		return nil, "", false
	}
	n := 0
	for _, l := range list {
		if l.value != nil {
			n += l.value.Len()
		}
	}
	return list, plural(n, "element") + " in " + plural(len(list), "tensor"), true
}

func plural(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return strconv.Itoa(n) + " " + noun
}

// tensors shows a list of tensors, a line for each: shape, range, mean, deviation and
// histogram.
func tensors(list []listed, total string) Data {
	left := 0
	shown := list
	if len(list) > listLimit {
		left = len(list) - listLimit
		shown = append(slices.Clone(list[:listHead]), list[len(list)-listTail:]...)
	}
	const nameLimit = 80
	wide := 0
	for i := range shown {
		shown[i].name = clip(shown[i].name, nameLimit)
		wide = max(wide, utf8.RuneCountInString(shown[i].name))
	}
	var text, page strings.Builder
	page.WriteString(`<table><thead><tr><th style="text-align: left">name</th><th style="text-align: left">type</th><th style="text-align: left">shape</th>` +
		`<th>elements</th><th>from</th><th>to</th><th>mean</th><th>std</th><th style="text-align: left">values</th></tr></thead><tbody>`)
	for i, l := range shown {
		if left > 0 && i == listHead {
			more := fmt.Sprintf("… (%d more)", left)
			text.WriteString(more + "\n")
			page.WriteString(`<tr><td colspan="9" style="text-align: left">` + more + "</td></tr>")
		}
		line := "<nil>"
		var s stats
		if l.value != nil {
			s = describe(l.value.Detach())
			line = s.line(l.value)
		}
		text.WriteString(l.name + strings.Repeat(" ", wide-utf8.RuneCountInString(l.name)) + "  " + line)
		if l.note != "" {
			text.WriteString(" (" + l.note + ")")
		}
		text.WriteByte('\n')
		page.WriteString(listRow(l, &s))
	}
	page.WriteString(`</tbody><caption style="caption-side: bottom; text-align: left">` + html.EscapeString(total) + "</caption></table>")
	return Data{MIME: map[string]any{textPlain: shorten(text.String()+total, textLimit), textHTML: page.String()}}
}

func listRow(l listed, s *stats) string {
	var b strings.Builder
	cell := func(style, content string) { b.WriteString(`<td style="` + style + `">` + content + "</td>") }
	const left, right = "text-align: left", "text-align: right; font-variant-numeric: tabular-nums"
	b.WriteString("<tr>")
	name := html.EscapeString(l.name)
	if l.note != "" {
		name += ` <small style="opacity: 0.7">` + l.note + "</small>"
	}
	cell(left, name)
	if l.value == nil {
		b.WriteString(`<td colspan="8" style="text-align: left">&lt;nil&gt;</td></tr>`)
		return b.String()
	}
	d := l.value.DType()
	cell(left, d.String())
	cell(left, l.value.Shape().String())
	cell(right, strconv.Itoa(l.value.Len()))
	if s.finite == 0 {
		b.WriteString(strings.Repeat("<td></td>", 4))
	} else {
		cell(right, s.from(d))
		cell(right, s.to(d))
		cell(right, number(s.mean))
		cell(right, number(s.std))
	}
	values := s.spark()
	if s.zero() {
		values = "all zero"
	}
	for _, f := range s.flags() {
		values += ` <b style="color: var(--jp-error-color1, #c62828)">` + f + "</b>"
	}
	cell(left+"; white-space: nowrap", values)
	b.WriteString("</tr>")
	return b.String()
}
