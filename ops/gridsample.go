package ops

import (
	"fmt"
	"slices"
)

// GridSampleOptions are the options of GridSample. The zero value takes means
// of the four pixels around a place, and zeros outside the image.
type GridSampleOptions struct {
	Nearest      bool // the nearest pixel (halves to the even one) instead of a mean of four
	Border       bool // outside lies the nearest pixel of the border, and not 0
	AlignCorners bool // -1 and 1 are the centres of the outermost pixels, and not the edges of the image
}

var opGridSample *Op

func init() {
	opGridSample = builtin("GridSample", Op{Name: "grid_sample", Inputs: []string{"x", "grid"},
		Doc: "the values of images x [N C H W] at places grid [N P Q 2], whose last axis has a place across and one down, from -1 to 1: [N C P Q]; attributes nearest, border (repeats the border instead of zeros) and align_corners",
		Infer: func(attrs Attrs, in []Spec) ([]Spec, error) {
			if _, err := gridSampleOf(attrs); err != nil {
				return nil, err
			}
			x, grid := in[0], in[1]
			if err := wantFloat("x", x.DType); err != nil {
				return nil, err
			}
			if err := wantSame("x", x.DType, "grid", grid.DType); err != nil {
				return nil, err
			}
			if len(x.Shape) != 4 {
				return nil, &ShapeError{Arg: "x", Got: slices.Clone(x.Shape), Want: Shape{-1, -1, -1, -1}, Axes: []string{"n", "c", "h", "w"}, Rule: "want a batch of images"}
			}
			if len(grid.Shape) != 4 || grid.Shape[0] != x.Shape[0] || grid.Shape[3] != 2 {
				return nil, &ShapeError{Arg: "grid", Got: slices.Clone(grid.Shape), Want: Shape{x.Shape[0], -1, -1, 2}, Axes: []string{"", "p", "q", ""}, Rule: "want two coordinates for each place of each image"}
			}
			if x.Shape[2]*x.Shape[3] == 0 {
				return nil, &ShapeError{Arg: "x", Got: slices.Clone(x.Shape), Rule: "there is no pixel to take"}
			}
			return []Spec{{DType: x.DType, Shape: Shape{x.Shape[0], x.Shape[1], grid.Shape[1], grid.Shape[2]}}}, nil
		},
		Compose: func(attrs Attrs, in []*Tensor) ([]*Tensor, error) {
			o, err := gridSampleOf(attrs)
			if err != nil {
				return nil, err
			}
			x, grid := in[0], in[1]
			s, p, q := x.shape, in[1].shape[1], in[1].shape[2]
			across, down := o.places(grid.Select(3, 0), s[3]), o.places(grid.Select(3, 1), s[2])
			flat := x.Reshape(s[0], s[1], s[2]*s[3])
			var y *Tensor
			for _, a := range across {
				for _, d := range down {
					at := Add(Mul(d.index, s[3]), a.index).Reshape(s[0], 1, p*q).BroadcastTo(s[0], s[1], p*q)
					part := Mul(Gather(flat, 2, at).Reshape(s[0], s[1], p, q), Mul(a.weight, d.weight).Unsqueeze(1))
					if y == nil {
						y = part
					} else {
						y = Add(y, part)
					}
				}
			}
			return []*Tensor{y}, nil
		}})
}

func gridSampleOf(attrs Attrs) (o GridSampleOptions, err error) {
	if err = attrs.only("nearest", "border", "align_corners"); err != nil {
		return o, err
	}
	for name, to := range map[string]*bool{"nearest": &o.Nearest, "border": &o.Border, "align_corners": &o.AlignCorners} {
		if *to, err = attrs.Bool(name); err != nil {
			return o, err
		}
	}
	return o, nil
}

// pixels are places along an axis: indices, Int64, that are inside it, and
// what they count for.
type pixels struct{ index, weight *Tensor }

// places returns the pixels along an axis of size n that coordinates are made
// of.
func (o GridSampleOptions) places(g *Tensor, n int) []pixels {
	var at *Tensor
	if o.AlignCorners {
		at = Mul(Add(g, 1), float64(n-1)/2)
	} else {
		at = Sub(Mul(Add(g, 1), float64(n)/2), 0.5)
	}
	if o.Border {
		at = Clamp(at, 0, float64(n-1))
	} else {
		// Beyond two pixels nothing changes any more, up to infinity.
		at = Clamp(at, -2, float64(n+1))
	}
	inside := func(i, weight *Tensor) pixels {
		in := And(GreaterEqual(i, 0), LessEqual(i, n-1))
		// A place that is NaN has a weight of NaN, at any pixel.
		index := Where(in, i, 0).To(Int64)
		return pixels{index, Mul(weight, in.To(g.dtype))}
	}
	if o.Nearest {
		i := Round(at.Detach())
		return []pixels{inside(i, Where(Equal(i, i), 1, i))}
	}
	low := Floor(at.Detach())
	part := Sub(at, low)
	first, second := inside(low, Sub(1, part)), inside(Add(low, 1), part)
	return []pixels{first, second}
}

// GridSample returns the values of images at places between their pixels.
//
//   - Formula: y[n, c, p, q] = Σ_ij max(0, 1-|u-j|)·max(0, 1-|v-i|)·x[n, c, i, j] with u = ((g + 1)·W - 1)/2 of g = grid[n, p, q, 0], or (g + 1)·(W - 1)/2 with AlignCorners, and v likewise of grid[n, p, q, 1] and H; with Nearest x at the nearest i, j
//   - Shapes: x [N C H W], grid [N P Q 2], y [N C P Q]
//   - DTypes: Float32, Float64; the same for both; computed in it
//   - Options: [GridSampleOptions]: means of four pixels, zeros outside, -1 and 1 are the edges of the image
//   - Panics: [ShapeError], for an image without pixels too; [DTypeError]
//   - Gradient: ∂x collects ∂y by the same weights; ∂grid by the differences of neighbours, 0 with Nearest
//   - Cost: 8 operations an element of y, and 4 copies of it
//   - Paper: Jaderberg et al., Spatial transformer networks, 2015
//   - Differences: none from PyTorch's for images with bilinear and nearest, zeros and border, but for places that are NaN, which give NaN; it has bicubic, reflection and volumes as well, as ONNX GridSample has
func GridSample(x, grid *Tensor, opts ...GridSampleOptions) *Tensor {
	o := one("ops.GridSample", opts)
	a := Attrs{}
	a.set("nearest", o.Nearest)
	a.set("border", o.Border)
	a.set("align_corners", o.AlignCorners)
	return apply1(opGridSample, a, x, grid)
}

// AffineGrid returns the places that [GridSample] takes to turn, shift and
// scale an image: those of the pixels of the result, mapped by matrices.
//
//   - Formula: grid[n, p, q] = theta[n]·(u, v, 1) with the places u of column q and v of row p from -1 to 1
//   - Shapes: theta [N 2 3], grid [N height width 2]
//   - DTypes: Float32, Float64
//   - Options: [GridSampleOptions], of which AlignCorners counts, as GridSample is given it
//   - Panics: [ShapeError], [DTypeError]; [ArgError] for a size below 1
//   - Gradient: of theta, to any order
//   - Cost: 12 operations a place
//   - Paper: Jaderberg et al., Spatial transformer networks, 2015
//   - Differences: none from PyTorch affine_grid for images, which takes the size of the whole result
func AffineGrid(theta *Tensor, height, width int, opts ...GridSampleOptions) *Tensor {
	const fn = "ops.AffineGrid"
	o := one(fn, opts)
	floating(fn, theta)
	if len(theta.shape) != 3 || theta.shape[1] != 2 || theta.shape[2] != 3 {
		fail(fn, &ShapeError{Arg: "theta", Got: theta.Shape(), Want: Shape{-1, 2, 3}, Axes: []string{"n", "", ""}, Rule: "want a matrix of two rows for each image"})
	}
	if height < 1 || width < 1 {
		fail(fn, &ArgError{Arg: "size", Got: fmt.Sprintf("%d by %d", height, width), Rule: "must be at least 1 by 1"})
	}
	u, v := o.centres(width), o.centres(height)
	base := make([]float64, 0, 3*height*width)
	for i := range height {
		for j := range width {
			base = append(base, u[j], v[i], 1)
		}
	}
	places := Wrap64(base, height*width, 3).To(theta.dtype)
	return MatMul(places, theta.Transpose(1, 2)).Reshape(theta.shape[0], height, width, 2)
}

// centres are the coordinates of the pixels of an axis.
func (o GridSampleOptions) centres(n int) []float64 {
	c := make([]float64, n)
	for i := range c {
		switch {
		case !o.AlignCorners:
			c[i] = float64(2*i+1)/float64(n) - 1
		case n > 1:
			c[i] = float64(2*i)/float64(n-1) - 1
		}
	}
	return c
}
