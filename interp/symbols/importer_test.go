package symbols

import (
	"go/ast"
	"go/constant"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"cahier/interp/symbols/internal/std"
)

// generics uses what is hard to carry in export data: constraints, iterators,
// inference, generic types with methods, instances that packages share.
const generics = `package p

import (
	"cmp"
	"errors"
	"io"
	"iter"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"unique"
)

var m = map[string][]int{}
var sorted []string = slices.Sorted(maps.Keys(m))
var seq iter.Seq2[int, string] = slices.All(sorted)
var p atomic.Pointer[map[string][]int]
var loaded *map[string][]int = p.Load()
var once func() (int, error) = sync.OnceValues(func() (int, error) { return 0, nil })
var handle unique.Handle[string] = unique.Make("x")
var low string = min(handle.Value(), cmp.Or("", "x"))
var perr, isPath = errors.AsType[*os.PathError](nil)
var err error = perr
var r io.Reader = strings.NewReader(low)

type ordered[T cmp.Ordered] struct{ list []T }

func (o *ordered[T]) add(v T) { i, _ := slices.BinarySearch(o.list, v); o.list = slices.Insert(o.list, i, v) }

func f() {
	o := ordered[float64]{}
	o.add(1)
	for l := range strings.Lines("a\nb") {
		_ = len(l)
	}
	slices.SortFunc(sorted, func(a, b string) int { return strings.Compare(b, a) })
	next, stop := iter.Pull(maps.Values(m))
	defer stop()
	_, _ = next()
	var w io.Writer = os.Stdout
	_ = io.MultiWriter(w, &strings.Builder{})
}
`

func TestImporterGenerics(t *testing.T) {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "p.go", generics, 0)
	if err != nil {
		t.Fatal(err)
	}
	conf := types.Config{Importer: Importer()}
	if _, err := conf.Check("p", fset, []*ast.File{file}, nil); err != nil {
		t.Fatal(err)
	}
}

// TestImporterOrder imports packages in both orders: a package that others
// have mentioned must become whole, and types must stay identical.
func TestImporterOrder(t *testing.T) {
	for _, order := range [][2]string{{"io", "bufio"}, {"bufio", "io"}} {
		imp := Importer()
		pkgs := map[string]*types.Package{}
		for _, path := range order {
			pkg, err := imp.Import(path)
			if err != nil {
				t.Fatal(err)
			}
			pkgs[path] = pkg
		}
		reader := pkgs["io"].Scope().Lookup("Reader").Type()
		param := pkgs["bufio"].Scope().Lookup("NewReader").(*types.Func).Signature().Params().At(0)
		if param.Type() != reader || param.Name() != "rd" {
			t.Errorf("imported as %v: bufio.NewReader takes %v, which is not io's", order, param)
		}
		if pkgs["io"].Scope().Lookup("SectionReader") == nil {
			t.Errorf("imported as %v: io is not whole", order)
		}
	}
}

// TestImporterPlatform looks at constants that differ by platform.
func TestImporterPlatform(t *testing.T) {
	imp := Importer()
	for _, test := range []struct {
		path, name string
		want       string
	}{
		{"runtime", "GOOS", strconv.Quote(runtime.GOOS)},
		{"runtime", "GOARCH", strconv.Quote(runtime.GOARCH)},
		{"math", "MaxInt", strconv.Itoa(int(^uint(0) >> 1))},
	} {
		pkg, err := imp.Import(test.path)
		if err != nil {
			t.Fatal(err)
		}
		c := pkg.Scope().Lookup(test.name).(*types.Const)
		if got := c.Val().ExactString(); got != test.want {
			t.Errorf("%s.%s = %s, want %s", test.path, test.name, got, test.want)
		}
	}
}

// TestImporterAgainstToolchain compares every exported object with what the
// toolchain's own export data says.
func TestImporterAgainstToolchain(t *testing.T) {
	if runtime.Version() != std.GoVersion {
		t.Skipf("the data is of %s, this is %s", std.GoVersion, runtime.Version())
	}
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("no go command here to compare with")
	}
	if testing.Short() {
		t.Skip("asks the go command for export data of packages")
	}
	theirs := importer.ForCompiler(token.NewFileSet(), "gc", nil)
	ours := Importer()
	for _, path := range []string{"bufio", "encoding/json", "fmt", "go/types", "io/fs", "maps", "math/rand/v2", "net/http", "os", "reflect", "slices", "strings", "sync/atomic", "text/template", "time"} {
		want, err := theirs.Import(path)
		if err != nil {
			t.Skipf("the toolchain has no export data of %s at hand: %v", path, err)
		}
		got, err := ours.Import(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range want.Scope().Names() {
			w := want.Scope().Lookup(name)
			if !w.Exported() {
				continue
			}
			g := got.Scope().Lookup(name)
			if g == nil {
				t.Errorf("%s.%s is missing", path, name)
				continue
			}
			// The name any is lost where it is the definition of a type.
			if plain := strings.NewReplacer("interface{}", "any"); plain.Replace(g.String()) != plain.Replace(w.String()) {
				t.Errorf("%s.%s is\n%v, want\n%v", path, name, g, w)
			}
			if c, ok := w.(*types.Const); ok && !constant.Compare(c.Val(), token.EQL, g.(*types.Const).Val()) {
				t.Errorf("%s.%s = %v, want %v", path, name, g.(*types.Const).Val(), c.Val())
			}
			if _, ok := w.(*types.TypeName); ok {
				a, b := types.NewMethodSet(types.NewPointer(g.Type())), types.NewMethodSet(types.NewPointer(w.Type()))
				if a.Len() < countExported(b) || countExported(a) != countExported(b) {
					t.Errorf("%s.%s has %d exported methods, want %d", path, name, countExported(a), countExported(b))
				}
			}
		}
	}
}

func countExported(set *types.MethodSet) int {
	n := 0
	for s := range set.Methods() {
		if s.Obj().Exported() {
			n++
		}
	}
	return n
}
