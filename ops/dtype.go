package ops

import "strconv"

// DType is the element type of a tensor. The zero value is Float32, the
// default of every creator.
type DType uint8

// The element types.
const (
	Float32 DType = iota // IEEE 754 binary32
	Float64              // IEEE 754 binary64
	Int64                // indices, labels, counts
	Uint8                // images
	Bool                 // masks, results of comparisons
)

// String returns the type's Go name with a capital: "Float32".
func (d DType) String() string {
	switch d {
	case Float32:
		return "Float32"
	case Float64:
		return "Float64"
	case Int64:
		return "Int64"
	case Uint8:
		return "Uint8"
	case Bool:
		return "Bool"
	}
	return "DType(" + strconv.Itoa(int(d)) + ")"
}

// Size is the number of bytes of an element.
func (d DType) Size() int {
	switch d {
	case Float32:
		return 4
	case Float64, Int64:
		return 8
	}
	return 1
}

// IsFloat reports whether d is Float32 or Float64: the types that have
// gradients.
func (d DType) IsFloat() bool { return d == Float32 || d == Float64 }

// elem is the constraint of the Go types behind the element types.
type elem interface {
	float32 | float64 | int64 | uint8 | bool
}

// number is elem without bool: what can be computed with.
type number interface {
	float32 | float64 | int64 | uint8
}

// dtypeOf returns the element type that T stands for.
func dtypeOf[T elem]() DType {
	var zero T
	switch any(zero).(type) {
	case float32:
		return Float32
	case float64:
		return Float64
	case int64:
		return Int64
	case uint8:
		return Uint8
	}
	return Bool
}
