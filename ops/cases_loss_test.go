package ops_test

import (
	"math"
	"slices"
	"testing"

	"cahier/ops"
	"cahier/ops/opstest"
)

func init() {
	logSumExpCases()
	pairLossCases()
	classLossCases()
}

func logSumExpCases() {
	f := func(v []float64) float64 {
		top := math.Inf(-1)
		for _, x := range v {
			top = maxNaN(top, x)
		}
		if math.IsInf(top, 0) {
			return top
		}
		s := 0.0
		for _, x := range v {
			s += math.Exp(x - top)
		}
		return top + math.Log(s)
	}
	c := func(label string, x *ops.Tensor, keepdims bool, axes ...int) opstest.Case {
		return opstest.Case{Name: label, Attrs: ops.Attrs{"axes": axes, "keepdims": keepdims}, Inputs: []*ops.Tensor{x}, Smooth: true, Want: foldWant(axes, keepdims, sameType, f)}
	}
	plain := func(c opstest.Case) opstest.Case { c.NoGrad, c.Only64 = true, true; return c }
	x := opstest.Randn(1, 2, 3, 4)
	cases["logsumexp"] = []opstest.Case{
		c("all", x, false), c("middle kept", x, true, 1), c("two", x, false, 0, -1), c("scalar", opstest.Randn(2), false), c("one element", opstest.Randn(2, 1, 1), false, 0),
		c("some of -Inf", f64(-inf, 1, -inf, 2, 3, 4).Reshape(2, 3), false, 1),
		plain(c("large numbers", f64(1000, 999, -1000), false)), plain(c("no element", f64(), false)),
		plain(c("special values", f64(-inf, -inf, inf, 1, nan, 1, inf, -inf).Reshape(4, 2), false, 1)),
		plain(c("more than a piece", opstest.Randn(3, 66_000), false)),
		{Name: "-Inf alone", Inputs: []*ops.Tensor{f64(-inf, -inf)}, Want: func([]*ops.Tensor) []*ops.Tensor { return []*ops.Tensor{f64(-inf).Reshape()} }, NoGrad: true},
	}
	refusals["logsumexp"] = []opstest.Refusal{
		{Name: "axis", Attrs: ops.Attrs{"axes": []int{2}}, Inputs: []*ops.Tensor{ops.Zeros(2, 3)}, Want: "ops.LogSumExp: axes is 2: must be from -2 to 1"},
		{Name: "Int64", Inputs: []*ops.Tensor{i64(1)}, Want: "ops.LogSumExp: x is Int64, want Float32 or Float64\nx.To(ops.Float32) converts"},
	}
}

// pairWant is the reference of a loss of two tensors, loop by loop; w gets
// the weights' elements, 1 where there are none.
func pairWant(reduction string, total func(x []int) float64, f func(x, t float64, w []float64) float64) func([]*ops.Tensor) []*ops.Tensor {
	return func(in []*ops.Tensor) []*ops.Tensor {
		x, t := gridOf(in[0]), gridOf(in[1])
		out, sum := newGrid(x.shape...), 0.0
		each(x.shape, func(i []int) {
			w := []float64{1, 1}
			for k, v := range in[2:] {
				if v != nil {
					w[k] = v.At(project(i, v.Shape())...)
				}
			}
			l := f(*x.at(i...), *t.at(i...), w)
			*out.at(i...) = l
			sum += l
		})
		switch reduction {
		case "none":
			return out.list()
		case "sum":
			return []*ops.Tensor{f64(sum).Reshape()}
		}
		return []*ops.Tensor{f64(sum / total(x.shape)).Reshape()}
	}
}

func pairLossCases() {
	count := func(s []int) float64 { return float64(ops.Shape(s).Len()) }
	lead := func(s []int) float64 { return float64(s[0]) }
	bce := func(x, t float64, w []float64) float64 {
		p := 1 / (1 + math.Exp(-x))
		return -w[0] * (w[1]*t*math.Log(p) + (1-t)*math.Log(1-p))
	}
	huber := func(d, delta float64) float64 {
		if math.Abs(d) <= delta {
			return d * d / 2
		}
		return delta * (math.Abs(d) - delta/2)
	}
	// x and target are apart by what no kink is near to.
	x, near := opstest.Spread(1, 3, 4), opstest.Rand(3, -0.02, 0.02, 3, 4)
	target := near.Add(0.013)
	probabilities := opstest.Rand(4, 0.1, 0.9, 3, 4)
	scores := opstest.Randn(5, 3, 4)
	weights, positive := opstest.Rand(6, 0.5, 2, 4), opstest.Rand(7, 0.5, 2, 3, 1)
	for _, l := range []struct {
		name   string
		label  string
		attrs  ops.Attrs
		in     []*ops.Tensor
		total  func([]int) float64
		smooth bool
		f      func(x, t float64, w []float64) float64
	}{
		{"mse", "", nil, []*ops.Tensor{x, target}, count, true, func(x, t float64, _ []float64) float64 { return (x - t) * (x - t) }},
		{"l1", "", nil, []*ops.Tensor{x, target}, count, false, func(x, t float64, _ []float64) float64 { return math.Abs(x - t) }},
		{"huber", "", nil, []*ops.Tensor{x.Mul(4), target}, count, false, func(x, t float64, _ []float64) float64 { return huber(x-t, 1) }},
		{"huber", ", delta", ops.Attrs{"delta": 0.3}, []*ops.Tensor{x, target}, count, false, func(x, t float64, _ []float64) float64 { return huber(x-t, 0.3) }},
		{"smooth_l1", "", nil, []*ops.Tensor{x.Mul(4), target}, count, false, func(x, t float64, _ []float64) float64 { return huber(x-t, 1) }},
		{"smooth_l1", ", beta", ops.Attrs{"beta": 0.3}, []*ops.Tensor{x, target}, count, false, func(x, t float64, _ []float64) float64 { return huber(x-t, 0.3) / 0.3 }},
		{"bce_with_logits", "", nil, []*ops.Tensor{scores, probabilities}, count, true, bce},
		{"bce_with_logits", ", weights", nil, []*ops.Tensor{scores, probabilities, weights, positive}, count, true, bce},
		{"bce_with_logits", ", positive weight", nil, []*ops.Tensor{scores, probabilities, nil, positive}, count, true, bce},
		{"kl_divergence", "", nil, []*ops.Tensor{scores, probabilities}, lead, true, func(x, t float64, _ []float64) float64 { return t * (math.Log(t) - x) }},
		{"kl_divergence", ", logarithms", ops.Attrs{"log_target": true}, []*ops.Tensor{scores, opstest.Randn(8, 3, 4)}, lead, true, func(x, t float64, _ []float64) float64 { return math.Exp(t) * (t - x) }},
	} {
		for _, r := range []string{"mean", "sum", "none"} {
			attrs := ops.Attrs{"reduction": r}
			for k, v := range l.attrs {
				attrs[k] = v
			}
			cases[l.name] = append(cases[l.name], opstest.Case{Name: r + l.label, Attrs: attrs, Inputs: l.in, Smooth: l.smooth, Want: pairWant(r, l.total, l.f)})
		}
		if l.label != "" {
			continue
		}
		one := opstest.Case{Name: "one element", Inputs: []*ops.Tensor{l.in[0].Slice(0, 0, 1).Slice(1, 0, 1), l.in[1].Slice(0, 0, 1).Slice(1, 0, 1)}, Smooth: l.smooth, Want: pairWant("mean", l.total, l.f)}
		none := opstest.Case{Name: "empty", Attrs: ops.Attrs{"reduction": "sum"}, Inputs: []*ops.Tensor{opstest.Randn(1, 0, 2), opstest.Randn(1, 0, 2)}, Smooth: l.smooth, Want: pairWant("sum", l.total, l.f)}
		cases[l.name] = append(cases[l.name], one, none)
		title := goName(lookup(l.name))
		refusals[l.name] = []opstest.Refusal{
			{Name: "shapes", Inputs: []*ops.Tensor{ops.Zeros(3, 1), ops.Zeros(3)}, Want: title + ": target has shape [3], want [3 1]: must have the shape of x: a loss that broadcasts is mostly a mistake\nBroadcastTo repeats a tensor on purpose; Squeeze and Unsqueeze remove and add axes of size 1"},
			{Name: "types", Inputs: []*ops.Tensor{ops.Zeros(3), f64(1, 2, 3)}, Want: title + ": target is Float64, want Float32: both tensors must have one type, and x is Float32\ntarget.To(ops.Float32) converts"},
			{Name: "integers", Inputs: []*ops.Tensor{i64(3), i64(1)}, Want: title + ": x is Int64, want Float32 or Float64\nx.To(ops.Float32) converts"},
			{Name: "reduction", Attrs: ops.Attrs{"reduction": "avg"}, Inputs: []*ops.Tensor{f64(3), f64(1)}, Want: title + ": reduction is avg: want mean, sum or none"},
		}
	}
	cases["bce_with_logits"] = append(cases["bce_with_logits"], opstest.Case{Name: "sure", Attrs: ops.Attrs{"reduction": "none"}, Inputs: []*ops.Tensor{f64(1000, -1000, 1000), f64(1, 0, 0)},
		Want: func([]*ops.Tensor) []*ops.Tensor { return []*ops.Tensor{f64(0, 0, 1000)} }, Smooth: true})
	cases["kl_divergence"] = append(cases["kl_divergence"], opstest.Case{Name: "targets of 0", Attrs: ops.Attrs{"reduction": "none"}, Inputs: []*ops.Tensor{f64(-1, -inf), f64(0, 0)},
		Want: func([]*ops.Tensor) []*ops.Tensor { return []*ops.Tensor{f64(0, 0)} }, NoGrad: true})
	refusals["huber"] = append(refusals["huber"], opstest.Refusal{Name: "delta", Attrs: ops.Attrs{"delta": -1}, Inputs: []*ops.Tensor{f64(3), f64(1)}, Want: "ops.Huber: delta is -1: must be above 0"})
	refusals["smooth_l1"] = append(refusals["smooth_l1"], opstest.Refusal{Name: "beta", Attrs: ops.Attrs{"beta": 0}, Inputs: []*ops.Tensor{f64(3), f64(1)}, Want: "ops.SmoothL1: beta is 0: must be above 0"})
	refusals["bce_with_logits"] = append(refusals["bce_with_logits"], opstest.Refusal{Name: "weight", Inputs: []*ops.Tensor{f64(3), f64(1), f64(1, 2)}, Want: "ops.BCEWithLogits: weight has shape [2], want [1]: must broadcast to the shape of x"})
	refusals["kl_divergence"] = append(refusals["kl_divergence"], opstest.Refusal{Name: "no batch", Inputs: []*ops.Tensor{f64(3).Reshape(), f64(1).Reshape()}, Want: "ops.KLDivergence: x has shape []: has no axis of a batch to take the mean over"})
}

// classSpec is a loss of classes as the reference sees it.
type classSpec struct {
	logs      bool // x holds log-probabilities
	smoothing float64
	ignore    []int
	reduction string
}

func (c classSpec) attrs() ops.Attrs {
	a := ops.Attrs{"reduction": c.reduction}
	if c.smoothing != 0 {
		a["smoothing"] = c.smoothing
	}
	if c.ignore != nil {
		a["ignore"] = c.ignore
	}
	return a
}

// want is the definition, place by place.
func (c classSpec) want(in []*ops.Tensor) []*ops.Tensor {
	x, t := gridOf(in[0]), gridOf(in[1])
	axis := min(1, len(x.shape)-1)
	classes := x.shape[axis]
	weight := func(k int) float64 {
		if len(in) > 2 && in[2] != nil {
			return in[2].At(k)
		}
		return 1
	}
	places := slices.Delete(slices.Clone(x.shape), axis, axis+1)
	out, sum, total := newGrid(places...), 0.0, 0.0
	each(places, func(i []int) {
		at := func(k int) []int { return slices.Insert(slices.Clone(i), axis, k) }
		logs := make([]float64, classes)
		norm := 0.0
		for k := range logs {
			logs[k] = *x.at(at(k)...)
			norm += math.Exp(logs[k])
		}
		if !c.logs {
			for k := range logs {
				logs[k] -= math.Log(norm)
			}
		}
		loss := 0.0
		if in[1].DType() == ops.Int64 {
			class := int(*t.at(i...))
			if slices.Contains(c.ignore, class) {
				return
			}
			total += weight(class)
			loss = -(1 - c.smoothing) * weight(class) * logs[class]
			for k, l := range logs {
				loss -= c.smoothing / float64(classes) * weight(k) * l
			}
		} else {
			total++
			for k, l := range logs {
				loss -= weight(k) * ((1-c.smoothing)**t.at(at(k)...) + c.smoothing/float64(classes)) * l
			}
		}
		*out.at(i...) = loss
		sum += loss
	})
	switch c.reduction {
	case "none":
		return out.list()
	case "sum":
		return []*ops.Tensor{f64(sum).Reshape()}
	}
	return []*ops.Tensor{f64(sum / total).Reshape()}
}

func classLossCases() {
	x, weight := opstest.Randn(1, 4, 5, 3), opstest.Rand(2, 0.5, 2, 5)
	target := ops.NewRNG(3).RandInt(0, 5, 4, 3)
	odd := ops.Where(ops.Equal(target, 2), -7, target)
	soft := opstest.Randn(4, 4, 5, 3).Softmax(1)
	for _, name := range []string{"nll", "cross_entropy"} {
		add := func(label string, c classSpec, in ...*ops.Tensor) {
			c.logs = name == "nll"
			for _, r := range []string{"mean", "sum", "none"} {
				c.reduction = r
				cases[name] = append(cases[name], opstest.Case{Name: label + ", " + r, Attrs: c.attrs(), Inputs: in, Want: c.want, Smooth: true})
			}
		}
		add("plain", classSpec{}, x, target)
		add("matrix", classSpec{}, x.Select(2, 0), target.Select(1, 0))
		add("one example", classSpec{}, opstest.Randn(1, 5), i64(3).Reshape())
		add("weights", classSpec{}, x, target, weight)
		add("ignored", classSpec{ignore: []int{1}}, x, target)
		add("ignored, no class", classSpec{ignore: []int{-7, 4}}, x, odd, weight)
		if name == "cross_entropy" {
			add("smoothing", classSpec{smoothing: 0.2}, x, target)
			add("smoothing, weights, ignored", classSpec{smoothing: 0.2, ignore: []int{0}}, x, target, weight)
			add("probabilities", classSpec{}, x, soft)
			add("probabilities, smoothing, weights", classSpec{smoothing: 0.3}, x, soft, weight)
		}
		c := classSpec{logs: name == "nll", reduction: "sum"}
		cases[name] = append(cases[name], opstest.Case{Name: "no example", Attrs: c.attrs(), Inputs: []*ops.Tensor{opstest.Randn(1, 0, 5), ops.WrapInt64(nil)}, Want: c.want, Smooth: true})

		title := goName(lookup(name))
		refusals[name] = []opstest.Refusal{
			{Name: "class", Inputs: []*ops.Tensor{ops.Zeros(2, 3), i64(0, 3)}, Want: title + ": target is 3: must be from 0 to 2, the classes on axis 1 of x\nIgnore lists targets that do not count"},
			{Name: "negative", Inputs: []*ops.Tensor{ops.Zeros(2, 3), i64(0, -100)}, Want: title + ": target is -100: must be from 0 to 2, the classes on axis 1 of x\nIgnore lists targets that do not count"},
			{Name: "classes last", Inputs: []*ops.Tensor{ops.Zeros(2, 4, 3), ops.Zeros(2, 4).To(ops.Int64)}, Want: title + ": target has shape [2 4], want [2 3]: want one class for each place of x, whose shape is [2 4 3] with the classes on axis 1\nx.Transpose(1, -1) puts the classes on axis 1; x.Reshape(-1, classes) with target.Flatten(0) makes one axis of the places"},
			{Name: "batch", Inputs: []*ops.Tensor{ops.Zeros(2, 3), i64(0)}, Want: title + ": target has shape [1], want [2]: want one class for each place of x, whose shape is [2 3] with the classes on axis 1"},
			{Name: "weight", Inputs: []*ops.Tensor{ops.Zeros(2, 3), i64(0, 1), ops.Zeros(2)}, Want: title + ": weight has shape [2], want [3]: want one weight for each class"},
			{Name: "no classes", Inputs: []*ops.Tensor{ops.Zeros(2, 0), i64(0, 1)}, Want: title + ": x has shape [2 0], want [n classes]: want scores of at least one class for each example"},
			{Name: "reduction", Attrs: ops.Attrs{"reduction": "avg"}, Inputs: []*ops.Tensor{ops.Zeros(2, 3), i64(0, 1)}, Want: title + ": reduction is avg: want mean, sum or none"},
		}
	}
	refusals["cross_entropy"] = append(refusals["cross_entropy"],
		opstest.Refusal{Name: "smoothing", Attrs: ops.Attrs{"smoothing": 1.5}, Inputs: []*ops.Tensor{ops.Zeros(2, 3), i64(0, 1)}, Want: "ops.CrossEntropy: smoothing is 1.5: must be from 0 to 1"},
		opstest.Refusal{Name: "floats for classes", Inputs: []*ops.Tensor{ops.Zeros(2, 3), ops.Zeros(2)}, Want: "ops.CrossEntropy: target has shape [2], want [2 3]: probabilities must have the shape of x\nclasses are given as Int64: target.To(ops.Int64)"},
		opstest.Refusal{Name: "bytes", Inputs: []*ops.Tensor{ops.Zeros(2, 3), i64(0, 1).To(ops.Uint8)}, Want: "ops.CrossEntropy: target is Uint8, want Int64 or Float32: Int64 names classes, Float32 gives their probabilities\ntarget.To(ops.Int64) converts"},
		opstest.Refusal{Name: "ignored probabilities", Attrs: ops.Attrs{"ignore": 1}, Inputs: []*ops.Tensor{ops.Zeros(2, 3), ops.Zeros(2, 3)}, Want: "ops.CrossEntropy: ignore is [1]: has no meaning for a target of probabilities"})
	refusals["nll"] = append(refusals["nll"], opstest.Refusal{Name: "probabilities", Inputs: []*ops.Tensor{ops.Zeros(2, 3), ops.Zeros(2, 3)}, Want: "ops.NLL: target is Float32, want Int64\ntarget.To(ops.Int64) converts"})
	// An impossible class is no reason for NaN where it does not count.
	cases["nll"] = append(cases["nll"], opstest.Case{Name: "ignored -Inf", Attrs: ops.Attrs{"ignore": 0, "reduction": "none"}, Inputs: []*ops.Tensor{f64(-inf, -1, -2, -3).Reshape(2, 2), i64(0, 1)},
		Want: func([]*ops.Tensor) []*ops.Tensor { return []*ops.Tensor{f64(0, 3)} }, NoGrad: true})
}

// Differences cannot check these: the values are infinite, or NaN.
func TestLossesOfNothing(t *testing.T) {
	g := ops.Grad(func(p []*ops.Tensor) *ops.Tensor { return ops.LogSumExp(p[0]) }, []*ops.Tensor{f64(-inf, -inf)})
	if g[0].At(0) != 0 || g[0].At(1) != 0 {
		t.Errorf("the gradient of LogSumExp by elements of -Inf alone is %v, want 0", g[0])
	}
	if y := ops.NLL(f64(-1, -2).Reshape(1, 2), i64(5), ops.NLLOptions{Ignore: []int{5}}); !math.IsNaN(y.Item()) {
		t.Errorf("the mean of no loss is %v, want NaN", y)
	}
}
