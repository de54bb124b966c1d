package ops_test

import (
	"math"

	"cahier/ops"
	"cahier/ops/opstest"
)

func init() {
	unaryCases()
	binaryCases()
	compareCases()
}

func unaryCases() {
	type domain struct {
		f       func(float64) float64
		low, up float64
		kinked  bool // has kinks: no second derivative, values are spread
		odd     []float64
	}
	odd := []float64{0, math.Copysign(0, -1), inf, -inf, nan}
	for name, d := range map[string]domain{
		"neg":        {f: func(x float64) float64 { return -x }, low: -2, up: 2, odd: odd},
		"abs":        {f: math.Abs, kinked: true, odd: odd},
		"sign":       {f: func(x float64) float64 { return truth(x > 0) - truth(x < 0) + (x - x) }, kinked: true, odd: []float64{0, nan}},
		"square":     {f: func(x float64) float64 { return x * x }, low: -2, up: 2, odd: odd},
		"reciprocal": {f: func(x float64) float64 { return 1 / x }, low: 0.5, up: 2, odd: odd},
		"sqrt":       {f: math.Sqrt, low: 0.5, up: 3, odd: odd},
		"exp":        {f: math.Exp, low: -2, up: 2, odd: append(odd, 800, -800)},
		"expm1":      {f: math.Expm1, low: -2, up: 2, odd: append(odd, 1e-12)},
		"log":        {f: math.Log, low: 0.5, up: 3, odd: odd},
		"log1p":      {f: math.Log1p, low: -0.5, up: 2, odd: append(odd, 1e-12)},
		"sin":        {f: math.Sin, low: -3, up: 3, odd: odd},
		"cos":        {f: math.Cos, low: -3, up: 3, odd: odd},
		"tan":        {f: math.Tan, low: -1, up: 1, odd: odd},
		"asin":       {f: math.Asin, low: -0.8, up: 0.8, odd: append(odd, 2)},
		"acos":       {f: math.Acos, low: -0.8, up: 0.8, odd: append(odd, 2)},
		"atan":       {f: math.Atan, low: -2, up: 2, odd: odd},
		"sinh":       {f: math.Sinh, low: -2, up: 2, odd: odd},
		"cosh":       {f: math.Cosh, low: -2, up: 2, odd: odd},
		"tanh":       {f: math.Tanh, low: -2, up: 2, odd: odd},
		"erf":        {f: math.Erf, low: -2, up: 2, odd: odd},
		"asinh":      {f: math.Asinh, low: -2, up: 2, odd: odd},
		"acosh":      {f: math.Acosh, low: 1.3, up: 3, odd: append(odd, 1, 2)},
		"atanh":      {f: math.Atanh, low: -0.8, up: 0.8, odd: append(odd, 1, -1, 2)},
		"exp2":       {f: func(x float64) float64 { return math.Pow(2, x) }, low: -2, up: 2, odd: odd},
		"log2":       {f: func(x float64) float64 { return math.Log(x) / math.Ln2 }, low: 0.5, up: 3, odd: odd},
		"log10":      {f: func(x float64) float64 { return math.Log(x) / math.Ln10 }, low: 0.5, up: 3, odd: odd},
		"rsqrt":      {f: func(x float64) float64 { return math.Pow(x, -0.5) }, low: 0.5, up: 3, odd: []float64{0, inf, nan, -1}},
		"trunc":      {f: func(x float64) float64 { i, _ := math.Modf(x); return i }, kinked: true, odd: append(odd, -1.5, 2)},
		"erfc":       {f: func(x float64) float64 { return 1 - math.Erf(x) }, low: -1, up: 1, odd: odd},
		"erfinv":     {f: math.Erfinv, low: -0.8, up: 0.8, odd: append(odd, 1, -1, 2)},
		"log_gamma":  {f: func(x float64) float64 { return math.Log(math.Abs(math.Gamma(x))) }, low: 0.5, up: 4, odd: []float64{0, -2.5, inf, nan}},
		"floor":      {f: math.Floor, kinked: true, odd: append(odd, -1.5, 2)},
		"ceil":       {f: math.Ceil, kinked: true, odd: append(odd, -1.5, 2)},
		"round":      {f: math.RoundToEven, kinked: true, odd: append(odd, 0.5, 1.5, 2.5)},
		"relu":       {f: func(x float64) float64 { return math.Max(x, 0) }, kinked: true, odd: odd},
		"sigmoid":    {f: func(x float64) float64 { return 1 / (1 + math.Exp(-x)) }, low: -3, up: 3, odd: append(odd, 800, -800)},
	} {
		make := func(shape ...int) *ops.Tensor {
			if d.kinked {
				// Away from 0 and from integers and halves, where floor,
				// ceil and round jump.
				return opstest.Spread(1, shape...).Add(0.021)
			}
			return opstest.Rand(2, d.low, d.up, shape...)
		}
		want := same1(d.f)
		cases[name] = []opstest.Case{
			{Name: "3x4", Inputs: []*ops.Tensor{make(3, 4)}, Want: want, Smooth: !d.kinked},
			{Name: "scalar", Inputs: []*ops.Tensor{make()}, Want: want, Smooth: !d.kinked},
			{Name: "one element", Inputs: []*ops.Tensor{make(1, 1)}, Want: want, Smooth: !d.kinked},
			{Name: "empty", Inputs: []*ops.Tensor{make(2, 0)}, Want: want, Smooth: !d.kinked},
			{Name: "special values", Inputs: []*ops.Tensor{f64(d.odd...)}, Want: want, NoGrad: true},
			{Name: "large", Inputs: []*ops.Tensor{make(3, 11, 1000)}, Want: want, NoGrad: true, Only64: true},
		}
		types := "Float32 or Float64"
		if name == "neg" || name == "abs" {
			types += " or Int64"
			cases[name] = append(cases[name], opstest.Case{Name: "Int64", Inputs: []*ops.Tensor{i64(-3, 0, 1<<60+1)}, NoGrad: true})
		}
		title := goName(lookup(name))
		refusals[name] = []opstest.Refusal{
			{Name: "Bool", Inputs: []*ops.Tensor{bools(true)}, Want: title + ": x is Bool, want " + types + "\nx.To(ops.Float32) converts"},
			{Name: "nil", Inputs: []*ops.Tensor{nil}, Want: title + ": x is nil, want a tensor"},
			{Name: "two tensors", Inputs: []*ops.Tensor{f64(1), f64(1)}, Want: title + ": the number of tensors is 2: want 1: x"},
			{Name: "attribute", Attrs: ops.Attrs{"axis": 1}, Inputs: []*ops.Tensor{f64(1)}, Want: title + ": attribute axis is no attribute of this operation, which has none"},
		}
	}
}

// goName is the name that errors of a built-in operation begin with: it is
// asked for by a call that every operation refuses.
func goName(op ops.Op) string {
	err := ops.Try(func() { op.Call(nil, nil) })
	if e, ok := err.(ops.Error); ok {
		return e.Op()
	}
	return op.Name
}

func binaryCases() {
	add := func(name string, f func(a, b float64) float64, make func(seed uint64, shape ...int) *ops.Tensor, smooth bool) {
		want := same2(sameType, f)
		c := func(label string, a, b *ops.Tensor) opstest.Case {
			return opstest.Case{Name: label, Inputs: []*ops.Tensor{a, b}, Want: want, Smooth: smooth}
		}
		cases[name] = []opstest.Case{
			c("same shape", make(1, 3, 4), make(2, 3, 4)),
			c("row", make(1, 3, 4), make(2, 4)),
			c("column and row", make(1, 3, 1), make(2, 1, 4)),
			c("more axes", make(1, 4), make(2, 2, 3, 4)),
			c("scalar", make(1, 2, 3), make(2)),
			c("one element", make(1, 1), make(2, 1, 1)),
			c("empty", make(1, 0, 3), make(2, 3)),
			c("empty by broadcasting", make(1, 2, 1), make(2, 1, 0)),
			{Name: "special values", Inputs: []*ops.Tensor{f64(0, inf, nan, -inf, 1), f64(0, 2, 1, inf, nan)}, Want: want, NoGrad: true},
			{Name: "large", Inputs: []*ops.Tensor{make(1, 30, 1, 400), make(2, 3, 400)}, Want: want, NoGrad: true, Only64: true},
		}
		refusals[name] = []opstest.Refusal{
			{Name: "shapes", Inputs: []*ops.Tensor{ops.Zeros(2, 3), ops.Zeros(4, 3)},
				Want: goName(lookup(name)) + ": b has shape [4 3], want [2 3]: axis -2 is 4 and a has 2 there: sizes must be equal, or one of them 1, counted from the last axis\nUnsqueeze adds an axis of size 1, Transpose moves axes"},
			{Name: "types", Inputs: []*ops.Tensor{ops.Zeros(2), f64(1, 2)},
				Want: goName(lookup(name)) + ": b is Float64, want Float32: both tensors must have one type, and a is Float32\nb.To(ops.Float32) converts"},
		}
	}
	near1 := func(seed uint64, shape ...int) *ops.Tensor { return opstest.Rand(seed, 0.5, 2, shape...) }
	add("add", func(a, b float64) float64 { return a + b }, opstest.Randn, true)
	add("sub", func(a, b float64) float64 { return a - b }, opstest.Randn, true)
	add("mul", func(a, b float64) float64 { return a * b }, opstest.Randn, true)
	add("div", func(a, b float64) float64 { return a / b }, near1, true)
	add("pow", math.Pow, near1, true)
	// Numbers that no two tensors share: ties have only a subgradient.
	apart := func(seed uint64, shape ...int) *ops.Tensor {
		return opstest.Spread(seed, shape...).Add(float64(seed) * 0.031)
	}
	add("maximum", maxNaN, apart, false)
	add("minimum", func(a, b float64) float64 { return -maxNaN(-a, -b) }, apart, false)

	moreBinaryCases(add)

	ints := []*ops.Tensor{i64(3, -4, 1<<60+1), i64(2, 5, 7)}
	bytes := []*ops.Tensor{ops.WrapUint8([]uint8{3, 250}), ops.WrapUint8([]uint8{4, 10})}
	for name, want := range map[string][2][]int64{
		"add": {{5, 1, 1<<60 + 8}, {7, 4}}, "sub": {{1, -9, 1<<60 - 6}, {255, 240}}, "mul": {{6, -20, 7<<60 + 7}, {12, 196}},
		"maximum": {{3, 5, 1<<60 + 1}, {4, 250}}, "minimum": {{2, -4, 7}, {3, 10}},
	} {
		cases[name] = append(cases[name],
			opstest.Case{Name: "Int64", Inputs: ints, NoGrad: true, Want: func([]*ops.Tensor) []*ops.Tensor { return []*ops.Tensor{i64(want[0]...)} }},
			opstest.Case{Name: "Uint8", Inputs: bytes, NoGrad: true, Want: func([]*ops.Tensor) []*ops.Tensor { return []*ops.Tensor{i64(want[1]...).To(ops.Uint8)} }})
	}
	for _, name := range []string{"div", "pow"} {
		refusals[name] = append(refusals[name], opstest.Refusal{Name: "Int64", Inputs: ints,
			Want: goName(lookup(name)) + ": a is Int64, want Float32 or Float64\na.To(ops.Float32) converts"})
	}
	// The derivative of xᵇ at x = 0, b = 0 is 0 and not NaN.
	cases["pow"] = append(cases["pow"], opstest.Case{Name: "zero to the zero", Inputs: []*ops.Tensor{f64(2), f64(0)}, Want: same2(sameType, math.Pow)})
}

func maxNaN(a, b float64) float64 {
	if a != a || b != b {
		return nan
	}
	return math.Max(a, b)
}

func lookup(name string) ops.Op {
	op, ok := ops.Lookup(name)
	if !ok {
		panic("no operation " + name)
	}
	return op
}

func compareCases() {
	for name, f := range map[string]func(a, b float64) bool{
		"equal":         func(a, b float64) bool { return a == b },
		"not_equal":     func(a, b float64) bool { return a != b },
		"less":          func(a, b float64) bool { return a < b },
		"less_equal":    func(a, b float64) bool { return a <= b },
		"greater":       func(a, b float64) bool { return a > b },
		"greater_equal": func(a, b float64) bool { return a >= b },
	} {
		want := same2(boolType, func(a, b float64) float64 { return truth(f(a, b)) })
		a, b := f64(1, 2, 3, nan, inf, -inf), f64(2, 2, 2, nan, inf, 0)
		cases[name] = []opstest.Case{
			{Name: "values", Inputs: []*ops.Tensor{a, b}, Want: want, NoGrad: true},
			{Name: "broadcast", Inputs: []*ops.Tensor{a.Reshape(6, 1), b}, Want: want, NoGrad: true},
			{Name: "Int64", Inputs: []*ops.Tensor{i64(1, 2, 3), i64(2, 2, 2)}, Want: want, NoGrad: true},
			{Name: "Uint8", Inputs: []*ops.Tensor{i64(1, 200, 3).To(ops.Uint8), i64(2, 2, 3).To(ops.Uint8)}, Want: want, NoGrad: true},
			{Name: "empty", Inputs: []*ops.Tensor{f64(), f64()}, Want: want, NoGrad: true},
		}
		refusals[name] = []opstest.Refusal{
			{Name: "types", Inputs: []*ops.Tensor{ops.Zeros(2), i64(1, 2)},
				Want: goName(lookup(name)) + ": b is Int64, want Float32: both tensors must have one type, and a is Float32\nb.To(ops.Float32) converts"},
		}
	}
	t4, f4 := bools(false, false, true, true), bools(false, true, false, true)
	for _, name := range []string{"equal", "not_equal"} {
		cases[name] = append(cases[name], opstest.Case{Name: "Bool", Inputs: []*ops.Tensor{t4, f4}, NoGrad: true,
			Want: same2(boolType, func(a, b float64) float64 { return truth((a == b) == (name == "equal")) })})
	}
	for name, f := range map[string]func(a, b float64) float64{
		"and": math.Min, "or": math.Max, "xor": func(a, b float64) float64 { return math.Abs(a - b) },
	} {
		cases[name] = []opstest.Case{
			{Name: "table", Inputs: []*ops.Tensor{t4, f4}, Want: same2(boolType, f), NoGrad: true},
			{Name: "broadcast", Inputs: []*ops.Tensor{t4.Reshape(4, 1), f4}, Want: same2(boolType, f), NoGrad: true},
		}
		refusals[name] = []opstest.Refusal{{Name: "numbers", Inputs: []*ops.Tensor{ops.Zeros(2), ops.Zeros(2)},
			Want: goName(lookup(name)) + ": a is Float32, want Bool\na.To(ops.Bool) converts"}}
	}
	cases["not"] = []opstest.Case{{Name: "table", Inputs: []*ops.Tensor{f4}, NoGrad: true, Want: func([]*ops.Tensor) []*ops.Tensor { return []*ops.Tensor{bools(true, false, true, false)} }}}
	refusals["not"] = []opstest.Refusal{{Name: "numbers", Inputs: []*ops.Tensor{ops.Zeros(2)}, Want: "ops.Not: x is Float32, want Bool\nx.To(ops.Bool) converts"}}
}
