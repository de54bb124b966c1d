package onnx

import (
	"math"
	"slices"
	"testing"
)

// A tensor [2 1] of 1.5 and -2 as Float32, by hand.
var sample = []byte{
	0x08, 2, 0x08, 1, // dims 2, 1
	0x10, 1, // data_type float
	0x42, 1, 'x', // name
	0x4a, 8, 0, 0, 0xc0, 0x3f, 0, 0, 0, 0xc0, // raw_data
}

func TestParseTensor(t *testing.T) {
	got, err := ParseTensor(sample)
	if err != nil {
		t.Fatal(err)
	}
	if got.Name != "x" || got.Type != Float32 || !slices.Equal(got.Shape, []int{2, 1}) || !slices.Equal(got.Floats, []float64{1.5, -2}) {
		t.Errorf("got %+v", got)
	}
	for n := range sample {
		if _, err := ParseTensor(sample[:n]); err == nil && n != len(sample) {
			t.Errorf("%d bytes of %d were read as a tensor", n, len(sample))
		}
	}
}

func TestHalf(t *testing.T) {
	for h, want := range map[uint16]float64{0: 0, 0x3c00: 1, 0xc000: -2, 0x7bff: 65504, 0x0001: math.Ldexp(1, -24), 0x7c00: math.Inf(1), 0x3555: 0.333251953125} {
		if got := half(h); got != want {
			t.Errorf("half(%#x) = %v, want %v", h, got, want)
		}
	}
	if !math.IsNaN(half(0x7e00)) {
		t.Error("half(0x7e00) is a number")
	}
}

func FuzzParse(f *testing.F) {
	f.Add(sample)
	f.Fuzz(func(t *testing.T, b []byte) {
		if x, err := ParseTensor(b); err == nil {
			n := 1
			for _, d := range x.Shape {
				n *= d
			}
			if n != len(x.Floats) {
				t.Errorf("shape %v with %d elements", x.Shape, len(x.Floats))
			}
		}
		_, _ = ParseModel(b)
	})
}
