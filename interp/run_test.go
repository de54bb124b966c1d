package interp

import (
	"context"
	"os/exec"
	"runtime"
	"strings"
	"testing"
	"time"

	"cahier/interp/rt"
)

// interruptAfter interrupts the next cell, once, when its code has run for d.
func (t *tester) interruptAfter(d time.Duration) {
	running := func() bool {
		t.Session.mu.Lock()
		defer t.Session.mu.Unlock()
		return t.Session.run != nil
	}
	go func() {
		for !running() {
			select {
			case <-t.t.Context().Done():
				return
			case <-time.After(time.Millisecond):
			}
		}
		time.Sleep(d)
		t.Interrupt()
	}()
}

// TestInterrupt stops cells that would go on for ever, and finds the session
// as it was.
func TestInterrupt(t *testing.T) {
	for name, code := range map[string]string{
		"loop":            "for {}",
		"loop with body":  "i := 0\nfor { i++ }",
		"nested":          "for { for j := 0; j < 10; j++ { _ = j } }",
		"function":        "func spin() { for { } }\nspin()",
		"literal":         "func() { for { func() { kept++ }() } }()",
		"deferred":        "func() { defer func() {}(); for {} }()",
		"recursion":       "func fib(n int) int { if n < 2 { return n }; return fib(n-1) + fib(n-2) }\nfib(60)",
		"goto":            "again:\n\tgoto again",
		"range int":       "for range 1 << 60 { }",
		"range func":      "for range func(yield func() bool) { for yield() {} } { }",
		"receive":         "c := make(chan int)\n<-c",
		"receive ok":      "c := make(chan int)\nv, ok := <-c\n_, _ = v, ok",
		"nil channel":     "var c chan int\n<-c",
		"send":            "c := make(chan int)\nc <- 1",
		"range channel":   "c := make(chan int)\nfor range c {}",
		"select":          "c := make(chan int)\nselect { case <-c: case c <- 1: }",
		"empty select":    "select {}",
		"sleep":           "time.Sleep(time.Hour)",
		"lock":            "var mu sync.Mutex\nmu.Lock()\nmu.Lock()",
		"wait":            "var wg sync.WaitGroup\nwg.Add(1)\nwg.Wait()",
		"callback":        "xs := []int{3, 2, 1}\nsort.Slice(xs, func(i, j int) bool { for {} })",
		"compiled loop":   "strings.Map(func(r rune) rune { for {} }, \"abc\")",
		"generic":         "func g[T any](x T) { for {} }\ng(1)",
		"method":          "type T struct{}\nfunc (T) M() { for {} }\nvar i interface{ M() } = T{}\ni.M()",
		"goroutine waits": "done := make(chan bool)\ngo func() { for {} }()\n<-done",
		"init":            "func init() { for {} }",
		"fib(45)":         "func fib(n int) int { if n < 2 { return n }; return fib(n-1) + fib(n-2) }\nfib(45)",
		"goto a switch":   "L:\n\tswitch { default: goto L }",
		"condition":       "mu := sync.Mutex{}\nc := sync.NewCond(&mu)\nmu.Lock()\ndefer mu.Unlock()\nc.Wait()",
		"read lock":       "var mu sync.RWMutex\nmu.Lock()\nmu.RLock()",
		"write lock":      "var mu sync.RWMutex\nmu.RLock()\nmu.Lock()",
		"embedded lock":   "type G struct { n int; sync.Mutex }\nvar g G\ng.Lock()\ng.Lock()",
		"locker":          "var l sync.Locker = &sync.Mutex{}\nl.Lock()\nl.Lock()",
		"deferred lock":   "var mu sync.Mutex\nmu.Lock()\nfunc() { defer mu.Lock() }()",
		"method value":    "var wg sync.WaitGroup\nwg.Add(1)\nf := wg.Wait\nf()",
		"group of loops":  "var wg sync.WaitGroup\nfor i := range 4 { wg.Go(func() { for { _ = i } }) }\nwg.Wait()",
		"once":            "var o sync.Once\no.Do(func() { for {} })",
		"timer":           "ch := make(chan int)\ntime.AfterFunc(time.Millisecond, func() { for {} })\n<-ch",
		"matrix products": "a := ops.Randn(64, 64)\nfor { a = ops.MatMul(a, a) }",
		"gradient":        "ops.Grad(func(p []*ops.Tensor) *ops.Tensor { for {} }, []*ops.Tensor{ops.Ones(3)})",
		"string method":   "type S int\nfunc (s S) String() string { for {} }\nfmt.Println(S(1))",
		"shown":           "type S int\nfunc (s S) String() string { for {} }\nS(1)",
		"recovering":      "for { func() { defer func() { recover() }(); panic(1) }() }",
		"endless defer":   "defer func() { for {} }()\nfor {}",
		"http client":     "l, _ := net.Listen(\"tcp\", \"127.0.0.1:0\")\ndefer l.Close()\nhttp.Get(\"http://\" + l.Addr().String())",
		"http server":     "http.ListenAndServe(\"127.0.0.1:0\", nil)",
		"accept":          "l, _ := net.Listen(\"tcp\", \"127.0.0.1:0\")\nl.Accept()",
		"pipe":            "r, w := io.Pipe()\ndefer w.Close()\nio.ReadAll(r)",
		"regexp":          "re := regexp.MustCompile(strings.Repeat(\"(a?)\", 400) + \"b$\")\nre.MatchString(strings.Repeat(\"a\", 1000000))",
		"json":            "var b strings.Builder\nxs := make([]int, 3000000)\nfor { json.NewEncoder(&b).Encode(xs); b.Reset() }",
	} {
		t.Run(name, func(t *testing.T) {
			s := newTester(t)
			s.must("kept := 99")
			s.interruptAfter(150 * time.Millisecond)
			done := make(chan Result, 1)
			go func() { done <- s.exec(code) }()
			select {
			case r := <-done:
				if r.Err == nil || r.Err.Name != "Interrupted" {
					t.Fatalf("ended with %+v", r.Err)
				}
			case <-time.After(2 * time.Minute):
				t.Fatal("not interrupted")
			}
			if name == "literal" {
				return // it changes kept
			}
			if got := s.must("kept"); got != "99" {
				t.Errorf("kept is %s", got)
			}
			if got := s.must("1 + 1"); got != "2" {
				t.Errorf("1 + 1 is %s", got)
			}
		})
	}
}

// TestInterruptEarly interrupts a cell before its code runs.
func TestInterruptEarly(t *testing.T) {
	s := newTester(t)
	done := make(chan Result, 1)
	s.one.Lock() // Execute waits here
	go func() { done <- s.exec("ran := true\nfor {}") }()
	s.one.Unlock()
	for r := (Result{}); ; {
		s.Interrupt()
		select {
		case r = <-done:
		case <-time.After(time.Millisecond):
			continue
		}
		if r.Err == nil || r.Err.Name != "Interrupted" {
			t.Errorf("%+v", r.Err)
		}
		break
	}
	s.Interrupt() // nothing runs, so nothing is stopped later
	if got := s.must("1 + 1"); got != "2" {
		t.Errorf("1 + 1 is %s", got)
	}
}

// TestInterruptStdin stops a cell that waits for a line.
func TestInterruptStdin(t *testing.T) {
	s := newTester(t)
	var out waitingInput
	out.asked = make(chan bool, 1)
	go func() {
		<-out.asked
		s.Interrupt()
	}()
	r := s.Execute(context.Background(), Cell{Code: "sc := bufio.NewScanner(os.Stdin)\nfor sc.Scan() {}\nfmt.Println(\"zombie\")", Number: 1, AllowStdin: true}, &out)
	if r.Err == nil || r.Err.Value != "the cell was interrupted" {
		t.Errorf("%+v", r.Err)
	}
	if out.text() != "" {
		t.Errorf("printed %q", out.text())
	}
}

// waitingInput never answers.
type waitingInput struct {
	recorder
	asked chan bool
}

func (w *waitingInput) Input(ctx context.Context, prompt string, password bool) (string, error) {
	w.asked <- true
	<-ctx.Done()
	return "", ctx.Err()
}

// TestInterruptCommand stops a cell that waits for a command, which is killed.
func TestInterruptCommand(t *testing.T) {
	if _, err := exec.LookPath("sleep"); err != nil {
		t.Skip("no command sleep on this machine")
	}
	for _, call := range []string{"c.Run()", "c.Output()", "c.CombinedOutput()", "c.Start()\nc.Wait()"} {
		s := newTester(t)
		s.must("c := exec.Command(\"sleep\", \"1000\")\nvar err error")
		s.interruptAfter(150 * time.Millisecond)
		r := s.exec(call)
		if r.Err == nil || r.Err.Value != "the cell was interrupted" {
			t.Errorf("%s: %+v", call, r.Err)
		}
		// A signal can be sent as long as the process exists and is not waited for.
		if got := s.must("for range 100 { if err = c.Process.Signal(syscall.Signal(0)); err != nil { break }; time.Sleep(20 * time.Millisecond) }\nerr"); got != "os: process already finished" {
			t.Errorf("%s: the command is still there: %s", call, got)
		}
	}
}

// TestWaits does what the functions that an interrupt can end are for.
func TestWaits(t *testing.T) {
	s := newTester(t)
	for code, want := range map[string]string{
		"var mu sync.Mutex\nn := 0\nvar wg sync.WaitGroup\nfor range 20 { wg.Go(func() { for range 50 { mu.Lock(); n++; mu.Unlock() } }) }\nwg.Wait()\nn":                                                                     "1000",
		"var rw sync.RWMutex\nrw.RLock()\nrw.RLock()\nok := rw.TryLock()\nrw.RUnlock()\nrw.RUnlock()\nrw.Lock()\nok":                                                                                                          "false",
		"cm := &sync.Mutex{}\nco := sync.NewCond(cm)\nready := false\ngo func() { cm.Lock(); ready = true; cm.Unlock(); co.Broadcast() }()\ncm.Lock()\nfor !ready { co.Wait() }\ncm.Unlock()\nready":                          "true",
		"b, err := exec.Command(\"sh\", \"-c\", \"echo out; echo err >&2; exit 3\").Output()\nfmt.Sprintf(\"%q %v %q\", b, err, err.(*exec.ExitError).Stderr)":                                                                `"out\n" exit status 3 "err\n"`,
		"b2, err := exec.Command(\"sh\", \"-c\", \"echo out; echo err >&2\").CombinedOutput()\nfmt.Sprintf(\"%q %v\", b2, err)":                                                                                               `"out\nerr\n" <nil>`,
		"c := exec.Command(\"sh\")\nc.Stdout = os.Stdout\n_, err := c.Output()\nerr":                                                                                                                                          "exec: Stdout already set",
		"srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, \"hello\") }))\nresp, err := http.Get(srv.URL)\nbody, _ := io.ReadAll(resp.Body)\nsrv.Close()\nstring(body)": "hello",
		"got := make(chan string, 1)\ntime.AfterFunc(time.Millisecond, func() { got <- \"fired\" })\n<-got":                                                                                                                   "fired",
		"var nilCommand *exec.Cmd\nfunc() (r any) { defer func() { r = recover() }(); nilCommand.Wait(); return }()":                                                                                                          "runtime error: invalid memory address or nil pointer dereference",
	} {
		if got := s.must(code); got != want {
			t.Errorf("%s\ngot  %s\nwant %s", code, got, want)
		}
	}
}

// TestInterruptOps stops one long call of an operation.
func TestInterruptOps(t *testing.T) {
	for name, code := range map[string]string{
		"product":     "y = ops.MatMul(a, a)",
		"convolution": "y = ops.Conv2D(x, w)",
		"elementwise": "for range 1000 { y = ops.Exp(a) }",
		"gradient":    "ops.Grad(func(p []*ops.Tensor) *ops.Tensor { return ops.Sum(ops.MatMul(p[0], p[0])) }, []*ops.Tensor{a})",
	} {
		t.Run(name, func(t *testing.T) {
			s := newTester(t)
			s.must("a := ops.Ones(6000, 6000)\nx := ops.Ones(8, 32, 128, 128)\nw := ops.Ones(128, 32, 7, 7)\ny := ops.Ones(1)")
			s.interruptAfter(100 * time.Millisecond)
			r := s.exec(code)
			if r.Err == nil || r.Err.Name != "Interrupted" {
				t.Fatalf("%+v", r.Err)
			}
			// Whether it took less than the grace depends on the machine; that it
			// ends, long before its work is done, can be seen.
			works := func() bool { return strings.Contains(string(stacks()), "cahier/ops/internal/cpu.") }
			for end := time.Now().Add(time.Minute); works(); time.Sleep(10 * time.Millisecond) {
				if time.Now().After(end) {
					t.Fatalf("the operation still works:\n%s", stacks())
				}
			}
			if got := s.must("y.Shape()"); got != "[1]" && name != "elementwise" {
				t.Errorf("y has shape %s", got)
			}
		})
	}
}

func stacks() []byte {
	b := make([]byte, 1<<20)
	return b[:runtime.Stack(b, true)]
}

// TestInterruptSparesOthers interrupts one cell while a goroutine of an
// earlier one goes on.
func TestInterruptSparesOthers(t *testing.T) {
	s := newTester(t)
	s.must("var n atomic.Int64\nvar before int64\nstop := make(chan bool)\ngo func() { for { select { case <-stop: return; default: n.Add(1); time.Sleep(time.Millisecond) } } }()")
	s.interruptAfter(100 * time.Millisecond)
	if r := s.exec("for {}"); r.Err == nil || r.Err.Name != "Interrupted" {
		t.Fatalf("%+v", r.Err)
	}
	s.must("before = n.Load()\ntime.Sleep(500 * time.Millisecond)")
	if got := s.must("n.Load() > before"); got != "true" {
		t.Error("the goroutine of the first cell was stopped too")
	}
	s.must("close(stop)")
}

// TestNoZombies makes sure that code after an interrupted statement never
// runs, and that deferred calls run once.
func TestNoZombies(t *testing.T) {
	s := newTester(t)
	s.must("z := 1")
	s.interruptAfter(100 * time.Millisecond)
	s.exec("defer fmt.Println(\"deferred\")\ntime.Sleep(time.Hour)\nz = -77\nfmt.Println(\"zombie\")")
	for range 3 {
		s.must("_ = 0")
	}
	if got := s.must("z"); got != "1" {
		t.Errorf("z is %s", got)
	}
	if got := s.text(); got != "deferred\n" {
		t.Errorf("printed %q", got)
	}
}

// TestNoZombiesLater looks at what goroutines of an interrupted cell do that were
// in calls which return only after the cell has ended.
func TestNoZombiesLater(t *testing.T) {
	s := newTester(t)
	s.must("var y, z atomic.Int64\nr, w := io.Pipe()\nr2, w2 := io.Pipe()\nbuf := make([]byte, 1)")
	s.interruptAfter(100 * time.Millisecond)
	res := s.exec("go func() { r2.Read(buf); y.Add(1) }()\ndefer func() { z.Add(10) }()\nr.Read(buf)\nz.Add(1)")
	if res.Err == nil || !strings.Contains(res.Err.Value, "still runs in the background") {
		t.Fatalf("%+v", res.Err)
	}
	time.Sleep(50 * time.Millisecond)
	s.must("w.Close()\nw2.Close()\ntime.Sleep(100 * time.Millisecond)")
	// The deferred function has run when its goroutine could end.
	if got := s.must("fmt.Sprint(y.Load(), z.Load())"); got != "0 10" {
		t.Errorf("y and z are %s, want 0 10", got)
	}
	// Nothing is left of the interrupt: cells do not poll any more.
	for range 200 {
		if !*s.rt.Stop {
			return
		}
		runtime.GC()
		time.Sleep(10 * time.Millisecond)
	}
	t.Error("cells still poll")
}

// TestDeferredAfterInterrupt runs deferred functions of the cell's own, once, with
// loops, channels and sleep in them.
func TestDeferredAfterInterrupt(t *testing.T) {
	s := newTester(t)
	s.must("var log []string")
	s.interruptAfter(100 * time.Millisecond)
	r := s.exec(`func() {
	defer func() {
		c := make(chan int, 1)
		go func() { c <- 7 }()
		time.Sleep(time.Millisecond)
		for i := range 3 {
			log = append(log, fmt.Sprint("outer ", i))
		}
		select {
		case v := <-c:
			log = append(log, fmt.Sprint("got ", v))
		case <-time.After(time.Minute):
		}
	}()
	defer func() { log = append(log, fmt.Sprint("inner ", recover())) }()
	for {
	}
}()`)
	if r.Err == nil || r.Err.Value != "the cell was interrupted" {
		t.Errorf("%+v", r.Err)
	}
	if got, want := s.must("strings.Join(log, \", \")"), "inner <nil>, outer 0, outer 1, outer 2"; !strings.HasPrefix(got, want) {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// TestContext ends a cell with its context.
func TestContext(t *testing.T) {
	s := newTester(t)
	ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
	defer cancel()
	r := s.Execute(ctx, Cell{Code: "for {}", Number: 1}, &s.recorder)
	if r.Err == nil || r.Err.Name != "Interrupted" {
		t.Fatalf("%+v", r.Err)
	}
}

// TestSurvival runs what would end a Go program.
func TestSurvival(t *testing.T) {
	s := newTester(t)
	overflows := 0
	for _, c := range []struct{ code, name, value string }{
		{"panic(\"boom\")", "Panic", "boom"},
		{"panic(fmt.Errorf(\"bad %d\", 1))", "Panic", "bad 1"},
		{"go func() { panic(\"in goroutine\") }()\nselect {}", "Panic", "in goroutine"},
		{"func deep(n int) int { return deep(n+1) + 1 }\ndeep(0)", "StackOverflow", "stack overflow"},
		{"wg := sync.WaitGroup{}\nwg.Go(func() { panic(\"in group\") })\nwg.Wait()", "Panic", "in group"},
		{"time.AfterFunc(time.Millisecond, func() { panic(\"in timer\") })\nselect {}", "Panic", "in timer"},
		{"ctx, cancel := context.WithCancel(context.Background())\ncontext.AfterFunc(ctx, func() { panic(\"in context\") })\ncancel()\nselect {}", "Panic", "in context"},
		{"go panic(\"builtin\")\nselect {}", "Panic", "builtin"},
		{"func even(n int) bool { return odd(n + 1) }\nfunc odd(n int) bool { return even(n + 1) }\neven(0)", "StackOverflow", "stack overflow"},
		{"type R struct{ n int }\nfunc (r R) m() int { return r.m() + 1 }\nR{}.m()", "StackOverflow", "stack overflow"},
		{"type RI interface{ M(RI) int }\ntype RT struct{}\nfunc (t RT) M(i RI) int { return i.M(i) + 1 }\nRT{}.M(RT{})", "StackOverflow", "stack overflow"},
		{"var rf func(int) int\nrf = func(n int) int { return rf(n+1) + 1 }\nrf(0)", "StackOverflow", "stack overflow"},
		{"func gen[T any](x T) int { return gen(x) + 1 }\ngen(1)", "StackOverflow", "stack overflow"},
		{"type RL[T any] struct{ x T }\nfunc (l RL[T]) m() int { return l.m() + 1 }\nRL[int]{}.m()", "StackOverflow", "stack overflow"},
		{"type RS int\nfunc (s RS) String() string { return fmt.Sprint(s) }\nfmt.Println(RS(1))", "StackOverflow", "stack overflow"},
		{"var cb func()\ncb = func() { xs := []int{2, 1}; sort.Slice(xs, func(i, j int) bool { cb(); return true }) }\ncb()", "StackOverflow", "stack overflow"},
		{"rdone := make(chan int)\nfunc rec(n int) int { return rec(n+1) + 1 }\ngo func() { rdone <- rec(0) }()\n<-rdone", "StackOverflow", "stack overflow"},
		{"func rd(n int) { defer func() { recover() }(); rd(n + 1) }\nrd(0)", "StackOverflow", "stack overflow"},
		{"type RE struct{}\nfunc (e RE) Error() string { return fmt.Sprintf(\"%v\", e) }\npanic(RE{})", "Panic", "a value whose Error or String method does not return"},
		{"os.Exit(1)", "Exit", "exit status 1"},
		{"log.Fatal(\"bye\")", "Exit", "exit status 1"},
		{"runtime.Goexit()", "Goexit", "Goexit"},
		{"var m map[string]int\nm[\"a\"] = 1", "Panic", "assignment to entry in nil map"},
		{"var p *struct{ X int }\np.X = 1", "Panic", "invalid memory address or nil pointer dereference"},
		{"a, b := 1, 0\na / b", "Panic", "integer divide by zero"},
		{"var x any = 1\nx.(string)", "Panic", "interface conversion: interface {} is int, not string"},
		{"close((chan int)(nil))", "Panic", "close of nil channel"},
		{"xs := []int{1, 2, 3}\ni := 5\nxs[i]", "Panic", "index out of range [5] with length 3"},
		{"ops.MatMul(ops.Zeros(2, 3), ops.Zeros(2, 3))", "ShapeError", "MatMul"},
	} {
		if c.name == "StackOverflow" {
			// Under the race detector each takes seconds, and a few see all that it can see.
			if overflows++; rt.RaceEnabled && overflows%4 != 1 {
				continue
			}
		}
		r := s.exec(c.code)
		if r.Err == nil {
			t.Errorf("%s: no error", c.code)
			continue
		}
		if r.Err.Name != c.name || !strings.Contains(r.Err.Value, c.value) {
			t.Errorf("%s:\ngot %s: %s\nwant %s: %s", c.code, r.Err.Name, r.Err.Value, c.name, c.value)
		}
		if got := s.must("1 + 1"); got != "2" {
			t.Fatalf("after %s: 1 + 1 is %s", c.code, got)
		}
	}
}

// TestGoroutinePanicPlace reads where a goroutine panicked while the cell itself
// goes on with other statements.
func TestGoroutinePanicPlace(t *testing.T) {
	if rt.RaceEnabled {
		t.Skip("the race detector would report the noting of positions, so it is off")
	}
	for _, c := range []struct{ code, want string }{
		{"x := []int{}\ngo func() {\n\tfor range 100 {\n\t\t_ = strings.ToUpper(\"a\")\n\t}\n\t_ = x[3]\n}()\nfor range 100000 {\n\t_ = strings.ToUpper(\"b\")\n}\nselect {}", "cell 1, line 6\n    6 | \t_ = x[3]"},
		{"func boom(m map[string]int) {\n\tm[\"a\"] = 1\n}\ngo boom(nil)\nselect {}", "cell 1, line 2, in boom\n    2 | \tm[\"a\"] = 1\n      | \t^\ncell 1, line 4\n    4 | go boom(nil)"},
		{"go panic(\"b\")\nselect {}", "cell 1, line 1\n    1 | go panic(\"b\")"},
		{"var f func()\ngo f()\nselect {}", "cell 1, line 2\n    2 | go f()"},
		{"go func() {\n\tgo func() {\n\t\tpanic(1)\n\t}()\n}()\nselect {}", "cell 1, line 3\n    3 | \t\tpanic(1)"},
	} {
		s := newTester(t)
		s.t = t
		r := s.exec(c.code)
		if r.Err == nil {
			t.Errorf("%s: no error", c.code)
			continue
		}
		got := strings.Join(r.Err.Traceback, "\n")
		if !strings.Contains(got, "a goroutine that cell 1 started has panicked") || !strings.Contains(got, c.want) {
			t.Errorf("%s\ngot  %s\nwant %s", c.code, got, c.want)
		}
	}
}

// TestDescribeSurvives shows variables whose methods do not return.
func TestDescribeSurvives(t *testing.T) {
	s := newTester(t)
	s.must("type L int\nfunc (l L) String() string { for {} }\nvar l any = L(1)\ntype R int\nfunc (r R) String() string { return r.String() }\nvar r any = R(1)\nok := 7")
	s.must("%whos")
	if got := s.text(); strings.Count(got, "does not return") != 2 || !strings.Contains(got, "ok    int") {
		t.Errorf("%%whos prints\n%s", got)
	}
	if in, err := s.Inspect(context.Background(), "l", 1, 0); err != nil || !strings.Contains(in.MIME["text/plain"].(string), "does not return") {
		t.Errorf("%v %v", in, err)
	}
}

// TestOutputOrder prints by every way and shows between.
func TestOutputOrder(t *testing.T) {
	s := newTester(t)
	s.must(`fmt.Println("a")
fmt.Fprintln(os.Stdout, "b")
f := os.Stdout
f.WriteString("c\n")
display.Show(display.HTML("<b>d</b>"))
println("e")
log.SetFlags(0)
log.Print("f")
fmt.Fprint(os.Stderr, "g\n")
fmt.Println("h")`)
	got := strings.Join(s.events, "|")
	want := "stdout:a\n|stdout:b\n|stdout:c\n|display|stderr:e\n|stderr:f\n|stderr:g\n|stdout:h\n"
	if got != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

// TestGoroutineOutput keeps the output of a goroutine with its cell.
func TestGoroutineOutput(t *testing.T) {
	s := newTester(t)
	s.must("ready := make(chan bool)\ngo func() { <-ready; fmt.Println(\"from cell 1\"); ready <- true }()")
	var second recorder
	r := s.Execute(context.Background(), Cell{Code: "ready <- true\n<-ready\nfmt.Println(\"from cell 2\")", Number: 2}, &second)
	if r.Err != nil {
		t.Fatal(r.Err)
	}
	if s.text() != "from cell 1\n" || second.text() != "from cell 2\n" {
		t.Errorf("first %q, second %q", s.text(), second.text())
	}
}

// TestInput reads by fmt and by bufio.
func TestInput(t *testing.T) {
	s := newTester(t)
	s.lines = []string{"12 abc", "second line", "third", "7"}
	s.must("var n int\nvar w string\nfmt.Scan(&n, &w)\nfmt.Println(n, w)")
	s.must("l, err := bufio.NewReader(os.Stdin).ReadString('\\n')\nfmt.Printf(\"%q %v\\n\", l, err)")
	s.must("sc := bufio.NewScanner(os.Stdin)\nsc.Scan()\nfmt.Println(sc.Text())")
	s.must("fmt.Scanln(&n)\nfmt.Println(n)")
	if got, want := s.text(), "12 abc\n\"second line\\n\" <nil>\nthird\n7\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	r := s.Execute(context.Background(), Cell{Code: "_, err = fmt.Scan(&n)\nerr", Number: 9}, &s.recorder)
	if r.Err != nil {
		t.Fatal(r.Err)
	}
	if text, _ := r.Value.MIME["text/plain"].(string); !strings.Contains(text, "standard input is not available") {
		t.Errorf("without stdin: %q", text)
	}
}
