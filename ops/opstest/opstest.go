// Package opstest checks that an operation does what package ops asks of it.
// Our own operations and those of plugins pass the same checks:
//
//	func TestSquare(t *testing.T) {
//		op, _ := ops.Lookup("owner.square")
//		opstest.Check(t, op, []opstest.Case{{
//			Name: "vector", Inputs: []*ops.Tensor{opstest.Randn(1, 5)}, Smooth: true,
//			Want: func(in []*ops.Tensor) []*ops.Tensor { … },
//		}})
//	}
//
// The first argument of Check decides what happens on failure; the package
// keeps no state and reads no files.
package opstest

import (
	"fmt"
	"math"
	"runtime"
	"testing"

	"cahier/ops"
)

// Case is one call of an operation that is known to be right.
type Case struct {
	Name  string
	Attrs ops.Attrs
	// Inputs are the tensors, Float64 where they are floating-point: the
	// derivatives are compared with differences, which Float32 is too coarse
	// for. Check runs them as Float32 too. Keep them small, and away from
	// kinks and ties unless NoGrad is set.
	Inputs []*ops.Tensor
	// Want computes the outputs in a way that is plain to see, in float64;
	// nil if only the properties are checked.
	Want func(in []*ops.Tensor) []*ops.Tensor
	// NoGrad leaves out derivatives: the operation has none here.
	NoGrad bool
	// Smooth adds second derivatives.
	Smooth bool
	// Only64 leaves out the run in Float32, where it would mean little.
	Only64 bool
	// NoBroadcast leaves out inputs that are repeated along an axis, where the
	// operation rightly refuses those: such matrices are singular.
	NoBroadcast bool
	// Tolerance is the relative error allowed against Want in Float64; 0
	// means 1e-10.
	Tolerance float64
}

// Check runs every case as a subtest: the outputs against Want and against
// Compose; as Float32; on inputs that are transposed, cut out of larger ones,
// reversed, or broadcast; that axes of size 0 are taken or refused; that no input is changed; that one worker and
// several give the same bits, of outputs and of gradients; and first
// derivatives, and second ones if the case is smooth, against central
// differences along random directions. Loops on small tensors are divided
// among workers only if the test is built with the tag finegrain.
func Check(t *testing.T, op ops.Op, cases []Case) {
	t.Helper()
	if len(cases) == 0 {
		t.Errorf("%s: no cases", op.Name)
	}
	for i, c := range cases {
		name := c.Name
		if name == "" {
			name = fmt.Sprint(i)
		}
		t.Run(name, func(t *testing.T) {
			k := &checker{TB: t, op: op, c: c}
			err := ops.Try(func() {
				k.outputs()
				k.layouts()
				k.workers()
				k.empties()
				if !c.Only64 {
					k.float32s()
				}
				if !c.NoGrad {
					k.gradients()
				}
			})
			if err != nil {
				t.Errorf("the operation refuses a case: %v", err)
			}
		})
	}
}

// Refusal is one call of an operation that must be refused.
type Refusal struct {
	Name   string
	Attrs  ops.Attrs
	Inputs []*ops.Tensor
	Want   string // the whole text of the error
}

// CheckRefusals runs every refusal as a subtest and compares the errors.
func CheckRefusals(t *testing.T, op ops.Op, refusals []Refusal) {
	t.Helper()
	for _, r := range refusals {
		t.Run(r.Name, func(t *testing.T) {
			err := ops.Try(func() { op.Call(r.Attrs, r.Inputs...) })
			switch {
			case err == nil:
				t.Errorf("%s: not refused, want %q", op.Name, r.Want)
			case err.Error() != r.Want:
				t.Errorf("%s: got  %q\nwant %q", op.Name, err.Error(), r.Want)
			}
		})
	}
}

type checker struct {
	testing.TB
	op ops.Op
	c  Case
}

// call runs the operation and fails the test if an input's memory changed.
func (k *checker) call(in []*ops.Tensor) []*ops.Tensor {
	k.Helper()
	defer k.unmodified(in)()
	return k.op.Call(k.c.Attrs, in...)
}

// unmodified copies the inputs; what it returns compares.
func (k *checker) unmodified(in []*ops.Tensor) (compare func()) {
	before := make([]*ops.Tensor, len(in))
	for i, x := range in {
		if x != nil {
			before[i] = x.Clone()
		}
	}
	return func() {
		k.Helper()
		for i, x := range in {
			if x != nil && !sameBits(before[i], x) {
				k.Errorf("input %d was modified", i)
			}
		}
	}
}

func (k *checker) tolerance() float64 {
	if k.c.Tolerance > 0 {
		return k.c.Tolerance
	}
	return 1e-10
}

func (k *checker) outputs() {
	k.Helper()
	got := k.call(k.c.Inputs)
	if k.c.Want != nil {
		k.near("reference", got, k.c.Want(k.c.Inputs), k.tolerance())
	}
	if k.op.Forward != nil && k.op.Compose != nil {
		composed := k.op
		composed.Forward = nil
		k.near("Compose", got, composed.Call(k.c.Attrs, k.c.Inputs...), 1e-9)
	}
}

// layouts compares inputs of other strides with contiguous ones.
func (k *checker) layouts() {
	k.Helper()
	want := k.call(k.c.Inputs)
	for name, arrange := range arrangements {
		in, changed := arranged(k.c.Inputs, arrange)
		if changed {
			k.near(name, k.call(in), want, 1e-12)
		}
	}
	// A broadcast input has other values, so it is compared with its copy.
	in, changed := arranged(k.c.Inputs, broadcasted)
	if changed && !k.c.NoBroadcast {
		err := ops.Try(func() {
			dense, _ := arranged(in, func(x *ops.Tensor) *ops.Tensor { return x.Clone() })
			k.near("broadcast", k.call(in), k.call(dense), 1e-12)
		})
		if err != nil {
			k.Errorf("broadcast input: %v", err)
		}
	}
}

// workers compares one processor with several, bit for bit.
func (k *checker) workers() {
	k.Helper()
	k.oneAndMany("output", func() []*ops.Tensor { return k.op.Call(k.c.Attrs, k.c.Inputs...) })
}

// oneAndMany runs f on one processor and on several.
func (k *checker) oneAndMany(what string, f func() []*ops.Tensor) {
	k.Helper()
	old := runtime.GOMAXPROCS(1)
	defer runtime.GOMAXPROCS(old)
	one := f()
	runtime.GOMAXPROCS(5)
	many := f()
	for i := range one {
		if !sameBits(one[i], many[i]) {
			k.Errorf("%s %d depends on the number of workers", what, i)
		}
	}
}

// float32s runs the case in Float32 and compares with Float64.
func (k *checker) float32s() {
	k.Helper()
	in, changed := arranged(k.c.Inputs, func(x *ops.Tensor) *ops.Tensor {
		if x.DType() == ops.Float64 {
			return x.To(ops.Float32)
		}
		return x
	})
	if !changed {
		return
	}
	// The reference sees the inputs as Float32 rounded them.
	exact, _ := arranged(in, func(x *ops.Tensor) *ops.Tensor {
		if x.DType() == ops.Float32 {
			return x.To(ops.Float64)
		}
		return x
	})
	got, want := k.call(in), k.call(exact)
	for i := range got {
		if want[i].DType() == ops.Float64 && got[i].DType() != ops.Float32 {
			k.Errorf("Float32: output %d is %v", i, got[i].DType())
			return
		}
	}
	k.near("Float32", got, want, 2e-5)
}

// near compares outputs: floating-point ones by the error relative to the
// largest element, others exactly.
func (k *checker) near(what string, got, want []*ops.Tensor, tolerance float64) {
	k.Helper()
	if len(got) != len(want) {
		k.Errorf("%s: %d outputs, want %d", what, len(got), len(want))
		return
	}
	for i := range got {
		if !got[i].Shape().Equal(want[i].Shape()) {
			k.Errorf("%s: output %d has shape %v, want %v", what, i, got[i].Shape(), want[i].Shape())
			continue
		}
		if !got[i].DType().IsFloat() {
			tolerance = 0
		}
		a, b := got[i].Float64s(), want[i].Float64s()
		limit := tolerance * math.Max(1, largest(b))
		for j := range a {
			if !(math.Abs(a[j]-b[j]) <= limit) && !alike(a[j], b[j]) {
				k.Errorf("%s: output %d element %d is %v, want %v (allowed difference %.3g)", what, i, j, a[j], b[j], limit)
				break
			}
		}
	}
}

// alike reports whether both are NaN, or the same infinity.
func alike(a, b float64) bool { return a == b || a != a && b != b }

func largest(v []float64) float64 {
	m := 0.0
	for _, x := range v {
		if !math.IsInf(x, 0) && !math.IsNaN(x) {
			m = math.Max(m, math.Abs(x))
		}
	}
	return m
}

func sameBits(a, b *ops.Tensor) bool {
	if a.DType() != b.DType() || !a.Shape().Equal(b.Shape()) {
		return false
	}
	x, y := a.Float64s(), b.Float64s()
	for i := range x {
		if math.Float64bits(x[i]) != math.Float64bits(y[i]) {
			return false
		}
	}
	return true
}
