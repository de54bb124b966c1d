//go:build !race && (linux || darwin)

package worker_test

const raceEnabled = false
