package cpu

import (
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/gonum"
)

// GemmNT computes c = a·bᵀ (or c += a·bᵀ if add is set) for row-major
// matrices: a is m×k with rows lda apart, b n×k with rows ldb apart, c m×n
// with rows ldc apart. Products are accumulated in T in blocks of k.
//
// Both operands are read along k: gonum's product of rows is its only one
// that does not leave out factors of zero, and 0·Inf has to be NaN.
func GemmNT[T Float](m, n, k int, a []T, lda int, b []T, ldb int, c []T, ldc int, add bool) {
	if m == 0 || n == 0 {
		return
	}
	if k == 0 {
		if !add {
			for i := range m {
				clear(c[i*ldc : i*ldc+n])
			}
		}
		return
	}
	beta := 0.0
	if add {
		beta = 1
	}
	var lib gonum.Implementation
	switch a := any(a).(type) {
	case []float32:
		lib.Sgemm(blas.NoTrans, blas.Trans, m, n, k, 1, a, lda, any(b).([]float32), ldb, float32(beta), any(c).([]float32), ldc)
	case []float64:
		lib.Dgemm(blas.NoTrans, blas.Trans, m, n, k, 1, a, lda, any(b).([]float64), ldb, beta, any(c).([]float64), ldc)
	}
}

// Matrix is a strided matrix: element (i, j) is Data[Offset+i*RowStride+j*ColStride].
type Matrix[T any] struct {
	Data                 []T
	Offset               int
	Rows, Cols           int
	RowStride, ColStride int
}

// T returns the transposed matrix, without a copy.
func (m Matrix[T]) T() Matrix[T] {
	m.Rows, m.Cols = m.Cols, m.Rows
	m.RowStride, m.ColStride = m.ColStride, m.RowStride
	return m
}

// rows returns m as contiguous rows and their distance: without a copy if the
// columns lie side by side.
func (m Matrix[T]) rows() ([]T, int) {
	if m.Rows == 0 || m.Cols == 0 {
		return nil, max(1, m.Cols)
	}
	if (m.ColStride == 1 || m.Cols == 1) && (m.RowStride >= m.Cols || m.Rows == 1) {
		return m.Data[m.Offset:], max(m.RowStride, m.Cols)
	}
	dst := make([]T, m.Rows*m.Cols)
	const tile = 32 // two tiles of float64 fill half of a first-level cache
	Parallel(m.Rows, GrainFor(m.Cols), func(lo, hi int) {
		for i0 := lo; i0 < hi; i0 += tile {
			for j0 := 0; j0 < m.Cols; j0 += tile {
				for i := i0; i < min(i0+tile, hi); i++ {
					p := m.Offset + i*m.RowStride + j0*m.ColStride
					row := dst[i*m.Cols+j0 : i*m.Cols+min(j0+tile, m.Cols)]
					for j := range row {
						row[j] = m.Data[p]
						p += m.ColStride
					}
				}
			}
		}
	})
	return dst, m.Cols
}

// Gemm computes c = a·b into contiguous c.
func Gemm[T Float](c []T, a, b Matrix[T]) {
	ar, lda := a.rows()
	br, ldb := b.T().rows()
	m, n, k := a.Rows, b.Cols, a.Cols
	// By tiles, so that a long product can be stopped between them. Each element
	// is computed as in one piece.
	const rows, cols, work = 128, 512, 1 << 28
	if m*n*max(1, k) <= work { // 10 to 100 ms
		GemmNT(m, n, k, ar, lda, br, ldb, c, max(1, n), false)
		return
	}
	width := n
	if rows*n*k > work {
		width = max(cols, work/(rows*max(1, k)))
	}
	height := max(rows, work/(width*max(1, k)))
	for i := 0; i < m; i += height {
		for j := 0; j < n; j += width {
			Poll()
			GemmNT(min(height, m-i), min(width, n-j), k, ar[i*lda:], lda, br[j*ldb:], ldb, c[i*n+j:], n, false)
		}
	}
}
