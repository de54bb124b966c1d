// Package nn builds neural networks of layers: values that hold their weights
// and have a method Forward. What they compute is package ops; this package
// keeps the weights, their names, and what differs between training and
// evaluation.
//
//	model := nn.Sequential(nn.Conv2D(1, 8, 3), nn.ReLU(), nn.Flatten(), nn.Linear(5408, 10))
//	opt := optim.Adam(model.Parameters(), 1e-3)
//	for step := range 200 {
//		x, t := batch(step)
//		loss, grads := nn.ValueAndGrad(model, func() *ops.Tensor { return ops.CrossEntropy(model.Forward(x), t) })
//		opt.Step(grads)
//	}
//
// # Models
//
// A model is a layer, or a struct that has layers somewhere in its fields, in
// slices, maps, interfaces or structs within it. The fields may be unexported.
// [Parameters], [Named], [State], [LoadState], [Train], [Eval], [Cast] and
// [ValueAndGrad] find the layers by reflection, so that a model needs no
// method for them, in compiled code as in a cell:
//
//	type Net struct {
//		body, head *nn.LinearLayer
//		scale      *ops.Tensor `nn:"parameter"`
//	}
//
// A tensor that a struct holds itself says by a tag what it is: "parameter"
// (trained), "buffer" (saved with the model, not trained) or "-" (neither). A
// tensor without such a tag is refused, because it might be meant either way.
// What a function has captured cannot be seen; a model that is a function
// keeps its layers in a struct or in [Sequential] too.
//
// # Names
//
// The name of a parameter is the way to it: names of fields and indices with
// dots between them, such as "body.weight" or "0.bias" in [Sequential]. The
// layers of this package name theirs as PyTorch does where it has them. A
// tensor that is reached in two ways, as tied weights are, counts once, under
// its first name.
//
// # Training and evaluation
//
// Layers are made for training: dropout drops, batch norm takes the statistics
// of the batch. [Eval] changes all layers of a model to evaluation, [Train]
// back.
//
// Random weights and dropout draw from [ops.DefaultRNG] unless an option
// names another source: ops.Seed(1) makes a program give the same numbers
// again.
package nn
