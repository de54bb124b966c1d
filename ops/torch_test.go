package ops_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"cahier/ops"
)

// torchOps translates cases of the PyTorch vectors to calls of this package,
// by their operation. One that is missing here and is registered under the
// same name is called with the case's inputs and arguments. The files
// torch_*_test.go fill it.
var torchOps = map[string]func(c torchCall) []*ops.Tensor{}

// torchLeftOut names operations of the vectors that are not run, with the
// reason.
var torchLeftOut = map[string]string{}

// The largest difference from PyTorch's float64 results, relative to the
// largest element of the tensor or, for small ones, to 1/100. Where PyTorch's
// float32 results are further from them than torch32, ours may be twice as far
// as those.
const torch64, torch32 = 1e-9, 1e-5

// torchCase is one line of a file of vectors.
type torchCase struct {
	Op, Name string
	Args     map[string]any
	In       torchInputs
	Out      []torchTensor
	Grad     map[string]torchTensor
}

// torchTensor is a tensor as the files hold it: inputs as multiples of 1/64
// (Q), integers (I) or booleans (B), results in float64 (D) and float32 (F).
type torchTensor struct {
	S []int
	Q []float64
	I []int64
	B []int
	D []torchNumber
	F []torchNumber
}

// torchNumber is a number, or "nan", "inf" or "-inf".
type torchNumber float64

func (n *torchNumber) UnmarshalJSON(b []byte) error {
	switch string(b) {
	case `"nan"`:
		*n = torchNumber(math.NaN())
	case `"inf"`:
		*n = torchNumber(math.Inf(1))
	case `"-inf"`:
		*n = torchNumber(math.Inf(-1))
	default:
		return json.Unmarshal(b, (*float64)(n))
	}
	return nil
}

// torchInputs are tensors in the order of the file.
type torchInputs struct {
	names   []string
	tensors []torchTensor
}

func (in *torchInputs) UnmarshalJSON(b []byte) error {
	d := json.NewDecoder(bytes.NewReader(b))
	if _, err := d.Token(); err != nil {
		return err
	}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return err
		}
		var t torchTensor
		if err := d.Decode(&t); err != nil {
			return err
		}
		in.names, in.tensors = append(in.names, name.(string)), append(in.tensors, t)
	}
	return nil
}

// torchCall is a case with the tensors to run it on.
type torchCall struct {
	*torchCase
	in []*ops.Tensor
}

// named returns the input of that name, or nil.
func (c torchCall) named(name string) *ops.Tensor {
	for i, n := range c.In.names {
		if n == name {
			return c.in[i]
		}
	}
	return nil
}

// input returns input i, or nil.
func (c torchCall) input(i int) *ops.Tensor {
	if i < len(c.in) {
		return c.in[i]
	}
	return nil
}

func (c torchCall) num(name string, def float64) float64 {
	if v, ok := c.Args[name]; ok {
		return v.(float64)
	}
	return def
}

func (c torchCall) int(name string, def int) int { return int(c.num(name, float64(def))) }

func (c torchCall) on(name string) bool { v, _ := c.Args[name].(bool); return v }

func (c torchCall) text(name string) string { v, _ := c.Args[name].(string); return v }

func (c torchCall) ints(name string) []int {
	l, _ := c.Args[name].([]any)
	var ints []int
	for _, v := range l {
		ints = append(ints, int(v.(float64)))
	}
	return ints
}

func (c torchCall) floats(name string) []float64 {
	l, _ := c.Args[name].([]any)
	var fs []float64
	for _, v := range l {
		fs = append(fs, v.(float64))
	}
	return fs
}

// attrs are the arguments as attributes of an operation.
func (c torchCall) attrs() ops.Attrs {
	a := ops.Attrs{}
	for k, v := range c.Args {
		if _, ok := v.([]any); ok {
			a[k] = c.ints(k)
		} else if f, ok := v.(float64); ok && f == math.Trunc(f) {
			a[k] = int(f)
		} else {
			a[k] = v
		}
	}
	return a
}

func (t torchTensor) input(d ops.DType) *ops.Tensor {
	switch {
	case t.Q != nil:
		return ops.Wrap64(t.Q).Div(64).To(d).Reshape(t.S...)
	case t.B != nil:
		b := make([]bool, len(t.B))
		for i, v := range t.B {
			b[i] = v != 0
		}
		return ops.WrapBool(b).Reshape(t.S...)
	}
	return ops.WrapInt64(t.I).Reshape(t.S...)
}

// torchFiles reads all vectors.
func torchFiles(t *testing.T) []*torchCase {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("testdata", "torch", "*.jsonl"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no PyTorch vectors: %v", err)
	}
	var all []*torchCase
	for _, name := range files {
		f, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(f)
		lines.Buffer(nil, 1<<24)
		for first := true; lines.Scan(); first = false {
			if first { // says which PyTorch made it
				continue
			}
			c := &torchCase{}
			if err := json.Unmarshal(lines.Bytes(), c); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			all = append(all, c)
		}
		if err := lines.Err(); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		f.Close()
	}
	return all
}

// torchFunc returns what runs a case, or nil.
func torchFunc(op string) func(c torchCall) []*ops.Tensor {
	if f := torchOps[op]; f != nil {
		return f
	}
	if _, ok := ops.Lookup(op); ok {
		return func(c torchCall) []*ops.Tensor { return ops.CallAll(op, c.attrs(), c.in...) }
	}
	return nil
}

func TestTorch(t *testing.T) {
	seen := map[string]bool{}
	left := map[string]int{}
	for _, c := range torchFiles(t) {
		seen[c.Op] = true
		if _, out := torchLeftOut[c.Op]; out {
			left[c.Op]++
			if torchFunc(c.Op) != nil {
				t.Errorf("%s can be run, and is left out", c.Op)
			}
			continue
		}
		t.Run(c.Op+"/"+strings.ReplaceAll(c.Name, "/", "|"), func(t *testing.T) {
			f := torchFunc(c.Op)
			if f == nil {
				t.Fatalf("no translation of %s, and no reason in torchLeftOut", c.Op)
			}
			for _, d := range []ops.DType{ops.Float64, ops.Float32} {
				if err := ops.Try(func() { torchCompare(t, c, f, d) }); err != nil {
					t.Errorf("%v: %v", d, err)
				}
			}
		})
	}
	for name := range torchLeftOut {
		if !seen[name] {
			t.Errorf("%s is left out, and has no vectors", name)
		}
	}
	for op, n := range left {
		t.Logf("left out %d of %s: %s", n, op, torchLeftOut[op])
	}
}

// torchCompare runs a case in one element type.
func torchCompare(t testing.TB, c *torchCase, f func(c torchCall) []*ops.Tensor, d ops.DType) {
	t.Helper()
	in := make([]*ops.Tensor, len(c.In.tensors))
	var params []*ops.Tensor
	var places []int
	for i, v := range c.In.tensors {
		in[i] = v.input(d)
		if _, ok := c.Grad[c.In.names[i]]; ok {
			params, places = append(params, in[i]), append(places, i)
		}
	}
	out := f(torchCall{c, in})
	if len(out) != len(c.Out) {
		t.Errorf("%v: %d outputs, want %d", d, len(out), len(c.Out))
		return
	}
	for i, y := range out {
		torchNear(t, fmt.Sprintf("%v: output %d", d, i), y, c.Out[i])
	}
	if len(params) == 0 {
		return
	}
	grads := ops.Grad(func(p []*ops.Tensor) *ops.Tensor {
		with := append([]*ops.Tensor(nil), in...)
		for j, i := range places {
			with[i] = p[j]
		}
		var sum *ops.Tensor
		for _, y := range f(torchCall{c, with}) {
			if !y.DType().IsFloat() {
				continue
			}
			term := y.Mul(torchCotangent(y.Shape()).To(d)).Sum()
			if sum == nil {
				sum = term
			} else {
				sum = sum.Add(term)
			}
		}
		return sum
	}, params)
	for j, i := range places {
		name := c.In.names[i]
		torchNear(t, fmt.Sprintf("%v: gradient of %s", d, name), grads[j], c.Grad[name])
	}
}

// torchCotangent is what the outputs are weighted by.
func torchCotangent(shape ops.Shape) *ops.Tensor {
	v := make([]float64, shape.Len())
	for j := range v {
		v[j] = float64((7*j+3)%11-5) / 4
	}
	return ops.Wrap64(v).Reshape(shape...)
}

// torchNear compares a tensor with a result.
func torchNear(t testing.TB, what string, got *ops.Tensor, want torchTensor) {
	t.Helper()
	if !got.Shape().Equal(want.S) {
		t.Errorf("%s has shape %v, want %v", what, got.Shape(), want.S)
		return
	}
	if want.D == nil { // integers, booleans
		exact := want.input(ops.Float64)
		if a, b := got.Float64s(), exact.Float64s(); got.DType() != exact.DType() || !slices.Equal(a, b) {
			t.Errorf("%s is %v %v, want %v %v", what, got.DType(), a, exact.DType(), b)
		}
		return
	}
	if len(want.D) != got.Len() || len(want.F) != got.Len() {
		t.Errorf("%s has %d elements, the file %d and %d", what, got.Len(), len(want.D), len(want.F))
		return
	}
	size, theirs := 0.01, 0.0
	for i, x := range want.D {
		if x := float64(x); !math.IsInf(x, 0) && !math.IsNaN(x) {
			size, theirs = math.Max(size, math.Abs(x)), math.Max(theirs, math.Abs(x-float64(want.F[i])))
		}
	}
	limit := torch64 * size
	if got.DType() == ops.Float32 {
		limit = math.Max(torch32*size, 2*theirs)
	}
	for i, a := range got.Float64s() {
		if b := float64(want.D[i]); !(math.Abs(a-b) <= limit) && !(a == b || a != a && b != b) {
			t.Errorf("%s: element %d is %v, want %v (allowed difference %.3g)", what, i, a, b, limit)
			return
		}
	}
}

// failures only counts what failed.
type failures struct {
	testing.TB
	said []string
}

func (f *failures) Helper() {}
func (f *failures) Errorf(format string, args ...any) {
	f.said = append(f.said, fmt.Sprintf(format, args...))
}

// TestTorchSees spoils one number of each kind of a case: the comparison must
// notice, and only that.
func TestTorchSees(t *testing.T) {
	all := torchFiles(t)
	i := slices.IndexFunc(all, func(c *torchCase) bool { return c.Op == "conv2d" && c.Name == "plain" })
	c := all[i]
	for what, number := range map[string]*torchNumber{
		"Float64: output 0: element 3":      &c.Out[0].D[3],
		"Float64: gradient of w: element 2": &c.Grad["w"].D[2],
		"Float64: gradient of x: element 5": &c.Grad["x"].D[5],
	} {
		old := *number
		*number += 1e-7
		f := &failures{TB: t}
		torchCompare(f, c, torchFunc("conv2d"), ops.Float64)
		if len(f.said) != 1 || !strings.HasPrefix(f.said[0], what) {
			t.Errorf("spoilt %s: said %q", what, f.said)
		}
		*number = old
	}
}
