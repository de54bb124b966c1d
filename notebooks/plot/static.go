package plot

import (
	"bytes"
	"image/color"
	"io"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
	"gonum.org/v1/plot/vg/vgsvg"
)

// sans is the font of the static chart. A reader of SVG takes any font of its
// own for scripts that this one lacks.
var sans = font.Font{Typeface: "Liberation", Variant: "Sans"}

const (
	margin   = 14 // around everything, in points
	axisRoom = 46 // for the labels of an axis
	barRoom  = 62 // for the scale of colours
	headRoom = 24 // for a title
)

// SVG returns the figure as an SVG document, drawn by gonum/plot: what a front end
// that draws no charts shows.
func (f *Figure) SVG() string {
	f = f.clone()
	w, h := f.canvas()
	c := vgsvg.New(w, h)
	f.draw(draw.New(c))
	var b bytes.Buffer
	if _, err := c.WriteTo(&b); err != nil {
		panic(err) // a buffer takes everything
	}
	s := b.String()
	if i := strings.Index(s, "<svg"); i > 0 {
		s = s[i:] // the declaration and the generator's name say nothing
	}
	head, rest, _ := strings.Cut(s, ">") // sizes in points would be a third larger than those of Vega
	s = strings.ReplaceAll(head, `pt"`, `"`) + ">" + rest
	return strings.ReplaceAll(s, "font-family:Liberation Sans;", "font-family:Liberation Sans,Arial,Helvetica,sans-serif;")
}

// writePNG writes the figure as a picture, with two pixels for each of the
// figure's.
func (f *Figure) writePNG(to io.Writer) error {
	f = f.clone()
	w, h := f.canvas()
	c := vgimg.NewWith(vgimg.UseWH(w, h), vgimg.UseDPI(144), vgimg.UseBackgroundColor(color.White))
	f.draw(draw.New(c))
	_, err := vgimg.PngCanvas{Canvas: c}.WriteTo(to)
	return err
}

// canvas is the size of everything. A pixel of the figure is a point.
func (f *Figure) canvas() (w, h vg.Length) {
	if len(f.facets) > 0 {
		columns := min(f.columns, len(f.facets))
		for i, g := range f.facets {
			gw, gh := g.outer(true)
			if i < columns {
				w += gw
			}
			if i%columns == 0 {
				h += gh
			}
		}
		if f.title != "" {
			h += headRoom
		}
		return w, h
	}
	return f.outer(false)
}

func (f *Figure) outer(facet bool) (w, h vg.Length) {
	iw, ih := f.size(facet)
	w, h = vg.Length(iw)+axisRoom+2*margin, vg.Length(ih)+axisRoom+2*margin
	if f.colored() {
		w += barRoom
	}
	if f.title != "" {
		h += headRoom
	}
	return w, h
}

// colored reports whether a scale of colours stands beside the chart.
func (f *Figure) colored() bool {
	for _, l := range f.layers {
		if l.mark == cells || l.mark == contours {
			return true
		}
	}
	return false
}

func (f *Figure) draw(c draw.Canvas) {
	if len(f.facets) == 0 {
		f.drawChart(c)
		return
	}
	if f.title != "" {
		style := textStyle(13)
		style.XAlign, style.YAlign = draw.XCenter, draw.YTop
		c.FillText(style, vg.Point{X: (c.Min.X + c.Max.X) / 2, Y: c.Max.Y - margin/2}, f.title)
		c = draw.Crop(c, 0, 0, 0, -headRoom)
	}
	columns := min(f.columns, len(f.facets))
	x, y := c.Min.X, c.Max.Y
	var row vg.Length
	for i, g := range f.facets {
		gw, gh := g.outer(true)
		if i%columns == 0 && i > 0 {
			x, y = c.Min.X, y-row
			row = 0
		}
		row = max(row, gh)
		sub := c
		sub.Rectangle = vg.Rectangle{Min: vg.Point{X: x, Y: y - gh}, Max: vg.Point{X: x + gw, Y: y}}
		g.drawChart(sub)
		x += gw
	}
}

func textStyle(size float64) text.Style {
	return text.Style{Color: inkColor(), Font: font.Font{Typeface: sans.Typeface, Variant: sans.Variant, Size: vg.Length(size)}, Handler: plot.DefaultTextHandler}
}

func inkColor() color.Color {
	c, _ := parseColor(ink)
	return c
}

// drawChart draws one chart.
func (f *Figure) drawChart(c draw.Canvas) {
	p := plot.New()
	d := f.drawable()
	p.BackgroundColor = nil
	p.Title.Text = f.title
	if s := d.subtitle(f.subtitle); s != "" {
		p.Title.Text = strings.TrimPrefix(p.Title.Text+"\n"+s, "\n")
	}
	p.X.Label.Text, p.Y.Label.Text = f.x.label, f.y.label
	style(p)
	words := f.words(&d)
	colors, key := f.colors(), &legend{thumbs: map[string]plot.Thumbnailer{}}
	for i, l := range d.layers {
		rgba, _ := parseColor(colors[i])
		f.addLayer(p, key, l, rgba, words)
	}
	for _, name := range key.names {
		p.Legend.Add(name, key.thumbs[name])
	}
	f.setAxes(p, words, &d)
	if f.colored() {
		bar := c
		bar.Min.X = c.Max.X - barRoom
		f.drawScale(bar, &d)
		c.Max.X -= barRoom
	}
	p.Draw(draw.Crop(c, margin/2, -margin, margin/2, -margin/2))
}

func style(p *plot.Plot) {
	gray := inkColor()
	p.Title.TextStyle = textStyle(13)
	p.Title.TextStyle.XAlign, p.Title.TextStyle.YAlign = draw.XCenter, draw.YTop
	p.Title.Padding = 6
	for _, a := range []*plot.Axis{&p.X, &p.Y} {
		label, tick := textStyle(11), textStyle(10)
		label.Rotation, label.XAlign, label.YAlign = a.Label.TextStyle.Rotation, a.Label.TextStyle.XAlign, a.Label.TextStyle.YAlign
		tick.Rotation, tick.XAlign, tick.YAlign = a.Tick.Label.Rotation, a.Tick.Label.XAlign, a.Tick.Label.YAlign
		a.Label.TextStyle, a.Tick.Label = label, tick
		a.LineStyle.Color, a.Tick.LineStyle.Color = gray, gray
	}
	p.Legend.TextStyle = textStyle(10)
	p.Legend.Top = true
	p.Legend.ThumbnailWidth = 14
	p.Legend.Padding = 3
}

// drawScale draws the colours of cells and contours with their numbers.
func (f *Figure) drawScale(c draw.Canvas, d *drawing) {
	var s scale
	for _, l := range d.layers {
		switch l.mark {
		case cells:
			s = scaleOf(l.grid.at)
		case contours:
			var levels []float64
			for _, p := range l.paths {
				levels = append(levels, p.level)
			}
			s = scaleOf(levels)
		}
	}
	const n = 32
	bottom, top := c.Min.Y+axisRoom+margin/2, c.Max.Y-2*margin
	if f.title != "" {
		top -= headRoom
	}
	height := (top - bottom) / n
	left := c.Min.X + 6
	for i := range n {
		v := s.low + (s.high-s.low)*(float64(i)+0.5)/n
		y := bottom + vg.Length(i)*height
		c.FillPolygon(s.at(v), []vg.Point{{X: left, Y: y}, {X: left + 10, Y: y}, {X: left + 10, Y: y + height + 0.3}, {X: left, Y: y + height + 0.3}})
	}
	label := textStyle(9)
	label.XAlign, label.YAlign = draw.XLeft, draw.YCenter
	for i := range 3 {
		v := s.low + (s.high-s.low)*float64(i)/2
		c.FillText(label, vg.Point{X: left + 14, Y: bottom + (top-bottom)*vg.Length(i)/2}, short(v))
	}
}
