//go:build linux || darwin

package worker_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"cahier/interp"
	"cahier/interp/worker"
)

// The test binary is its own worker.
const envWorker = "CAHIER_TEST_WORKER"

func TestMain(m *testing.M) {
	switch os.Getenv(envWorker) {
	case "":
		os.Exit(m.Run())
	case "refuses":
		exitWith(worker.Main(func() (interp.Executor, error) { return nil, errors.New("the symbols are broken") }))
	case "dies":
		fmt.Fprintln(os.Stderr, "no such library")
		os.Exit(7)
	case "supervisor":
		superviseAndWait()
	default:
		exitWith(worker.Main(newScripted))
	}
}

func exitWith(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

// scripted is an executor whose cells are lines of commands. It really does
// what they say: to its process, too.
type scripted struct {
	vars map[string]string
	mu   sync.Mutex // guards stop
	stop chan struct{}
	kept [][]byte
}

func newScripted() (interp.Executor, error) {
	fmt.Fprint(os.Stdout, os.Getenv("CAHIER_TEST_GREETING"))
	return &scripted{vars: map[string]string{}}, nil
}

var errInterrupted = &interp.CellError{Name: "Interrupted", Value: "stopped", Traceback: []string{"Interrupted: stopped"}}

func (s *scripted) Execute(ctx context.Context, cell interp.Cell, out interp.Output) interp.Result {
	stop := make(chan struct{})
	s.mu.Lock()
	s.stop = stop
	s.mu.Unlock()
	var result interp.Result
	for line := range strings.Lines(cell.Code) {
		cmd, arg, _ := strings.Cut(strings.TrimRight(line, "\n"), " ")
		f, ok := commands[cmd]
		if !ok {
			result.Err = &interp.CellError{Name: "CompileError", Value: "undefined: " + cmd, Traceback: []string{"undefined: " + cmd}}
		} else {
			f(&call{s: s, ctx: ctx, cell: cell, out: out, arg: arg, stop: stop, result: &result})
		}
		if result.Err != nil {
			break
		}
	}
	return result
}

func (s *scripted) Evaluate(_ context.Context, expr string, out interp.Output) (interp.Bundle, *interp.CellError) {
	if expr == "die" {
		syscall.Kill(os.Getpid(), syscall.SIGKILL)
		select {}
	}
	v, ok := s.vars[expr]
	if !ok {
		return interp.Bundle{}, &interp.CellError{Name: "CompileError", Value: "undefined: " + expr}
	}
	out.Stream("stdout", []byte("evaluated "+expr))
	return textBundle(v), nil
}

func (s *scripted) Complete(ctx context.Context, code string, cursor int) (interp.Completion, error) {
	switch code {
	case "hang":
		<-ctx.Done()
		return interp.Completion{}, ctx.Err()
	case "ignore":
		select {}
	case "panic":
		panic("no completion")
	case "goexit":
		runtime.Goexit()
	case "error":
		return interp.Completion{}, errors.New("cannot complete")
	}
	return interp.Completion{Start: 0, End: cursor, Matches: []interp.Match{{Text: code + "ln", Type: "function"}}}, nil
}

func (s *scripted) Inspect(_ context.Context, code string, cursor, detail int) (interp.Inspection, error) {
	return interp.Inspection{Found: true, MIME: map[string]any{"text/plain": fmt.Sprintf("%s %d %d", code, cursor, detail)}}, nil
}

func (s *scripted) IsComplete(_ context.Context, code string) (interp.Completeness, error) {
	return interp.Completeness{Status: "incomplete", Indent: "\t" + code}, nil
}

func (s *scripted) Comm(ctx context.Context, ev interp.CommEvent, out interp.Output) bool {
	switch ev.Target {
	case "echo":
		out.Stream("stdout", []byte("before "))
		ev.Buffers = append(ev.Buffers, []byte("more"))
		out.Comm(ev)
		out.Stream("stdout", []byte("after"))
		return true
	case "slow":
		<-ctx.Done()
	case "panic":
		panic("in a handler")
	}
	return false
}

func (s *scripted) Interrupt() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stop != nil {
		close(s.stop)
		s.stop = nil
	}
}

func (s *scripted) Close() error { return nil }

func textBundle(s string) interp.Bundle {
	return interp.Bundle{MIME: map[string]any{"text/plain": s}}
}

// call is one command of a cell under way.
type call struct {
	s      *scripted
	ctx    context.Context
	cell   interp.Cell
	out    interp.Output
	arg    string
	stop   <-chan struct{}
	result *interp.Result
}

func (c *call) number() int {
	n, err := strconv.Atoi(strings.Fields(c.arg + " 0")[0])
	if err != nil {
		panic(err)
	}
	return n
}

// wait waits until f has happened or the cell is interrupted.
func (c *call) wait(done <-chan struct{}) {
	select {
	case <-done:
	case <-c.stop:
		c.result.Err = errInterrupted
	}
}

func writeAll(fd int, p []byte) {
	for len(p) > 0 {
		n, err := syscall.Write(fd, p)
		if err != nil && !errors.Is(err, syscall.EINTR) {
			panic(err)
		}
		p = p[max(n, 0):]
	}
}

var sink atomic.Int64

// recurse ends after 1<<62 calls.
func recurse(n int) int {
	if n == 1<<62 {
		return 0
	}
	return recurse(n+1) + n
}

var commands = map[string]func(c *call){
	"print":   func(c *call) { c.out.Stream("stdout", []byte(c.arg+"\n")) },
	"eprint":  func(c *call) { c.out.Stream("stderr", []byte(c.arg+"\n")) },
	"raw":     func(c *call) { writeAll(1, []byte(c.arg+"\n")) },
	"rawerr":  func(c *call) { writeAll(2, []byte(c.arg+"\n")) },
	"log":     func(c *call) { log.SetFlags(0); log.Print(c.arg) },
	"println": func(c *call) { fmt.Println(c.arg) },
	"display": func(c *call) { c.out.Display(textBundle(c.arg)) },
	"update": func(c *call) {
		b := textBundle(c.arg)
		b.DisplayID = "d"
		c.out.Update(b)
	},
	"clear": func(c *call) { c.out.ClearOutput(c.arg == "wait") },
	"json": func(c *call) {
		b := textBundle("text")
		b.MIME["application/json"] = map[string]any{"n": uint64(9007199254740993)}
		b.Metadata = map[string]any{"width": 3}
		c.out.Display(b)
	},
	"unshowable": func(c *call) {
		c.out.Display(interp.Bundle{MIME: map[string]any{"application/json": func() {}}})
	},
	"value": func(c *call) { b := textBundle(c.arg); c.result.Value = &b },
	"next":  func(c *call) { c.result.SetNextInput = &c.arg },
	"page":  func(c *call) { b := textBundle(c.arg); c.result.Page = &b },
	"set": func(c *call) {
		k, v, _ := strings.Cut(c.arg, " ")
		c.s.vars[k] = v
	},
	"get": func(c *call) {
		v, ok := c.s.vars[c.arg]
		if !ok {
			c.result.Err = &interp.CellError{Name: "CompileError", Value: "undefined: " + c.arg, Traceback: []string{"undefined: " + c.arg}}
			return
		}
		b := textBundle(v)
		c.result.Value = &b
	},
	"fail": func(c *call) {
		c.result.Err = &interp.CellError{Name: "Panic", Value: c.arg, Traceback: []string{"Panic: " + c.arg}}
	},
	"env":  func(c *call) { c.out.Stream("stdout", []byte(os.Getenv(c.arg))) },
	"stat": func(c *call) { c.out.Stream("stdout", fmt.Appendf(nil, "%d %v", c.cell.Number, c.cell.AllowStdin)) },
	"pwd":  func(c *call) { d, _ := os.Getwd(); c.out.Stream("stdout", []byte(d)) },
	"stdin": func(c *call) {
		var b [1]byte
		n, err := os.Stdin.Read(b[:])
		c.out.Stream("stdout", fmt.Appendf(nil, "%d %v", n, err))
	},
	"input": func(c *call) {
		ctx, cancel := context.WithCancel(c.ctx)
		defer cancel()
		go func() {
			select {
			case <-c.stop:
				cancel()
			case <-ctx.Done():
			}
		}()
		line, err := c.out.Input(ctx, c.arg, c.arg == "password")
		c.out.Stream("stdout", fmt.Appendf(nil, "%q %v", line, err))
	},
	"gc":    func(c *call) { runtime.GC(); runtime.GC() },
	"sleep": func(c *call) { time.Sleep(time.Duration(c.number()) * time.Millisecond) },

	// The terrible things.
	"gopanic":  func(c *call) { go func() { panic(c.arg) }(); c.wait(nil) },
	"goerror":  func(c *call) { go func() { panic(errors.New(c.arg)) }(); c.wait(nil) },
	"gonil":    func(c *call) { go func() { var p *scripted; p.vars = nil }(); c.wait(nil) },
	"later":    func(c *call) { go func() { time.Sleep(30 * time.Millisecond); panic(c.arg) }() },
	"panic":    func(c *call) { panic(c.arg) },
	"goexit":   func(c *call) { runtime.Goexit() },
	"recurse":  func(c *call) { sink.Store(int64(recurse(0))) },
	"exit":     func(c *call) { os.Exit(c.number()) },
	"logfatal": func(c *call) { log.SetFlags(0); log.Fatal(c.arg) },
	"maps": func(c *call) {
		runtime.GOMAXPROCS(4) // one would never see the other
		m := map[int]int{}
		for range 8 {
			go func() {
				for i := 0; ; i++ {
					m[i%100] = i
				}
			}()
		}
		c.wait(nil)
	},
	"alloc": func(c *call) { // slowly, and every page is used
		for {
			b := make([]byte, 16<<20)
			for i := 0; i < len(b); i += 4096 {
				b[i] = 1
			}
			c.s.kept = append(c.s.kept, b)
		}
	},
	"allochuge": func(c *call) { // at once
		b := make([]byte, 1<<40+c.number())
		c.s.kept = append(c.s.kept, b)
	},
	"kill": func(c *call) {
		syscall.Kill(os.Getpid(), syscall.Signal(c.number()))
		select {}
	},
	"close": func(c *call) {
		syscall.Close(1)
		syscall.Close(2)
	},
	"closefiles": func(c *call) {
		os.Stdout.Close()
		os.Stderr.Close()
	},
	"closeall": func(c *call) {
		for fd := 3; fd < 1024; fd++ {
			syscall.Close(fd)
		}
		c.wait(nil)
	},
	"nonblock": func(c *call) { syscall.SetNonblock(1, true) },
	"spin": func(c *call) {
		for {
			sink.Add(1)
		}
	},
	"gospin": func(c *call) {
		go func() {
			for {
				sink.Add(1)
			}
		}()
	},
	"deadlock": func(c *call) {
		done := make(chan struct{})
		c.wait(done)
	},
	"block": func(c *call) { select {} }, // no interrupt helps
	"big": func(c *call) {
		c.out.Stream("stdout", []byte(strings.Repeat("0123456789", c.number()/10)))
	},
	"bigraw": func(c *call) {
		writeAll(1, []byte(strings.Repeat("0123456789", c.number()/10)))
	},
	"lines": func(c *call) {
		var b []byte
		for i := range c.number() {
			b = append(strconv.AppendInt(b[:0], int64(i), 10), '\n')
			c.out.Stream("stdout", b)
		}
	},
	"rawlines": func(c *call) {
		var b []byte
		for i := range c.number() {
			b = append(strconv.AppendInt(b[:0], int64(i), 10), '\n')
			writeAll(1, b)
		}
	},
	"alternate": func(c *call) {
		for i := range c.number() {
			c.out.Stream([]string{"stdout", "stderr"}[i%2], fmt.Appendf(nil, "%d ", i))
		}
	},
	// after prints to this cell's output when the cell is over.
	"after": func(c *call) {
		go func() {
			for i := range 200 {
				time.Sleep(time.Millisecond)
				c.out.Stream("stdout", fmt.Appendf(nil, "<%s %d>", c.arg, i))
			}
			c.out.Display(textBundle("end of " + c.arg))
		}()
	},
	"rawafter": func(c *call) {
		go func() {
			time.Sleep(50 * time.Millisecond)
			writeAll(1, []byte(c.arg))
		}()
	},
	// program starts a process that outlives the cell, and prints its id.
	"program": func(c *call) {
		cmd := exec.Command("sleep", "1000")
		if err := cmd.Start(); err != nil {
			panic(err)
		}
		c.out.Stream("stdout", []byte(strconv.Itoa(cmd.Process.Pid)))
	},
	"daemon": func(c *call) { // leaves the group and holds the pipes
		cmd := exec.Command("sleep", "30")
		cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
		cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
		if err := cmd.Start(); err != nil {
			panic(err)
		}
	},
	"shell": func(c *call) {
		cmd := exec.Command("sh", "-c", c.arg)
		cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
		if err := cmd.Run(); err != nil {
			panic(err)
		}
	},
}

// record is an Output that keeps what comes. Text of one stream that comes in
// pieces is one event.
type record struct {
	mu     sync.Mutex // guards events
	events []event
	wake   chan struct{} // has room for one

	input func(ctx context.Context, prompt string, password bool) (string, error)
	delay time.Duration // of each call of Stream
}

type event struct {
	kind string // stdout, stderr, display, update, clear, comm
	text string
	data any
}

func newRecord() *record { return &record{wake: make(chan struct{}, 1)} }

func (r *record) add(e event) {
	r.mu.Lock()
	if n := len(r.events); n > 0 && r.events[n-1].kind == e.kind && strings.HasPrefix(e.kind, "std") {
		r.events[n-1].text += e.text
	} else {
		r.events = append(r.events, e)
	}
	r.mu.Unlock()
	select {
	case r.wake <- struct{}{}:
	default:
	}
}

func (r *record) Stream(name string, p []byte) {
	time.Sleep(r.delay)
	r.add(event{kind: name, text: string(p)})
}

func (r *record) show(kind string, b interp.Bundle) {
	text, _ := b.MIME["text/plain"].(string)
	r.add(event{kind: kind, text: text, data: b})
}

func (r *record) Display(b interp.Bundle) { r.show("display", b) }
func (r *record) Update(b interp.Bundle)  { r.show("update", b) }
func (r *record) ClearOutput(wait bool)   { r.add(event{kind: "clear", text: strconv.FormatBool(wait)}) }
func (r *record) Comm(ev interp.CommEvent) {
	r.add(event{kind: "comm", text: ev.ID, data: ev})
}

func (r *record) Input(ctx context.Context, prompt string, password bool) (string, error) {
	if r.input == nil {
		return "", errors.New("no input here")
	}
	return r.input(ctx, prompt, password)
}

// String shows the events, one a line.
func (r *record) String() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	var b strings.Builder
	for _, e := range r.events {
		fmt.Fprintf(&b, "%s %q\n", e.kind, e.text)
	}
	return b.String()
}

// text joins what came on one stream.
func (r *record) text(kind string) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	var b strings.Builder
	for _, e := range r.events {
		if e.kind == kind {
			b.WriteString(e.text)
		}
	}
	return b.String()
}

// waitFor waits until ok is true of what has come.
func (r *record) waitFor(t testing.TB, what string, ok func(*record) bool) {
	t.Helper()
	deadline := time.After(20 * time.Second)
	for !ok(r) {
		select {
		case <-r.wake:
		case <-deadline:
			t.Fatalf("waited in vain for %s; came:\n%.2000s", what, r)
		}
	}
}

// start starts a supervisor of the test binary and ends it with the test.
func start(t testing.TB, change ...func(*worker.Options)) *worker.Supervisor {
	t.Helper()
	opt := worker.Options{
		Command:     []string{os.Args[0]},
		Env:         []string{envWorker + "=yes", "GORACE=atexit_sleep_ms=0"},
		MemoryLimit: 2 << 30,
		Grace:       200 * time.Millisecond,
	}
	for _, f := range change {
		f(&opt)
	}
	s, err := worker.Start(opt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		pids := s.Processes()
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		for _, pid := range pids {
			if err := syscall.Kill(pid, 0); !errors.Is(err, syscall.ESRCH) {
				t.Errorf("process %d is left behind: %v", pid, err)
			}
		}
	})
	return s
}

var cellNumber atomic.Int64

// run runs a cell.
func run(t testing.TB, s *worker.Supervisor, code string) (interp.Result, *record) {
	t.Helper()
	out := newRecord()
	return runTo(s, int(cellNumber.Add(1)), code, out), out
}

func runTo(s *worker.Supervisor, n int, code string, out interp.Output) interp.Result {
	return s.Execute(context.Background(), interp.Cell{Code: code, Number: n, StoreHistory: true}, out)
}

// mustRun runs a cell that has to succeed.
func mustRun(t testing.TB, s *worker.Supervisor, code string) *record {
	t.Helper()
	res, out := run(t, s, code)
	if res.Err != nil {
		t.Fatalf("%.100q: %v\n%s\n%s", code, res.Err, strings.Join(res.Err.Traceback, "\n"), out)
	}
	return out
}

func itoa(n int64) string { return strconv.FormatInt(n, 10) }
