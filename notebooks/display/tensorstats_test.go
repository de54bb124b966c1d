package display

import (
	"math"
	"slices"
	"strings"
	"testing"

	"cahier/ops"
)

func TestLine(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for _, c := range []struct {
		t    *ops.Tensor
		want string
	}{
		{ops.From(2.5), "Float32 [] 2.5"},
		{ops.From([]float64{nan}), "Float32 [1] NaN"},
		{ops.From([]int{1, 2, 3, 4}), "Int64 [4], 1 to 4, mean 2.5, std 1.11803 █▁▁▁█▁▁▁█▁▁█"},
		{ops.Zeros(2, 3), "Float32 [2 3], all zero"},
		{ops.Full(5, 2), "Float32 [2], 5 to 5, mean 5, std 0"},
		{ops.From([]float64{0, nan, 1, inf, -inf, nan}), "Float32 [6], 0 to 1, mean 0.5, std 0.5 █▁▁▁▁▁▁▁▁▁▁█, 2 NaN!, 1 +Inf!, 1 -Inf!"},
		{ops.From([]float64{0, nan}), "Float32 [2], all zero, 1 NaN!"},
		{ops.From([]float64{nan, nan}), "Float32 [2], 2 NaN!"},
		{ops.From([]bool{true, false, true}), "Bool [3], 2 true"},
		{ops.From([]uint8{0, 255}), "Uint8 [2], 0 to 255, mean 127.5, std 127.5 █▁▁▁▁▁▁▁▁▁▁█"},
		{ops.Zeros(0, 4), "Float32 [0 4]"},
		{ops.Wrap64([]float64{1e308, -1e308}, 2), "Float64 [2], -1e+308 to 1e+308, mean 0, std 1e+308 █▁▁▁▁▁▁▁▁▁▁█"},
		{ops.Wrap64([]float64{1.5e308, 1.5e308, 1e308}, 3), "Float64 [3], 1e+308 to 1.5e+308, mean 1.33333e+308, std 2.35702e+307 ▅▁▁▁▁▁▁▁▁▁▁█"},
		{ops.Wrap64([]float64{0, 5e-324}, 2), "Float64 [2], 0 to 4.94066e-324, mean 0, std 0 ▁▁▁▁▁▁█▁▁▁▁█"},
	} {
		s := describe(c.t)
		if got := s.line(c.t); got != c.want {
			t.Errorf("got  %s\nwant %s", got, c.want)
		}
	}
}

// Statistics against their definition, of tensors in one and in many chunks, also of
// views.
func TestDescribe(t *testing.T) {
	rng := ops.NewRNG(1)
	for name, x := range map[string]*ops.Tensor{
		"small": rng.Randn(7, 3), "many chunks": rng.Randn(3, 50, 1000), "one long axis": rng.Randn(100_000), "far from 0": rng.Randn(50_000).To(ops.Float64).Mul(1e-3).Add(1e6),
		"transposed": rng.Randn(300, 400).T(), "steps": rng.Randn(200, 900).Slice(1, 5, 800, 7), "broadcast": ops.BroadcastTo(rng.Randn(40, 1), 2000, 40, 3), "ones in front": rng.Randn(1, 1, 70_000, 1),
	} {
		s := describe(x)
		v := x.Float64s()
		n, sum, squares := float64(len(v)), 0.0, 0.0
		for _, e := range v {
			sum += e
		}
		mean := sum / n
		for _, e := range v {
			squares += (e - mean) * (e - mean)
		}
		std := math.Sqrt(squares / n)
		count := 0
		for _, b := range s.bins {
			count += b
		}
		if s.lo != slices.Min(v) || s.hi != slices.Max(v) || s.finite != len(v) || count != len(v) {
			t.Errorf("%s: %+v", name, s)
		}
		if math.Abs(s.mean-mean) > 1e-9*max(1, math.Abs(mean)) || math.Abs(s.std-std) > 1e-7*std {
			t.Errorf("%s: mean %v, std %v, want %v, %v", name, s.mean, s.std, mean, std)
		}
	}
}

func TestChunksKeepTheOrder(t *testing.T) {
	x := ops.NewRNG(2).Randn(5, 3, 7000).Transpose(0, 1)
	var got []float64
	chunks(x, func(v []float64) { got = append(got, v...) })
	if !slices.Equal(got, x.Float64s()) {
		t.Error("the order is another")
	}
}

func TestSparkShowsEveryBin(t *testing.T) {
	s := stats{lo: 0, hi: 1, bins: [sparkBins]int{1_000_000, 1}}
	if got := s.spark(); !strings.HasPrefix(got, "█▂▁") {
		t.Errorf("got %s: the bin with one element looks empty", got)
	}
}
