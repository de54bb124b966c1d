// Package colorscale has the scales of colours that plots and pictures of tensors
// share.
package colorscale

import (
	"fmt"
	"image/color"
)

// Scale is a list of colours at equal distances, between which At interpolates.
type Scale []color.NRGBA

// Diverging returns ColorBrewer's RdBu: blue, near white in the middle, red.
func Diverging() Scale {
	return scale(0x2166ac, 0x4393c3, 0x92c5de, 0xd1e5f0, 0xf7f7f7, 0xfddbc7, 0xf4a582, 0xd6604d, 0xb2182b)
}

// Viridis returns viridis (van der Walt and Smith, 2015), which is even to the eye
// and in grey.
func Viridis() Scale {
	return scale(0x440154, 0x482878, 0x3e4a89, 0x31688e, 0x26828e, 0x1f9e89, 0x35b779, 0x6dcd59, 0xb4de2c, 0xfde725)
}

// Gray returns black to white.
func Gray() Scale { return scale(0x000000, 0xffffff) }

func scale(colors ...uint32) Scale {
	s := make(Scale, len(colors))
	for i, c := range colors {
		s[i] = color.NRGBA{uint8(c >> 16), uint8(c >> 8), uint8(c), 255}
	}
	return s
}

// At returns the colour at t, from 0 to 1; what lies outside is cut.
func (s Scale) At(t float64) color.NRGBA {
	t = min(max(t, 0), 1) * float64(len(s)-1)
	i := min(int(t), len(s)-2)
	a, b := s[i], s[i+1]
	mix := func(x, y uint8) uint8 { return uint8(float64(x) + (t-float64(i))*(float64(y)-float64(x)) + 0.5) }
	return color.NRGBA{mix(a.R, b.R), mix(a.G, b.G), mix(a.B, b.B), 255}
}

// CSS returns the colours as #rrggbb.
func (s Scale) CSS() []string {
	list := make([]string, len(s))
	for i, c := range s {
		list[i] = Hex(c)
	}
	return list
}

// Hex returns a colour as #rrggbb.
func Hex(c color.NRGBA) string { return fmt.Sprintf("#%02x%02x%02x", c.R, c.G, c.B) }
