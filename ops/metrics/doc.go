// Package metrics says how good predictions are, and how alike models are:
// what is computed beside training, and returned as numbers or as values that
// print themselves.
//
// Classes are Int64; predictions are classes or scores, one row of scores for
// each example. Everything is accumulated in float64.
package metrics
