package check

import "go/ast"

// fence puts parentheses around the right-hand sides of type declarations that
// are names of earlier cells, for as long as the type checker works: it looks
// for cycles from name to name, and takes every type of the package for one
// that the files at hand declare.
func fence(files []*ast.File, foreign map[string]bool) (undo func()) {
	var fenced []*ast.TypeSpec
	for _, f := range files {
		ast.Inspect(f, func(n ast.Node) bool {
			spec, ok := n.(*ast.TypeSpec)
			if !ok {
				return true
			}
			if id, ok := spec.Type.(*ast.Ident); ok && foreign[id.Name] {
				spec.Type = &ast.ParenExpr{Lparen: id.Pos(), X: id, Rparen: id.End()}
				fenced = append(fenced, spec)
			}
			return true
		})
	}
	return func() {
		for _, spec := range fenced {
			spec.Type = spec.Type.(*ast.ParenExpr).X
		}
	}
}
