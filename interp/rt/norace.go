//go:build !race

package rt

// RaceEnabled says that the race detector is on.
const RaceEnabled = false
