package kernel

import (
	"golang.org/x/sys/windows"
)

// parentWatch returns a function that reports whether process pid has ended.
// jupyter_client passes a handle instead of a process id; both are tried. The
// handle stays open as long as the kernel lives, so the number is not reused.
func parentWatch(pid int) (gone func() bool) {
	h := windows.Handle(pid)
	if _, err := windows.WaitForSingleObject(h, 0); err != nil {
		h, err = windows.OpenProcess(windows.SYNCHRONIZE, false, uint32(pid))
		if err != nil {
			return func() bool { return true }
		}
	}
	return func() bool {
		e, err := windows.WaitForSingleObject(h, 0)
		return err == nil && e == windows.WAIT_OBJECT_0
	}
}
