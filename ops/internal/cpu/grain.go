//go:build !finegrain

package cpu

// Grain is the number of cheap element operations below which a second
// goroutine costs more than it brings (about 20 µs of work).
const Grain = 1 << 15
