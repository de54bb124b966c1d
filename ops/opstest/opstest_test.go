package opstest

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"cahier/ops"
)

// recorder is a test that only notes what failed.
type recorder struct {
	testing.TB
	said []string
}

func (r *recorder) Helper() {}
func (r *recorder) Errorf(format string, args ...any) {
	r.said = append(r.said, fmt.Sprintf(format, args...))
}

// square is right; each test spoils one part of it.
func square() ops.Op {
	return ops.Op{
		Name: "test.square", Doc: "x²", Inputs: []string{"x"},
		Infer: func(_ ops.Attrs, in []ops.Spec) ([]ops.Spec, error) { return in, nil },
		Forward: func(_ *ops.Ctx, _ ops.Attrs, in []*ops.Tensor) ([]*ops.Tensor, error) {
			return []*ops.Tensor{in[0].Mul(in[0])}, nil
		},
		VJP: func(_ *ops.Ctx, _ ops.Attrs, in, _, g []*ops.Tensor) ([]*ops.Tensor, error) {
			return []*ops.Tensor{in[0].Mul(g[0]).Mul(2)}, nil
		},
	}
}

var squareCase = Case{Inputs: []*ops.Tensor{Randn(1, 2, 3)}, Smooth: true,
	Want: func(in []*ops.Tensor) []*ops.Tensor { return []*ops.Tensor{in[0].Pow(2)} }}

func TestCheckAccepts(t *testing.T) { Check(t, square(), []Case{squareCase}) }

// TestCheckRejects proves of each part of Check that it sees what it is for.
func TestCheckRejects(t *testing.T) {
	type forward = func(*ops.Ctx, ops.Attrs, []*ops.Tensor) ([]*ops.Tensor, error)
	one := func(f func(x *ops.Tensor) *ops.Tensor) forward {
		return func(_ *ops.Ctx, _ ops.Attrs, in []*ops.Tensor) ([]*ops.Tensor, error) {
			return []*ops.Tensor{f(in[0])}, nil
		}
	}
	scratch := make([]float64, 6)
	for name, test := range map[string]struct {
		spoil func(op *ops.Op, c *Case)
		part  func(k *checker)
		says  string
	}{
		"wrong result": {func(op *ops.Op, _ *Case) {
			op.Forward = one(func(x *ops.Tensor) *ops.Tensor { return x.Mul(x).Add(1e-9) })
		}, (*checker).outputs, "reference: output 0"},
		"wrong Compose": {func(op *ops.Op, _ *Case) {
			op.Compose = func(_ ops.Attrs, in []*ops.Tensor) ([]*ops.Tensor, error) {
				return []*ops.Tensor{in[0].Abs()}, nil
			}
		}, (*checker).outputs, "Compose: output 0"},
		"strides ignored": {func(op *ops.Op, _ *Case) {
			op.Forward = one(func(x *ops.Tensor) *ops.Tensor {
				if !x.IsContiguous() {
					return x.Mul(x).Add(1)
				}
				return x.Mul(x)
			})
		}, (*checker).layouts, "element 0"},
		"input modified": {func(op *ops.Op, c *Case) {
			x := ops.Wrap64(scratch)
			c.Inputs = []*ops.Tensor{x}
			op.Forward = one(func(x *ops.Tensor) *ops.Tensor { scratch[0]++; return x.Clone() })
		}, (*checker).outputs, "input 0 was modified"},
		"workers": {func(op *ops.Op, _ *Case) {
			op.Forward = one(func(x *ops.Tensor) *ops.Tensor { return x.Mul(float64(runtime.GOMAXPROCS(0))) })
		}, (*checker).workers, "depends on the number of workers"},
		"Float32": {func(op *ops.Op, _ *Case) {
			op.Forward = one(func(x *ops.Tensor) *ops.Tensor {
				if x.DType() == ops.Float32 {
					return x.Mul(x).Mul(1.001)
				}
				return x.Mul(x)
			})
		}, (*checker).float32s, "Float32: output 0"},
		"gradient": {func(op *ops.Op, _ *Case) {
			op.VJP = func(_ *ops.Ctx, _ ops.Attrs, in, _, g []*ops.Tensor) ([]*ops.Tensor, error) {
				return []*ops.Tensor{in[0].Mul(g[0]).Mul(2.0001)}, nil
			}
		}, (*checker).gradients, "gradient along direction"},
		"second derivative": {func(op *ops.Op, _ *Case) {
			op.VJP = func(_ *ops.Ctx, _ ops.Attrs, in, _, g []*ops.Tensor) ([]*ops.Tensor, error) {
				return []*ops.Tensor{in[0].Detach().Mul(g[0]).Mul(2)}, nil
			}
		}, (*checker).gradients, "second gradient along direction"},
		"gradient and workers": {func(op *ops.Op, _ *Case) {
			op.VJP = func(_ *ops.Ctx, _ ops.Attrs, in, _, g []*ops.Tensor) ([]*ops.Tensor, error) {
				return []*ops.Tensor{in[0].Mul(g[0]).Mul(1 + float64(runtime.GOMAXPROCS(0)))}, nil
			}
		}, (*checker).gradients, "gradient 0 depends on the number of workers"},
		"gradient modifies": {func(op *ops.Op, c *Case) {
			x := ops.Wrap64(scratch)
			c.Inputs = []*ops.Tensor{x}
			op.VJP = func(_ *ops.Ctx, _ ops.Attrs, in, _, g []*ops.Tensor) ([]*ops.Tensor, error) {
				scratch[0]++
				return []*ops.Tensor{in[0].Mul(g[0]).Mul(2)}, nil
			}
		}, (*checker).gradients, "input 0 was modified"},
		"gradient of a broadcast input": {func(op *ops.Op, _ *Case) {
			op.VJP = func(_ *ops.Ctx, _ ops.Attrs, in, _, g []*ops.Tensor) ([]*ops.Tensor, error) {
				if s := in[0].Stride(); s[1] == 0 {
					return []*ops.Tensor{in[0].Mul(g[0]).Mul(3)}, nil
				}
				return []*ops.Tensor{in[0].Mul(g[0]).Mul(2)}, nil
			}
		}, (*checker).gradients, "gradient broadcast: output 0"},
		"size 0": {func(op *ops.Op, _ *Case) {
			op.Forward = one(func(x *ops.Tensor) *ops.Tensor { return x.Mul(x.Float64s()[0]) })
		}, (*checker).empties, "a panic that is no refusal: runtime error: index out of range"},
		"gradient of size 0": {func(op *ops.Op, _ *Case) {
			op.VJP = func(_ *ops.Ctx, _ ops.Attrs, in, _, g []*ops.Tensor) ([]*ops.Tensor, error) {
				return []*ops.Tensor{g[0].Mul(in[0].Float64s()[0])}, nil
			}
		}, (*checker).empties, "its gradient fails: runtime error: index out of range"},
		"no gradient": {func(op *ops.Op, _ *Case) {
			op.Infer = func(_ ops.Attrs, in []ops.Spec) ([]ops.Spec, error) {
				return []ops.Spec{{DType: ops.Bool, Shape: in[0].Shape}}, nil
			}
			op.Forward = one(func(x *ops.Tensor) *ops.Tensor { return x.Greater(0) })
		}, (*checker).gradients, "no output has a gradient"},
	} {
		t.Run(name, func(t *testing.T) {
			op, c, r := square(), squareCase, &recorder{TB: t}
			test.spoil(&op, &c)
			test.part(&checker{TB: r, op: op, c: c})
			if !strings.Contains(strings.Join(r.said, "\n"), test.says) {
				t.Errorf("want a failure with %q, got %q", test.says, r.said)
			}
		})
	}
}

func TestArrangementsKeepValues(t *testing.T) {
	for _, shape := range [][]int{{}, {1}, {5}, {2, 3}, {2, 0, 3}, {2, 3, 4}} {
		x := Randn(1, shape...)
		for name, f := range arrangements {
			if y := f(x); !sameBits(x, y) {
				t.Errorf("%s %v: got %v, want %v", name, shape, y, x)
			}
		}
		if len(shape) > 1 && x.Len() > 0 {
			for name, f := range arrangements {
				if f(x).IsContiguous() {
					t.Errorf("%s %v is contiguous", name, shape)
				}
			}
		}
	}
}
