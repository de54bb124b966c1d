package ops

import (
	"fmt"
	"slices"

	"cahier/ops/internal/cpu"
)

var opMatMul, opLinear *Op

func init() {
	opMatMul = builtin("MatMul", Op{Name: "matmul", Doc: "the matrix product of a [… m k] and b [… k n]; leading axes broadcast", Inputs: []string{"a", "b"},
		Infer: inferMatMul,
		Forward: func(_ *Ctx, _ Attrs, in []*Tensor) ([]*Tensor, error) {
			if in[0].dtype == Float32 {
				return []*Tensor{matmul[float32](in[0], in[1])}, nil
			}
			return []*Tensor{matmul[float64](in[0], in[1])}, nil
		},
		VJP: func(c *Ctx, _ Attrs, in, _, g []*Tensor) ([]*Tensor, error) {
			d := make([]*Tensor, 2)
			if c.Needs(0) {
				d[0] = sumTo(MatMul(g[0], in[1].T()), in[0].shape)
			}
			if c.Needs(1) {
				a, y := in[0], g[0]
				if len(in[1].shape) == 2 && len(a.shape) > 2 {
					// One product instead of one for each matrix of the
					// batch and their sum.
					a = a.BroadcastTo(append(slices.Clone(y.shape[:len(y.shape)-1]), a.shape[len(a.shape)-1])...)
					rows := y.shape[:len(y.shape)-1].Len()
					a = a.Reshape(rows, a.shape[len(a.shape)-1])
					y = y.Reshape(rows, y.shape[len(y.shape)-1])
				}
				d[1] = sumTo(MatMul(a.T(), y), in[1].shape)
			}
			return d, nil
		}})
	opLinear = builtin("Linear", Op{Name: "linear", Doc: "x·wᵀ + b: x [… in], w [out in], b [out] or absent", Inputs: []string{"x", "w", "b?"},
		Infer: inferLinear,
		Forward: func(_ *Ctx, _ Attrs, in []*Tensor) ([]*Tensor, error) {
			var b *Tensor
			if len(in) > 2 {
				b = in[2]
			}
			if in[0].dtype == Float32 {
				return []*Tensor{linear[float32](in[0], in[1], b)}, nil
			}
			return []*Tensor{linear[float64](in[0], in[1], b)}, nil
		},
		VJP: func(c *Ctx, _ Attrs, in, _, g []*Tensor) ([]*Tensor, error) {
			x, w, y := in[0], in[1], g[0]
			d := make([]*Tensor, len(in))
			if c.Needs(0) {
				d[0] = MatMul(y, w)
			}
			rows := y.Reshape(x.shape[:len(x.shape)-1].Len(), w.shape[0])
			if c.Needs(1) {
				d[1] = MatMul(rows.T(), x.Reshape(rows.shape[0], w.shape[1]))
			}
			if c.Needs(2) {
				d[2] = rows.Sum(0)
			}
			return d, nil
		}})
}

func inferMatMul(attrs Attrs, in []Spec) ([]Spec, error) {
	a, b := in[0], in[1]
	if err := attrs.only(); err != nil {
		return nil, err
	}
	if err := wantFloat("a", a.DType); err != nil {
		return nil, err
	}
	if err := wantSame("a", a.DType, "b", b.DType); err != nil {
		return nil, err
	}
	if len(a.Shape) < 2 {
		return nil, &ShapeError{Arg: "a", Got: slices.Clone(a.Shape), Want: Shape{-1, -1}, Axes: []string{"m", "k"}, Rule: "want at least two axes", Help: "Unsqueeze(0) makes a row, Unsqueeze(-1) a column"}
	}
	k := a.Shape[len(a.Shape)-1]
	if len(b.Shape) < 2 {
		return nil, &ShapeError{Arg: "b", Got: slices.Clone(b.Shape), Want: Shape{k, -1}, Axes: []string{"", "n"}, Rule: "want at least two axes", Help: "Unsqueeze(0) makes a row, Unsqueeze(-1) a column", Other: "a", OtherShape: slices.Clone(a.Shape)}
	}
	if got := b.Shape[len(b.Shape)-2]; got != k {
		want := slices.Clone(b.Shape)
		want[len(want)-2] = k
		e := &ShapeError{Arg: "b", Got: slices.Clone(b.Shape), Want: want, Rule: fmt.Sprintf("axis -2 must equal the last axis of a, whose shape is %v", a.Shape), Other: "a", OtherShape: slices.Clone(a.Shape)}
		if b.Shape[len(b.Shape)-1] == k {
			e.Help = "did you mean a.MatMul(b.T())?"
		}
		return nil, e
	}
	batch, err := broadcastSpecs("a", a.Shape[:len(a.Shape)-2], "b", b.Shape[:len(b.Shape)-2])
	if err != nil {
		return nil, &ShapeError{Arg: "b", Got: slices.Clone(b.Shape), Rule: fmt.Sprintf("the axes before the last two must broadcast with those of a, whose shape is %v", a.Shape), Other: "a", OtherShape: slices.Clone(a.Shape)}
	}
	s := append(slices.Clone(batch), a.Shape[len(a.Shape)-2], b.Shape[len(b.Shape)-1])
	return []Spec{{DType: a.DType, Shape: s}}, nil
}

// matrixAt returns the matrix of t, of at least two axes, at a batch index.
func matrixAt[T cpu.Float](t *Tensor, batch int) cpu.Matrix[T] {
	r := len(t.shape)
	off := t.offset
	for i := r - 3; i >= 0; i-- {
		off += batch % t.shape[i] * t.stride[i]
		batch /= t.shape[i]
	}
	return cpu.Matrix[T]{Data: t.data.([]T), Offset: off, Rows: t.shape[r-2], Cols: t.shape[r-1], RowStride: t.stride[r-2], ColStride: t.stride[r-1]}
}

func matmul[T cpu.Float](a, b *Tensor) *Tensor {
	batch, _ := broadcast(a.shape[:len(a.shape)-2], b.shape[:len(b.shape)-2])
	m, k, n := a.shape[len(a.shape)-2], a.shape[len(a.shape)-1], b.shape[len(b.shape)-1]
	out, dst := alloc[T](append(slices.Clone(batch), m, n))
	if len(dst) == 0 {
		return out
	}
	count := batch.Len()
	if len(b.shape) == 2 && count > 1 && a.IsContiguous() {
		// One matrix for the whole batch: one product.
		rows := reshapeView(a, Shape{count * m, k})
		cpu.Gemm(dst, matrixAt[T](rows, 0), matrixAt[T](b, 0))
		return out
	}
	a = a.expand(append(slices.Clone(batch), m, k))
	b = b.expand(append(slices.Clone(batch), k, n))
	cpu.Parallel(count, cpu.GrainFor(m*n*max(1, k)), func(lo, hi int) {
		for i := lo; i < hi; i++ {
			cpu.Gemm(dst[i*m*n:(i+1)*m*n], matrixAt[T](a, i), matrixAt[T](b, i))
		}
	})
	return out
}

// MatMul returns the matrix product.
//
//   - Formula: y[i, j] = Σ_k a[i, k]·b[k, j]
//   - Shapes: a [… m k], b [… k n], y [… m n]; leading axes broadcast. A tensor of one axis is a row as a and a column as b, and y lacks that axis
//   - DTypes: Float32, Float64; the same for both; accumulated in it, in blocks of k
//   - Options: none
//   - Panics: [ShapeError], [DTypeError]
//   - Gradient: ∂a = ∂y·bᵀ, ∂b = aᵀ·∂y, summed over leading axes that were broadcast
//   - Cost: 2·m·n·k operations for each matrix; operands that do not lie along k are copied
//   - Paper: none
//   - Differences: none from PyTorch, NumPy and ONNX MatMul, which also take integers
func MatMul(a, b *Tensor) *Tensor {
	row, column := a != nil && len(a.shape) == 1, b != nil && len(b.shape) == 1
	if row {
		a = a.Unsqueeze(0)
	}
	if column {
		b = b.Unsqueeze(-1)
	}
	y := apply1(opMatMul, nil, a, b)
	if column {
		y = y.Squeeze(-1)
	}
	if row {
		if column {
			return y.Squeeze(-1)
		}
		y = y.Squeeze(-2)
	}
	return y
}

// MatMul returns ops.MatMul(t, b): the matrix product.
func (t *Tensor) MatMul(b *Tensor) *Tensor { return MatMul(t, b) }

func inferLinear(attrs Attrs, in []Spec) ([]Spec, error) {
	x, w := in[0], in[1]
	if err := attrs.only(); err != nil {
		return nil, err
	}
	if err := wantFloat("x", x.DType); err != nil {
		return nil, err
	}
	if err := wantSame("x", x.DType, "w", w.DType); err != nil {
		return nil, err
	}
	if len(x.Shape) < 1 {
		return nil, &ShapeError{Arg: "x", Got: slices.Clone(x.Shape), Want: Shape{-1, -1}, Axes: []string{"...", "in"}, Rule: "want at least one axis"}
	}
	feats := x.Shape[len(x.Shape)-1]
	if len(w.Shape) != 2 || w.Shape[1] != feats {
		e := &ShapeError{Arg: "w", Got: slices.Clone(w.Shape), Want: Shape{-1, feats}, Axes: []string{"out"}, Rule: fmt.Sprintf("axis 1 must equal the last axis of x, whose shape is %v", x.Shape), Other: "x", OtherShape: slices.Clone(x.Shape)}
		if len(w.Shape) == 2 && w.Shape[0] == feats {
			e.Help = "weights are [out in]: pass w.T()"
		}
		return nil, e
	}
	if len(in) > 2 && !in[2].Absent {
		b := in[2]
		if err := wantSame("x", x.DType, "b", b.DType); err != nil {
			return nil, err
		}
		if len(b.Shape) != 1 || b.Shape[0] != w.Shape[0] {
			return nil, &ShapeError{Arg: "b", Got: slices.Clone(b.Shape), Want: Shape{w.Shape[0]}, Rule: "one bias for each output", Other: "w", OtherShape: slices.Clone(w.Shape)}
		}
	}
	s := slices.Clone(x.Shape)
	s[len(s)-1] = w.Shape[0]
	return []Spec{{DType: x.DType, Shape: s}}, nil
}

func linear[T cpu.Float](x, w, b *Tensor) *Tensor {
	shape := slices.Clone(x.shape)
	k, n := shape[len(shape)-1], w.shape[0]
	shape[len(shape)-1] = n
	m := shape[:len(shape)-1].Len()
	out, dst := alloc[T](shape)
	add := b != nil
	if add {
		bias := flat[T](b)
		for i := range m {
			copy(dst[i*n:(i+1)*n], bias)
		}
	}
	cpu.GemmNT(m, n, k, flat[T](x), max(1, k), flat[T](w), max(1, k), dst, max(1, n), add)
	return out
}

// Linear returns the output of a fully connected layer.
//
//   - Formula: y = x·wᵀ + b
//   - Shapes: x [… in], w [out in], b [out] or nil, y [… out]
//   - DTypes: Float32, Float64; the same for all; accumulated in it, in blocks
//   - Options: none
//   - Panics: [ShapeError], [DTypeError]
//   - Gradient: ∂x = ∂y·w, ∂w = ∂yᵀ·x and ∂b = Σ ∂y over all leading axes
//   - Cost: 2·rows·in·out operations
//   - Paper: none
//   - Differences: none from PyTorch; ONNX Gemm with transB = 1
func Linear(x, w, b *Tensor) *Tensor { return apply1(opLinear, nil, x, w, b) }
