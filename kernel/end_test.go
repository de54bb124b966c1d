package kernel_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"cahier/kernel"
	"cahier/kernel/kerneltest"
	"cahier/kernel/wire"
)

// The last idle and the shutdown_reply always arrive, on the channel of the request
// and on iopub, and everything that was printed before.
func TestEveryShutdownIsDelivered(t *testing.T) {
	n := 200
	if testing.Short() {
		n = 10
	}
	for i := range n {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			b := kerneltest.Start(t, kerneltest.OverTCP, nil)
			ch := wire.Control
			if i%4 == 3 {
				ch = wire.Shell
			}
			b.Send(wire.Shell, "a", &wire.ExecuteRequest{Code: "lines 2000", StoreHistory: true})
			if ch == wire.Control && i%2 == 0 {
				b.Next(wire.Shell, "a")
			} else if ch == wire.Control {
				b.Await(wire.IOPub, "a", func(c wire.Content) bool { _, ok := c.(*wire.ExecuteInput); return ok })
			}
			b.Send(ch, "s", &wire.ShutdownRequest{Restart: i%3 == 0})
			r, ok := b.Next(ch, "s").Content.(*wire.ShutdownReply)
			if !ok || r.Status != wire.StatusOk || r.Restart != (i%3 == 0) {
				t.Errorf("reply %+v", r)
			}
			out := b.Until("a")
			if got := strings.Count(kerneltest.Text(out, "stdout"), "\n"); got != 2000 {
				t.Errorf("%d lines, want 2000", got)
			}
			var copies int
			for _, g := range b.Until("s") {
				if _, ok := g.Content.(*wire.ShutdownReply); ok {
					copies++
				}
			}
			if copies != 1 {
				t.Errorf("%d copies of the reply on iopub, want 1", copies)
			}
			if err := b.Stopped(); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestRestartOnTheSamePorts(t *testing.T) {
	first := kerneltest.Start(t, kerneltest.OverTCP, nil)
	at := first.Kernel.Connection()
	first.Run("a", "print hi")
	first.Send(wire.Control, "s", &wire.ShutdownRequest{Restart: true})
	session := first.Next(wire.Control, "s").Header.Session
	if err := first.Stopped(); err != nil {
		t.Fatal(err)
	}
	second := kerneltest.Start(t, kerneltest.OverTCP, func(c *kernel.Config) { c.Connection = at })
	if got := second.Kernel.Connection(); *got != *at {
		t.Errorf("the new kernel is at %+v, want %+v", got, at)
	}
	second.Send(wire.Shell, "k", &wire.KernelInfoRequest{})
	if got := second.Next(wire.Shell, "k").Header.Session; got == session {
		t.Error("the new kernel has the session id of the old one")
	}
	if _, reply := second.Run("b", "print hi"); reply.ExecutionCount != 1 {
		t.Errorf("execution_count is %d, want 1", reply.ExecutionCount)
	}
}

// stuck is an executor whose cells do not react to anything.
type stuck struct {
	*kerneltest.Executor
	release chan struct{}
}

func (s *stuck) Execute(ctx context.Context, req *kernel.Request) kernel.Result {
	if req.Code == "stuck" {
		req.Out.Stream("stdout", []byte("stuck\n"))
		<-s.release
	}
	return s.Executor.Execute(ctx, req)
}

// A cell that does not stop is left behind: it is answered, and the kernel ends.
func TestShutdownWithACellThatDoesNotStop(t *testing.T) {
	s := &stuck{release: make(chan struct{})}
	b := kerneltest.Start(t, kerneltest.OverTCP, func(c *kernel.Config) {
		s.Executor = c.Executor.(*kerneltest.Executor)
		c.Executor = s
	})
	defer close(s.release)
	b.Send(wire.Shell, "a", &wire.ExecuteRequest{Code: "stuck"})
	b.Await(wire.IOPub, "a", func(c wire.Content) bool { _, ok := c.(*wire.Stream); return ok })
	b.Send(wire.Control, "s", &wire.ShutdownRequest{})
	b.Next(wire.Control, "s")
	reply, ok := b.Next(wire.Shell, "a").Content.(*wire.ExecuteReply)
	if !ok || reply.Status != wire.StatusError || !strings.Contains(reply.EValue, "did not stop") {
		t.Errorf("the cell is answered with %+v", reply)
	}
	b.Until("a")
	if err := b.Stopped(); err != nil {
		t.Error(err)
	}
}

func TestRunEndsWithItsContext(t *testing.T) {
	file := &wire.ConnectionFile{Transport: wire.TCP, IP: "127.0.0.1", SignatureScheme: wire.DefaultScheme}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	e := &kerneltest.Executor{}
	if err := kernel.Run(ctx, kernel.Config{Connection: file, Executor: e}); err != nil {
		t.Error(err)
	}
	if e.Closed() != 1 {
		t.Errorf("the executor was closed %d times, want once", e.Closed())
	}
}

// The kernel ends with the process that started it, be that its parent or not.
func TestParentIsGone(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	child := exec.Command(self)
	child.Env = append(os.Environ(), "KERNEL_TEST_EXIT=1")
	if err := child.Run(); err != nil {
		t.Fatal(err)
	}
	b := kerneltest.Start(t, kerneltest.OverMemory, func(c *kernel.Config) { c.ParentPID = child.Process.Pid })
	if err := b.Stopped(); err != nil {
		t.Error(err)
	}
	alive := kerneltest.Start(t, kerneltest.OverMemory, func(c *kernel.Config) { c.ParentPID = os.Getppid() })
	time.Sleep(1500 * time.Millisecond) // one look at the parent
	alive.Run("a", "print alive")
}

// After the end nothing of the kernel is left.
func TestNoGoroutineIsLeft(t *testing.T) {
	before := runtime.NumGoroutine()
	t.Run("kernel", func(t *testing.T) {
		b := kerneltest.Start(t, kerneltest.OverTCP, func(c *kernel.Config) {
			c.HistoryPath = filepath.Join(t.TempDir(), "history")
			c.ParentPID = os.Getppid()
		})
		b.Run("a", "later end x\nprint hi")
		b.Join("second")
	})
	for end := time.Now().Add(10 * time.Second); runtime.NumGoroutine() > before; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			buf := make([]byte, 1<<16)
			t.Fatalf("%d goroutines, want %d:\n%s", runtime.NumGoroutine(), before, buf[:runtime.Stack(buf, true)])
		}
	}
}
