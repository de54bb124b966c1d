//go:build !unix

package client

import (
	"errors"
	"syscall"
)

func ownSession() *syscall.SysProcAttr { return nil }

func (p *process) interrupt() error {
	return errors.New("this system has no signal to interrupt a kernel with; its kernelspec must say interrupt_mode message")
}

func (p *process) killGroup() error { return p.cmd.Process.Kill() }
