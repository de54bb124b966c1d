package worker

import (
	"os"
	"runtime"
	"strings"
	"testing"

	"cahier/interp"
)

func TestParseMemoryLimit(t *testing.T) {
	const machine = 16 << 30
	for text, want := range map[string]uint64{
		"2GiB": 2 << 30, "2gib": 2 << 30, " 2 GiB ": 2 << 30, "2g": 2 << 30, "1.5GiB": 3 << 29, "2GB": 2e9, "500MB": 5e8,
		"512M": 512 << 20, "1TiB": 1 << 40, "1tb": 1e12, "100000KiB": 100000 << 10, "100000KB": 1e8, "100000k": 100000 << 10, "100000000B": 1e8,
		"50%": 8 << 30, "12.5 %": 2 << 30, "100%": machine, "off": 0, "OFF": 0, "": 12 << 30,
	} {
		got, err := parseMemoryLimit(text, machine)
		if err != nil || got != want {
			t.Errorf("%q: got %d %v, want %d", text, got, err, want)
		}
	}
	for text, want := range map[string]string{
		"2":           "it has no unit",
		"2 QiB":       "not a number with a unit",
		"GiB":         "not a number with a unit",
		"-2GiB":       "not a number with a unit",
		"1e9B":        "not a number with a unit",
		"2..0G":       "not a number with a unit",
		"infB":        "not a number with a unit",
		"0x10G":       "not a number with a unit",
		"1MiB":        "a worker needs at least 64 MiB",
		"0":           "it has no unit",
		"0GiB":        "at least 64 MiB",
		"101%":        "more than the machine has",
		"99999999TiB": "too large",
		"none":        "not a number with a unit",
	} {
		_, err := parseMemoryLimit(text, machine)
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "want a size like 2GiB") {
			t.Errorf("%q: got %v, want %s", text, err, want)
		}
	}
	if _, err := parseMemoryLimit("50%", 0); err == nil || !strings.Contains(err.Error(), "not known") {
		t.Errorf("got %v", err)
	}
	if n, err := parseMemoryLimit("", 0); n != 0 || err != nil {
		t.Errorf("got %d %v", n, err)
	}
}

func TestMemoryLimitFromEnv(t *testing.T) {
	t.Setenv(EnvMemoryLimit, "3GiB")
	if n, err := MemoryLimitFromEnv(); n != 3<<30 || err != nil {
		t.Errorf("got %d %v", n, err)
	}
	t.Setenv(EnvMemoryLimit, "much")
	if _, err := MemoryLimitFromEnv(); err == nil || !strings.HasPrefix(err.Error(), `CAHIER_MEMORY_LIMIT: memory limit "much": `) {
		t.Errorf("got %v", err)
	}
}

func TestMachineMemory(t *testing.T) {
	n := machineMemory()
	if runtime.GOOS != "linux" && runtime.GOOS != "darwin" {
		t.Skip("the machine's memory is not known on this system")
	}
	if n < 64<<20 || n > 1<<50 {
		t.Errorf("a machine of %d bytes", n)
	}
	if d := DefaultMemoryLimit(); d > n || d < n/2 {
		t.Errorf("default limit %d of %d", d, n)
	}
	if runtime.GOOS != "linux" {
		return
	}
	if a, ok := availableMemory(); !ok || a == 0 {
		t.Errorf("available %d %v", a, ok)
	}
	r, err := openResident(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	defer r.close()
	if used, err := r.read(); err != nil || used < 1<<20 || used > n {
		t.Errorf("resident %d %v", used, err)
	}
}

func TestFormatBytes(t *testing.T) {
	for n, want := range map[uint64]string{0: "0 bytes", 1023: "1023 bytes", 1024: "1 KiB", 1536: "1.5 KiB", 2 << 30: "2 GiB", 5 << 60: "5 EiB"} {
		if got := formatBytes(n); got != want {
			t.Errorf("%d: got %s want %s", n, got, want)
		}
	}
}

func TestRanges(t *testing.T) {
	for want, numbers := range map[string][]int{
		"":       nil,
		"3":      {3},
		"1-3, 5": {1, 2, 3, 5},
		"1-2, 9": {1, 2, 2, 9},
	} {
		if got := ranges(numbers); got != want {
			t.Errorf("%v: got %q want %q", numbers, got, want)
		}
	}
	var even []int
	for i := range 40 {
		even = append(even, 2*i)
	}
	if got, want := describe(even), "cells 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, ..., 78"; got != want {
		t.Errorf("got %q want %q", got, want)
	}
}

func TestHistoryIsBounded(t *testing.T) {
	var h history
	code := strings.Repeat("x", 1<<20)
	for i := range 40 {
		h.add(interp.Cell{Code: code, Number: i}, 1)
	}
	if h.bytes > maxHistoryBytes || len(h.cells) != 16 || h.dropped != 24 || h.cells[0].cell.Number != 24 {
		t.Errorf("%d bytes in %d cells from %d, %d dropped", h.bytes, len(h.cells), h.cells[0].cell.Number, h.dropped)
	}
}
