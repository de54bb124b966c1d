package cpu

// block is the number of elements that are gathered at a time from a view
// that is not contiguous: small enough for the first-level cache.
const block = 1024

// Unary computes dst = f(x) in pieces; f sees slices of equal length.
func Unary[T, U any](dst []U, x View[T], f func(dst []U, x []T)) {
	xs, _, direct := prepare(x)
	v := x.Collapse()
	Parallel(len(dst), Grain, func(lo, hi int) {
		if direct {
			f(dst[lo:hi], xs[lo:hi])
			return
		}
		buf := make([]T, min(block, hi-lo))
		for i := lo; i < hi; i += block {
			j := min(i+block, hi)
			Gather(buf[:j-i], v, i)
			f(dst[i:j], buf[:j-i])
		}
	})
}

// Binary computes dst = f(a, b) in pieces; f sees slices of equal length. The
// views have the same shape; one that was broadcast has strides of 0.
func Binary[T, U any](dst []U, a, b View[T], f func(dst []U, a, b []T)) {
	as, av, aDirect := prepare(a)
	bs, bv, bDirect := prepare(b)
	Parallel(len(dst), Grain, func(lo, hi int) {
		if aDirect && bDirect {
			f(dst[lo:hi], as[lo:hi], bs[lo:hi])
			return
		}
		ra, rb := reader[T]{flat: as, view: av, direct: aDirect}, reader[T]{flat: bs, view: bv, direct: bDirect}
		for i := lo; i < hi; i += block {
			j := min(i+block, hi)
			f(dst[i:j], ra.read(i, j), rb.read(i, j))
		}
	})
}

// Select computes dst[i] = a[i] where cond[i] holds and b[i] elsewhere.
func Select[T any](dst []T, cond View[bool], a, b View[T]) {
	cs, cv, cDirect := prepare(cond)
	as, av, aDirect := prepare(a)
	bs, bv, bDirect := prepare(b)
	Parallel(len(dst), Grain, func(lo, hi int) {
		rc := reader[bool]{flat: cs, view: cv, direct: cDirect}
		ra, rb := reader[T]{flat: as, view: av, direct: aDirect}, reader[T]{flat: bs, view: bv, direct: bDirect}
		for i := lo; i < hi; i += block {
			j := min(i+block, hi)
			c, x, y := rc.read(i, j), ra.read(i, j), rb.read(i, j)
			for k, yes := range c {
				if yes {
					dst[i+k] = x[k]
				} else {
					dst[i+k] = y[k]
				}
			}
		}
	})
}

func prepare[T any](v View[T]) (flat []T, collapsed View[T], direct bool) {
	if flat, direct = v.Flat(); direct {
		return flat, v, true
	}
	return nil, v.Collapse(), false
}

// reader reads consecutive elements of a view, at most block at a time. Its
// buffer belongs to one goroutine.
type reader[T any] struct {
	flat   []T
	view   View[T]
	direct bool
	buf    []T
	filled bool // buf holds the one value of a view with a single element in memory
}

func (r *reader[T]) read(lo, hi int) []T {
	if r.direct {
		return r.flat[lo:hi]
	}
	if r.buf == nil {
		r.buf = make([]T, block)
	}
	if len(r.view.Shape) == 1 && r.view.Stride[0] == 0 {
		if !r.filled {
			Fill(r.buf, r.view.Data[r.view.Offset])
			r.filled = true
		}
		return r.buf[:hi-lo]
	}
	Gather(r.buf[:hi-lo], r.view, lo)
	return r.buf[:hi-lo]
}

// Reduce folds the last axes of x. x has outer*inner elements in row-major
// order; emit(i, acc) receives the fold of the elements [i*inner, (i+1)*inner).
// step folds a slice into an accumulator, merge joins the accumulators of two
// neighbouring pieces. emit is called once for each i, from several
// goroutines.
func Reduce[T, A any](x View[T], outer, inner int, init A, step func(acc A, x []T) A, merge func(a, b A) A, emit func(i int, acc A)) {
	xs, v, direct := prepare(x)
	fold := func(r *reader[T], lo, hi int) A {
		if direct {
			return step(init, xs[lo:hi])
		}
		acc := init
		for i := lo; i < hi; i += block {
			acc = step(acc, r.read(i, min(i+block, hi)))
		}
		return acc
	}
	const piece = 1 << 15
	if inner <= piece || outer >= 64 {
		Parallel(outer, GrainFor(inner), func(lo, hi int) {
			r := reader[T]{flat: xs, view: v, direct: direct}
			for i := lo; i < hi; i++ {
				emit(i, foldPieces(inner, piece, func(a, b int) A { return fold(&r, i*inner+a, i*inner+b) }, merge, init))
			}
		})
		return
	}
	pieces := (inner + piece - 1) / piece
	parts := make([]A, pieces)
	for i := range outer {
		Parallel(pieces, 1, func(lo, hi int) {
			r := reader[T]{flat: xs, view: v, direct: direct}
			for p := lo; p < hi; p++ {
				parts[p] = fold(&r, i*inner+p*piece, i*inner+min((p+1)*piece, inner))
			}
		})
		acc := parts[0]
		for _, part := range parts[1:] {
			acc = merge(acc, part)
		}
		emit(i, acc)
	}
}

// foldPieces folds [0, n) piece by piece: the same tree as the parallel way.
func foldPieces[A any](n, piece int, fold func(lo, hi int) A, merge func(a, b A) A, init A) A {
	if n == 0 {
		return init
	}
	acc := fold(0, min(piece, n))
	for lo := piece; lo < n; lo += piece {
		acc = merge(acc, fold(lo, min(lo+piece, n)))
	}
	return acc
}
