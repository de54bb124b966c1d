package nn

import (
	"fmt"

	"cahier/ops"
)

// ActivationLayer applies an operation to each element, or along an axis.
type ActivationLayer struct {
	common
	Op    string    // the operation by its registered name: "relu"
	Attrs ops.Attrs // its attributes
	text  string
}

// Activation returns a layer that applies an operation on one tensor by its
// registered name, one of package ops or of someone else. It panics with an
// [ops.ArgError] if there is none.
func Activation(name string, attrs ...ops.Attrs) *ActivationLayer {
	a := one("nn.Activation", attrs)
	op, ok := ops.Lookup(name)
	if !ok || len(op.Inputs) > 1 {
		panic(&ops.ArgError{OpName: "nn.Activation", Arg: "name", Got: name, Rule: "want the registered name of an operation on one tensor", Help: "ops.All() lists them"})
	}
	return &ActivationLayer{Op: name, Attrs: a, text: describe("Activation", fmt.Sprintf("%q", name))}
}

func activation(op, text string, attrs ops.Attrs) *ActivationLayer {
	return &ActivationLayer{Op: op, Attrs: attrs, text: text}
}

// sloped is an activation with one number that may be left out.
func sloped(op, name, attr string, value []float64) *ActivationLayer {
	switch len(value) {
	case 0:
		return activation(op, name+"()", nil)
	case 1:
		return activation(op, describe(name, fmt.Sprint(value[0])), ops.Attrs{attr: value[0]})
	}
	panic(&ops.ArgError{OpName: "nn." + name, Arg: attr, Got: value, Rule: "want at most one number"})
}

// ReLU returns a layer that computes [ops.ReLU]: max(x, 0).
func ReLU() *ActivationLayer { return activation("relu", "ReLU()", nil) }

// ReLU6 returns a layer that computes [ops.ReLU6]: x, at least 0 and at most 6.
func ReLU6() *ActivationLayer { return activation("relu6", "ReLU6()", nil) }

// LeakyReLU returns a layer that computes [ops.LeakyReLU], with a slope of
// 0.01 unless another is given.
func LeakyReLU(slope ...float64) *ActivationLayer {
	return sloped("leaky_relu", "LeakyReLU", "slope", slope)
}

// ELU returns a layer that computes [ops.ELU], with alpha 1 unless another is
// given.
func ELU(alpha ...float64) *ActivationLayer { return sloped("elu", "ELU", "alpha", alpha) }

// SELU returns a layer that computes [ops.SELU].
func SELU() *ActivationLayer { return activation("selu", "SELU()", nil) }

// CELU returns a layer that computes [ops.CELU], with alpha 1 unless another
// is given.
func CELU(alpha ...float64) *ActivationLayer { return sloped("celu", "CELU", "alpha", alpha) }

// GELU returns a layer that computes [ops.GELU].
func GELU() *ActivationLayer { return activation("gelu", "GELU()", nil) }

// GELUTanh returns a layer that computes [ops.GELUTanh], the approximation of
// GELU by a hyperbolic tangent.
func GELUTanh() *ActivationLayer { return activation("gelu_tanh", "GELUTanh()", nil) }

// SiLU returns a layer that computes [ops.SiLU], also known as swish.
func SiLU() *ActivationLayer { return activation("silu", "SiLU()", nil) }

// Mish returns a layer that computes [ops.Mish].
func Mish() *ActivationLayer { return activation("mish", "Mish()", nil) }

// HardSwish returns a layer that computes [ops.HardSwish].
func HardSwish() *ActivationLayer { return activation("hard_swish", "HardSwish()", nil) }

// HardSigmoid returns a layer that computes [ops.HardSigmoid].
func HardSigmoid() *ActivationLayer { return activation("hard_sigmoid", "HardSigmoid()", nil) }

// Sigmoid returns a layer that computes [ops.Sigmoid].
func Sigmoid() *ActivationLayer { return activation("sigmoid", "Sigmoid()", nil) }

// LogSigmoid returns a layer that computes [ops.LogSigmoid].
func LogSigmoid() *ActivationLayer { return activation("log_sigmoid", "LogSigmoid()", nil) }

// Tanh returns a layer that computes [ops.Tanh].
func Tanh() *ActivationLayer { return activation("tanh", "Tanh()", nil) }

// Softplus returns a layer that computes [ops.Softplus].
func Softplus() *ActivationLayer { return activation("softplus", "Softplus()", nil) }

// Softsign returns a layer that computes [ops.Softsign].
func Softsign() *ActivationLayer { return activation("softsign", "Softsign()", nil) }

// Softmax returns a layer that computes [ops.Softmax] along an axis. For
// training, [ops.CrossEntropy] wants the values before it.
func Softmax(axis int) *ActivationLayer {
	return activation("softmax", describe("Softmax", fmt.Sprint(axis)), ops.Attrs{"axis": axis})
}

// LogSoftmax returns a layer that computes [ops.LogSoftmax] along an axis.
func LogSoftmax(axis int) *ActivationLayer {
	return activation("log_softmax", describe("LogSoftmax", fmt.Sprint(axis)), ops.Attrs{"axis": axis})
}

// Forward returns the activation of x.
func (l *ActivationLayer) Forward(x *ops.Tensor) *ops.Tensor {
	return l.note(l, x, ops.Call(l.Op, l.Attrs, x))
}

// String returns the layer as it is made.
func (l *ActivationLayer) String() string {
	if l.text == "" {
		return describe("Activation", fmt.Sprintf("%q", l.Op))
	}
	return l.text
}

// PReLULayer is a ReLU whose slope below 0 is learnt.
type PReLULayer struct {
	common
	Weight *ops.Tensor `nn:"parameter,weight"` // [1], or [channels]
}

// PReLU returns a layer that computes [ops.PReLU] with slopes that are learnt,
// one for all elements or one for each channel (axis 1); they begin at 0.25
// (He et al., Delving deep into rectifiers, 2015).
func PReLU(channels ...int) *PReLULayer {
	n := 1
	switch len(channels) {
	case 0:
	case 1:
		n = channels[0]
		positive("nn.PReLU", "channels", n)
	default:
		panic(&ops.ArgError{OpName: "nn.PReLU", Arg: "channels", Got: channels, Rule: "want at most one number"})
	}
	return &PReLULayer{Weight: ops.Full(0.25, n)}
}

// Forward returns x where it is positive and x times the slope elsewhere. It
// panics with an [ops.ShapeError] if x does not have that many channels.
func (l *PReLULayer) Forward(x *ops.Tensor) *ops.Tensor {
	return l.note(l, x, ops.PReLU(x, l.Weight))
}

// Parameters returns the tensors that are trained, see [Parameters].
func (l *PReLULayer) Parameters() []*ops.Tensor { return Parameters(l) }

// String returns the layer as it is made.
func (l *PReLULayer) String() string {
	if l.Weight.Len() == 1 {
		return "PReLU()"
	}
	return describe("PReLU", fmt.Sprint(l.Weight.Len()))
}
