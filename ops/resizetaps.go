package ops

import (
	"math"

	"cahier/ops/internal/cpu"
)

// place returns where index i of axis k of the result lies in n elements.
func (p *resizing) place(k, i, n int) float64 {
	size, scale := p.size[k], p.scale[k]
	length := float64(size) // of the result, before it was rounded
	if scale > 0 {
		length = scale * float64(n)
	}
	switch p.coordinates {
	case "align_corners":
		if length == 1 {
			return 0
		}
		return float64(i) * float64(n-1) / (length - 1)
	case "asymmetric":
		if scale > 0 {
			return float64(i) / scale
		}
		return float64(i*n) / float64(size)
	case "pytorch_half_pixel":
		if size == 1 {
			return 0
		}
	}
	if scale == 0 {
		// One division of integers: halves and whole places are exact.
		return float64((2*i+1)*n-size) / float64(2*size)
	}
	x := (float64(i)+0.5)/scale - 0.5
	if p.coordinates == "half_pixel_symmetric" {
		x += float64(n) / 2 * (1 - float64(size)/length)
	}
	return x
}

// taps computes the weights of each axis.
func (p *resizing) taps(x Shape) resampling {
	r := resampling{axes: p.axes}
	for k, a := range p.axes {
		n, t := x[a], &cpu.Taps{}
		t.Close()
		for i := range p.size[k] {
			p.row(t, k, p.place(k, i, n), n)
			t.Close()
		}
		r.taps = append(r.taps, t)
	}
	return r
}

// row adds the weights of one place.
func (p *resizing) row(t *cpu.Taps, k int, x float64, n int) {
	inside := func(i int) int { return min(max(i, 0), n-1) }
	if p.mode == "nearest" {
		var i float64
		switch p.rounding {
		case "round_prefer_floor":
			i = math.Ceil(x - 0.5)
		case "round_prefer_ceil":
			i = math.Floor(x + 0.5)
		case "floor":
			i = math.Floor(x)
		default:
			i = math.Ceil(x)
		}
		t.Add(inside(int(i)), 1)
		return
	}
	kernel, reach := triangleKernel, 1.0
	if p.mode == "cubic" {
		kernel, reach = cubicKernel(p.cubic), 2
	}
	shrink := 1.0
	if p.antialias {
		scale := p.scale[k]
		if scale == 0 {
			scale = float64(p.size[k]) / float64(n)
		}
		shrink = min(1, scale)
	}
	reach /= shrink
	from, total := len(t.Index), 0.0
	for i := int(math.Ceil(x - reach)); float64(i) <= x+reach; i++ {
		w := kernel((float64(i) - x) * shrink)
		if w == 0 || p.excludeOutside && (i < 0 || i >= n) {
			continue
		}
		t.Add(inside(i), w)
		total += w
	}
	if total == 0 { // all neighbours lie outside
		t.Add(inside(int(math.Floor(x+0.5))), 1)
		return
	}
	if p.antialias || p.excludeOutside {
		for i := from; i < len(t.Weight); i++ {
			t.Weight[i] /= total
		}
	}
}

func triangleKernel(d float64) float64 { return max(0, 1-math.Abs(d)) }

// cubicKernel is the convolution kernel with coefficient a (Keys, 1981).
func cubicKernel(a float64) func(d float64) float64 {
	return func(d float64) float64 {
		d = math.Abs(d)
		switch {
		case d <= 1:
			return ((a+2)*d-(a+3))*d*d + 1
		case d < 2:
			return ((a*d-5*a)*d+8*a)*d - 4*a
		}
		return 0
	}
}
