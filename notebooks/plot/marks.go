package plot

import (
	"image/color"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

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
