package ops

import "math"

// LocalResponseNormOptions are the options of LocalResponseNorm. The zero
// value is that of PyTorch and ONNX.
type LocalResponseNormOptions struct {
	Alpha  float64 // multiplies the mean of squares; 0 means 1e-4
	Beta   float64 // the power; 0 means 0.75
	K      float64 // added to the mean of squares; 0 means 1
	Behind bool    // a window of even size has its odd channel behind, as in ONNX, and not before, as in PyTorch
}

var opLocalResponseNorm *Op

func init() {
	opLocalResponseNorm = builtin("LocalResponseNorm", Op{Name: "local_response_norm", Inputs: []string{"x"},
		Doc: "x [N C …] divided by (k + alpha·m)^beta, with m the sum of squares over neighbouring channels, as many as attribute size says, divided by size; attributes alpha, 1e-4 if not set, beta, 0.75, k, 1, and behind: an even window has its odd channel behind",
		Infer: func(attrs Attrs, in []Spec) ([]Spec, error) {
			if err := inferChannels(nil, in); err != nil {
				return nil, err
			}
			_, err := localResponseOf(attrs)
			return in[:1:1], err
		},
		Compose: func(attrs Attrs, in []*Tensor) ([]*Tensor, error) {
			l, err := localResponseOf(attrs)
			if err != nil {
				return nil, err
			}
			x := in[0]
			s := x.shape
			// Channels beyond the last one add nothing, however wide the window.
			before, behind := make([]int, len(s)), make([]int, len(s))
			before[1], behind[1] = min(l.before, max(0, s[1]-1)), min(l.behind, max(0, s[1]-1))
			squares := Pad(Square(x), before, behind)
			sum := squares.Slice(1, 0, s[1])
			for j := 1; j <= before[1]+behind[1]; j++ {
				sum = Add(sum, squares.Slice(1, j, j+s[1]))
			}
			return []*Tensor{Mul(x, Pow(Add(Mul(sum, l.alpha/float64(l.before+l.behind+1)), l.k), -l.beta))}, nil
		}})
}

// localResponse is the attributes of local_response_norm: before and behind
// are how many channels on each side belong to a window.
type localResponse struct {
	before, behind int
	alpha, beta, k float64
}

func localResponseOf(attrs Attrs) (l localResponse, err error) {
	if err := attrs.only("size", "alpha", "beta", "k", "behind"); err != nil {
		return l, err
	}
	size, err := attrs.Int("size", 0)
	if err != nil {
		return l, err
	}
	if size < 1 {
		return l, &ArgError{Arg: "size", Got: size, Rule: "want how many channels are taken together, at least 1"}
	}
	for _, a := range []struct {
		name string
		to   *float64
		def  float64
	}{{"alpha", &l.alpha, 1e-4}, {"beta", &l.beta, 0.75}, {"k", &l.k, 1}} {
		if *a.to, err = attrs.Float(a.name, a.def); err != nil {
			return l, err
		}
		if v := *a.to; !(v >= 0) || math.IsInf(v, 1) || v == 0 && a.name == "k" {
			rule := "must be a number that is not negative"
			if a.name == "k" {
				rule = "must be a number above 0"
			}
			return l, &ArgError{Arg: a.name, Got: v, Rule: rule}
		}
	}
	behind, err := attrs.Bool("behind")
	l.before, l.behind = size/2, (size-1)/2
	if behind {
		l.before, l.behind = l.behind, l.before
	}
	return l, err
}

// LocalResponseNorm divides each channel by a power of the squares of the
// channels around it.
//
//   - Formula: y_c = x_c/(k + α/size·Σ x_j²)^β over the channels j from c - ⌊size/2⌋ to c + ⌊(size-1)/2⌋, with Behind from c - ⌊(size-1)/2⌋ to c + ⌊size/2⌋, that x has
//   - Shapes: x [N C …]; y as x
//   - DTypes: Float32, Float64; sums accumulated in it
//   - Options: [LocalResponseNormOptions]: α = 1e-4, β = 0.75, k = 1, an even window reaches further before than behind
//   - Panics: [ShapeError], [DTypeError]; [ArgError] for a size below 1, a negative α or β, or a k that is not above 0
//   - Gradient: ∂x_j = ∂y_j·d_j^(-β) - 2αβ/size·x_j·Σ ∂y_c·x_c·d_c^(-β-1) over the windows c with j in them, where d = k + α/size·Σ x²
//   - Cost: size + 5 operations and a power an element
//   - Paper: Krizhevsky et al., ImageNet classification with deep convolutional neural networks, NIPS 2012, section 3.3: k = 2, size = 5, β = 0.75, and an α of 1e-4 that is not divided by size, 5e-4 here
//   - Differences: none from PyTorch; ONNX LRN is Behind for even sizes
func LocalResponseNorm(x *Tensor, size int, opts ...LocalResponseNormOptions) *Tensor {
	o := one("ops.LocalResponseNorm", opts)
	a := Attrs{"size": size}
	for name, v := range map[string]float64{"alpha": o.Alpha, "beta": o.Beta, "k": o.K} {
		if v != 0 {
			a[name] = v
		}
	}
	if o.Behind {
		a["behind"] = true
	}
	return apply1(opLocalResponseNorm, a, x)
}
