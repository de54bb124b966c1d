package ops

import (
	"fmt"
	"slices"

	"cahier/ops/internal/cpu"
)

// Float64s returns the elements in row-major order, converted to float64
// (true is 1), as a copy.
func (t *Tensor) Float64s() []float64 { return values[float64](t) }

// Float32s returns the elements in row-major order, converted to float32
// (true is 1), as a copy.
func (t *Tensor) Float32s() []float32 { return values[float32](t) }

// Int64s returns the elements in row-major order as a copy; fractions are cut
// off.
func (t *Tensor) Int64s() []int64 { return values[int64](t) }

// Ints is Int64s for where Go wants int, as for indices of slices.
func (t *Tensor) Ints() []int {
	src := values[int64](t)
	out := make([]int, len(src))
	for i, v := range src {
		out[i] = int(v)
	}
	return out
}

// Uint8s returns the elements in row-major order, converted as Go converts,
// as a copy.
func (t *Tensor) Uint8s() []uint8 { return values[uint8](t) }

// Bools returns the elements in row-major order as a copy; a number is true
// if it is not 0.
func (t *Tensor) Bools() []bool {
	if t.dtype == Bool {
		return slices.Clone(flat[bool](t))
	}
	src := t.Float64s()
	out := make([]bool, len(src))
	for i, v := range src {
		out[i] = v != 0
	}
	return out
}

// Assign makes t hold the values of src, which must have the same shape and
// element type. It is how optimisers change parameters: views and results
// that were made from t before keep the old values. The caller sees to it
// that nobody reads t meanwhile.
func (t *Tensor) Assign(src *Tensor) {
	const op = "ops.Tensor.Assign"
	if src == nil {
		fail(op, &ArgError{Arg: "src", Rule: "is nil, want a tensor"})
	}
	if !t.shape.Equal(src.shape) {
		fail(op, &ShapeError{Arg: "src", Got: src.Shape(), Want: t.Shape(), Rule: "must be the shape of the tensor that is assigned to"})
	}
	if err := wantSame("the tensor", t.dtype, "src", src.dtype); err != nil {
		fail(op, err)
	}
	if t.link != nil || t.watched.Load() != nil {
		fail(op, &GradError{Why: "a gradient of this tensor is being computed", Help: "assign after Grad has returned"})
	}
	t.stride, t.offset, t.data = src.stride, src.offset, src.data
}

// Clone returns a contiguous copy, off every tape.
func (t *Tensor) Clone() *Tensor {
	return convert(t, t.dtype, true)
}

func values[T number](t *Tensor) []T {
	if t.dtype == dtypeOf[T]() {
		return slices.Clone(flat[T](t))
	}
	return convert(t, dtypeOf[T](), true).data.([]T)
}

// convert returns t with another element type. The result is contiguous and
// its memory its own if fresh is set or the types differ; otherwise it is t.
func convert(t *Tensor, d DType, fresh bool) *Tensor {
	if t.dtype == d && !fresh {
		return t
	}
	out := allocOf(d, t.shape)
	switch t.data.(type) {
	case []float32:
		convertFrom[float32](out, t)
	case []float64:
		convertFrom[float64](out, t)
	case []int64:
		convertFrom[int64](out, t)
	case []uint8:
		convertFrom[uint8](out, t)
	case []bool:
		convertBool(out, t)
	}
	return out
}

func convertFrom[T number](out, t *Tensor) {
	v := viewOf[T](t)
	switch dst := out.data.(type) {
	case []float32:
		cpu.Unary(dst, v, cpu.Convert[T, float32])
	case []float64:
		cpu.Unary(dst, v, cpu.Convert[T, float64])
	case []int64:
		cpu.Unary(dst, v, cpu.Convert[T, int64])
	case []uint8:
		cpu.Unary(dst, v, cpu.Convert[T, uint8])
	case []bool:
		cpu.Unary(dst, v, func(dst []bool, x []T) {
			for i, e := range x {
				dst[i] = e != 0
			}
		})
	}
}

func convertBool(out, t *Tensor) {
	v := viewOf[bool](t)
	switch dst := out.data.(type) {
	case []bool:
		cpu.Copy(dst, v)
	case []float32:
		cpu.Unary(dst, v, boolTo[float32])
	case []float64:
		cpu.Unary(dst, v, boolTo[float64])
	case []int64:
		cpu.Unary(dst, v, boolTo[int64])
	case []uint8:
		cpu.Unary(dst, v, boolTo[uint8])
	}
}

func boolTo[T number](dst []T, x []bool) {
	for i, e := range x {
		dst[i] = 0
		if e {
			dst[i] = 1
		}
	}
}

// scalarFor returns v, a Go number or bool, as a scalar tensor of type d.
func scalarFor(v any, d DType, arg string) (*Tensor, error) {
	f, n, isInt, ok := goNumber(v)
	if !ok {
		return nil, &ArgError{Arg: arg, Got: fmt.Sprintf("a %T", v), Rule: "want a *ops.Tensor or a Go number", Help: "ops.From(v) makes a tensor of slices"}
	}
	switch d {
	case Float32:
		return newTensor([]float32{float32(f)}, Shape{}), nil
	case Float64:
		return newTensor([]float64{f}, Shape{}), nil
	case Int64:
		if !isInt {
			return nil, &ArgError{Arg: arg, Got: v, Rule: "a scalar adopts the tensor's type, which is Int64, and is no integer", Help: "To(ops.Float32) converts the tensor"}
		}
		return newTensor([]int64{n}, Shape{}), nil
	case Uint8:
		if !isInt || f < 0 || f > 255 {
			return nil, &ArgError{Arg: arg, Got: v, Rule: "a scalar adopts the tensor's type, which is Uint8: 0 to 255", Help: "To(ops.Float32) converts the tensor"}
		}
		return newTensor([]uint8{uint8(f)}, Shape{}), nil
	}
	if b, isBool := v.(bool); isBool {
		return newTensor([]bool{b}, Shape{}), nil
	}
	return nil, &ArgError{Arg: arg, Got: v, Rule: "a scalar adopts the tensor's type, which is Bool", Help: "To(ops.Float32) converts the tensor"}
}
