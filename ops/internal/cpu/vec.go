package cpu

import "math"

// Float is the constraint of floating-point loops.
type Float interface{ float32 | float64 }

// Number is the constraint of arithmetic loops.
type Number interface {
	float32 | float64 | int64 | uint8
}

// Add computes dst = a + b.
func Add[T Number](dst, a, b []T) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = a[i] + b[i]
	}
}

// Sub computes dst = a - b.
func Sub[T Number](dst, a, b []T) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = a[i] - b[i]
	}
}

// Mul computes dst = a * b.
func Mul[T Number](dst, a, b []T) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = a[i] * b[i]
	}
}

// Div computes dst = a / b for floating-point numbers.
func Div[T Float](dst, a, b []T) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = a[i] / b[i]
	}
}

// Maximum computes the larger of a and b; NaN if either is NaN.
func Maximum[T Number](dst, a, b []T) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = max(a[i], b[i])
	}
}

// Minimum computes the smaller of a and b; NaN if either is NaN.
func Minimum[T Number](dst, a, b []T) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = min(a[i], b[i])
	}
}

// Equal, Less and LessEqual compare elementwise, as Go's operators do.
func Equal[T comparable](dst []bool, a, b []T) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = a[i] == b[i]
	}
}

// Less computes dst = a < b.
func Less[T Number](dst []bool, a, b []T) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = a[i] < b[i]
	}
}

// LessEqual computes dst = a <= b.
func LessEqual[T Number](dst []bool, a, b []T) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = a[i] <= b[i]
	}
}

// Neg computes dst = -x.
func Neg[T Number](dst, x []T) {
	x = x[:len(dst)]
	for i := range dst {
		dst[i] = -x[i]
	}
}

// ReLU computes dst = max(x, 0); NaN stays NaN.
func ReLU[T Float](dst, x []T) {
	x = x[:len(dst)]
	for i, v := range x {
		if v < 0 {
			v = 0
		}
		dst[i] = v
	}
}

// Map returns the loop that applies f to each element, computed in float64
// and rounded once.
func Map[T Float](f func(float64) float64) func(dst, x []T) {
	return func(dst, x []T) {
		x = x[:len(dst)]
		for i, v := range x {
			dst[i] = T(f(float64(v)))
		}
	}
}

// Map2 returns the loop that applies f to each pair, computed in float64 and
// rounded once.
func Map2[T Float](f func(a, b float64) float64) func(dst, a, b []T) {
	return func(dst, a, b []T) {
		a, b = a[:len(dst)], b[:len(dst)]
		for i, v := range a {
			dst[i] = T(f(float64(v), float64(b[i])))
		}
	}
}

// Convert is the loop of a conversion between number types, as Go converts.
func Convert[T, U Number](dst []U, x []T) {
	x = x[:len(dst)]
	for i, v := range x {
		dst[i] = U(v)
	}
}

// Sum adds the elements of x to acc in float64.
func Sum[T Number](acc float64, x []T) float64 {
	// Four sums hide the latency of the additions.
	var a, b, c, d float64
	for len(x) >= 4 {
		a += float64(x[0])
		b += float64(x[1])
		c += float64(x[2])
		d += float64(x[3])
		x = x[4:]
	}
	for _, v := range x {
		a += float64(v)
	}
	return acc + ((a + b) + (c + d))
}

// Softmax writes exp(x)/sum(exp(x)) of one row; the maximum is subtracted
// first and the sum is taken in float64. A row of -Inf alone has no softmax:
// it gives NaN, as the formula does.
func Softmax[T Float](dst, x []T) {
	top := math.Inf(-1)
	for _, v := range x {
		top = max(top, float64(v))
	}
	sum := 0.0
	for i, v := range x {
		e := math.Exp(float64(v) - top)
		dst[i] = T(e)
		sum += e
	}
	inv := 1 / sum
	for i, v := range x {
		// The exponential is taken from dst unless rounding to T lost it.
		if dst[i] != 0 {
			dst[i] = T(float64(dst[i]) * inv)
		} else {
			dst[i] = T(math.Exp(float64(v)-top) * inv)
		}
	}
}

// LogSoftmax writes x - log(sum(exp(x))) of one row, without overflow.
func LogSoftmax[T Float](dst, x []T) {
	top := math.Inf(-1)
	for _, v := range x {
		top = max(top, float64(v))
	}
	sum := 0.0
	for _, v := range x {
		sum += math.Exp(float64(v) - top)
	}
	shift := top + math.Log(sum)
	for i, v := range x {
		dst[i] = T(float64(v) - shift)
	}
}

// AbsInt computes dst = |x|.
func AbsInt(dst, x []int64) {
	for i, v := range x {
		dst[i] = max(v, -v)
	}
}

// Square computes dst = x·x.
func Square[T Float](dst, x []T) {
	x = x[:len(dst)]
	for i, v := range x {
		dst[i] = v * v
	}
}

// SumInt adds the elements of x to acc.
func SumInt[T int64 | uint8](acc int64, x []T) int64 {
	for _, v := range x {
		acc += int64(v)
	}
	return acc
}

// Count adds the number of true elements of x to acc.
func Count(acc int64, x []bool) int64 {
	for _, v := range x {
		if v {
			acc++
		}
	}
	return acc
}
