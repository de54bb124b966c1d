package interp

import (
	"strings"
	"testing"

	"cahier/interp/rt"
)

// TestOperationErrors compares the whole of what a notebook shows when an
// operation is misused: name, first line, and traceback.
func TestOperationErrors(t *testing.T) {
	if rt.RaceEnabled {
		t.Skip("under the race detector no positions are noted")
	}
	s := newTester(t)
	s.must("a, b := ops.Zeros(2, 3), ops.Zeros(2, 3)")
	s.must(square)
	for _, c := range []struct{ code, name, value, traceback string }{
		{"y := 1\n_ = y\nops.MatMul(a, b)", "ShapeError", "ops.MatMul: b has shape [2 3], want [3 3]: axis -2 must equal the last axis of a, whose shape is [2 3]", `
cell 3, line 3
    3 | ops.MatMul(a, b)
      | ^
axis  0  1
a     2  3
b     2  3
want  3  3
      ^
rule: axis -2 must equal the last axis of a, whose shape is [2 3]
hint: did you mean a.MatMul(b.T())?
more: %doc ops.MatMul`},
		{"z := ops.MatMul(ops.From(2.0), b)", "ShapeError", "ops.MatMul: a has shape [], want [m k]: want at least two axes", `
cell 4, line 1
    1 | z := ops.MatMul(ops.From(2.0), b)
      |      ^
axis  -2  -1
a     is a scalar
want   m   k
rule: want at least two axes
hint: Unsqueeze(0) makes a row, Unsqueeze(-1) a column
more: %doc ops.MatMul`},
		{"func f(x *ops.Tensor) *ops.Tensor {\n\treturn x.Add(ops.Zeros(5))\n}\nf(a)", "ShapeError", "ops.Add: b has shape [5], want [3]: axis -1 is 5 and a has 3 there: sizes must be equal, or one of them 1, counted from the last axis", `
cell 5, line 2, in f
    2 | 	return x.Add(ops.Zeros(5))
      | 	       ^
cell 5, line 4
    4 | f(a)
      | ^
axis  -2  -1
a      2   3
b          5
want       3
           ^
rule: axis -1 is 5 and a has 3 there: sizes must be equal, or one of them 1, counted from the last axis
hint: Unsqueeze adds an axis of size 1, Transpose moves axes
more: %doc ops.Add`},
		{"a.Add(ops.ArangeInt(3))", "DTypeError", "ops.Add: b is Int64, want Float32: both tensors must have one type, and a is Float32", `
cell 6, line 1
    1 | a.Add(ops.ArangeInt(3))
      | ^
hint: b.To(ops.Float32) converts
more: %doc ops.Add`},
		{"a.Sum(5)", "ArgError", "ops.Sum: axes is 5: must be from -2 to 1", `
cell 7, line 1
    1 | a.Sum(5)
      | ^
more: %doc ops.Sum`},
		{"a.Item()", "ShapeError", "ops.Tensor.Item: the tensor has shape [2 3]: Item wants exactly one element", `
cell 8, line 1
    1 | a.Item()
      | ^
axis        0  1
the tensor  2  3
rule: Item wants exactly one element
hint: At(i, j, ...) reads one element of many; Float64s() reads all`},
		{"ops.Grad(func(p []*ops.Tensor) *ops.Tensor { return p[0] }, []*ops.Tensor{a})", "GradError", "ops.Grad: the function returned shape [2 3], want one element", `
cell 9, line 1
    1 | ops.Grad(func(p []*ops.Tensor) *ops.Tensor { return p[0] }, []*ops.Tensor{a})
      |                                                     ^
hint: l.Mean() or l.Sum() makes one number; ops.VJP takes any shape
more: %doc ops.Grad`},
		{"loss := func(p []*ops.Tensor) *ops.Tensor {\n\treturn p[0]\n}\nops.Grad(loss, []*ops.Tensor{a})", "GradError", "ops.Grad: the function returned shape [2 3], want one element", `
cell 10, line 4
    4 | ops.Grad(loss, []*ops.Tensor{a})
      | ^
hint: l.Mean() or l.Sum() makes one number; ops.VJP takes any shape
more: %doc ops.Grad`},
		{"func train() {\n\t_ = ops.Grad(func(p []*ops.Tensor) *ops.Tensor {\n\t\treturn p[0]\n\t}, []*ops.Tensor{a})\n}\ntrain()", "GradError", "ops.Grad: the function returned shape [2 3], want one element", `
cell 11, line 2, in train
    2 | 	_ = ops.Grad(func(p []*ops.Tensor) *ops.Tensor {
      | 	    ^
cell 11, line 6
    6 | train()
      | ^
hint: l.Mean() or l.Sum() makes one number; ops.VJP takes any shape
more: %doc ops.Grad`},
		{"ops.Grad(func(p []*ops.Tensor) *ops.Tensor {\n\tx := p[0].Mul(2)\n\treturn ops.MatMul(x, x).Sum()\n}, []*ops.Tensor{a})", "ShapeError", "ops.MatMul: b has shape [2 3], want [3 3]: axis -2 must equal the last axis of a, whose shape is [2 3]", `
cell 12, line 3
    3 | 	return ops.MatMul(x, x).Sum()
      | 	       ^
axis  0  1
a     2  3
b     2  3
want  3  3
      ^
rule: axis -2 must equal the last axis of a, whose shape is [2 3]
hint: did you mean a.MatMul(b.T())?
more: %doc ops.MatMul`},
		{"ops.Call(\"me.square\", nil, a)", "ShapeError", "me.square: x has shape [2 3], want [n]: want a vector", `
cell 13, line 1
    1 | ops.Call("me.square", nil, a)
      | ^
axis  -2  -1
x      2   3
want       n
rule: want a vector
hint: Flatten makes one
more: %ops me.square`},
	} {
		r := s.exec(c.code)
		if r.Err == nil {
			t.Errorf("%s: no error", c.code)
			continue
		}
		want := c.name + ": " + c.value + c.traceback
		if got := strings.Join(r.Err.Traceback, "\n"); r.Err.Name != c.name || r.Err.Value != c.value || got != want {
			t.Errorf("%s\ngives %s | %s\n%s\nwant\n%s", c.code, r.Err.Name, r.Err.Value, got, want)
		}
	}
}
