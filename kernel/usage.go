package kernel

import (
	"os"
	"runtime"
	"sync"
	"time"

	"cahier/kernel/wire"
)

// usage remembers the processor times of the last usage_request, because
// percentages are of the time since then.
type usage struct {
	mu   sync.Mutex // guards what follows
	last sample
}

// sample is what the system says of processor times at one moment.
type sample struct {
	at       time.Time
	process  map[int]time.Duration // by process id
	hostBusy time.Duration         // all processors
	hostAll  time.Duration
}

// processes is the use of memory by some processes.
type processes struct {
	time   map[int]time.Duration // processor time by process id
	memory uint64                // bytes
}

// onUsageRequest tells what the kernel and the executor's processes use. The first
// request has no percentages. (Not in the specification; see ipykernel.)
func (k *Kernel) onUsageRequest(r *request) {
	host, err := os.Hostname()
	if err != nil {
		host = "localhost"
	}
	reply := &wire.UsageReply{Outcome: wire.Ok, Hostname: host, PID: os.Getpid(), CPUCount: runtime.NumCPU()}
	now := sample{at: time.Now()}
	if p, ok := readProcesses(append([]int{os.Getpid()}, k.exec.Processes()...)); ok {
		now.process = p.time
		reply.KernelMemory = &p.memory
	}
	if m, ok := readMemory(); ok {
		reply.HostVirtualMemory = &m
	}
	now.hostBusy, now.hostAll, _ = readHost()

	k.usage.mu.Lock()
	last := k.usage.last
	k.usage.last = now
	k.usage.mu.Unlock()
	if elapsed := now.at.Sub(last.at); last.process != nil && now.process != nil && elapsed > 0 {
		var used time.Duration
		for pid, t := range now.process {
			if before, ok := last.process[pid]; ok {
				used += t - before
			}
		}
		percent := 100 * used.Seconds() / elapsed.Seconds()
		reply.KernelCPU = &percent
	}
	if all := now.hostAll - last.hostAll; last.hostAll > 0 && all > 0 {
		percent := 100 * float64(now.hostBusy-last.hostBusy) / float64(all)
		reply.HostCPUPercent = &percent
	}
	r.reply(reply)
}
