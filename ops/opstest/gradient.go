package opstest

import (
	"math"

	"cahier/ops"
)

// directions is the number of random directions that derivatives are
// compared along.
const directions = 3

// gradients compares derivatives with central differences, on the inputs as
// they are and in other layouts.
func (k *checker) gradients() {
	k.Helper()
	p := k.problem(k.c.Inputs, false)
	if len(p.floats) > 0 && p.value(p.params()) == nil {
		k.Errorf("no output has a gradient; set NoGrad")
		return
	}
	k.gradient("gradient", k.c.Inputs)
	if len(p.floats) > 0 {
		k.oneAndMany("gradient", func() []*ops.Tensor { return ops.Grad(p.value, p.params()) })
	}
	for name, arrange := range arrangements {
		if in, changed := arranged(k.c.Inputs, arrange); changed {
			k.gradient("gradient "+name, in)
		}
	}
	if in, changed := arranged(k.c.Inputs, broadcasted); changed && !k.c.NoBroadcast {
		k.gradientBroadcast(in)
	}
	if !k.c.Only64 {
		k.gradient32()
	}
}

// gradientBroadcast compares the gradient of inputs with a stride of 0 with
// that of their copies: repeated elements may be ties and kinks, where
// differences mean nothing.
func (k *checker) gradientBroadcast(in []*ops.Tensor) {
	k.Helper()
	dense, _ := arranged(in, func(x *ops.Tensor) *ops.Tensor { return x.Clone() })
	p, q := k.problem(in, false), k.problem(dense, false)
	k.near("gradient broadcast", ops.Grad(p.value, p.params()), ops.Grad(q.value, q.params()), 1e-12)
}

// problem is a scalar function of the floating-point inputs of a case: the
// outputs weighted by fixed random numbers, plus, for second derivatives,
// half their squares.
type problem struct {
	k      *checker
	in     []*ops.Tensor
	floats []int // the places of the floating-point inputs
	square bool
}

func (k *checker) problem(in []*ops.Tensor, square bool) *problem {
	p := &problem{k: k, in: in, square: square}
	for i, x := range in {
		if x != nil && x.DType().IsFloat() {
			p.floats = append(p.floats, i)
		}
	}
	return p
}

func (p *problem) params() []*ops.Tensor {
	xs := make([]*ops.Tensor, len(p.floats))
	for j, i := range p.floats {
		xs[j] = p.in[i]
	}
	return xs
}

func (p *problem) value(params []*ops.Tensor) *ops.Tensor {
	in := append([]*ops.Tensor(nil), p.in...)
	for j, i := range p.floats {
		in[i] = params[j]
	}
	var sum *ops.Tensor
	for i, y := range p.k.op.Call(p.k.c.Attrs, in...) {
		if !y.DType().IsFloat() {
			continue
		}
		w := Randn(uint64(100+i), y.Shape()...).To(y.DType())
		term := y.Mul(w).Sum()
		if p.square {
			term = term.Add(y.Mul(y).Mul(w.Add(0.3)).Sum().Mul(0.5))
		}
		if sum == nil {
			sum = term
		} else {
			sum = sum.Add(term)
		}
	}
	return sum
}

// along returns the inputs moved by h in a direction.
func (p *problem) along(d []*ops.Tensor, h float64) []*ops.Tensor {
	xs := p.params()
	for i := range xs {
		xs[i] = xs[i].Add(d[i].Mul(h))
	}
	return xs
}

func (p *problem) direction(seed uint64) []*ops.Tensor {
	d := make([]*ops.Tensor, len(p.floats))
	for j, i := range p.floats {
		d[j] = Randn(seed*1000+uint64(j), p.in[i].Shape()...).To(p.in[i].DType())
	}
	return d
}

// dot is the inner product of two lists of tensors, in float64, and the sum
// of the sizes of its terms.
func dot(a, b []*ops.Tensor) (sum, size float64) {
	for i := range a {
		x, y := a[i].Float64s(), b[i].Float64s()
		for j := range x {
			sum += x[j] * y[j]
			size += math.Abs(x[j] * y[j])
		}
	}
	return sum, size
}

func (k *checker) gradient(what string, in []*ops.Tensor) {
	k.Helper()
	p := k.problem(in, false)
	if len(p.floats) == 0 {
		return
	}
	compare := k.unmodified(in)
	grads := ops.Grad(p.value, p.params())
	compare()
	const h = 1e-5
	for seed := range uint64(directions) {
		d := p.direction(seed + 1)
		got, size := dot(grads, d)
		up, down := p.value(p.along(d, h)).Item(), p.value(p.along(d, -h)).Item()
		want := (up - down) / (2 * h)
		// Rounding of the values, and the third derivative.
		limit := 1e-6*math.Max(1, size) + 1e-10*math.Max(math.Abs(up), 1)/h*1e-1
		if !(math.Abs(got-want) <= limit) {
			k.Errorf("%s along direction %d is %v, and differences give %v (allowed difference %.3g)", what, seed, got, want, limit)
		}
	}
	if k.c.Smooth {
		k.second(what, in)
	}
}

// second compares Hessian-vector products with differences of gradients.
func (k *checker) second(what string, in []*ops.Tensor) {
	k.Helper()
	p := k.problem(in, true)
	const h = 1e-5
	v := p.direction(50)
	hv := ops.HVP(p.value, p.params(), v)
	for seed := range uint64(directions) {
		d := p.direction(seed + 60)
		got, size := dot(hv, d)
		up, scale := dot(ops.Grad(p.value, p.along(v, h)), d)
		down, _ := dot(ops.Grad(p.value, p.along(v, -h)), d)
		want := (up - down) / (2 * h)
		limit := 1e-6*math.Max(1, size) + 1e-11*math.Max(scale, 1)/h
		if !(math.Abs(got-want) <= limit) {
			k.Errorf("second %s along direction %d is %v, and differences give %v (allowed difference %.3g)", what, seed, got, want, limit)
		}
	}
}

// gradient32 compares the gradient in Float32 with that in Float64.
func (k *checker) gradient32() {
	k.Helper()
	in, _ := arranged(k.c.Inputs, func(x *ops.Tensor) *ops.Tensor {
		if x.DType() == ops.Float64 {
			return x.To(ops.Float32)
		}
		return x
	})
	exact, _ := arranged(in, func(x *ops.Tensor) *ops.Tensor {
		if x.DType() == ops.Float32 {
			return x.To(ops.Float64)
		}
		return x
	})
	p, q := k.problem(in, false), k.problem(exact, false)
	if len(p.floats) == 0 {
		return
	}
	got, want := ops.Grad(p.value, p.params()), ops.Grad(q.value, q.params())
	for i := range got {
		if got[i].DType() != ops.Float32 {
			k.Errorf("gradient %d of a Float32 input is %v", i, got[i].DType())
		}
	}
	k.near("gradient in Float32", got, want, 1e-4)
}
