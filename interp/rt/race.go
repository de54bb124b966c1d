//go:build race

package rt

// RaceEnabled says that the race detector is on. Cells then do not note the
// positions of statements: they all note them in one place, meaning to race.
const RaceEnabled = true
