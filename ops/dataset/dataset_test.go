package dataset_test

import (
	"slices"
	"sort"
	"testing"

	"cahier/ops"
	"cahier/ops/dataset"
)

// data is n examples whose features tell their number, in 3 classes.
func data(n int) (x, y *ops.Tensor) {
	x = ops.Arange(float64(2*n)).Reshape(n, 2)
	classes := make([]int64, n)
	for i := range classes {
		classes[i] = int64(i % 3)
	}
	return x, ops.WrapInt64(classes, n)
}

// fits checks that the examples of a set are those of its index.
func fits(t *testing.T, s dataset.Set) {
	t.Helper()
	for i, e := range s.Index.Ints() {
		if s.X.At(i, 0) != float64(2*e) || s.X.At(i, 1) != float64(2*e+1) || s.Y.At(i) != float64(e%3) {
			t.Errorf("example %d of the set is %v %v, and number %d of the source", i, s.X.Select(0, i), s.Y.At(i), e)
		}
	}
}

func TestBatches(t *testing.T) {
	x, y := data(10)
	l := dataset.Batches(x, y, 4, dataset.BatchOptions{Seed: 5})
	var epochs [][]int
	for epoch := range 2 {
		var all []int
		for i := range l.Len() {
			b := l.Batch(epoch, i)
			fits(t, b)
			if want := []int{4, 4, 2}[i]; b.Len() != want {
				t.Errorf("batch %d has %d examples, want %d", i, b.Len(), want)
			}
			all = append(all, b.Index.Ints()...)
		}
		epochs = append(epochs, slices.Clone(all))
		sort.Ints(all)
		if !slices.Equal(all, ops.ArangeInt(10).Ints()) {
			t.Errorf("an epoch has the examples %v", all)
		}
	}
	if slices.Equal(epochs[0], epochs[1]) || slices.IsSorted(epochs[0]) {
		t.Errorf("the orders of two epochs are %v", epochs)
	}
	again := dataset.Batches(x, y, 4, dataset.BatchOptions{Seed: 5})
	if !slices.Equal(again.Order(1).Ints(), epochs[1]) {
		t.Error("the same seed gives another order")
	}
	if slices.Equal(dataset.Batches(x, y, 4, dataset.BatchOptions{Seed: 6}).Order(0).Ints(), epochs[1]) {
		t.Error("the next seed gives the order of the next epoch")
	}
	if n := dataset.Batches(x, nil, 4, dataset.BatchOptions{DropLast: true}).Len(); n != 2 {
		t.Errorf("%d whole batches, want 2", n)
	}
	b := dataset.Batches(x, nil, 4, dataset.BatchOptions{InOrder: true}).Batch(7, 1)
	if !slices.Equal(b.Index.Ints(), []int{4, 5, 6, 7}) || b.Y != nil {
		t.Errorf("in order, without y: %v", b)
	}
}

func TestSplit(t *testing.T) {
	x, y := data(30)
	for _, o := range []dataset.SplitOptions{{}, {Seed: 3}, {Stratify: true}, {InOrder: true}, {InOrder: true, Stratify: true}} {
		train, test := dataset.Split(x, y, 0.2, o)
		fits(t, train)
		fits(t, test)
		if train.Len() != 24 || test.Len() != 6 {
			t.Errorf("%+v: %d and %d examples", o, train.Len(), test.Len())
		}
		all := append(train.Index.Ints(), test.Index.Ints()...)
		if sorted := slices.IsSorted(train.Index.Ints()); sorted != o.InOrder {
			t.Errorf("%+v: sorted is %v", o, sorted)
		}
		sort.Ints(all)
		if !slices.Equal(all, ops.ArangeInt(30).Ints()) {
			t.Errorf("%+v: the sets have %v", o, all)
		}
		if o.Stratify {
			for c := range 3 {
				if n := test.Y.Equal(c).Sum().Item(); n != 2 {
					t.Errorf("%+v: %v of class %d are in the test set, want 2", o, n, c)
				}
			}
		}
		if again, _ := dataset.Split(x, y, 0.2, o); !slices.Equal(again.Index.Ints(), train.Index.Ints()) {
			t.Errorf("%+v: not the same again", o)
		}
	}
	if _, test := dataset.Split(x, y, 0.2, dataset.SplitOptions{InOrder: true}); test.Index.At(0) != 24 {
		t.Errorf("in order the test set is %v", test.Index)
	}
}

func TestFold(t *testing.T) {
	x, y := data(31)
	for _, o := range []dataset.SplitOptions{{}, {Stratify: true}, {InOrder: true}} {
		var all []int
		for i := range 4 {
			train, test := dataset.Fold(x, y, 4, i, o)
			fits(t, train)
			fits(t, test)
			if train.Len()+test.Len() != 31 || test.Len() < 7 || test.Len() > 8 {
				t.Errorf("%+v: %d and %d examples", o, train.Len(), test.Len())
			}
			all = append(all, test.Index.Ints()...)
		}
		sort.Ints(all)
		if !slices.Equal(all, ops.ArangeInt(31).Ints()) {
			t.Errorf("%+v: the test sets have %v", o, all)
		}
	}
}

func TestStandardize(t *testing.T) {
	x := ops.From([][]float64{{1, 5}, {3, 5}}, ops.Float64)
	s := dataset.Standardize(x)
	if got := s.Apply(x).Float64s(); !slices.Equal(got, []float64{-1, 0, 1, 0}) {
		t.Errorf("scaled: %v", got)
	}
	if got := s.Invert(s.Apply(x)).Float64s(); !slices.Equal(got, x.Float64s()) {
		t.Errorf("there and back: %v", got)
	}
	if got := s.Apply(ops.From([][]float64{{5, 7}}, ops.Float64)).Float64s(); !slices.Equal(got, []float64{3, 2}) {
		t.Errorf("others, by the same numbers: %v", got)
	}
	images := ops.NewRNG(1).Randn(4, 3, 5, 5)
	if got := dataset.Standardize(images, dataset.StandardizeOptions{Axes: []int{0, 2, 3}}).Mean.Shape(); !got.Equal(ops.Shape{1, 3, 1, 1}) {
		t.Errorf("channels have means of shape %v", got)
	}
}

func TestLabels(t *testing.T) {
	y, c := dataset.Labels([]string{"dog", "cat", "dog", "owl"})
	if !slices.Equal(y.Ints(), []int{1, 0, 1, 2}) || !slices.Equal(c.Decode(y), []string{"dog", "cat", "dog", "owl"}) || c.Len() != 3 {
		t.Errorf("%v, %v", y, c)
	}
	if got := c.OneHot(c.Encode([]string{"owl"})).Float64s(); !slices.Equal(got, []float64{0, 0, 1}) {
		t.Errorf("one-hot: %v", got)
	}
}

func TestErrors(t *testing.T) {
	x, y := data(4)
	_, c := dataset.Labels([]string{"a"})
	for want, f := range map[string]func(){
		"dataset.Batches: x is nil, want a tensor":                                                     func() { dataset.Batches(nil, nil, 2) },
		"dataset.Batches: size is 0: must be positive":                                                 func() { dataset.Batches(x, y, 0) },
		"dataset.Batches: y has shape [3]: x has 4 examples along its first axis, y must have as many": func() { dataset.Batches(x, ops.Zeros(3), 2) },
		"dataset.Batches: x has shape [], want [n]: examples lie along the first axis":                 func() { dataset.Batches(ops.Zeros(), nil, 2) },
		"dataset.Batches: options is 2: want at most one options value":                                func() { dataset.Batches(x, y, 2, dataset.BatchOptions{}, dataset.BatchOptions{}) },
		"dataset.Loader.Batch: i is 2: an epoch has 2 batches":                                         func() { dataset.Batches(x, y, 2).Batch(0, 2) },
		"dataset.Loader.Batch: epoch is -1: must not be negative":                                      func() { dataset.Batches(x, y, 2).Batch(-1, 0) },
		"dataset.Split: part is 1: must be above 0 and below 1":                                        func() { dataset.Split(x, y, 1) },
		"dataset.Split: part is 0.01: of 4 examples one of the two sets would be empty":                func() { dataset.Split(x, y, 0.01) },
		"dataset.Split: Stratify: wants classes y, Int64 [n]":                                          func() { dataset.Split(x, nil, 0.5, dataset.SplitOptions{Stratify: true}) },
		"dataset.Fold: k is 5: must be from 2 to the number of examples, 4":                            func() { dataset.Fold(x, y, 5, 0) },
		"dataset.Fold: i is 2: must be from 0 to 1":                                                    func() { dataset.Fold(x, y, 2, 2) },
		"dataset.Standardize: x is Int64, want Float32 or Float64\nx.To(ops.Float32) converts":         func() { dataset.Standardize(y) },
		"dataset.Standardize: x has no examples":                                                       func() { dataset.Standardize(ops.Zeros(0, 2)) },
		"dataset.Classes.Encode: labels[1] is \"b\": want one of the 1 names":                          func() { c.Encode([]string{"a", "b"}) },
		"dataset.Classes.Decode: y[0] is 1: there are 1 classes":                                       func() { c.Decode(ops.From([]int{1})) },
	} {
		err := ops.Try(f)
		if err == nil || err.Error() != want {
			t.Errorf("got  %v\nwant %s", err, want)
		}
	}
}
