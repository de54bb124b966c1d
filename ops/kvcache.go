package ops

import (
	"fmt"
	"slices"
	"sync"
)

// KVCache holds the keys and values of the steps that a decoder has made, so
// that a step computes those of its own token only. It is a value: Append
// returns a longer one and leaves the old one as it was, so that a cell can be
// run again, and a search can go on from one cache in several ways. Caches
// that grew out of each other share memory. The zero value is empty. It may be
// used from several goroutines.
//
//	cache = cache.Append(k, v) // of the new steps
//	y := ops.Attention(q, cache.Keys(), cache.Values(), ops.AttentionOptions{Causal: true})
type KVCache struct {
	keys, values *growing
	n            int
}

// growing is a tensor [N G cap D] that is filled along axis 2. Places below
// used are never written again.
type growing struct {
	mu   sync.Mutex // guards used
	data *Tensor
	used int
}

// Len returns the number of steps in the cache.
func (c KVCache) Len() int { return c.n }

// Keys returns the keys of all steps [N G Len D], or nil if the cache is
// empty. The tensor shares memory with the cache, which never changes it.
func (c KVCache) Keys() *Tensor { return c.keys.first(c.n) }

// Values returns the values of all steps [N G Len E], or nil if the cache is
// empty. The tensor shares memory with the cache, which never changes it.
func (c KVCache) Values() *Tensor { return c.values.first(c.n) }

// String describes the cache.
func (c KVCache) String() string {
	if c.keys == nil {
		return "KVCache (empty)"
	}
	return fmt.Sprintf("KVCache of %d steps: keys %v, values %v", c.n, c.Keys().Shape(), c.Values().Shape())
}

// Append returns the cache with steps behind it: keys k [N G T D] and values
// v [N G T E]. It copies the new steps only, but for now and then when the
// memory is doubled, or when another cache has grown out of c already. It
// panics with a [ShapeError] or [DTypeError] if they do not fit, and with a
// [GradError] if a gradient is being computed: gradients want [Concat].
func (c KVCache) Append(k, v *Tensor) KVCache {
	const fn = "ops.KVCache.Append"
	for i, x := range []*Tensor{k, v} {
		name := []string{"k", "v"}[i]
		if x == nil {
			fail(fn, &ArgError{Arg: name, Rule: "is nil, want a tensor"})
		}
		if x.watched.Load() != nil || x.link != nil && !x.link.tape.closed.Load() {
			fail(fn, &GradError{Why: name + " stands on the tape of a gradient, and a cache keeps data only", Help: "compute the keys of all steps at once with Causal, join them by ops.Concat, or x.Detach()"})
		}
		old := []*growing{c.keys, c.values}[i]
		want := Shape{-1, -1, -1, -1}
		if i == 1 && len(k.shape) == 4 {
			want = Shape{k.shape[0], k.shape[1], k.shape[2], -1}
		}
		if old != nil {
			s := old.data.shape
			want = Shape{s[0], s[1], want[2], s[3]}
			if err := wantSame("the cache", old.data.dtype, name, x.dtype); err != nil {
				fail(fn, err)
			}
		}
		fits := len(x.shape) == 4
		for a := 0; fits && a < 4; a++ {
			fits = want[a] < 0 || want[a] == x.shape[a]
		}
		if !fits {
			fail(fn, &ShapeError{Arg: name, Got: x.Shape(), Want: want, Axes: []string{"n", "groups", "t", "d"}, Rule: "want batch, key heads, new steps and features, as before"})
		}
	}
	if err := wantFloat("k", k.dtype); err != nil {
		fail(fn, err)
	}
	if err := wantSame("k", k.dtype, "v", v.dtype); err != nil {
		fail(fn, err)
	}
	return KVCache{c.keys.with(c.n, k), c.values.with(c.n, v), c.n + k.shape[2]}
}

// Truncate returns the cache of the first n steps. It panics with an
// [ArgError] if there are fewer.
func (c KVCache) Truncate(n int) KVCache {
	if n < 0 || n > c.n {
		fail("ops.KVCache.Truncate", &ArgError{Arg: "n", Got: n, Rule: fmt.Sprintf("want 0 to %d, the number of steps", c.n)})
	}
	c.n = n
	return c
}

func (g *growing) first(n int) *Tensor {
	if g == nil {
		return nil
	}
	return g.data.window(g.data.shape.with(2, n), slices.Clone(g.data.stride), g.data.offset)
}

// with returns a tensor whose first n steps are those of g, and then x.
func (g *growing) with(n int, x *Tensor) *growing {
	t := x.shape[2]
	if !g.take(n, t) {
		grown := &growing{data: allocOf(x.dtype, x.shape.with(2, max(16, 2*(n+t)))), used: n + t}
		if g != nil {
			assignView(grown.first(n), g.first(n))
		}
		g = grown
	}
	at := g.first(n + t)
	assignView(at.window(x.shape, at.stride, at.offset+n*at.stride[2]), x)
	return g
}

// take reserves t places behind the first n, if they are free.
func (g *growing) take(n, t int) bool {
	if g == nil {
		return false
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.used != n || n+t > g.data.shape[2] {
		return false
	}
	g.used = n + t
	return true
}
