package ops

import (
	"fmt"
	"math"
	"slices"

	"cahier/ops/internal/cpu"
)

// CTCOptions are the options of CTC. The zero value has class 0 as the blank,
// takes all steps and all of the targets, and gives the mean.
type CTCOptions struct {
	Steps        *Tensor // Int64 [N], steps of each sequence; all T if nil
	Lengths      *Tensor // Int64 [N], elements of each target: the ones behind are padding; all S if nil
	Blank        int     // the class of no element
	ZeroInfinity bool    // a target that is too long for its sequence counts 0, and not Inf
	Reduction    Reduction
}

// opCTC is the loss with its reduction, opCTCLosses that of each sequence, and
// opCTCGrad the cotangent of its scores.
var opCTC, opCTCLosses, opCTCGrad *Op

func init() {
	inputs := []string{"x", "targets", "steps?", "lengths?"}
	opCTC = builtin("CTC", Op{Name: "ctc", Inputs: inputs,
		Doc: "the connectionist temporal classification loss of scores x [T N C] and targets [N S], Int64: -log of the probability that softmax(x), with repetitions joined and blanks left out, gives the target; steps and lengths [N] say how much of x and targets counts; attributes blank, zero_infinity, reduction (mean, which divides each loss by its length; sum; none)",
		Infer: func(attrs Attrs, in []Spec) ([]Spec, error) {
			if err := attrs.only("blank", "zero_infinity", "reduction"); err != nil {
				return nil, err
			}
			r, err := reductionOf(attrs)
			if err != nil {
				return nil, err
			}
			n, err := inferCTC(attrs, in)
			if err != nil {
				return nil, err
			}
			s := Shape{n}
			if r != ReduceNone {
				s = Shape{}
			}
			return []Spec{{DType: in[0].DType, Shape: s}}, nil
		},
		Compose: func(attrs Attrs, in []*Tensor) ([]*Tensor, error) {
			if _, err := ctcOf(attrs, in); err != nil {
				return nil, err
			}
			losses := apply1(opCTCLosses, Attrs{"blank": attrs["blank"], "zero_infinity": attrs["zero_infinity"]}, in...)
			if r, err := reductionOf(attrs); err != nil {
				return nil, err
			} else if r != ReduceMean {
				return reduceLoss(attrs, losses, nil)
			}
			if len(in) > 3 && in[3] != nil {
				return []*Tensor{Mean(Div(losses, Maximum(in[3], 1).To(losses.dtype)))}, nil
			}
			return []*Tensor{Mul(Mean(losses), 1/float64(max(1, in[1].shape[1])))}, nil
		}})
	opCTCLosses = internal("CTC", Op{Name: "ctc_losses", Inputs: inputs,
		Infer: func(attrs Attrs, in []Spec) ([]Spec, error) {
			return []Spec{{DType: in[0].DType, Shape: Shape{in[0].Shape[1]}}}, nil
		},
		Forward: func(_ *Ctx, attrs Attrs, in []*Tensor) ([]*Tensor, error) {
			c, err := ctcOf(attrs, in)
			if err != nil {
				return nil, err
			}
			losses := make([]float64, len(c.labels))
			c.each(in[0], func(i int, logs [][]float64) {
				a := c.forward(i, logs)
				losses[i] = c.loss(a, i)
			})
			return []*Tensor{fromDense(losses, Shape{len(losses)}, in[0].dtype)}, nil
		},
		VJP: func(_ *Ctx, attrs Attrs, in, _, g []*Tensor) ([]*Tensor, error) {
			all := append(slices.Clone(in), make([]*Tensor, 4-len(in))...)
			d := make([]*Tensor, len(in))
			d[0] = apply1(opCTCGrad, attrs, in[0], g[0], all[1], all[2], all[3])
			return d, nil
		}})
	opCTCGrad = internal("CTC (gradient)", Op{Name: "ctc_grad", Inputs: []string{"x", "g", "targets", "steps?", "lengths?"},
		Infer: func(_ Attrs, in []Spec) ([]Spec, error) { return in[:1:1], nil },
		Forward: func(_ *Ctx, attrs Attrs, in []*Tensor) ([]*Tensor, error) {
			c, err := ctcOf(attrs, slices.Concat(in[:1], in[2:]))
			if err != nil {
				return nil, err
			}
			t, n, classes := in[0].shape[0], in[0].shape[1], in[0].shape[2]
			g, out := values[float64](in[1]), make([]float64, t*n*classes)
			c.each(in[0], func(i int, logs [][]float64) {
				a := c.forward(i, logs)
				total := c.total(a, i)
				if math.IsInf(total, -1) || len(a) == 0 {
					return
				}
				b := c.backward(i, logs)
				for s := range a {
					row := out[(s*n+i)*classes : (s*n+i+1)*classes]
					for k := range row {
						row[k] = g[i] * math.Exp(logs[s][k])
					}
					for l := range a[s] {
						row[c.label(i, l)] -= g[i] * math.Exp(a[s][l]+b[s][l]-total)
					}
				}
			})
			return []*Tensor{fromDense(out, in[0].shape, in[0].dtype)}, nil
		},
		Compose: func(attrs Attrs, in []*Tensor) ([]*Tensor, error) {
			c, err := ctcOf(attrs, slices.Concat(in[:1], in[2:]))
			if err != nil {
				return nil, err
			}
			_, pullback := VJP(func(x []*Tensor) []*Tensor { return []*Tensor{c.compose(x[0])} }, in[:1])
			return pullback(in[1:2]), nil
		}})
}

func inferCTC(attrs Attrs, in []Spec) (n int, err error) {
	in = append(slices.Clone(in), Spec{Absent: true}, Spec{Absent: true})
	x, targets := in[0], in[1]
	if _, err := attrs.Bool("zero_infinity"); err != nil {
		return 0, err
	}
	if err := wantFloat("x", x.DType); err != nil {
		return 0, err
	}
	if len(x.Shape) != 3 {
		return 0, &ShapeError{Arg: "x", Got: slices.Clone(x.Shape), Want: Shape{-1, -1, -1}, Axes: []string{"t", "n", "classes"}, Rule: "want three axes: steps, batch, classes", Help: "x.Transpose(0, 1) puts the steps in front of the batch"}
	}
	n = x.Shape[1]
	blank, err := attrs.Int("blank", 0)
	if err != nil {
		return 0, err
	}
	if blank < 0 || blank >= x.Shape[2] {
		return 0, &ArgError{Arg: "blank", Got: blank, Rule: fmt.Sprintf("must be one of the %d classes of x", x.Shape[2])}
	}
	if err := wantDType("targets", targets.DType, Int64); err != nil {
		return 0, err
	}
	if len(targets.Shape) != 2 || targets.Shape[0] != n {
		return 0, &ShapeError{Arg: "targets", Got: slices.Clone(targets.Shape), Want: Shape{n, -1}, Axes: []string{"", "s"}, Rule: fmt.Sprintf("want one target for each sequence of x, whose shape is %v", x.Shape)}
	}
	for i, s := range in[2:4] {
		name := []string{"steps", "lengths"}[i]
		if s.Absent {
			continue
		}
		if err := wantDType(name, s.DType, Int64); err != nil {
			return 0, err
		}
		if !s.Shape.Equal(Shape{n}) {
			return 0, &ShapeError{Arg: name, Got: slices.Clone(s.Shape), Want: Shape{n}, Rule: "one number for each sequence"}
		}
	}
	return n, nil
}

// ctc is a call whose numbers were checked.
type ctc struct {
	blank, classes int
	zeroInfinity   bool
	steps          []int   // of each sequence
	labels         [][]int // each target without padding
}

func ctcOf(attrs Attrs, in []*Tensor) (*ctc, error) {
	in = append(slices.Clone(in), nil, nil)
	x, targets := in[0].shape, in[1].Ints()
	c := &ctc{classes: x[2]}
	var err error
	if c.blank, err = attrs.Int("blank", 0); err != nil {
		return nil, err
	}
	if c.zeroInfinity, err = attrs.Bool("zero_infinity"); err != nil {
		return nil, err
	}
	n, size := x[1], in[1].shape[1]
	lengths := slices.Repeat([]int{size}, n)
	c.steps = slices.Repeat([]int{x[0]}, n)
	for i, p := range []*[]int{&c.steps, &lengths} {
		if in[2+i] == nil {
			continue
		}
		*p = in[2+i].Ints()
		for k, v := range *p {
			if most := []int{x[0], size}[i]; v < 0 || v > most {
				return nil, &ArgError{Arg: []string{"steps", "lengths"}[i], Got: v, Rule: fmt.Sprintf("sequence %d must have 0 to %d", k, most)}
			}
		}
	}
	for i := range n {
		labels := targets[i*size : i*size+lengths[i]]
		for _, l := range labels {
			if l < 0 || l >= c.classes || l == c.blank {
				return nil, &ArgError{Arg: "targets", Got: l, Rule: fmt.Sprintf("target %d wants classes from 0 to %d that are not the blank, %d", i, c.classes-1, c.blank), Help: "Lengths says what is padding"}
			}
		}
		c.labels = append(c.labels, labels)
	}
	return c, nil
}

// each calls f for each sequence with the logarithms of its probabilities.
func (c *ctc) each(x *Tensor, f func(i int, logs [][]float64)) {
	v, n := values[float64](x), len(c.labels)
	cpu.Parallel(n, cpu.GrainFor(20*len(v)/max(1, n)), func(lo, hi int) {
		for i := lo; i < hi; i++ {
			logs := make([][]float64, c.steps[i])
			for t := range logs {
				row := v[(t*n+i)*c.classes : (t*n+i+1)*c.classes]
				logs[t] = row
				top, sum := slices.Max(row), 0.0
				for _, e := range row {
					sum += math.Exp(e - top)
				}
				for k := range row {
					row[k] -= top + math.Log(sum)
				}
			}
			f(i, logs)
		}
	})
}

// label is the class at place l of target i with blanks around its elements.
func (c *ctc) label(i, l int) int {
	if l%2 == 0 {
		return c.blank
	}
	return c.labels[i][l/2]
}

// skips reports whether place l may follow place l-2 at once: the blank
// between two different elements can be left out.
func (c *ctc) skips(i, l int) bool {
	return l%2 == 1 && l >= 3 && c.labels[i][l/2] != c.labels[i][l/2-1]
}

// forward returns, for each step and place, the logarithm of the probability
// of all ways that are there at that step.
func (c *ctc) forward(i int, logs [][]float64) [][]float64 {
	places := 2*len(c.labels[i]) + 1
	a := make([][]float64, len(logs))
	for t := range a {
		a[t] = make([]float64, places)
		for l := range places {
			way := math.Inf(-1)
			if t == 0 {
				if l < 2 {
					way = 0
				}
			} else {
				way = a[t-1][l]
				if l > 0 {
					way = logAdd(way, a[t-1][l-1])
				}
				if c.skips(i, l) {
					way = logAdd(way, a[t-1][l-2])
				}
			}
			a[t][l] = way + logs[t][c.label(i, l)]
		}
	}
	return a
}

// backward returns, for each step and place, the logarithm of the probability
// of what comes after that step.
func (c *ctc) backward(i int, logs [][]float64) [][]float64 {
	places := 2*len(c.labels[i]) + 1
	b := make([][]float64, len(logs))
	for t := len(b) - 1; t >= 0; t-- {
		b[t] = make([]float64, places)
		for l := range places {
			way := math.Inf(-1)
			if t == len(b)-1 {
				if l >= places-2 {
					way = 0
				}
			} else {
				next := func(k int) float64 { return b[t+1][k] + logs[t+1][c.label(i, k)] }
				way = next(l)
				if l+1 < places {
					way = logAdd(way, next(l+1))
				}
				if l+2 < places && c.skips(i, l+2) {
					way = logAdd(way, next(l+2))
				}
			}
			b[t][l] = way
		}
	}
	return b
}

// total is the logarithm of the target's probability.
func (c *ctc) total(a [][]float64, i int) float64 {
	if len(a) == 0 {
		if len(c.labels[i]) == 0 {
			return 0
		}
		return math.Inf(-1)
	}
	last := a[len(a)-1]
	if len(last) == 1 {
		return last[0]
	}
	return logAdd(last[len(last)-1], last[len(last)-2])
}

func (c *ctc) loss(a [][]float64, i int) float64 {
	total := c.total(a, i)
	if math.IsInf(total, -1) && c.zeroInfinity {
		return 0
	}
	return -total
}

// logAdd returns log(eᵃ + eᵇ).
func logAdd(a, b float64) float64 {
	if a < b {
		a, b = b, a
	}
	if math.IsInf(b, -1) {
		return a
	}
	return a + math.Log1p(math.Exp(b-a))
}

// CTC returns the connectionist temporal classification loss: how unlikely it
// is that a sequence of scores gives a shorter target, whatever the alignment.
//
//   - Formula: y_n = -log Σ over the ways w of Π_t p[t, n, w_t], p = softmax(x): ways are sequences of classes that give the target when repetitions are joined and then blanks left out; summed over time by forward and backward probabilities, in logarithms
//   - Shapes: x [T N C], targets [N S]; y a scalar, or [N]
//   - DTypes: x Float32, Float64, computed in float64; targets Int64
//   - Options: [CTCOptions]: blank 0, all steps, all of the targets; the mean over the batch of each loss divided by the length of its target
//   - Panics: [ArgError] for a target with the blank or a class that x does not have, and numbers of steps and lengths that do not fit; [ShapeError], [DTypeError]
//   - Gradient: ∂x = (p - the probability of each class at each step, given the target)·∂y, to any order; 0 where a target is too long for its sequence, whose loss is Inf
//   - Cost: T·N·(C + 20·S) operations, twice for the gradient
//   - Paper: Graves et al., Connectionist temporal classification: labelling unsegmented sequence data with recurrent neural networks, 2006
//   - Differences: PyTorch wants log-probabilities, which can be passed as scores: softmax leaves them as they are; its gradient is NaN where the loss is Inf. ONNX has none
func CTC(x, targets *Tensor, opts ...CTCOptions) *Tensor {
	o := one("ops.CTC", opts)
	attrs := Attrs{"blank": o.Blank, "reduction": o.Reduction.String()}
	if o.ZeroInfinity {
		attrs["zero_infinity"] = true
	}
	return apply1(opCTC, attrs, x, targets, o.Steps, o.Lengths)
}
