package plot

import (
	"image/color"
	"math"
	"strconv"
	"strings"

	"cahier/notebooks/internal/colorscale"

	"golang.org/x/image/colornames"
)

// palette are the colours of layers that have none: Tableau 10, which Vega uses.
var palette = [...]string{"#4c78a8", "#f58518", "#e45756", "#72b7b2", "#54a24b", "#eeca3b", "#b279a2", "#ff9da6", "#9d755d", "#bab0ac"}

// ink is what axes and texts are drawn with: it can be read on white and on
// black.
const ink = "#808080"

// parseColor reads a colour's CSS name, #rgb or #rrggbb.
func parseColor(css string) (color.RGBA, bool) {
	if c, ok := colornames.Map[strings.ToLower(css)]; ok {
		return c, true
	}
	hex, ok := strings.CutPrefix(css, "#")
	if len(hex) == 3 {
		hex = string([]byte{hex[0], hex[0], hex[1], hex[1], hex[2], hex[2]})
	}
	n, err := strconv.ParseUint(hex, 16, 32)
	if !ok || len(hex) != 6 || err != nil {
		return color.RGBA{}, false
	}
	return color.RGBA{uint8(n >> 16), uint8(n >> 8), uint8(n), 255}, true
}

// colors are the colours of the layers, in order.
func (f *Figure) colors() []string {
	list := make([]string, len(f.layers))
	byName := map[string]string{}
	next := 0
	for i, l := range f.layers {
		switch c, known := byName[l.name]; {
		case l.color != "":
			list[i] = l.color
		case l.mark == rule:
			list[i] = ink
		case known && l.name != "": // a band and a line of one name belong together
			list[i] = c
		default:
			list[i] = palette[next%len(palette)]
			next++
		}
		if l.name != "" {
			byName[l.name] = list[i]
		}
	}
	return list
}

// scale maps numbers to colours.
type scale struct {
	low, high float64
	diverging bool
}

// scaleOf is the scale of numbers: diverging at zero if they are on both sides.
func scaleOf(numbers []float64) scale {
	low, high := extent(numbers)
	if low < 0 && high > 0 {
		m := max(-low, high)
		return scale{-m, m, true}
	}
	return scale{low: low, high: high}
}

func (s scale) colors() colorscale.Scale {
	if s.diverging {
		return colorscale.Diverging()
	}
	return colorscale.Viridis()
}

func (s scale) stops() []string { return s.colors().CSS() }

// at is the colour of a number, by linear interpolation.
func (s scale) at(v float64) color.RGBA {
	if math.IsNaN(v) {
		return color.RGBA{0x80, 0x80, 0x80, 0x40}
	}
	t := 0.5
	if s.high > s.low {
		t = (v - s.low) / (s.high - s.low)
	}
	c := s.colors().At(t)
	return color.RGBA{c.R, c.G, c.B, 255}
}

// contrast is black or white, whichever can be read on c.
func contrast(c color.RGBA) string {
	if 0.299*float64(c.R)+0.587*float64(c.G)+0.114*float64(c.B) > 140 {
		return "#000000"
	}
	return "#ffffff"
}
