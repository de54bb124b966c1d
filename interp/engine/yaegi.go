package engine

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/token"
	"reflect"
	"regexp"
	"sync"

	"github.com/traefik/yaegi/interp"
	yaegiunsafe "github.com/traefik/yaegi/stdlib/unsafe"
)

// yaegi is the interpreting engine.
type yaegi struct {
	i *interp.Interpreter
	g func() uintptr // identity of the goroutine

	pos, top *int // see SetPosition

	mu     sync.Mutex // guards frames
	frames map[uintptr][]Frame
}

// NewYaegi makes an interpreting engine. g tells goroutines apart.
func NewYaegi(g func() uintptr) Engine {
	y := &yaegi{g: g, frames: map[uintptr][]Frame{}}
	y.i = interp.New(interp.Options{Stdout: traceWriter{y}, Stderr: traceWriter{y}, Unrestricted: true})
	return y
}

func (y *yaegi) FileSet() *token.FileSet { return y.i.FileSet() }

func (y *yaegi) Use(path, name string, values map[string]reflect.Value) error {
	if path == "unsafe" {
		return y.i.Use(yaegiunsafe.Symbols) // with a hook for conversions
	}
	// Not under the name fmt/fmt, at which the engine would put its own
	// functions in place of the session's.
	return y.i.Use(interp.Exports{path + "/·" + name: values})
}

// Load loads declarations and what runs them apart: a symbol of the engine keeps
// the whole tree of the file that declares it, and the statements of a cell are
// garbage when they have run.
func (y *yaegi) Load(f *ast.File) error {
	defer y.forget(f)
	var decls, inits []ast.Decl
	for _, d := range f.Decls {
		if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv == nil && fn.Name.Name == "init" {
			inits = append(inits, d)
		} else {
			decls = append(decls, d)
		}
	}
	for _, part := range [][]ast.Decl{decls, inits} {
		if len(part) == 0 {
			continue
		}
		g := *f
		g.Decls = part
		if err := y.load(&g); err != nil {
			return err
		}
	}
	return nil
}

func (y *yaegi) load(f *ast.File) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = &CompileError{Msg: fmt.Sprint(r), Panic: true}
		}
	}()
	p, err := y.i.CompileAST(f)
	if err != nil {
		return &CompileError{Msg: err.Error()}
	}
	y.grow()
	if _, err := y.i.Execute(p); err != nil {
		return &CompileError{Msg: err.Error()}
	}
	return nil
}

func (y *yaegi) Value(name string) (reflect.Value, bool) {
	v, ok := y.i.Globals()[name]
	return v, ok
}

func (y *yaegi) SetPosition(pos, top *int) { y.pos, y.top = pos, top }

func (y *yaegi) Trace(g uintptr) []Frame {
	y.mu.Lock()
	defer y.mu.Unlock()
	f := y.frames[g]
	delete(y.frames, g)
	return f
}

// traceWriter takes the interpreter's own messages: one line for each frame
// that a panic unwinds. Of these only the name of the function can be relied
// on: the position is that of some operation like the one that panicked.
type traceWriter struct{ y *yaegi }

var frameLine = regexp.MustCompile(`^.*:\d+:\d+: panic: main\.(.*)\(\.\.\.\)$`)

const maxFrames = 100

func (w traceWriter) Write(p []byte) (int, error) {
	y := w.y
	for _, line := range bytes.Split(p, []byte("\n")) {
		m := frameLine.FindSubmatch(line)
		if m == nil {
			continue
		}
		f := Frame{Func: string(m[1])}
		g := y.g()
		y.mu.Lock()
		list := y.frames[g]
		if len(list) == 0 && y.pos != nil {
			f.Pos, f.Top = token.Pos(*y.pos), token.Pos(*y.top)
		}
		if len(list) < maxFrames {
			y.frames[g] = append(list, f)
		}
		y.mu.Unlock()
	}
	return len(p), nil
}
