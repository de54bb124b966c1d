package ops_test

import (
	"sync"
	"testing"

	"cahier/ops"
)

// TestKVCacheDecoding compares attention step by step with attention at once.
func TestKVCacheDecoding(t *testing.T) {
	r := ops.NewRNG(1)
	q, k, v := r.Randn(2, 4, 40, 5), r.Randn(2, 2, 40, 5), r.Randn(2, 2, 40, 3)
	causal := ops.AttentionOptions{Causal: true}
	want := ops.Attention(q, k, v, causal)
	var cache ops.KVCache
	for _, step := range [][2]int{{0, 7}, {7, 8}, {8, 8}, {8, 20}, {20, 40}} {
		a, b := step[0], step[1]
		cache = cache.Append(k.Slice(2, a, b), v.Slice(2, a, b))
		if cache.Len() != b {
			t.Fatalf("%d steps, want %d", cache.Len(), b)
		}
		if a == b {
			continue
		}
		got := ops.Attention(q.Slice(2, a, b), cache.Keys(), cache.Values(), causal)
		if worst := got.Sub(want.Slice(2, a, b)).Abs().Max().Item(); worst > 1e-6 {
			t.Errorf("steps %d to %d differ by %v", a, b, worst)
		}
	}
	if got, want := cache.String(), "KVCache of 40 steps: keys [2 2 40 5], values [2 2 40 3]"; got != want {
		t.Errorf("String is %q, want %q", got, want)
	}
}

// TestKVCacheBranches appends twice to one cache, from two goroutines, and
// behind a truncation: none sees the others' steps.
func TestKVCacheBranches(t *testing.T) {
	one := func(v float64) *ops.Tensor { return ops.Full(v, 1, 1, 1, 1) }
	base := ops.KVCache{}.Append(one(1), one(-1))
	var wg sync.WaitGroup
	branches := make([]ops.KVCache, 4)
	for i := range branches {
		wg.Go(func() { branches[i] = base.Append(one(float64(10+i)), one(0)) })
	}
	wg.Wait()
	for i, b := range branches {
		wantValues(t, "branch", b.Keys(), 1, float64(10+i))
	}
	long := branches[0].Append(one(20), one(0))
	again := long.Truncate(1).Append(one(30), one(0))
	wantValues(t, "truncated", again.Keys(), 1, 30)
	wantValues(t, "long", long.Keys(), 1, 10, 20)
	wantValues(t, "base", base.Values(), -1)
	if (ops.KVCache{}).Keys() != nil || (ops.KVCache{}).String() != "KVCache (empty)" {
		t.Error("the zero value is not empty")
	}
}

func TestKVCacheArguments(t *testing.T) {
	k := ops.Zeros(1, 2, 3, 4)
	cache := ops.KVCache{}.Append(k, k)
	for want, f := range map[string]func(){
		"ops.KVCache.Append: v is nil, want a tensor": func() { cache.Append(k, nil) },
		"ops.KVCache.Append: k has shape [1 2 4], want [n groups t d]: want batch, key heads, new steps and features, as before": func() {
			ops.KVCache{}.Append(ops.Zeros(1, 2, 4), k)
		},
		"ops.KVCache.Append: k has shape [1 2 3 5], want [1 2 t 4]: want batch, key heads, new steps and features, as before": func() {
			cache.Append(ops.Zeros(1, 2, 3, 5), k)
		},
		"ops.KVCache.Append: v has shape [1 2 1 4], want [1 2 3 4]: want batch, key heads, new steps and features, as before": func() {
			cache.Append(k, ops.Zeros(1, 2, 1, 4))
		},
		"ops.KVCache.Append: k is Float64, want Float32: both tensors must have one type, and the cache is Float32\nk.To(ops.Float32) converts": func() {
			cache.Append(k.To(ops.Float64), k.To(ops.Float64))
		},
		"ops.KVCache.Append: k is Int64, want Float32 or Float64\nk.To(ops.Float32) converts": func() {
			ops.KVCache{}.Append(k.To(ops.Int64), k.To(ops.Int64))
		},
		"ops.KVCache.Truncate: n is 4: want 0 to 3, the number of steps": func() { cache.Truncate(4) },
		"ops.KVCache.Append: k stands on the tape of a gradient, and a cache keeps data only\ncompute the keys of all steps at once with Causal, join them by ops.Concat, or x.Detach()": func() {
			ops.Grad(func(p []*ops.Tensor) *ops.Tensor { return cache.Append(p[0], k).Keys().Sum() }, list(k))
		},
	} {
		wantErr(t, want, f)
	}
}

func TestAttentionDropout(t *testing.T) {
	r := ops.NewRNG(1)
	q, k, v := r.Randn(1, 2, 3, 4), r.Randn(1, 2, 5, 4), r.Randn(1, 2, 5, 4)
	got := ops.Attention(q, k, v, ops.AttentionOptions{Dropout: 0.5, RNG: ops.NewRNG(3)})
	drop := ops.NewRNG(3).Rand(1, 2, 3, 5).GreaterEqual(0.5).To(ops.Float32).Mul(2)
	want := ops.AttentionWeights(q, k).Mul(drop).MatMul(v)
	if worst := got.Sub(want).Abs().Max().Item(); worst > 1e-6 {
		t.Errorf("differs by %v", worst)
	}
	wantErr(t, "ops.Attention: Dropout is -1: must be a probability from 0 up to, but not, 1", func() { ops.Attention(q, k, v, ops.AttentionOptions{Dropout: -1}) })
	wantErr(t, "ops.AttentionWeights: Dropout is 0.1: belongs to Attention; the weights are those before it", func() { ops.AttentionWeights(q, k, ops.AttentionOptions{Dropout: 0.1}) })
}
