package kernel

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"cahier/kernel/wire"
)

// tick is the unit of processor times in /proc: USER_HZ, which Linux fixes at 100
// for programs on all the architectures of Go.
const tick = time.Second / 100

// readProcesses reads /proc/PID/stat; processes that have ended are left out.
// Memory is the resident set. (proc(5).)
func readProcesses(pids []int) (p processes, ok bool) {
	p.time = map[int]time.Duration{}
	for _, pid := range pids {
		b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		if err != nil {
			continue
		}
		// The command in parentheses may hold anything; fields are counted after it.
		at := bytes.LastIndexByte(b, ')')
		if at < 0 {
			continue
		}
		f := strings.Fields(string(b[at+1:]))
		if len(f) < 22 {
			continue
		}
		user, err1 := strconv.ParseInt(f[11], 10, 64) // field 14, utime
		sys, err2 := strconv.ParseInt(f[12], 10, 64)  // field 15, stime
		pages, err3 := strconv.ParseUint(f[21], 10, 64)
		if err1 != nil || err2 != nil || err3 != nil {
			continue
		}
		p.time[pid] = time.Duration(user+sys) * tick
		p.memory += pages * uint64(os.Getpagesize())
		ok = true
	}
	return p, ok
}

// readMemory reads /proc/meminfo and computes what psutil computes from it.
func readMemory() (m wire.VirtualMemory, ok bool) {
	b, err := os.ReadFile("/proc/meminfo")
	if err != nil {
		return m, false
	}
	kb := map[string]uint64{}
	for line := range strings.Lines(string(b)) {
		name, rest, _ := strings.Cut(line, ":")
		if f := strings.Fields(rest); len(f) > 0 {
			if n, err := strconv.ParseUint(f[0], 10, 64); err == nil {
				kb[name] = n << 10
			}
		}
	}
	m.Total, m.Available, m.Free = kb["MemTotal"], kb["MemAvailable"], kb["MemFree"]
	if m.Total == 0 || m.Available > m.Total {
		return m, false
	}
	m.Used = m.Total - m.Available
	m.Percent = 100 * float64(m.Used) / float64(m.Total)
	return m, true
}

// readHost reads the processor times of the machine from /proc/stat.
func readHost() (busy, all time.Duration, ok bool) {
	b, err := os.ReadFile("/proc/stat")
	if err != nil {
		return 0, 0, false
	}
	line, _, _ := strings.Cut(string(b), "\n")
	f := strings.Fields(line)
	if len(f) < 9 || f[0] != "cpu" {
		return 0, 0, false
	}
	for i, s := range f[1:9] { // guest times are in user time already
		n, err := strconv.ParseInt(s, 10, 64)
		if err != nil {
			return 0, 0, false
		}
		all += time.Duration(n) * tick
		if i != 3 && i != 4 { // idle, iowait
			busy += time.Duration(n) * tick
		}
	}
	return busy, all, true
}
