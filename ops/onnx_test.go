package ops_test

import (
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"testing"

	"cahier/ops"
	"cahier/ops/internal/onnx"
)

// onnxOps translates nodes of the ONNX standard to calls of this package, by
// op type. The files onnx_*_test.go fill it.
var onnxOps = map[string]func(c *onnxCase) []*ops.Tensor{}

// onnxLeftOut names op types and cases ("test_…") that are not run, with the
// reason.
var onnxLeftOut = map[string]string{}

// onnxRounded names cases whose wanted values are given to four decimals only.
// They are compared at the tolerance of ONNX's own runner, 1e-3 relative.
var onnxRounded = []string{"test_averagepool_2d_ceil_last_window_starts_on_pad"}

// onnxCase is one node test vector.
type onnxCase struct {
	name  string
	opset int
	node  onnx.Node
	in    []*ops.Tensor // in the order of the node's inputs; nil where absent
	half  bool          // some input or output has 16 bits
}

// input returns input i, or nil.
func (c *onnxCase) input(i int) *ops.Tensor {
	if i < len(c.in) {
		return c.in[i]
	}
	return nil
}

func (c *onnxCase) int(name string, def int) int {
	if a, ok := c.node.Attrs[name]; ok {
		return a.Int
	}
	return def
}

func (c *onnxCase) float(name string, def float64) float64 {
	if a, ok := c.node.Attrs[name]; ok {
		return a.Float
	}
	return def
}

func (c *onnxCase) ints(name string) []int    { return c.node.Attrs[name].Ints }
func (c *onnxCase) string(name string) string { return c.node.Attrs[name].String }

// onnxDir is the folder with the vectors of the ONNX project.
func onnxDir() string {
	if dir := os.Getenv("CAHIER_ONNX_NODE"); dir != "" {
		return dir
	}
	return filepath.Join("..", "..", "shared", "onnx-node")
}

func TestONNX(t *testing.T) {
	dirs, err := filepath.Glob(filepath.Join(onnxDir(), "test_*"))
	if err != nil {
		t.Fatal(err)
	}
	if len(dirs) == 0 {
		t.Skip("no ONNX node vectors: CAHIER_ONNX_NODE names their folder, ../shared/onnx-node by default")
	}
	sort.Strings(dirs)
	ran, left := 0, map[string][]string{}
	for _, dir := range dirs {
		c, want, err := readONNX(dir)
		if err != nil {
			t.Errorf("%s: %v", filepath.Base(dir), err)
			continue
		}
		reason, out := onnxLeftOut[c.name]
		if !out {
			reason, out = onnxLeftOut[c.node.Op]
		}
		if out {
			left[reason] = append(left[reason], c.name)
			continue
		}
		ran++
		t.Run(c.name, func(t *testing.T) {
			f := onnxOps[c.node.Op]
			if f == nil {
				t.Fatalf("no translation of %s, and no reason in onnxLeftOut", c.node.Op)
			}
			var got []*ops.Tensor
			if err := ops.Try(func() { got = f(c) }); err != nil {
				t.Fatal(err)
			}
			compareONNX(t, c, got, want)
		})
	}
	for name := range onnxLeftOut {
		if onnxOps[name] != nil {
			t.Errorf("%s has a translation, and is left out", name)
		}
	}
	for reason, names := range left {
		t.Logf("left out %d: %s (%s)", len(names), reason, strings.Join(names, ", "))
	}
	t.Logf("ran %d of %d cases", ran, len(dirs))
}

// readONNX reads one case and the outputs that it wants, nil where the node
// has none.
func readONNX(dir string) (*onnxCase, []*ops.Tensor, error) {
	b, err := os.ReadFile(filepath.Join(dir, "model.onnx"))
	if err != nil {
		return nil, nil, err
	}
	m, err := onnx.ParseModel(b)
	if err != nil {
		return nil, nil, err
	}
	c := &onnxCase{name: filepath.Base(dir), opset: m.Opset, node: m.Node}
	byName := map[string]*ops.Tensor{}
	read := func(kind string, names []string) error {
		for i, name := range names {
			b, err := os.ReadFile(filepath.Join(dir, "test_data_set_0", fmt.Sprintf("%s_%d.pb", kind, i)))
			if errors.Is(err, os.ErrNotExist) {
				continue
			}
			if err != nil {
				return err
			}
			x, err := onnx.ParseTensor(b)
			if err != nil {
				return err
			}
			c.half = c.half || x.Type == onnx.Float16 || x.Type == onnx.BFloat
			byName[kind+name] = tensorONNX(x)
		}
		return nil
	}
	if err := errors.Join(read("input", m.Inputs), read("output", m.Outputs)); err != nil {
		return nil, nil, err
	}
	for _, name := range m.Node.Inputs {
		c.in = append(c.in, byName["input"+name])
	}
	var want []*ops.Tensor
	for _, name := range m.Node.Outputs {
		want = append(want, byName["output"+name])
	}
	return c, want, nil
}

// tensorONNX converts a tensor to the element type of ours that holds it.
func tensorONNX(x *onnx.Tensor) *ops.Tensor {
	switch x.Type {
	case onnx.Float64:
		return ops.Wrap64(x.Floats).Reshape(x.Shape...)
	case onnx.Int8, onnx.Int32, onnx.Int64:
		return ops.WrapInt64(x.Ints).Reshape(x.Shape...)
	case onnx.Uint8:
		return ops.WrapInt64(x.Ints).Reshape(x.Shape...).To(ops.Uint8)
	case onnx.Bool:
		return ops.WrapInt64(x.Ints).Reshape(x.Shape...).To(ops.Bool)
	}
	return ops.Wrap64(x.Floats).Reshape(x.Shape...).To(ops.Float32)
}

// compareONNX compares at the tolerances of the vectors: Float32 results of
// another implementation, or 16-bit ones.
func compareONNX(t *testing.T, c *onnxCase, got, want []*ops.Tensor) {
	t.Helper()
	absolute, relative := 1e-5, 1e-4
	if c.half {
		absolute, relative = 1e-3, 2e-3
	}
	if slices.Contains(onnxRounded, c.name) {
		absolute, relative = 1e-7, 1e-3
	}
	for i, w := range want {
		if w == nil {
			continue
		}
		if i >= len(got) || got[i] == nil {
			t.Errorf("output %d (%s) is missing", i, c.node.Outputs[i])
			continue
		}
		g := got[i]
		if !g.Shape().Equal(w.Shape()) {
			t.Errorf("output %d: shape %v, want %v", i, g.Shape(), w.Shape())
			continue
		}
		if g.DType() != w.DType() {
			t.Errorf("output %d: %v, want %v", i, g.DType(), w.DType())
			continue
		}
		a, b := g.Float64s(), w.Float64s()
		for j := range a {
			near := a[j] == b[j] || a[j] != a[j] && b[j] != b[j]
			if !near && w.DType().IsFloat() {
				near = math.Abs(a[j]-b[j]) <= absolute+relative*math.Abs(b[j])
			}
			if !near {
				t.Errorf("output %d element %d: %v, want %v\ngot  %v\nwant %v", i, j, a[j], b[j], g, w)
				break
			}
		}
	}
}

// padsONNX translates pads and auto_pad.
func padsONNX(c *onnxCase) ops.Padding {
	switch c.string("auto_pad") {
	case "SAME_UPPER":
		return ops.Same
	case "SAME_LOWER":
		return ops.SameLower
	}
	return slices.Clone(c.ints("pads"))
}
