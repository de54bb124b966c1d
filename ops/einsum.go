package ops

import (
	"fmt"
	"slices"
	"strings"
)

var opEinsum *Op

func init() {
	opEinsum = builtin("Einsum", Op{Name: "einsum", Inputs: []string{"ts..."},
		Doc: "the sum of products of tensors over the letters of their axes that the result does not have; attribute equation, such as \"ij,jk->ik\"",
		Infer: func(attrs Attrs, in []Spec) ([]Spec, error) {
			e, err := einsumOf(attrs, in)
			if err != nil {
				return nil, err
			}
			s := make(Shape, len(e.out))
			for i, l := range e.out {
				s[i] = e.size[l]
			}
			return []Spec{{DType: in[0].DType, Shape: s}}, nil
		},
		Compose: func(attrs Attrs, in []*Tensor) ([]*Tensor, error) {
			specs := make([]Spec, len(in))
			for i, t := range in {
				specs[i] = t.spec()
			}
			e, err := einsumOf(attrs, specs)
			if err != nil {
				return nil, err
			}
			return []*Tensor{e.compute(in)}, nil
		}})
}

// einsum is an equation that was read. A label is a letter, or -1, -2, … for
// the axes of an ellipsis, counted from the last.
type einsum struct {
	in   [][]int
	out  []int
	size map[int]int
}

func einsumOf(attrs Attrs, in []Spec) (*einsum, error) {
	if err := attrs.only("equation"); err != nil {
		return nil, err
	}
	equation, err := attrs.String("equation", "")
	if err != nil {
		return nil, err
	}
	bad := func(format string, a ...any) error {
		return &ArgError{Arg: "equation", Got: fmt.Sprintf("%q", equation), Rule: fmt.Sprintf(format, a...), Help: "such as \"ij,jk->ik\" for a matrix product: one letter for each axis, ... for any number of axes"}
	}
	left, right, explicit := strings.Cut(strings.ReplaceAll(equation, " ", ""), "->")
	terms := strings.Split(left, ",")
	if len(in) == 0 || len(terms) != len(in) {
		return nil, bad("has %d terms for %d tensors", len(terms), len(in))
	}
	e := &einsum{size: map[int]int{}}
	wide := 0 // axes of the widest ellipsis
	for i, term := range terms {
		arg := fmt.Sprintf("ts[%d]", i)
		if err := wantFloat(arg, in[i].DType); err != nil {
			return nil, err
		}
		if err := wantSame("ts[0]", in[0].DType, arg, in[i].DType); err != nil {
			return nil, err
		}
		before, behind, ellipsis := strings.Cut(term, "...")
		letters := before + behind
		if c := strings.Trim(letters, einsumLetters); c != "" {
			return nil, bad("has %q, want letters", c)
		}
		rank := len(in[i].Shape)
		if rank < len(letters) || rank > len(letters) && !ellipsis {
			return nil, &ShapeError{Arg: arg, Got: slices.Clone(in[i].Shape), Want: anyShape(nil, len(letters)), Axes: strings.Split(letters, ""), Rule: fmt.Sprintf("term %q has one letter for each axis", term)}
		}
		labels := e.labels(before, behind, rank-len(letters))
		wide = max(wide, rank-len(letters))
		for a, l := range labels {
			n := in[i].Shape[a]
			if old, ok := e.size[l]; !ok || old == 1 {
				e.size[l] = n
			} else if n != old && n != 1 {
				return nil, &ShapeError{Arg: arg, Got: slices.Clone(in[i].Shape), Want: Shape(slices.Clone(in[i].Shape)).with(a, old), Rule: fmt.Sprintf("axis %d, %s in %q, has size %d elsewhere", a, einsumLabel(l), equation, old)}
			}
		}
		e.in = append(e.in, labels)
	}
	if !explicit {
		right = implicitTerm(left)
	}
	before, behind, ellipsis := strings.Cut(right, "...")
	if c := strings.Trim(before+behind, einsumLetters); c != "" {
		return nil, bad("has %q, want letters", c)
	}
	if !ellipsis {
		wide = 0
	}
	e.out = e.labels(before, behind, wide)
	for i, l := range e.out {
		if _, ok := e.size[l]; !ok {
			return nil, bad("has %s in the result, and no tensor has it", einsumLabel(l))
		}
		if slices.Contains(e.out[:i], l) {
			return nil, bad("has %s twice in the result", einsumLabel(l))
		}
	}
	return e, nil
}

const einsumLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

func einsumLabel(l int) string {
	if l < 0 {
		return "an axis of ..."
	}
	return string(rune(l))
}

// labels returns the labels of a term with n axes in its ellipsis.
func (e *einsum) labels(before, behind string, n int) []int {
	labels := []int{}
	for _, c := range before {
		labels = append(labels, int(c))
	}
	for i := range n {
		labels = append(labels, i-n)
	}
	for _, c := range behind {
		labels = append(labels, int(c))
	}
	return labels
}

// implicitTerm is the result that an equation without an arrow means: the
// ellipsis and the letters that occur once, in alphabetical order, capitals
// first.
func implicitTerm(left string) string {
	var once []string
	for _, c := range einsumLetters {
		if strings.Count(left, string(c)) == 1 {
			once = append(once, string(c))
		}
	}
	slices.Sort(once)
	if strings.Contains(left, "...") {
		once = slices.Insert(once, 0, "...")
	}
	return strings.Join(once, "")
}

// operand is a tensor on the way to the result, with a label for each axis,
// none of them twice.
type operand struct {
	x      *Tensor
	labels []int
}

// compute joins two tensors at a time, the cheapest pair first.
func (e *einsum) compute(in []*Tensor) *Tensor {
	list := make([]operand, len(in))
	for i, x := range in {
		list[i] = e.prepare(x, e.in[i])
	}
	for len(list) > 1 {
		first, second, least := 0, 1, -1.0
		for i := range list {
			for j := i + 1; j < len(list); j++ {
				if c := e.cost(list[i], list[j]); least < 0 || c < least {
					first, second, least = i, j, c
				}
			}
		}
		a, b := list[first], list[second]
		rest := slices.Delete(slices.Clone(list), second, second+1)
		rest = slices.Delete(rest, first, first+1)
		list = append([]operand{e.join(a, b, e.needed(rest))}, rest...)
	}
	y := e.reduce(list[0], func(l int) bool { return slices.Contains(e.out, l) })
	return y.ordered(e.out)
}

// prepare takes the diagonals of axes with one letter and broadcasts.
func (e *einsum) prepare(x *Tensor, labels []int) operand {
	labels = slices.Clone(labels)
	for i := 0; i < len(labels); i++ {
		for j := i + 1; j < len(labels); j++ {
			if labels[i] != labels[j] {
				continue
			}
			l := labels[i]
			if n := max(x.shape[i], x.shape[j]); x.shape[i] != x.shape[j] {
				x = x.BroadcastTo(x.shape.with(i, n).with(j, n)...)
			}
			x = Diagonal(x, DiagonalOptions{Axes: []int{i, j}})
			labels = append(slices.Delete(slices.Delete(labels, j, j+1), i, i+1), l)
			i = -1
			break
		}
	}
	shape := make(Shape, len(labels))
	for i, l := range labels {
		shape[i] = e.size[l]
	}
	if !shape.Equal(x.shape) {
		x = x.BroadcastTo(shape...)
	}
	return operand{x, labels}
}

// cost is the number of products of a pair.
func (e *einsum) cost(a, b operand) float64 {
	c := 1.0
	for _, l := range a.labels {
		c *= float64(e.size[l])
	}
	for _, l := range b.labels {
		if !slices.Contains(a.labels, l) {
			c *= float64(e.size[l])
		}
	}
	return c
}

// needed returns whether a label is one of the result or of the rest.
func (e *einsum) needed(rest []operand) func(l int) bool {
	return func(l int) bool {
		return slices.Contains(e.out, l) || slices.ContainsFunc(rest, func(o operand) bool { return slices.Contains(o.labels, l) })
	}
}

// reduce sums over the labels that are not to be kept.
func (e *einsum) reduce(o operand, keep func(l int) bool) operand {
	var axes, labels []int
	for i, l := range o.labels {
		if keep(l) {
			labels = append(labels, l)
		} else {
			axes = append(axes, i)
		}
	}
	if len(axes) == 0 {
		return o
	}
	return operand{Sum(o.x, ReduceOptions{Axes: axes}), labels}
}

// ordered returns the tensor with its axes in the order of labels.
func (o operand) ordered(labels []int) *Tensor {
	if slices.Equal(labels, o.labels) {
		return o.x
	}
	axes := make([]int, len(labels))
	for i, l := range labels {
		axes[i] = slices.Index(o.labels, l)
	}
	return o.x.Permute(axes...)
}

// join multiplies two tensors and sums over the labels that both have and
// nobody needs.
func (e *einsum) join(a, b operand, needed func(l int) bool) operand {
	a = e.reduce(a, func(l int) bool { return needed(l) || slices.Contains(b.labels, l) })
	b = e.reduce(b, func(l int) bool { return needed(l) || slices.Contains(a.labels, l) })
	var batch, left, right, sum []int
	for _, l := range a.labels {
		switch {
		case !slices.Contains(b.labels, l):
			left = append(left, l)
		case needed(l):
			batch = append(batch, l)
		default:
			sum = append(sum, l)
		}
	}
	for _, l := range b.labels {
		if !slices.Contains(a.labels, l) {
			right = append(right, l)
		}
	}
	sizes := func(labels ...[]int) (s Shape) {
		for _, list := range labels {
			for _, l := range list {
				s = append(s, e.size[l])
			}
		}
		return s
	}
	x, y := a.ordered(slices.Concat(batch, left, sum)), b.ordered(slices.Concat(batch, sum, right))
	labels := slices.Concat(batch, left, right)
	if len(sum) == 0 {
		x = x.Reshape(append(sizes(batch, left), sizes(right).ones(allAxes(len(right)))...)...)
		y = y.Reshape(slices.Concat(sizes(batch), sizes(left).ones(allAxes(len(left))), sizes(right))...)
		return operand{Mul(x, y), labels}
	}
	lead := Shape{}
	if len(batch) > 0 {
		lead = Shape{sizes(batch).Len()}
	}
	x = x.Reshape(append(slices.Clone(lead), sizes(left).Len(), sizes(sum).Len())...)
	y = y.Reshape(append(slices.Clone(lead), sizes(sum).Len(), sizes(right).Len())...)
	return operand{MatMul(x, y).Reshape(sizes(batch, left, right)...), labels}
}

func allAxes(rank int) []int {
	axes := make([]int, rank)
	for i := range axes {
		axes[i] = i
	}
	return axes
}

// Einsum returns sums of products by Einstein's convention: each axis has a
// letter, axes with one letter run together, and letters that the result does
// not have are summed over.
//
//	ops.Einsum("ij,jk->ik", a, b)     // matrix product
//	ops.Einsum("...ij->...ji", a)     // transposed matrices
//	ops.Einsum("ii->", a)             // trace
//	ops.Einsum("bhqd,bhkd->bhqk", q, k)
//
// Spaces mean nothing.
//
//   - Formula: y[out] = Σ over the letters that out lacks of Π_k t_k[term k]
//   - Shapes: one letter for each axis, equal letters of equal size or 1; ... stands for any number of axes, which broadcast; y has the axes behind the arrow, or without an arrow those whose letters occur once, in alphabetical order
//   - DTypes: Float32, Float64; the same for all; sums over one tensor accumulated in float64, over two as in [MatMul]
//   - Options: none
//   - Panics: [ArgError] for an equation that does not fit; [ShapeError], [DTypeError]
//   - Gradient: of each tensor: the sum of products of ∂y and the others, to any order
//   - Cost: that of matrix products and sums, joining the cheapest pair first
//   - Paper: Einstein, Die Grundlage der allgemeinen Relativitätstheorie, 1916
//   - Differences: NumPy, PyTorch and ONNX Einsum also take integers; NumPy refuses a result without the ellipsis of a tensor, here and in PyTorch its axes are summed over
func Einsum(equation string, ts ...*Tensor) *Tensor {
	return apply1(opEinsum, Attrs{"equation": equation}, ts...)
}
