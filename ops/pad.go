package ops

import (
	"fmt"
	"slices"
)

var opPad, opIndexSelect, opIndexAdd *Op

func init() {
	opPad = builtin("Pad", Op{Name: "pad", Inputs: []string{"x"},
		Doc: "x with constants around it; attributes before and behind (elements to add for each axis) and value",
		Infer: func(attrs Attrs, in []Spec) ([]Spec, error) {
			if err := attrs.only("before", "behind", "value"); err != nil {
				return nil, err
			}
			before, behind, err := padAmounts(attrs, len(in[0].Shape))
			if err != nil {
				return nil, err
			}
			if _, err := attrs.Float("value", 0); err != nil {
				return nil, err
			}
			s := slices.Clone(in[0].Shape)
			for i := range s {
				s[i] += before[i] + behind[i]
			}
			return []Spec{{DType: in[0].DType, Shape: s}}, nil
		},
		Forward: func(_ *Ctx, attrs Attrs, in []*Tensor) ([]*Tensor, error) {
			before, behind, err := padAmounts(attrs, len(in[0].shape))
			if err != nil {
				return nil, err
			}
			value, err := attrs.Float("value", 0)
			if err != nil {
				return nil, err
			}
			s := slices.Clone(in[0].shape)
			for i := range s {
				s[i] += before[i] + behind[i]
			}
			out := fullOf(in[0].dtype, s, value)
			inner := out
			for i, n := range in[0].shape {
				inner = inner.sliced(span{i, before[i], n, 1})
			}
			assignView(inner, in[0])
			return []*Tensor{out}, nil
		},
		VJP: func(_ *Ctx, attrs Attrs, in, _, g []*Tensor) ([]*Tensor, error) {
			before, _, err := padAmounts(attrs, len(in[0].shape))
			if err != nil {
				return nil, err
			}
			d := g[0]
			for i, n := range in[0].shape {
				if d.shape[i] != n {
					d = d.Slice(i, before[i], before[i]+n)
				}
			}
			return []*Tensor{d}, nil
		}})
	opIndexSelect = builtin("IndexSelect", Op{Name: "index_select", Inputs: []string{"x", "index"},
		Doc: "the indices of an axis of x that index [n], Int64, lists; attribute axis",
		Infer: func(attrs Attrs, in []Spec) ([]Spec, error) {
			if err := attrs.only("axis"); err != nil {
				return nil, err
			}
			axis, err := indexAxis(attrs, in[0].Shape, in[1])
			if err != nil {
				return nil, err
			}
			s := slices.Clone(in[0].Shape)
			s[axis] = in[1].Shape[0]
			return []Spec{{DType: in[0].DType, Shape: s}}, nil
		},
		Forward: func(_ *Ctx, attrs Attrs, in []*Tensor) ([]*Tensor, error) {
			axis, err := indexAxis(attrs, in[0].shape, in[1].spec())
			if err != nil {
				return nil, err
			}
			idx, err := indices(in[1], in[0].shape[axis])
			if err != nil {
				return nil, err
			}
			out := allocOf(in[0].dtype, in[0].shape.with(axis, len(idx)))
			switch out.dtype {
			case Float32:
				pickRows[float32](out, in[0], axis, idx)
			case Float64:
				pickRows[float64](out, in[0], axis, idx)
			case Int64:
				pickRows[int64](out, in[0], axis, idx)
			case Uint8:
				pickRows[uint8](out, in[0], axis, idx)
			default:
				pickRows[bool](out, in[0], axis, idx)
			}
			return []*Tensor{out}, nil
		},
		VJP: func(_ *Ctx, attrs Attrs, in, _, g []*Tensor) ([]*Tensor, error) {
			axis, err := indexAxis(attrs, in[0].shape, in[1].spec())
			return []*Tensor{apply1(opIndexAdd, Attrs{"axis": axis, "size": in[0].shape[axis]}, g[0], in[1]), nil}, err
		}})
	opIndexAdd = internal("IndexSelect (gradient)", Op{Name: "index_add", Inputs: []string{"y", "index"},
		Infer: func(attrs Attrs, in []Spec) ([]Spec, error) {
			axis, err := attrs.Int("axis", 0)
			if err != nil {
				return nil, err
			}
			size, err := attrs.Int("size", 0)
			return []Spec{{DType: in[0].DType, Shape: in[0].Shape.with(axis, size)}}, err
		},
		Forward: func(_ *Ctx, attrs Attrs, in []*Tensor) ([]*Tensor, error) {
			axis, _ := attrs.Int("axis", 0)
			size, _ := attrs.Int("size", 0)
			idx, err := indices(in[1], size)
			if err != nil {
				return nil, err
			}
			out := allocOf(in[0].dtype, in[0].shape.with(axis, size))
			switch out.dtype {
			case Float32:
				addRows[float32](out, in[0], axis, idx)
			case Float64:
				addRows[float64](out, in[0], axis, idx)
			}
			return []*Tensor{out}, nil
		},
		VJP: func(_ *Ctx, attrs Attrs, in, _, g []*Tensor) ([]*Tensor, error) {
			return []*Tensor{apply1(opIndexSelect, Attrs{"axis": attrs["axis"]}, g[0], in[1]), nil}, nil
		}})
}

// with returns s with another size of one axis.
func (s Shape) with(axis, size int) Shape {
	s = slices.Clone(s)
	s[axis] = size
	return s
}

func padAmounts(attrs Attrs, rank int) (before, behind []int, err error) {
	for i, p := range []*[]int{&before, &behind} {
		name := []string{"before", "behind"}[i]
		if *p, err = attrs.Ints(name); err != nil {
			return nil, nil, err
		}
		if len(*p) == 0 {
			*p = make([]int, rank)
		}
		if len(*p) != rank {
			return nil, nil, &ArgError{Arg: name, Got: *p, Rule: fmt.Sprintf("want one value for each of %d axes", rank)}
		}
		for _, n := range *p {
			if n < 0 {
				return nil, nil, &ArgError{Arg: name, Got: *p, Rule: "must not be negative", Help: "Slice cuts elements off"}
			}
		}
	}
	return before, behind, nil
}

func indexAxis(attrs Attrs, shape Shape, index Spec) (int, error) {
	axis, err := attrs.Int("axis", 0)
	if err != nil {
		return 0, err
	}
	if axis, err = axisOf(axis, len(shape), "axis"); err != nil {
		return 0, err
	}
	if err := wantDType("index", index.DType, Int64); err != nil {
		return 0, err
	}
	if len(index.Shape) != 1 {
		return 0, &ShapeError{Arg: "index", Got: slices.Clone(index.Shape), Want: Shape{-1}, Axes: []string{"n"}, Rule: "want one axis"}
	}
	return axis, nil
}

// indices returns index as places of an axis of size n; negative ones count
// from the end.
func indices(index *Tensor, n int) ([]int, error) {
	idx := index.Ints()
	for k, i := range idx {
		if i < -n || i >= n {
			return nil, &ArgError{Arg: "index", Got: i, Rule: fmt.Sprintf("element %d lies outside an axis of size %d", k, n)}
		}
		if i < 0 {
			idx[k] = i + n
		}
	}
	return idx, nil
}

// outerInner returns the numbers of rows before an axis and of elements
// behind it.
func outerInner(s Shape, axis int) (outer, inner int) { return s[:axis].Len(), s[axis+1:].Len() }

func pickRows[T elem](out, x *Tensor, axis int, idx []int) {
	src, dst := flat[T](x), out.data.([]T)
	outer, inner := outerInner(x.shape, axis)
	n := x.shape[axis]
	for o := range outer {
		for k, i := range idx {
			copy(dst[(o*len(idx)+k)*inner:(o*len(idx)+k+1)*inner], src[(o*n+i)*inner:])
		}
	}
}

func addRows[T number](out, y *Tensor, axis int, idx []int) {
	src, dst := flat[T](y), out.data.([]T)
	outer, inner := outerInner(out.shape, axis)
	n := out.shape[axis]
	for o := range outer {
		for k, i := range idx {
			row := dst[(o*n+i)*inner : (o*n+i+1)*inner]
			for j, v := range src[(o*len(idx)+k)*inner : (o*len(idx)+k+1)*inner] {
				row[j] += v
			}
		}
	}
}
