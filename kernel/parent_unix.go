//go:build unix

package kernel

import (
	"errors"
	"os"
	"syscall"
)

// parentWatch returns a function that reports whether process pid has ended. A
// child sees it by getting another parent, which no reuse of the number can hide;
// a kernel behind a wrapper asks whether the process exists.
func parentWatch(pid int) (gone func() bool) {
	if os.Getppid() == pid {
		return func() bool { return os.Getppid() != pid }
	}
	return func() bool { return errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) }
}
