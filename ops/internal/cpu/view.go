package cpu

// View is a strided window on data: element (i, j, …) is
// Data[Offset + i*Stride[0] + j*Stride[1] + …]. A stride may be 0 (an axis
// that was broadcast) or negative.
type View[T any] struct {
	Data          []T
	Offset        int
	Shape, Stride []int
}

// Len is the number of elements.
func (v View[T]) Len() int {
	n := 1
	for _, d := range v.Shape {
		n *= d
	}
	return n
}

// Collapse merges neighbouring axes that lie one behind the other in memory
// and drops axes of size one: the same elements in the same order by fewer
// loops.
func (v View[T]) Collapse() View[T] {
	shape, stride := make([]int, 0, len(v.Shape)), make([]int, 0, len(v.Shape))
	for i, d := range v.Shape {
		if d == 1 {
			continue
		}
		if k := len(shape) - 1; k >= 0 && stride[k] == v.Stride[i]*d {
			shape[k] *= d
			stride[k] = v.Stride[i]
			continue
		}
		shape, stride = append(shape, d), append(stride, v.Stride[i])
	}
	return View[T]{v.Data, v.Offset, shape, stride}
}

// Flat returns the elements as one slice if they lie in memory in row-major
// order without gaps.
func (v View[T]) Flat() ([]T, bool) {
	n := v.Len()
	if n == 0 {
		return nil, true
	}
	want := 1
	for i := len(v.Shape) - 1; i >= 0; i-- {
		if v.Shape[i] == 1 {
			continue
		}
		if v.Stride[i] != want {
			return nil, false
		}
		want *= v.Shape[i]
	}
	return v.Data[v.Offset : v.Offset+n : v.Offset+n], true
}

// Gather copies the elements start, start+1, … of v in row-major order to
// dst. Call it on a collapsed view.
func Gather[T any](dst []T, v View[T], start int) {
	if len(dst) == 0 {
		return
	}
	rank := len(v.Shape)
	if rank == 0 {
		dst[0] = v.Data[v.Offset]
		return
	}
	var few [8]int
	idx := few[:]
	if rank > len(few) {
		idx = make([]int, rank)
	}
	pos := v.Offset
	for i := rank - 1; i >= 0; i-- {
		idx[i] = start % v.Shape[i]
		start /= v.Shape[i]
		pos += idx[i] * v.Stride[i]
	}
	last := rank - 1
	n, s := v.Shape[last], v.Stride[last]
	for {
		run := min(n-idx[last], len(dst))
		switch s {
		case 1:
			copy(dst[:run], v.Data[pos:])
		case 0:
			Fill(dst[:run], v.Data[pos])
		default:
			p := pos
			for i := range dst[:run] {
				dst[i] = v.Data[p]
				p += s
			}
		}
		dst = dst[run:]
		if len(dst) == 0 {
			return
		}
		pos -= idx[last] * s
		idx[last] = 0
		for i := last - 1; i >= 0; i-- {
			idx[i]++
			pos += v.Stride[i]
			if idx[i] < v.Shape[i] {
				break
			}
			pos -= idx[i] * v.Stride[i]
			idx[i] = 0
		}
	}
}

// Copy writes the elements of v to dst in row-major order.
func Copy[T any](dst []T, v View[T]) {
	Unary(dst, v, func(dst, x []T) { copy(dst, x) })
}

// Fill sets every element of dst to value.
func Fill[T any](dst []T, value T) {
	for i := range dst {
		dst[i] = value
	}
}

// Scatter writes src, in row-major order, to the elements of v. It is for
// memory that only the caller knows yet.
func Scatter[T any](v View[T], src []T) {
	if len(src) == 0 {
		return
	}
	rank := len(v.Shape)
	if rank == 0 {
		v.Data[v.Offset] = src[0]
		return
	}
	idx := make([]int, rank)
	pos, last := v.Offset, rank-1
	n, s := v.Shape[last], v.Stride[last]
	for {
		p := pos
		for _, x := range src[:n] {
			v.Data[p] = x
			p += s
		}
		src = src[n:]
		if len(src) == 0 {
			return
		}
		for i := last - 1; i >= 0; i-- {
			idx[i]++
			pos += v.Stride[i]
			if idx[i] < v.Shape[i] {
				break
			}
			pos -= idx[i] * v.Stride[i]
			idx[i] = 0
		}
	}
}
