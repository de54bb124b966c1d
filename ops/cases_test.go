package ops_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"cahier/ops"
	"cahier/ops/opstest"
)

// cases is the one list of calls that serves correctness, gradients and the
// table of what is supported: for each registered operation, by name. The
// files cases_*_test.go fill it.
var cases = map[string][]opstest.Case{}

// refusals lists, for each operation, calls that must be refused, and the
// whole text of the error.
var refusals = map[string][]opstest.Refusal{}

// builtins are the operations of this package, without those that examples
// and tests have registered.
func builtins() []ops.Op {
	return slices.DeleteFunc(ops.All(), func(op ops.Op) bool { return strings.Contains(op.Name, ".") })
}

func TestOps(t *testing.T) {
	for _, op := range builtins() {
		t.Run(op.Name, func(t *testing.T) {
			if len(cases[op.Name]) == 0 {
				t.Fatalf("%s has no cases", op.Name)
			}
			// Also of operations with kinks, which the inputs stay away from.
			all := slices.Clone(cases[op.Name])
			for i, c := range all {
				_, sharp := notSmooth[op.Name+"/"+c.Name]
				all[i].Smooth = !sharp
			}
			opstest.Check(t, op, all)
		})
	}
	for name := range cases {
		if _, ok := ops.Lookup(name); !ok {
			t.Errorf("there are cases for %s, which is not registered", name)
		}
	}
}

func TestRefusals(t *testing.T) {
	for _, op := range builtins() {
		t.Run(op.Name, func(t *testing.T) {
			if len(refusals[op.Name]) == 0 {
				t.Fatalf("%s has no refusals", op.Name)
			}
			opstest.CheckRefusals(t, op, refusals[op.Name])
		})
	}
}

// grid is a tensor of float64 with the index arithmetic of the references:
// deliberately plain.
type grid struct {
	shape []int
	v     []float64
}

func newGrid(shape ...int) *grid {
	return &grid{slices.Clone(shape), make([]float64, ops.Shape(shape).Len())}
}

func gridOf(t *ops.Tensor) *grid { return &grid{t.Shape(), t.Float64s()} }

func (g *grid) at(index ...int) *float64 {
	p := 0
	for a, i := range index {
		p = p*g.shape[a] + i
	}
	return &g.v[p]
}

func (g *grid) tensor() *ops.Tensor { return ops.Wrap64(g.v).Reshape(g.shape...) }

func (g *grid) list() []*ops.Tensor { return []*ops.Tensor{g.tensor()} }

// each calls f with every index of shape, in row-major order.
func each(shape []int, f func(index []int)) {
	index := make([]int, len(shape))
	if ops.Shape(shape).Len() == 0 {
		return
	}
	for {
		f(index)
		a := len(shape) - 1
		for ; a >= 0; a-- {
			index[a]++
			if index[a] < shape[a] {
				break
			}
			index[a] = 0
		}
		if a < 0 {
			return
		}
	}
}

// same1 is the reference of an elementwise operation.
func same1(f func(x float64) float64) func([]*ops.Tensor) []*ops.Tensor {
	return func(in []*ops.Tensor) []*ops.Tensor {
		g := gridOf(in[0])
		for i, x := range g.v {
			g.v[i] = f(x)
		}
		return []*ops.Tensor{g.tensor().To(in[0].DType())}
	}
}

// same2 is the reference of an elementwise operation with broadcasting.
func same2(result func(ops.DType) ops.DType, f func(a, b float64) float64) func([]*ops.Tensor) []*ops.Tensor {
	return func(in []*ops.Tensor) []*ops.Tensor {
		a, b := gridOf(in[0]), gridOf(in[1])
		shape := broadcastShape(a.shape, b.shape)
		out := newGrid(shape...)
		each(shape, func(i []int) { *out.at(i...) = f(*a.at(project(i, a.shape)...), *b.at(project(i, b.shape)...)) })
		return []*ops.Tensor{out.tensor().To(result(in[0].DType()))}
	}
}

func sameType(d ops.DType) ops.DType { return d }
func boolType(ops.DType) ops.DType   { return ops.Bool }

// broadcastShape is the common shape of shapes that broadcast.
func broadcastShape(a, b []int) []int {
	n := max(len(a), len(b))
	s := make([]int, n)
	for i := range s {
		s[i] = 1
		for _, x := range [][]int{a, b} {
			if j := i - n + len(x); j >= 0 && x[j] != 1 {
				s[i] = x[j]
			}
		}
	}
	return s
}

// project returns the index that a broadcast tensor of the given shape has.
func project(index, shape []int) []int {
	p := slices.Clone(index[len(index)-len(shape):])
	for a := range p {
		if shape[a] == 1 {
			p[a] = 0
		}
	}
	return p
}

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// f64 is a Float64 tensor of the values given.
func f64(v ...float64) *ops.Tensor { return ops.Wrap64(v) }

func i64(v ...int64) *ops.Tensor { return ops.WrapInt64(v) }

func bools(v ...bool) *ops.Tensor { return ops.WrapBool(v) }

var inf, nan = math.Inf(1), math.NaN()
