package display

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"math"

	"cahier/notebooks/internal/colorscale"
	"cahier/ops"
)

// tensorSheet is where the pictures of a view lie: in a grid, a cell of a picture as
// one pixel of a file, which the page magnifies. Distances are in cells.
type tensorSheet struct {
	columns, rows int
	w, h          int // of a picture
	gapX, gapY    int // before each picture; none if there is only one
	zoomX, zoomY  int // pixels of the screen for a cell of the grid
	pageX, pageY  int // and of one picture alone
}

// Wanted sizes on the screen, in pixels.
const (
	screenWidth, screenHeight = 640, 420
	zoomLimit                 = 24
	thin                      = 28 // of a picture with one row
	captionHeight             = 16
	gridGap                   = 6
	gridColumns               = 16 // above, a grid does not keep an axis in its columns
)

func (v *view) sheet() tensorSheet {
	s := tensorSheet{columns: 1, rows: 1, w: v.cols.count(), h: v.rows.count()}
	z := max(min(screenWidth/s.w, screenHeight/s.h, zoomLimit), 1)
	s.pageX, s.pageY = stretch(z, s.w, thin), stretch(z, s.h, thin)
	s.zoomX, s.zoomY = s.pageX, s.pageY
	n := v.pictures()
	if n == 1 {
		return s
	}
	group := 1 // pictures that stay side by side
	if k := len(v.lead); k > 1 && n > len(v.lead[k-1].keep) {
		if last := len(v.lead[k-1].keep); last > 1 && last <= gridColumns {
			group = last
		}
	}
	for z = min(z, 16); ; z-- {
		s.zoomX, s.zoomY = stretch(z, s.w, thin/2), stretch(z, s.h, thin/2)
		s.gapX, s.gapY = over(gridGap, s.zoomX), over(captionHeight, s.zoomY)
		groups := screenWidth / (group * (s.w + s.gapX) * s.zoomX) // in a row of the grid
		for m := 1; m <= max(groups, 1); m++ {
			if group == 1 {
				m = max(groups, 1)
			}
			s.columns = min(m*group, n)
			if s.rows = over(n, s.columns); group == 1 {
				s.columns = over(n, s.rows) // no nearly empty row
			}
			width, height := s.size()
			if width*s.zoomX <= screenWidth && height*s.zoomY <= screenHeight || z == 1 && m >= groups {
				return s
			}
		}
	}
}

// stretch makes a picture of few cells at least so many pixels wide.
func stretch(zoom, cells, least int) int { return max(zoom, min(least/cells, zoomLimit+4)) }

func over(a, b int) int { return (a + b - 1) / b }

// size is that of the file, in pixels: one for each cell.
func (s *tensorSheet) size() (width, height int) {
	return s.columns * (s.w + s.gapX), s.rows * (s.h + s.gapY)
}

// place is where picture n begins.
func (s *tensorSheet) place(n int) (x, y int) {
	return n%s.columns*(s.w+s.gapX) + s.gapX, n/s.columns*(s.h+s.gapY) + s.gapY
}

// What a colour of the palette stands for, behind shadeCount shades of the scale.
const (
	shadeCount = 240
	shadeNaN   = shadeCount - 1 + iota
	shadePosInf
	shadeNegInf
	shadeAbove // the scale's end
	shadeBelow
	shadeNone // between the pictures
)

// mark is a colour outside the scale and what it says.
type mark struct {
	name  string
	color color.NRGBA
	shade uint8
}

// marks are the colours of cells that are not on the scale; each differs from all
// scales and from each other also in lightness.
func marks() []mark {
	return []mark{
		{"NaN", color.NRGBA{0xe0, 0x00, 0xe0, 255}, shadeNaN},
		{"+Inf", color.NRGBA{0xff, 0x9d, 0x00, 255}, shadePosInf},
		{"-Inf", color.NRGBA{0x00, 0xa8, 0x8f, 255}, shadeNegInf},
		{"above", color.NRGBA{0x4d, 0x00, 0x0f, 255}, shadeAbove},
		{"below", color.NRGBA{0x05, 0x1d, 0x3f, 255}, shadeBelow},
	}
}

func (v *view) palette() color.Palette {
	p := make(color.Palette, shadeNone+1)
	for i := range shadeCount {
		p[i] = v.scale.colors.At(float64(i) / (shadeCount - 1))
	}
	for _, m := range marks() {
		p[m.shade] = m.color
	}
	if !v.scale.diverging && v.scale.sigma { // the ends of viridis: one is dark, one bright
		p[shadeAbove] = color.NRGBA{0xff, 0x5a, 0x36, 255}
		p[shadeBelow] = color.NRGBA{0x1b, 0x00, 0x1f, 255}
	}
	p[shadeNone] = color.NRGBA{}
	return p
}

func (v *view) shade(x float64) uint8 {
	switch {
	case math.IsNaN(x):
		return shadeNaN
	case math.IsInf(x, 1):
		return shadePosInf
	case math.IsInf(x, -1):
		return shadeNegInf
	}
	t := v.scale.at(x)
	switch {
	case t > 1 && v.scale.sigma:
		return shadeAbove
	case t < 0 && v.scale.sigma:
		return shadeBelow
	}
	return uint8(math.Round(min(max(t, 0), 1) * (shadeCount - 1)))
}

// draw draws the sheet and counts the cells of each mark.
func (v *view) draw(s tensorSheet) (img image.Image, marked map[uint8]int) {
	width, height := s.size()
	marked = map[uint8]int{}
	if v.planes == 3 {
		return v.drawRGB(s, marked), marked
	}
	p := image.NewPaletted(image.Rect(0, 0, width, height), v.palette())
	for i := range p.Pix {
		p.Pix[i] = shadeNone
	}
	for n := range v.pictures() {
		left, top := s.place(n)
		for i, x := range v.values[n] {
			shade := v.shade(x)
			if shade >= shadeCount {
				marked[shade]++
			}
			p.Pix[(top+i/s.w)*p.Stride+left+i%s.w] = shade
		}
	}
	return p, marked
}

// drawRGB draws channels as colours: 0 to 1, or 0 to 255, or the range of all.
func (v *view) drawRGB(s tensorSheet, marked map[uint8]int) image.Image {
	width, height := s.size()
	p := image.NewNRGBA(image.Rect(0, 0, width, height))
	shift, full := 0.0, 255.0
	switch {
	case v.fit && v.stats.hi > v.stats.lo:
		shift, full = v.stats.lo, 255/(v.stats.hi-v.stats.lo)
	case v.t.DType() == ops.Uint8:
		full = 1
	}
	for n := range v.pictures() {
		left, top := s.place(n)
		r, g, b := v.values[3*n], v.values[3*n+1], v.values[3*n+2]
		for i := range r {
			c := color.NRGBA{level((r[i] - shift) * full), level((g[i] - shift) * full), level((b[i] - shift) * full), 255}
			if sum := r[i] + g[i] + b[i]; sum-sum != 0 {
				c = marks()[0].color
				marked[shadeNaN]++
			}
			p.SetNRGBA(left+i%s.w, top+i/s.w, c)
		}
	}
	return p
}

// file is the PNG file of a picture made here.
func file(img image.Image) []byte {
	var b bytes.Buffer
	encoder := png.Encoder{CompressionLevel: png.BestCompression}
	if err := encoder.Encode(&b, img); err != nil {
		panic(&Error{Func: "Tensor", Got: "a picture", Want: "one that PNG can hold", Err: err})
	}
	return b.Bytes()
}

// magnified is the sheet as it looks on the screen, for front ends that show only
// pictures, with a line round each picture where there is room.
func (s *tensorSheet) magnified(img image.Image, count int) image.Image {
	width, height := s.size()
	r := image.Rect(0, 0, width*s.zoomX, height*s.zoomY)
	src, paletted := img.(*image.Paletted)
	if !paletted {
		dst := image.NewNRGBA(r)
		for y := range r.Dy() {
			for x := range r.Dx() {
				dst.Set(x, y, img.At(x/s.zoomX, y/s.zoomY))
			}
		}
		return dst
	}
	palette := append(color.Palette{}, src.Palette...)
	palette = append(palette, frame)
	dst := image.NewPaletted(r, palette)
	for y := range r.Dy() {
		row := src.Pix[y/s.zoomY*src.Stride:]
		for x := range r.Dx() {
			dst.Pix[y*dst.Stride+x] = row[x/s.zoomX]
		}
	}
	if s.gapX == 0 {
		return dst
	}
	for n := range count {
		left, top := s.place(n)
		inner := image.Rect(left*s.zoomX, top*s.zoomY, (left+s.w)*s.zoomX, (top+s.h)*s.zoomY)
		outer := inner.Inset(-1).Intersect(r)
		for x := outer.Min.X; x < outer.Max.X; x++ {
			for _, y := range []int{outer.Min.Y, inner.Max.Y} {
				if y < r.Max.Y {
					dst.Pix[y*dst.Stride+x] = shadeNone + 1
				}
			}
		}
		for y := outer.Min.Y; y < outer.Max.Y; y++ {
			for _, x := range []int{outer.Min.X, inner.Max.X} {
				if x < r.Max.X {
					dst.Pix[y*dst.Stride+x] = shadeNone + 1
				}
			}
		}
	}
	return dst
}

// gradient is the scale as a CSS gradient.
func gradient(s colorscale.Scale) string {
	var b bytes.Buffer
	b.WriteString("linear-gradient(to right")
	for _, c := range s.CSS() {
		b.WriteString("," + c)
	}
	b.WriteString(")")
	return b.String()
}
