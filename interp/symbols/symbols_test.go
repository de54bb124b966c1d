package symbols

import (
	"go/constant"
	"go/token"
	"go/types"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
)

// TestTables compares each table with the types of the embedded export data,
// which come from another path through the generator.
func TestTables(t *testing.T) {
	imp := Importer()
	for _, path := range Packages() {
		if path == "unsafe" {
			continue // its functions are the language's
		}
		pkg, err := imp.Import(path)
		if err != nil {
			t.Errorf("Import(%q): %v", path, err)
			continue
		}
		if pkg.Name() != Name(path) {
			t.Errorf("%s: name %q, export data has %q", path, Name(path), pkg.Name())
		}
		values, ok := Load(path)
		if !ok {
			t.Errorf("Load(%q): no table", path)
			continue
		}
		var generic []string
		for _, name := range pkg.Scope().Names() {
			obj := pkg.Scope().Lookup(name)
			if !obj.Exported() {
				continue
			}
			v, ok := values[name]
			if !ok {
				generic = append(generic, name)
				if !hasTypeParams(obj) {
					t.Errorf("%s.%s is missing and is not generic: %v", path, name, obj)
				}
				continue
			}
			delete(values, name)
			if problem := disagree(obj, v); problem != "" {
				t.Errorf("%s.%s: %s; the table has %v, the export data %v", path, name, problem, v.Type(), obj)
			}
		}
		if !slices.Equal(generic, Generic(path)) {
			t.Errorf("Generic(%q) = %v, want %v", path, Generic(path), generic)
		}
		for name, v := range values {
			checkWrapper(t, pkg, name, v)
		}
	}
}

func hasTypeParams(obj types.Object) bool {
	if i, ok := obj.Type().Underlying().(*types.Interface); ok && !i.IsMethodSet() {
		return true
	}
	switch typ := obj.Type().(type) {
	case *types.Signature:
		return typ.TypeParams() != nil
	case interface{ TypeParams() *types.TypeParamList }: // Named and Alias
		return typ.TypeParams() != nil
	}
	return false
}

// disagree says in what a value of a table is not what the object is.
func disagree(obj types.Object, v reflect.Value) string {
	switch obj := obj.(type) {
	case *types.Func:
		if v.Kind() != reflect.Func || v.IsNil() {
			return "not a function"
		}
		return differ(obj.Type(), v.Type())
	case *types.Var:
		if !v.CanSet() {
			return "not settable"
		}
		return differ(obj.Type(), v.Type())
	case *types.TypeName:
		if v.Kind() != reflect.Pointer || !v.IsNil() {
			return "not a nil pointer"
		}
		return differ(obj.Type(), v.Type().Elem())
	case *types.Const:
		want := obj.Val()
		if c, ok := v.Interface().(constant.Value); ok {
			if want.Kind() == constant.Float && c.Kind() != constant.Float {
				return "not a float"
			}
			if !constant.Compare(c, token.EQL, want) {
				return "another value: " + c.ExactString()
			}
			return ""
		}
		if s := constantOf(v); !constant.Compare(s, token.EQL, want) {
			return "another value: " + s.ExactString()
		}
		if b, ok := obj.Type().(*types.Basic); ok && b.Kind() == types.UntypedBool {
			return ""
		}
		return differ(obj.Type(), v.Type())
	}
	return "an object of no known kind"
}

func constantOf(v reflect.Value) constant.Value {
	switch {
	case v.Kind() == reflect.Bool:
		return constant.MakeBool(v.Bool())
	case v.Kind() == reflect.String:
		return constant.MakeString(v.String())
	case v.CanInt():
		return constant.MakeInt64(v.Int())
	case v.CanUint():
		return constant.MakeUint64(v.Uint())
	case v.CanFloat():
		return constant.MakeFloat64(v.Float())
	}
	return constant.MakeUnknown()
}

// differ compares a type of go/types with one of reflect.
func differ(want types.Type, got reflect.Type) string {
	want = types.Unalias(want)
	if named, ok := want.(*types.Named); ok && named.Obj().Pkg() != nil {
		obj := named.Obj()
		name, _, _ := strings.Cut(got.Name(), "[")
		if name != obj.Name() || strings.TrimPrefix(got.PkgPath(), "vendor/") != strings.TrimPrefix(obj.Pkg().Path(), "vendor/") {
			return "type " + got.String() + " instead of " + want.String()
		}
		n := 0
		for s := range types.NewMethodSet(types.NewPointer(named)).Methods() {
			if s.Obj().Exported() {
				n++
			}
		}
		if types.IsInterface(named) {
			n = named.Underlying().(*types.Interface).NumMethods()
		} else {
			got = reflect.PointerTo(got)
		}
		if n != got.NumMethod() {
			return "another number of methods"
		}
		return ""
	}
	switch w := want.(type) {
	case *types.Signature:
		if got.Kind() != reflect.Func || got.NumIn() != w.Params().Len() || got.NumOut() != w.Results().Len() || got.IsVariadic() != w.Variadic() {
			return "another signature"
		}
		for i := range got.NumIn() {
			if d := differ(w.Params().At(i).Type(), got.In(i)); d != "" {
				return d
			}
		}
		for i := range got.NumOut() {
			if d := differ(w.Results().At(i).Type(), got.Out(i)); d != "" {
				return d
			}
		}
	case *types.Pointer:
		if got.Kind() != reflect.Pointer {
			return "not a pointer"
		}
		return differ(w.Elem(), got.Elem())
	case *types.Slice:
		if got.Kind() != reflect.Slice {
			return "not a slice"
		}
		return differ(w.Elem(), got.Elem())
	case *types.Map:
		if got.Kind() != reflect.Map {
			return "not a map"
		}
		if d := differ(w.Key(), got.Key()); d != "" {
			return d
		}
		return differ(w.Elem(), got.Elem())
	case *types.Basic:
		if name := strings.TrimPrefix(got.String(), "unsafe."); name != types.Typ[w.Kind()].Name() {
			return "type " + got.String() + " instead of " + w.Name()
		}
	}
	return ""
}

// checkWrapper sees that what is left in a table is the wrapper of an
// interface, with the shape that the interpreter relies on.
func checkWrapper(t *testing.T, pkg *types.Package, name string, v reflect.Value) {
	t.Helper()
	where := pkg.Path() + "." + name
	obj := pkg.Scope().Lookup(strings.TrimPrefix(name, "_"))
	if name[0] != '_' || obj == nil {
		t.Errorf("%s is in the table and not in the package", where)
		return
	}
	iface := obj.Type().Underlying().(*types.Interface)
	w := v.Type().Elem()
	if w.Kind() != reflect.Struct || w.NumField() != iface.NumMethods()+1 || w.Field(0).Name != "IValue" {
		t.Errorf("%s is not a wrapper: %v", where, w)
		return
	}
	values, _ := Load(pkg.Path())
	if typ := values[obj.Name()].Type().Elem(); !w.Implements(typ) {
		t.Errorf("%s does not implement %v", where, typ)
	}
	for i := range iface.NumMethods() {
		if _, ok := w.FieldByName("W" + iface.Method(i).Name()); !ok {
			t.Errorf("%s has no field for method %s", where, iface.Method(i).Name())
		}
	}
}

func TestPackages(t *testing.T) {
	all := Packages()
	if len(all) < 180 || !slices.IsSorted(all) || len(slices.Compact(slices.Clone(all))) != len(all) {
		t.Fatalf("Packages() = %d paths, want at least 180, sorted and distinct", len(all))
	}
	for _, path := range []string{"fmt", "unsafe", "math/rand/v2", "gonum.org/v1/gonum/mat", "cahier/notebooks/display", "time/tzdata"} {
		if !slices.Contains(all, path) {
			t.Errorf("Packages() lacks %s", path)
		}
	}
	for _, path := range []string{"plugin", "C", "cmd/go", "internal/abi", "no/such", ""} {
		if Exports(path) != nil || Name(path) != "" || Closure(path) != nil {
			t.Errorf("package %q can be loaded", path)
		}
		if _, err := Importer().Import(path); err == nil {
			t.Errorf("package %q can be imported", path)
		}
	}
}

func TestCandidates(t *testing.T) {
	for name, want := range map[string][]string{
		"rand":     {"math/rand", "math/rand/v2", "crypto/rand"},
		"template": {"text/template", "html/template"},
		"mat":      {"gonum.org/v1/gonum/mat"},
		"display":  {"cahier/notebooks/display"},
		"nothing":  nil,
	} {
		if got := Candidates(name); !slices.Equal(got, want) {
			t.Errorf("Candidates(%q) = %v, want %v", name, got, want)
		}
	}
}

func TestClosure(t *testing.T) {
	// A cell that has imported bufio alone can pass its own type as io.Reader.
	got := Closure("bufio")
	if len(got) == 0 || got[0] != "bufio" || !slices.Contains(got, "io") {
		t.Errorf("Closure(bufio) = %v, want bufio first, and io", got)
	}
	if got := Closure("net/http"); !slices.Contains(got, "io/fs") || !slices.Contains(got, "net") {
		t.Errorf("Closure(net/http) = %v, want io/fs and net in it", got)
	}
}

func TestDoc(t *testing.T) {
	for _, test := range []struct{ path, name, want string }{
		{"strings", "ToUpper", "ToUpper returns s with all Unicode letters mapped to their upper case."},
		{"strings", "Builder.Grow", "Grow grows b's capacity"},
		{"strings", "", "Package strings implements"},
		{"io", "Reader", "Reader is the interface that wraps the basic Read method."},
		{"net/http", "Server.Addr", "Addr optionally specifies the TCP address"},
		{"fmt", "Stringer.String", ""},
		{"math", "Pi", "https://oeis.org/A000796\n\nMathematical constants."},
		{"testing", "common.Errorf", "Errorf is equivalent to Logf followed by Fail."},
		{"slices", "SortFunc", "SortFunc sorts the slice x"},
		{"atomic", "no", ""},
		{"sync/atomic", "Pointer.Load", "Load atomically loads"},
		{"unsafe", "Sizeof", "Sizeof takes an expression x of any type"},
		{"gonum.org/v1/gonum/mat", "Dense.Mul", "Mul takes the matrix product of a and b"},
	} {
		got := Doc(test.path, test.name)
		if !strings.HasPrefix(got, test.want) || test.want == "" && got != "" || strings.HasSuffix(got, "\n") {
			t.Errorf("Doc(%q, %q) = %q, want %q at the beginning", test.path, test.name, got, test.want)
		}
	}
	// Functions and types are documented, but for a few that are not in their
	// source either.
	var all, documented int
	imp := Importer()
	for _, path := range Packages() {
		pkg, err := imp.Import(path)
		if err != nil {
			t.Fatal(err)
		}
		if path != "unsafe" && path != "structs" && Doc(path, "") == "" {
			t.Errorf("package %s has no documentation", path)
		}
		for _, name := range pkg.Scope().Names() {
			switch obj := pkg.Scope().Lookup(name).(type) {
			case *types.Func, *types.TypeName:
				if obj.Exported() && path != "syscall" {
					all++
					if Doc(path, name) != "" {
						documented++
					}
				}
			}
		}
	}
	if documented*100 < all*97 {
		t.Errorf("%d of %d functions and types have documentation, want 97 in a hundred", documented, all)
	}
}

func TestConcurrent(t *testing.T) {
	imp := Importer()
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			all := Packages()
			for i := range all {
				path := all[(i*7+g*31)%len(all)]
				pkg, err := imp.Import(path)
				if err != nil {
					t.Errorf("%s: %v", path, err)
					return
				}
				pkg.Scope().Names()
				Doc(path, "")
				if i%16 == 0 {
					Exports(path)
				}
			}
		})
	}
	wg.Wait()
}

func BenchmarkLoadFmt(b *testing.B) {
	for b.Loop() {
		Load("fmt")
	}
}

func BenchmarkLoadAll(b *testing.B) {
	for b.Loop() {
		for _, path := range Packages() {
			Load(path)
		}
	}
}

func BenchmarkImport(b *testing.B) {
	for _, path := range []string{"fmt", "slices", "net/http", "gonum.org/v1/gonum/mat"} {
		b.Run(path, func(b *testing.B) {
			for b.Loop() {
				if _, err := Importer().Import(path); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkLoadDocs(b *testing.B) {
	for _, path := range []string{"strings", "net/http"} {
		b.Run(path, func(b *testing.B) {
			for b.Loop() {
				loadDocs(path)
			}
		})
	}
}
