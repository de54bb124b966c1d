package ops_test

import (
	"math"
	"testing"

	"cahier/ops"
)

func TestSinusoidalPositions(t *testing.T) {
	got := ops.SinusoidalPositions(3, 5, ops.PositionOptions{Start: 7, Base: 100})
	for p := range 3 {
		for j := range 5 {
			at := float64(7+p) * math.Pow(100, -float64(j/2*2)/5)
			want := math.Sin(at)
			if j%2 == 1 {
				want = math.Cos(at)
			}
			if math.Abs(got.At(p, j)-want) > 1e-7 {
				t.Errorf("position %d feature %d is %v, want %v", p, j, got.At(p, j), want)
			}
		}
	}
	wantErr(t, "ops.SinusoidalPositions: Base is -1: must be positive", func() { ops.SinusoidalPositions(1, 2, ops.PositionOptions{Base: -1}) })
}

func TestRotaryEmbedding(t *testing.T) {
	r := ops.NewRNG(1)
	x := r.Randn(2, 3, 4, 6).To(ops.Float64)
	check := func(what string, got *ops.Tensor, position func(n, t int) int, dim int, pair func(i int) (a, b int)) {
		t.Helper()
		want := gridOf(x)
		each([]int{2, 3, 4, dim / 2}, func(i []int) {
			a, b := pair(i[3])
			sin, cos := math.Sincos(angle(position(i[0], i[2]), i[3], dim/2))
			xa, xb := x.At(i[0], i[1], i[2], a), x.At(i[0], i[1], i[2], b)
			*want.at(i[0], i[1], i[2], a), *want.at(i[0], i[1], i[2], b) = xa*cos-xb*sin, xa*sin+xb*cos
		})
		if worst := got.Sub(want.tensor()).Abs().Max().Item(); worst > 1e-12 {
			t.Errorf("%s differs by %v", what, worst)
		}
	}
	check("plain", ops.RotaryEmbedding(x), func(_, t int) int { return t }, 6, func(i int) (a, b int) { return i, i + 3 })
	check("start", ops.RotaryEmbedding(x, ops.RotaryOptions{Start: 9, Dim: 4, Interleaved: true}), func(_, t int) int { return 9 + t }, 4, func(i int) (a, b int) { return 2 * i, 2*i + 1 })
	positions := [][]int{{5, 1, 0, 2}, {3, 3, 8, 1}}
	check("positions", ops.RotaryEmbedding(x, ops.RotaryOptions{Positions: ops.From(positions)}), func(n, t int) int { return positions[n][t] }, 6, func(i int) (a, b int) { return i, i + 3 })
	check("one list", ops.RotaryEmbedding(x, ops.RotaryOptions{Positions: ops.From(positions[0])}), func(_, t int) int { return positions[0][t] }, 6, func(i int) (a, b int) { return i, i + 3 })

	for want, o := range map[string]ops.RotaryOptions{
		"ops.RotaryEmbedding: Dim is 3: must be even and at most the 6 features of x":                                          {Dim: 3},
		"ops.RotaryEmbedding: Start is 1: has no meaning with Positions; add it to them":                                       {Start: 1, Positions: i64(1, 2, 3, 4)},
		"ops.RotaryEmbedding: Positions has shape [3], want [4]: want a position for each step, or [n t] with n batch entries": {Positions: i64(1, 2, 3)},
		"ops.RotaryEmbedding: Positions is Float64, want Int64\nPositions.To(ops.Int64) converts":                              {Positions: f64(1, 2, 3, 4)},
		"ops.RotaryEmbedding: Base is -2: must be positive":                                                                    {Base: -2},
	} {
		wantErr(t, want, func() { ops.RotaryEmbedding(x, o) })
	}
	wantErr(t, "ops.RotaryEmbedding: x has shape [6], want [t d]: want at least two axes, the last ones steps and features", func() { ops.RotaryEmbedding(ops.Zeros(6)) })
}

// TestRotaryEmbeddingIsRelative: products of queries and keys depend on the
// distance of their positions only.
func TestRotaryEmbeddingIsRelative(t *testing.T) {
	r := ops.NewRNG(1)
	q, k := r.Randn(5, 8).To(ops.Float64), r.Randn(5, 8).To(ops.Float64)
	scores := func(start int) *ops.Tensor {
		o := ops.RotaryOptions{Start: start}
		return ops.RotaryEmbedding(q, o).MatMul(ops.RotaryEmbedding(k, o).T())
	}
	if worst := scores(0).Sub(scores(100)).Abs().Max().Item(); worst > 1e-11 {
		t.Errorf("scores differ by %v", worst)
	}
}

func TestEmbeddingPadding(t *testing.T) {
	table := ops.Randn(4, 2)
	g := ops.Grad(func(p []*ops.Tensor) *ops.Tensor {
		return ops.Embedding(i64(1, 0, 1, 3), p[0], ops.EmbeddingOptions{Padding: []int{0, 2}}).Sum()
	}, list(table))
	wantValues(t, "gradient", g[0], 0, 0, 2, 2, 0, 0, 1, 1)
}
