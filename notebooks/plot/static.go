package plot

import (
	"bytes"
	"fmt"
	"image/color"
	"io"
	"math"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/plotter"
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

// legend has an entry for each name: a line's, if a line and an area share it.
type legend struct {
	names  []string
	thumbs map[string]plot.Thumbnailer
}

func (g *legend) add(name string, t plot.Thumbnailer) {
	if name == "" {
		return
	}
	_, isLine := t.(*plotter.Line)
	if g.thumbs[name] == nil {
		g.names = append(g.names, name)
	} else if !isLine {
		return
	}
	g.thumbs[name] = t
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

// words are the categories of the horizontal axis, in the order of the data.
func (f *Figure) words(d *drawing) map[string]int {
	at := map[string]int{}
	for _, l := range d.layers {
		for _, w := range l.x.words {
			if _, ok := at[w]; !ok {
				at[w] = len(at)
			}
		}
	}
	return at
}

// xAt is where element i of a column is.
func xAt(c column, i int, words map[string]int) float64 {
	if c.words != nil {
		return float64(words[c.words[i]])
	}
	return c.value(i)
}

func (f *Figure) setAxes(p *plot.Plot, words map[string]int, d *drawing) {
	g := f.cellGrid()
	switch {
	case g != nil:
		p.X.Tick.Marker, p.Y.Tick.Marker = ticks(f.x.names), ticks(reversed(f.y.names))
		p.X.Min, p.X.Max, p.Y.Min, p.Y.Max = -0.5, float64(g.columns)-0.5, -0.5, float64(g.rows)-0.5
		p.X.Tick.LineStyle.Width, p.Y.Tick.LineStyle.Width = 0, 0
		return
	case len(words) > 0:
		names := make([]string, len(words))
		for w, i := range words {
			names[i] = w
		}
		p.X.Tick.Marker = ticks(names)
		p.X.Min, p.X.Max = -0.6, float64(len(names))-0.4
		longest := 0
		for _, n := range names {
			longest = max(longest, len([]rune(n)))
		}
		if w, _ := f.size(false); longest*len(names)*7 > w {
			p.X.Tick.Label.Rotation = math.Pi / 4
			p.X.Tick.Label.XAlign, p.X.Tick.Label.YAlign = draw.XRight, draw.YTop
		}
	default:
		for _, l := range d.layers {
			if l.x.times != nil {
				p.X.Tick.Marker = plot.TimeTicks{Format: timeFormat(p.X.Max - p.X.Min)}
				break
			}
		}
	}
	if f.x.fixed {
		p.X.Min, p.X.Max = f.x.low, f.x.high
	}
	if f.y.fixed {
		p.Y.Min, p.Y.Max = f.y.low, f.y.high
	} else if f.fromZero() && !f.y.log {
		p.Y.Min = min(p.Y.Min, 0)
	}
	if f.x.log {
		logarithmic(&p.X)
	}
	if f.y.log {
		logarithmic(&p.Y)
	}
}

// logarithmic makes an axis logarithmic; an axis without a number above zero goes
// from 1 to 10.
func logarithmic(a *plot.Axis) {
	if !(a.Min > 0) || !finite(a.Max) {
		a.Min, a.Max = 1, 10
	}
	if a.Min == a.Max {
		a.Min, a.Max = a.Min/2, a.Max*2
	}
	a.Scale, a.Tick.Marker = plot.LogScale{}, plot.LogTicks{Prec: -1}
}

func timeFormat(seconds float64) string {
	switch {
	case seconds > 3*365*24*3600:
		return "2006"
	case seconds > 10*24*3600:
		return "2006-01-02"
	case seconds > 24*3600:
		return "01-02 15:04"
	}
	return "15:04:05"
}

// ticks labels places 0, 1, 2 …, not more than fit.
func ticks(names []string) plot.ConstantTicks {
	step := ceil(max(len(names), 1), 20)
	var t plot.ConstantTicks
	for i, n := range names {
		if i%step != 0 {
			n = ""
		}
		t = append(t, plot.Tick{Value: float64(i), Label: n})
	}
	return t
}

func reversed(names []string) []string {
	r := make([]string, len(names))
	for i, n := range names {
		r[len(names)-1-i] = n
	}
	return r
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

func (f *Figure) addLayer(p *plot.Plot, key *legend, l layer, rgba color.RGBA, words map[string]int) {
	switch l.mark {
	case lines:
		addLines(p, key, l, rgba, words)
	case points:
		var pts plotter.XYs
		for i := range l.x.len() {
			if x, y := xAt(l.x, i, words), l.y.numbers[i]; finite(x) && finite(y) {
				pts = append(pts, plotter.XY{X: x, Y: y})
			}
		}
		s, err := plotter.NewScatter(pts)
		if err != nil {
			return // nothing to draw
		}
		s.GlyphStyle = draw.GlyphStyle{Color: faded(rgba, 0.7), Radius: 2.4, Shape: draw.CircleGlyph{}}
		p.Add(s)
		key.add(l.name, s)
	case bars:
		addBars(p, key, l, rgba, words)
	case band:
		addBand(p, key, l, rgba, words)
	case rule:
		p.Add(ruler{l})
	case boxes:
		for i, b := range l.boxes {
			p.Add(boxGlyph{float64(words[l.x.words[i]]), b, rgba})
		}
		key.add(l.name, swatch{rgba})
	case cells:
		p.Add(cellGlyphs{l.grid, scaleOf(l.grid.at), l.texts})
	case contours:
		var levels []float64
		for _, q := range l.paths {
			levels = append(levels, q.level)
		}
		s := scaleOf(levels)
		for _, q := range l.paths {
			xy := make(plotter.XYs, len(q.xs))
			for i := range xy {
				xy[i] = plotter.XY{X: q.xs[i], Y: q.ys[i]}
			}
			if line, err := plotter.NewLine(xy); err == nil {
				line.LineStyle = draw.LineStyle{Color: s.at(q.level), Width: 1.2}
				p.Add(line)
			}
		}
	}
}

func faded(c color.RGBA, alpha float64) color.NRGBA {
	return color.NRGBA{c.R, c.G, c.B, uint8(255 * alpha)}
}

// addLines draws the pieces of a line between its gaps.
func addLines(p *plot.Plot, key *legend, l layer, rgba color.RGBA, words map[string]int) {
	st := draw.LineStyle{Color: rgba, Width: 1.5}
	if l.dash {
		st.Dashes = []vg.Length{5, 3}
	}
	var piece plotter.XYs
	end := func() {
		if len(piece) == 1 {
			if s, err := plotter.NewScatter(piece); err == nil {
				s.GlyphStyle = draw.GlyphStyle{Color: rgba, Radius: 2, Shape: draw.CircleGlyph{}}
				p.Add(s)
			}
		} else if line, err := plotter.NewLine(piece); err == nil {
			line.LineStyle = st
			p.Add(line)
		}
		piece = nil
	}
	for i := range l.x.len() {
		x, y := xAt(l.x, i, words), l.y.numbers[i]
		if !finite(x) || !finite(y) {
			end()
			continue
		}
		piece = append(piece, plotter.XY{X: x, Y: y})
	}
	end()
	key.add(l.name, &plotter.Line{LineStyle: st})
}

func addBars(p *plot.Plot, key *legend, l layer, rgba color.RGBA, words map[string]int) {
	g := barGlyphs{color: rgba}
	for i, y := range l.y.numbers {
		if !finite(y) {
			continue
		}
		at := xAt(l.x, i, words)
		low, high := at-0.4, at+0.4
		if l.low != nil {
			low, high = l.low[i], l.high[i]
		}
		g.bars = append(g.bars, [3]float64{low, high, y})
	}
	p.Add(g)
	key.add(l.name, swatch{rgba})
}

func addBand(p *plot.Plot, key *legend, l layer, rgba color.RGBA, words map[string]int) {
	var upper, lower plotter.XYs
	for i := range l.x.len() {
		x := xAt(l.x, i, words)
		if finite(x) && finite(l.y.numbers[i]) && finite(l.low[i]) {
			upper = append(upper, plotter.XY{X: x, Y: l.y.numbers[i]})
			lower = append(plotter.XYs{{X: x, Y: l.low[i]}}, lower...)
		}
	}
	area, err := plotter.NewPolygon(append(upper, lower...))
	if err != nil {
		return // nothing to draw
	}
	area.Color, area.LineStyle.Width = faded(rgba, 0.25), 0
	p.Add(area)
	key.add(l.name, swatch{rgba})
}

// describe says in a line what the figure is.
func (f *Figure) describe() string {
	if len(f.facets) > 0 {
		var list []string
		for _, g := range f.facets {
			list = append(list, g.describe())
		}
		return strings.TrimPrefix(f.title+"\n"+strings.Join(list, "\n"), "\n")
	}
	head := f.title
	for _, l := range f.layers {
		s := l.describe()
		if head != "" {
			head += "\n"
		}
		head += s
	}
	if head == "" {
		head = "empty figure"
	}
	return head
}

func (l layer) describe() string {
	s := l.mark.String()
	if l.name != "" {
		s += fmt.Sprintf(" %q", l.name)
	}
	switch l.mark {
	case lines, points, band:
		low, high := extent(l.y.numbers)
		s += fmt.Sprintf(": %d points, %s to %s", l.x.len(), short(low), short(high))
		if l.mark == lines {
			s += "  " + sparkline(l.y.numbers)
		}
	case bars:
		s += fmt.Sprintf(": %d bars", len(l.y.numbers))
		_, high := extent(l.y.numbers)
		for i, v := range l.y.numbers {
			if i == 20 {
				s += fmt.Sprintf("\n… %d more", len(l.y.numbers)-i)
				break
			}
			label := ""
			if l.low != nil {
				label = short(l.low[i]) + " to " + short(l.high[i])
			} else if l.x.words != nil {
				label = l.x.words[i]
			}
			s += fmt.Sprintf("\n%16.16s %-10s %s", label, short(v), strings.Repeat("█", int(max(0, 30*v/max(high, 1e-300)))))
		}
	case boxes:
		s += fmt.Sprintf(": %d boxes", len(l.boxes))
		for i, b := range l.boxes {
			if i == 20 {
				s += fmt.Sprintf("\n… %d more", len(l.boxes)-i)
				break
			}
			s += fmt.Sprintf("\n%16.16s median %s, quartiles %s to %s, whiskers %s to %s", b.label, short(b.mid), short(b.q1), short(b.q3), short(b.low), short(b.hi))
		}
	case cells:
		low, high := extent(l.grid.at)
		s += fmt.Sprintf(": %d x %d, %s to %s", l.grid.rows*l.grid.averaged, l.grid.columns*l.grid.averaged, short(low), short(high))
	case contours:
		s += fmt.Sprintf(": %d lines", len(l.paths))
	}
	return s
}

// sparkline is a small picture of numbers in one line of text.
func sparkline(y []float64) string {
	const blocks = "▁▂▃▄▅▆▇█"
	low, high := extent(y)
	n := min(len(y), 40)
	var b strings.Builder
	for k := range n {
		v := y[k*len(y)/n]
		switch {
		case !finite(v):
			b.WriteByte(' ')
		case low == high:
			b.WriteString("▁")
		default:
			b.WriteRune([]rune(blocks)[min(int(8*(v-low)/(high-low)), 7)])
		}
	}
	return b.String()
}
