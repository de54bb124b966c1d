package interp

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestLanguage runs the programs of testdata/language, each as one cell. What
// they must print was printed by the Go toolchain, which -update asks again.
func TestLanguage(t *testing.T) {
	files, err := filepath.Glob("testdata/language/*.go")
	if err != nil || len(files) == 0 {
		t.Fatal("no programs: ", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".go"), func(t *testing.T) {
			expected := strings.TrimSuffix(file, ".go") + ".out"
			if *update {
				out, err := exec.Command("go", "run", file).CombinedOutput()
				if err != nil {
					t.Fatalf("%v\n%s", err, out)
				}
				if err := os.WriteFile(expected, out, 0o666); err != nil {
					t.Fatal(err)
				}
			}
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			want, err := os.ReadFile(expected)
			if err != nil {
				t.Fatal(err)
			}
			code := string(text)
			i := packageClause(code)
			s := newTester(t)
			if r := s.exec(code[:i] + "//" + code[i:]); r.Err != nil {
				t.Error(strings.Join(r.Err.Traceback, "\n"))
			}
			got, lines := strings.Split(s.text(), "\n"), strings.Split(string(want), "\n")
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
