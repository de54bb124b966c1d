package ops

import (
	"fmt"
	"slices"
	"sync/atomic"

	"cahier/ops/internal/cpu"
)

// Tensor is an n-dimensional array: a strided window on a slice of its
// element type. Make one with [Zeros], [From], [Wrap32], [Randn] and the like;
// the zero Tensor is not usable.
//
// A tensor made inside [Grad] also knows how it was made, until that call
// ends.
type Tensor struct {
	dtype  DType
	shape  Shape
	stride []int
	offset int
	data   any // []float32, []float64, []int64, []uint8 or []bool; never written after the tensor is made

	// link is where the tensor stands on a tape; nil for plain data.
	link *link
	// watched is set while ValueAndGradOf runs with this tensor as a
	// parameter: the tensor that stands for it on the tape.
	watched atomic.Pointer[Tensor]
}

// Shape returns the size of each axis, as a copy.
func (t *Tensor) Shape() Shape { return slices.Clone(t.shape) }

// Stride returns, for each axis, the distance of neighbours in elements, as a
// copy. It is 0 on an axis that was broadcast.
func (t *Tensor) Stride() []int { return slices.Clone(t.stride) }

// Offset is the index of the first element in the underlying slice.
func (t *Tensor) Offset() int { return t.offset }

// DType returns the element type.
func (t *Tensor) DType() DType { return t.dtype }

// Rank is the number of axes; 0 for a scalar.
func (t *Tensor) Rank() int { return len(t.shape) }

// Size is the size of an axis, which may be negative to count from the end.
func (t *Tensor) Size(axis int) int {
	a, err := axisOf(axis, len(t.shape), "axis")
	if err != nil {
		fail("ops.Tensor.Size", err)
	}
	return t.shape[a]
}

// Len is the number of elements.
func (t *Tensor) Len() int { return t.shape.Len() }

// IsContiguous reports whether the elements lie in memory in row-major order
// without gaps.
func (t *Tensor) IsContiguous() bool {
	want := 1
	for i := len(t.shape) - 1; i >= 0; i-- {
		if t.shape[i] == 0 {
			return true
		}
		if t.shape[i] == 1 {
			continue
		}
		if t.stride[i] != want {
			return false
		}
		want *= t.shape[i]
	}
	return true
}

// Item returns the one element of a tensor of any rank; true is 1.
func (t *Tensor) Item() float64 {
	if t.Len() != 1 {
		fail("ops.Tensor.Item", &ShapeError{Arg: "the tensor", Got: t.Shape(), Rule: "Item wants exactly one element",
			Help: "At(i, j, ...) reads one element of many; Float64s() reads all"})
	}
	return t.at(t.offset)
}

// At returns one element by its indices, one for each axis; negative ones
// count from the end. True is 1.
func (t *Tensor) At(index ...int) float64 {
	if len(index) != len(t.shape) {
		fail("ops.Tensor.At", &ArgError{Arg: "index", Got: index, Rule: fmt.Sprintf("the tensor of shape %v wants %d indices", t.shape, len(t.shape))})
	}
	p := t.offset
	for a, i := range index {
		n := t.shape[a]
		if i < -n || i >= n {
			fail("ops.Tensor.At", &ArgError{Arg: fmt.Sprintf("index %d", a), Got: i, Rule: fmt.Sprintf("axis %d of shape %v has size %d", a, t.shape, n)})
		}
		if i < 0 {
			i += n
		}
		p += i * t.stride[a]
	}
	return t.at(p)
}

func (t *Tensor) at(p int) float64 {
	switch d := t.data.(type) {
	case []float32:
		return float64(d[p])
	case []float64:
		return d[p]
	case []int64:
		return float64(d[p])
	case []uint8:
		return float64(d[p])
	case []bool:
		if d[p] {
			return 1
		}
	}
	return 0
}

// newTensor returns a contiguous tensor over data.
func newTensor[T elem](data []T, shape Shape) *Tensor {
	return &Tensor{dtype: dtypeOf[T](), shape: shape, stride: shape.strides(), data: data}
}

// alloc returns a contiguous tensor of zeros and its elements.
func alloc[T elem](shape Shape) (*Tensor, []T) {
	data := make([]T, shape.Len())
	return newTensor(data, slices.Clone(shape)), data
}

// allocOf returns a contiguous tensor of zeros.
func allocOf(d DType, shape Shape) *Tensor {
	var t *Tensor
	switch d {
	case Float32:
		t, _ = alloc[float32](shape)
	case Float64:
		t, _ = alloc[float64](shape)
	case Int64:
		t, _ = alloc[int64](shape)
	case Uint8:
		t, _ = alloc[uint8](shape)
	default:
		t, _ = alloc[bool](shape)
	}
	return t
}

// viewOf returns the elements of t for package cpu.
func viewOf[T elem](t *Tensor) cpu.View[T] {
	return cpu.View[T]{Data: t.data.([]T), Offset: t.offset, Shape: t.shape, Stride: t.stride}
}

// flat returns the elements of t in row-major order: its own memory if it is
// contiguous, else a copy. Nobody may write to it.
func flat[T elem](t *Tensor) []T {
	v := viewOf[T](t)
	if s, ok := v.Flat(); ok {
		return s
	}
	dst := make([]T, t.Len())
	cpu.Copy(dst, v)
	return dst
}

// window returns a view of t's memory with another geometry, off the tape.
func (t *Tensor) window(shape Shape, stride []int, offset int) *Tensor {
	return &Tensor{dtype: t.dtype, shape: shape, stride: stride, offset: offset, data: t.data}
}

// plain returns the same data off every tape.
func (t *Tensor) plain() *Tensor { return t.window(t.shape, t.stride, t.offset) }

// expand returns t broadcast to shape, which must be possible, off the tape.
func (t *Tensor) expand(shape Shape) *Tensor {
	if t.shape.Equal(shape) {
		return t
	}
	stride := make([]int, len(shape))
	lead := len(shape) - len(t.shape)
	for i := range t.shape {
		if t.shape[i] != 1 {
			stride[lead+i] = t.stride[i]
		}
	}
	return t.window(shape, stride, t.offset)
}

// spec returns what an operation's Infer sees of t.
func (t *Tensor) spec() Spec {
	if t == nil {
		return Spec{Absent: true}
	}
	return Spec{DType: t.dtype, Shape: t.shape}
}

// assignView writes src to the elements of dst, a view of memory that nobody
// else knows yet. Both have one shape and type.
func assignView(dst, src *Tensor) {
	switch dst.dtype {
	case Float32:
		cpu.Scatter(viewOf[float32](dst), flat[float32](src))
	case Float64:
		cpu.Scatter(viewOf[float64](dst), flat[float64](src))
	case Int64:
		cpu.Scatter(viewOf[int64](dst), flat[int64](src))
	case Uint8:
		cpu.Scatter(viewOf[uint8](dst), flat[uint8](src))
	default:
		cpu.Scatter(viewOf[bool](dst), flat[bool](src))
	}
}
