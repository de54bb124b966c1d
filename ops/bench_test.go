package ops_test

import (
	"testing"

	"cahier/ops"
)

// BenchmarkCallOverhead is an operation on one element: what a call costs.
func BenchmarkCallOverhead(b *testing.B) {
	x, y := ops.Ones(1), ops.Ones(1)
	b.ReportAllocs()
	for b.Loop() {
		ops.Add(x, y)
	}
}

// BenchmarkGradOverhead is one recorded operation, there and back.
func BenchmarkGradOverhead(b *testing.B) {
	p := list(ops.Ones(1))
	f := func(p []*ops.Tensor) *ops.Tensor { return p[0].Mul(p[0]) }
	b.ReportAllocs()
	for b.Loop() {
		ops.Grad(f, p)
	}
}

func BenchmarkConv2D(b *testing.B) {
	x, w := ops.Randn(1, 64, 56, 56), ops.Randn(64, 64, 3, 3)
	o := ops.ConvOptions{Pad: ops.Same}
	flops := 2.0 * 64 * 56 * 56 * 64 * 9
	b.Run("forward", func(b *testing.B) {
		for b.Loop() {
			ops.Conv2D(x, w, o)
		}
		b.ReportMetric(flops*float64(b.N)/b.Elapsed().Seconds()/1e9, "GFLOP/s")
	})
	b.Run("gradient", func(b *testing.B) {
		for b.Loop() {
			ops.Grad(func(p []*ops.Tensor) *ops.Tensor { return ops.Conv2D(p[0], p[1], o).Sum() }, list(x, w))
		}
		b.ReportMetric(3*flops*float64(b.N)/b.Elapsed().Seconds()/1e9, "GFLOP/s")
	})
}

func BenchmarkAttention(b *testing.B) {
	q := ops.Randn(1, 8, 512, 64)
	b.Run("forward", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			ops.Attention(q, q, q, ops.AttentionOptions{Causal: true})
		}
	})
	b.Run("composed", func(b *testing.B) { // as where a gradient is taken
		b.ReportAllocs()
		op, _ := ops.Lookup("attention")
		op.Forward = nil
		for b.Loop() {
			op.Call(ops.Attrs{"causal": true}, q, q, q)
		}
	})
}
