// Package dataset divides examples into what is trained on and what is tested
// on, and into batches.
//
//	train, test := dataset.Split(x, y, 0.2)
//	scale := dataset.Standardize(train.X)
//	batches := dataset.Batches(scale.Apply(train.X), train.Y, 32)
//	for epoch := range 10 {
//		for i := range batches.Len() {
//			b := batches.Batch(epoch, i)
//			… model.Forward(b.X), b.Y …
//		}
//	}
//
// Examples lie along the first axis of tensors. Everything random is a
// function of a seed: the same call gives the same examples, also when a cell
// is run again.
package dataset
