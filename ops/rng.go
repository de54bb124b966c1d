package ops

import (
	"math"
	"math/bits"
	"sync"

	"cahier/ops/internal/cpu"
)

// RNG is a source of random tensors: the same seed gives the same numbers, on
// any number of processors. It may be used from several goroutines.
//
// The generator is Philox4x32-10 (Salmon et al., Parallel random numbers: as
// easy as 1, 2, 3, SC 2011): the i-th number is a function of seed and i.
type RNG struct {
	mu      sync.Mutex // guards both fields
	seed    uint64
	counter uint64 // blocks of two numbers that were given out
}

// NewRNG returns a source with its own state.
func NewRNG(seed uint64) *RNG { return &RNG{seed: seed} }

// defaultRNG serves Rand, Randn, Perm and everything random that is given no
// source. It starts at seed 0: a program gives the same numbers each time.
var defaultRNG = NewRNG(0)

// Seed restarts the default source: what follows is the same each time.
func Seed(seed uint64) { defaultRNG.Seed(seed) }

// DefaultRNG returns the source that Rand, Randn and Perm draw from.
func DefaultRNG() *RNG { return defaultRNG }

// Seed restarts the source.
func (r *RNG) Seed(seed uint64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.seed, r.counter = seed, 0
}

// Rand returns a Float32 tensor of numbers from [0, 1), uniformly distributed,
// from the default source.
func Rand(shape ...int) *Tensor { return defaultRNG.uniform("ops.Rand", shape) }

// Randn returns a Float32 tensor of normally distributed numbers with mean 0
// and variance 1 from the default source.
func Randn(shape ...int) *Tensor { return defaultRNG.normal("ops.Randn", shape) }

// RandInt returns an Int64 tensor of numbers from [low, high), uniformly
// distributed, from the default source.
func RandInt(low, high int, shape ...int) *Tensor {
	return defaultRNG.integers("ops.RandInt", low, high, shape)
}

// Perm returns the numbers 0 to n-1 in random order, as Int64, from the
// default source.
func Perm(n int) *Tensor { return defaultRNG.perm("ops.Perm", n) }

// Rand returns a Float32 tensor of numbers from [0, 1), uniformly distributed.
func (r *RNG) Rand(shape ...int) *Tensor { return r.uniform("ops.RNG.Rand", shape) }

// Randn returns a Float32 tensor of normally distributed numbers with mean 0
// and variance 1 (Box and Muller's method, in float64).
func (r *RNG) Randn(shape ...int) *Tensor { return r.normal("ops.RNG.Randn", shape) }

// RandInt returns an Int64 tensor of numbers from [low, high), uniformly
// distributed.
func (r *RNG) RandInt(low, high int, shape ...int) *Tensor {
	return r.integers("ops.RNG.RandInt", low, high, shape)
}

// Perm returns the numbers 0 to n-1 in random order, as Int64.
func (r *RNG) Perm(n int) *Tensor { return r.perm("ops.RNG.Perm", n) }

// take reserves the blocks for n numbers and returns the first.
func (r *RNG) take(n int) (seed, first uint64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	seed, first = r.seed, r.counter
	r.counter += uint64(n+1) / 2
	return seed, first
}

// Uint64 returns the next 64 random bits.
func (r *RNG) Uint64() uint64 {
	seed, at := r.take(1)
	a, _ := cpu.Philox(seed, at)
	return a
}

// Float64 returns the next number from [0, 1).
func (r *RNG) Float64() float64 { return unit(r.Uint64()) }

func (r *RNG) uniform(op string, shape []int) *Tensor {
	t, data := alloc[float32](made(op, shape))
	r.draw(len(data), func(i int, a, b uint64) {
		// 24 bits: rounding 53 bits to float32 could give 1.
		data[i] = float32(a>>40) * (1.0 / (1 << 24))
		if i+1 < len(data) {
			data[i+1] = float32(b>>40) * (1.0 / (1 << 24))
		}
	})
	return t
}

func (r *RNG) normal(op string, shape []int) *Tensor {
	t, data := alloc[float32](made(op, shape))
	r.draw(len(data), func(i int, a, b uint64) {
		radius := math.Sqrt(-2 * math.Log(1-unit(a)))
		sin, cos := math.Sincos(2 * math.Pi * unit(b))
		data[i] = float32(radius * cos)
		if i+1 < len(data) {
			data[i+1] = float32(radius * sin)
		}
	})
	return t
}

func (r *RNG) integers(op string, low, high int, shape []int) *Tensor {
	if low >= high {
		fail(op, &ArgError{Arg: "high", Got: high, Rule: "must be above low"})
	}
	t, data := alloc[int64](made(op, shape))
	span := uint64(high) - uint64(low)
	r.draw(len(data), func(i int, a, b uint64) {
		data[i] = int64(low) + int64(scaleTo(a, span))
		if i+1 < len(data) {
			data[i+1] = int64(low) + int64(scaleTo(b, span))
		}
	})
	return t
}

func (r *RNG) perm(op string, n int) *Tensor {
	t, data := alloc[int64](made(op, []int{n}))
	random := make([]uint64, n)
	r.draw(n, func(i int, a, b uint64) {
		random[i] = a
		if i+1 < n {
			random[i+1] = b
		}
	})
	// Fisher and Yates, from the front.
	for i := range data {
		j := int(scaleTo(random[i], uint64(i)+1))
		data[i] = data[j]
		data[j] = int64(i)
	}
	return t
}

// draw calls put(i, a, b) with the random bits of the numbers i and i+1, for
// all even i below n, from several goroutines.
func (r *RNG) draw(n int, put func(i int, a, b uint64)) {
	seed, first := r.take(n)
	cpu.Parallel((n+1)/2, cpu.GrainFor(16), func(lo, hi int) {
		for p := lo; p < hi; p++ {
			a, b := cpu.Philox(seed, first+uint64(p))
			put(2*p, a, b)
		}
	})
}

// unit maps 64 bits to [0, 1).
func unit(u uint64) float64 { return float64(u>>11) * (1.0 / (1 << 53)) }

// scaleTo maps 64 random bits to [0, n) by the high half of a product; its
// bias is at most n in 2^64.
func scaleTo(u, n uint64) uint64 {
	hi, _ := bits.Mul64(u, n)
	return hi
}
