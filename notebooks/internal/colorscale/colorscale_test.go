package colorscale

import (
	"image/color"
	"math"
	"testing"
)

func TestScale(t *testing.T) {
	for _, c := range []struct {
		s    Scale
		t    float64
		want string
	}{
		{Gray(), 0, "#000000"}, {Gray(), 0.5, "#808080"}, {Gray(), 1, "#ffffff"},
		{Gray(), -3, "#000000"}, {Gray(), 3, "#ffffff"},
		{Diverging(), 0, "#2166ac"}, {Diverging(), 0.5, "#f7f7f7"}, {Diverging(), 1, "#b2182b"}, {Diverging(), 0.125, "#4393c3"},
		{Viridis(), 0, "#440154"}, {Viridis(), 1, "#fde725"},
	} {
		if got := Hex(c.s.At(c.t)); got != c.want {
			t.Errorf("colour at %v is %s, want %s", c.t, got, c.want)
		}
	}
	if css := Gray().CSS(); len(css) != 2 || css[0] != "#000000" || css[1] != "#ffffff" {
		t.Errorf("CSS %v", css)
	}
}

// Luminance of viridis grows: it can be read in grey.
func TestViridisIsMonotonic(t *testing.T) {
	gray := func(c color.NRGBA) float64 { return 0.299*float64(c.R) + 0.587*float64(c.G) + 0.114*float64(c.B) }
	last := math.Inf(-1)
	for i := range 101 {
		g := gray(Viridis().At(float64(i) / 100))
		if g < last {
			t.Fatalf("the colour at %d %% is darker than the one before", i)
		}
		last = g
	}
}
