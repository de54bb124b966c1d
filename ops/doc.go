// Package ops computes with tensors: n-dimensional arrays of one element
// type, and the operations that neural networks are made of, with gradients.
//
//	x := ops.Randn(1, 3, 32, 32)                      // NCHW, Float32
//	w := ops.Randn(8, 3, 3, 3)                        // OIHW
//	y := ops.Conv2D(x, w, ops.ConvOptions{Pad: ops.Same}).ReLU()
//	p := ops.Softmax(y.Flatten(1), -1)
//
// The package needs neither the kernel nor a notebook: examples/library of
// this module is a plain program that trains a network with it.
//
// # Tensors
//
// A [Tensor] is a strided window on a slice of float32, float64, int64, uint8
// or bool. Views (Slice, Transpose, Permute, Reshape where possible,
// BroadcastTo) share that slice. No operation modifies its inputs or what
// they share, so sharing is never seen; only [Tensor.Assign] gives a tensor
// new content. Tensors may be read from several goroutines.
//
// Axes count from 0; negative ones count from the end. Binary operations
// broadcast as NumPy does: shapes are aligned at their last axis, and an axis
// of size one is repeated.
//
// # Element types
//
// Creators make [Float32] unless their name says otherwise. Operations on two
// tensors want the same element type and never widen silently; a Go number
// adopts the type of the tensor beside it. Sums, means, softmax and norms of
// Float32 are accumulated in float64; matrix products and convolutions in
// float32, in blocks. The result of an operation has the same bits for any
// number of processors.
//
// # Errors
//
// Misuse panics with a value that implements [Error]: it names the operation,
// the argument, what was given, what was wanted and a way out. [Try] turns it
// into an error. What depends on the outside world, as files do, returns an
// error.
//
// # Gradients
//
// [Grad] and [ValueAndGrad] run a function on parameters and give the
// derivatives of its result; see [ValueAndGrad] for how and [Op] for how an
// operation says what its derivative is. Calls nest for higher orders.
package ops
