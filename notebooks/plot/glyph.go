package plot

import (
	"image/color"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// What gonum/plot does not draw as we need it: its bars and boxes have widths in
// points and not in the axis' units, its heat map no numbers.

// swatch is a square of colour in the legend.
type swatch struct{ color color.RGBA }

// Thumbnail implements plot.Thumbnailer.
func (s swatch) Thumbnail(c *draw.Canvas) { fill(*c, s.color, c.Rectangle) }

func fill(c draw.Canvas, color color.Color, r vg.Rectangle) {
	c.FillPolygon(color, []vg.Point{r.Min, {X: r.Max.X, Y: r.Min.Y}, r.Max, {X: r.Min.X, Y: r.Max.Y}})
}

// barGlyphs are bars from zero: left end, right end, height.
type barGlyphs struct {
	bars  [][3]float64
	color color.RGBA
}

// DataRange implements plot.DataRanger.
func (g barGlyphs) DataRange() (xmin, xmax, ymin, ymax float64) {
	var xs, ys []float64
	for _, b := range g.bars {
		xs, ys = append(xs, b[0], b[1]), append(ys, b[2])
	}
	xmin, xmax = extent(xs)
	ymin, ymax = extent(ys)
	return
}

// Plot implements plot.Plotter.
func (g barGlyphs) Plot(c draw.Canvas, p *plot.Plot) {
	tx, ty := p.Transforms(&c)
	zero := p.Y.Min
	if _, isLog := p.Y.Scale.(plot.LogScale); !isLog {
		zero = min(max(0, p.Y.Min), p.Y.Max)
	}
	for _, b := range g.bars {
		r := vg.Rectangle{Min: vg.Point{X: tx(b[0]), Y: ty(zero)}, Max: vg.Point{X: tx(b[1]), Y: ty(b[2])}}
		gap := min(0.5, (r.Max.X-r.Min.X)/4)
		r.Min.X, r.Max.X = r.Min.X+gap, r.Max.X-gap
		clipped := c.ClipPolygonXY([]vg.Point{r.Min, {X: r.Max.X, Y: r.Min.Y}, r.Max, {X: r.Min.X, Y: r.Max.Y}})
		if len(clipped) > 2 {
			c.FillPolygon(faded(g.color, 0.85), clipped)
		}
	}
}

// boxGlyph is one box of a box plot.
type boxGlyph struct {
	at    float64
	box   box
	color color.RGBA
}

// DataRange implements plot.DataRanger.
func (g boxGlyph) DataRange() (xmin, xmax, ymin, ymax float64) {
	ymin, ymax = extent(append([]float64{g.box.low, g.box.hi, g.box.q1, g.box.q3}, g.box.outside...))
	return g.at - 0.5, g.at + 0.5, ymin, ymax
}

// Plot implements plot.Plotter.
func (g boxGlyph) Plot(c draw.Canvas, p *plot.Plot) {
	tx, ty := p.Transforms(&c)
	x := tx(g.at)
	half := min((tx(g.at+0.3)-tx(g.at-0.3))/2, 14)
	line := draw.LineStyle{Color: inkColor(), Width: 1}
	c.StrokeLine2(line, x, ty(g.box.low), x, ty(g.box.hi))
	fill(c, g.color, vg.Rectangle{Min: vg.Point{X: x - half, Y: ty(g.box.q1)}, Max: vg.Point{X: x + half, Y: ty(g.box.q3)}})
	c.StrokeLine2(draw.LineStyle{Color: color.White, Width: 2}, x-half, ty(g.box.mid), x+half, ty(g.box.mid))
	for _, v := range g.box.outside {
		c.DrawGlyph(draw.GlyphStyle{Color: g.color, Radius: 2, Shape: draw.RingGlyph{}}, vg.Point{X: x, Y: ty(v)})
	}
}

// cellGlyphs are the cells of a heat map.
type cellGlyphs struct {
	grid  *grid
	scale scale
	texts bool
}

// DataRange implements plot.DataRanger.
func (g cellGlyphs) DataRange() (xmin, xmax, ymin, ymax float64) {
	return -0.5, float64(g.grid.columns) - 0.5, -0.5, float64(g.grid.rows) - 0.5
}

// Plot implements plot.Plotter.
func (g cellGlyphs) Plot(c draw.Canvas, p *plot.Plot) {
	tx, ty := p.Transforms(&c)
	for i := range g.grid.rows {
		for j := range g.grid.columns {
			v := g.grid.at[i*g.grid.columns+j]
			x, y := float64(j), float64(g.grid.rows-1-i)
			shade := g.scale.at(v)
			fill(c, shade, vg.Rectangle{Min: vg.Point{X: tx(x - 0.5), Y: ty(y - 0.5)}, Max: vg.Point{X: tx(x + 0.5), Y: ty(y + 0.5)}})
			if g.texts {
				st := textStyle(10)
				st.XAlign, st.YAlign = draw.XCenter, draw.YCenter
				st.Color, _ = parseColor(contrast(shade))
				c.FillText(st, vg.Point{X: tx(x), Y: ty(y)}, short(v))
			}
		}
	}
}

// ruler is a line across the chart.
type ruler struct{ l layer }

// DataRange implements plot.DataRanger: the line itself should be seen.
func (r ruler) DataRange() (xmin, xmax, ymin, ymax float64) {
	inf := math.Inf(1)
	xmin, xmax, ymin, ymax = inf, -inf, inf, -inf
	if r.l.y.numbers != nil {
		ymin, ymax = r.l.y.numbers[0], r.l.y.numbers[0]
	} else {
		xmin, xmax = r.l.x.numbers[0], r.l.x.numbers[0]
	}
	return
}

// Plot implements plot.Plotter.
func (r ruler) Plot(c draw.Canvas, p *plot.Plot) {
	tx, ty := p.Transforms(&c)
	st := draw.LineStyle{Color: inkColor(), Width: 1, Dashes: []vg.Length{4, 4}}
	if rgba, ok := parseColor(r.l.color); ok {
		st.Color = rgba
	}
	if r.l.y.numbers != nil {
		if y := ty(r.l.y.numbers[0]); y >= c.Min.Y && y <= c.Max.Y {
			c.StrokeLine2(st, c.Min.X, y, c.Max.X, y)
		}
		return
	}
	if x := tx(r.l.x.numbers[0]); x >= c.Min.X && x <= c.Max.X {
		c.StrokeLine2(st, x, c.Min.Y, x, c.Max.Y)
	}
}
