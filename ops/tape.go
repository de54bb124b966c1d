package ops

import (
	"fmt"
	"sync"
	"sync/atomic"
)

// tape records the operations of one call of Grad, ValueAndGrad or VJP.
//
// Calls nest: a tensor on an inner tape holds, as its primal, the value that
// the tape's operations computed with, and that may itself stand on an outer
// tape. An operation is recorded on the innermost tape of its inputs and then
// run on their primals, where the next outer tape records it, and so on until
// the data are plain. The way back is computed with primals, so that an outer
// tape records the derivative: that is all there is to second order.
type tape struct {
	level  uint64 // a later tape has a higher level
	closed atomic.Bool
	mu     sync.Mutex // guards nodes while the tape is open
	nodes  []node     // parameters first; inputs stand before outputs
	leaves int
}

// node is one recorded operation, or a parameter if op is nil.
type node struct {
	op      *Op
	attrs   Attrs
	in, out []*Tensor // primals
	parents []*link   // for each input where it stands on this tape, or nil
}

// link says where a tensor stands on a tape.
type link struct {
	tape   *tape
	node   int // -1 if the tensor was made of tensors of a closed tape
	out    int // which output of the node
	primal *Tensor
}

// tapeLevel counts tapes, so that the innermost can be told.
var tapeLevel atomic.Uint64

// newTape returns an open tape, and the parameters as they stand on it.
func newTape(params []*Tensor) (*tape, []*Tensor) {
	tp := &tape{level: tapeLevel.Add(1), leaves: len(params)}
	on := make([]*Tensor, len(params))
	for i, p := range params {
		tp.nodes = append(tp.nodes, node{out: []*Tensor{p}})
		on[i] = tp.put(p, i, 0)
	}
	return tp, on
}

// put returns primal as it stands on the tape.
func (tp *tape) put(primal *Tensor, node, out int) *Tensor {
	t := primal.plain()
	t.link = &link{tape: tp, node: node, out: out, primal: primal}
	return t
}

// tapes returns the innermost open tape that an input stands on, and a closed
// one if an input is left from it.
func tapes(in []*Tensor) (top, stale *tape) {
	for _, t := range in {
		if t == nil || t.link == nil {
			continue
		}
		tp := t.link.tape
		switch {
		case tp.closed.Load():
			stale = tp
		case top == nil || tp.level > top.level:
			top = tp
		}
	}
	return top, stale
}

// record runs op on the primals of its inputs and notes it.
func (tp *tape) record(op *Op, attrs Attrs, in []*Tensor, want []Spec) []*Tensor {
	primals := make([]*Tensor, len(in))
	parents := make([]*link, len(in))
	differentiable := false
	for i, t := range in {
		primals[i] = t
		if t != nil && t.link != nil && t.link.tape == tp {
			primals[i] = t.link.primal
			parents[i] = t.link
			differentiable = differentiable || t.dtype.IsFloat()
		}
	}
	out := run(op, attrs, primals, want)
	if !differentiable {
		return out
	}
	tp.mu.Lock()
	defer tp.mu.Unlock()
	if tp.closed.Load() {
		fail(op.title(), &GradError{Why: "the call of Grad ended while a goroutine that it started was still computing", Help: "wait for goroutines before the function returns"})
	}
	id := len(tp.nodes)
	tp.nodes = append(tp.nodes, node{op: op, attrs: attrs, in: primals, out: out, parents: parents})
	put := make([]*Tensor, len(out))
	for i, t := range out {
		put[i] = t
		if t.dtype.IsFloat() {
			put[i] = tp.put(t, id, i)
		}
	}
	return put
}

// close ends recording. Tensors of the tape remain as data.
func (tp *tape) close() {
	tp.mu.Lock()
	defer tp.mu.Unlock()
	tp.closed.Store(true)
}

// drop forgets what was recorded, so that tensors that are kept from the call
// do not keep everything that it computed.
func (tp *tape) drop() { tp.nodes = nil }

// backward returns the cotangents of the parameters. The outputs and their
// cotangents correspond; outputs that do not stand on the tape are skipped.
// If once is set, nodes are forgotten as soon as they are behind.
func (tp *tape) backward(fn string, outputs, cotangents []*Tensor, once bool) []*Tensor {
	pending := make(map[int][]*Tensor)
	last := -1
	for i, t := range outputs {
		if t.link == nil || t.link.tape != tp || t.link.node < 0 || cotangents[i] == nil {
			continue
		}
		tp.accumulate(pending, t.link, cotangents[i])
		last = max(last, t.link.node)
	}
	for id := last; id >= tp.leaves; id-- {
		g, ok := pending[id]
		if !ok {
			continue
		}
		delete(pending, id)
		n := tp.nodes[id]
		for i, in := range n.cotangents(fn, g) {
			if in != nil && n.parents[i] != nil {
				tp.accumulate(pending, n.parents[i], in)
			}
		}
		if once {
			tp.nodes[id] = node{}
		}
	}
	grads := make([]*Tensor, tp.leaves)
	for i := range grads {
		if g := pending[i]; g != nil {
			grads[i] = g[0]
		} else {
			grads[i] = ZerosLike(tp.nodes[i].out[0])
		}
	}
	return grads
}

func (tp *tape) accumulate(pending map[int][]*Tensor, at *link, g *Tensor) {
	sums := pending[at.node]
	if sums == nil {
		sums = make([]*Tensor, len(tp.nodes[at.node].out))
		pending[at.node] = sums
	}
	if sums[at.out] == nil {
		sums[at.out] = g
	} else {
		sums[at.out] = Add(sums[at.out], g)
	}
}

// cotangents calls the operation's VJP and checks what it gives.
func (n *node) cotangents(fn string, g []*Tensor) []*Tensor {
	if n.op.VJP == nil {
		fail(fn, &GradError{Why: n.op.title() + " has no gradient", Help: "x.Detach() makes its input a constant; an Op gets a gradient by VJP or Compose"})
	}
	for i, t := range n.out {
		if g[i] == nil && t.dtype.IsFloat() {
			g[i] = ZerosLike(t)
		}
	}
	c := &Ctx{op: n.op, needs: make([]bool, len(n.in))}
	for i, p := range n.parents {
		c.needs[i] = p != nil && n.in[i].dtype.IsFloat()
	}
	got, err := n.op.VJP(c, n.attrs, n.in, n.out, g)
	if err != nil {
		fail(n.op.title()+" (gradient)", err)
	}
	if len(got) != len(n.in) {
		fail(n.op.title(), &GradError{Why: fmt.Sprintf("VJP gave %d cotangents for %d inputs", len(got), len(n.in))})
	}
	for i, t := range got {
		if t == nil || n.in[i] == nil {
			continue
		}
		if t.dtype != n.in[i].dtype || !t.shape.Equal(n.in[i].shape) {
			fail(n.op.title(), &GradError{Why: fmt.Sprintf("VJP gave %v %v as cotangent of %s, which is %v %v", t.dtype, t.shape, n.op.arg(i), n.in[i].dtype, n.in[i].shape)})
		}
	}
	return got
}
