package ops_test

import (
	"math"
	"testing"

	"cahier/ops"
	"cahier/ops/opstest"
)

// lossWant is the reference of a loss: f gets the elements of all inputs at
// one place.
func lossWant(r ops.Reduction, f func(v []float64) float64) func(in []*ops.Tensor) []*ops.Tensor {
	return func(in []*ops.Tensor) []*ops.Tensor {
		out := gridOf(in[0])
		sum := 0.0
		for i := range out.v {
			var v []float64
			for _, x := range in {
				v = append(v, x.Float64s()[i])
			}
			out.v[i] = f(v)
			sum += out.v[i]
		}
		switch r {
		case ops.ReduceNone:
			return out.list()
		case ops.ReduceSum:
			return list(f64(sum).Reshape())
		}
		return list(f64(sum / float64(len(out.v))).Reshape())
	}
}

// rowsWant reduces a loss of vectors.
func rowsWant(r ops.Reduction, f func(rows [][]float64, k int) float64) func(in []*ops.Tensor) []*ops.Tensor {
	return func(in []*ops.Tensor) []*ops.Tensor {
		y := newGrid(in[0].Size(0))
		for k := range y.v {
			var rows [][]float64
			for _, x := range in {
				rows = append(rows, x.Select(0, k).Float64s())
			}
			y.v[k] = f(rows, k)
		}
		switch r {
		case ops.ReduceNone:
			return y.list()
		case ops.ReduceSum:
			return list(y.tensor().Sum())
		}
		return list(y.tensor().Mean())
	}
}

func dotOf(a, b []float64) (s float64) {
	for i := range a {
		s += a[i] * b[i]
	}
	return s
}

func TestDistanceLosses(t *testing.T) {
	x, y := opstest.Randn(1, 3, 4), opstest.Randn(2, 3, 4)
	p, q := opstest.Rand(3, 0.1, 0.9, 3, 4), opstest.Rand(4, 0, 1, 3, 4)
	v := opstest.Rand(5, 0.3, 2, 3, 4)
	sign := ops.Where(opstest.Randn(6, 3, 4).Greater(0), ops.OnesLike(x), -1)
	for _, r := range []ops.Reduction{ops.ReduceMean, ops.ReduceSum, ops.ReduceNone} {
		o, m := ops.LossOptions{Reduction: r}, ops.MarginOptions{Margin: 0.3, Reduction: r}
		check(t, "bce", func(in []*ops.Tensor) *ops.Tensor { return ops.BCE(in[0], in[1], o) },
			lossWant(r, func(v []float64) float64 { return -v[1]*math.Log(v[0]) - (1-v[1])*math.Log(1-v[0]) }), p, q)
		check(t, "poisson", func(in []*ops.Tensor) *ops.Tensor { return ops.PoissonNLL(in[0], in[1], o) },
			lossWant(r, func(v []float64) float64 { return math.Exp(v[0]) - v[1]*v[0] }), x, v)
		check(t, "gaussian", func(in []*ops.Tensor) *ops.Tensor { return ops.GaussianNLL(in[0], in[1], in[2].Square().Add(0.1), o) },
			lossWant(r, func(v []float64) float64 {
				s := v[2]*v[2] + 0.1
				return (math.Log(s) + (v[0]-v[1])*(v[0]-v[1])/s) / 2
			}), x, y, v)
		check(t, "soft margin", func(in []*ops.Tensor) *ops.Tensor { return ops.SoftMargin(in[0], in[1], o) },
			lossWant(r, func(v []float64) float64 { return math.Log(1 + math.Exp(-v[1]*v[0])) }), x, y)
		check(t, "hinge", func(in []*ops.Tensor) *ops.Tensor { return ops.HingeEmbedding(in[0], sign.To(in[0].DType()), m) },
			func(in []*ops.Tensor) []*ops.Tensor {
				return lossWant(r, func(v []float64) float64 {
					if v[1] > 0 {
						return v[0]
					}
					return math.Max(0, 0.3-v[0])
				})(list(in[0], sign))
			}, x)
		check(t, "ranking", func(in []*ops.Tensor) *ops.Tensor { return ops.MarginRanking(in[0], in[1], sign.To(in[0].DType()), m) },
			func(in []*ops.Tensor) []*ops.Tensor {
				return lossWant(r, func(v []float64) float64 { return math.Max(0, 0.3-v[2]*(v[0]-v[1])) })(list(in[0], in[1], sign))
			}, x, y)
		classes := i64(2, 0, 3)
		check(t, "multi margin", func(in []*ops.Tensor) *ops.Tensor { return ops.MultiMargin(in[0], classes, m) },
			rowsWant(r, func(rows [][]float64, k int) (s float64) {
				right := int(classes.At(k))
				for c, e := range rows[0] {
					if c != right {
						s += math.Max(0, 0.3-rows[0][right]+e) / 4
					}
				}
				return s
			}), x)
		check(t, "triplet", func(in []*ops.Tensor) *ops.Tensor { return ops.Triplet(in[0], in[1], in[2], m) },
			rowsWant(r, func(rows [][]float64, _ int) float64 {
				distance := func(a, b []float64) (s float64) {
					for i := range a {
						s += (a[i] - b[i] + 1e-6) * (a[i] - b[i] + 1e-6)
					}
					return math.Sqrt(s)
				}
				return math.Max(0, distance(rows[0], rows[1])-distance(rows[0], rows[2])+0.3)
			}), x, y, opstest.Randn(7, 3, 4))
		each := sign.Select(1, 0)
		cosine := func(a, b []float64) float64 { return dotOf(a, b) / math.Sqrt(dotOf(a, a)*dotOf(b, b)) }
		check(t, "cosine embedding", func(in []*ops.Tensor) *ops.Tensor {
			return ops.CosineEmbedding(in[0], in[1], each.To(in[0].DType()), m)
		},
			rowsWant(r, func(rows [][]float64, k int) float64 {
				if c := cosine(rows[0], rows[1]); each.At(k) < 0 {
					return math.Max(0, c-0.3)
				} else {
					return 1 - c
				}
			}), x, y)
		check(t, "cosine", func(in []*ops.Tensor) *ops.Tensor { return ops.CosineSimilarity(in[0], in[1], -1) },
			rowsWant(ops.ReduceNone, func(rows [][]float64, _ int) float64 { return cosine(rows[0], rows[1]) }), x, y)
	}
	check(t, "normalize", func(in []*ops.Tensor) *ops.Tensor { return ops.Normalize(in[0], 0) }, rowWant(0, func(v []float64) []float64 {
		out := append([]float64(nil), v...)
		for i := range out {
			out[i] /= math.Sqrt(dotOf(v, v))
		}
		return out
	}), x)
	wantValues(t, "certain", ops.BCE(f64(0, 1), f64(1, 1), ops.LossOptions{Reduction: ops.ReduceNone}), 100, 0)
	wantValues(t, "zero vector", ops.Normalize(f64(0, 0), 0), 0, 0)
	for want, f := range map[string]func(){
		"ops.BCE: x is 1.5: a probability is from 0 to 1\nBCEWithLogits takes scores":                                                         func() { ops.BCE(f64(1.5), f64(1)) },
		"ops.BCE: target has shape [2], want [1]: must have the shape of x":                                                                   func() { ops.BCE(f64(0.5), f64(1, 1)) },
		"ops.PoissonNLL: target is Float32, want Float64: both tensors must have one type, and x is Float64\ntarget.To(ops.Float64) converts": func() { ops.PoissonNLL(f64(1), ops.Ones(1)) },
		"ops.SoftMargin: Reduction is Reduction(7): want mean, sum or none":                                                                   func() { ops.SoftMargin(f64(1), f64(1), ops.LossOptions{Reduction: 7}) },
		"ops.HingeEmbedding: target is 0: want 1 or -1":                                                                                       func() { ops.HingeEmbedding(f64(1), f64(0)) },
		"ops.MarginRanking: target is nil, want a tensor":                                                                                     func() { ops.MarginRanking(f64(1), f64(0), nil) },
		"ops.MultiMargin: target is 2: element 0 must be from 0 to 1":                                                                         func() { ops.MultiMargin(f64(1, 2).Reshape(1, 2), i64(2)) },
		"ops.Triplet: anchor has shape [], want [features]: want vectors along the last axis":                                                 func() { s := f64(1).Reshape(); ops.Triplet(s, s, s) },
		"ops.CosineEmbedding: target has shape [2], want [1]: want one number for each vector":                                                func() { a := f64(1).Reshape(1, 1); ops.CosineEmbedding(a, a, f64(1, 1)) },
		"ops.CosineSimilarity: axis is 1: must be from -1 to 0":                                                                               func() { ops.CosineSimilarity(f64(1), f64(1), 1) },
		"ops.Normalize: eps is [0]: want at most one number, above 0":                                                                         func() { ops.Normalize(f64(1), 0, 0) },
	} {
		wantErr(t, want, f)
	}
}

func TestMoreActivations(t *testing.T) {
	x := opstest.Spread(1, 4, 6).Add(0.013)
	sharp := func(f func(x float64) float64) func(in []*ops.Tensor) []*ops.Tensor { return same1(f) }
	check(t, "hard tanh", func(in []*ops.Tensor) *ops.Tensor { return ops.HardTanh(in[0]) }, sharp(func(x float64) float64 { return math.Max(-1, math.Min(1, x)) }), x)
	check(t, "hard shrink", func(in []*ops.Tensor) *ops.Tensor { return ops.HardShrink(in[0]) }, sharp(func(x float64) float64 { return x * truth(math.Abs(x) > 0.5) }), x)
	check(t, "soft shrink", func(in []*ops.Tensor) *ops.Tensor { return ops.SoftShrink(in[0], 0.3) }, sharp(func(x float64) float64 { return math.Copysign(math.Max(0, math.Abs(x)-0.3), x) }), x)
	check(t, "tanh shrink", func(in []*ops.Tensor) *ops.Tensor { return ops.TanhShrink(in[0]) }, sharp(func(x float64) float64 { return x - math.Tanh(x) }), x)
	for axis, shape := range [][]int{{2, 6}, {4, 3}} {
		check(t, "glu", func(in []*ops.Tensor) *ops.Tensor { return ops.GLU(in[0], axis) }, func(in []*ops.Tensor) []*ops.Tensor {
			x, y := gridOf(in[0]), newGrid(shape...)
			each(shape, func(i []int) {
				j := append([]int(nil), i...)
				j[axis] += shape[axis]
				*y.at(i...) = *x.at(i...) * sigma(*x.at(j...))
			})
			return y.list()
		}, x)
	}
	near(t, "softmin", ops.Softmin(x, 1), ops.Softmax(x.Neg(), 1))
	for want, f := range map[string]func(){
		"ops.GLU: axis is 0: has an odd size and no halves":                     func() { ops.GLU(f64(1), 0) },
		"ops.HardShrink: limit is [-1]: want at most one number, not negative":  func() { ops.HardShrink(x, -1) },
		"ops.SoftShrink: limit is [1 2]: want at most one number, not negative": func() { ops.SoftShrink(x, 1, 2) },
	} {
		wantErr(t, want, f)
	}
}
