package plot

import (
	"fmt"
	"math"
	"strings"
	"time"
)

// vegaLite is the MIME type of Vega-Lite 5.
const vegaLite = "application/vnd.vegalite.v5+json"

type object = map[string]any

// Spec returns the figure as a Vega-Lite 5 specification, with its data inside:
// what a front end that draws charts gets. (Satyanarayan et al., Vega-Lite: a
// grammar of interactive graphics, 2017.)
func (f *Figure) Spec() map[string]any {
	f = f.clone()
	spec := object{
		"$schema": "https://vega.github.io/schema/vega-lite/v5.json",
		"config":  config,
	}
	if len(f.facets) > 0 {
		var list []any
		for _, g := range f.facets {
			list = append(list, g.chart(true))
		}
		spec["concat"], spec["columns"] = list, f.columns
		if t := title(f.title, f.subtitle); t != nil {
			spec["title"] = t
		}
		return spec
	}
	for k, v := range f.chart(false) {
		spec[k] = v
	}
	return spec
}

// config: colours that can be read on light and dark pages, no background.
var config = object{
	"background": "transparent",
	"view":       object{"stroke": ink, "strokeOpacity": 0.4},
	"axis": object{"labelColor": ink, "titleColor": ink, "domainColor": ink, "tickColor": ink,
		"gridColor": ink, "gridOpacity": 0.25},
	"title":  object{"color": ink, "subtitleColor": ink, "anchor": "middle"},
	"legend": object{"labelColor": ink, "titleColor": ink},
}

func title(text, subtitle string) any {
	switch {
	case text == "" && subtitle == "":
		return nil
	case subtitle == "":
		return object{"text": text}
	}
	return object{"text": text, "subtitle": subtitle}
}

// chart is the specification of one chart, without what only the whole has.
func (f *Figure) chart(facet bool) object {
	w, h := f.size(facet)
	spec := object{"width": w, "height": h}
	d := f.drawable()
	if t := title(f.title, d.subtitle(f.subtitle)); t != nil {
		spec["title"] = t
	}
	colors := f.colors()
	var domain, span []any
	for i, l := range f.layers {
		if l.name != "" && !contains(domain, l.name) {
			domain, span = append(domain, l.name), append(span, colors[i])
		}
	}
	var layers []any
	for i, l := range d.layers {
		var color object
		if l.name != "" && len(domain) > 0 {
			color = object{"field": "series", "type": "nominal", "scale": object{"domain": domain, "range": span}, "title": nil}
		} else {
			color = object{"value": colors[i]}
		}
		for _, v := range f.vegaLayers(l, color) {
			if l.name != "" {
				for _, row := range v.(object)["data"].(object)["values"].([]any) {
					row.(object)["series"] = l.name
				}
			}
			layers = append(layers, v)
		}
	}
	if layers == nil {
		layers = append(layers, object{"data": object{"values": []any{}}, "mark": "point", "encoding": object{}})
	}
	spec["layer"] = layers
	for _, l := range d.layers {
		if l.mark == cells || l.mark == contours { // their colours are not those of names
			spec["resolve"] = object{"scale": object{"color": "independent"}}
		}
	}
	return spec
}

func contains(list []any, v any) bool {
	for _, x := range list {
		if x == v {
			return true
		}
	}
	return false
}

// vegaLayers is one layer, which may be several of Vega-Lite's.
func (f *Figure) vegaLayers(l layer, color object) []any {
	switch l.mark {
	case lines:
		m := object{"type": "line", "tooltip": true}
		if l.dash {
			m["strokeDash"] = []int{6, 4}
		}
		if l.x.len() == 1 { // a line of one point would not be seen
			m["point"] = true
		}
		enc := object{"x": f.channel(f.x, l.x.kind(), "x"), "y": f.channel(f.y, "quantitative", "y"), "color": color}
		if !l.x.ascending() { // else a line goes through its points from left to right anyway
			enc["order"] = object{"field": "i", "type": "quantitative"}
		}
		return []any{object{"data": values(l, l.x, "y", l.y.numbers), "mark": m, "encoding": enc}}
	case points:
		return []any{object{"data": values(l, l.x, "y", l.y.numbers), "mark": object{"type": "point", "filled": true, "opacity": 0.7, "size": 30, "tooltip": true},
			"encoding": object{"x": f.channel(f.x, l.x.kind(), "x"), "y": f.channel(f.y, "quantitative", "y"), "color": color}}}
	case bars:
		if l.low != nil {
			x := f.channel(f.x, "quantitative", "low")
			x["bin"] = object{"binned": true}
			return []any{object{"data": object{"values": rows(len(l.low), func(i int) object {
				return object{"low": l.low[i], "high": l.high[i], "y": num(l.y.numbers[i])}
			})}, "mark": object{"type": "bar", "opacity": 0.85, "tooltip": true}, "encoding": object{"x": x, "x2": object{"field": "high"},
				"y": f.channel(f.y, "quantitative", "y"), "color": color}}}
		}
		x := f.channel(f.x, "nominal", "x")
		x["sort"] = nil
		return []any{object{"data": values(l, l.x, "y", l.y.numbers), "mark": object{"type": "bar", "tooltip": true}, "encoding": object{
			"x": x, "y": f.channel(f.y, "quantitative", "y"), "color": color}}}
	case band:
		return []any{object{"data": object{"values": rows(l.x.len(), func(i int) object {
			return object{"x": place(l.x, i), "y": num(l.y.numbers[i]), "low": num(l.low[i])}
		})}, "mark": object{"type": "area", "opacity": 0.25}, "encoding": object{"x": f.channel(f.x, l.x.kind(), "x"),
			"y": f.channel(f.y, "quantitative", "y"), "y2": object{"field": "low"}, "color": color}}}
	case rule:
		enc := object{"color": color}
		if l.y.numbers != nil {
			enc["y"] = object{"datum": l.y.numbers[0]}
		} else {
			enc["x"] = object{"datum": l.x.numbers[0]}
		}
		return []any{object{"data": object{"values": []any{object{}}}, "mark": object{"type": "rule", "strokeDash": []int{4, 4}}, "encoding": enc}}
	case boxes:
		return f.vegaBoxes(l, color)
	case cells:
		return f.vegaCells(l)
	}
	return f.vegaContours(l)
}

func (f *Figure) vegaBoxes(l layer, color object) []any {
	x := f.channel(f.x, "nominal", "x")
	x["sort"] = nil
	y := func(field string) object { return f.channel(f.y, "quantitative", field) }
	data := object{"values": rows(len(l.boxes), func(i int) object {
		b := l.boxes[i]
		return object{"x": b.label, "low": b.low, "q1": b.q1, "median": b.mid, "q3": b.q3, "high": b.hi}
	})}
	var out []any
	for _, b := range l.boxes {
		for _, v := range b.outside {
			out = append(out, object{"x": b.label, "y": v})
		}
	}
	list := []any{
		object{"data": data, "mark": object{"type": "rule"}, "encoding": object{"x": x, "y": y("low"), "y2": object{"field": "high"}, "color": object{"value": ink}}},
		object{"data": data, "mark": object{"type": "bar", "size": 24, "tooltip": object{"content": "data"}}, "encoding": object{"x": x, "y": y("q1"), "y2": object{"field": "q3"}, "color": color}},
		object{"data": data, "mark": object{"type": "tick", "size": 24, "thickness": 2}, "encoding": object{"x": x, "y": y("median"), "color": object{"value": "#ffffff"}}},
	}
	if len(out) > 0 {
		list = append(list, object{"data": object{"values": out}, "mark": object{"type": "point", "size": 20, "tooltip": true},
			"encoding": object{"x": x, "y": y("y"), "color": color}})
	}
	return list
}

func (f *Figure) vegaCells(l layer) []any {
	g, s := l.grid, scaleOf(l.grid.at)
	data := object{"values": rows(len(g.at), func(i int) object {
		v := g.at[i]
		o := object{"x": f.x.names[i%g.columns], "y": f.y.names[i/g.columns], "value": num(v)}
		if l.texts {
			o["text"], o["ink"] = short(v), contrast(s.at(v))
		}
		return o
	})}
	x, y := f.channel(f.x, "nominal", "x"), f.channel(f.y, "nominal", "y")
	x["sort"], y["sort"] = nil, nil
	for _, c := range []struct {
		enc  object
		n    int
		step int
	}{{x, g.columns, ceil(g.columns, 20)}, {y, g.rows, ceil(g.rows, 20)}} {
		a, _ := c.enc["axis"].(object)
		if a == nil {
			a = object{}
		}
		a["labelOverlap"] = true
		if c.n <= 20 {
			a["labelAngle"] = 0
		}
		c.enc["axis"] = a
	}
	list := []any{object{"data": data, "mark": object{"type": "rect", "tooltip": true}, "encoding": object{"x": x, "y": y,
		"color": object{"field": "value", "type": "quantitative", "scale": object{"domain": []float64{s.low, s.high}, "range": s.stops()}, "title": nil}}}}
	if l.texts {
		list = append(list, object{"data": data, "mark": object{"type": "text", "fontSize": 11}, "encoding": object{"x": x, "y": y,
			"text": object{"field": "text", "type": "nominal"}, "color": object{"field": "ink", "type": "nominal", "scale": nil}}})
	}
	return list
}

func (f *Figure) vegaContours(l layer) []any {
	var list []any
	levels := make([]float64, 0, len(l.paths))
	for k, p := range l.paths {
		levels = append(levels, p.level)
		for i := range p.xs {
			list = append(list, object{"x": num(p.xs[i]), "y": num(p.ys[i]), "level": p.level, "path": k, "i": i})
		}
	}
	s := scaleOf(levels)
	return []any{object{"data": object{"values": some(list)}, "mark": object{"type": "line", "tooltip": true}, "encoding": object{
		"x": f.channel(f.x, "quantitative", "x"), "y": f.channel(f.y, "quantitative", "y"), "detail": object{"field": "path", "type": "nominal"},
		"order": object{"field": "i", "type": "quantitative"},
		"color": object{"field": "level", "type": "quantitative", "scale": object{"domain": []float64{s.low, s.high}, "range": s.stops()}, "title": nil}}}}
}

// channel is the encoding of a position.
func (f *Figure) channel(a axis, kind, field string) object {
	var name any
	if a.label != "" {
		name = a.label
	}
	c := object{"field": field, "type": kind, "title": name}
	if kind != "quantitative" {
		return c
	}
	s := object{}
	switch {
	case a.log:
		s["type"] = "log"
	case field != "y" || !f.fromZero():
		s["zero"] = false
	}
	if a.fixed {
		s["domain"], s["nice"] = []float64{a.low, a.high}, false
	}
	if len(s) > 0 {
		c["scale"] = s
	}
	return c
}

// fromZero reports whether the heights of something start at zero.
func (f *Figure) fromZero() bool {
	for _, l := range f.layers {
		if l.mark == bars {
			return true
		}
	}
	return false
}

// values is the data of a layer.
func values(l layer, x column, name string, y []float64) object {
	ordered := x.ascending()
	return object{"values": rows(x.len(), func(i int) object {
		o := object{"x": place(x, i), name: num(y[i])}
		if l.mark == lines && !ordered {
			o["i"] = i
		}
		return o
	})}
}

func rows(n int, row func(i int) object) []any {
	list := make([]any, n)
	for i := range list {
		list[i] = row(i)
	}
	return list
}

func some(list []any) []any {
	if list == nil {
		return []any{}
	}
	return list
}

// place is a position as Vega-Lite takes it.
func place(c column, i int) any {
	switch {
	case c.words != nil:
		return c.words[i]
	case c.times != nil:
		return c.times[i].Format(time.RFC3339Nano)
	}
	return num(c.numbers[i])
}

// num is a number, or nothing where JSON has none.
func num(v float64) any {
	if !finite(v) {
		return nil
	}
	return v
}

// short is a number that fits into a cell.
func short(v float64) string {
	if v == math.Trunc(v) && math.Abs(v) < 1e6 {
		return fmt.Sprintf("%.0f", v)
	}
	return strings.TrimPrefix(fmt.Sprintf("%.3g", v), "+")
}
