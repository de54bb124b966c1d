package main

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"strings"
)

// The size of a picture in a terminal, in blocks; a character is one block wide
// and two high.
const (
	blockColumns = 64
	blockRows    = 48
)

// maxTerminalPixels bounds what is decoded for a terminal.
const maxTerminalPixels = 16 << 20

// blocks draws a PNG picture with half blocks in 24-bit colours, made smaller
// where needed, never larger. It returns "" where the pane or the picture does
// not allow it.
func blocks(encoded string, p pane) string {
	if !p.picture {
		return ""
	}
	file, err := decoded(encoded)
	if err != nil {
		return ""
	}
	size, err := png.DecodeConfig(bytes.NewReader(file))
	if err != nil || size.Width <= 0 || size.Height <= 0 || size.Width > maxTerminalPixels/size.Height {
		return ""
	}
	img, err := png.Decode(bytes.NewReader(file))
	if err != nil {
		return ""
	}
	columns := min(blockColumns, p.width-1, size.Width)
	rows := max(size.Height*columns/size.Width, 1)
	if rows > blockRows {
		rows = blockRows
		columns = max(size.Width*rows/size.Height, 1)
	}
	var b strings.Builder
	for y := 0; y < rows; y += 2 {
		for x := range columns {
			r, g, bl := average(img, x, y, columns, rows)
			fmt.Fprintf(&b, "\x1b[38;2;%d;%d;%dm", r, g, bl)
			if y+1 < rows {
				r, g, bl = average(img, x, y+1, columns, rows)
				fmt.Fprintf(&b, "\x1b[48;2;%d;%d;%dm", r, g, bl)
			}
			b.WriteString("▀")
		}
		b.WriteString("\x1b[0m\n")
	}
	return b.String()
}

// average is the mean colour, on white, of the part of img that block x, y of
// columns x rows covers.
func average(img image.Image, x, y, columns, rows int) (r, g, b int) {
	bounds := img.Bounds()
	x0, x1 := part(x, columns, bounds.Dx())
	y0, y1 := part(y, rows, bounds.Dy())
	var sum [3]int
	for j := y0; j < y1; j++ {
		for i := x0; i < x1; i++ {
			c := color.NRGBAModel.Convert(img.At(bounds.Min.X+i, bounds.Min.Y+j)).(color.NRGBA)
			for k, v := range []uint8{c.R, c.G, c.B} {
				sum[k] += (int(v)*int(c.A) + 255*(255-int(c.A))) / 255
			}
		}
	}
	n := (x1 - x0) * (y1 - y0)
	return sum[0] / n, sum[1] / n, sum[2] / n
}

// part returns the pixels of n that block i of count covers: one at least.
func part(i, count, n int) (from, to int) {
	from = i * n / count
	return from, max((i+1)*n/count, from+1)
}
