package interp

import (
	"strings"
	"testing"
)

// square is an operation of interpreted functions; its gradient is written in
// operations, so it can be taken again.
const square = `ops.Register(ops.Op{
	Name: "me.square", Doc: "the square of x, times scale", Inputs: []string{"x"},
	Infer: func(attrs ops.Attrs, in []ops.Spec) ([]ops.Spec, error) {
		if err := attrs.Only("scale"); err != nil {
			return nil, err
		}
		if len(in[0].Shape) != 1 {
			return nil, &ops.ShapeError{Arg: "x", Got: in[0].Shape, Want: ops.Shape{-1}, Axes: []string{"n"}, Rule: "want a vector", Help: "Flatten makes one"}
		}
		if in[0].Shape[0] == 13 {
			return nil, fmt.Errorf("thirteen brings bad luck")
		}
		return in, nil
	},
	Forward: func(c *ops.Ctx, attrs ops.Attrs, in []*ops.Tensor) ([]*ops.Tensor, error) {
		scale, err := attrs.Float("scale", 1)
		if err != nil {
			return nil, err
		}
		return []*ops.Tensor{in[0].Mul(in[0]).Mul(scale)}, nil
	},
	VJP: func(c *ops.Ctx, attrs ops.Attrs, in, out, g []*ops.Tensor) ([]*ops.Tensor, error) {
		scale, err := attrs.Float("scale", 1)
		return []*ops.Tensor{in[0].Mul(2 * scale).Mul(g[0])}, err
	},
})`

func TestOperationFromCell(t *testing.T) {
	s := newTester(t)
	s.must(square)
	s.must("x := ops.From([]float64{1, 2, 3})\ncube := func(p []*ops.Tensor) *ops.Tensor { return ops.Call(\"me.square\", ops.Attrs{\"scale\": 3}, p[0]).Mul(p[0]).Sum() }")
	for code, want := range map[string]string{
		`ops.Call("me.square", nil, x)`:                                            "[1 4 9]",
		`ops.Call("me.square", ops.Attrs{"scale": 10}, x)`:                         "[10 40 90]",
		`ops.Grad(cube, []*ops.Tensor{x})[0]`:                                      "[9 36 81]",
		`ops.HVP(cube, []*ops.Tensor{x}, []*ops.Tensor{ops.Ones(3)})[0]`:           "[18 36 54]",
		`ops.Try(func() { ops.Call("me.square", nil, ops.Zeros(2, 2)) }).Error()`:  "me.square: x has shape [2 2], want [n]: want a vector\nFlatten makes one",
		`ops.Try(func() { ops.Call("me.square", nil, ops.Zeros(13)) }).Error()`:    "me.square: the call failed: thirteen brings bad luck",
		`ops.Try(func() { ops.Call("me.square", nil) }).Error()`:                   "me.square: the number of tensors is 0: want x",
		`ops.Try(func() { ops.Call("me.square", ops.Attrs{"b": 1}, x) }).Error()`:  "me.square: attribute b is no attribute of this operation, which has scale",
		`ops.Try(func() { ops.Register(ops.Op{Name: "bare", Doc: "x"}) }).Error()`: "ops.Register: Name is \"bare\": want the form owner.name in lower-case letters, digits and underscores\nnames without a dot belong to package ops",
	} {
		s.stdout.Reset()
		s.must("fmt.Println(" + code + ")")
		if got := s.text(); got != want+"\n" {
			t.Errorf("%s is %s, want %s", code, got, want)
		}
	}

	r := s.exec("y := ops.Call(\"me.square\", nil, ops.Zeros(2, 2))")
	if r.Err == nil || r.Err.Name != "ShapeError" || !strings.HasPrefix(r.Err.Value, "me.square: x has shape [2 2]") {
		t.Errorf("a wrong shape gives %+v", r.Err)
	}

	s.stdout.Reset()
	s.must("%ops")
	if got := s.text(); !strings.Contains(got, "(a cell) the square of x, times scale\n") || !strings.Contains(got, "\nmatmul ") {
		t.Errorf("%%ops prints %s", got)
	}
	s.stdout.Reset()
	s.must("%ops me.square")
	if got := s.text(); !strings.HasPrefix(got, "me.square(x)\nfrom a cell; call it by ops.Call(\"me.square\", attrs, tensors...)\n\nthe square of x") {
		t.Errorf("%%ops me.square prints %s", got)
	}
	s.stdout.Reset()
	s.must("%ops Conv2D")
	if got := s.text(); !strings.HasPrefix(got, "conv2d(") || !strings.Contains(got, "Formula") {
		t.Errorf("%%ops Conv2D prints %s", got)
	}
	if r := s.exec("%ops conv2"); r.Err == nil || !strings.Contains(r.Err.Value, "did you mean conv2d") {
		t.Errorf("%%ops conv2: %+v", r.Err)
	}

	// A cell that is run again, changed, replaces.
	s.must(strings.Replace(square, "in[0].Mul(in[0])", "in[0].Mul(in[0]).Mul(100.0)", 1))
	s.stdout.Reset()
	s.must(`fmt.Println(ops.Call("me.square", nil, x))`)
	if got := s.text(); got != "[100 400 900]\n" {
		t.Errorf("after another registration: %s", got)
	}
}
