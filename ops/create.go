package ops

import (
	"fmt"
	"math"
	"slices"

	"cahier/ops/internal/cpu"
)

// made returns a copy of shape, or panics if no tensor can have it.
func made(op string, shape []int) Shape {
	s := Shape(slices.Clone(shape))
	if err := s.check("shape"); err != nil {
		fail(op, err)
	}
	return s
}

// Zeros returns a Float32 tensor of zeros. Without sizes it is a scalar.
func Zeros(shape ...int) *Tensor { return allocOf(Float32, made("ops.Zeros", shape)) }

// Ones returns a Float32 tensor of ones.
func Ones(shape ...int) *Tensor { return full("ops.Ones", 1, shape) }

// Full returns a Float32 tensor whose every element is value.
func Full(value float64, shape ...int) *Tensor { return full("ops.Full", value, shape) }

func full(op string, value float64, shape []int) *Tensor {
	t, data := alloc[float32](made(op, shape))
	cpu.Fill(data, float32(value))
	return t
}

// ZerosLike returns a tensor of zeros with the shape and element type of t.
func ZerosLike(t *Tensor) *Tensor { return allocOf(t.dtype, t.shape) }

// OnesLike returns a tensor of ones (of true for Bool) with the shape and
// element type of t.
func OnesLike(t *Tensor) *Tensor { return fullOf(t.dtype, t.shape, 1) }

// fullOf returns a contiguous tensor of one value.
func fullOf(d DType, shape Shape, value float64) *Tensor {
	t := allocOf(d, shape)
	switch data := t.data.(type) {
	case []float32:
		cpu.Fill(data, float32(value))
	case []float64:
		cpu.Fill(data, value)
	case []int64:
		cpu.Fill(data, int64(value))
	case []uint8:
		cpu.Fill(data, uint8(value))
	case []bool:
		cpu.Fill(data, value != 0)
	}
	return t
}

// Eye returns the Float32 identity matrix of size n.
func Eye(n int) *Tensor {
	t, data := alloc[float32](made("ops.Eye", []int{n, n}))
	for i := range n {
		data[i*n+i] = 1
	}
	return t
}

// Arange returns start, start+step, … below stop (above it if step is
// negative) as Float32: Arange(stop), Arange(start, stop) or Arange(start,
// stop, step). ArangeInt makes Int64.
func Arange(args ...float64) *Tensor {
	start, stop, step := 0.0, 0.0, 1.0
	switch len(args) {
	case 1:
		stop = args[0]
	case 2:
		start, stop = args[0], args[1]
	case 3:
		start, stop, step = args[0], args[1], args[2]
	default:
		fail("ops.Arange", &ArgError{Arg: "args", Got: len(args), Rule: "want stop, or start and stop, or start, stop and step"})
	}
	if step == 0 || math.IsNaN(start+stop+step) || math.IsInf(start+stop+step, 0) {
		fail("ops.Arange", &ArgError{Arg: "start, stop, step", Got: []float64{start, stop, step}, Rule: "step must not be 0, and all must be finite"})
	}
	count := max(0, math.Ceil((stop-start)/step))
	if count > math.MaxInt32*1024.0 {
		fail("ops.Arange", &ArgError{Arg: "args", Got: args, Rule: fmt.Sprintf("would make %g elements", count)})
	}
	t, data := alloc[float32](Shape{int(count)})
	for i := range data {
		data[i] = float32(start + float64(i)*step)
	}
	return t
}

// ArangeInt returns start, start+step, … below stop (above it if step is
// negative) as Int64: ArangeInt(stop), ArangeInt(start, stop) or
// ArangeInt(start, stop, step).
func ArangeInt(args ...int) *Tensor {
	start, stop, step := 0, 0, 1
	switch len(args) {
	case 1:
		stop = args[0]
	case 2:
		start, stop = args[0], args[1]
	case 3:
		start, stop, step = args[0], args[1], args[2]
	default:
		fail("ops.ArangeInt", &ArgError{Arg: "args", Got: len(args), Rule: "want stop, or start and stop, or start, stop and step"})
	}
	if step == 0 {
		fail("ops.ArangeInt", &ArgError{Arg: "step", Got: 0, Rule: "must not be 0"})
	}
	n := 0
	if step > 0 && stop > start {
		n = (stop-start-1)/step + 1
	} else if step < 0 && stop < start {
		n = (start-stop-1)/-step + 1
	}
	t, data := alloc[int64](made("ops.ArangeInt", []int{n}))
	for i := range data {
		data[i] = int64(start + i*step)
	}
	return t
}

// Linspace returns n Float32 values at equal distances from start to stop,
// both included.
func Linspace(start, stop float64, n int) *Tensor {
	t, data := alloc[float32](made("ops.Linspace", []int{n}))
	for i := range data {
		// Both ends are exact.
		switch {
		case i == 0:
			data[i] = float32(start)
		case i == n-1:
			data[i] = float32(stop)
		default:
			data[i] = float32(start + (stop-start)*float64(i)/float64(n-1))
		}
	}
	return t
}

// Wrap32 returns a Float32 tensor over data, which is not copied: the caller
// must not write to it while the tensor is in use. Without sizes the tensor
// has one axis.
func Wrap32(data []float32, shape ...int) *Tensor { return wrap("ops.Wrap32", data, shape) }

// Wrap64 returns a Float64 tensor over data, which is not copied: the caller
// must not write to it while the tensor is in use. Without sizes the tensor
// has one axis.
func Wrap64(data []float64, shape ...int) *Tensor { return wrap("ops.Wrap64", data, shape) }

// WrapInt64 returns an Int64 tensor over data, which is not copied.
func WrapInt64(data []int64, shape ...int) *Tensor { return wrap("ops.WrapInt64", data, shape) }

// WrapUint8 returns a Uint8 tensor over data, which is not copied.
func WrapUint8(data []uint8, shape ...int) *Tensor { return wrap("ops.WrapUint8", data, shape) }

// WrapBool returns a Bool tensor over data, which is not copied.
func WrapBool(data []bool, shape ...int) *Tensor { return wrap("ops.WrapBool", data, shape) }

func wrap[T elem](op string, data []T, shape []int) *Tensor {
	s := Shape{len(data)}
	if len(shape) > 0 {
		s = made(op, shape)
	}
	if s.Len() != len(data) {
		fail(op, &ArgError{Arg: "data", Got: fmt.Sprintf("%d elements", len(data)), Rule: fmt.Sprintf("shape %v has %d", s, s.Len())})
	}
	return newTensor(data, s)
}
