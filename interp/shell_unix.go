//go:build unix

package interp

import (
	"os/exec"
	"syscall"
)

// ownGroup puts a command into a process group of its own, which ends as a
// whole when the cell is interrupted.
func ownGroup(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
}
