package worker

import (
	"bytes"
	"os"
	"path"
	"strconv"
	"strings"
)

// machineMemory is the memory that this process may use in all: the machine's,
// or less if a control group above it says so. 0: not known.
func machineMemory() uint64 {
	total, _ := meminfo("MemTotal:")
	groups, err := os.ReadFile("/proc/self/cgroup")
	if err != nil {
		return total
	}
	for l := range strings.Lines(string(groups)) {
		parts := strings.SplitN(strings.TrimSpace(l), ":", 3)
		if len(parts) != 3 {
			continue
		}
		var root, file string
		switch {
		case parts[0] == "0" && parts[1] == "":
			root, file = "/sys/fs/cgroup", "memory.max"
		case parts[1] == "memory":
			root, file = "/sys/fs/cgroup/memory", "memory.limit_in_bytes"
		default:
			continue
		}
		for dir := path.Clean("/" + parts[2]); ; dir = path.Dir(dir) {
			if b, err := os.ReadFile(path.Join(root, dir, file)); err == nil {
				// "max" and the huge number that means none are
				// both no less than the machine's.
				if n, err := strconv.ParseUint(strings.TrimSpace(string(b)), 10, 64); err == nil && n > 0 && (total == 0 || n < total) {
					total = n
				}
			}
			if dir == "/" {
				break
			}
		}
	}
	return total
}

// meminfo reads one line of the system's memory statistics, in bytes.
func meminfo(key string) (uint64, bool) {
	b, err := os.ReadFile("/proc/meminfo")
	if err != nil {
		return 0, false
	}
	_, rest, ok := bytes.Cut(b, []byte(key))
	if !ok {
		return 0, false
	}
	fields := bytes.Fields(rest[:min(len(rest), 64)])
	if len(fields) < 2 || string(fields[1]) != "kB" {
		return 0, false
	}
	n, err := strconv.ParseUint(string(fields[0]), 10, 64)
	return n << 10, err == nil
}

// availableMemory is what the system can still give away without swapping.
func availableMemory() (uint64, bool) { return meminfo("MemAvailable:") }

// residentMemory reads how much memory processes use.
type residentMemory struct {
	file *os.File
	buf  [128]byte
}

func openResident(pid int) (*residentMemory, error) {
	f, err := os.Open("/proc/" + strconv.Itoa(pid) + "/statm")
	if err != nil {
		return nil, err
	}
	return &residentMemory{file: f}, nil
}

// read returns the resident memory in bytes.
func (r *residentMemory) read() (uint64, error) {
	n, err := r.file.ReadAt(r.buf[:], 0)
	if n == 0 {
		return 0, err
	}
	fields := bytes.Fields(r.buf[:n])
	if len(fields) < 2 {
		return 0, strconv.ErrSyntax
	}
	pages, err := strconv.ParseUint(string(fields[1]), 10, 64)
	return pages * uint64(os.Getpagesize()), err
}

func (r *residentMemory) close() { r.file.Close() }
