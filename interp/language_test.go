package interp

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

// TestLanguage runs the programs of testdata/language, each as one cell. What
// they must print was printed by the Go toolchain, which -update asks again.
func TestLanguage(t *testing.T) {
	files, err := filepath.Glob("testdata/language/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no programs: ", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			a, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			code := string(a.Files[0].Data)
			if *update {
				main := filepath.Join(t.TempDir(), "main.go")
				if err := os.WriteFile(main, a.Files[0].Data, 0o666); err != nil {
					t.Fatal(err)
				}
				out, err := exec.Command("go", "run", main).Output()
				if err != nil {
					t.Fatal(err)
				}
				a.Files = append(a.Files[:1], txtar.File{Name: "go", Data: out})
				if err := os.WriteFile(file, txtar.Format(a), 0o666); err != nil {
					t.Fatal(err)
				}
			}
			if len(a.Files) != 2 {
				t.Fatal("what Go prints is missing: run with -update")
			}
			i := packageClause(code)
			s := newTester(t)
			if r := s.exec(code[:i] + "//" + code[i:]); r.Err != nil {
				t.Error(strings.Join(r.Err.Traceback, "\n"))
			}
			got, lines := strings.Split(s.text(), "\n"), strings.Split(string(a.Files[1].Data), "\n")
			for i := range max(len(got), len(lines)) {
				switch {
				case i >= len(got):
					t.Errorf("line %d is missing: %q", i+1, lines[i])
				case i >= len(lines):
					t.Errorf("line %d is too many: %q", i+1, got[i])
				case got[i] != lines[i]:
					t.Errorf("line %d is %q, want %q", i+1, got[i], lines[i])
				}
			}
		})
	}
}
