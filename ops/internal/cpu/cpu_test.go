package cpu

import (
	"math"
	"runtime"
	"slices"
	"strconv"
	"sync/atomic"
	"testing"
)

// The known answer of the authors' test file kat_vectors for key and counter
// of zero.
func TestPhiloxKnownAnswer(t *testing.T) {
	a, b := Philox(0, 0)
	if a != 0xe169c58d_6627e8d5 || b != 0x9b00dbd8_bc57ac4c {
		t.Errorf("got %x %x", a, b)
	}
}

func TestParallelCoversOnce(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(7))
	for _, n := range []int{0, 1, 5, 6, 7, 100, 1001} {
		for _, grain := range []int{0, 1, 3, 200} {
			seen := make([]atomic.Int32, n)
			Parallel(n, grain, func(lo, hi int) {
				for i := lo; i < hi; i++ {
					seen[i].Add(1)
				}
			})
			for i := range seen {
				if c := seen[i].Load(); c != 1 {
					t.Errorf("n=%d grain=%d: index %d was visited %d times", n, grain, i, c)
				}
			}
		}
	}
}

func TestParallelRaisesPanic(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(4))
	for _, bad := range []int{0, 99} {
		func() {
			defer func() {
				if r := recover(); r != "bad" {
					t.Errorf("recovered %v, want the panic of the piece with index %d", r, bad)
				}
			}()
			Parallel(100, 1, func(lo, hi int) {
				if lo <= bad && bad < hi {
					panic("bad")
				}
			})
		}()
	}
}

func TestGatherAndScatter(t *testing.T) {
	data := make([]int64, 60)
	for i := range data {
		data[i] = int64(i)
	}
	for name, v := range map[string]View[int64]{
		"contiguous": {data, 0, []int{3, 4, 5}, []int{20, 5, 1}},
		"transposed": {data, 0, []int{5, 4, 3}, []int{1, 5, 20}},
		"reversed":   {data, 59, []int{3, 4, 5}, []int{-20, -5, -1}},
		"broadcast":  {data, 7, []int{3, 4, 5}, []int{0, 5, 0}},
		"sliced":     {data, 1, []int{3, 2, 2}, []int{20, 10, 2}},
		"one":        {data, 9, nil, nil},
		"axes of 1":  {data, 2, []int{1, 3, 1}, []int{99, 20, 99}},
	} {
		var want []int64
		idx := make([]int, len(v.Shape))
		for range v.Len() {
			p := v.Offset
			for a := range idx {
				p += idx[a] * v.Stride[a]
			}
			want = append(want, v.Data[p])
			for a := len(idx) - 1; a >= 0; a-- {
				if idx[a]++; idx[a] < v.Shape[a] {
					break
				}
				idx[a] = 0
			}
		}
		c := v.Collapse()
		for lo := range want {
			for hi := lo; hi <= len(want); hi++ {
				got := make([]int64, hi-lo)
				Gather(got, c, lo)
				if !slices.Equal(got, want[lo:hi]) {
					t.Fatalf("%s [%d:%d]: got %v, want %v", name, lo, hi, got, want[lo:hi])
				}
			}
		}
		if name == "broadcast" {
			continue // several elements share one place
		}
		w := v
		w.Data = make([]int64, len(data))
		Scatter(w, want)
		got := make([]int64, len(want))
		Gather(got, w.Collapse(), 0)
		if !slices.Equal(got, want) {
			t.Errorf("%s: scattered %v, got back %v", name, want, got)
		}
	}
}

// The tree of partial sums depends on sizes alone.
func TestReduceSameBitsForAnyWorkers(t *testing.T) {
	x := make([]float32, 5*Grain+17)
	for i := range x {
		a, _ := Philox(1, uint64(i))
		x[i] = float32(int64(a)) / (1 << 60)
	}
	sum := func(outer int) []float64 {
		out := make([]float64, outer)
		v := View[float32]{x, 0, []int{outer, len(x) / outer}, []int{len(x) / outer, 1}}
		Reduce(v, outer, len(x)/outer, 0, Sum[float32], func(a, b float64) float64 { return a + b }, func(i int, s float64) { out[i] = s })
		return out
	}
	for _, outer := range []int{1, 2, 63, 64, 100} {
		old := runtime.GOMAXPROCS(1)
		want := sum(outer)
		for _, n := range []int{2, 3, 8} {
			runtime.GOMAXPROCS(n)
			if got := sum(outer); !slices.Equal(got, want) {
				t.Errorf("outer %d, %d workers: sums differ", outer, n)
			}
		}
		runtime.GOMAXPROCS(old)
	}
}

func TestSoftmaxKeepsSmallProbabilities(t *testing.T) {
	x := []float32{0, -100, -50}
	y := make([]float32, 3)
	Softmax(y, x)
	for i, v := range x {
		want := math.Exp(float64(v)) / (1 + math.Exp(-100) + math.Exp(-50))
		// The smallest Float32 are coarse.
		if math.Abs(float64(y[i])-want) > 1e-6*want+1.5e-45 {
			t.Errorf("softmax[%d] = %g, want %g", i, y[i], want)
		}
	}
}

func BenchmarkGemm(b *testing.B) {
	for _, size := range []int{64, 256, 512} {
		b.Run(strconv.Itoa(size), func(b *testing.B) {
			x, y, c := make([]float32, size*size), make([]float32, size*size), make([]float32, size*size)
			m := Matrix[float32]{Data: x, Rows: size, Cols: size, RowStride: size, ColStride: 1}
			n := m
			n.Data = y
			for b.Loop() {
				Gemm(c, m, n)
			}
			b.ReportMetric(2*float64(size)*float64(size)*float64(size)*float64(b.N)/b.Elapsed().Seconds()/1e9, "GFLOP/s")
		})
	}
}

func BenchmarkConvForward(b *testing.B) {
	g := &Conv{N: 1, C: 64, O: 64, Groups: 1, In: [3]int{1, 56, 56}, Out: [3]int{1, 56, 56}, Kernel: [3]int{1, 3, 3}, Stride: [3]int{1, 1, 1}, Dilation: [3]int{1, 1, 1}, Before: [3]int{0, 1, 1}}
	x, w, y := make([]float32, 64*56*56), make([]float32, 64*64*9), make([]float32, 64*56*56)
	for b.Loop() {
		ConvForward(g, x, w, y, false)
	}
	b.ReportMetric(2*64*56*56*64*9*float64(b.N)/b.Elapsed().Seconds()/1e9, "GFLOP/s")
}

func BenchmarkAdd(b *testing.B) {
	x, y := make([]float32, 1<<20), make([]float32, 1<<20)
	v := View[float32]{x, 0, []int{1 << 20}, []int{1}}
	for b.Loop() {
		Binary(y, v, v, Add[float32])
	}
	b.SetBytes(12 << 20)
}
