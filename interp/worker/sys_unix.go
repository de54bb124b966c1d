//go:build linux || darwin

package worker

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"syscall"

	"golang.org/x/sys/unix"
)

// Descriptors that the child finds open besides 0, 1 and 2.
const (
	controlFD = 3 // the socket of the frames
	crashFD   = 4 // the pipe for the runtime's crash report
)

// keptFD is where the child moves the descriptors that it needs itself, out of
// the way of code that closes "the first few".
const keptFD = 200

// socketPair makes a connected pair; the first end is for this process (it can
// wait in the poller), the second for the child.
func socketPair() (ours, theirs *os.File, err error) {
	syscall.ForkLock.RLock()
	fds, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM, 0)
	if err == nil {
		unix.CloseOnExec(fds[0])
		unix.CloseOnExec(fds[1])
	}
	syscall.ForkLock.RUnlock()
	if err != nil {
		return nil, nil, fmt.Errorf("socketpair: %w", err)
	}
	if err := unix.SetNonblock(fds[0], true); err != nil {
		unix.Close(fds[0])
		unix.Close(fds[1])
		return nil, nil, fmt.Errorf("socketpair: %w", err)
	}
	return os.NewFile(uintptr(fds[0]), "worker"), os.NewFile(uintptr(fds[1]), "supervisor"), nil
}

// prepare makes cmd start in a process group of its own: a signal for the
// kernel's group does not reach it, and one kill reaches all that it starts.
func prepare(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	diesWithParent(cmd.SysProcAttr)
}

// killGroup kills the process group that pid leads.
func killGroup(pid int) {
	_ = unix.Kill(-pid, unix.SIGKILL)
}

// killOwnGroup ends this process and everything that it started, if it leads
// its group.
func killOwnGroup() {
	if unix.Getpgrp() == os.Getpid() {
		_ = unix.Kill(0, unix.SIGKILL)
	}
}

// endSignals are the signals that ask this process to end.
var endSignals = []os.Signal{syscall.SIGTERM, syscall.SIGHUP}

// exitSignal tells the signal that ended a process.
func exitSignal(s *os.ProcessState) (syscall.Signal, string, bool) {
	ws, ok := s.Sys().(syscall.WaitStatus)
	if !ok || !ws.Signaled() {
		return 0, "", false
	}
	return ws.Signal(), unix.SignalName(ws.Signal()), true
}

// openControl takes over the descriptors that the supervisor left for the
// child and moves them out of reach.
func openControl() (control, crash *os.File, err error) {
	if kind, err := unix.GetsockoptInt(controlFD, unix.SOL_SOCKET, unix.SO_TYPE); err != nil || kind != unix.SOCK_STREAM {
		return nil, nil, errors.New("descriptor 3 is not a supervisor's socket: this command is started by the kernel, not by hand")
	}
	fd, err := moveFD(controlFD)
	if err != nil {
		return nil, nil, err
	}
	if err := unix.SetNonblock(fd, true); err != nil {
		return nil, nil, err
	}
	cfd, err := moveFD(crashFD)
	if err != nil {
		return nil, nil, err
	}
	return os.NewFile(uintptr(fd), "supervisor"), os.NewFile(uintptr(cfd), "crash"), nil
}

func moveFD(fd int) (int, error) {
	kept, err := keepFD(fd)
	if err != nil {
		return -1, err
	}
	return kept, unix.Close(fd)
}

// keepFD duplicates fd to a high number that other programs do not inherit.
func keepFD(fd int) (int, error) {
	kept, err := unix.FcntlInt(uintptr(fd), unix.F_DUPFD_CLOEXEC, keptFD)
	if errors.Is(err, unix.EINVAL) { // beyond the limit on open files
		kept, err = unix.FcntlInt(uintptr(fd), unix.F_DUPFD_CLOEXEC, 10)
	}
	if err != nil {
		return -1, fmt.Errorf("descriptor %d: %w", fd, err)
	}
	return kept, nil
}

// standard keeps the pipes behind descriptors 1 and 2 of the child.
type standard struct {
	fd  [2]int // duplicates of descriptors 1 and 2
	ino [2]uint64
}

func keepStandard() (*standard, error) {
	s := &standard{}
	for i := range s.fd {
		var err error
		if s.fd[i], err = keepFD(i + 1); err != nil {
			return nil, err
		}
		var st unix.Stat_t
		if err := unix.Fstat(s.fd[i], &st); err != nil {
			return nil, err
		}
		s.ino[i] = uint64(st.Ino)
	}
	return s, nil
}

// restore makes descriptors 1 and 2 the pipes again, and blocking: code may
// have closed or replaced them, and a program that a cell ran may have left
// them non-blocking, in which case text would be lost.
func (s *standard) restore() {
	for i, fd := range s.fd {
		var st unix.Stat_t
		if err := unix.Fstat(i+1, &st); err != nil || uint64(st.Ino) != s.ino[i] {
			_ = unix.Dup2(fd, i+1)
		}
		if flags, err := unix.FcntlInt(uintptr(fd), unix.F_GETFL, 0); err == nil && flags&unix.O_NONBLOCK != 0 {
			_ = unix.SetNonblock(fd, false)
		}
	}
}

// write writes all of p to the pipe behind descriptor i+1.
func (s *standard) write(i int, p []byte) error {
	for len(p) > 0 {
		n, err := syscall.Write(s.fd[i], p)
		if n > 0 {
			p = p[n:]
		}
		switch {
		case err == nil, errors.Is(err, syscall.EINTR):
		case errors.Is(err, syscall.EAGAIN):
			// Someone made the pipe non-blocking.
			_, _ = unix.Poll([]unix.PollFd{{Fd: int32(s.fd[i]), Events: unix.POLLOUT}}, -1)
		default:
			return err
		}
	}
	return nil
}

// limitData bounds the writable memory that this process can map, so that one
// allocation far beyond reason fails at once instead of filling the machine.
func limitData(n uint64) error {
	var r unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_DATA, &r); err != nil {
		return err
	}
	if n < r.Cur {
		r.Cur = n
		return unix.Setrlimit(unix.RLIMIT_DATA, &r)
	}
	return nil
}
