package ops

// VarOptions are the options of Var and Std. The zero value folds all axes
// and divides by the number of elements.
type VarOptions struct {
	Axes       []int // the axes to fold; all if empty
	KeepDims   bool  // folded axes stay, with size 1
	Correction int   // divides by n - Correction; 1 estimates the variance that a sample was drawn from
}

var opVar *Op

func init() {
	opVar = builtin("Var", Op{Name: "var", Inputs: []string{"x"},
		Doc: "the mean squared distance from the mean over axes; attributes axes (all if empty), keepdims, and correction, which is subtracted from the divisor, 0 if not set",
		Infer: func(attrs Attrs, in []Spec) ([]Spec, error) {
			if err := wantFloat("x", in[0].DType); err != nil {
				return nil, err
			}
			f, _, err := varOf(attrs, in[0].Shape)
			return []Spec{{DType: in[0].DType, Shape: f.shape}}, err
		},
		Compose: func(attrs Attrs, in []*Tensor) ([]*Tensor, error) {
			f, correction, err := varOf(attrs, in[0].shape)
			if err != nil {
				return nil, err
			}
			// Two passes: the mean first, so that nothing cancels.
			d := Square(Sub(in[0], Mean(in[0], ReduceOptions{Axes: f.axes, KeepDims: true})))
			return []*Tensor{Div(Sum(d, ReduceOptions{Axes: f.axes, KeepDims: true}), float64(max(0, f.inner-correction))).Reshape(f.shape...)}, nil
		}})
}

func varOf(attrs Attrs, s Shape) (fold, int, error) {
	if err := attrs.only("axes", "keepdims", "correction"); err != nil {
		return fold{}, 0, err
	}
	f, err := foldOf(Attrs{"axes": attrs["axes"], "keepdims": attrs["keepdims"]}, s)
	if err != nil {
		return fold{}, 0, err
	}
	c, err := attrs.Int("correction", 0)
	if err == nil && c < 0 {
		err = &ArgError{Arg: "correction", Got: c, Rule: "must not be negative"}
	}
	return f, c, err
}

// Var returns the variance over axes.
//
//   - Formula: y = (Σ (x - m)²)/(n - correction) with m the mean of the n folded elements; NaN for 0/0, and if one is NaN
//   - Shapes: y as x without the folded axes, or with size 1 there
//   - DTypes: Float32, Float64; sums accumulated in float64
//   - Options: [VarOptions]: all axes, divided by n
//   - Panics: [ArgError] for an axis that x does not have, or twice, or a negative correction; [DTypeError]
//   - Gradient: ∂x = 2·(x - m)/(n - correction)·∂y
//   - Cost: 4n operations, in two passes
//   - Paper: none
//   - Differences: PyTorch's default correction is 1, NumPy's and ours 0; ONNX has no operation for it
func Var(x *Tensor, opts ...VarOptions) *Tensor {
	o := one("ops.Var", opts)
	return apply1(opVar, Attrs{"axes": append([]int(nil), o.Axes...), "keepdims": o.KeepDims, "correction": o.Correction}, x)
}

// Var returns the variance over the axes given, or over all. See [Var].
func (t *Tensor) Var(axes ...int) *Tensor { return Var(t, VarOptions{Axes: axes}) }

// Std returns the standard deviation over axes: the square root of [Var].
//
//   - Formula: y = √var(x); NaN if one is NaN
//   - Shapes: y as x without the folded axes, or with size 1 there
//   - DTypes: Float32, Float64; sums accumulated in float64
//   - Options: [VarOptions]: all axes, divided by n
//   - Panics: as [Var]
//   - Gradient: ∂x = (x - m)/((n - correction)·y)·∂y; not finite where y = 0
//   - Cost: 4n operations, in two passes
//   - Paper: none
//   - Differences: as [Var]
func Std(x *Tensor, opts ...VarOptions) *Tensor { return Sqrt(Var(x, opts...)) }

// Std returns the standard deviation over the axes given, or over all. See [Std].
func (t *Tensor) Std(axes ...int) *Tensor { return Std(t, VarOptions{Axes: axes}) }
