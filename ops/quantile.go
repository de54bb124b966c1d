package ops

import (
	"fmt"
	"math"
	"slices"
)

// QuantileOptions are the options of Quantile, Quantiles and Median. The zero
// value folds all axes.
type QuantileOptions struct {
	Axes     []int // the axes to fold; all if empty
	KeepDims bool  // folded axes stay, with size 1
}

func (o QuantileOptions) attrs() Attrs {
	a := Attrs{"keepdims": o.KeepDims}
	if len(o.Axes) > 0 {
		a["axes"] = slices.Clone(o.Axes)
	}
	return a
}

var opQuantile, opQuantiles, opMedian *Op

func init() {
	opQuantile = newQuantile("Quantile", "quantile", "the value below which the part q of the elements over axes lies; attributes q, axes (all if empty) and keepdims")
	opQuantiles = newQuantile("Quantiles", "quantiles", "for each of several parts q the value below which that part of the elements over axes lies, along a first axis; attributes q, a list, axes (all if empty) and keepdims")
	opMedian = newQuantile("Median", "median", "the middle of the elements over axes, or the mean of the two middle ones; attributes axes (all if empty) and keepdims")
}

func newQuantile(fn, name, doc string) *Op {
	return builtin(fn, Op{Name: name, Inputs: []string{"x"}, Doc: doc,
		Infer: func(attrs Attrs, in []Spec) ([]Spec, error) {
			names := []string{"axes", "keepdims"}
			if name != "median" {
				names = append(names, "q")
			}
			if err := attrs.only(names...); err != nil {
				return nil, err
			}
			if err := wantFloat("x", in[0].DType); err != nil {
				return nil, err
			}
			qs, f, err := quantileOf(attrs, name, in[0].Shape)
			if err != nil {
				return nil, err
			}
			s := f.shape
			if name == "quantiles" {
				s = append(Shape{len(qs)}, s...)
			}
			return []Spec{{DType: in[0].DType, Shape: s}}, nil
		},
		Compose: func(attrs Attrs, in []*Tensor) ([]*Tensor, error) {
			x := in[0]
			qs, f, err := quantileOf(attrs, name, x.shape)
			if err != nil {
				return nil, err
			}
			var order []int
			for a := range x.shape {
				if !slices.Contains(f.axes, a) {
					order = append(order, a)
				}
			}
			sorted := Sort(x.Permute(append(order, f.axes...)...).Reshape(f.shape.Len(), f.inner), 1)
			ys := make([]*Tensor, len(qs))
			for i, q := range qs {
				ys[i] = quantileOfSorted(sorted, q).Reshape(f.shape...)
			}
			if name == "quantiles" {
				return []*Tensor{Stack(ys, 0)}, nil
			}
			return ys, nil
		}})
}

// quantileOf reads the attributes of the operation of that name.
func quantileOf(attrs Attrs, name string, x Shape) ([]float64, fold, error) {
	f, err := foldOf(Attrs{"axes": attrs["axes"], "keepdims": attrs["keepdims"]}, x)
	if err != nil {
		return nil, f, err
	}
	qs := []float64{0.5}
	switch name {
	case "quantile":
		qs[0], err = attrs.Float("q", 0.5)
	case "quantiles":
		qs, err = attrs.Floats("q")
		if err == nil && len(qs) == 0 {
			err = &ArgError{Arg: "q", Rule: "is empty, want at least one number from 0 to 1"}
		}
	}
	if err != nil {
		return nil, f, err
	}
	for _, q := range qs {
		if !(q >= 0 && q <= 1) {
			return nil, f, &ArgError{Arg: "q", Got: q, Rule: "must be from 0 to 1"}
		}
	}
	if f.inner == 0 {
		return nil, f, &ShapeError{Arg: "x", Got: slices.Clone(x), Rule: fmt.Sprintf("there is no element along the axes %v", f.axes)}
	}
	return qs, f, nil
}

// quantileOfSorted is the quantile of each row.
func quantileOfSorted(sorted *Tensor, q float64) *Tensor {
	n := sorted.shape[1]
	p := q * float64(n-1)
	low := int(math.Floor(p))
	y := sorted.Select(1, low)
	if part := p - float64(low); part > 0 {
		// Not by the difference, which is NaN for two infinities.
		y = Add(Mul(y, 1-part), Mul(sorted.Select(1, low+1), part))
	}
	// NaN is sorted to the end.
	last := sorted.Select(1, n-1)
	return Where(NotEqual(last, last), last, y)
}

// Quantile returns the value below which the part q of the elements over axes
// lies.
//
//   - Formula: y = s[⌊p⌋] + (p - ⌊p⌋)·(s[⌊p⌋+1] - s[⌊p⌋]) with p = q·(n - 1) and s the n folded elements in order; NaN if one is NaN
//   - Shapes: y as x without the folded axes, or with size 1 there
//   - DTypes: Float32, Float64
//   - Options: [QuantileOptions]: all axes
//   - Panics: [ArgError] for a q outside 0 to 1, and for an axis that x does not have, or twice; [ShapeError] if there is no element; [DTypeError]
//   - Gradient: to the two elements next to p, by their parts
//   - Cost: that of [Sort]
//   - Paper: Hyndman and Fan, Sample quantiles in statistical packages, 1996, definition 7
//   - Differences: none from NumPy and PyTorch with linear interpolation, which take several q as [Quantiles] does
func Quantile(x *Tensor, q float64, opts ...QuantileOptions) *Tensor {
	a := one("ops.Quantile", opts).attrs()
	a["q"] = q
	return apply1(opQuantile, a, x)
}

// Quantiles returns [Quantile] for several parts, along a new first axis; the
// elements are sorted once.
//
//   - Formula: y[i] = Quantile(x, qs[i])
//   - Shapes: y [len(qs) …], behind it as x without the folded axes, or with size 1 there
//   - DTypes: Float32, Float64
//   - Options: [QuantileOptions]: all axes
//   - Panics: as [Quantile]
//   - Gradient: to the elements next to the places, summed over qs
//   - Cost: that of [Sort]
//   - Paper: Hyndman and Fan, Sample quantiles in statistical packages, 1996, definition 7
//   - Differences: none from NumPy and PyTorch with linear interpolation
func Quantiles(x *Tensor, qs []float64, opts ...QuantileOptions) *Tensor {
	a := one("ops.Quantiles", opts).attrs()
	a["q"] = slices.Clone(qs)
	return apply1(opQuantiles, a, x)
}

// Median returns the middle of the elements over axes, or the mean of the two
// middle ones.
//
//   - Formula: as [Quantile] for q = 1/2
//   - Shapes: y as x without the folded axes, or with size 1 there
//   - DTypes: Float32, Float64
//   - Options: [QuantileOptions]: all axes
//   - Panics: as [Quantile]
//   - Gradient: to the middle element, or in halves to the two middle ones
//   - Cost: that of [Sort]
//   - Paper: none
//   - Differences: none from NumPy; PyTorch gives the lower one of two middle elements
func Median(x *Tensor, opts ...QuantileOptions) *Tensor {
	return apply1(opMedian, one("ops.Median", opts).attrs(), x)
}
