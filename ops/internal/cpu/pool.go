package cpu

// taps calls f for every tap of the window of output element (od, oh, ow)
// that lies inside the image, in row-major order.
func (g *Conv) taps(od, oh, ow int, f func(in int)) {
	for i := range g.Kernel[0] {
		d := od*g.Stride[0] + i*g.Dilation[0] - g.Before[0]
		if d < 0 || d >= g.In[0] {
			continue
		}
		for j := range g.Kernel[1] {
			h := oh*g.Stride[1] + j*g.Dilation[1] - g.Before[1]
			if h < 0 || h >= g.In[1] {
				continue
			}
			for l := range g.Kernel[2] {
				if w := ow*g.Stride[2] + l*g.Dilation[2] - g.Before[2]; w >= 0 && w < g.In[2] {
					f((d*g.In[1]+h)*g.In[2] + w)
				}
			}
		}
	}
}

// MaxPool writes to y the largest element of each window of each of the N·C
// channels, and to idx its place in the channel. The first one wins among
// equals; NaN wins over all. Every window has an element inside the image.
func MaxPool[T Number](g *Conv, x, y []T, idx []int64) {
	pixels, outputs := g.Pixels(), g.Outputs()
	Parallel(g.N*g.C, GrainFor(2*outputs*g.Taps()), func(lo, hi int) {
		for c := lo; c < hi; c++ {
			src := x[c*pixels : (c+1)*pixels]
			p := c * outputs
			for od := range g.Out[0] {
				for oh := range g.Out[1] {
					for ow := range g.Out[2] {
						var best T
						at := -1
						g.taps(od, oh, ow, func(in int) {
							// v != v is NaN, which stays once it is best.
							if v := src[in]; at < 0 || v > best || v != v && best == best {
								best, at = v, in
							}
						})
						y[p], idx[p] = best, int64(at)
						p++
					}
				}
			}
		}
	})
}

// AvgPool writes to y the sum of each window divided by its divisor, which
// divisors lists for each output element of a channel.
func AvgPool[T Float](g *Conv, x, y []T, divisors []float64) {
	pixels, outputs := g.Pixels(), g.Outputs()
	Parallel(g.N*g.C, GrainFor(2*outputs*g.Taps()), func(lo, hi int) {
		for c := lo; c < hi; c++ {
			src := x[c*pixels : (c+1)*pixels]
			p := 0
			for od := range g.Out[0] {
				for oh := range g.Out[1] {
					for ow := range g.Out[2] {
						sum := 0.0
						g.taps(od, oh, ow, func(in int) { sum += float64(src[in]) })
						y[c*outputs+p] = T(sum / divisors[p])
						p++
					}
				}
			}
		}
	})
}

// AvgPoolInput computes the adjoint of AvgPool.
func AvgPoolInput[T Float](g *Conv, y, x []T, divisors []float64) {
	pixels, outputs := g.Pixels(), g.Outputs()
	clear(x)
	Parallel(g.N*g.C, GrainFor(2*outputs*g.Taps()), func(lo, hi int) {
		for c := lo; c < hi; c++ {
			dst := x[c*pixels : (c+1)*pixels]
			p := 0
			for od := range g.Out[0] {
				for oh := range g.Out[1] {
					for ow := range g.Out[2] {
						v := T(float64(y[c*outputs+p]) / divisors[p])
						g.taps(od, oh, ow, func(in int) { dst[in] += v })
						p++
					}
				}
			}
		}
	})
}

// PoolDivisors returns, for each output element of a channel, the number of
// taps of its window that lie inside the image, or, if after is given, inside
// the image with Before elements of padding in front and after behind it.
func PoolDivisors(g *Conv, after *[3]int) []float64 {
	axis := func(i int) []float64 {
		n := make([]float64, g.Out[i])
		lo, hi := 0, g.In[i]
		if after != nil {
			lo, hi = -g.Before[i], g.In[i]+after[i]
		}
		for o := range n {
			for k := range g.Kernel[i] {
				if p := o*g.Stride[i] + k*g.Dilation[i] - g.Before[i]; p >= lo && p < hi {
					n[o]++
				}
			}
		}
		return n
	}
	d, h, w := axis(0), axis(1), axis(2)
	out := make([]float64, 0, g.Outputs())
	for _, a := range d {
		for _, b := range h {
			for _, c := range w {
				out = append(out, a*b*c)
			}
		}
	}
	return out
}

// Argmax returns the place of the largest element of x, the first among
// equals; NaN is larger than all. x is not empty.
func Argmax[T Number](x []T) int {
	at := 0
	for i, v := range x {
		if best := x[at]; v > best || v != v && best == best {
			at = i
		}
	}
	return at
}
