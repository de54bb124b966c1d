package cpu

// Conv is the geometry of a convolution of a batch of images with three
// spatial axes; those that an image lacks have size 1, in front.
type Conv struct {
	N, C, O, Groups                           int
	In, Out, Kernel, Stride, Dilation, Before [3]int // Before is the padding in front
}

// Pixels is the number of elements of an input channel.
func (g *Conv) Pixels() int { return g.In[0] * g.In[1] * g.In[2] }

// Outputs is the number of elements of an output channel.
func (g *Conv) Outputs() int { return g.Out[0] * g.Out[1] * g.Out[2] }

// Taps is the number of kernel elements of a channel.
func (g *Conv) Taps() int { return g.Kernel[0] * g.Kernel[1] * g.Kernel[2] }

// pixelBlock is the number of output elements whose windows are laid out at a
// time. It is a constant, so that results do not depend on the number of
// workers.
const pixelBlock = 256

// ConvForward computes y = x∗w (a cross-correlation, as usual in networks),
// or adds it to y if add is set: x is [N C in…], w [O C/Groups kernel…], y
// [N O out…], all contiguous.
//
// The windows of a block of output elements are laid out as rows, and one
// matrix product with the kernels gives their outputs.
func ConvForward[T Float](g *Conv, x, w, y []T, add bool) {
	cg, og := g.C/g.Groups, g.O/g.Groups
	pixels, outputs, k := g.Pixels(), g.Outputs(), cg*g.Taps()
	if len(y) == 0 {
		return
	}
	blocks := (outputs + pixelBlock - 1) / pixelBlock
	Parallel(g.N*g.Groups*blocks, GrainFor(2*og*k*min(outputs, pixelBlock)), func(lo, hi int) {
		rows := make([]T, min(outputs, pixelBlock)*k)
		for job := lo; job < hi; job++ {
			image, block := job/blocks, job%blocks
			n, grp := image/g.Groups, image%g.Groups
			p0 := block * pixelBlock
			p1 := min(p0+pixelBlock, outputs)
			windows(g, rows, x[(n*g.C+grp*cg)*pixels:], cg, p0, p1)
			GemmNT(og, p1-p0, k, w[grp*og*k:], max(1, k), rows, max(1, k), y[(n*g.O+grp*og)*outputs+p0:], outputs, add)
		}
	})
}

// windows writes the windows of the output elements p0 to p1 as rows
// [channel, tap].
func windows[T Float](g *Conv, rows, x []T, channels, p0, p1 int) {
	pixels, taps := g.Pixels(), g.Taps()
	kw := g.Kernel[2]
	for p := p0; p < p1; p++ {
		od, oh, ow := p/(g.Out[1]*g.Out[2]), p/g.Out[2]%g.Out[1], p%g.Out[2]
		row := rows[(p-p0)*channels*taps : (p-p0+1)*channels*taps]
		d0, h0, w0 := od*g.Stride[0]-g.Before[0], oh*g.Stride[1]-g.Before[1], ow*g.Stride[2]-g.Before[2]
		inside := w0 >= 0 && w0+(kw-1)*g.Dilation[2] < g.In[2]
		for c := range channels {
			image := x[c*pixels : (c+1)*pixels]
			for i := range g.Kernel[0] {
				d := d0 + i*g.Dilation[0]
				for j := range g.Kernel[1] {
					h := h0 + j*g.Dilation[1]
					dst := row[:kw]
					row = row[kw:]
					if d < 0 || d >= g.In[0] || h < 0 || h >= g.In[1] {
						clear(dst)
						continue
					}
					line := image[(d*g.In[1]+h)*g.In[2] : (d*g.In[1]+h+1)*g.In[2]]
					if inside && g.Dilation[2] == 1 {
						copy(dst, line[w0:])
						continue
					}
					for t := range dst {
						if q := w0 + t*g.Dilation[2]; q >= 0 && q < len(line) {
							dst[t] = line[q]
						} else {
							dst[t] = 0
						}
					}
				}
			}
		}
	}
}

// runs visits, for one tap (i, j, l) of the kernel, the runs of output
// elements whose tap lies inside the image: f(out, in, n) says that the n
// output elements from out on read the input elements in, in+Stride[2], ….
func (g *Conv) runs(i, j, l int, f func(out, in, n int)) {
	s := g.Stride[2]
	shift := l*g.Dilation[2] - g.Before[2]
	// Output elements first to last-1 read inside [0, In[2]).
	first := 0
	if shift < 0 {
		first = (-shift + s - 1) / s
	}
	last := 0
	if room := g.In[2] - 1 - shift; room >= 0 {
		last = min(room/s+1, g.Out[2])
	}
	if first >= last {
		return
	}
	for od := range g.Out[0] {
		d := od*g.Stride[0] + i*g.Dilation[0] - g.Before[0]
		if d < 0 || d >= g.In[0] {
			continue
		}
		for oh := range g.Out[1] {
			h := oh*g.Stride[1] + j*g.Dilation[1] - g.Before[1]
			if h < 0 || h >= g.In[1] {
				continue
			}
			f((od*g.Out[1]+oh)*g.Out[2]+first, (d*g.In[1]+h)*g.In[2]+first*s+shift, last-first)
		}
	}
}

// ConvInput computes the adjoint of ConvForward by x: the x̄ for which
// <x̄, x> = <ȳ, x∗w> for every x. It is the transposed convolution.
func ConvInput[T Float](g *Conv, y, w, x []T) {
	cg, og := g.C/g.Groups, g.O/g.Groups
	pixels, outputs, taps := g.Pixels(), g.Outputs(), g.Taps()
	clear(x)
	if len(x) == 0 || len(y) == 0 {
		return
	}
	// A job is a channel of an image: it alone writes to it.
	Parallel(g.N*g.C, GrainFor(2*og*taps*outputs), func(lo, hi int) {
		cols := make([]T, taps*outputs)
		for job := lo; job < hi; job++ {
			n, c := job/g.C, job%g.C
			grp := c / cg
			// w of this channel is [og taps] with rows cg*taps apart.
			kernel := Matrix[T]{Data: w, Offset: (grp*og*cg + c%cg) * taps, Rows: og, Cols: taps, RowStride: cg * taps, ColStride: 1}
			images := Matrix[T]{Data: y, Offset: (n*g.O + grp*og) * outputs, Rows: og, Cols: outputs, RowStride: outputs, ColStride: 1}
			Gemm(cols, kernel.T(), images)
			dst := x[job*pixels : (job+1)*pixels]
			t := 0
			for i := range g.Kernel[0] {
				for j := range g.Kernel[1] {
					for l := range g.Kernel[2] {
						col := cols[t*outputs : (t+1)*outputs]
						t++
						g.runs(i, j, l, func(out, in, n int) {
							for _, v := range col[out : out+n] {
								dst[in] += v
								in += g.Stride[2]
							}
						})
					}
				}
			}
		}
	})
}

// ConvWeight computes the adjoint of ConvForward by w: the w̄ for which
// <w̄, w> = <ȳ, x∗w> for every w.
func ConvWeight[T Float](g *Conv, x, y, w []T) {
	cg, og := g.C/g.Groups, g.O/g.Groups
	pixels, outputs, taps := g.Pixels(), g.Outputs(), g.Taps()
	if len(w) == 0 || len(y) == 0 {
		clear(w)
		return
	}
	// A job is an input channel: it alone writes to its kernels.
	Parallel(g.C, GrainFor(2*g.N*og*taps*outputs), func(lo, hi int) {
		cols := make([]T, taps*outputs)
		for c := lo; c < hi; c++ {
			grp := c / cg
			for n := range g.N {
				clear(cols)
				src := x[(n*g.C+c)*pixels : (n*g.C+c+1)*pixels]
				t := 0
				for i := range g.Kernel[0] {
					for j := range g.Kernel[1] {
						for l := range g.Kernel[2] {
							col := cols[t*outputs : (t+1)*outputs]
							t++
							g.runs(i, j, l, func(out, in, n int) {
								for q := range col[out : out+n] {
									col[out+q] = src[in]
									in += g.Stride[2]
								}
							})
						}
					}
				}
				GemmNT(og, taps, outputs, y[(n*g.O+grp*og)*outputs:], outputs, cols, outputs,
					w[(grp*og*cg+c%cg)*taps:], cg*taps, n > 0)
			}
		}
	})
}
