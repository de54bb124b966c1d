//go:build linux || darwin

package worker_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"cahier/interp"
	"cahier/interp/worker"
)

// superviseAndWait is a kernel that will be killed: it starts a worker, has it
// start a program, and prints both ids.
func superviseAndWait() {
	s, err := worker.Start(worker.Options{Command: []string{os.Args[0]}, Env: []string{envWorker + "=yes"}})
	if err != nil {
		exitWith(err)
	}
	out := newRecord()
	res := s.Execute(context.Background(), interp.Cell{Code: "program\n" + os.Getenv("CAHIER_TEST_CELL"), Number: 1}, out)
	if res.Err != nil {
		exitWith(res.Err)
	}
	fmt.Println(s.Processes()[0], out.text("stdout"))
	select {}
}

// waitGone waits until a process is no more, or a corpse that nobody reaps.
func waitGone(t *testing.T, what string, pid int) {
	t.Helper()
	for range 500 {
		if err := syscall.Kill(pid, 0); errors.Is(err, syscall.ESRCH) {
			return
		}
		if b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid)); err == nil {
			if _, rest, ok := strings.Cut(string(b), ") "); ok && rest[0] == 'Z' {
				return
			}
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Errorf("%s (process %d) is left behind", what, pid)
	syscall.Kill(pid, syscall.SIGKILL)
}

// When the kernel is killed, the worker and what it started go with it.
func TestKernelIsKilled(t *testing.T) {
	for name, cell := range map[string]string{"idle": "", "spinning": "gospin\ngospin"} {
		t.Run(name, func(t *testing.T) {
			kernel := exec.Command(os.Args[0])
			kernel.Env = append(os.Environ(), envWorker+"=supervisor", "CAHIER_TEST_CELL="+cell)
			kernel.Stderr = os.Stderr
			pipe, err := kernel.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := kernel.Start(); err != nil {
				t.Fatal(err)
			}
			line, _ := bufio.NewReader(pipe).ReadString('\n')
			kernel.Process.Kill()
			kernel.Wait()
			var child, program int
			if _, err := fmt.Sscan(line, &child, &program); err != nil {
				t.Fatalf("%q: %v", line, err)
			}
			waitGone(t, "the worker", child)
			waitGone(t, "the program that it started", program)
		})
	}
}

// What a worker started ends with it.
func TestProgramsEndWithTheWorker(t *testing.T) {
	s := start(t)
	pid, err := strconv.Atoi(mustRun(t, s, "program").text("stdout"))
	if err != nil {
		t.Fatal(err)
	}
	if res, _ := run(t, s, "exit 3"); res.Err == nil {
		t.Fatal("no error")
	}
	waitGone(t, "the program", pid)

	if pid, err = strconv.Atoi(mustRun(t, s, "program").text("stdout")); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	waitGone(t, "the program", pid)
}

// A signal for the kernel's process group does not reach the worker.
func TestOwnProcessGroup(t *testing.T) {
	s := start(t)
	mustRun(t, s, "print ready")
	pgid, err := syscall.Getpgid(s.Processes()[0])
	if err != nil || pgid != s.Processes()[0] {
		t.Errorf("process group %d %v", pgid, err)
	}
}

// SIGINT to the worker alone interrupts the cell.
func TestSignalInterrupt(t *testing.T) {
	s := start(t)
	out := newRecord()
	done := make(chan interp.Result)
	go func() { done <- runTo(s, 1, "print on\ndeadlock", out) }()
	out.waitFor(t, "the cell", isOn)
	if err := syscall.Kill(s.Processes()[0], syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	if res := <-done; res.Err == nil || res.Err.Value != "stopped" {
		t.Errorf("got %v", res.Err)
	}
}

func TestClose(t *testing.T) {
	for _, code := range []string{"", "deadlock", "spin"} {
		s := start(t)
		mustRun(t, s, "print ready")
		pid := s.Processes()[0]
		done := make(chan interp.Result, 1)
		if code != "" {
			out := newRecord()
			go func() { done <- runTo(s, 1, "print on\n"+code, out) }()
			out.waitFor(t, "the cell", isOn)
		}
		query := make(chan error, 1)
		go func() {
			_, err := s.Complete(context.Background(), "hang", 0)
			query <- err
		}()
		time.Sleep(5 * time.Millisecond)
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		if code != "" {
			if res := <-done; res.Err == nil {
				t.Errorf("%s: no error", code)
			}
		}
		if err := <-query; err == nil {
			t.Errorf("%s: an answer", code)
		}
		waitGone(t, "the worker", pid)
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		if res, _ := run(t, s, "print x"); res.Err == nil {
			t.Error("a closed supervisor runs cells")
		}
		if _, err := s.Complete(context.Background(), "x", 1); !errors.Is(err, worker.ErrClosed) {
			t.Errorf("got %v", err)
		}
		s.Interrupt()
	}
}

// Main refuses to be run by hand.
func TestMainAlone(t *testing.T) {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), envWorker+"=yes")
	out, err := cmd.CombinedOutput()
	if err == nil || !strings.Contains(string(out), "started by the kernel, not by hand") {
		t.Errorf("%v: %s", err, out)
	}
}

// The output of a cell is kept as long as something in the child can write to
// it, and no longer.
func TestOutputsAreReleased(t *testing.T) {
	s := start(t)
	var late *record
	for i := range 50 {
		if i == 25 {
			late = mustRun(t, s, "after a")
		}
		mustRun(t, s, "print x")
	}
	for range 500 {
		mustRun(t, s, "gc")
		if s.Sinks() <= 2 {
			break
		}
		time.Sleep(5 * time.Millisecond)
	}
	if n := s.Sinks(); n > 2 {
		t.Errorf("%d outputs are kept", n)
	}
	late.waitFor(t, "text of the cell that writes on", func(r *record) bool { return r.text("display") == "end of a" })
}

// Nothing of a supervisor is left when it is closed.
func TestNoLeaks(t *testing.T) {
	count := func() (goroutines, files int) {
		fds, err := os.ReadDir("/proc/self/fd")
		if err != nil {
			fds, err = os.ReadDir("/dev/fd")
		}
		if err != nil {
			t.Skip("open descriptors cannot be counted here: " + err.Error())
		}
		return runtime.NumGoroutine(), len(fds)
	}
	once := func() {
		s := start(t)
		mustRun(t, s, "print x")
		run(t, s, "kill 9")
		mustRun(t, s, "print x")
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
	once()
	goroutines, files := count()
	for range 20 {
		once()
	}
	for range 200 {
		g, f := count()
		if g <= goroutines && f <= files {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	g, f := count()
	t.Errorf("%d goroutines and %d descriptors, before %d and %d", g, f, goroutines, files)
}
