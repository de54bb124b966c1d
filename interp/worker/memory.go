package worker

import (
	"fmt"
	"math"
	"os"
	"strconv"
	"strings"
)

// EnvMemoryLimit is the environment variable that sets the memory limit.
const EnvMemoryLimit = "CAHIER_MEMORY_LIMIT"

// memoryUnits are the units that a memory limit may have, longest first where
// one ends with another.
var memoryUnits = []struct {
	name  string
	bytes float64
}{
	{"kib", 1 << 10}, {"mib", 1 << 20}, {"gib", 1 << 30}, {"tib", 1 << 40},
	{"kb", 1e3}, {"mb", 1e6}, {"gb", 1e9}, {"tb", 1e12},
	{"k", 1 << 10}, {"m", 1 << 20}, {"g", 1 << 30}, {"t", 1 << 40},
	{"b", 1},
}

// leastMemory is the smallest limit that leaves a worker room to start.
const leastMemory = 64 << 20

// ParseMemoryLimit reads a memory limit: "2GiB", "500MB" (KiB to TiB are powers
// of 1024, KB to TB of 1000; K, M, G and T alone mean KiB and so on; letters of
// either case), "50%" of the machine's memory, or "off" for none, which is 0. An
// empty text means [DefaultMemoryLimit].
func ParseMemoryLimit(text string) (uint64, error) {
	return parseMemoryLimit(text, machineMemory())
}

func parseMemoryLimit(text string, machine uint64) (uint64, error) {
	s := strings.ToLower(strings.TrimSpace(text))
	wrong := func(why string) (uint64, error) {
		return 0, fmt.Errorf("memory limit %q: %s; want a size like 2GiB or 500MB, a part of the machine's memory like 50%%, or off", text, why)
	}
	switch s {
	case "":
		return defaultMemoryLimit(machine), nil
	case "off":
		return 0, nil
	}
	var unit float64
	number, percent := strings.CutSuffix(s, "%")
	if percent {
		if machine == 0 {
			return wrong("the machine's memory is not known here")
		}
		unit = float64(machine) / 100
	} else {
		for _, u := range memoryUnits {
			if n, ok := strings.CutSuffix(s, u.name); ok {
				number, unit = n, u.bytes
				break
			}
		}
	}
	number = strings.TrimSpace(number)
	if number == "" || strings.Trim(number, "0123456789.") != "" {
		return wrong("not a number with a unit")
	}
	f, err := strconv.ParseFloat(number, 64)
	if err != nil {
		return wrong("not a number with a unit")
	}
	if unit == 0 {
		return wrong("it has no unit")
	}
	if percent && f > 100 {
		return wrong("more than the machine has")
	}
	bytes := f * unit
	if bytes < leastMemory {
		return wrong(fmt.Sprintf("a worker needs at least %s", formatBytes(leastMemory)))
	}
	if bytes >= math.MaxInt64 {
		return wrong("too large")
	}
	return uint64(bytes), nil
}

// DefaultMemoryLimit is the limit for when the user sets none: three quarters
// of the memory that this process may use (the machine's, or its control
// group's), and 0 (no limit) where that is not known.
func DefaultMemoryLimit() uint64 { return defaultMemoryLimit(machineMemory()) }

func defaultMemoryLimit(machine uint64) uint64 {
	if machine == 0 {
		return 0
	}
	return max(machine/4*3, leastMemory)
}

// MemoryLimitFromEnv reads the limit from the environment variable
// [EnvMemoryLimit]; if it is not set the default counts.
func MemoryLimitFromEnv() (uint64, error) {
	n, err := ParseMemoryLimit(os.Getenv(EnvMemoryLimit))
	if err != nil {
		return 0, fmt.Errorf("%s: %w", EnvMemoryLimit, err)
	}
	return n, nil
}
