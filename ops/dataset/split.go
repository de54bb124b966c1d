package dataset

import (
	"fmt"
	"math"
	"slices"

	"cahier/ops"
)

// SplitOptions are the options of Split and Fold. The zero value shuffles with
// seed 0.
type SplitOptions struct {
	InOrder  bool   // does not shuffle: the last examples are for the test, as with series in time
	Stratify bool   // each class of y, Int64 [n], has the same part in both
	Seed     uint64 // of the order
}

// Split returns the examples x [n …] and y [n …] in two sets without overlap,
// the second with the given part of them, rounded to whole examples. y may be
// nil.
//
// It panics with an [ops.ShapeError] unless x and y have as many examples, and
// with an [ops.ArgError] unless 0 < part < 1 and both sets get an example.
func Split(x, y *ops.Tensor, part float64, opts ...SplitOptions) (train, test Set) {
	const fn = "dataset.Split"
	o := one(fn, opts)
	n := examples(fn, x, y)
	if !(part > 0 && part < 1) {
		panic(&ops.ArgError{OpName: fn, Arg: "part", Got: part, Rule: "must be above 0 and below 1"})
	}
	var a, b []int64
	for _, group := range o.groups(fn, n, y) {
		k := len(group) - int(math.Round(part*float64(len(group))))
		a, b = append(a, group[:k]...), append(b, group[k:]...)
	}
	if len(a) == 0 || len(b) == 0 {
		panic(&ops.ArgError{OpName: fn, Arg: "part", Got: part, Rule: fmt.Sprintf("of %d examples one of the two sets would be empty", n)})
	}
	return take(x, y, o.index(a)), take(x, y, o.index(b))
}

// Fold returns the i-th of k ways to divide examples for cross-validation:
// each example is in the test set of exactly one of them.
//
// It panics as [Split] does, and with an [ops.ArgError] unless 2 <= k <= n and
// 0 <= i < k.
func Fold(x, y *ops.Tensor, k, i int, opts ...SplitOptions) (train, test Set) {
	const fn = "dataset.Fold"
	o := one(fn, opts)
	n := examples(fn, x, y)
	if k < 2 || k > n {
		panic(&ops.ArgError{OpName: fn, Arg: "k", Got: k, Rule: fmt.Sprintf("must be from 2 to the number of examples, %d", n)})
	}
	if i < 0 || i >= k {
		panic(&ops.ArgError{OpName: fn, Arg: "i", Got: i, Rule: fmt.Sprintf("must be from 0 to %d", k-1)})
	}
	var a, b []int64
	at := 0 // goes on through the groups, so that the folds stay of one size
	for _, group := range o.groups(fn, n, y) {
		for j, e := range group {
			fold := at % k
			if o.InOrder && !o.Stratify {
				fold = j * k / n // neighbours stay together
			}
			if fold == i {
				b = append(b, e)
			} else {
				a = append(a, e)
			}
			at++
		}
	}
	return take(x, y, o.index(a)), take(x, y, o.index(b))
}

// groups returns the examples in the order in which they are divided: one
// group, or one for each class.
func (o SplitOptions) groups(fn string, n int, y *ops.Tensor) [][]int64 {
	order := ops.ArangeInt(n)
	if !o.InOrder {
		order = shuffled(o.Seed, math.MaxUint64/2, n)
	}
	all := order.Int64s()
	if !o.Stratify {
		return [][]int64{all}
	}
	if y == nil || y.DType() != ops.Int64 || y.Rank() != 1 {
		panic(&ops.ArgError{OpName: fn, Arg: "Stratify", Rule: "wants classes y, Int64 [n]"})
	}
	classes := y.Int64s()
	members := map[int64][]int64{}
	for _, e := range all {
		members[classes[e]] = append(members[classes[e]], e)
	}
	var groups [][]int64
	for _, c := range sortedKeys(members) {
		groups = append(groups, members[c])
	}
	return groups
}

func sortedKeys(m map[int64][]int64) []int64 {
	var keys []int64
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// index is the examples in a random order again where classes were put one
// behind the other.
func (o SplitOptions) index(e []int64) *ops.Tensor {
	t := ops.WrapInt64(e, len(e))
	if o.Stratify && !o.InOrder {
		return ops.IndexSelect(t, 0, shuffled(o.Seed, uint64(len(e)), len(e)))
	}
	if o.InOrder {
		slices.Sort(e)
	}
	return t
}
