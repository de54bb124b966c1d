package interp

import (
	"strings"
	"testing"
)

// TestModelOfCell trains a model whose type is declared in a cell: layers in
// unexported fields, in a slice of interfaces, in a struct by value, and a
// tensor of its own.
func TestModelOfCell(t *testing.T) {
	s := newTester(t)
	for _, code := range []string{`
type block struct {
	fc   *nn.LinearLayer
	norm *nn.LayerNormLayer
}

func (b *block) Forward(x *ops.Tensor) *ops.Tensor { return b.norm.Forward(b.fc.Forward(x)).Tanh().Add(x) }

type Net struct {
	scale *ops.Tensor ` + "`nn:\"parameter\"`" + `
	body  []nn.Layer
	head  struct{ fc *nn.LinearLayer }
	drop  *nn.DropoutLayer
	calls int
}

func (n *Net) Forward(x *ops.Tensor) *ops.Tensor {
	for _, l := range n.body {
		x = l.Forward(x)
	}
	n.calls++
	return n.head.fc.Forward(n.drop.Forward(x)).Mul(n.scale)
}

func newNet() *Net {
	n := &Net{scale: ops.Ones(1), drop: nn.Dropout(0.1)}
	n.body = []nn.Layer{&block{nn.Linear(4, 4), nn.LayerNorm(4)}, nn.Sequential(nn.Linear(4, 4), nn.ReLU())}
	n.head.fc = nn.Linear(4, 2)
	return n
}
`, `
ops.Seed(1)
net := newNet()
for _, p := range nn.Named(net) { fmt.Println(p.Name) }
`, `
x, y := ops.Randn(16, 4), ops.RandInt(0, 2, 16)
opt := optim.AdamW(nn.Parameters(net), 0.02)
var first, last float64
for step := range 60 {
	loss, grads := nn.ValueAndGrad(net, func() *ops.Tensor { return ops.CrossEntropy(net.Forward(x), y) })
	opt.Step(grads)
	if step == 0 { first = loss.Item() }
	last = loss.Item()
}
fmt.Println(last < first/2, net.calls)
`, `
nn.Eval(net)
fmt.Println(nn.Training(net), nn.Training(net.drop))
other := newNet()
fmt.Println(nn.LoadState(other, nn.State(net)))
nn.Eval(other)
fmt.Println(ops.Max(other.Forward(x).Sub(net.Forward(x)).Abs()).Item())
wrap := nn.Sequential(net, nn.Softmax(1))
fmt.Println(len(wrap.Parameters()), nn.Named(wrap)[0].Name)
`} {
		if r := s.exec(code); r.Err != nil {
			t.Fatalf("%s\n%v", r.Err.Value, strings.Join(r.Err.Traceback, "\n"))
		}
	}
	want := `scale
body.0.fc.weight
body.0.fc.bias
body.0.norm.weight
body.0.norm.bias
body.1.0.weight
body.1.0.bias
head.fc.weight
head.fc.bias
true 60
false false
<nil>
0
9 0.scale
`
	got := s.text() + s.stderr.String()
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	r := s.exec("type bad struct { w *ops.Tensor; fc *nn.LinearLayer }\nnn.Parameters(&bad{ops.Ones(1), nn.Linear(1, 1)})")
	if r.Err == nil || !strings.Contains(r.Err.Value, "nn.Parameters: w is a tensor that does not say what it is to the model") {
		t.Errorf("a tensor without a tag: %+v", r.Err)
	}
}

// TestModelOfCellShown looks into a model of a cell: its summary, the outputs
// of its layers, its text within Sequential, and an error in one of its layers.
func TestModelOfCellShown(t *testing.T) {
	s := newTester(t)
	for _, code := range []string{`
type Gate struct {
	fc    *nn.LinearLayer
	Bias  *ops.Tensor ` + "`nn:\"parameter,gate_bias\"`" + `
	Steps *ops.Tensor ` + "`nn:\"buffer\"`" + `
}

func (g *Gate) Forward(x *ops.Tensor) *ops.Tensor { return g.fc.Forward(x).Add(g.Bias).Sigmoid().Mul(x) }
`, `
gate := &Gate{nn.Linear(4, 4), ops.Zeros(4), ops.From([]int{0})}
fmt.Println(nn.Summary(gate, 2, 4))
`, `
model := nn.Sequential(gate, nn.Dropout(0.5))
fmt.Println(model)
for _, o := range nn.Outputs(model, func() { model.Forward(ops.Zeros(1, 4)) }) { fmt.Println(o.Name, o.Layer, o.Output.Shape()) }
nn.Cast(model, ops.Float64)
fmt.Println(gate.Bias.DType(), gate.Steps.DType(), nn.Training(gate), nn.Training(model))
fmt.Println(ops.Try(func() { model.Forward(ops.Zeros(1, 3).To(ops.Float64)) }))
`} {
		if r := s.exec(code); r.Err != nil {
			t.Fatalf("%s\n%v", r.Err.Value, strings.Join(r.Err.Traceback, "\n"))
		}
	}
	want := `layer                     output  parameters  multiply-adds
fc     Linear(4, 4)       [2 4]           20             32
       in no layer above                   4              0
total                                     24             32
input [2 4], 1 numbers in buffers, 104 B
Sequential {
  0: main.Gate
  1: Dropout(0.5)
}
0.fc Linear(4, 4) [1 4]
1 Dropout(0.5) [1 4]
Float64 Int64 true true
ops.Linear: w has shape [4 4], want [out 3]: axis 1 must equal the last axis of x, whose shape is [1 3]
`
	if got := s.text(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
