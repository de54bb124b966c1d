package generator

import (
	"encoding/binary"
	"go/ast"
	"sort"
	"strings"
)

// docsOf gathers the documentation comments of a package by name: "" is the
// package, "F" a function, constant, variable or type, "T.M" a method or a
// field, also those of unexported types, since exported types embed them.
func docsOf(files []*ast.File) map[string]string {
	docs := map[string]string{}
	add := func(name string, groups ...*ast.CommentGroup) {
		for _, g := range groups {
			if text := g.Text(); text != "" {
				if docs[name] == "" {
					docs[name] = text
				} else if name == "" {
					docs[name] += "\n" + text // a package documented in several files
				}
				return
			}
		}
	}
	for _, f := range files {
		add("", f.Doc)
		for _, decl := range f.Decls {
			switch d := decl.(type) {
			case *ast.FuncDecl:
				name := d.Name.Name
				if !d.Name.IsExported() {
					continue
				}
				if d.Recv != nil {
					recv := receiver(d.Recv)
					if recv == "" {
						continue
					}
					name = recv + "." + name
				}
				add(name, d.Doc)
			case *ast.GenDecl:
				for _, spec := range d.Specs {
					switch s := spec.(type) {
					case *ast.TypeSpec:
						if s.Name.IsExported() {
							group := d.Doc
							if len(d.Specs) > 1 {
								group = nil // says what the group is about
							}
							add(s.Name.Name, s.Doc, group, s.Comment)
						}
						members(s.Name.Name, s.Type, add)
					case *ast.ValueSpec:
						for _, name := range s.Names {
							if !name.IsExported() {
								continue
							}
							add(name.Name, s.Doc, s.Comment, d.Doc)
							// A comment at the end of the line says little
							// without what stands above the group.
							if group := d.Doc.Text(); s.Doc == nil && s.Comment != nil && group != "" {
								docs[name.Name] += "\n" + group
							}
						}
					}
				}
			}
		}
	}
	return docs
}

// members adds the documentation of struct fields and interface methods.
func members(typ string, expr ast.Expr, add func(string, ...*ast.CommentGroup)) {
	var list *ast.FieldList
	switch t := expr.(type) {
	case *ast.StructType:
		list = t.Fields
	case *ast.InterfaceType:
		list = t.Methods
	default:
		return
	}
	for _, f := range list.List {
		for _, name := range f.Names {
			if name.IsExported() {
				add(typ+"."+name.Name, f.Doc, f.Comment)
			}
		}
	}
}

// receiver is the name of a method's receiver type.
func receiver(recv *ast.FieldList) string {
	if len(recv.List) != 1 {
		return ""
	}
	for t := recv.List[0].Type; ; {
		switch x := t.(type) {
		case *ast.StarExpr:
			t = x.X
		case *ast.ParenExpr:
			t = x.X
		case *ast.IndexExpr:
			t = x.X
		case *ast.IndexListExpr:
			t = x.X
		case *ast.Ident:
			return x.Name
		default:
			return ""
		}
	}
}

// encodeDocs writes documentation as pairs of strings, each with a uvarint
// length in front, sorted by name.
func encodeDocs(docs map[string]string) []byte {
	names := make([]string, 0, len(docs))
	for name := range docs {
		names = append(names, name)
	}
	sort.Strings(names)
	var out []byte
	str := func(s string) {
		out = binary.AppendUvarint(out, uint64(len(s)))
		out = append(out, s...)
	}
	for _, name := range names {
		str(name)
		str(strings.TrimRight(docs[name], "\n"))
	}
	return out
}
