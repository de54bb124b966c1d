// Package optim changes parameters along their gradients: optimisers,
// schedules of their learning rate, clipping of gradients and moving averages
// of parameters.
//
//	opt := optim.AdamW(model.Parameters(), 1e-3).SetSchedule(optim.Cosine(1e-3, 1000, optim.CosineOptions{Warmup: 100}))
//	for range 1000 {
//		loss, grads := nn.ValueAndGrad(model, func() *ops.Tensor { return ops.MSE(model.Forward(x), y) })
//		grads, _ = optim.ClipByNorm(grads, 1)
//		opt.Step(grads)
//	}
//
// Parameters are tensors, wherever they come from: those of package nn, or any
// list that a gradient was computed for. An optimiser changes them by
// [ops.Tensor.Assign], so that what holds them sees the new values, and
// results that were computed before keep the old ones.
//
// Everything is computed in the element type of the parameter, element by
// element, and has the same bits for any number of processors.
package optim
