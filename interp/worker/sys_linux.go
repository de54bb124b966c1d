package worker

import (
	"errors"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// pipeAtomic is PIPE_BUF: a write of that many bytes to a pipe is never mixed
// with another.
const pipeAtomic = 4096

// diesWithParent asks for a signal to the child when the thread that starts it
// ends. The child answers SIGTERM by ending its whole group; SIGKILL would
// leave what it started behind.
func diesWithParent(a *syscall.SysProcAttr) { a.Pdeathsig = syscall.SIGTERM }

// awaitExit returns when the process has ended and before its number can be
// given to another.
func awaitExit(pid int) {
	for {
		err := unix.Waitid(unix.P_PID, pid, nil, unix.WEXITED|unix.WNOWAIT, nil)
		if !errors.Is(err, unix.EINTR) {
			return
		}
	}
}

// widenPipe asks for as much room in the pipe as an ordinary user may have:
// fewer switches between the processes when much is printed.
func widenPipe(f *os.File) {
	c, err := f.SyscallConn()
	if err != nil {
		return
	}
	_ = c.Control(func(fd uintptr) { _, _ = unix.FcntlInt(fd, unix.F_SETPIPE_SZ, 1<<20) })
}
