package ops_test

import (
	"math"
	"slices"
	"testing"

	"cahier/ops"
	"cahier/ops/opstest"
)

// ctcWant tries every sequence of classes.
func ctcWant(blank int, zeroInfinity bool, reduction string) func([]*ops.Tensor) []*ops.Tensor {
	return func(in []*ops.Tensor) []*ops.Tensor {
		in = append(slices.Clone(in), nil, nil)
		x := gridOf(in[0])
		n, size := x.shape[1], in[1].Size(1)
		y, mean := newGrid(n), 0.0
		for b := range n {
			steps, length := x.shape[0], size
			if in[2] != nil {
				steps = int(in[2].At(b))
			}
			if in[3] != nil {
				length = int(in[3].At(b))
			}
			target := in[1].Select(0, b).Ints()[:length]
			total := 0.0
			counts := make([]int, steps)
			for t := range counts {
				counts[t] = x.shape[2]
			}
			each(counts, func(way []int) {
				var said []int
				p := 1.0
				for t, c := range way {
					if c != blank && (t == 0 || way[t-1] != c) {
						said = append(said, c)
					}
					sum := 0.0
					for k := range x.shape[2] {
						sum += math.Exp(*x.at(t, b, k))
					}
					p *= math.Exp(*x.at(t, b, c)) / sum
				}
				if slices.Equal(said, target) {
					total += p
				}
			})
			loss := -math.Log(total)
			if zeroInfinity && math.IsInf(loss, 1) {
				loss = 0
			}
			*y.at(b) = loss
			mean += loss / float64(max(1, length)) / float64(n)
		}
		switch reduction {
		case "sum":
			return list(y.tensor().Sum())
		case "none":
			return y.list()
		}
		return list(f64(mean).Reshape())
	}
}

func init() {
	r := opstest.Randn
	x := r(1, 5, 2, 3)
	targets := i64(1, 2, 2, 2).Reshape(2, 2)
	add := func(name string, attrs ops.Attrs, want func([]*ops.Tensor) []*ops.Tensor, in ...*ops.Tensor) {
		cases["ctc"] = append(cases["ctc"], opstest.Case{Name: name, Attrs: attrs, Inputs: in, Want: want, Smooth: true})
	}
	none := ops.Attrs{"reduction": "none"}
	add("mean", nil, ctcWant(0, false, "mean"), x, targets)
	add("sum", ops.Attrs{"reduction": "sum"}, ctcWant(0, false, "sum"), x, targets)
	add("each", none, ctcWant(0, false, "none"), x, targets)
	add("lengths", none, ctcWant(0, false, "none"), x, i64(1, 2, 2, -1).Reshape(2, 2), i64(4, 3), i64(2, 1))
	add("mean of lengths", nil, ctcWant(0, false, "mean"), x, targets, nil, i64(2, 0))
	add("another blank", ops.Attrs{"blank": 2, "reduction": "none"}, ctcWant(2, false, "none"), x, i64(0, 1, 1, 1).Reshape(2, 2))
	add("one element", none, ctcWant(0, false, "none"), r(2, 1, 1, 2), i64(1).Reshape(1, 1))
	add("one score", none, ctcWant(0, false, "none"), r(2, 1, 1, 1), i64().Reshape(1, 0))
	add("empty target", none, ctcWant(0, false, "none"), x, i64().Reshape(2, 0))
	add("no step, no target", none, func([]*ops.Tensor) []*ops.Tensor { return list(f64(0, 0)) }, r(1, 0, 2, 3), i64().Reshape(2, 0))
	add("no sequence", none, func([]*ops.Tensor) []*ops.Tensor { return list(f64()) }, r(1, 3, 0, 3), i64().Reshape(0, 2))
	add("too long", ops.Attrs{"zero_infinity": true, "reduction": "none"}, ctcWant(0, true, "none"), r(3, 2, 2, 3), i64(1, 1, 1, 2).Reshape(2, 2))
	add("no step", ops.Attrs{"zero_infinity": true, "reduction": "none"}, ctcWant(0, true, "none"), r(3, 2, 2, 3), i64(1, 2).Reshape(2, 1), i64(0, 2))
	cases["ctc"] = append(cases["ctc"], opstest.Case{Name: "infinite", Attrs: none, Inputs: list(r(3, 2, 2, 3), i64(1, 1, 1, 2).Reshape(2, 2)), Want: ctcWant(0, false, "none"), NoGrad: true},
		opstest.Case{Name: "no step, infinite", Attrs: none, Inputs: list(r(3, 2, 2, 3), i64(1, 2).Reshape(2, 1), i64(0, 2)), Want: ctcWant(0, false, "none"), NoGrad: true})
	refuse := func(name string, attrs ops.Attrs, want string, in ...*ops.Tensor) {
		refusals["ctc"] = append(refusals["ctc"], opstest.Refusal{Name: name, Attrs: attrs, Inputs: in, Want: "ops.CTC: " + want})
	}
	refuse("matrix", nil, "x has shape [2 3], want [t n classes]: want three axes: steps, batch, classes\nx.Transpose(0, 1) puts the steps in front of the batch", r(1, 2, 3), targets)
	refuse("blank", ops.Attrs{"blank": 3}, "blank is 3: must be one of the 3 classes of x", x, targets)
	refuse("target is blank", nil, "targets is 0: target 1 wants classes from 0 to 2 that are not the blank, 0\nLengths says what is padding", x, i64(1, 2, 0, 2).Reshape(2, 2))
	refuse("class", nil, "targets is 3: target 0 wants classes from 0 to 2 that are not the blank, 0\nLengths says what is padding", x, i64(3, 2, 0, 2).Reshape(2, 2))
	refuse("targets", nil, "targets has shape [4], want [2 s]: want one target for each sequence of x, whose shape is [5 2 3]", x, i64(1, 2, 2, 2))
	refuse("floats", nil, "targets is Float64, want Int64\ntargets.To(ops.Int64) converts", x, r(1, 2, 2))
	refuse("steps", nil, "steps is 6: sequence 1 must have 0 to 5", x, targets, i64(5, 6))
	refuse("lengths", nil, "lengths is -1: sequence 0 must have 0 to 2", x, targets, nil, i64(-1, 2))
	refuse("shape of lengths", nil, "lengths has shape [3], want [2]: one number for each sequence", x, targets, nil, i64(1, 1, 1))
	refuse("reduction", ops.Attrs{"reduction": "all"}, "reduction is all: want mean, sum or none", x, targets)
}

// Long sequences would leave the range of numbers without logarithms.
func TestCTCLong(t *testing.T) {
	x := opstest.Randn(1, 3000, 1, 20)
	classes := make([]int64, 600)
	for i := range classes {
		classes[i] = int64(1 + 7*i%19)
	}
	targets := i64(classes...).Reshape(1, 600)
	loss, g := ops.ValueAndGrad(func(p []*ops.Tensor) *ops.Tensor {
		return ops.CTC(p[0], targets, ops.CTCOptions{Reduction: ops.ReduceSum})
	}, list(x))
	if v := loss.Item(); !(v > 100 && v < 20000) {
		t.Errorf("the loss is %v", v)
	}
	// Softmax and the posterior both sum to one at each step.
	if worst := g[0].Sum(2).Abs().Max().Item(); worst > 1e-7 {
		t.Errorf("the gradient of a step sums to %v, want 0", worst)
	}
}
