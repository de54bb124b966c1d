//go:build !linux

package kernel

import (
	"time"

	"cahier/kernel/wire"
)

// Where there is no /proc, usage_reply goes without these numbers.

func readProcesses([]int) (processes, bool) { return processes{}, false }

func readMemory() (wire.VirtualMemory, bool) { return wire.VirtualMemory{}, false }

func readHost() (busy, all time.Duration, ok bool) { return 0, 0, false }
