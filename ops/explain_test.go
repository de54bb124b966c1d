package ops_test

import (
	"fmt"
	"strings"
	"testing"

	"cahier/ops"
)

func ExampleShapeError_Explain() {
	err := ops.Try(func() { ops.Conv2D(ops.Zeros(1, 32, 32, 3), ops.Zeros(8, 3, 3, 3)) })
	for _, line := range err.(*ops.ShapeError).Explain() {
		fmt.Println(line)
	}
	// Output:
	// axis    0   1   2   3
	// x       1  32  32   3
	// w       8   3   3   3
	// want  out  32  kh  kw
	//             ^
	// rule: axis 1 must equal x axis 1 / groups (32/1)
}

func TestExplain(t *testing.T) {
	for _, test := range []struct {
		err  ops.ShapeError
		want string
	}{
		{ops.ShapeError{Arg: "x", Got: ops.Shape{}}, ""},
		{ops.ShapeError{Arg: "x", Got: ops.Shape{}, Rule: "want more"}, "rule: want more"},
		{ops.ShapeError{Arg: "x", Got: ops.Shape{}, Want: ops.Shape{-1, 10}}, "axis   -2  -1\nx     is a scalar\nwant  any  10"},
		{ops.ShapeError{Arg: "x", Got: ops.Shape{2, 3}}, "axis  0  1\nx     2  3"},
		{ops.ShapeError{Arg: "x", Got: ops.Shape{2, 3}, Want: ops.Shape{2, -1}}, "axis  0    1\nx     2    3\nwant  2  any"},
		{ops.ShapeError{Arg: "lengths", Got: ops.Shape{4}, Want: ops.Shape{100}, Other: "q", OtherShape: ops.Shape{100, 2}},
			"axis      -2   -1\nq        100    2\nlengths         4\nwant          100\n                ^"},
		{ops.ShapeError{Arg: "ü", Got: ops.Shape{1}, Want: ops.Shape{2}}, "axis  0\nü     1\nwant  2\n      ^"},
	} {
		if got := strings.Join(test.err.Explain(), "\n"); got != test.want {
			t.Errorf("%+v is explained by\n%s\nwant\n%s", test.err, got, test.want)
		}
	}
}

// TestCompared: the shapes that a rule compares come from the call, also for
// operations that do not say which.
func TestCompared(t *testing.T) {
	a, b := ops.Zeros(2, 3), ops.Zeros(4, 3)
	for name, test := range map[string]struct {
		f     func()
		other string
		shape ops.Shape
	}{
		"product":      {func() { ops.MatMul(a, b) }, "a", ops.Shape{2, 3}},
		"broadcast":    {func() { a.Add(b) }, "a", ops.Shape{2, 3}},
		"bias":         {func() { ops.Linear(a, b, ops.Zeros(3)) }, "w", ops.Shape{4, 3}},
		"by the call":  {func() { ops.CrossEntropy(a, ops.ArangeInt(3)) }, "x", ops.Shape{2, 3}},
		"one tensor":   {func() { a.Reshape(4, 4) }, "", nil},
		"first tensor": {func() { ops.Conv2D(a, b) }, "", nil},
		"list":         {func() { ops.Concat([]*ops.Tensor{a, ops.Zeros(2, 4)}, 0) }, "ts", ops.Shape{2, 3}},
	} {
		e, ok := ops.Try(test.f).(*ops.ShapeError)
		if !ok || e.Other != test.other && name != "list" || !e.OtherShape.Equal(test.shape) {
			t.Errorf("%s: compared with %q %v in %v, want %q %v", name, e.Other, e.OtherShape, e, test.other, test.shape)
		}
	}
}
