package lower

import (
	"go/ast"
	"go/token"
	"go/types"
	"reflect"

	"cahier/interp/check"
	"cahier/interp/rt"
)

func (f *fn) mark(pos token.Pos) []ast.Stmt {
	if rt.RaceEnabled {
		return nil
	}
	m := []ast.Stmt{assign(f.l.ident(PosName), intLit(f.l.pos, int64(pos)))}
	if f.top {
		m = append(m, assign(f.l.ident(TopName), intLit(f.l.pos, int64(pos))))
	}
	return m
}

// risk is the position of the first operation in a simple statement that may
// panic other than in a function of a cell; it is not valid where there is
// none.
func (f *fn) risk(s ast.Stmt) token.Pos {
	var nodes []ast.Node
	switch s := s.(type) {
	case *ast.ExprStmt, *ast.AssignStmt, *ast.IncDecStmt, *ast.ReturnStmt, *ast.SendStmt, *ast.DeclStmt:
		nodes = []ast.Node{s}
	case *ast.IfStmt:
		nodes = []ast.Node{s.Init, s.Cond}
	case *ast.SwitchStmt:
		nodes = []ast.Node{s.Init, s.Tag}
	case *ast.TypeSwitchStmt:
		nodes = []ast.Node{s.Init, s.Assign}
	case *ast.RangeStmt:
		nodes = []ast.Node{s.X}
	case *ast.ForStmt:
		nodes = []ast.Node{s.Init, s.Cond}
	case *ast.GoStmt:
		nodes = []ast.Node{s.Call}
	case *ast.DeferStmt:
		nodes = []ast.Node{s.Call}
	default:
		return token.NoPos
	}
	pos := token.NoPos
	for _, n := range nodes {
		if !pos.IsValid() && !isNil(n) {
			pos = f.riskIn(n)
		}
	}
	return pos
}

func isNil(n ast.Node) bool {
	if n == nil {
		return true
	}
	v := reflect.ValueOf(n)
	return v.Kind() == reflect.Pointer && v.IsNil()
}

func (f *fn) riskIn(n ast.Node) token.Pos {
	pos := token.NoPos
	ast.Inspect(n, func(n ast.Node) bool {
		if pos.IsValid() {
			return false
		}
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.CallExpr:
			if tv := f.info.Types[n.Fun]; tv.IsType() {
				if _, ok := f.subst(tv.Type).Underlying().(*types.Slice); !ok && len(n.Args) == 1 && isSlice(f.typ(n.Args[0])) && !isString(f.subst(tv.Type)) {
					pos = n.Pos() // to an array
				}
				return true
			} else if tv.IsBuiltin() {
				switch f.builtinName(ast.Unparen(n.Fun)) {
				case "panic", "make", "close":
					pos = n.Pos()
				}
				return true
			}
			if obj := f.callee(ast.Unparen(n.Fun)); f.top || obj == nil || f.l.objs[obj] == nil {
				pos = n.Pos()
			}
		case *ast.IndexExpr:
			if tv := f.info.Types[n.X]; !tv.IsType() {
				pos = n.Pos()
			}
		case *ast.SliceExpr, *ast.StarExpr, *ast.TypeAssertExpr:
			pos = n.Pos()
		case *ast.SelectorExpr:
			if s := f.info.Selections[n]; s != nil && s.Kind() == types.FieldVal && isPointer(f.typ(n.X)) {
				pos = n.Pos()
			}
		case *ast.BinaryExpr:
			switch n.Op {
			case token.QUO, token.REM, token.SHL, token.SHR:
				if f.info.Types[n.Y].Value == nil {
					pos = n.Pos()
				}
			case token.EQL, token.NEQ:
				if x, y := f.info.Types[n.X], f.info.Types[n.Y]; !x.IsNil() && !y.IsNil() && (f.mayHoldInterface(x.Type) || f.mayHoldInterface(y.Type)) {
					pos = n.Pos()
				}
			}
		case *ast.AssignStmt:
			switch n.Tok {
			case token.QUO_ASSIGN, token.REM_ASSIGN, token.SHL_ASSIGN, token.SHR_ASSIGN:
				pos = n.Pos()
			}
		case *ast.SendStmt:
			pos = n.Pos()
		}
		return true
	})
	return pos
}

// quickPackages have no function that works or waits for long.
var quickPackages = map[string]bool{
	"bytes": true, "cmp": true, "errors": true, "fmt": true, "hash": true, "html": true, "iter": true, "log": true, "maps": true,
	"math": true, "math/bits": true, "math/cmplx": true, "math/rand": true, "math/rand/v2": true, "path": true, "path/filepath": true,
	"reflect": true, "runtime": true, "slices": true, "strconv": true, "strings": true, "sync/atomic": true, "time": true,
	"unicode": true, "unicode/utf16": true, "unicode/utf8": true, "unsafe": true,
}

// mayTakeLong reports whether the statement calls, other than in blocks and
// function literals, a compiled function that may return long after the cell
// was interrupted.
func (f *fn) mayTakeLong(s ast.Stmt) bool {
	found := false
	ast.Inspect(s, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit, *ast.BlockStmt:
			return false
		case *ast.CallExpr:
			if obj := f.callee(ast.Unparen(n.Fun)); obj != nil && obj.Pkg() != nil && !quickPackages[obj.Pkg().Path()] && f.l.isCompiled(obj) {
				found = true
			}
		}
		return !found
	})
	return found
}

// isCompiled reports whether a function or method is no cell's.
func (l *Lowerer) isCompiled(fun *types.Func) bool {
	return fun.Pkg().Path() != check.Path && l.objs[fun.Origin()] == nil
}

// afterLong lets what follows a call that may take long begin with a poll.
func (f *fn) afterLong(s ast.Stmt, out []ast.Stmt) []ast.Stmt {
	switch s.(type) {
	case *ast.ExprStmt, *ast.AssignStmt, *ast.DeclStmt, *ast.IncDecStmt, *ast.SendStmt:
		if f.mayTakeLong(s) {
			return append(out, f.l.poll())
		}
	}
	return out
}

func isSlice(t types.Type) bool {
	_, ok := t.Underlying().(*types.Slice)
	return ok
}

func isString(t types.Type) bool {
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Info()&types.IsString != 0
}

// mayHoldInterface reports whether a comparison of values of t may meet values
// that cannot be compared.
func (f *fn) mayHoldInterface(t types.Type) bool {
	switch u := f.subst(t).Underlying().(type) {
	case *types.Interface:
		return true
	case *types.Struct:
		for i := range u.NumFields() {
			if f.mayHoldInterface(u.Field(i).Type()) {
				return true
			}
		}
	case *types.Array:
		return f.mayHoldInterface(u.Elem())
	}
	return false
}
