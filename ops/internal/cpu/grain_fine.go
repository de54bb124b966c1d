//go:build finegrain

package cpu

// Grain divides every loop among all workers, however short it is: tests with
// the tag finegrain see on small tensors what users see on large ones.
const Grain = 1
