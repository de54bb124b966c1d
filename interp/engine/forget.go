package engine

import (
	"go/ast"
	"go/token"
	"reflect"
	"unsafe"
)

// forget drops what the interpreter keeps of a loaded file only for its debugger,
// or for nothing: the roots of trees, the scopes of functions, which hold the
// trees too, and the declarations of variables without values. Without it a
// session grows by 12 KB with each cell.
//
// All are fields that the interpreter does not export; where a version has them
// otherwise, nothing is dropped. TestLoadForgets tells.
func (y *yaegi) forget(f *ast.File) {
	i := reflect.ValueOf(y.i).Elem()
	setZero(i.FieldByName("roots"), reflect.Slice)
	scopes := i.FieldByName("scopes")
	if scopes.Kind() != reflect.Map {
		return
	}
	for it := scopes.MapRange(); it.Next(); {
		if s := pointee(it.Value()); s.IsValid() {
			setZero(s.FieldByName("child"), reflect.Slice)
		}
	}
	own := pointee(scopes.MapIndex(reflect.ValueOf(f.Name.Name)))
	if !own.IsValid() {
		return
	}
	symbols := own.FieldByName("sym")
	if symbols.Kind() != reflect.Map {
		return
	}
	for _, d := range f.Decls {
		d, ok := d.(*ast.GenDecl)
		if !ok || d.Tok != token.VAR {
			continue
		}
		for _, spec := range d.Specs {
			spec := spec.(*ast.ValueSpec)
			if len(spec.Values) > 0 {
				continue // the order of initialisation asks for it
			}
			for _, name := range spec.Names {
				if s := pointee(symbols.MapIndex(reflect.ValueOf(name.Name))); s.IsValid() {
					setZero(s.FieldByName("node"), reflect.Pointer)
				}
			}
		}
	}
}

// pointee is the struct that v points to; the zero Value if there is none.
func pointee(v reflect.Value) reflect.Value {
	if v.Kind() != reflect.Pointer || v.IsNil() || v.Elem().Kind() != reflect.Struct {
		return reflect.Value{}
	}
	return v.Elem()
}

// setZero clears a field of this kind, exported or not.
func setZero(f reflect.Value, kind reflect.Kind) {
	if f.IsValid() && f.Kind() == kind && f.CanAddr() {
		reflect.NewAt(f.Type(), unsafe.Pointer(f.UnsafeAddr())).Elem().SetZero()
	}
}
