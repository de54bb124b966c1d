package ops

import "slices"

// Dot returns the inner products of vectors.
//
//   - Formula: y = Σ_i a[…, i]·b[…, i]
//   - Shapes: a and b [… n], which broadcast; y without the last axis
//   - DTypes: Float32, Float64, Int64, Uint8; the same for both; as [Mul] and [Sum]
//   - Options: none
//   - Panics: [ShapeError], [DTypeError]; [ArgError] for scalars
//   - Gradient: ∂a = ∂y·b, ∂b = ∂y·a
//   - Cost: 2n operations
//   - Paper: none
//   - Differences: PyTorch dot takes two vectors only, and NumPy dot also multiplies matrices; PyTorch vecdot is the same
func Dot(a, b *Tensor) *Tensor {
	givenAs("ops.Dot", "a", a)
	givenAs("ops.Dot", "b", b)
	return Sum(Mul(a, b), ReduceOptions{Axes: []int{-1}})
}

// Dot returns ops.Dot(t, b): the inner products of vectors.
func (t *Tensor) Dot(b *Tensor) *Tensor { return Dot(t, b) }

// Outer returns the outer products of vectors.
//
//   - Formula: y[…, i, j] = a[…, i]·b[…, j]
//   - Shapes: a [… m], b [… n], y [… m n]; leading axes broadcast
//   - DTypes: as [Mul]
//   - Options: none
//   - Panics: [ShapeError], [DTypeError]
//   - Gradient: ∂a = ∂y·b, ∂b = ∂yᵀ·a
//   - Cost: m·n products
//   - Paper: none
//   - Differences: PyTorch and NumPy take two vectors only
func Outer(a, b *Tensor) *Tensor {
	for i, x := range []*Tensor{a, b} {
		givenAs("ops.Outer", []string{"a", "b"}[i], x)
		if len(x.shape) == 0 {
			fail("ops.Outer", &ShapeError{Arg: []string{"a", "b"}[i], Got: Shape{}, Want: Shape{-1}, Axes: []string{"n"}, Rule: "want vectors"})
		}
	}
	return Mul(a.Unsqueeze(-1), b.Unsqueeze(-2))
}

// Cross returns the cross products of vectors in three dimensions.
//
//   - Formula: y = [a₁b₂ - a₂b₁, a₂b₀ - a₀b₂, a₀b₁ - a₁b₀]
//   - Shapes: a and b [… 3], which broadcast; y [… 3]
//   - DTypes: Float32, Float64; the same for both
//   - Options: none
//   - Panics: [ShapeError], [DTypeError]
//   - Gradient: ∂a = b × ∂y, ∂b = ∂y × a
//   - Cost: 9 operations a vector
//   - Paper: none
//   - Differences: PyTorch and NumPy can take another axis; NumPy also takes two dimensions
func Cross(a, b *Tensor) *Tensor {
	const fn = "ops.Cross"
	for i, x := range []*Tensor{a, b} {
		givenAs(fn, []string{"a", "b"}[i], x)
		if err := wantFloat([]string{"a", "b"}[i], x.dtype); err != nil {
			fail(fn, err)
		}
		if n := len(x.shape); n == 0 || x.shape[n-1] != 3 {
			fail(fn, &ShapeError{Arg: []string{"a", "b"}[i], Got: x.Shape(), Want: Shape{3}, Rule: "the last axis holds vectors of three numbers"})
		}
	}
	next, last := WrapInt64([]int64{1, 2, 0}), WrapInt64([]int64{2, 0, 1})
	pick := func(x, i *Tensor) *Tensor { return IndexSelect(x, -1, i) }
	return Sub(Mul(pick(a, next), pick(b, last)), Mul(pick(a, last), pick(b, next)))
}

// Kron returns the Kronecker products of matrices.
//
//   - Formula: y[…, i·p + k, j·q + l] = a[…, i, j]·b[…, k, l]
//   - Shapes: a [… m n], b [… p q], y [… m·p n·q]; leading axes broadcast
//   - DTypes: as [Mul]
//   - Options: none
//   - Panics: [ShapeError], [DTypeError]
//   - Gradient: ∂a and ∂b are sums of blocks of ∂y times the other
//   - Cost: m·n·p·q products
//   - Paper: Van Loan, The ubiquitous Kronecker product, 2000
//   - Differences: NumPy and PyTorch multiply leading axes, too, instead of broadcasting them
func Kron(a, b *Tensor) *Tensor {
	const fn = "ops.Kron"
	for i, x := range []*Tensor{a, b} {
		givenAs(fn, []string{"a", "b"}[i], x)
		if len(x.shape) < 2 {
			fail(fn, &ShapeError{Arg: []string{"a", "b"}[i], Got: x.Shape(), Want: Shape{-1, -1}, Axes: []string{"rows", "columns"}, Rule: "want matrices"})
		}
	}
	_, m, n := batchOf(a.shape)
	_, p, q := batchOf(b.shape)
	y := Mul(a.Unsqueeze(-2).Unsqueeze(-1), b.Unsqueeze(-2).Unsqueeze(-4))
	lead := y.shape[:len(y.shape)-4]
	return y.Reshape(append(slices.Clone(lead), m*p, n*q)...)
}
