package nn

import "cahier/ops"

// Train sets all layers of a model to training: dropout drops, batch norm
// takes the statistics of the batch and follows them. New layers are set so.
//
// It panics with an [ops.ArgError] if a layer is held by value in a struct
// that was itself passed by value.
func Train(model any) { setMode("nn.Train", model, false) }

// Eval sets all layers of a model to evaluation: dropout passes everything,
// batch norm uses its running statistics.
//
// It panics with an [ops.ArgError] as [Train] does.
func Eval(model any) { setMode("nn.Eval", model, true) }

func setMode(fn string, model any, eval bool) {
	w := walker{fn: fn, layer: func(name string, n node, copied bool) {
		if copied {
			panic(&ops.ArgError{OpName: fn, Arg: "model", Rule: "was passed as a copy, in which layer " + name + " would be set", Help: "pass a pointer: &model"})
		}
		n.setEval(eval)
	}}
	w.walk(model)
}

// Training reports whether a model has a layer that is set to training, as new
// layers are.
func Training(model any) bool {
	training := false
	w := walker{fn: "nn.Training", layer: func(_ string, n node, _ bool) { training = training || n.training() }}
	w.walk(model)
	return training
}
