//go:build unix

package kernel_test

import (
	"os"
	"os/exec"
	"syscall"
	"testing"

	"cahier/kernel"
	"cahier/kernel/kerneltest"
	"cahier/kernel/wire"
)

// SIGINT interrupts a running cell, does nothing to an idle kernel, and SIGTERM ends
// the kernel in good order.
func TestSignals(t *testing.T) {
	signals := kernel.CatchSignals()
	defer signals.Release()
	send := func(s syscall.Signal) {
		t.Helper()
		if err := syscall.Kill(os.Getpid(), s); err != nil {
			t.Fatal(err)
		}
	}
	send(syscall.SIGINT) // before there is a kernel
	b := kerneltest.Start(t, kerneltest.OverTCP, func(c *kernel.Config) { c.Signals = signals })
	for range 3 {
		send(syscall.SIGINT)
	}
	if _, reply := b.Run("a", "print alive"); reply.Status != wire.StatusOk {
		t.Errorf("the first cell ended with %+v", reply)
	}
	b.Send(wire.Shell, "b", &wire.ExecuteRequest{Code: "print running\nblock"})
	b.Await(wire.IOPub, "b", func(c wire.Content) bool { _, ok := c.(*wire.Stream); return ok })
	send(syscall.SIGINT)
	if reply := b.Next(wire.Shell, "b").Content.(*wire.ExecuteReply); reply.EName != "Interrupted" {
		t.Errorf("the running cell ended with %+v", reply)
	}
	if _, reply := b.Run("c", "print alive"); reply.Status != wire.StatusOk {
		t.Errorf("the cell after it ended with %+v", reply)
	}
	b.Send(wire.Shell, "d", &wire.ExecuteRequest{Code: "print running\nblock"})
	b.Await(wire.IOPub, "d", func(c wire.Content) bool { _, ok := c.(*wire.Stream); return ok })
	send(syscall.SIGTERM)
	b.Next(wire.Shell, "d")
	b.Until("d")
	if err := b.Stopped(); err != nil {
		t.Error(err)
	}
}

// A kernel behind a wrapper sees that the process above the wrapper has ended.
func TestParentThatIsNotTheParent(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	other := exec.Command(self, "-test.run=^TestWaitForEndOfInput$")
	other.Env = append(os.Environ(), "KERNEL_TEST_WAIT=1")
	stdin, err := other.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := other.Start(); err != nil {
		t.Fatal(err)
	}
	b := kerneltest.Start(t, kerneltest.OverMemory, func(c *kernel.Config) { c.ParentPID = other.Process.Pid })
	b.Run("a", "print alive")
	stdin.Close()
	if err := other.Wait(); err != nil {
		t.Fatal(err)
	}
	if err := b.Stopped(); err != nil {
		t.Error(err)
	}
}

// TestWaitForEndOfInput is the process of TestParentThatIsNotTheParent.
func TestWaitForEndOfInput(t *testing.T) {
	if os.Getenv("KERNEL_TEST_WAIT") == "" {
		t.Skip("only run as a process of another test")
	}
	var b [1]byte
	if n, _ := os.Stdin.Read(b[:]); n != 0 {
		t.Error("there is input")
	}
}
