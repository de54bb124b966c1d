//go:build unix

package client

import "syscall"

// ownSession puts the kernel into a session of its own, as Jupyter does, so
// that a control-C at the terminal reaches only us.
func ownSession() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setsid: true} }

// interrupt sends SIGINT to the kernel's process group.
func (p *process) interrupt() error { return syscall.Kill(-p.cmd.Process.Pid, syscall.SIGINT) }

// killGroup kills the kernel and what it has started in its group.
func (p *process) killGroup() error { return syscall.Kill(-p.cmd.Process.Pid, syscall.SIGKILL) }
