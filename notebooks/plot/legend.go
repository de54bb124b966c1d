package plot

import (
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
)

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
