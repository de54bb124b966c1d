package cpu

import "math"

// Attention is scaled dot-product attention of N·H heads.
type Attention[T Float] struct {
	N, H, G     int // batch, heads of queries, heads of keys: G divides H
	T, S        int // queries, keys
	D, E        int // features of queries and keys, of values
	Q, K        []T // [N H T D], [N G S D]
	V           []T // [N G E S]: with the keys side by side
	Scale       float64
	SoftCap     float64
	Limit       func(n, i int) int // query i of batch entry n sees keys below this one
	Allowed     *View[bool]        // [N H T S], collapsed, or nil
	Bias        *View[T]           // [N H T S], collapsed, added to the scores, or nil
	Drop        *View[T]           // [N H T S], collapsed, factors of the weights, or nil
	EmptyIsZero bool               // a query without any score above -Inf gives 0 and not NaN
}

// attentionBlock is how many queries are scored at a time: their scores on a
// thousand keys fill a second-level cache.
const attentionBlock = 64

// Run computes y [N H T E]. It keeps the scores of one block of queries for
// each worker.
func (a *Attention[T]) Run(y []T) {
	if len(y) == 0 {
		return
	}
	blocks := (a.T + attentionBlock - 1) / attentionBlock
	cost := attentionBlock * a.S * (2*a.D + 2*a.E + 20)
	Parallel(a.N*a.H*blocks, GrainFor(cost), func(lo, hi int) {
		scores, row := make([]T, min(attentionBlock, a.T)*a.S), make([]T, a.S)
		var allowed []bool
		if a.Allowed != nil {
			allowed = make([]bool, a.S)
		}
		for job := lo; job < hi; job++ {
			a.block(job/blocks, job%blocks*attentionBlock, scores, row, allowed, y)
		}
	})
}

// block computes the queries from first on of head nh. The others are
// working memory.
func (a *Attention[T]) block(nh, first int, scores, row []T, allowed []bool, y []T) {
	n, rows := nh/a.H, min(attentionBlock, a.T-first)
	group := n*a.G + nh%a.H/(a.H/a.G)
	seen := 0 // by any query of the block
	limit := func(i int) int { return min(a.S, max(0, a.Limit(n, first+i))) }
	for i := range rows {
		seen = max(seen, limit(i))
	}
	ld := max(1, a.S)
	at := nh*a.T + first
	GemmNT(rows, seen, a.D, a.Q[at*a.D:], max(1, a.D), a.K[group*a.S*a.D:], max(1, a.D), scores, ld, false)
	for i := range rows {
		p := scores[i*a.S : i*a.S+seen]
		l := limit(i)
		a.weights(p[:l], row, allowed, (at+i)*a.S)
		clear(p[l:])
	}
	GemmNT(rows, a.E, seen, scores, ld, a.V[group*a.E*a.S:], ld, y[at*a.E:], max(1, a.E), false)
}

// weights makes the weights of one query of its products with the keys. start
// is the place of its row in the masks.
func (a *Attention[T]) weights(p, row []T, allowed []bool, start int) {
	row = row[:len(p)]
	for j, s := range p {
		p[j] = s * T(a.Scale)
	}
	if a.SoftCap > 0 {
		for j, s := range p {
			p[j] = T(a.SoftCap * math.Tanh(float64(s)/a.SoftCap))
		}
	}
	if a.Bias != nil {
		Gather(row, *a.Bias, start)
		Add(p, p, row)
	}
	if a.Allowed != nil {
		Gather(allowed[:len(p)], *a.Allowed, start)
		for j, ok := range allowed[:len(p)] {
			if !ok {
				p[j] = T(math.Inf(-1))
			}
		}
	}
	if a.EmptyIsZero && empty(p) {
		clear(p)
		return
	}
	if len(p) > 0 {
		Softmax(row, p) // which reads p again
		copy(p, row)
	}
	if a.Drop != nil {
		Gather(row, *a.Drop, start)
		Mul(p, p, row)
	}
}

// empty reports whether all scores are -Inf.
func empty[T Float](p []T) bool {
	for _, s := range p {
		if !(float64(s) == math.Inf(-1)) {
			return false
		}
	}
	return true
}
