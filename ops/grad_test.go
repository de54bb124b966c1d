package ops_test

import (
	"math"
	"strings"
	"sync"
	"testing"

	"cahier/ops"
	"cahier/ops/opstest"
)

func wantErr(t *testing.T, want string, f func()) {
	t.Helper()
	err := ops.Try(f)
	if err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

func wantValues(t *testing.T, what string, got *ops.Tensor, want ...float64) {
	t.Helper()
	v := got.Float64s()
	if len(v) != len(want) {
		t.Errorf("%s: got %v, want %v", what, v, want)
		return
	}
	for i := range v {
		if !(math.Abs(v[i]-want[i]) <= 1e-6*math.Max(1, math.Abs(want[i]))) && !(v[i] == want[i] || v[i] != v[i] && want[i] != want[i]) {
			t.Errorf("%s: got %v, want %v", what, v, want)
			return
		}
	}
}

func list(ts ...*ops.Tensor) []*ops.Tensor { return ts }

func cube(p []*ops.Tensor) *ops.Tensor { return p[0].Mul(p[0]).Mul(p[0]).Sum() }

func TestGradOfGradOfGrad(t *testing.T) {
	x := f64(1, 2, -3)
	third := ops.Grad(func(p []*ops.Tensor) *ops.Tensor {
		return ops.Grad(func(q []*ops.Tensor) *ops.Tensor {
			return ops.Grad(cube, q)[0].Sum()
		}, p)[0].Sum()
	}, list(x))
	wantValues(t, "third derivative of x³", third[0], 6, 6, 6)
}

// An inner derivative that is taken at an outer variable must not mix the two
// tapes (Siskind and Pearlmutter's perturbation confusion).
func TestNestedTapesDoNotMix(t *testing.T) {
	x := f64(3)
	g := ops.Grad(func(p []*ops.Tensor) *ops.Tensor {
		inner := ops.Grad(func(q []*ops.Tensor) *ops.Tensor { return p[0].Add(q[0]).Sum() }, list(f64(1)))
		return p[0].Mul(inner[0]).Sum()
	}, list(x))
	wantValues(t, "d/dx x·(d/dy (x+y))", g[0], 1)
}

func TestControlFlow(t *testing.T) {
	f := func(p []*ops.Tensor) *ops.Tensor {
		y := p[0]
		for y.Item() < 100 {
			y = y.Mul(p[0])
		}
		return y
	}
	v, g := ops.ValueAndGrad(f, list(f64(3)))
	if v.Item() != 243 {
		t.Errorf("value %v, want 3⁵", v)
	}
	wantValues(t, "5x⁴", g[0], 405)
}

func TestGradIsPure(t *testing.T) {
	x := opstest.Randn(1, 4)
	a, b := ops.Grad(cube, list(x)), ops.Grad(cube, list(x))
	wantValues(t, "second call", b[0], a[0].Float64s()...)
}

func TestUnusedParameterHasZeroGradient(t *testing.T) {
	g := ops.Grad(func(p []*ops.Tensor) *ops.Tensor { return p[0].Sum() }, list(f64(1, 2), ops.Ones(3)))
	wantValues(t, "unused", g[1], 0, 0, 0)
	if g[1].DType() != ops.Float32 {
		t.Errorf("type %v, want that of the parameter", g[1].DType())
	}
}

func TestParameterAsValue(t *testing.T) {
	v, g := ops.ValueAndGrad(func(p []*ops.Tensor) *ops.Tensor { return p[0] }, list(f64(4)))
	wantValues(t, "value", v, 4)
	wantValues(t, "gradient", g[0], 1)
}

func TestGradErrors(t *testing.T) {
	x := f64(1, 2)
	wantErr(t, "ops.Grad: the function returned shape [2], want one element\nl.Mean() or l.Sum() makes one number; ops.VJP takes any shape",
		func() { ops.Grad(func(p []*ops.Tensor) *ops.Tensor { return p[0] }, list(x)) })
	wantErr(t, "ops.Grad: the function returned nil, want a tensor of one element",
		func() { ops.Grad(func(p []*ops.Tensor) *ops.Tensor { return nil }, list(x)) })
	wantErr(t, "ops.Grad: the result does not depend on the parameters\ncompute it from the function's arguments, and not from tensors of outside or from Detach",
		func() { ops.Grad(func(p []*ops.Tensor) *ops.Tensor { return x.Sum() }, list(x)) })
	wantErr(t, "ops.Grad: the result does not depend on the parameters\ncompute it from the function's arguments, and not from tensors of outside or from Detach",
		func() { ops.Grad(func(p []*ops.Tensor) *ops.Tensor { return p[0].Detach().Sum() }, list(x)) })
	wantErr(t, "ops.Grad: the result is Int64, which has no gradient\ncompute it from the function's arguments, and not from tensors of outside or from Detach",
		func() { ops.Grad(func(p []*ops.Tensor) *ops.Tensor { return p[0].To(ops.Int64).Sum() }, list(x)) })
	wantErr(t, "ops.Grad: params[0] is Int64, want Float32 or Float64\nparams[0].To(ops.Float32) converts",
		func() { ops.Grad(cube, list(i64(1))) })
	wantErr(t, "ops.Grad: params[0] is nil, want a tensor", func() { ops.Grad(cube, list(nil)) })
	wantErr(t, "ops.HVP: vectors is 0: want one for each of 1 parameters", func() { ops.HVP(cube, list(x), nil) })
	wantErr(t, "ops.JVP: tangents is 0: want one for each of 1 parameters",
		func() { ops.JVP(func(p []*ops.Tensor) []*ops.Tensor { return p }, list(x), nil) })
	_, pull := ops.VJP(func(p []*ops.Tensor) []*ops.Tensor { return p }, list(x))
	wantErr(t, "ops.VJP: cotangents is 2: want one for each of 1 results", func() { pull(list(x, x)) })
	wantErr(t, "ops.VJP: cotangents[0] has shape [1], want [2]: must be the shape of the result", func() { pull(list(f64(1))) })
	wantErr(t, "ops.VJP: cotangents[0] is Float32, want Float64: both tensors must have one type, and the result is Float64\ncotangents[0].To(ops.Float64) converts",
		func() { pull(list(ops.Ones(2))) })
	wantErr(t, "ops.VJP: the function returned nil as result 0", func() { ops.VJP(func(p []*ops.Tensor) []*ops.Tensor { return list(nil) }, list(x)) })
}

// A tensor that was kept from a call is data; it must not take part in
// another call, where its gradient would silently be zero.
func TestTensorOfClosedTape(t *testing.T) {
	var kept *ops.Tensor
	ops.Grad(func(p []*ops.Tensor) *ops.Tensor {
		kept = p[0].Mul(2)
		return kept.Sum()
	}, list(f64(1, 2)))
	wantValues(t, "kept", kept, 2, 4)
	after := kept.Add(1).Sum()
	wantValues(t, "computed from what was kept", after, 8)
	meets := "ops.Mul: an input was made inside a call of Grad that has ended, and another inside one that still runs\nx.Detach() makes a constant of a tensor that was kept from an earlier call"
	for _, stale := range list(kept, kept.Add(1), kept.Slice(0, 0, 1)) {
		wantErr(t, meets, func() {
			ops.Grad(func(p []*ops.Tensor) *ops.Tensor { return p[0].Mul(stale).Sum() }, list(f64(3)))
		})
	}
	wantErr(t, "ops.Grad: the result does not depend on the parameters\ncompute it from the function's arguments, and not from tensors of outside or from Detach",
		func() { ops.Grad(func(p []*ops.Tensor) *ops.Tensor { return after }, list(f64(3))) })
	wantErr(t, "ops.Grad: params[0] was made inside a call of Grad that has ended\nx.Detach() makes plain data of it",
		func() { ops.Grad(cube, list(kept)) })
	g := ops.Grad(func(p []*ops.Tensor) *ops.Tensor { return p[0].Mul(kept.Detach()).Sum() }, list(f64(3)))
	wantValues(t, "detached", g[0], 6)

	// What is kept of an inner call, within the outer one.
	wantErr(t, meets, func() {
		ops.Grad(func(p []*ops.Tensor) *ops.Tensor {
			var inner *ops.Tensor
			ops.Grad(func(q []*ops.Tensor) *ops.Tensor { inner = q[0].Mul(p[0]); return inner }, list(f64(2)))
			return p[0].Mul(inner).Sum()
		}, list(f64(3)))
	})
}

func TestPanicInFunctionClosesTape(t *testing.T) {
	var kept *ops.Tensor
	func() {
		defer func() { _ = recover() }()
		ops.Grad(func(p []*ops.Tensor) *ops.Tensor { kept = p[0].Mul(1); panic("user") }, list(f64(1)))
	}()
	wantErr(t, "ops.Grad: params[0] was made inside a call of Grad that has ended\nx.Detach() makes plain data of it", func() { ops.Grad(cube, list(kept)) })
}

func TestVJP(t *testing.T) {
	x, y := f64(1, 2), f64(3, 4)
	out, pull := ops.VJP(func(p []*ops.Tensor) []*ops.Tensor { return list(p[0].Mul(p[1]), p[0].Sum(), p[0].Greater(1)) }, list(x, y))
	wantValues(t, "product", out[0], 3, 8)
	if out[2].DType() != ops.Bool {
		t.Errorf("third result is %v", out[2].DType())
	}
	for range 2 {
		g := pull(list(f64(10, 20), f64(1).Reshape(), nil))
		wantValues(t, "by x", g[0], 31, 81)
		wantValues(t, "by y", g[1], 10, 40)
	}
	g := pull(list(nil, nil, nil))
	wantValues(t, "no cotangent", g[0], 0, 0)
}

func TestJVP(t *testing.T) {
	f := func(p []*ops.Tensor) []*ops.Tensor { return list(p[0].Sin().Mul(p[1]), p[0].Sum()) }
	x, y := opstest.Randn(1, 3), opstest.Randn(2, 3)
	u, v := opstest.Randn(3, 3), opstest.Randn(4, 3)
	out, d := ops.JVP(f, list(x, y), list(u, v))
	wantValues(t, "value", out[0], x.Sin().Mul(y).Float64s()...)
	wantValues(t, "derivative", d[0], x.Cos().Mul(u).Mul(y).Add(x.Sin().Mul(v)).Float64s()...)
	wantValues(t, "sum", d[1], u.Sum().Item())
}

func TestValueAndGradOf(t *testing.T) {
	w, b := f64(2), f64(1)
	model := func() *ops.Tensor { return w.Mul(w).Add(b).Sum() }
	v, g := ops.ValueAndGradOf(model, list(w, b))
	wantValues(t, "value", v, 5)
	wantValues(t, "by w", g[0], 4)
	wantValues(t, "by b", g[1], 1)
	wantErr(t, "ops.ValueAndGradOf: params[0] and params[1] are the same tensor\nuse ops.ValueAndGrad, which takes the parameters as arguments, for nested and concurrent gradients",
		func() { ops.ValueAndGradOf(model, list(w, w)) })
	wantErr(t, "ops.ValueAndGradOf: params[0] is being watched by another call\nuse ops.ValueAndGrad, which takes the parameters as arguments, for nested and concurrent gradients", func() {
		ops.ValueAndGradOf(func() *ops.Tensor { _, g := ops.ValueAndGradOf(model, list(w)); return g[0] }, list(w))
	})
	wantErr(t, "ops.Tensor.Assign: a gradient of this tensor is being computed\nassign after Grad has returned", func() {
		ops.ValueAndGradOf(func() *ops.Tensor { w.Assign(b); return model() }, list(w))
	})
	// The errors have left nothing behind.
	if _, g = ops.ValueAndGradOf(model, list(w)); g[0].Item() != 4 {
		t.Errorf("after errors: %v", g)
	}
	w.Assign(f64(5))
	if _, g = ops.ValueAndGradOf(model, list(w)); g[0].Item() != 10 {
		t.Errorf("after Assign: %v", g)
	}
}

func TestGradInGoroutines(t *testing.T) {
	x := opstest.Randn(1, 50)
	want := ops.Grad(cube, list(x))[0].Float64s()
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 20 {
				wantValues(t, "concurrent", ops.Grad(cube, list(x))[0], want...)
			}
		})
	}
	wg.Wait()
	// Goroutines that record on one tape.
	g := ops.Grad(func(p []*ops.Tensor) *ops.Tensor {
		parts := make([]*ops.Tensor, 8)
		var wg sync.WaitGroup
		for i := range parts {
			wg.Go(func() { parts[i] = p[0].Mul(float64(i)).Sum() })
		}
		wg.Wait()
		return ops.Stack(parts, 0).Sum()
	}, list(x))
	wantValues(t, "one tape", g[0].Slice(0, 0, 1), 28)
}

func TestCustomVJP(t *testing.T) {
	through := func(x *ops.Tensor) *ops.Tensor {
		return ops.CustomVJP(func(xs []*ops.Tensor) *ops.Tensor { return xs[0].Round() },
			func(_ []*ops.Tensor, _, g *ops.Tensor) []*ops.Tensor { return list(g) }, x)
	}
	v, g := ops.ValueAndGrad(func(p []*ops.Tensor) *ops.Tensor { return through(p[0].Mul(2)).Mul(3).Sum() }, list(f64(0.7, 1.2)))
	wantValues(t, "value", v, 9)
	wantValues(t, "straight through", g[0], 6, 6)
	wantErr(t, "ops.CustomVJP: VJP gave 2 cotangents for 1 inputs", func() {
		ops.Grad(func(p []*ops.Tensor) *ops.Tensor {
			return ops.CustomVJP(func(xs []*ops.Tensor) *ops.Tensor { return xs[0] }, func(_ []*ops.Tensor, _, g *ops.Tensor) []*ops.Tensor { return list(g, g) }, p[0])
		}, list(f64(1)))
	})
	wantErr(t, "ops.CustomVJP: VJP gave Float64 [2] as cotangent of input 0, which is Float64 [1]", func() {
		ops.Grad(func(p []*ops.Tensor) *ops.Tensor {
			return ops.CustomVJP(func(xs []*ops.Tensor) *ops.Tensor { return xs[0] }, func(_ []*ops.Tensor, _, _ *ops.Tensor) []*ops.Tensor { return list(f64(1, 2)) }, p[0])
		}, list(f64(1)))
	})
	wantErr(t, "ops.CustomVJP: the function uses a tensor whose gradient is being computed, and that is not among its arguments\npass it as an argument, or Detach it", func() {
		ops.Grad(func(p []*ops.Tensor) *ops.Tensor {
			return ops.CustomVJP(func([]*ops.Tensor) *ops.Tensor { return p[0].Mul(2) }, nil, f64(1))
		}, list(f64(1)))
	})
}

func TestCheckpoint(t *testing.T) {
	calls := 0
	block := func(xs []*ops.Tensor) []*ops.Tensor {
		calls++
		return list(xs[0].Mul(xs[2]).Tanh(), xs[0].IndexSelect(0, xs[1]))
	}
	index := i64(1, 1, 0)
	x, w := opstest.Randn(1, 3), opstest.Randn(2, 3)
	loss := func(f func(xs ...*ops.Tensor) []*ops.Tensor) func(p []*ops.Tensor) *ops.Tensor {
		return func(p []*ops.Tensor) *ops.Tensor {
			out := f(p[0], index, p[1])
			return out[0].Mul(out[1]).Sum()
		}
	}
	plain := loss(func(xs ...*ops.Tensor) []*ops.Tensor { return block(xs) })
	saved := loss(func(xs ...*ops.Tensor) []*ops.Tensor { return ops.Checkpoint(block, xs...) })
	want := ops.Grad(plain, list(x, w))
	calls = 0
	got := ops.Grad(saved, list(x, w))
	if calls != 2 {
		t.Errorf("the block ran %d times, want once forward and once for the gradient", calls)
	}
	v := list(opstest.Randn(3, 3), opstest.Randn(4, 3))
	h, hv := ops.HVP(plain, list(x, w), v), ops.HVP(saved, list(x, w), v)
	for i := range want {
		wantValues(t, "gradient", got[i], want[i].Float64s()...)
		wantValues(t, "second order", hv[i], h[i].Float64s()...)
	}
}

func TestOpWithoutGradient(t *testing.T) {
	op := ops.Op{Name: "test.opaque", Doc: "x", Infer: func(_ ops.Attrs, in []ops.Spec) ([]ops.Spec, error) { return in, nil },
		Forward: func(_ *ops.Ctx, _ ops.Attrs, in []*ops.Tensor) ([]*ops.Tensor, error) { return in, nil }}
	// It may be used for anything that the result does not depend on.
	g := ops.Grad(func(p []*ops.Tensor) *ops.Tensor { op.Call(nil, p[0]); return p[0].Sum() }, list(f64(1)))
	wantValues(t, "beside", g[0], 1)
	wantErr(t, "ops.Grad: test.opaque has no gradient\nx.Detach() makes its input a constant; an Op gets a gradient by VJP or Compose",
		func() {
			ops.Grad(func(p []*ops.Tensor) *ops.Tensor { return op.Call(nil, p[0])[0].Sum() }, list(f64(1)))
		})
}

// The result of an operation that returns its input is another tensor: what
// is assigned to one must not be seen in the other.
func TestResultIsNotTheInput(t *testing.T) {
	x := f64(1, 2)
	y := x.Reshape(2)
	y.Assign(f64(3, 4))
	wantValues(t, "x", x, 1, 2)
}

func TestTryPassesOtherPanics(t *testing.T) {
	defer func() {
		if r := recover(); r != "mine" {
			t.Errorf("recovered %v, want the panic that is not of this package", r)
		}
	}()
	if err := ops.Try(func() {}); err != nil {
		t.Errorf("no panic gave %v", err)
	}
	_ = ops.Try(func() { panic("mine") })
}

func TestErrorKinds(t *testing.T) {
	for _, c := range []struct {
		f        func()
		op, hint string
	}{
		{func() { ops.MatMul(ops.Zeros(2, 3), ops.Zeros(5, 3)) }, "ops.MatMul", "did you mean a.MatMul(b.T())?"},
		{func() { ops.Add(ops.Zeros(2), f64(1, 2)) }, "ops.Add", "b.To(ops.Float32) converts"},
		{func() { ops.Zeros(2).Sum(4) }, "ops.Sum", ""},
		{func() { ops.Grad(cube, list(i64(1))) }, "ops.Grad", "params[0].To(ops.Float32) converts"},
	} {
		err, ok := ops.Try(c.f).(ops.Error)
		if !ok || err.Op() != c.op || err.Hint() != c.hint {
			t.Errorf("got %v, want an error of %s with hint %q", err, c.op, c.hint)
		}
		if strings.Contains(strings.TrimSuffix(err.Error(), "\n"+c.hint), "\n") {
			t.Errorf("%q is more than a line and a hint", err)
		}
	}
}
