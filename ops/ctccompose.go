package ops

import "math"

// compose computes the losses by operations, all sequences at once.
func (c *ctc) compose(x *Tensor) *Tensor {
	steps, n := x.shape[0], x.shape[1]
	longest := 0
	for _, l := range c.labels {
		longest = max(longest, len(l))
	}
	places := 2*longest + 1
	index, skip, ends, start := make([]int64, n*places), make([]bool, n*places), make([]bool, n*places), make([]bool, n*places)
	constant := make([]float64, n) // the losses of sequences whose scores do not matter
	for i, labels := range c.labels {
		for l := range places {
			k := i*places + l
			index[k] = int64(c.blank)
			if l <= 2*len(labels) {
				index[k] = int64(c.label(i, l))
				skip[k] = c.skips(i, l)
			}
			start[k] = l < 2
			ends[k] = l == 2*len(labels) || l == 2*len(labels)-1
		}
		if c.steps[i] == 0 && len(labels) > 0 && !c.zeroInfinity {
			constant[i] = math.Inf(1)
		}
	}
	shape := Shape{n, places}
	fixed := newTensor(constant, Shape{n}).To(x.dtype)
	if steps == 0 || n == 0 {
		return Add(fixed, Mul(Sum(x, ReduceOptions{Axes: []int{0, 2}}), 0))
	}
	// never is the logarithm of zero: far below every way, and finite, so that
	// derivatives are.
	const never = -1e30
	logs := Gather(LogSoftmax(x, 2), 2, newTensor(index, shape).BroadcastTo(steps, n, places))
	lengths := newTensor(toInt64(c.steps), Shape{n, 1})
	before := func(a *Tensor, k int) *Tensor {
		if k >= places {
			return Add(ZerosLike(a), never)
		}
		return Pad(a.Slice(1, 0, places-k), []int{0, k}, nil, PadOptions{Value: never})
	}
	var a *Tensor
	for t := range steps {
		emit := logs.Select(0, t)
		if t == 0 {
			a = Where(newTensor(start, shape), emit, never)
			continue
		}
		ways := Stack([]*Tensor{a, before(a, 1), Where(newTensor(skip, shape), before(a, 2), never)}, 0)
		next := Add(LogSumExp(ways, ReduceOptions{Axes: []int{0}}), emit)
		a = Where(Greater(lengths, t), next, a)
	}
	total := LogSumExp(Where(newTensor(ends, shape), a, never), ReduceOptions{Axes: []int{1}})
	none := Less(total.Detach(), never/2)
	lost := math.Inf(1)
	if c.zeroInfinity {
		lost = 0
	}
	return Where(Equal(lengths.Reshape(n), 0), fixed, Where(none, lost, Neg(total)))
}

func toInt64(v []int) []int64 {
	out := make([]int64, len(v))
	for i, x := range v {
		out[i] = int64(x)
	}
	return out
}
