package kerneltest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"cahier/kernel"
)

// Executor is a [kernel.Executor] whose language has one command a line:
//
//	print TEXT            to stdout, with a newline; TEXT may be a Go string
//	eprint TEXT           to stderr
//	write TEXT            to stdout, without a newline
//	lines N               N lines to stdout, each on its own
//	bytes N               N bytes to stdout, in pieces
//	display MIME TEXT     shows TEXT
//	show ID MIME TEXT     shows TEXT with a display id
//	update ID MIME TEXT   changes it
//	clear [wait]          empties the output
//	value MIME TEXT       the value of the cell
//	fail NAME TEXT        ends the cell with an error
//	input TEXT            asks for a line and prints what came
//	password TEXT         the same, without showing it
//	block                 waits for an interrupt
//	spin                  the same, and keeps a processor busy
//	wait NAME             waits for Release(NAME)
//	later NAME TEXT       a goroutine prints TEXT after Release(NAME)
//	ask-later NAME TEXT   a goroutine asks for input after Release(NAME)
//	open TARGET ID JSON   opens a comm; msg ID JSON, close ID JSON
//	page TEXT, next TEXT  payloads
//	unencodable           shows what JSON cannot say
//	panic TEXT, goexit    misbehaves
//
// It completes and inspects the names of commands. It knows the comm target echo,
// which sends back what it gets.
type Executor struct {
	mu        sync.Mutex // guards what follows
	gates     map[string]chan struct{}
	interrupt chan struct{} // closed by Interrupt; nil if nothing runs
	closed    int

	later sync.WaitGroup // goroutines of later and ask-later
}

var _ kernel.Executor = (*Executor)(nil)

// commands is the vocabulary, sorted.
var commands = []string{
	"ask-later", "block", "bytes", "clear", "close", "display", "eprint", "fail", "goexit", "input", "later", "lines", "msg",
	"next", "open", "page", "panic", "password", "print", "show", "spin", "unencodable", "update", "value", "wait", "write",
}

// Release lets everything that waits for name go on, now and later.
func (e *Executor) Release(name string) {
	g := e.gate(name)
	e.mu.Lock()
	defer e.mu.Unlock()
	select {
	case <-g:
	default:
		close(g)
	}
}

func (e *Executor) gate(name string) chan struct{} {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.gates == nil {
		e.gates = map[string]chan struct{}{}
	}
	if e.gates[name] == nil {
		e.gates[name] = make(chan struct{})
	}
	return e.gates[name]
}

// Closed counts the calls of Close.
func (e *Executor) Closed() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.closed
}

// Language describes the commands.
func (e *Executor) Language() kernel.LanguageInfo {
	return kernel.LanguageInfo{
		Name: "script", Version: "1.0", MIMEType: "text/x-script", FileExtension: ".script",
		PygmentsLexer: "text", CodeMirrorMode: "text", NBConvert: "script", Banner: "A script",
	}
}

// Execute runs the commands of a cell.
func (e *Executor) Execute(ctx context.Context, req *kernel.Request) (res kernel.Result) {
	stop := make(chan struct{})
	e.mu.Lock()
	e.interrupt = stop
	e.mu.Unlock()
	defer func() {
		e.mu.Lock()
		e.interrupt = nil
		e.mu.Unlock()
	}()
	for line := range strings.SplitSeq(req.Code, "\n") {
		if err := e.command(ctx, stop, strings.TrimSpace(line), req.Out, &res); err != nil {
			var c *cellError
			if !errors.As(err, &c) {
				c = &cellError{"Error", err.Error()}
			}
			res.Err = &kernel.CellError{Name: c.name, Value: c.value, Traceback: []string{c.Error()}}
			return res
		}
	}
	return res
}

type cellError struct{ name, value string }

func (c *cellError) Error() string { return c.name + ": " + c.value }

var errInterrupted = &cellError{"Interrupted", "the cell was interrupted"}

func (e *Executor) command(ctx context.Context, stop <-chan struct{}, line string, out kernel.Sink, res *kernel.Result) error {
	name, arg, _ := strings.Cut(line, " ")
	switch name {
	case "":
	case "print":
		out.Stream("stdout", []byte(unquote(arg)+"\n"))
	case "eprint":
		out.Stream("stderr", []byte(unquote(arg)+"\n"))
	case "write":
		out.Stream("stdout", []byte(unquote(arg)))
	case "lines":
		n, err := strconv.Atoi(arg)
		if err != nil {
			return err
		}
		for i := range n {
			out.Stream("stdout", fmt.Appendf(nil, "line %d\n", i))
		}
	case "bytes":
		n, err := strconv.Atoi(arg)
		if err != nil {
			return err
		}
		piece := bytes.Repeat([]byte("x"), 64<<10)
		for ; n > 0; n -= len(piece) {
			out.Stream("stdout", piece[:min(n, len(piece))])
		}
	case "display":
		out.Display(data(arg))
	case "show", "update":
		id, rest, _ := strings.Cut(arg, " ")
		d := data(rest)
		d.DisplayID = id
		if name == "show" {
			out.Display(d)
		} else {
			out.Update(d)
		}
	case "clear":
		out.ClearOutput(arg == "wait")
	case "value":
		d := data(arg)
		res.Value = &d
	case "page":
		res.Page = &kernel.Data{MIME: map[string]any{"text/plain": arg}}
	case "next":
		res.SetNextInput = &arg
	case "fail":
		name, text, _ := strings.Cut(arg, " ")
		return &cellError{name, text}
	case "input", "password":
		e.ask(ctx, out, arg, name == "password")
	case "block":
		return e.await(ctx, stop, nil)
	case "spin":
		for ctx.Err() == nil {
			if closed(stop) {
				return errInterrupted
			}
		}
		return ctx.Err()
	case "wait":
		return e.await(ctx, stop, e.gate(arg))
	case "later", "ask-later":
		gate, text, _ := strings.Cut(arg, " ")
		e.later.Go(func() {
			<-e.gate(gate)
			if name == "later" {
				out.Stream("stdout", []byte(text+"\n"))
			} else {
				e.ask(context.Background(), out, text, false)
			}
		})
	case "open", "msg", "close":
		ev := kernel.CommEvent{Kind: map[string]kernel.CommKind{"open": kernel.CommOpen, "msg": kernel.CommMsg, "close": kernel.CommClose}[name]}
		if ev.Kind == kernel.CommOpen {
			ev.Target, arg, _ = strings.Cut(arg, " ")
		}
		var text string
		ev.ID, text, _ = strings.Cut(arg, " ")
		ev.Data = json.RawMessage(text)
		out.Comm(ev)
	case "unencodable":
		out.Display(kernel.Data{MIME: map[string]any{"application/json": make(chan int)}})
	case "panic":
		panic(arg)
	case "goexit":
		runtime.Goexit()
	default:
		return &cellError{"UnknownCommand", name}
	}
	return nil
}

func (e *Executor) ask(ctx context.Context, out kernel.Sink, prompt string, password bool) {
	switch s, err := out.Input(ctx, prompt, password); err {
	case nil:
		out.Stream("stdout", fmt.Appendf(nil, "got %q\n", s))
	case io.EOF:
		out.Stream("stdout", []byte("end of input\n"))
	default:
		out.Stream("stderr", []byte(err.Error()+"\n"))
	}
}

func closed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

// await waits for gate, which may be nil, or an interrupt.
func (e *Executor) await(ctx context.Context, stop, gate <-chan struct{}) error {
	select {
	case <-gate:
		return nil
	case <-stop:
	case <-ctx.Done():
	}
	if ctx.Err() != nil { // the end of the kernel interrupts too
		return &cellError{"Ended", ctx.Err().Error()}
	}
	return errInterrupted
}

func data(arg string) kernel.Data {
	mime, text, _ := strings.Cut(arg, " ")
	return kernel.Data{MIME: map[string]any{mime: unquote(text)}}
}

func unquote(s string) string {
	if u, err := strconv.Unquote(s); err == nil {
		return u
	}
	return s
}

// Evaluate knows "ok TEXT", "fail TEXT", "print TEXT" and "panic".
func (e *Executor) Evaluate(_ context.Context, expr string, out kernel.Sink) (kernel.Data, *kernel.CellError) {
	name, arg, _ := strings.Cut(expr, " ")
	switch name {
	case "ok":
		return kernel.Data{MIME: map[string]any{"text/plain": arg}}, nil
	case "print":
		out.Stream("stdout", []byte(arg+"\n"))
		return kernel.Data{MIME: map[string]any{"text/plain": ""}}, nil
	case "panic":
		panic(arg)
	}
	return kernel.Data{}, &kernel.CellError{Name: "EvaluationError", Value: arg, Traceback: []string{expr}}
}

// word finds the word that ends at cursor, a count of code points.
func word(code string, cursor int) (start int, text string) {
	r := []rune(code)
	cursor = max(0, min(cursor, len(r)))
	start = cursor
	for start > 0 && r[start-1] != ' ' && r[start-1] != '\n' {
		start--
	}
	return start, string(r[start:cursor])
}

// Complete lists the commands that begin with the word before cursor.
func (e *Executor) Complete(_ context.Context, code string, cursor int) (kernel.Completion, error) {
	start, prefix := word(code, cursor)
	switch prefix {
	case "!error":
		return kernel.Completion{}, errors.New("no completion for " + prefix)
	case "!panic":
		panic("completion of " + prefix)
	}
	c := kernel.Completion{Start: start, End: cursor}
	for _, name := range commands {
		if strings.HasPrefix(name, prefix) {
			c.Matches = append(c.Matches, kernel.Match{Text: name, Type: "keyword", Signature: name + " ..."})
		}
	}
	return c, nil
}

// Inspect describes the command that ends at cursor.
func (e *Executor) Inspect(_ context.Context, code string, cursor, detail int) (kernel.Inspection, error) {
	_, name := word(code, cursor)
	switch {
	case name == "!error":
		return kernel.Inspection{}, errors.New("no inspection of " + name)
	case slices.Contains(commands, name):
		return kernel.Inspection{Found: true, MIME: map[string]any{"text/plain": fmt.Sprintf("%s: a command, detail %d", name, detail)}}, nil
	}
	return kernel.Inspection{}, nil
}

// IsComplete wants another line after a backslash.
func (e *Executor) IsComplete(_ context.Context, code string) (kernel.Completeness, error) {
	switch {
	case strings.HasSuffix(code, "!error"):
		return kernel.Completeness{}, errors.New("cannot say")
	case strings.HasSuffix(code, `\`):
		return kernel.Completeness{Status: "incomplete", Indent: "  "}, nil
	case strings.HasPrefix(code, "!"):
		return kernel.Completeness{Status: "invalid"}, nil
	}
	return kernel.Completeness{Status: "complete"}, nil
}

// Comm knows the target echo. Data of {"panic": ...} panics.
func (e *Executor) Comm(_ context.Context, ev kernel.CommEvent, out kernel.Sink) (known bool) {
	switch ev.Kind {
	case kernel.CommOpen:
		if ev.Target != "echo" {
			return false
		}
		out.Stream("stdout", []byte("opened "+ev.ID+"\n"))
	case kernel.CommMsg:
		if strings.Contains(string(ev.Data), "panic") {
			panic("comm_msg")
		}
		out.Comm(ev)
	case kernel.CommClose:
		out.Stream("stdout", []byte("closed "+ev.ID+"\n"))
	}
	return true
}

// Interrupt stops the running cell.
func (e *Executor) Interrupt() {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.interrupt != nil {
		select {
		case <-e.interrupt:
		default:
			close(e.interrupt)
		}
	}
}

// Processes lists none.
func (e *Executor) Processes() []int { return nil }

// Close releases everything and waits for the goroutines.
func (e *Executor) Close() error {
	e.mu.Lock()
	e.closed++
	for name, g := range e.gates {
		select {
		case <-g:
		default:
			close(g)
		}
		delete(e.gates, name)
	}
	e.mu.Unlock()
	done := make(chan struct{})
	go func() {
		e.later.Wait()
		close(done)
	}()
	select {
	case <-done:
		return nil
	case <-time.After(5 * time.Second):
		return errors.New("goroutines of a cell did not end")
	}
}
