package display

import (
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"math"

	"cahier/notebooks/internal/colorscale"
	"cahier/ops"
)

// Colors says how the elements of a tensor become colours.
type Colors uint8

// The kinds of Colors.
const (
	// AutoColors is Diverging if an element is negative, else Gray; in a view
	// of a tensor ([Tensor]) Viridis, and Gray only for Uint8 and Bool.
	AutoColors Colors = iota
	// Gray goes from black for the smallest element to white for the largest.
	Gray
	// Diverging is white at 0, red above and blue below, as far from white as
	// the element is from 0 compared with the largest in magnitude.
	Diverging
	// RGB takes a tensor [3 H W] (or [N 3 H W]) as red, green and blue, from 0
	// to 1, or to 255 if it is Uint8.
	RGB
	// Viridis goes from dark blue for the smallest element through green to
	// yellow for the largest, even to the eye.
	Viridis
)

// sheetWidth is the wanted width of a picture in pixels.
const sheetWidth = 320

// tiles are pictures of one size side by side, rows x columns of them.
type tiles struct {
	rows, columns int
	height, width int
	at            func(tile, y, x int) color.NRGBA
	count         int // the last row may not be full
}

// picture of a tensor: two axes are rows and columns, a third in front of them
// is a grid of pictures (channels), a fourth one makes the grid's rows.
func tilesOf(t *ops.Tensor, colors Colors) (*tiles, error) {
	for t.Rank() > 2 && t.Size(0) == 1 {
		t = t.Select(0, 0)
	}
	if t.Rank() == 4 && t.Size(1) == 1 {
		t = t.Select(1, 0)
	}
	rank := t.Rank()
	if t.Len() == 0 || rank < 2 || rank > 4 {
		return nil, fmt.Errorf("it has shape %v", t.Shape())
	}
	h, w := t.Size(-2), t.Size(-1)
	p := &tiles{rows: 1, columns: 1, height: h, width: w, count: t.Len() / (h * w)}
	if colors == RGB {
		if rank < 3 || t.Size(-3) != 3 {
			return nil, fmt.Errorf("it has shape %v", t.Shape())
		}
		p.count /= 3
	}
	switch {
	case rank == 4 && colors != RGB:
		p.rows, p.columns = t.Size(0), t.Size(1)
	case p.count > 10:
		p.columns = int(math.Ceil(math.Sqrt(float64(p.count))))
		p.rows = (p.count + p.columns - 1) / p.columns
	default:
		p.columns = p.count
	}
	values := t.Float64s()
	if colors == RGB {
		scale := 255.0
		if t.DType() == ops.Uint8 {
			scale = 1
		}
		p.at = func(tile, y, x int) color.NRGBA {
			at := func(channel int) uint8 { return level(values[((tile*3+channel)*h+y)*w+x] * scale) }
			return color.NRGBA{at(0), at(1), at(2), 255}
		}
		return p, nil
	}
	shade := shades(values, colors)
	p.at = func(tile, y, x int) color.NRGBA { return shade(values[(tile*h+y)*w+x]) }
	return p, nil
}

// shades returns the colour of each number among values. Numbers that are not
// finite are magenta.
func shades(values []float64, colors Colors) func(float64) color.NRGBA {
	lo, hi := math.Inf(1), math.Inf(-1)
	for _, v := range values {
		if !math.IsInf(v, 0) && !math.IsNaN(v) {
			lo, hi = min(lo, v), max(hi, v)
		}
	}
	if colors == AutoColors {
		colors = Gray
		if lo < 0 {
			colors = Diverging
		}
	}
	far := max(math.Abs(lo), math.Abs(hi))
	return func(v float64) color.NRGBA {
		switch {
		case math.IsInf(v, 0) || math.IsNaN(v):
			return color.NRGBA{255, 0, 255, 255}
		case colors == Gray && hi > lo:
			g := level(255 * (v - lo) / (hi - lo))
			return color.NRGBA{g, g, g, 255}
		case colors == Viridis:
			if hi > lo {
				v = (v - lo) / (hi - lo)
			}
			return colorscale.Viridis().At(v)
		case colors == Gray: // all are equal
			g := uint8(0)
			if v > 0 {
				g = 255
			}
			return color.NRGBA{g, g, g, 255}
		case far == 0:
			return color.NRGBA{255, 255, 255, 255}
		case v > 0:
			return between(v/far, color.NRGBA{178, 24, 43, 255})
		}
		return between(-v/far, color.NRGBA{33, 102, 172, 255})
	}
}

// between is the colour at part a of the way from white to c.
func between(a float64, c color.NRGBA) color.NRGBA {
	mix := func(v uint8) uint8 { return level(255 + a*(float64(v)-255)) }
	return color.NRGBA{mix(c.R), mix(c.G), mix(c.B), 255}
}

func level(v float64) uint8 { return uint8(math.Round(min(max(v, 0), 255))) }

// gap is the distance of pictures in a grid, in elements.
const gap = 1

// frame is the colour of the line round each picture: white elements would
// have no border on a white page, nor black ones on a black page.
var frame = color.NRGBA{160, 160, 160, 255}

// size is that of the whole grid in elements.
func (p *tiles) size() (width, height int) {
	return p.columns*(p.width+gap) - gap, p.rows*(p.height+gap) - gap
}

// image draws the grid, an element as scale x scale pixels; 0 chooses a scale.
// What lies between the pictures is transparent.
func (p *tiles) image(scale int) (image.Image, error) {
	w, h := p.size()
	if scale <= 0 {
		scale = min(max(sheetWidth/w, 1), 24)
	}
	if w > maxPixels/scale/scale/h {
		return nil, fmt.Errorf("%d x %d pixels at scale %d are more than %d", w, h, scale, maxPixels)
	}
	margin := 0
	if scale >= 3 { // there is room in the gaps
		margin = 1
	}
	img := image.NewNRGBA(image.Rect(-margin, -margin, w*scale+margin, h*scale+margin))
	for n := range p.count {
		left, top := n%p.columns*(p.width+gap)*scale, n/p.columns*(p.height+gap)*scale
		tile := image.Rect(left, top, left+p.width*scale, top+p.height*scale)
		if margin > 0 {
			draw.Draw(img, tile.Inset(-margin), image.NewUniform(frame), image.Point{}, draw.Src)
		}
		for y := range p.height {
			for x := range p.width {
				element := image.Rect(0, 0, scale, scale).Add(image.Pt(left+x*scale, top+y*scale))
				draw.Draw(img, element, image.NewUniform(p.at(n, y, x)), image.Point{}, draw.Src)
			}
		}
	}
	return img, nil
}

// tensorImage is what Image shows of a tensor.
func tensorImage(t *ops.Tensor, o ImageOptions) Data {
	const want = "a tensor [H W], [C H W] or [N C H W], for RGB with C = 3"
	p, err := tilesOf(t, o.Colors)
	if err != nil {
		panic(&Error{Func: "Image", Got: "a tensor", Want: want, Err: err})
	}
	img, err := p.image(o.Scale)
	if err != nil {
		panic(&Error{Func: "Image", Got: "a tensor", Want: "a picture of bounded size", Err: err})
	}
	d := encode(img, 1)
	d.MIME[textPlain] = "picture of " + t.Summary()
	return d
}
