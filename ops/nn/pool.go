package nn

import (
	"fmt"
	"strings"

	"cahier/ops"
)

// PoolLayer is max or average pooling.
type PoolLayer struct {
	common
	Name    string // the function of package ops: "MaxPool2D"
	Size    int
	Options ops.PoolOptions
}

func newPool(name string, size int, opts []ops.PoolOptions) *PoolLayer {
	o := one("nn."+name, opts)
	if len(o.Size) == 0 {
		positive("nn."+name, "size", size)
	}
	return &PoolLayer{Name: name, Size: size, Options: o}
}

// MaxPool1D returns a layer that computes [ops.MaxPool1D].
func MaxPool1D(size int, opts ...ops.PoolOptions) *PoolLayer {
	return newPool("MaxPool1D", size, opts)
}

// MaxPool2D returns a layer that computes [ops.MaxPool2D]: the largest element
// of each window of size by size of x [N C H W].
func MaxPool2D(size int, opts ...ops.PoolOptions) *PoolLayer {
	return newPool("MaxPool2D", size, opts)
}

// MaxPool3D returns a layer that computes [ops.MaxPool3D].
func MaxPool3D(size int, opts ...ops.PoolOptions) *PoolLayer {
	return newPool("MaxPool3D", size, opts)
}

// AvgPool1D returns a layer that computes [ops.AvgPool1D].
func AvgPool1D(size int, opts ...ops.PoolOptions) *PoolLayer {
	return newPool("AvgPool1D", size, opts)
}

// AvgPool2D returns a layer that computes [ops.AvgPool2D]: the mean of each
// window of size by size of x [N C H W].
func AvgPool2D(size int, opts ...ops.PoolOptions) *PoolLayer {
	return newPool("AvgPool2D", size, opts)
}

// AvgPool3D returns a layer that computes [ops.AvgPool3D].
func AvgPool3D(size int, opts ...ops.PoolOptions) *PoolLayer {
	return newPool("AvgPool3D", size, opts)
}

// Forward returns the pooled x [N C …].
func (l *PoolLayer) Forward(x *ops.Tensor) *ops.Tensor {
	f := map[string]func(*ops.Tensor, int, ...ops.PoolOptions) *ops.Tensor{
		"MaxPool1D": ops.MaxPool1D, "MaxPool2D": ops.MaxPool2D, "MaxPool3D": ops.MaxPool3D,
		"AvgPool1D": ops.AvgPool1D, "AvgPool2D": ops.AvgPool2D, "AvgPool3D": ops.AvgPool3D,
	}[l.Name]
	if f == nil {
		panic(&ops.ArgError{OpName: "nn.PoolLayer.Forward", Arg: "Name", Got: l.Name, Rule: "want MaxPool or AvgPool with 1D, 2D or 3D"})
	}
	return l.note(l, x, f(x, l.Size, l.Options))
}

// String returns the layer as it is made.
func (l *PoolLayer) String() string {
	o := l.Options
	size := fmt.Sprint(l.Size)
	if len(o.Size) > 0 {
		size = sizesText(o.Size)
	}
	return describe(l.Name, size, "Stride", sizesText(o.Stride), "Dilation", sizesText(o.Dilation), "Pad", padText(o.Pad), "Ceil", o.Ceil, "CountPad", o.CountPad)
}

// GlobalPoolLayer folds all spatial axes.
type GlobalPoolLayer struct {
	common
	Max bool
}

// GlobalAvgPool returns a layer that takes the mean over all axes behind the
// channels: x [N C …], y [N C] (Lin et al., Network in network, 2013).
func GlobalAvgPool() *GlobalPoolLayer { return &GlobalPoolLayer{} }

// GlobalMaxPool returns a layer that takes the largest element over all axes
// behind the channels: x [N C …], y [N C].
func GlobalMaxPool() *GlobalPoolLayer { return &GlobalPoolLayer{Max: true} }

// Forward folds x [N C …] to y [N C]. It panics with an [ops.ShapeError] for
// less than three axes.
func (l *GlobalPoolLayer) Forward(x *ops.Tensor) *ops.Tensor {
	name, _, _ := strings.Cut(l.String(), "(")
	given("nn."+name, "x", x)
	if x.Rank() < 3 {
		panic(&ops.ShapeError{OpName: "nn." + name, Arg: "x", Got: x.Shape(), Want: ops.Shape{-1, -1, -1}, Axes: []string{"n", "c", "…"}, Rule: "want a batch, channels, and axes behind them"})
	}
	y := x.Flatten(2)
	if l.Max {
		y = ops.Max(y, ops.ReduceOptions{Axes: []int{2}})
	} else {
		y = ops.Mean(y, ops.ReduceOptions{Axes: []int{2}})
	}
	return l.note(l, x, y)
}

// String returns the layer as it is made.
func (l *GlobalPoolLayer) String() string {
	if l.Max {
		return "GlobalMaxPool()"
	}
	return "GlobalAvgPool()"
}
