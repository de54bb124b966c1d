package main

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"cahier/interp"
	"cahier/interp/worker"
)

// gather is an Output that remembers text.
type gather struct {
	mu   sync.Mutex
	text strings.Builder
}

func (g *gather) Stream(_ string, p []byte) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.text.Write(p)
}
func (g *gather) Display(interp.Bundle) {}
func (g *gather) Update(interp.Bundle)  {}
func (g *gather) ClearOutput(bool)      {}
func (g *gather) Comm(interp.CommEvent) {}
func (g *gather) Input(ctx context.Context, _ string, _ bool) (string, error) {
	<-ctx.Done()
	return "", ctx.Err()
}

func (g *gather) has(text string) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return strings.Contains(g.text.String(), text)
}

// TestWorkerSurvives runs in a real worker what must not end it: interrupts of
// all kinds of waiting, panics of goroutines and runaway recursion. The process
// and the variables stay.
func TestWorkerSurvives(t *testing.T) {
	s, err := worker.Start(worker.Options{Command: []string{os.Args[0], workerName}})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	n := 0
	run := func(code string, out *gather) interp.Result {
		n++
		return s.Execute(t.Context(), interp.Cell{Code: code, Number: n, AllowStdin: true}, out)
	}
	if r := run("kept := 99\nvar ticks atomic.Int64\ngo func() { for { ticks.Add(1); time.Sleep(time.Millisecond) } }()", &gather{}); r.Err != nil {
		t.Fatal(r.Err)
	}
	before := s.Processes()
	for _, c := range []struct{ code, want string }{
		{"for {}", "Interrupted"},
		{"select {}", "Interrupted"},
		{"var mu sync.Mutex\nmu.Lock()\nmu.Lock()", "Interrupted"},
		{"var line string\nfmt.Scanln(&line)", "Interrupted"},
		{"l, _ := net.Listen(\"tcp\", \"127.0.0.1:0\")\nhttp.Get(\"http://\" + l.Addr().String())", "Interrupted"},
		{"exec.Command(\"sleep\", \"1000\").Run()", "Interrupted"},
		{"!sleep 1000", "Interrupted"},
		{"%timeit time.Sleep(time.Minute)", "Interrupted"},
		{"a := ops.Ones(6000, 6000)\nops.MatMul(a, a);", "Interrupted"},
		{"pr, pw, _ := os.Pipe()\n_ = pw\nbufio.NewReader(pr).ReadByte()", "Interrupted"},
		{"go func() { panic(\"boom\") }()\nselect {}", "Panic"},
		{"var wg sync.WaitGroup\nwg.Go(func() { panic(\"boom\") })\nwg.Wait()", "Panic"},
		{"func deep(n int) int { return deep(n+1) + 1 }\ndone := make(chan int)\ngo func() { done <- deep(0) }()\n<-done", "StackOverflow"},
	} {
		out := &gather{}
		done := make(chan interp.Result, 1)
		code, says := c.code, c.want == "Interrupted" && c.code[0] != '!' && c.code[0] != '%'
		if says {
			code = "fmt.Println(\"on\")\n" + code
		}
		go func() { done <- run(code, out) }()
		if c.want == "Interrupted" {
			for end := time.Now().Add(time.Minute); says && !out.has("on") && time.Now().Before(end); {
				time.Sleep(5 * time.Millisecond)
			}
			time.Sleep(100 * time.Millisecond)
			s.Interrupt()
		}
		select {
		case r := <-done:
			if r.Err == nil || r.Err.Name != c.want {
				t.Errorf("%s: %+v, want %s", c.code, r.Err, c.want)
			}
		case <-time.After(2 * time.Minute):
			t.Fatalf("%s goes on", c.code)
		}
	}
	r := run("x := ticks.Load()\ntime.Sleep(100 * time.Millisecond)\nfmt.Sprint(kept, ticks.Load() > x)", &gather{})
	if r.Err != nil || fmt.Sprint(r.Value.MIME["text/plain"]) != "99 true" {
		t.Errorf("%+v", r)
	}
	if !slices.Equal(before, s.Processes()) {
		t.Error("another process")
	}
}
