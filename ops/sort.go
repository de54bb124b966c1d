package ops

import (
	"cmp"
	"fmt"
	"slices"

	"cahier/ops/internal/cpu"
)

// SortOptions are the options of Sort and ArgSort. The zero value sorts
// upwards.
type SortOptions struct {
	Descending bool // the largest element first
}

// TopKOptions are the options of TopK. The zero value takes the largest ones.
type TopKOptions struct {
	Smallest bool // the smallest elements, the smallest first
}

var opSort, opArgSort, opTopK *Op

var sortTypes = []DType{Float32, Float64, Int64, Uint8}

func init() {
	opSort = builtin("Sort", Op{Name: "sort", Inputs: []string{"x"},
		Doc: "the elements of x in order along an axis, and their places, Int64; equal ones keep their order, NaN is larger than all; attributes axis (the last if not set) and descending",
		Infer: func(attrs Attrs, in []Spec) ([]Spec, error) {
			_, _, err := sortOf(attrs, in[0])
			return []Spec{in[0], {DType: Int64, Shape: in[0].Shape}}, err
		},
		Forward: func(_ *Ctx, attrs Attrs, in []*Tensor) ([]*Tensor, error) {
			axis, descending, err := sortOf(attrs, in[0].spec())
			if err != nil {
				return nil, err
			}
			places := sortedPlaces(in[0], axis, in[0].shape[axis], descending)
			return []*Tensor{Gather(in[0], axis, places), places}, nil
		},
		VJP: sortVJP})
	opArgSort = builtin("ArgSort", Op{Name: "argsort", Inputs: []string{"x"},
		Doc: "the places of the elements of x in order along an axis, Int64; equal ones keep their order, NaN is larger than all; attributes axis (the last if not set) and descending",
		Infer: func(attrs Attrs, in []Spec) ([]Spec, error) {
			_, _, err := sortOf(attrs, in[0])
			return []Spec{{DType: Int64, Shape: in[0].Shape}}, err
		},
		Forward: func(_ *Ctx, attrs Attrs, in []*Tensor) ([]*Tensor, error) {
			axis, descending, err := sortOf(attrs, in[0].spec())
			if err != nil {
				return nil, err
			}
			return []*Tensor{sortedPlaces(in[0], axis, in[0].shape[axis], descending)}, nil
		}})
	opTopK = builtin("TopK", Op{Name: "topk", Inputs: []string{"x"},
		Doc: "the k largest elements of x along an axis, in order, and their places, Int64; the first among equals, NaN is larger than all; attributes k, axis (the last if not set) and smallest",
		Infer: func(attrs Attrs, in []Spec) ([]Spec, error) {
			axis, k, _, err := topKOf(attrs, in[0])
			if err != nil {
				return nil, err
			}
			s := in[0].Shape.with(axis, k)
			return []Spec{{DType: in[0].DType, Shape: s}, {DType: Int64, Shape: s}}, nil
		},
		Forward: func(_ *Ctx, attrs Attrs, in []*Tensor) ([]*Tensor, error) {
			axis, k, smallest, err := topKOf(attrs, in[0].spec())
			if err != nil {
				return nil, err
			}
			places := sortedPlaces(in[0], axis, k, !smallest)
			return []*Tensor{Gather(in[0], axis, places), places}, nil
		},
		VJP: sortVJP})
}

// sortVJP gives the cotangents back to the places that the second output
// names.
func sortVJP(_ *Ctx, attrs Attrs, in, out, g []*Tensor) ([]*Tensor, error) {
	axis, err := attrs.Int("axis", -1)
	if err != nil {
		return nil, err
	}
	if axis, err = axisOf(axis, len(in[0].shape), "axis"); err != nil {
		return nil, err
	}
	return []*Tensor{ScatterAdd(g[0], axis, out[1], in[0].shape[axis])}, nil
}

func sortOf(attrs Attrs, x Spec) (axis int, descending bool, err error) {
	if err = attrs.only("axis", "descending"); err != nil {
		return 0, false, err
	}
	if err = wantDType("x", x.DType, sortTypes...); err != nil {
		return 0, false, err
	}
	if axis, err = attrs.Int("axis", -1); err != nil {
		return 0, false, err
	}
	if axis, err = axisOf(axis, len(x.Shape), "axis"); err != nil {
		return 0, false, err
	}
	descending, err = attrs.Bool("descending")
	return axis, descending, err
}

func topKOf(attrs Attrs, x Spec) (axis, k int, smallest bool, err error) {
	if err = attrs.only("k", "axis", "smallest"); err != nil {
		return 0, 0, false, err
	}
	if axis, _, err = sortOf(Attrs{"axis": attrs["axis"]}, x); err != nil {
		return 0, 0, false, err
	}
	if k, err = attrs.Int("k", 0); err != nil {
		return 0, 0, false, err
	}
	if k < 0 || k > x.Shape[axis] {
		return 0, 0, false, &ArgError{Arg: "k", Got: k, Rule: fmt.Sprintf("must be from 0 to %d, the size of axis %d", x.Shape[axis], axis)}
	}
	smallest, err = attrs.Bool("smallest")
	return axis, k, smallest, err
}

// sortedPlaces returns the places of the first k elements in order along an
// axis.
func sortedPlaces(x *Tensor, axis, k int, descending bool) *Tensor {
	switch x.dtype {
	case Float32:
		return placesOf[float32](x, axis, k, descending)
	case Float64:
		return placesOf[float64](x, axis, k, descending)
	case Int64:
		return placesOf[int64](x, axis, k, descending)
	}
	return placesOf[uint8](x, axis, k, descending)
}

func placesOf[T cpu.Number](x *Tensor, axis, k int, descending bool) *Tensor {
	order := append(slices.Delete(allAxes(len(x.shape)), axis, axis+1), axis)
	back := make([]int, len(order))
	for i, a := range order {
		back[a] = i
	}
	moved := x.permuted(order)
	src, n := flat[T](moved), x.shape[axis]
	out, dst := alloc[int64](moved.shape.with(len(order)-1, k))
	if k > 0 {
		cpu.Parallel(len(dst)/k, cpu.GrainFor(20*n), func(lo, hi int) {
			idx := make([]int64, n)
			for r := lo; r < hi; r++ {
				row := src[r*n : (r+1)*n]
				// The place breaks ties, so that the order is one only.
				before := func(i, j int64) int {
					c := compareNumbers(row[i], row[j])
					if descending {
						c = -c
					}
					return cmp.Or(c, cmp.Compare(i, j))
				}
				for i := range idx {
					idx[i] = int64(i)
				}
				if k < n/8 {
					firstK(idx, k, before)
				} else {
					slices.SortFunc(idx, before)
				}
				copy(dst[r*k:(r+1)*k], idx)
			}
		})
	}
	return out.permuted(back)
}

// compareNumbers orders numbers, NaN behind all others.
func compareNumbers[T cpu.Number](a, b T) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	case a == b:
		return 0
	case a != a && b != b:
		return 0
	case a != a:
		return 1
	}
	return -1
}

// firstK puts the first k elements of idx in order to its front. It keeps
// them in a heap whose root is the last of them.
func firstK(idx []int64, k int, before func(i, j int64) int) {
	heap := idx[:k]
	sink := func(p int) {
		for {
			c := 2*p + 1
			if c >= k {
				return
			}
			if c+1 < k && before(heap[c], heap[c+1]) < 0 {
				c++
			}
			if before(heap[p], heap[c]) >= 0 {
				return
			}
			heap[p], heap[c] = heap[c], heap[p]
			p = c
		}
	}
	for p := k/2 - 1; p >= 0; p-- {
		sink(p)
	}
	for _, i := range idx[k:] {
		if before(i, heap[0]) < 0 {
			heap[0] = i
			sink(0)
		}
	}
	slices.SortFunc(heap, before)
}

// Sort returns the elements in order along an axis.
//
//   - Formula: y[…, i, …] = x[…, p_i, …] with the permutation p that makes y ascend along the axis; equal elements keep their order, and NaN is larger than all
//   - Shapes: y as x
//   - DTypes: Float32, Float64, Int64, Uint8
//   - Options: [SortOptions]: ascending. axis may be negative to count from the end
//   - Panics: [ArgError] for an axis that x does not have; [DTypeError]
//   - Gradient: ∂x is ∂y at the places that the elements came from
//   - Cost: n·log m comparisons for an axis of size m
//   - Paper: none
//   - Differences: PyTorch also returns the places, which is [ArgSort] here, and keeps the order of equals only if asked to; NumPy is the same upwards
func Sort(x *Tensor, axis int, opts ...SortOptions) *Tensor {
	return apply(opSort, Attrs{"axis": axis, "descending": one("ops.Sort", opts).Descending}, x)[0]
}

// Sort returns ops.Sort(t, axis): the elements in ascending order.
func (t *Tensor) Sort(axis int) *Tensor { return Sort(t, axis) }

// ArgSort returns the places of the elements in order along an axis:
// x.Gather(axis, ArgSort(x, axis)) is sorted.
//
//   - Formula: y = the permutation p of [Sort]
//   - Shapes: y as x
//   - DTypes: x Float32, Float64, Int64, Uint8; y Int64
//   - Options: [SortOptions]: ascending. axis may be negative to count from the end
//   - Panics: [ArgError] for an axis that x does not have; [DTypeError]
//   - Gradient: none; y is of integers
//   - Cost: n·log m comparisons for an axis of size m
//   - Paper: none
//   - Differences: as [Sort]
func ArgSort(x *Tensor, axis int, opts ...SortOptions) *Tensor {
	return apply1(opArgSort, Attrs{"axis": axis, "descending": one("ops.ArgSort", opts).Descending}, x)
}

// ArgSort returns ops.ArgSort(t, axis): the places in ascending order.
func (t *Tensor) ArgSort(axis int) *Tensor { return ArgSort(t, axis) }

// TopK returns the k largest elements along an axis in order, the largest
// first, and their places.
//
//   - Formula: y[…, i, …] = x[…, places_i, …], the first k elements of x sorted downwards; the first among equals, and NaN is larger than all
//   - Shapes: y and places as x, with k at the axis
//   - DTypes: x Float32, Float64, Int64, Uint8; places Int64
//   - Options: [TopKOptions]: the largest. axis may be negative to count from the end
//   - Panics: [ArgError] for an axis that x does not have, or a k that is larger; [DTypeError]
//   - Gradient: ∂x is ∂y at the places, 0 elsewhere
//   - Cost: n·log k comparisons at most
//   - Paper: none
//   - Differences: none from ONNX TopK; PyTorch promises nothing among equals
func TopK(x *Tensor, k, axis int, opts ...TopKOptions) (y, places *Tensor) {
	out := apply(opTopK, Attrs{"k": k, "axis": axis, "smallest": one("ops.TopK", opts).Smallest}, x)
	return out[0], out[1]
}

// TopK returns ops.TopK(t, k, axis): the k largest elements and their places.
func (t *Tensor) TopK(k, axis int) (y, places *Tensor) { return TopK(t, k, axis) }
