package assist

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"maps"
	"strings"
	"testing"

	"cahier/interp/symbols"
)

// session is a Session of one piece of source.
type session struct {
	types.Importer
	imports map[string]string
	decls   []Declaration
}

func (s *session) Imports() map[string]string  { return maps.Clone(s.imports) }
func (s *session) Declarations() []Declaration { return s.decls }

func (s *session) ResolvePackage(name string) (string, []string) {
	if path := s.imports[name]; path != "" {
		return path, nil
	}
	c := symbols.Candidates(name)
	if len(c) == 1 {
		return c[0], nil
	}
	return "", c
}

var importer = symbols.Importer()

// newSession declares what src, the text of a package without its clause and
// imports, declares.
func newSession(t testing.TB, src string) *session {
	t.Helper()
	fset := token.NewFileSet()
	const head = "package main\nimport (\"bytes\"; \"fmt\"; \"net/http\")\nvar _, _, _ = bytes.NewReader, fmt.Print, http.Get\n"
	text := head + src
	f, err := parser.ParseFile(fset, "cell", text, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	conf := types.Config{Importer: importer}
	pkg, err := conf.Check(cellPath, fset, []*ast.File{f}, nil)
	if err != nil {
		t.Fatal(err)
	}
	s := &session{Importer: importer, imports: map[string]string{"http": "net/http"}}
	source := map[string]string{}
	docs := map[string]string{}
	methods := map[string]map[string]Declaration{}
	for _, d := range f.Decls {
		start, end := fset.Position(d.Pos()).Offset, fset.Position(d.End()).Offset
		switch d := d.(type) {
		case *ast.FuncDecl:
			name := d.Name.Name
			if d.Recv == nil {
				source[name], docs[name] = text[start:end], d.Doc.Text()
				continue
			}
			recv := d.Recv.List[0].Type
			if p, ok := recv.(*ast.StarExpr); ok {
				recv = p.X
			}
			if p, ok := recv.(*ast.IndexListExpr); ok {
				recv = p.X
			}
			on := recv.(*ast.Ident).Name
			if methods[on] == nil {
				methods[on] = map[string]Declaration{}
			}
			obj, _, _ := types.LookupFieldOrMethod(pkg.Scope().Lookup(on).Type(), true, pkg, name)
			methods[on][name] = Declaration{Object: obj, Source: text[start:end], Doc: d.Doc.Text(), Cell: "cell 2"}
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				switch spec := spec.(type) {
				case *ast.TypeSpec:
					source[spec.Name.Name], docs[spec.Name.Name] = text[start:end], d.Doc.Text()
				case *ast.ValueSpec:
					for _, n := range spec.Names {
						source[n.Name] = text[start:end]
					}
				}
			}
		}
	}
	for _, name := range pkg.Scope().Names() {
		s.decls = append(s.decls, Declaration{
			Object: pkg.Scope().Lookup(name), Cell: "cell 1", Source: source[name], Doc: docs[name], Methods: methods[name],
		})
	}
	return s
}

const declared = `
// Point is a place.
type Point struct {
	X, Y int
	Label string
	secret bool
}

// Norm is its distance.
func (p Point) Norm() float64 { return 0 }

func (p *Point) Move(dx, dy int) {}

type Named struct {
	*Point
	Title string
}

type Größe float64

type Number interface{ ~int | ~float64 }

type Pair[K comparable, V any] struct { Key K; Val V }

func (p Pair[K, V]) Swap() Pair[K, V] { return p }

// scale multiplies.
func scale(p Point, by float64) Point { return p }

func load() (*http.Response, error) { return nil, nil }

func größer(a, b Größe) bool { return a > b }

func first[T any](list []T) T { return list[0] }

const answer = 42

var (
	origin  = Point{}
	named   Named
	points  []Point
	byName  map[string]*Point
	buffer  bytes.Buffer
	numbers = []float64{1, 2, 3}
	pair    Pair[string, int]
	table   = fmt.Sprint
)
`

func newAssistant(t testing.TB, s Session) *Assistant {
	return &Assistant{
		Session:     s,
		Packages:    symbols.Packages,
		PackageName: symbols.Name,
		Doc:         symbols.Doc,
		Value: func(name string) (Value, bool) {
			switch name {
			case "numbers":
				return Value{Text: "[1 2 3]", Shape: "3"}, true
			case "origin":
				return Value{Text: "{0 0  false}"}, true
			}
			return Value{}, false
		},
		Magics: func() []Magic {
			return []Magic{
				{Name: "time", Line: true, Cell: true, Args: Go, Doc: "Measure how long code takes."},
				{Name: "timeit", Line: true, Cell: true, Args: Go, Doc: "Measure many runs."},
				{Name: "cd", Line: true, Args: Path, Doc: "Change the directory."},
				{Name: "who", Line: true, Args: Names, Doc: "List variables."},
				{Name: "bash", Cell: true, Args: None, Doc: "Run the cell in bash."},
				{Name: "env", Line: true, Args: None, Doc: "Show the environment."},
			}
		},
	}
}

// cut removes the mark from code and counts the code points before it.
func cut(t testing.TB, code string) (string, int) {
	t.Helper()
	before, after, ok := strings.Cut(code, "¦")
	if !ok {
		t.Fatalf("no cursor in %q", code)
	}
	return before + after, len([]rune(before))
}

func texts(c Completion) []string {
	var list []string
	for _, m := range c.Matches {
		list = append(list, m.Text)
	}
	return list
}

func TestComplete(t *testing.T) {
	h := newAssistant(t, newSession(t, declared))
	for _, test := range []struct {
		name string
		code string
		span string // what is replaced
		want string // all matches in their order; "a b ..." allows more after, "! x" forbids x
	}{
		// Packages.
		{"member", "strings.ToUpp¦", "ToUpp", "ToUpper ToUpperSpecial"},
		{"member after text", "// ünï\ns := \"日本\"\nx := strings.ToUpp¦", "ToUpp", "ToUpper ToUpperSpecial"},
		{"member in a call", "fmt.Println(strings.ToUpp¦)", "ToUpp", "ToUpper ToUpperSpecial"},
		{"member in an open call", "fmt.Println(strings.ToUpp¦", "ToUpp", "ToUpper ToUpperSpecial"},
		{"member with statements after", "fmt.Println(strings.ToUpp¦\nx := 3\nif x > 2 {\n", "ToUpp", "ToUpper ToUpperSpecial"},
		{"other case", "strings.tou¦", "tou", "ToUpper ToUpperSpecial"},
		{"words", "strings.TUS¦", "TUS", "ToUpperSpecial"},
		{"typo", "strings.ToUpepr¦", "ToUpepr", "ToUpper ToUpperSpecial"},
		{"inside", "strings.pperSp¦", "pperSp", "ToUpperSpecial"},
		{"imported by an earlier cell", "http.StatusTea¦", "StatusTea", "StatusTeapot"},
		{"imported here", "import h \"net/http\"\nh.StatusTea¦", "StatusTea", "StatusTeapot"},
		{"a parse error before", "x := := 3\nstrings.ToUpp¦", "ToUpp", "ToUpper ToUpperSpecial"},
		{"a closing bracket too many", "}\n)\nstrings.ToUpp¦", "ToUpp", "ToUpper ToUpperSpecial"},
		{"in the middle of a word", "strings.ToU¦pper(\"x\")", "ToUpper", "ToUpper ToUpperSpecial"},
		{"of several packages", "rand.Float¦", "Float", "Float32 Float64"},
		{"generic", "slices.SortSt¦", "SortSt", "SortStableFunc"},
		{"gonum", "mat.NewDen¦", "NewDen", "NewDense"},
		{"type expected", "var b strings.¦", "", "Builder Reader Replacer"},
		{"parameter type", "func f(b strings.B¦) {}", "B", "Builder"},
		{"unknown package", "nosuch.Foo¦", "Foo", ""},

		// Fields and methods.
		{"fields", "origin.¦", "", "Label Move Norm X Y secret"},
		{"field prefix", "origin.La¦", "La", "Label"},
		{"embedded", "named.¦", "", "Point Title Label Move Norm X Y secret"},
		{"element", "points[0].No¦", "No", "Norm"},
		{"map element", "byName[\"a\"].No¦", "No", "Norm"},
		{"result", "scale(origin, 2).No¦", "No", "Norm"},
		{"generic result", "first(points).No¦", "No", "Norm"},
		{"instance", "pair.¦", "", "Key Swap Val"},
		{"of a package's type", "buffer.WriteS¦", "WriteS", "WriteString"},
		{"chain", "buffer.Bytes()[0:1].¦", "", ""},
		{"several results", "r, err := load()\nr.Header.Ge¦", "Ge", "Get"},
		{"local", "p := Point{}\nq := &p\nq.No¦", "No", "Norm"},
		{"redefined with another type", "p := 1\np := Point{}\np.No¦", "No", "Norm"},
		{"shadowing the session", "origin := strings.NewReader(\"\")\norigin.ReadR¦", "ReadR", "ReadRune"},
		{"of a new value in terms of the older", "points := points[0]\npoints.No¦", "No", "Norm"},
		{"in a function", "func g(q Point) float64 {\n\treturn q.No¦\n}", "No", "Norm"},
		{"in an open function", "func g(q Point) float64 {\n\tfor i := range 3 {\n\t\tif q.No¦", "No", "Norm"},
		{"of a variable of this cell in a function of it", "v := Point{}\nfunc g() {\n\tv.No¦\n}", "No", "Norm"},
		{"type of this cell", "type T struct{ Alpha, Beta int }\nvar t T\nt.Al¦", "Al", "Alpha"},
		{"type declared after", "func g(t T) { t.Al¦ }\ntype T struct{ Alpha, Beta int }", "Al", "Alpha"},
		{"receiver", "type T struct{ Alpha int }\nfunc (t *T) f() { t.A¦ }", "A", "Alpha"},
		{"range variable", "for _, p := range points {\n\tp.No¦\n}", "No", "Norm"},
		{"range variable without a block", "for _, p := range points { p.No¦", "No", "Norm"},
		{"closure", "go func() {\n\torigin.No¦\n}()", "No", "Norm"},
		{"condition", "if origin.No¦", "No", "Norm"},
		{"switch", "switch origin.La¦ {", "La", "Label"},
		{"case", "switch 1.0 {\ncase origin.No¦", "No", "Norm"},
		{"method expression", "f := Point.¦", "", "Norm"},
		{"interface", "var w fmt.Stringer\nw.¦", "", "String"},
		{"constrained", "func g[T fmt.Stringer](t T) { t.S¦ }", "S", "String"},
		{"error", "_, err := load()\nerr.¦", "", "Error"},
		{"type switch", "var x any\nswitch v := x.(type) {\ncase Point:\n\tv.No¦\n}", "No", "Norm"},
		{"assertion", "var x any\nx.(Point).No¦", "No", "Norm"},
		{"dereferenced", "q := &origin\n(*q).La¦", "La", "Label"},
		{"conversion", "Point(origin).La¦", "La", "Label"},
		{"over lines", "strings.NewReplacer(\"a\", \"b\").\n\tRepl¦", "Repl", "Replace"},
		{"literal", "Point{X: 1}.La¦", "La", "Label"},
		{"number has none", "3.¦", "", ""},
		{"number", "12¦", "", ""},

		// Struct literals.
		{"field names", "Point{¦}", "", "Label X Y secret ..."},
		{"field names, open", "p := Point{¦", "", "Label X Y secret ..."},
		{"further field names", "Point{X: 1, ¦}", "", "Label Y secret"},
		{"further field names over lines", "Point{\n\tX: 1,\n\tLa¦\n}", "La", "Label"},
		{"renaming a field", "Point{L¦: 1}", "L", "Label"},
		{"of a package", "&http.Server{Ad¦}", "Ad", "Addr"},
		{"in a slice", "[]Point{{La¦}}", "La", "Label"},
		{"of pointers", "[]*Point{{La¦}}", "La", "Label"},
		{"value in a literal", "Point{X: ans¦}", "ans", "answer"},

		// Names.
		{"session variable", "orig¦", "orig", "origin"},
		{"session function", "sca¦", "sca", "scale scalar scanner"},
		{"session constant", "x := ans¦", "ans", "answer"},
		{"multi-byte", "größ¦", "größ", "größer Größe"},
		{"multi-byte before", "s := \"äöü😀\"; orig¦", "orig", "origin"},
		{"local first", "original := 1\norig¦", "orig", "original origin"},
		{"not before it is declared", "yetto¦\nyettocome := 1", "yetto", ""},
		{"parameter", "func f(parameter int) { para¦ }", "para", "parameter"},
		{"result name", "func f() (result int) { resu¦ }", "resu", "result"},
		{"out of scope", "{ innermost := 1 }\ninnerm¦", "innerm", ""},
		{"package", "stri¦", "stri", "strings string"},
		{"package of gonum", "x := optimi¦", "optimi", "optimize"},
		{"builtin", "app¦", "app", "append"},
		{"keyword", "retur¦", "retur", "return"},
		{"keyword in an expression", "x := fu¦", "fu", "func"},
		{"no statement in an expression", "f(retur¦)", "retur", ""},
		{"range", "for i := ran¦", "ran", "rand range"},
		{"type only", "var x Po¦", "Po", "Point"},
		{"type only, not a variable", "var x ori¦", "ori", ""},
		{"slice of", "x := []Poi¦", "Poi", "Point"},
		{"map to", "var m map[string]Poi¦", "Poi", "Point"},
		{"make", "x := make([]Poi¦", "Poi", "Point"},
		{"field type", "type U struct {\n\tp Poi¦\n}", "Poi", "Point"},
		{"label", "outer:\nfor {\n\tfor {\n\t\tbreak ou¦\n\t}\n}", "ou", "outer"},
		{"new name", "func Poi¦", "Poi", ""},
		{"new type", "type Poi¦", "Poi", ""},
		{"argument", "scale(orig¦", "orig", "origin"},
		{"second argument", "scale(origin, num¦", "num", "numbers Number"},
		{"argument of a type first", "scale(¦", "", "origin scale ..."},
		{"by the parameter's type", "strings.Repeat(¦", "", "table ..."},
		{"by the variable's type", "var s []float64\ns = ¦", "", "s numbers ..."},
		{"by the declared type", "var p Point = ¦", "", "origin scale ..."},
		{"by the result", "func f() []float64 { return ¦ }", "", "f numbers ..."},
		{"by the field", "x := Point{X: ¦}", "", "answer ..."},
		{"by the other operand", "if numbers[0] < ¦", "", "answer ..."},
		{"by the element", "x := []Point{¦}", "", "origin ..."},
		{"index", "numbers[ans¦", "ans", "answer"},
		{"defer", "defer sca¦", "sca", "scale scalar scanner"},
		{"nothing in a comment", "// orig¦", "", ""},
		{"nothing in a block comment", "/* orig¦ */", "", ""},
		{"after a comment", "/* a */ orig¦", "orig", "origin"},
		{"empty", "¦", "", "answer buffer byName first größer load named ..."},

		// Imports.
		{"import", "import \"net/ht¦\"", "net/ht", "net/http net/http/cgi net/http/cookiejar ..."},
		{"import, open", "import \"net/ht¦", "net/ht", "net/http net/http/cgi net/http/cookiejar ..."},
		{"import with a name", "import r \"math/ra¦\"", "math/ra", "math/rand math/rand/v2"},
		{"import group", "import (\n\t\"fmt\"\n\t\"math/ra¦\"\n)", "math/ra", "math/rand math/rand/v2"},
		{"import group, open", "import (\n\t\"math/ra¦", "math/ra", "math/rand math/rand/v2"},
		{"import by the last element", "import \"cookiej¦\"", "cookiej", "net/http/cookiejar"},
		{"import dot", "import . \"math/ra¦\"", "math/ra", "math/rand math/rand/v2"},
		{"not an import", "x := \"math/ra¦\"", "", ""},

		// Magics.
		{"magic", "%ti¦", "%ti", "%time %timeit %%time %%timeit"},
		{"cell magic", "%%ti¦", "%%ti", "%%time %%timeit"},
		{"magic on a later line", "x := 1\n%ti¦", "%ti", "%time %timeit"},
		{"Go in a magic", "%time strings.ToUpp¦", "ToUpp", "ToUpper ToUpperSpecial"},
		{"Go below a cell magic", "%%time\nstrings.ToUpp¦", "ToUpp", "ToUpper ToUpperSpecial"},
		{"no Go below another", "%%bash\nstrings.ToUpp¦", "", ""},
		{"names", "%who orig¦", "orig", "origin"},
		{"member in names", "%who strings.ToUpp¦", "ToUpp", "ToUpper ToUpperSpecial"},
		{"package in names", "%who string¦", "string", "strings"},
		{"Go after a magic", "%env\n!ls -l\nstrings.ToUpp¦", "ToUpp", "ToUpper ToUpperSpecial"},
		{"Go before a magic", "strings.ToUpp¦\n%env", "ToUpp", "ToUpper ToUpperSpecial"},
		{"remainder is no magic", "x := 5 % ans¦", "ans", "answer"},
	} {
		t.Run(test.name, func(t *testing.T) {
			code, at := cut(t, test.code)
			got := h.Complete(code, at)
			if got.Start > at || got.End < at || got.End > len([]rune(code)) {
				t.Fatalf("replaces %d to %d, the cursor is at %d of %d", got.Start, got.End, at, len([]rune(code)))
			}
			if span := string([]rune(code)[got.Start:got.End]); span != test.span {
				t.Errorf("replaces %q, want %q", span, test.span)
			}
			list := strings.Join(texts(got), " ")
			want, more := strings.CutSuffix(test.want, " ...")
			if more && !strings.HasPrefix(list+" ", want+" ") || !more && list != want {
				t.Errorf("got  %s\nwant %s", list, test.want)
			}
		})
	}
}

func TestCompleteMatch(t *testing.T) {
	h := newAssistant(t, newSession(t, declared))
	for code, want := range map[string]Match{
		"strings.ToUpperS¦":    {"ToUpperSpecial", "function", "(c unicode.SpecialCase, s string) string"},
		"math.Pi¦":             {"Pi", "constant", "= 3.14159"},
		"time.Second¦":         {"Second", "constant", "Duration = 1000000000"},
		"strings.Builde¦":      {"Builder", "type", "struct"},
		"io.Reader¦":           {"Reader", "type", "interface"},
		"os.Args¦":             {"Args", "variable", "[]string"},
		"origin.Norm¦":         {"Norm", "method", "() float64"},
		"origin.Label¦":        {"Label", "field", "string"},
		"pair.Va¦":             {"Val", "field", "int"},
		"pair.Sw¦":             {"Swap", "method", "() Pair[string, int]"},
		"scale¦":               {"scale", "function", "(p Point, by float64) Point"},
		"first¦":               {"first", "function", "[T any](list []T) T"},
		"answer¦":              {"answer", "constant", "= 42"},
		"bufio¦":               {"bufio", "package", `"bufio"`},
		"appe¦":                {"append", "function", "(slice []Type, elems ...Type) []Type"},
		"defe¦":                {"defer", "keyword", ""},
		"slices.SortStableF¦":  {"SortStableFunc", "function", "[S ~[]E, E any](x S, cmp func(a E, b E) int)"},
		"import \"bufi¦":       {"bufio", "path", "package bufio"},
		"%tim¦":                {"%time", "magic", "Measure how long code takes."},
		"cell := 1; cel¦":      {"cell", "variable", "int"},
		"x := numb¦":           {"numbers", "variable", "[]float64"},
		"var y error\ny.Erro¦": {"Error", "method", "() string"},
	} {
		code, at := cut(t, code)
		got := h.Complete(code, at)
		if len(got.Matches) == 0 || got.Matches[0] != want {
			t.Errorf("%s: got %+v, want %+v first", code, got.Matches, want)
		}
	}
}

func TestCompleteFiles(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	write(t, "data.csv", "data_größe.csv", "sub/inner.txt", ".hidden")
	h := newAssistant(t, newSession(t, ""))
	for code, want := range map[string]string{
		"os.Open(\"da¦\")":       "data.csv data_größe.csv",
		"os.Open(\"da¦":          "data.csv data_größe.csv",
		"os.Open(\"sub/¦\")":     "inner.txt",
		"os.Open(`s¦`)":          "sub/",
		"os.Open(\".h¦\")":       ".hidden",
		"os.Open(\"¦\")":         "",
		"os.Open(\"none/x¦\")":   "",
		"!cat da¦":               "data.csv data_größe.csv",
		"%cd s¦":                 "sub/",
		"%cd ¦":                  "data.csv data_größe.csv sub/",
		"!cat data_größe.csv s¦": "sub/",
	} {
		code, at := cut(t, code)
		got := h.Complete(code, at)
		if list := strings.Join(texts(got), " "); list != want {
			t.Errorf("%s: got %q, want %q", code, list, want)
		}
		for _, m := range got.Matches {
			if m.Type != "path" {
				t.Errorf("%s: %v is no path", code, m)
			}
		}
	}
	if got := h.Complete("os.Open(\"sub/in\")", 15); got.Start != 13 || got.End != 15 {
		t.Errorf("replaces %d to %d, want the last element, 13 to 15", got.Start, got.End)
	}
}

func TestCursorOutside(t *testing.T) {
	h := newAssistant(t, newSession(t, ""))
	for _, at := range []int{-5, 1000} {
		got := h.Complete("strings.ToUpp", at)
		if at < 0 && got.Start != 0 || at > 0 && got.Start != 8 {
			t.Errorf("cursor %d: %d to %d", at, got.Start, got.End)
		}
		h.Inspect("strings.ToUpper", at, 0)
	}
}

// large is a session of n declarations.
func large(n int) string {
	var b strings.Builder
	b.WriteString(declared)
	for i := range n / 5 {
		fmt.Fprintf(&b, "type Record%d struct { ID, Count int; Name string; Next *Record%d }\n", i, i)
		fmt.Fprintf(&b, "func (r *Record%d) Value() int { return r.ID }\n", i)
		fmt.Fprintf(&b, "func makeRecord%d(id int) *Record%d { return &Record%d{ID: id} }\n", i, i, i)
		fmt.Fprintf(&b, "var record%d = makeRecord%d(%d)\n", i, i, i)
		fmt.Fprintf(&b, "var list%d []*Record%d\n", i, i)
		fmt.Fprintf(&b, "const limit%d = %d\n", i, i)
	}
	return b.String()
}

func BenchmarkComplete(b *testing.B) {
	h := newAssistant(b, newSession(b, large(500)))
	long := strings.Repeat("for i, r := range list7 {\n\tif r.ID > 3 {\n\t\tfmt.Println(i, r.Name, strings.ToUpper(r.Name))\n\t}\n}\n", 20)
	for name, code := range map[string]string{
		"Package":    "strings.ToUpp¦",
		"Field":      "record42.¦",
		"Name":       "rec¦",
		"Empty":      "¦",
		"Import":     "import \"net/ht¦",
		"HTTP":       "http.Sta¦",
		"Incomplete": long + "func f() {\n\tfor {\n\t\tif record42.Na¦",
		"Broken":     "x := := 3 )\n" + long + "fmt.Println(record42.Na¦",
	} {
		b.Run(name, func(b *testing.B) {
			code, at := cut(b, code)
			for b.Loop() {
				h.Complete(code, at)
			}
		})
	}
}

func BenchmarkInspect(b *testing.B) {
	h := newAssistant(b, newSession(b, large(500)))
	for name, code := range map[string]string{
		"Package": "strings.ToUpper¦",
		"Method":  "record42.Value¦",
		"Name":    "record42¦",
	} {
		b.Run(name, func(b *testing.B) {
			code, at := cut(b, code)
			for b.Loop() {
				h.Inspect(code, at, 0)
			}
		})
	}
}
