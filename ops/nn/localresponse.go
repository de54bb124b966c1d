package nn

import (
	"fmt"

	"cahier/ops"
)

// LocalResponseNormLayer divides channels by the squares around them.
type LocalResponseNormLayer struct {
	common
	Size    int // channels that are taken together
	Options ops.LocalResponseNormOptions
}

// LocalResponseNorm returns a layer that computes [ops.LocalResponseNorm] of
// x [N C …] (Krizhevsky et al., ImageNet classification with deep
// convolutional neural networks, 2012: size 5, Alpha 5e-4, K 2). It has no
// parameters.
//
// It panics with an [ops.ArgError] for a size below 1.
func LocalResponseNorm(size int, opts ...ops.LocalResponseNormOptions) *LocalResponseNormLayer {
	o := one("nn.LocalResponseNorm", opts)
	positive("nn.LocalResponseNorm", "size", size)
	return &LocalResponseNormLayer{Size: size, Options: o}
}

// Forward returns x [N C …] normalised. It panics with an [ops.ShapeError]
// for less than two axes.
func (l *LocalResponseNormLayer) Forward(x *ops.Tensor) *ops.Tensor {
	return l.note(l, x, ops.LocalResponseNorm(x, l.Size, l.Options))
}

// String returns the layer as it is made.
func (l *LocalResponseNormLayer) String() string {
	o := l.Options
	return describe("LocalResponseNorm", fmt.Sprint(l.Size), "Alpha", o.Alpha, "Beta", o.Beta, "K", o.K, "Behind", o.Behind)
}
