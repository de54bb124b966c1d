package savgol

import (
	"fmt"
	"math"
	"testing"

	"cahier/ops"
	"cahier/ops/opstest"
)

// fitted is the plain way: for each sample the normal equations of the fit to
// its window, by elimination.
func fitted(x []float64, window, order, deriv int) []float64 {
	y := make([]float64, len(x))
	for i := range x {
		start := min(max(i-window/2, 0), len(x)-window)
		m := order + 1
		a := make([][]float64, m)
		for r := range a {
			a[r] = make([]float64, m+1)
			for j := range window {
				t := float64(start + j - i)
				for c := range m {
					a[r][c] += math.Pow(t, float64(r+c))
				}
				a[r][m] += math.Pow(t, float64(r)) * x[start+j]
			}
		}
		for c := range m {
			p := c
			for r := c; r < m; r++ {
				if math.Abs(a[r][c]) > math.Abs(a[p][c]) {
					p = r
				}
			}
			a[c], a[p] = a[p], a[c]
			for r := range m {
				if r != c {
					f := a[r][c] / a[c][c]
					for k := c; k <= m; k++ {
						a[r][k] -= f * a[c][k]
					}
				}
			}
		}
		if deriv <= order {
			y[i] = a[deriv][m] / a[deriv][deriv] // the derivative at t = 0 is deriv! times the coefficient
			for k := 2; k <= deriv; k++ {
				y[i] *= float64(k)
			}
		}
	}
	return y
}

func rows(window, order, deriv int) func(in []*ops.Tensor) []*ops.Tensor {
	return func(in []*ops.Tensor) []*ops.Tensor {
		n := in[0].Size(-1)
		var out []float64
		for v := in[0].Float64s(); len(v) > 0; v = v[n:] {
			out = append(out, fitted(v[:n], window, order, deriv)...)
		}
		return []*ops.Tensor{ops.Wrap64(out).Reshape(in[0].Shape()...)}
	}
}

func TestSavgol(t *testing.T) {
	op, ok := ops.Lookup("example.savgol")
	if !ok {
		t.Fatal("the operation is not registered")
	}
	opstest.Check(t, op, []opstest.Case{
		{Name: "smooth", Attrs: ops.Attrs{"window": 5, "order": 2}, Inputs: []*ops.Tensor{opstest.Randn(1, 9)}, Want: rows(5, 2, 0), Smooth: true},
		{Name: "rows", Attrs: ops.Attrs{"window": 7, "order": 3}, Inputs: []*ops.Tensor{opstest.Randn(2, 2, 3, 11)}, Want: rows(7, 3, 0), Smooth: true},
		{Name: "slope", Attrs: ops.Attrs{"window": 5, "order": 3, "deriv": 1}, Inputs: []*ops.Tensor{opstest.Randn(3, 2, 8)}, Want: rows(5, 3, 1), Smooth: true},
		{Name: "curvature", Attrs: ops.Attrs{"window": 7, "order": 4, "deriv": 2}, Inputs: []*ops.Tensor{opstest.Randn(4, 8)}, Want: rows(7, 4, 2)},
		{Name: "derivative above the order", Attrs: ops.Attrs{"window": 3, "order": 1, "deriv": 2}, Inputs: []*ops.Tensor{opstest.Randn(5, 6)}, Want: rows(3, 1, 2)},
		{Name: "one window", Attrs: ops.Attrs{"window": 5, "order": 1}, Inputs: []*ops.Tensor{opstest.Randn(6, 5)}, Want: rows(5, 1, 0)},
		{Name: "no rows", Attrs: ops.Attrs{"window": 3, "order": 1}, Inputs: []*ops.Tensor{opstest.Randn(7, 0, 5)}, Want: rows(3, 1, 0)},
		{Name: "window of one", Attrs: ops.Attrs{"window": 1}, Inputs: []*ops.Tensor{opstest.Randn(8, 4)}, Want: rows(1, 0, 0)},
		{Name: "adjoint", Attrs: ops.Attrs{"window": 5, "order": 2, "adjoint": true}, Inputs: []*ops.Tensor{opstest.Randn(9, 2, 7)}},
	})
	x := ops.Zeros(4)
	opstest.CheckRefusals(t, op, []opstest.Refusal{
		{Name: "no window", Inputs: []*ops.Tensor{x}, Want: "example.savgol: window is 0: want an odd number of samples"},
		{Name: "even", Attrs: ops.Attrs{"window": 4}, Inputs: []*ops.Tensor{x}, Want: "example.savgol: window is 4: want an odd number of samples"},
		{Name: "order", Attrs: ops.Attrs{"window": 3, "order": 3}, Inputs: []*ops.Tensor{x}, Want: "example.savgol: order is 3: want 0 to 2, less than the window"},
		{Name: "deriv", Attrs: ops.Attrs{"window": 3, "deriv": -1}, Inputs: []*ops.Tensor{x}, Want: "example.savgol: deriv is -1: want 0 or more"},
		{Name: "delta", Attrs: ops.Attrs{"window": 3, "delta": -2.5}, Inputs: []*ops.Tensor{x}, Want: "example.savgol: delta is -2.5: want a distance above 0"},
		{Name: "no integer", Attrs: ops.Attrs{"window": 3.5}, Inputs: []*ops.Tensor{x}, Want: "example.savgol: window is 3.5: want an integer"},
		{Name: "order of a text", Attrs: ops.Attrs{"window": 3, "order": "two"}, Inputs: []*ops.Tensor{x}, Want: "example.savgol: order is two: want an integer"},
		{Name: "deriv of a text", Attrs: ops.Attrs{"window": 3, "deriv": "two"}, Inputs: []*ops.Tensor{x}, Want: "example.savgol: deriv is two: want an integer"},
		{Name: "delta of a text", Attrs: ops.Attrs{"window": 3, "delta": "two"}, Inputs: []*ops.Tensor{x}, Want: "example.savgol: delta is two: want a number"},
		{Name: "adjoint of a text", Attrs: ops.Attrs{"window": 3, "adjoint": "yes"}, Inputs: []*ops.Tensor{x}, Want: "example.savgol: adjoint is yes: want a bool"},
		{Name: "misspelt", Attrs: ops.Attrs{"windw": 3}, Inputs: []*ops.Tensor{x},
			Want: "example.savgol: attribute windw is no attribute of this operation, which has window, order, deriv, delta, adjoint"},
		{Name: "short", Attrs: ops.Attrs{"window": 5}, Inputs: []*ops.Tensor{x}, Want: "example.savgol: x has shape [4]: the axis of samples must hold a window of 5"},
		{Name: "scalar", Attrs: ops.Attrs{"window": 5}, Inputs: []*ops.Tensor{ops.From(1.0)}, Want: "example.savgol: x has shape []: the axis of samples must hold a window of 5"},
		{Name: "integers", Attrs: ops.Attrs{"window": 3}, Inputs: []*ops.Tensor{ops.ArangeInt(5)},
			Want: "example.savgol: x is Int64, want Float32 or Float64\nx.To(ops.Float32) converts"},
	})
}

// TestSciPy compares with the example of SciPy's documentation.
func TestSciPy(t *testing.T) {
	y := Filter(ops.From([]float64{2, 2, 5, 2, 1, 0, 1, 4, 9}, ops.Float64), Options{Window: 5, Order: 2})
	want := []float64{1.66, 3.17, 3.54, 2.86, 0.66, 0.17, 1, 4, 9}
	for i, v := range y.Float64s() {
		if math.Abs(v-want[i]) > 0.005 {
			t.Errorf("sample %d is %.4f, want %.2f", i, v, want[i])
		}
	}
}

// TestPolynomial: a polynomial of the order is fitted exactly, and so are its
// derivatives, along any axis and for any distance of samples.
func TestPolynomial(t *testing.T) {
	const n, delta = 12, 0.5
	v := make([]float64, n)
	slope := make([]float64, n)
	for i := range v {
		x := float64(i) * delta
		v[i], slope[i] = x*x*x-2*x, 3*x*x-2
	}
	x := ops.Wrap64(v, n, 1).BroadcastTo(n, 2)
	y := Filter(x, Options{Window: 7, Order: 3, Deriv: 1, Delta: delta, Axis: 1})
	for i := range n {
		for j := range 2 {
			if got := y.At(i, j); math.Abs(got-slope[i]) > 1e-9 {
				t.Errorf("slope at %d, %d is %v, want %v", i, j, got, slope[i])
			}
		}
	}
}

func ExampleFilter() {
	x := ops.From([]float64{2, 2, 5, 2, 1, 0, 1, 4, 9})
	fmt.Printf("%.2f\n", Filter(x, Options{Window: 5, Order: 2}).Float64s())
	// Output: [1.66 3.17 3.54 2.86 0.66 0.17 1.00 4.00 9.00]
}
