package ops_test

import (
	"fmt"
	"math"
	"runtime"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"cahier/ops"
)

func TestCreators(t *testing.T) {
	for name, c := range map[string]struct {
		got   *ops.Tensor
		dtype ops.DType
		shape ops.Shape
		want  []float64
	}{
		"Zeros":              {ops.Zeros(2, 1), ops.Float32, ops.Shape{2, 1}, []float64{0, 0}},
		"Zeros scalar":       {ops.Zeros(), ops.Float32, ops.Shape{}, []float64{0}},
		"Zeros empty":        {ops.Zeros(3, 0), ops.Float32, ops.Shape{3, 0}, nil},
		"Ones":               {ops.Ones(2), ops.Float32, ops.Shape{2}, []float64{1, 1}},
		"Full":               {ops.Full(2.5, 2), ops.Float32, ops.Shape{2}, []float64{2.5, 2.5}},
		"ZerosLike":          {ops.ZerosLike(i64(3)), ops.Int64, ops.Shape{1}, []float64{0}},
		"OnesLike":           {ops.OnesLike(bools(false)), ops.Bool, ops.Shape{1}, []float64{1}},
		"Eye":                {ops.Eye(2), ops.Float32, ops.Shape{2, 2}, []float64{1, 0, 0, 1}},
		"Arange stop":        {ops.Arange(3), ops.Float32, ops.Shape{3}, []float64{0, 1, 2}},
		"Arange step":        {ops.Arange(1, 2, 0.5), ops.Float32, ops.Shape{2}, []float64{1, 1.5}},
		"Arange down":        {ops.Arange(2, 0, -1), ops.Float32, ops.Shape{2}, []float64{2, 1}},
		"Arange wrong way":   {ops.Arange(2, 0), ops.Float32, ops.Shape{0}, nil},
		"ArangeInt":          {ops.ArangeInt(1, 8, 3), ops.Int64, ops.Shape{3}, []float64{1, 4, 7}},
		"ArangeInt down":     {ops.ArangeInt(7, 0, -3), ops.Int64, ops.Shape{3}, []float64{7, 4, 1}},
		"Linspace":           {ops.Linspace(0, 1, 5), ops.Float32, ops.Shape{5}, []float64{0, 0.25, 0.5, 0.75, 1}},
		"Linspace one":       {ops.Linspace(3, 4, 1), ops.Float32, ops.Shape{1}, []float64{3}},
		"Wrap32":             {ops.Wrap32([]float32{1, 2}, 2, 1), ops.Float32, ops.Shape{2, 1}, []float64{1, 2}},
		"Wrap64":             {ops.Wrap64([]float64{1, 2}), ops.Float64, ops.Shape{2}, []float64{1, 2}},
		"From float64":       {ops.From([]float64{1.5}), ops.Float32, ops.Shape{1}, []float64{1.5}},
		"From float scalar":  {ops.From(1.5), ops.Float32, ops.Shape{}, []float64{1.5}},
		"From int":           {ops.From(int8(-3)), ops.Int64, ops.Shape{}, []float64{-3}},
		"From bytes":         {ops.From([]byte{255}), ops.Uint8, ops.Shape{1}, []float64{255}},
		"From bools":         {ops.From([]bool{true}), ops.Bool, ops.Shape{1}, []float64{1}},
		"From nested":        {ops.From([][]int{{1, 2}, {3, 4}, {5, 6}}), ops.Int64, ops.Shape{3, 2}, []float64{1, 2, 3, 4, 5, 6}},
		"From arrays":        {ops.From([2][1]float32{{1}, {2}}), ops.Float32, ops.Shape{2, 1}, []float64{1, 2}},
		"From any":           {ops.From([]any{1, 2.5}), ops.Float32, ops.Shape{2}, []float64{1, 2.5}},
		"From any nested":    {ops.From([]any{[]any{1, 2}, []int{3, 4}}), ops.Int64, ops.Shape{2, 2}, []float64{1, 2, 3, 4}},
		"From named":         {ops.From([]celsius{20}), ops.Float32, ops.Shape{1}, []float64{20}},
		"From dtype":         {ops.From([]int{1}, ops.Float64), ops.Float64, ops.Shape{1}, []float64{1}},
		"From empty":         {ops.From([]float64{}), ops.Float32, ops.Shape{0}, nil},
		"From empty rows":    {ops.From([][]int{{}, {}}), ops.Int64, ops.Shape{2, 0}, nil},
		"From no rows":       {ops.From([][3]int{}), ops.Int64, ops.Shape{0, 3}, nil},
		"From large integer": {ops.From([]int64{1<<53 + 1}).Sub(1 << 53), ops.Int64, ops.Shape{1}, []float64{1}},
		"From tensor":        {ops.From(f64(1)), ops.Float64, ops.Shape{1}, []float64{1}},
	} {
		if c.got.DType() != c.dtype || !c.got.Shape().Equal(c.shape) || !slices.Equal(c.got.Float64s(), c.want) && len(c.want) > 0 {
			t.Errorf("%s: got %v %v %v, want %v %v %v", name, c.got.DType(), c.got.Shape(), c.got.Float64s(), c.dtype, c.shape, c.want)
		}
	}
}

type celsius float64

func TestCreatorErrors(t *testing.T) {
	for want, f := range map[string]func(){
		"ops.Zeros: shape is [-1]: sizes must not be negative":                                          func() { ops.Zeros(-1) },
		"ops.Ones: shape is [4611686018427387904 4]: has more elements than memory can be addressed":    func() { ops.Ones(1<<62, 4) },
		"ops.Zeros: shape is [0 4611686018427387904 4]: has more elements than memory can be addressed": func() { ops.Zeros(0, 1<<62, 4) },
		"ops.Arange: args is 0: want stop, or start and stop, or start, stop and step":                  func() { ops.Arange() },
		"ops.Arange: start, stop, step is [0 1 0]: step must not be 0, and all must be finite":          func() { ops.Arange(0, 1, 0) },
		"ops.Arange: args is [1e+300]: would make 1e+300 elements":                                      func() { ops.Arange(1e300) },
		"ops.ArangeInt: step is 0: must not be 0":                                                       func() { ops.ArangeInt(0, 1, 0) },
		"ops.ArangeInt: args is 4: want stop, or start and stop, or start, stop and step":               func() { ops.ArangeInt(0, 1, 2, 3) },
		"ops.Linspace: shape is [-2]: sizes must not be negative":                                       func() { ops.Linspace(0, 1, -2) },
		"ops.Wrap64: data is 2 elements: shape [3] has 3":                                               func() { ops.Wrap64([]float64{1, 2}, 3) },
		"ops.From: v is nil, want numbers or nested slices of them":                                     func() { ops.From(nil) },
		"ops.From: v holds nil": func() { ops.From([]any{nil}) },
		"ops.From: v is ragged: 2 and 1 elements at depth 1: all rows must have one length\npad the shorter rows":                                                        func() { ops.From([][]int{{1, 2}, {3}}) },
		"ops.From: v is nested 1 deep in one place and deeper in another: all elements must be equally deep":                                                             func() { ops.From([]any{1, []int{2}}) },
		"ops.From: v is a number at depth 1 and slices at the same depth: all elements must be equally deep":                                                             func() { ops.From([]any{[]int{2}, 1}) },
		"ops.From: v is of strings: want numbers or bools, or nested slices of them":                                                                                     func() { ops.From([]string{"a"}) },
		"ops.From: v is 18446744073709551615: does not fit an Int64":                                                                                                     func() { ops.From([]uint64{math.MaxUint64}) },
		"ops.From: dtype is [Float32 Float64]: want at most one":                                                                                                         func() { ops.From(1, ops.Float32, ops.Float64) },
		"ops.FromMat: m is nil, want a matrix":                                                                                                                           func() { ops.FromMat(nil) },
		"ops.Tensor.Mat: the tensor has shape [1 2 3], want [rows columns]: a gonum matrix has two axes and no size of 0\nReshape or Select one matrix of a batch first": func() { ops.Zeros(1, 2, 3).Mat() },
		"ops.Tensor.Vec: the tensor has shape [1 2], want [n]: a gonum vector has one axis and no size of 0\nFlatten makes one axis":                                     func() { ops.Zeros(1, 2).Vec() },
		"ops.Tensor.Item: the tensor has shape [2]: Item wants exactly one element\nAt(i, j, ...) reads one element of many; Float64s() reads all":                       func() { ops.Zeros(2).Item() },
		"ops.Tensor.At: index is [1]: the tensor of shape [2 3] wants 2 indices":                                                                                         func() { ops.Zeros(2, 3).At(1) },
		"ops.Tensor.At: index 1 is 3: axis 1 of shape [2 3] has size 3":                                                                                                  func() { ops.Zeros(2, 3).At(1, 3) },
		"ops.Tensor.Size: axis is 2: must be from -2 to 1":                                                                                                               func() { ops.Zeros(2, 3).Size(2) },
		"ops.Tensor.Assign: src has shape [3], want [2]: must be the shape of the tensor that is assigned to":                                                            func() { ops.Zeros(2).Assign(ops.Zeros(3)) },
		"ops.Tensor.Assign: src is Float64, want Float32: both tensors must have one type, and the tensor is Float32\nsrc.To(ops.Float32) converts":                      func() { ops.Zeros(1).Assign(f64(1)) },
		"ops.Tensor.Assign: src is nil, want a tensor":                                                                                                                   func() { ops.Zeros(2).Assign(nil) },
		"ops.RandInt: high is 3: must be above low":                                                                                                                      func() { ops.RandInt(3, 3, 1) },
		"ops.Randn: shape is [-1]: sizes must not be negative":                                                                                                           func() { ops.Randn(-1) },
		"ops.Add: b is a string: want a *ops.Tensor or a Go number\nops.From(v) makes a tensor of slices":                                                                func() { ops.Zeros(1).Add("x") },
		"ops.Add: a and b is int and int: at least one must be a *ops.Tensor\nops.From(v) makes a tensor":                                                                func() { ops.Add(1, 2) },
		"ops.Add: b is 0.5: a scalar adopts the tensor's type, which is Int64, and is no integer\nTo(ops.Float32) converts the tensor":                                   func() { i64(1).Add(0.5) },
		"ops.Add: b is 256: a scalar adopts the tensor's type, which is Uint8: 0 to 255\nTo(ops.Float32) converts the tensor":                                            func() { ops.From([]byte{1}).Add(256) },
		"ops.And: b is 1: a scalar adopts the tensor's type, which is Bool\nTo(ops.Float32) converts the tensor":                                                         func() { bools(true).And(1) },
		"ops.Mul: a is nil, want a tensor":                                                                                                                               func() { ops.Mul((*ops.Tensor)(nil), f64(1)) },
		"ops.ReLU: x is an empty ops.Tensor value: tensors are made by ops.Zeros, ops.From and the like":                                                                 func() { ops.ReLU(&ops.Tensor{}) },
		"ops.Conv2D: options is 2: want at most one options value":                                                                                                       func() { ops.Conv2D(ops.Zeros(1), ops.Zeros(1), ops.ConvOptions{}, ops.ConvOptions{}) },
		"ops.Squeeze: x has shape [2 1], want [1 1]: only an axis of size 1 can be dropped\nSelect takes one index of a longer axis":                                     func() { ops.Zeros(2, 1).Squeeze(0) },
		"ops.Split: sizes is [1 1]: add up to 2, and axis 0 has size 3":                                                                                                  func() { ops.Split(ops.Zeros(3), 0, 1, 1) },
		"ops.Chunk: n is 2: must divide the size of axis 0, 3\nSplit takes parts of different sizes":                                                                     func() { ops.Chunk(ops.Zeros(3), 2, 0) },
		"ops.Stack: ts[1] has shape [2], want [1]: all tensors must have the shape of ts[0]":                                                                             func() { ops.Stack(list(f64(1), f64(1, 2)), 0) },
		"ops.Pad: padding is 3 and 0 on axis 0 of size 3: reflect mirrors at most all elements but the one at the end":                                                   func() { ops.Pad(f64(1, 2, 3), []int{3}, []int{0}, ops.PadOptions{Mode: ops.PadReflect}) },
		"ops.Tensor.T: the tensor has shape [3], want [rows columns]: a transpose wants at least two axes":                                                               func() { ops.Zeros(3).T() },
		"ops.Flatten: x is nil, want a tensor":                                                                                                                           func() { ops.Flatten(nil, 0) },
		"ops.Tensor.To: x is nil, want a tensor":                                                                                                                         func() { (*ops.Tensor)(nil).To(ops.Bool) },
		"ops.RNN: weights is 1: want 2 for each layer":                                                                                                                   func() { ops.RNN(ops.Zeros(1, 1, 1), make([]ops.RNNWeights, 1), ops.RNNOptions{Bidirectional: true}) },
	} {
		wantErr(t, want, f)
	}
}

func TestAccessors(t *testing.T) {
	x := ops.Arange(6).Reshape(2, 3).T()
	if x.Rank() != 2 || x.Len() != 6 || x.Size(-1) != 2 || x.IsContiguous() || !slices.Equal(x.Stride(), []int{1, 3}) || x.Offset() != 0 {
		t.Errorf("rank %d, len %d, size %d, stride %v", x.Rank(), x.Len(), x.Size(-1), x.Stride())
	}
	if x.At(2, 1) != 5 || x.At(-1, -1) != 5 || x.Slice(0, 1, 2).Offset() != 1 {
		t.Errorf("At(2,1) = %v, At(-1,-1) = %v", x.At(2, 1), x.At(-1, -1))
	}
	if got := x.Float32s(); !slices.Equal(got, []float32{0, 3, 1, 4, 2, 5}) {
		t.Errorf("Float32s %v", got)
	}
	if got := f64(1.9, -1.9).Int64s(); !slices.Equal(got, []int64{1, -1}) {
		t.Errorf("Int64s %v", got)
	}
	if got := f64(0, 2, nan).Bools(); !slices.Equal(got, []bool{false, true, true}) {
		t.Errorf("Bools %v", got)
	}
	if got := bools(true, false).Uint8s(); !slices.Equal(got, []uint8{1, 0}) {
		t.Errorf("Uint8s %v", got)
	}
	data := x.Float32s()
	data[0] = 99
	shape := x.Shape()
	shape[0] = 99
	if x.At(0, 0) != 0 || x.Size(0) != 3 {
		t.Error("what accessors return is not a copy")
	}
	if c := x.Clone(); !c.IsContiguous() || !slices.Equal(c.Float64s(), x.Float64s()) {
		t.Errorf("Clone %v", c)
	}
}

func TestGonum(t *testing.T) {
	m := mat.NewDense(2, 3, []float64{1, 2, 3, 4, 5, 6.000000001})
	x := ops.FromMat(m)
	if x.DType() != ops.Float64 || !mat.Equal(x.Mat(), m) || !mat.Equal(x.T().Mat(), m.T()) {
		t.Errorf("round trip gave %v", x)
	}
	d := x.Mat()
	d.Set(0, 0, 99)
	if x.At(0, 0) != 1 || m.At(0, 0) != 1 {
		t.Error("the matrix shares memory with the tensor")
	}
	if v := f64(1, 2).Vec(); v.Len() != 2 || v.AtVec(1) != 2 {
		t.Errorf("Vec %v", v)
	}
	if r, c := f64(1, 2).Mat().Dims(); r != 2 || c != 1 {
		t.Errorf("one axis became %dx%d, want a column", r, c)
	}
	if !mat.Equal(ops.FromMat(m.T()).Mat(), m.T()) {
		t.Error("a view of gonum's was not read by its elements")
	}
}

func TestText(t *testing.T) {
	for want, x := range map[string]*ops.Tensor{
		"3.5":                             ops.Full(3.5),
		"[1 2.5 -3]":                      ops.From([]float64{1, 2.5, -3}),
		"[1 9007199254740993]":            i64(1, 1<<53+1),
		"[true false]":                    bools(true, false),
		"[[ 1  2]\n [10 20]]":             i64(1, 2, 10, 20).Reshape(2, 2),
		"[[[1]\n  [2]]\n\n [[3]\n  [4]]]": i64(1, 2, 3, 4).Reshape(2, 2, 1),
		"[] Float32 [0 3]":                ops.Zeros(0, 3),
		"[NaN +Inf 0.1]":                  ops.From([]float64{nan, inf, 0.1}),
		"[0 1 2 … 1998 1999 2000]":        ops.Arange(2001),
		"<nil>":                           nil,
	} {
		if got := x.String(); got != want {
			t.Errorf("got\n%s\nwant\n%s", got, want)
		}
	}
	if got := fmt.Sprint(f64(1)); got != "[1]" {
		t.Errorf("Println shows %s", got)
	}
	big := ops.Zeros(200, 300, 40, 50).String()
	if lines := strings.Count(big, "\n"); lines > 60 || len(big) > 4000 {
		t.Errorf("a large tensor is shown in %d lines, %d bytes", lines, len(big))
	}
	if got := ops.Arange(100).Text(ops.TextOptions{Limit: 10, Edge: 1}); got != "[0 … 99]" {
		t.Errorf("Text %s", got)
	}
	for want, x := range map[string]*ops.Tensor{
		"Float32 [2 3], 0 to 5, mean 2.5": ops.Arange(6).Reshape(2, 3),
		"Bool [3], 2 true":                bools(true, false, true),
		"Int64 [] 7":                      ops.From(7),
		"Float32 [0]":                     ops.Zeros(0),
	} {
		if got := x.Summary(); got != want {
			t.Errorf("Summary %q, want %q", got, want)
		}
	}
}

func TestRandom(t *testing.T) {
	draw := func() []float64 {
		r := ops.NewRNG(42)
		return slices.Concat(r.Randn(7).Float64s(), r.Rand(3).Float64s(), r.RandInt(-2, 5, 4).Float64s(), r.Perm(5).Float64s(), []float64{r.Float64()})
	}
	large := func() []float64 { return ops.NewRNG(1).Randn(100_001).Float64s() }
	want, wantLarge := draw(), large()
	for _, n := range []int{1, 3, 8} {
		old := runtime.GOMAXPROCS(n)
		if !slices.Equal(draw(), want) || !slices.Equal(large(), wantLarge) {
			t.Errorf("%d workers draw other numbers", n)
		}
		runtime.GOMAXPROCS(old)
	}
	ops.Seed(3)
	a := ops.Randn(4)
	b := ops.Rand(4)
	ops.Seed(3)
	if !slices.Equal(a.Float64s(), ops.Randn(4).Float64s()) || !slices.Equal(b.Float64s(), ops.Rand(4).Float64s()) {
		t.Error("the same seed gives other numbers")
	}
	if slices.Equal(a.Float64s(), ops.Randn(4).Float64s()) {
		t.Error("two draws are equal")
	}
	// Moments of 10⁶ numbers: the limits are five standard errors.
	const n = 1_000_000
	x := ops.NewRNG(5).Randn(n).To(ops.Float64)
	m1, m2, m4 := x.Mean().Item(), x.Square().Mean().Item(), x.Square().Square().Mean().Item()
	if math.Abs(m1) > 5e-3 || math.Abs(m2-1) > 5*math.Sqrt(2)/1e3 || math.Abs(m4-3) > 5*math.Sqrt(96)/1e3 {
		t.Errorf("moments of normal numbers: %v, %v, %v", m1, m2, m4)
	}
	u := ops.NewRNG(6).Rand(n)
	if lo, hi := u.Min().Item(), u.Max().Item(); lo < 0 || hi >= 1 || lo > 1e-4 || hi < 1-1e-4 {
		t.Errorf("uniform numbers from %v to %v", lo, hi)
	}
	if m := u.Mean().Item(); math.Abs(m-0.5) > 5/math.Sqrt(12)/1e3 {
		t.Errorf("mean of uniform numbers: %v", m)
	}
	p := ops.NewRNG(7).Perm(1000).Ints()
	slices.Sort(p)
	for i, v := range p {
		if i != v {
			t.Fatalf("Perm lacks %d", i)
		}
	}
}

func TestRegister(t *testing.T) {
	double := ops.Op{Name: "test.double", Doc: "2x", Inputs: []string{"x"},
		Infer: func(_ ops.Attrs, in []ops.Spec) ([]ops.Spec, error) { return in, nil },
		Compose: func(_ ops.Attrs, in []*ops.Tensor) ([]*ops.Tensor, error) {
			return list(in[0].Mul(2)), nil
		}}
	ops.Replace(double)
	if got := ops.Call("test.double", nil, f64(3)).Item(); got != 6 {
		t.Errorf("Call gave %v", got)
	}
	g := ops.Grad(func(p []*ops.Tensor) *ops.Tensor { return ops.Call("test.double", nil, p[0]).Sum() }, list(f64(3)))
	wantValues(t, "gradient by Compose", g[0], 2)
	names := []string{}
	for _, op := range ops.All() {
		names = append(names, op.Name)
	}
	if !slices.IsSorted(names) || !slices.Contains(names, "test.double") || !slices.Contains(names, "conv2d") {
		t.Errorf("All gave %v", names)
	}
	spoilt := func(f func(op *ops.Op)) func() {
		return func() { op := double; op.Name = "test.other"; f(&op); ops.Register(op) }
	}
	for want, f := range map[string]func(){
		"ops.Register: Name is \"test.double\": is registered already\nops.Replace exchanges an operation that is being tried out":                            spoilt(func(op *ops.Op) { op.Name = "test.double" }),
		"ops.Register: Name is \"double\": want the form owner.name in lower-case letters, digits and underscores\nnames without a dot belong to package ops": spoilt(func(op *ops.Op) { op.Name = "double" }),
		"ops.Register: Name is \"Test.x\": want the form owner.name in lower-case letters, digits and underscores\nnames without a dot belong to package ops": spoilt(func(op *ops.Op) { op.Name = "Test.x" }),
		"ops.Register: Doc of test.other is empty, want at least a sentence on what it computes":                                                              spoilt(func(op *ops.Op) { op.Doc = " " }),
		"ops.Register: Infer of test.other is nil: shapes have to be checked before the work starts":                                                          spoilt(func(op *ops.Op) { op.Infer = nil }),
		"ops.Register: Inputs of test.other is [\"x\" \"x\"]: want a name for each tensor, no two alike":                                                      spoilt(func(op *ops.Op) { op.Inputs = []string{"x", "x"} }),
		"ops.Register: Inputs of test.other is [\"?\"]: want a name for each tensor, no two alike":                                                            spoilt(func(op *ops.Op) { op.Inputs = []string{"?"} }),
		"ops.Register: Inputs of test.other is [\"xs...\" \"y\"]: only the last name can stand for any number of tensors":                                     spoilt(func(op *ops.Op) { op.Inputs = []string{"xs...", "y"} }),
		"ops.Register: Forward of test.other is nil, and so is Compose: one must compute the result":                                                          spoilt(func(op *ops.Op) { op.Compose = nil }),
		"ops.Call: name is \"conv\": is not registered\ndid you mean conv1d, conv2d, conv3d, conv_transpose1d, conv_transpose2d, conv_transpose3d?":           func() { ops.Call("conv", nil) },
		"ops.Call: name is \"max_pool2d\": has 2 outputs\nops.CallAll returns all outputs":                                                                    func() { ops.Call("max_pool2d", ops.Attrs{"size": 1}, ops.Zeros(1, 1, 1, 1)) },
		"ops.Call: name is \"xyz.abc\": is not registered\nops.All() lists the operations":                                                                    func() { ops.Call("xyz.abc", nil) },
	} {
		wantErr(t, want, f)
	}
	// What an operation announces is compared with what it gives.
	lies := func(f func([]*ops.Tensor) []*ops.Tensor) func() {
		op := double
		op.Compose = func(_ ops.Attrs, in []*ops.Tensor) ([]*ops.Tensor, error) { return f(in), nil }
		return func() { op.Call(nil, f64(1)) }
	}
	for want, f := range map[string]func(){
		"test.double: the number of outputs is 0: Infer announced 1":        lies(func([]*ops.Tensor) []*ops.Tensor { return nil }),
		"test.double: output 0 is nil":                                      lies(func([]*ops.Tensor) []*ops.Tensor { return list(nil) }),
		"test.double: output 0 is Float64 [2]: Infer announced Float64 [1]": lies(func([]*ops.Tensor) []*ops.Tensor { return list(f64(1, 2)) }),
		"test.double: output 0 is Float32 [1]: Infer announced Float64 [1]": lies(func([]*ops.Tensor) []*ops.Tensor { return list(ops.Zeros(1)) }),
		"test.double: the call failed: disk full": func() {
			op := double
			op.Infer = func(ops.Attrs, []ops.Spec) ([]ops.Spec, error) { return nil, fmt.Errorf("disk full") }
			op.Call(nil, f64(1))
		},
	} {
		wantErr(t, want, f)
	}
}

func TestPadModes(t *testing.T) {
	x := f64(1, 2, 3)
	for mode, want := range map[ops.PadMode][]float64{
		ops.PadReflect: {3, 2, 1, 2, 3, 2}, ops.PadReplicate: {1, 1, 1, 2, 3, 3}, ops.PadCircular: {2, 3, 1, 2, 3, 1}, ops.PadZeros: {0, 0, 1, 2, 3, 0},
	} {
		wantValues(t, mode.String(), ops.Pad(x, []int{2}, []int{1}, ops.PadOptions{Mode: mode}), want...)
		// Padding inside the convolution is padding before it.
		y := ops.Conv1D(x.Reshape(1, 1, 3), ops.OnesLike(x).Reshape(1, 1, 3), ops.ConvOptions{Pad: ops.Padding{2, 1}, PadMode: mode})
		wantValues(t, "convolution, "+mode.String(), y, want[0]+want[1]+want[2], want[1]+want[2]+want[3], want[2]+want[3]+want[4], want[3]+want[4]+want[5])
	}
}

func TestRNNLayers(t *testing.T) {
	r := ops.NewRNG(1)
	w := func(in, h int) ops.RNNWeights {
		return ops.RNNWeights{Input: r.Randn(h, in), Hidden: r.Randn(h, h).Mul(0.3), InputBias: r.Randn(h), HiddenBias: r.Randn(h)}
	}
	x, h0 := r.Randn(4, 2, 3), r.Randn(4, 2, 5)
	f1, b1, f2, b2 := w(3, 5), w(3, 5), w(10, 5), w(10, 5)
	y, h := ops.RNN(x, []ops.RNNWeights{f1, b1, f2, b2}, ops.RNNOptions{Bidirectional: true, Initial: h0})
	run := func(x *ops.Tensor, w ops.RNNWeights, i int, reverse bool) (y, h *ops.Tensor) {
		return ops.RNN(x, []ops.RNNWeights{w}, ops.RNNOptions{Reverse: reverse, Initial: h0.Slice(0, i, i+1)})
	}
	yf, hf := run(x, f1, 0, false)
	yb, hb := run(x, b1, 1, true)
	mid := ops.Concat(list(yf, yb), 2)
	yf2, hf2 := run(mid, f2, 2, false)
	yb2, hb2 := run(mid, b2, 3, true)
	wantValues(t, "y", y, ops.Concat(list(yf2, yb2), 2).Float64s()...)
	wantValues(t, "h", h, ops.Concat(list(hf, hb, hf2, hb2), 0).Float64s()...)
	if !y.Shape().Equal(ops.Shape{4, 2, 10}) || !h.Shape().Equal(ops.Shape{4, 2, 5}) {
		t.Errorf("shapes %v, %v", y.Shape(), h.Shape())
	}
	first, _ := ops.RNN(x.Transpose(0, 1), []ops.RNNWeights{f1}, ops.RNNOptions{BatchFirst: true})
	plain, _ := ops.RNN(x, []ops.RNNWeights{f1})
	wantValues(t, "batch first", first.Transpose(0, 1), plain.Float64s()...)
}
