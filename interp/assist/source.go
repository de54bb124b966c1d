package assist

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// sourceOf is the source of a compiled package's declaration, if the sources
// of the Go distribution are on this machine; "" otherwise.
func sourceOf(path, name string) string {
	if first, _, _ := strings.Cut(path, "/"); strings.Contains(first, ".") || first == "cahier" {
		return ""
	}
	root := goroot()
	if root == "" {
		return ""
	}
	dir := filepath.Join(root, "src", filepath.FromSlash(path))
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return ""
	}
	recv, method, isMember := strings.Cut(name, ".")
	if !isMember {
		recv, method = "", name
	}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		src, err := os.ReadFile(file)
		if err != nil || !strings.Contains(string(src), method) {
			continue
		}
		fset := token.NewFileSet()
		f, err := parser.ParseFile(fset, file, src, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			continue
		}
		for _, decl := range f.Decls {
			if n := declares(decl, recv, method); n != nil {
				return string(src[fset.Position(n.Pos()).Offset:fset.Position(n.End()).Offset])
			}
		}
	}
	return ""
}

// declares finds the declaration of a name, a method or a field in decl.
func declares(decl ast.Decl, recv, name string) ast.Node {
	switch d := decl.(type) {
	case *ast.FuncDecl:
		if d.Name.Name != name || d.Body == nil {
			return nil
		}
		if (d.Recv == nil) != (recv == "") {
			return nil
		}
		if d.Recv != nil {
			t := d.Recv.List[0].Type
			if s, ok := t.(*ast.StarExpr); ok {
				t = s.X
			}
			switch x := t.(type) {
			case *ast.IndexExpr:
				t = x.X
			case *ast.IndexListExpr:
				t = x.X
			}
			if id, ok := t.(*ast.Ident); !ok || id.Name != recv {
				return nil
			}
		}
		return d
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			switch s := spec.(type) {
			case *ast.TypeSpec:
				if recv == "" && s.Name.Name == name || recv != "" && s.Name.Name == recv && hasMember(s.Type, name) {
					if len(d.Specs) == 1 {
						return d
					}
					return s
				}
			case *ast.ValueSpec:
				for _, n := range s.Names {
					if recv == "" && n.Name == name {
						return d
					}
				}
			}
		}
	}
	return nil
}

func hasMember(expr ast.Expr, name string) bool {
	var list *ast.FieldList
	switch t := expr.(type) {
	case *ast.StructType:
		list = t.Fields
	case *ast.InterfaceType:
		list = t.Methods
	default:
		return false
	}
	for _, f := range list.List {
		for _, n := range f.Names {
			if n.Name == name {
				return true
			}
		}
	}
	return false
}

// goroot is where the Go distribution is, or "".
func goroot() string {
	root := os.Getenv("GOROOT")
	if root == "" {
		cmd, err := exec.LookPath("go")
		if err != nil {
			return ""
		}
		if cmd, err = filepath.EvalSymlinks(cmd); err != nil {
			return ""
		}
		root = filepath.Dir(filepath.Dir(cmd))
	}
	if _, err := os.Stat(filepath.Join(root, "src", "fmt")); err != nil {
		return ""
	}
	return root
}
