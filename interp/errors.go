package interp

import (
	"errors"
	"fmt"
	"go/ast"
	"go/scanner"
	"go/token"
	"reflect"
	"strings"

	"cahier/interp/cell"
	"cahier/interp/check"
	"cahier/interp/engine"
	"cahier/interp/lower"
	"cahier/interp/rt"
)

// maxErrors is how many errors of one cell are shown.
const maxErrors = 20

// problem is one error at a place of a cell.
type problem struct {
	file      string
	line, col int
	msg       string
}

func fileName(position token.Position) string {
	return strings.TrimSuffix(position.Filename, "/go")
}

func (s *Session) syntaxError(errs scanner.ErrorList) *CellError {
	var list []problem
	for _, e := range errs {
		list = append(list, problem{fileName(e.Pos), e.Pos.Line, e.Pos.Column, e.Msg})
	}
	return s.problems("CompileError", list)
}

func (s *Session) compileError(diags []check.Diagnostic) *CellError {
	var list []problem
	for _, d := range diags {
		list = append(list, problem{fileName(d.Pos), d.Pos.Line, d.Pos.Column, d.Msg})
	}
	return s.problems("CompileError", list)
}

// problems renders errors with their places, source lines and carets.
func (s *Session) problems(name string, list []problem) *CellError {
	e := &CellError{Name: name}
	for i, p := range list {
		if i == maxErrors {
			e.Traceback = append(e.Traceback, fmt.Sprintf("and %d errors more", len(list)-i))
			break
		}
		first, rest, _ := strings.Cut(p.msg, "\n")
		if i == 0 {
			e.Value = first
		}
		e.Traceback = append(e.Traceback, fmt.Sprintf("%s, line %d, column %d: %s", p.file, p.line, p.col, first))
		if rest != "" {
			e.Traceback = append(e.Traceback, strings.Split(rest, "\n")...)
		}
		e.Traceback = append(e.Traceback, s.excerpt(p.file, p.line, p.col)...)
	}
	if n := len(list) - 1; n > 0 {
		e.Value += fmt.Sprintf(" (and %d more)", n)
	}
	return e
}

// excerpt is a source line with a caret under its column; col 0 has none.
func (s *Session) excerpt(file string, line, col int) []string {
	s.mu.Lock()
	src, ok := s.sources[file]
	s.mu.Unlock()
	if !ok {
		return nil
	}
	lines := strings.Split(src.code, "\n")
	if line < 1 || line > len(lines) {
		return nil
	}
	text := strings.TrimRight(lines[line-1], "\r")
	num := fmt.Sprintf("%5d", line)
	out := []string{num + " | " + text}
	if col < 1 {
		return out
	}
	// Tabs stay tabs, so that the caret stands under its column.
	var pad strings.Builder
	for i, r := range text {
		if i >= col-1 {
			break
		}
		if r == '\t' {
			pad.WriteByte('\t')
		} else {
			pad.WriteByte(' ')
		}
	}
	return append(out, "      | "+pad.String()+"^")
}

// refusal is an error of lowering.
func (s *Session) refusal(err error, f *cell.File) *CellError {
	var r *lower.Refusal
	if errors.As(err, &r) {
		at := f.Body.Pos()
		if r.Pos.IsValid() {
			at = r.Pos
		}
		p := s.engine.FileSet().Position(at)
		if fileName(p) == "generated" || !at.IsValid() {
			p = token.Position{Filename: f.Name, Line: f.Line, Column: 1}
		}
		return s.problems("NotSupported", []problem{{fileName(p), p.Line, p.Column, err.Error()}})
	}
	return s.problems("NotSupported", []problem{{f.Name, f.Line, 1, err.Error()}})
}

// engineError is what the engine refused. That it did is a gap of the front
// end, which says so rather than blame the user.
func (s *Session) engineError(err error, f *cell.File) *CellError {
	var c *engine.CompileError
	msg := err.Error()
	if errors.As(err, &c) {
		msg = c.Msg
	}
	p := problem{file: f.Name, line: f.Line, col: 0}
	if i := strings.Index(msg, "/go:"); i > 0 {
		var l, col int
		if n, _ := fmt.Sscanf(msg[i+len("/go:"):], "%d:%d", &l, &col); n == 2 {
			p.file, p.line, p.col = msg[strings.LastIndexByte(msg[:i], '\n')+1:i], l, col
			if _, m, ok := strings.Cut(msg[i+len("/go:"):], ": "); ok {
				msg = m
			}
		}
	}
	p.msg = "this is valid Go, but not supported by the interpreter (" + msg + ")"
	return s.problems("NotSupported", []problem{p})
}

func (s *Session) interrupted(left bool) *CellError {
	msg := "the cell was interrupted"
	if left {
		msg += "; a call that does not return still runs in the background"
	}
	return &CellError{Name: "Interrupted", Value: msg, Traceback: []string{"Interrupted: " + msg}}
}

// opError is implemented by the errors of package ops: a panic with one keeps
// its name and hint.
type opError interface {
	error
	Op() string
	Hint() string
}

// panicError renders a panic with the frames of cells that it passed.
func (s *Session) panicError(v any, frames []engine.Frame) *CellError {
	e := &CellError{Name: "Panic"}
	var hint, more string
	var lines []string // that explain the error
	op := ""
	switch x := v.(type) {
	case rt.Exit:
		return &CellError{Name: "Exit", Value: x.Error(), Traceback: append([]string{"Exit: " + x.Error()}, s.frames(frames, "")...)}
	case *rt.NotSupportedError:
		e.Name, e.Value = "NotSupported", x.Error()
	case opError:
		t := reflect.TypeOf(x)
		if t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
		hint = x.Hint()
		e.Name, e.Value = t.Name(), strings.TrimSuffix(x.Error(), "\n"+hint)
		if s, ok := x.(interface{ Explain() []string }); ok {
			lines = s.Explain()
		}
		op = x.Op()
		more = moreAbout(op)
	case interface {
		error
		RuntimeError()
	}:
		e.Value = x.Error()
	case interface{ ExitCode() int }:
		e.Name, e.Value = "Exit", fmt.Sprintf("exit status %d", x.ExitCode())
	default:
		if code, ok := exitCode(v); ok {
			e.Name, e.Value = "Exit", fmt.Sprintf("exit status %d", code)
			break
		}
		var text string
		if s.apart(nowhere{}, func() { text = s.rt.Types.PanicText(v) }) {
			e.Value = text
		} else {
			e.Value = "a value whose Error or String method does not return"
		}
	}
	first, rest, _ := strings.Cut(e.Value, "\n")
	head := e.Name + ": " + first
	e.Traceback = append(e.Traceback, head)
	if rest != "" {
		e.Traceback = append(e.Traceback, strings.Split(rest, "\n")...)
	}
	e.Value = first
	e.Traceback = append(e.Traceback, s.frames(frames, op)...)
	e.Traceback = append(e.Traceback, lines...)
	if hint != "" {
		e.Traceback = append(e.Traceback, "hint: "+hint)
	}
	if more != "" {
		e.Traceback = append(e.Traceback, "more: "+more)
	}
	return e
}

// moreAbout is the magic that shows the documentation of an operation, by the
// name that its errors have.
func moreAbout(op string) string {
	name, ours := strings.CutPrefix(op, "ops.")
	switch {
	case op == "" || ours && strings.Contains(name, "."): // a method
		return ""
	case ours:
		return "%doc " + op
	}
	return "%ops " + op
}

// frames renders the places in cells, innermost first. The engine knows the
// functions; where in them it was is known of the innermost and of the cell,
// and follows for the others when a function calls the next in one place only.
// The place noted last may be in a function that an operation has called back
// before it failed; op, where it is known, is the operation.
func (s *Session) frames(frames []engine.Frame, op string) []string {
	const most = 12
	var out []string
	callee := ""
	n := 0
	for i, f := range frames {
		name, _, _ := strings.Cut(f.Func, ".")
		d := s.lower.Function(name)
		top := name == "init"
		if d == nil && !top {
			if i == 0 && len(frames) > 1 { // a helper: what it was called for is where it is
				frames[1].Pos, frames[1].Top = f.Pos, f.Top
			}
			continue
		}
		pos := f.Pos
		if pos.IsValid() && op != "" && !s.mentions(pos, op) {
			if call := onlyCall(d, baseName(op)); call.IsValid() {
				pos = call
			} else if top && f.Top.IsValid() {
				pos = f.Top
			}
		}
		switch {
		case pos.IsValid():
		case top && len(frames) > 0:
			pos = frames[0].Top
			if !pos.IsValid() {
				pos = frames[min(1, len(frames)-1)].Top
			}
		case d != nil:
			pos = onlyCall(d, callee)
		}
		in := ""
		if d != nil {
			callee = d.Name
			in = ", in " + d.Name
			if d.Recv != nil {
				in = ", in " + d.Recv.Name + "." + d.Name
			}
		}
		if n++; n > most {
			continue
		}
		if !pos.IsValid() {
			if d != nil {
				p := s.engine.FileSet().Position(d.Node.Pos())
				out = append(out, fmt.Sprintf("%s, line %d%s", fileName(p), p.Line, in))
			}
			continue
		}
		p := s.engine.FileSet().Position(pos)
		out = append(out, fmt.Sprintf("%s, line %d%s", fileName(p), p.Line, in))
		out = append(out, s.excerpt(fileName(p), p.Line, p.Column)...)
		if top {
			break
		}
	}
	if n > most {
		out = append(out, fmt.Sprintf("... %d more", n-most))
	}
	return out
}

// mentions reports whether the source line at pos, from there on, may call op.
func (s *Session) mentions(pos token.Pos, op string) bool {
	p := s.engine.FileSet().Position(pos)
	line := s.excerpt(fileName(p), p.Line, 0)
	return len(line) > 0 && (strings.Contains(line[0], baseName(op)+"(") || strings.Contains(line[0], `"`+op+`"`))
}

// baseName is the function's name in that of an operation.
func baseName(op string) string { return op[strings.LastIndexByte(op, '.')+1:] }

// onlyCall is the position of the one call of callee in d, which may be nil.
func onlyCall(d *check.Decl, callee string) token.Pos {
	if d == nil {
		return token.NoPos
	}
	pos, n := token.NoPos, 0
	ast.Inspect(d.Node, func(node ast.Node) bool {
		c, ok := node.(*ast.CallExpr)
		if !ok {
			return true
		}
		fun := ast.Unparen(c.Fun)
		if ix, ok := fun.(*ast.IndexExpr); ok {
			fun = ix.X
		}
		name := ""
		switch x := fun.(type) {
		case *ast.Ident:
			name = x.Name
		case *ast.SelectorExpr:
			name = x.Sel.Name
		}
		if name == callee && callee != "" {
			pos = c.Pos()
			n++
		}
		return true
	})
	if n != 1 {
		return token.NoPos
	}
	return pos
}

func exitCode(v any) (int, bool) {
	rv := reflect.ValueOf(v)
	if rv.IsValid() && rv.Type().Name() == "Exit" {
		switch rv.Kind() {
		case reflect.Int:
			return int(rv.Int()), true
		case reflect.Struct:
			for i := range rv.NumField() {
				if rv.Field(i).Kind() == reflect.Int {
					return int(rv.Field(i).Int()), true
				}
			}
		}
	}
	return 0, false
}

// importFile is a file that imports one package under name.
func importFile(path, name string, pos token.Pos) *ast.File {
	return &ast.File{Package: pos, Name: &ast.Ident{Name: "main", NamePos: pos}, Decls: []ast.Decl{
		&ast.GenDecl{Tok: token.IMPORT, TokPos: pos, Specs: []ast.Spec{&ast.ImportSpec{
			Name: &ast.Ident{Name: name, NamePos: pos}, Path: &ast.BasicLit{Kind: token.STRING, Value: `"` + path + `"`, ValuePos: pos}}}}}}
}
