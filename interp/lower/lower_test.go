package lower_test

import (
	"bytes"
	"flag"
	"fmt"
	"go/parser"
	"go/printer"
	"go/token"
	"go/types"
	"os"
	"path"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"cahier/interp/cell"
	"cahier/interp/check"
	"cahier/interp/lower"
	"cahier/interp/symbols"
)

var update = flag.Bool("update", false, "write what was seen to testdata")

// packages are those of cells.
type packages struct{ types.Importer }

func (packages) Candidates(name string) []string { return symbols.Candidates(name) }

// host is a session without an engine: packages are known when there is a table
// of them.
type host struct {
	check *check.Session
	names map[string]string // of packages, by the engine's
}

func (h host) UsePackage(path, name string, pos token.Pos) error {
	h.names[name] = path
	return nil
}

func (h host) Symbol(path, name string) (reflect.Value, bool) {
	m, _ := symbols.Load(path)
	v, ok := m[name]
	return v, ok
}

func (host) DeclareType(int, types.Type)      {}
func (host) DeclareInterface(int, types.Type) {}
func (h host) NextID() int                    { return h.check.NextID() }

type session struct {
	t     *testing.T
	fset  *token.FileSet
	check *check.Session
	host  host
	lower *lower.Lowerer
	n     int
}

func newSession(t *testing.T) *session {
	s := &session{t: t, fset: token.NewFileSet()}
	pkgs := packages{symbols.Importer()}
	gen := s.fset.AddFile("generated/go", -1, 10)
	gen.SetLines([]int{0})
	s.check = check.New(s.fset, pkgs, map[string]string{})
	s.host = host{s.check, map[string]string{}}
	s.lower = lower.New(s.host, pkgs, gen.Pos(1), s.fset)
	return s
}

// run lowers a cell and gives the text of what it became.
func (s *session) run(code string) (string, error) {
	s.t.Helper()
	s.n++
	f, errs := cell.Parse(s.fset, fmt.Sprintf("cell %d", s.n), code, 1)
	if len(errs) > 0 {
		s.t.Fatal(errs)
	}
	u, diags := s.check.Check(f)
	if len(diags) > 0 {
		s.t.Fatalf("%s: %s", diags[0].Pos, diags[0].Msg)
	}
	prog, err := s.lower.Lower(u)
	if err != nil {
		return "", err
	}
	u.Commit()
	var b bytes.Buffer
	// Without positions the layout does not depend on that of the cell.
	conf := printer.Config{Mode: printer.UseSpaces | printer.TabIndent, Tabwidth: 8}
	if err := conf.Fprint(&b, token.NewFileSet(), prog.File); err != nil {
		s.t.Fatal(err)
	}
	letters := strings.ReplaceAll(b.String(), "·", "ø") // the engine takes any name
	if _, err := parser.ParseFile(token.NewFileSet(), "", letters, 0); err != nil {
		s.t.Errorf("what the cell became is not Go: %v\n%s", err, b.String())
	}
	return s.readable(b.String()), nil
}

var (
	packageName = regexp.MustCompile(`\bp·\d+\.`)
	position    = regexp.MustCompile(`\n[\t ]*(?:pos|top)· = \d+`)
	blankLine   = regexp.MustCompile(`\n\s*\n`)
)

// readable shortens lowered code: packages have their names, and where positions
// are noted is left out.
func (s *session) readable(text string) string {
	text = packageName.ReplaceAllStringFunc(text, func(p string) string {
		return path.Base(s.host.names[strings.TrimSuffix(p, ".")]) + "."
	})
	text = position.ReplaceAllString(text, "")
	text = strings.TrimPrefix(text, "package main\n")
	return strings.TrimSpace(blankLine.ReplaceAllString(text, "\n")) + "\n"
}

// TestGolden lowers the cells of each archive in testdata and compares with what
// stands there: the last cell as it became, or why it was refused.
func TestGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no archives: ", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			a, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			s := newSession(t)
			var got, name string
			var keep []txtar.File
			want := map[string]string{}
			for _, f := range a.Files {
				if !strings.HasPrefix(f.Name, "cell") {
					want[f.Name] = string(f.Data)
					continue
				}
				if name == "refused" {
					t.Fatalf("refused before %s: %s", f.Name, got)
				}
				keep = append(keep, f)
				if got, err = s.run(string(f.Data)); err != nil {
					name = "refused"
					got = err.Error() + "\n"
					if r, ok := err.(*lower.Refusal); ok {
						p := s.fset.Position(r.Pos)
						got = fmt.Sprintf("%d:%d: %s\n", p.Line, p.Column, got)
					}
				} else {
					name = "lowered"
				}
			}
			if *update {
				a.Files = append(keep, txtar.File{Name: name, Data: []byte(got)})
				if err := os.WriteFile(file, txtar.Format(a), 0o666); err != nil {
					t.Fatal(err)
				}
				return
			}
			if want[name] != got {
				t.Errorf("%s:\n%swant:\n%s%s", name, got, want["lowered"], want["refused"])
			}
		})
	}
}

// TestRollback: a cell that is refused leaves nothing behind; the next one
// becomes what it would have become without it.
func TestRollback(t *testing.T) {
	const refused = "type T struct{ a int }\nvar t T\nfunc f() T { return t }\n_ = unsafe.SliceData([]T{f()})"
	const good = "type U struct{ b int }\nvar u any = U{1}\nu.(U).b"
	s := newSession(t)
	s.run("var x any = 1")
	for range 2 {
		if _, err := s.run("import \"unsafe\"\n" + refused); err == nil {
			t.Fatal("the cell was not refused")
		}
	}
	got, err := s.run(good)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(got, "type T·") || strings.Count(got, "struct {") != 1 {
		t.Errorf("the cell after a refused one became\n%s", got)
	}
}
