package interp

import (
	"context"
	"strings"
	"testing"
	"time"
)

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
	} {
		t.Run(name, func(t *testing.T) {
			s := newTester(t)
			s.must("kept := 99")
			go func() {
				time.Sleep(150 * time.Millisecond)
				s.Interrupt()
			}()
			start := time.Now()
			done := make(chan Result, 1)
			go func() { done <- s.exec(code) }()
			select {
			case r := <-done:
				if r.Err == nil || r.Err.Name != "Interrupted" {
					t.Fatalf("ended with %+v after %v", r.Err, time.Since(start))
				}
			case <-time.After(20 * time.Second):
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

// TestInterruptSparesOthers interrupts one cell while a goroutine of an
// earlier one goes on.
func TestInterruptSparesOthers(t *testing.T) {
	s := newTester(t)
	s.must("var n atomic.Int64\nvar before int64\nstop := make(chan bool)\ngo func() { for { select { case <-stop: return; default: n.Add(1); time.Sleep(time.Millisecond) } } }()")
	go func() {
		time.Sleep(100 * time.Millisecond)
		s.Interrupt()
	}()
	if r := s.exec("for {}"); r.Err == nil || r.Err.Name != "Interrupted" {
		t.Fatalf("%+v", r.Err)
	}
	s.must("before = n.Load()\ntime.Sleep(50 * time.Millisecond)")
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
	go func() {
		time.Sleep(100 * time.Millisecond)
		s.Interrupt()
	}()
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
	for _, c := range []struct{ code, name, value string }{
		{"panic(\"boom\")", "Panic", "boom"},
		{"panic(fmt.Errorf(\"bad %d\", 1))", "Panic", "bad 1"},
		{"go func() { panic(\"in goroutine\") }()\ntime.Sleep(time.Second)", "Panic", "in goroutine"},
		{"func deep(n int) int { return deep(n+1) + 1 }\ndeep(0)", "StackOverflow", "stack overflow"},
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
