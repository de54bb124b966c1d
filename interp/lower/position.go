package lower

import (
	"go/ast"
	"go/token"
	"go/types"
	"reflect"

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
			if (n.Op == token.QUO || n.Op == token.REM) && f.info.Types[n.Y].Value == nil {
				pos = n.Pos()
			}
		case *ast.AssignStmt:
			if n.Tok == token.QUO_ASSIGN || n.Tok == token.REM_ASSIGN {
				pos = n.Pos()
			}
		}
		return true
	})
	return pos
}
