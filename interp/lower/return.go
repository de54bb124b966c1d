package lower

import (
	"go/ast"
	"go/token"
	"go/types"
)

func (f *fn) returnStmt(s *ast.ReturnStmt) []ast.Stmt {
	if len(f.rangers) > 0 {
		return f.rangerReturn(s)
	}
	out := &ast.ReturnStmt{Return: s.Return}
	n := 0
	if f.results != nil {
		n = f.results.Len()
	}
	if len(s.Results) == 0 {
		if !f.inPlace {
			for _, name := range f.named {
				out.Results = append(out.Results, f.id(name, s.Pos()))
			}
		}
		return []ast.Stmt{out}
	}
	long := f.mayTakeLong(s)
	if len(s.Results) == 1 && n > 1 {
		x, ts := f.multi(s.Results[0], n)
		direct := true
		for i := range n {
			direct = direct && types.Identical(ts[i], f.results.At(i).Type())
		}
		if direct && !f.inPlace && !long {
			out.Results = []ast.Expr{x}
			return []ast.Stmt{out}
		}
		var lhs []ast.Expr
		for i := range n {
			name := f.tmp()
			lhs = append(lhs, f.id(name, s.Pos()))
			out.Results = append(out.Results, f.conv(f.id(name, s.Pos()), ts[i], f.results.At(i).Type()))
		}
		pre := []ast.Stmt{&ast.AssignStmt{Lhs: lhs, Tok: token.DEFINE, Rhs: []ast.Expr{x}}}
		if long {
			pre = append(pre, f.l.poll())
		}
		return f.finishReturn(pre, out)
	}
	for i, r := range s.Results {
		out.Results = append(out.Results, f.exprTo(r, f.results.At(i).Type()))
	}
	var pre []ast.Stmt
	if f.inPlace && n > 1 || long { // all values before the first is set
		for i := range out.Results {
			name := f.tmp()
			pre = append(pre, f.declare(f.id(name, s.Pos()), f.results.At(i).Type(), out.Results[i]))
			out.Results[i] = f.id(name, s.Pos())
		}
		if long {
			pre = append(pre, f.l.poll())
		}
	}
	return f.finishReturn(pre, out)
}

// finishReturn sets the result variables instead where deferred calls come
// after the return.
func (f *fn) finishReturn(pre []ast.Stmt, out *ast.ReturnStmt) []ast.Stmt {
	if f.inPlace {
		for i, x := range out.Results {
			pre = append(pre, assign(f.id(f.named[i], out.Return), x))
		}
		out.Results = nil
	}
	return append(pre, out)
}
