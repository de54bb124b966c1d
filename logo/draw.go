//go:build ignore

// Draw makes the PNG logos: the same exercise book as logo-svg.svg, whose cells
// hold a tensor, drawn with eight samples a pixel and axis.
//
//	go run logo/draw.go
package main

import (
	"image"
	"image/color"
	"image/png"
	"log"
	"os"
	"strconv"
)

// shape is a rounded rectangle in the 64 x 64 units of the SVG.
type shape struct {
	x, y, w, h, r float64
	fill          color.NRGBA
}

var (
	deep  = color.NRGBA{0x0b, 0x6e, 0x8f, 255}
	sky   = color.NRGBA{0x12, 0xa1, 0xcf, 255}
	white = color.NRGBA{255, 255, 255, 255}
	ring  = color.NRGBA{0xf2, 0xf7, 0xf9, 255}
)

func faint(opacity float64) color.NRGBA { return color.NRGBA{255, 255, 255, uint8(opacity*255 + 0.5)} }

func shapes() []shape {
	all := []shape{
		{12, 6, 42, 52, 6, deep},
		{18, 6, 36, 52, 6, sky},
		{24, 14, 22, 14, 3, white},
		{28, 18, 14, 2, 1, deep},
		{28, 22, 10, 2, 1, deep},
	}
	opacity := [2][3]float64{{1, 0.65, 0.35}, {0.35, 1, 0.65}}
	for row := range 2 {
		for col := range 3 {
			all = append(all, shape{24 + 8*float64(col), 36 + 8*float64(row), 6, 6, 1, faint(opacity[row][col])})
		}
	}
	for i := range 4 {
		y := 14 + 10*float64(i)
		all = append(all, shape{6, y, 12, 6, 3, deep}, shape{8, y + 2, 8, 2, 1, ring})
	}
	return all
}

// covers reports whether a point lies in the shape.
func (s shape) covers(x, y float64) bool {
	dx := max(s.x+s.r-x, x-(s.x+s.w-s.r), 0)
	dy := max(s.y+s.r-y, y-(s.y+s.h-s.r), 0)
	return dx*dx+dy*dy <= s.r*s.r
}

const samples = 8 // a pixel and axis

func draw(size int) image.Image {
	img := image.NewNRGBA(image.Rect(0, 0, size, size))
	unit := 64 / float64(size)
	for py := range size {
		for px := range size {
			var sum [4]float64 // colour weighted by opacity, and opacity
			for s := range samples * samples {
				x := (float64(px) + (float64(s%samples)+0.5)/samples) * unit
				y := (float64(py) + (float64(s/samples)+0.5)/samples) * unit
				var c [4]float64
				for _, sh := range shapes() {
					if !sh.covers(x, y) {
						continue
					}
					a := float64(sh.fill.A) / 255
					for i, v := range []uint8{sh.fill.R, sh.fill.G, sh.fill.B} {
						c[i] = c[i]*(1-a) + float64(v)*a
					}
					c[3] = c[3]*(1-a) + a
				}
				for i := range sum {
					sum[i] += c[i] / (samples * samples)
				}
			}
			if sum[3] > 0 {
				img.SetNRGBA(px, py, color.NRGBA{
					uint8(sum[0]/sum[3] + 0.5), uint8(sum[1]/sum[3] + 0.5), uint8(sum[2]/sum[3] + 0.5), uint8(sum[3]*255 + 0.5),
				})
			}
		}
	}
	return img
}

func main() {
	for _, size := range []int{32, 64} {
		name := strconv.Itoa(size)
		f, err := os.Create("logo/logo-" + name + "x" + name + ".png")
		if err != nil {
			log.Fatal(err)
		}
		e := png.Encoder{CompressionLevel: png.BestCompression}
		if err := e.Encode(f, draw(size)); err != nil {
			log.Fatal(err)
		}
		if err := f.Close(); err != nil {
			log.Fatal(err)
		}
	}
}
