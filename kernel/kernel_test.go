package kernel_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"cahier/kernel"
	"cahier/kernel/kerneltest"
	"cahier/kernel/wire"
)

func TestMain(m *testing.M) {
	if os.Getenv("KERNEL_TEST_EXIT") != "" {
		os.Exit(0) // a process that is gone soon
	}
	os.Exit(m.Run())
}

// everywhere runs a test over each transport.
func everywhere(t *testing.T, test func(t *testing.T, over kerneltest.Transport)) {
	for _, over := range []kerneltest.Transport{kerneltest.OverMemory, kerneltest.OverTCP, kerneltest.OverIPC, kerneltest.OverCURVE} {
		if over == kerneltest.OverIPC && runtime.GOOS == "windows" {
			continue
		}
		t.Run(string(over), func(t *testing.T) { test(t, over) })
	}
}

func TestACellOverEveryTransport(t *testing.T) {
	everywhere(t, func(t *testing.T, over kerneltest.Transport) {
		b := kerneltest.Start(t, over, nil)
		out, reply := b.Run("a", "print hi\nvalue text/plain 42")
		if got := kerneltest.Text(out, "stdout"); got != "hi\n" || reply.Status != wire.StatusOk || reply.ExecutionCount != 1 {
			t.Errorf("text %q, reply %+v", got, reply)
		}
		b.Ping("still there")
		b.Send(wire.Control, "s", &wire.ShutdownRequest{})
		b.Next(wire.Control, "s")
		b.Until("s")
		if err := b.Stopped(); err != nil {
			t.Error(err)
		}
	})
}

// Control is answered while nobody takes the output of a cell that prints more than
// the kernel keeps.
func TestControlDoesNotWaitForOutput(t *testing.T) {
	b := kerneltest.Start(t, kerneltest.OverMemory, nil)
	resume := b.Memory.Hold()
	b.Send(wire.Shell, "a", &wire.ExecuteRequest{Code: fmt.Sprintf("bytes %d\nprint end", 26<<20)})
	for i := range 20 {
		id := fmt.Sprint("k", i)
		b.Send(wire.Control, id, &wire.KernelInfoRequest{})
		b.Next(wire.Control, id)
	}
	b.Send(wire.Control, "i", &wire.InterruptRequest{})
	b.Next(wire.Control, "i")
	resume()
	if got := len(kerneltest.Text(b.Until("a"), "stdout")); got != 26<<20+len("end\n") {
		t.Errorf("%d bytes came, want all", got)
	}
	for i := range 20 {
		b.Until(fmt.Sprint("k", i))
	}
}

// Control and heartbeat are answered at once while a cell keeps a processor busy.
func TestControlDoesNotWaitForTheCell(t *testing.T) {
	everywhere(t, func(t *testing.T, over kerneltest.Transport) {
		b := kerneltest.Start(t, over, nil)
		b.Send(wire.Shell, "a", &wire.ExecuteRequest{Code: "print running\nspin"})
		b.Await(wire.IOPub, "a", func(c wire.Content) bool { _, ok := c.(*wire.Stream); return ok })
		for i := range 10 {
			id := fmt.Sprint("k", i)
			b.Send(wire.Control, id, &wire.KernelInfoRequest{})
			b.Next(wire.Control, id)
			b.Until(id)
			b.Ping(id)
		}
		b.Send(wire.Control, "i", &wire.InterruptRequest{})
		b.Until("a")
	})
}

func TestNewRefuses(t *testing.T) {
	good := wire.ConnectionFile{Transport: wire.TCP, IP: "127.0.0.1", Key: "k", SignatureScheme: wire.DefaultScheme}
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	port := taken.Addr().(*net.TCPAddr).Port
	for _, tt := range []struct {
		name   string
		change func(*kernel.Config)
		want   string
	}{
		{"no connection", func(c *kernel.Config) { c.Connection = nil }, "Config.Connection is missing"},
		{"no executor", func(c *kernel.Config) { c.Executor = nil }, "Config.Executor is missing"},
		{"an unknown scheme", func(c *kernel.Config) { c.Connection.SignatureScheme = "hmac-md5" }, "hmac-md5"},
		{"an address for everybody", func(c *kernel.Config) { c.Connection.IP = "0.0.0.0" }, "want a loopback address"},
		{"an address for everybody without a key", func(c *kernel.Config) {
			c.Connection.IP, c.Connection.Key, c.AllowRemote = "0.0.0.0", "", true
		}, "has no key"},
		{"a port that is taken", func(c *kernel.Config) { c.Connection.IOPubPort = port }, "iopub channel"},
		{"half a key pair", func(c *kernel.Config) { c.Connection.CurvePublicKey = strings.Repeat("a", 40) }, "curve_secretkey"},
		{"keys that do not match", func(c *kernel.Config) {
			c.Connection.CurvePublicKey, c.Connection.CurveSecretKey = strings.Repeat("0", 40), strings.Repeat("1", 40)
		}, "CURVE"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			file := good
			e := &kerneltest.Executor{}
			cfg := kernel.Config{Connection: &file, Executor: e}
			tt.change(&cfg)
			err := kernel.Run(t.Context(), cfg)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want %q", err, tt.want)
			}
			if e.Closed() != 1 && cfg.Executor != nil {
				t.Errorf("the executor was closed %d times, want once", e.Closed())
			}
		})
	}
}

func TestUsage(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("the numbers are read from /proc")
	}
	b := kerneltest.Start(t, kerneltest.OverMemory, nil)
	ask := func(id string) *wire.UsageReply {
		b.Send(wire.Control, id, &wire.UsageRequest{})
		return b.Next(wire.Control, id).Content.(*wire.UsageReply)
	}
	first := ask("a")
	if first.KernelCPU != nil || first.HostCPUPercent != nil {
		t.Errorf("percentages in the first reply: %+v", first)
	}
	if first.PID != os.Getpid() || first.Hostname == "" || first.CPUCount < 1 {
		t.Errorf("reply %+v", first)
	}
	if m := first.KernelMemory; m == nil || *m < 1<<20 || *m > first.HostVirtualMemory.Total {
		t.Errorf("kernel_memory %v of %+v", m, first.HostVirtualMemory)
	}
	end := time.Now().Add(200 * time.Millisecond)
	for time.Now().Before(end) { // use the processor
	}
	second := ask("b")
	if c := second.KernelCPU; c == nil || *c < 1 || *c > 100*float64(runtime.NumCPU())*1.5 {
		t.Errorf("kernel_cpu %v after 200 ms of work", c)
	}
	if c := second.HostCPUPercent; c == nil || *c < 0 || *c > 100 {
		t.Errorf("host_cpu_percent %v", c)
	}
}

// A million lines come whole, in few messages, with everything in order.
func TestAMillionLines(t *testing.T) {
	n := 1_000_000
	if testing.Short() {
		n = 100_000
	}
	b := kerneltest.Start(t, kerneltest.OverTCP, nil)
	start := time.Now()
	out, _ := b.Run("a", fmt.Sprintf("lines %d", n))
	elapsed := time.Since(start)
	streams := 0
	for _, g := range out {
		if _, ok := g.Content.(*wire.Stream); ok {
			streams++
		}
	}
	rest := kerneltest.Text(out, "stdout")
	for i := range n {
		line, after, ok := strings.Cut(rest, "\n")
		if !ok || line != fmt.Sprintf("line %d", i) {
			t.Fatalf("line %d is %.40q", i, line)
		}
		rest = after
	}
	if limit := int(20*elapsed.Seconds()) + 3; streams > limit {
		t.Errorf("%d stream messages in %v, want at most %d", streams, elapsed, limit)
	}
	t.Logf("%d lines in %v, %d messages", n, elapsed, streams)
}

// History of one kernel is there in the next one.
func TestHistoryAcrossKernels(t *testing.T) {
	path := filepath.Join(t.TempDir(), "history")
	with := func(c *kernel.Config) { c.HistoryPath = path }
	first := kerneltest.Start(t, kerneltest.OverMemory, with)
	first.Run("a", "print one")
	first.Run("b", "value text/plain two")
	first.Send(wire.Control, "s", &wire.ShutdownRequest{})
	if err := first.Stopped(); err != nil {
		t.Fatal(err)
	}
	second := kerneltest.Start(t, kerneltest.OverMemory, with)
	second.Run("c", "print three")
	n := 2
	second.Send(wire.Shell, "h", &wire.HistoryRequest{HistAccessType: "tail", N: &n, Output: true})
	r := second.Next(wire.Shell, "h").Content.(*wire.HistoryReply)
	if len(r.History) != 2 || r.History[0].Input != "value text/plain two" || r.History[0].Output == nil || *r.History[0].Output != "two" || r.History[1].Input != "print three" {
		t.Errorf("history %+v", r.History)
	}
	if r.History[0].Session == r.History[1].Session {
		t.Error("two kernels have one session number")
	}
}

// Many front ends at once: each gets its own replies, and no request is lost.
func TestManyFrontEnds(t *testing.T) {
	b := kerneltest.Start(t, kerneltest.OverTCP, nil)
	var wg sync.WaitGroup
	for i := range 5 {
		f := b.Join(fmt.Sprint("front", i))
		wg.Go(func() {
			for j := range 20 {
				id := fmt.Sprintf("%d-%d", i, j)
				f.Send(wire.Shell, id, &wire.ExecuteRequest{Code: "print " + id, StoreHistory: true})
				f.Send(wire.Control, "c"+id, &wire.KernelInfoRequest{})
			}
			for j := range 20 {
				id := fmt.Sprintf("%d-%d", i, j)
				if got := kerneltest.Text(f.Until(id), "stdout"); got != id+"\n" {
					t.Errorf("%s printed %q", id, got)
				}
				f.Next(wire.Shell, id)
				f.Next(wire.Control, "c"+id)
			}
		})
	}
	wg.Wait()
}

// unwritable is an executor whose inspections cannot be written as JSON.
type unwritable struct{ *kerneltest.Executor }

func (unwritable) Inspect(context.Context, string, int, int) (kernel.Inspection, error) {
	return kernel.Inspection{Found: true, MIME: map[string]any{"text/plain": "x"}, Metadata: map[string]any{"f": func() {}}}, nil
}

func (unwritable) Evaluate(context.Context, string, kernel.Sink) (kernel.Data, *kernel.CellError) {
	return kernel.Data{MIME: map[string]any{"application/json": math.NaN()}}, nil
}

// A reply that cannot be written as JSON becomes an error reply.
func TestReplyThatCannotBeWritten(t *testing.T) {
	b := kerneltest.Start(t, kerneltest.OverMemory, func(c *kernel.Config) {
		c.Executor = unwritable{c.Executor.(*kerneltest.Executor)}
	})
	b.Send(wire.Shell, "a", &wire.InspectRequest{Code: "x"})
	r := b.Next(wire.Shell, "a").Content.(*wire.InspectReply)
	if r.Status != wire.StatusError || !strings.Contains(r.EValue, "func()") {
		t.Errorf("reply %+v, want an error that names the type", r)
	}
	b.Send(wire.Shell, "b", &wire.ExecuteRequest{UserExpressions: map[string]string{"x": "y"}})
	e := b.Next(wire.Shell, "b").Content.(*wire.ExecuteReply)
	if e.Status != wire.StatusOk || e.UserExpressions["x"].Status != wire.StatusError || !strings.Contains(e.UserExpressions["x"].EValue, "NaN") {
		t.Errorf("reply %+v, want an error in the place of the expression", e)
	}
}

// Two cells that wait for input are asked one after the other.
func TestGoroutinesThatAskTogether(t *testing.T) {
	b := kerneltest.Start(t, kerneltest.OverMemory, nil)
	b.Send(wire.Shell, "a", &wire.ExecuteRequest{Code: "ask-later go one\nask-later go two\nprint running\nblock", AllowStdin: true})
	b.Executor.Release("go")
	for range 2 {
		q := b.Next(wire.Stdin, "a").Content.(*wire.InputRequest)
		b.Send(wire.Stdin, "r"+q.Prompt, &wire.InputReply{Value: "to " + q.Prompt})
	}
	b.Await(wire.IOPub, "a", func(c wire.Content) bool {
		s, ok := c.(*wire.Stream)
		return ok && strings.Contains(s.Text, "got")
	})
	b.Send(wire.Control, "i", &wire.InterruptRequest{})
	b.Until("a")
}

// Input fails when the front end is gone, and when the kernel ends.
func TestInputWithoutAnybodyToAsk(t *testing.T) {
	b := kerneltest.Start(t, kerneltest.OverTCP, nil)
	gone := b.Join("gone")
	gone.Send(wire.Shell, "a", &wire.ExecuteRequest{Code: "wait go\ninput name:", AllowStdin: true})
	b.Await(wire.IOPub, "a", func(c wire.Content) bool { _, ok := c.(*wire.ExecuteInput); return ok })
	gone.Close()
	time.Sleep(50 * time.Millisecond) // the kernel sees the connection end
	b.Executor.Release("go")
	if got := kerneltest.Text(b.Until("a"), "stderr"); !strings.Contains(got, "cannot be asked for input") {
		t.Errorf("the cell was told %q", got)
	}
	b.Send(wire.Shell, "b", &wire.ExecuteRequest{Code: "input name:", AllowStdin: true})
	b.Next(wire.Stdin, "b")
	b.Send(wire.Control, "s", &wire.ShutdownRequest{})
	b.Next(wire.Control, "s")
	if got := kerneltest.Text(b.Until("b"), "stderr"); got == "" {
		t.Error("the cell was not told that there is no input any more")
	}
}

// A subscriber is welcomed, so that it knows from when on it misses nothing.
func TestWelcome(t *testing.T) {
	b := kerneltest.Start(t, kerneltest.OverTCP, nil)
	for i := range 20 {
		f := b.Join(fmt.Sprint("late", i)) // waits for the welcome
		id := fmt.Sprint("a", i)
		f.Send(wire.Shell, id, &wire.KernelInfoRequest{})
		if got := len(f.Until(id)); got != 2 {
			t.Errorf("%d messages, want busy and idle", got)
		}
	}
}

func BenchmarkExecute(b *testing.B) {
	for _, over := range []kerneltest.Transport{kerneltest.OverMemory, kerneltest.OverTCP} {
		b.Run(string(over), func(b *testing.B) {
			k := kerneltest.Start(b, over, nil)
			i := 0
			for b.Loop() {
				i++
				k.Run(fmt.Sprint(i), "")
			}
		})
	}
}

func BenchmarkStart(b *testing.B) {
	for b.Loop() {
		file := &wire.ConnectionFile{Transport: wire.TCP, IP: "127.0.0.1", Key: "k", SignatureScheme: wire.DefaultScheme}
		k, err := kernel.New(kernel.Config{Connection: file, Executor: &kerneltest.Executor{}})
		if err != nil {
			b.Fatal(err)
		}
		k.Stop()
		if err := k.Serve(b.Context()); err != nil && !errors.Is(err, context.Canceled) {
			b.Fatal(err)
		}
	}
}
