package cpu

import "math"

func sigmoid(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

// LSTM is the part of a step of n sequences behind the products: pre [n 4·h]
// holds the gates input, forget, cell and output before their activations, c
// and next [n h] the cell, out [n h] its output; peephole [3·h] may be nil.
func LSTM[T Float](pre, c, next, out, peephole []T, n, h int) {
	Parallel(n, GrainFor(60*h), func(lo, hi int) {
		for b := lo; b < hi; b++ {
			g := pre[4*h*b : 4*h*(b+1)]
			for j := range h {
				old := float64(c[b*h+j])
				i, f, o := float64(g[j]), float64(g[h+j]), float64(g[3*h+j])
				if peephole != nil {
					i += float64(peephole[j]) * old
					f += float64(peephole[h+j]) * old
				}
				cell := sigmoid(f)*old + sigmoid(i)*math.Tanh(float64(g[2*h+j]))
				if peephole != nil {
					o += float64(peephole[2*h+j]) * cell
				}
				next[b*h+j] = T(cell)
				out[b*h+j] = T(sigmoid(o) * math.Tanh(cell))
			}
		}
	})
}

// GRUReset puts the state [n h] times the reset gate into out; pre [n 3·h]
// holds the gate before its activation in its first h columns.
func GRUReset[T Float](pre, state, out []T, n, h int) {
	Parallel(n, GrainFor(20*h), func(lo, hi int) {
		for b := lo; b < hi; b++ {
			for j := range h {
				out[b*h+j] = T(sigmoid(float64(pre[3*h*b+j])) * float64(state[b*h+j]))
			}
		}
	})
}

// GRU is the end of a step of n sequences: pre [n 3·h] holds the gates reset,
// update and new before their activations, state and next [n h] the state.
// hidden [n 3·h], if it is not nil, holds the state's part, which is not in
// pre then; the reset gate is applied to it.
func GRU[T Float](pre, hidden, state, next []T, n, h int) {
	Parallel(n, GrainFor(50*h), func(lo, hi int) {
		for b := lo; b < hi; b++ {
			g := pre[3*h*b : 3*h*(b+1)]
			for j := range h {
				z, c := float64(g[h+j]), float64(g[2*h+j])
				if hidden != nil {
					a := hidden[3*h*b : 3*h*(b+1)]
					z += float64(a[h+j])
					c += sigmoid(float64(g[j])+float64(a[j])) * float64(a[2*h+j])
				}
				z, c = sigmoid(z), math.Tanh(c)
				next[b*h+j] = T(c + z*(float64(state[b*h+j])-c))
			}
		}
	})
}
