package ops

import "slices"

// DiagonalOptions are the options of Diagonal and Trace. The zero value takes
// the main diagonal of the last two axes.
type DiagonalOptions struct {
	Offset int   // above the main diagonal if positive, below it if negative
	Axes   []int // the axes of rows and of columns; the last two if empty
}

func (o DiagonalOptions) attrs() Attrs {
	a := Attrs{"offset": o.Offset}
	if len(o.Axes) > 0 {
		a["axes"] = slices.Clone(o.Axes)
	}
	return a
}

var opDiagonal, opDiag, opTril, opTriu *Op

// opDiagonalGrad puts diagonals into zeros: the adjoint of opDiagonal.
var opDiagonalGrad *Op

func init() {
	opDiagonal = builtin("Diagonal", Op{Name: "diagonal", Inputs: []string{"x"},
		Doc: "a diagonal of two axes of x, which becomes the last axis instead of them; attributes offset, above the main diagonal if positive, and axes, the last two if not set",
		Infer: func(attrs Attrs, in []Spec) ([]Spec, error) {
			if err := attrs.only("offset", "axes"); err != nil {
				return nil, err
			}
			d, err := diagonalOf(attrs, in[0].Shape)
			if err != nil {
				return nil, err
			}
			return []Spec{{DType: in[0].DType, Shape: d.shape}}, nil
		},
		Forward: func(_ *Ctx, attrs Attrs, in []*Tensor) ([]*Tensor, error) {
			d, err := diagonalOf(attrs, in[0].shape)
			if err != nil {
				return nil, err
			}
			return []*Tensor{d.view(in[0])}, nil
		},
		VJP: func(_ *Ctx, attrs Attrs, in, _, g []*Tensor) ([]*Tensor, error) {
			a := Attrs{"offset": attrs["offset"], "axes": attrs["axes"], "shape": []int(in[0].shape)}
			return []*Tensor{apply1(opDiagonalGrad, a, g[0])}, nil
		}})
	opDiagonalGrad = internal("Diagonal (gradient)", Op{Name: "diagonal_grad", Inputs: []string{"g"},
		Infer: func(attrs Attrs, in []Spec) ([]Spec, error) {
			shape, err := attrs.Ints("shape")
			return []Spec{{DType: in[0].DType, Shape: shape}}, err
		},
		Forward: func(_ *Ctx, attrs Attrs, in []*Tensor) ([]*Tensor, error) {
			shape, _ := attrs.Ints("shape")
			d, err := diagonalOf(attrs, shape)
			if err != nil {
				return nil, err
			}
			out := allocOf(in[0].dtype, shape)
			assignView(d.view(out), in[0])
			return []*Tensor{out}, nil
		},
		VJP: func(_ *Ctx, attrs Attrs, _, _, g []*Tensor) ([]*Tensor, error) {
			return []*Tensor{apply1(opDiagonal, Attrs{"offset": attrs["offset"], "axes": attrs["axes"]}, g[0])}, nil
		}})
	opDiag = builtin("Diag", Op{Name: "diag", Inputs: []string{"x"}, Doc: "square matrices with the last axis of x on their diagonals and zeros elsewhere",
		Infer: func(attrs Attrs, in []Spec) ([]Spec, error) {
			if err := attrs.only(); err != nil {
				return nil, err
			}
			s := in[0].Shape
			if len(s) == 0 {
				return nil, &ShapeError{Arg: "x", Got: slices.Clone(s), Want: Shape{-1}, Axes: []string{"n"}, Rule: "want at least one axis"}
			}
			return []Spec{{DType: in[0].DType, Shape: append(slices.Clone(s), s[len(s)-1])}}, nil
		},
		Forward: func(_ *Ctx, _ Attrs, in []*Tensor) ([]*Tensor, error) {
			s := in[0].shape
			out := allocOf(in[0].dtype, append(slices.Clone(s), s[len(s)-1]))
			d, err := diagonalOf(nil, out.shape)
			if err != nil {
				return nil, err
			}
			assignView(d.view(out), in[0])
			return []*Tensor{out}, nil
		},
		VJP: func(_ *Ctx, _ Attrs, _, _, g []*Tensor) ([]*Tensor, error) { return []*Tensor{Diagonal(g[0])}, nil }})
	opTril = triangle("Tril", "tril", "below a diagonal of the last two axes, and on it", func(i, j, offset int) bool { return j <= i+offset })
	opTriu = triangle("Triu", "triu", "above a diagonal of the last two axes, and on it", func(i, j, offset int) bool { return j >= i+offset })
}

// diagonal is a resolved diagonal of two axes of a tensor.
type diagonal struct {
	rows, columns, offset, n int
	shape                    Shape
}

func diagonalOf(attrs Attrs, s Shape) (d diagonal, err error) {
	if d.offset, err = attrs.Int("offset", 0); err != nil {
		return d, err
	}
	axes, err := attrs.Ints("axes")
	if err != nil {
		return d, err
	}
	if len(s) < 2 {
		return d, &ShapeError{Arg: "x", Got: slices.Clone(s), Want: Shape{-1, -1}, Axes: []string{"rows", "columns"}, Rule: "a diagonal wants at least two axes"}
	}
	if len(axes) == 0 {
		axes = []int{-2, -1}
	}
	if len(axes) != 2 {
		return d, &ArgError{Arg: "axes", Got: axes, Rule: "want two: rows and columns"}
	}
	if d.rows, err = axisOf(axes[0], len(s), "axes"); err != nil {
		return d, err
	}
	if d.columns, err = axisOf(axes[1], len(s), "axes"); err != nil {
		return d, err
	}
	if d.rows == d.columns {
		return d, &ArgError{Arg: "axes", Got: axes, Rule: "rows and columns must be two axes"}
	}
	d.n = max(0, min(s[d.rows]-max(0, -d.offset), s[d.columns]-max(0, d.offset)))
	d.shape = append(s.without([]int{min(d.rows, d.columns), max(d.rows, d.columns)}), d.n)
	return d, nil
}

// view returns the diagonal of x, off the tape.
func (d diagonal) view(x *Tensor) *Tensor {
	var stride []int
	for a, s := range x.stride {
		if a != d.rows && a != d.columns {
			stride = append(stride, s)
		}
	}
	offset := x.offset
	if d.shape.Len() > 0 {
		offset += max(0, -d.offset)*x.stride[d.rows] + max(0, d.offset)*x.stride[d.columns]
	}
	return x.window(d.shape, append(stride, x.stride[d.rows]+x.stride[d.columns]), offset)
}

// triangle registers an operation that keeps a part of each matrix.
func triangle(fn, name, where string, keeps func(i, j, offset int) bool) *Op {
	return builtin(fn, Op{Name: name, Doc: "the part of x " + where + ", and zeros elsewhere; attribute offset of the diagonal, above the main one if positive", Inputs: []string{"x"},
		Infer: func(attrs Attrs, in []Spec) ([]Spec, error) {
			if err := attrs.only("offset"); err != nil {
				return nil, err
			}
			if _, err := attrs.Int("offset", 0); err != nil {
				return nil, err
			}
			if s := in[0].Shape; len(s) < 2 {
				return nil, &ShapeError{Arg: "x", Got: slices.Clone(s), Want: Shape{-1, -1}, Axes: []string{"rows", "columns"}, Rule: "a triangle wants at least two axes"}
			}
			return in[:1:1], nil
		},
		Compose: func(attrs Attrs, in []*Tensor) ([]*Tensor, error) {
			offset, err := attrs.Int("offset", 0)
			if err != nil {
				return nil, err
			}
			r := len(in[0].shape)
			rows, columns := in[0].shape[r-2], in[0].shape[r-1]
			keep, data := alloc[bool](Shape{rows, columns})
			for i := range rows {
				for j := range columns {
					data[i*columns+j] = keeps(i, j, offset)
				}
			}
			if in[0].dtype == Bool {
				return []*Tensor{And(in[0], keep)}, nil
			}
			return []*Tensor{Where(keep, in[0], 0)}, nil
		}})
}

// Diagonal returns a diagonal of each matrix.
//
//   - Formula: y[…, i] = x[…, i, i + offset], or x[…, i - offset, i] for a negative offset
//   - Shapes: x as y without the axes of rows and columns, and with the diagonal behind the others
//   - DTypes: any
//   - Options: [DiagonalOptions]: the main diagonal of the last two axes
//   - Panics: [ShapeError] for fewer than two axes; [ArgError] for axes that x does not have
//   - Gradient: ∂x is ∂y on the diagonal, 0 elsewhere
//   - Cost: none; y is a view
//   - Paper: none
//   - Differences: PyTorch's and NumPy's default axes are the first two
func Diagonal(x *Tensor, opts ...DiagonalOptions) *Tensor {
	return apply1(opDiagonal, one("ops.Diagonal", opts).attrs(), x)
}

// Diagonal returns the main diagonal of the last two axes. See [Diagonal].
func (t *Tensor) Diagonal() *Tensor { return Diagonal(t) }

// Diag returns square matrices with the elements of x on their diagonals.
//
//   - Formula: y[…, i, j] = x[…, i] if i = j, else 0
//   - Shapes: x [… n], y [… n n]
//   - DTypes: any
//   - Options: none
//   - Panics: [ShapeError] for a scalar
//   - Gradient: ∂x is the diagonal of ∂y
//   - Cost: a tensor of zeros
//   - Paper: none
//   - Differences: PyTorch diag_embed; NumPy's diag also does what [Diagonal] does
func Diag(x *Tensor) *Tensor { return apply1(opDiag, nil, x) }

// Trace returns the sum of a diagonal of each matrix.
//
//   - Formula: y[…] = Σ_i x[…, i, i + offset]
//   - Shapes: y as x without the axes of rows and columns
//   - DTypes: any; as [Sum]
//   - Options: [DiagonalOptions]: the main diagonal of the last two axes
//   - Panics: as [Diagonal]
//   - Gradient: ∂x is ∂y on the diagonal, 0 elsewhere
//   - Cost: n additions a matrix
//   - Paper: none
//   - Differences: PyTorch takes one matrix only; NumPy's default axes are the first two
func Trace(x *Tensor, opts ...DiagonalOptions) *Tensor {
	return Sum(apply1(opDiagonal, one("ops.Trace", opts).attrs(), x), ReduceOptions{Axes: []int{-1}})
}

// Trace returns the sum of the main diagonal of the last two axes. See [Trace].
func (t *Tensor) Trace() *Tensor { return Trace(t) }

// Tril returns the lower triangle of each matrix, with zeros above.
//
//   - Formula: y[…, i, j] = x[…, i, j] if j <= i + offset, else 0
//   - Shapes: x [… rows columns], y as x
//   - DTypes: any
//   - Options: offset, 0 if left out: the diagonal up to which x is kept
//   - Panics: [ShapeError] for fewer than two axes; [ArgError] for more than one offset
//   - Gradient: ∂x is ∂y where x was kept, 0 elsewhere
//   - Cost: a copy
//   - Paper: none
//   - Differences: none from PyTorch and NumPy; ONNX Trilu
func Tril(x *Tensor, offset ...int) *Tensor { return apply1(opTril, offsetAttr(opTril, offset), x) }

// Tril returns ops.Tril(t, offset...): the lower triangle of each matrix.
func (t *Tensor) Tril(offset ...int) *Tensor { return Tril(t, offset...) }

// Triu returns the upper triangle of each matrix, with zeros below.
//
//   - Formula: y[…, i, j] = x[…, i, j] if j >= i + offset, else 0
//   - Shapes: x [… rows columns], y as x
//   - DTypes: any
//   - Options: offset, 0 if left out: the diagonal from which on x is kept
//   - Panics: [ShapeError] for fewer than two axes; [ArgError] for more than one offset
//   - Gradient: ∂x is ∂y where x was kept, 0 elsewhere
//   - Cost: a copy
//   - Paper: none
//   - Differences: none from PyTorch and NumPy; ONNX Trilu
func Triu(x *Tensor, offset ...int) *Tensor { return apply1(opTriu, offsetAttr(opTriu, offset), x) }

// Triu returns ops.Triu(t, offset...): the upper triangle of each matrix.
func (t *Tensor) Triu(offset ...int) *Tensor { return Triu(t, offset...) }

// offsetAttr returns the one number of a variadic offset as an attribute.
func offsetAttr(op *Op, v []int) Attrs {
	if len(v) == 0 {
		return nil
	}
	if len(v) > 1 {
		fail(op.title(), &ArgError{Arg: "offset", Got: v, Rule: "want at most one number"})
	}
	return Attrs{"offset": v[0]}
}
