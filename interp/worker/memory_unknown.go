//go:build !linux && !darwin

package worker

// machineMemory is not known here.
func machineMemory() uint64 { return 0 }
