package ops

import (
	"fmt"
	"math"
	"slices"
)

// Bernoulli returns a Bool tensor whose elements are true with probability p,
// from the default source.
func Bernoulli(p float64, shape ...int) *Tensor {
	return defaultRNG.bernoulli("ops.Bernoulli", p, shape)
}

// Categorical draws n indices from the distributions along the last axis of p,
// from the default source. See [RNG.Categorical].
func Categorical(p *Tensor, n int) *Tensor { return defaultRNG.categorical("ops.Categorical", p, n) }

// Bernoulli returns a Bool tensor whose elements are true with probability p.
func (r *RNG) Bernoulli(p float64, shape ...int) *Tensor {
	return r.bernoulli("ops.RNG.Bernoulli", p, shape)
}

// Categorical draws n indices from each distribution along the last axis of p,
// with replacement: index i with probability p[…, i], or the part that it is
// of their sum. p [… classes] is of Float32 or Float64, not negative and with
// a sum above 0; the result is Int64 [… n]. Softmax(scores, -1) makes
// probabilities of scores.
func (r *RNG) Categorical(p *Tensor, n int) *Tensor {
	return r.categorical("ops.RNG.Categorical", p, n)
}

func (r *RNG) bernoulli(op string, p float64, shape []int) *Tensor {
	if !(p >= 0 && p <= 1) {
		fail(op, &ArgError{Arg: "p", Got: p, Rule: "a probability is from 0 to 1"})
	}
	t, data := alloc[bool](made(op, shape))
	r.draw(len(data), func(i int, a, b uint64) {
		data[i] = unit(a) < p
		if i+1 < len(data) {
			data[i+1] = unit(b) < p
		}
	})
	return t
}

func (r *RNG) categorical(op string, p *Tensor, n int) *Tensor {
	givenAs(op, "p", p)
	if err := wantFloat("p", p.dtype); err != nil {
		fail(op, err)
	}
	rank := len(p.shape)
	if rank == 0 || p.shape[rank-1] == 0 {
		fail(op, &ShapeError{Arg: "p", Got: p.Shape(), Want: Shape{-1}, Axes: []string{"classes"}, Rule: "want distributions of at least one class along the last axis"})
	}
	if n < 0 {
		fail(op, &ArgError{Arg: "n", Got: n, Rule: "must not be negative"})
	}
	classes, sums := p.shape[rank-1], values[float64](p)
	for row := range len(sums) / classes {
		total := 0.0
		for i, w := range sums[row*classes : (row+1)*classes] {
			if !(w >= 0) || math.IsInf(w, 1) {
				fail(op, &ArgError{Arg: "p", Got: w, Rule: fmt.Sprintf("element %d of distribution %d is no probability", i, row), Help: "ops.Softmax(scores, -1) makes probabilities of scores"})
			}
			total += w
			sums[row*classes+i] = total
		}
		if total == 0 {
			fail(op, &ArgError{Arg: "p", Rule: fmt.Sprintf("has distribution %d of zeros alone", row)})
		}
	}
	out, data := alloc[int64](append(slices.Clone(p.shape[:rank-1]), n))
	put := func(i int, u uint64) {
		row := sums[i/n*classes : (i/n+1)*classes]
		// Rounding must not reach the sum itself.
		x := min(unit(u)*row[classes-1], math.Nextafter(row[classes-1], 0))
		// The first sum above x: classes of probability 0 are never hit.
		at, _ := slices.BinarySearchFunc(row, x, func(s, x float64) int {
			if s > x {
				return 1
			}
			return -1
		})
		data[i] = int64(at)
	}
	r.draw(len(data), func(i int, a, b uint64) {
		put(i, a)
		if i+1 < len(data) {
			put(i+1, b)
		}
	})
	return out
}
