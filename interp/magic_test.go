package interp

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

func TestMagics(t *testing.T) {
	s := newTester(t)
	s.must("x := []int{1, 2, 3}\nconst c = 2\nfunc f() {}\ntype T struct{}")
	file := filepath.Join(t.TempDir(), "out.txt")
	for _, c := range []struct{ code, want string }{
		{"%help", "%%writefile"},
		{"%who", "variables  x\nconstants  c\nfunctions  f\ntypes      T\n"},
		{"%whos", "x     []int  3     [1 2 3]"},
		{"%time len(x)", "time: "},
		{"%timeit len(x)", "per run"},
		{"%%time\nx = append(x, 4)\nfmt.Println(len(x))", "4\ntime: "},
		{"%pwd", string(filepath.Separator)},
		{"%history", "%who"},
		{"%%writefile " + file + "\nhello", "wrote 5 bytes"},
		{"%doc strings.ToUpper", "upper case"},
	} {
		s.stdout.Reset()
		s.must(c.code)
		if got := s.text(); !strings.Contains(got, c.want) {
			t.Errorf("%s prints %q, want %q in it", c.code, got, c.want)
		}
	}
	if b, err := os.ReadFile(file); err != nil || string(b) != "hello" {
		t.Errorf("the file has %q, %v", b, err)
	}
	for code, want := range map[string]string{
		"%hlep":        "did you mean %help?",
		"%nothinglike": "%help lists them",
		"%%who\n":      "is not a cell magic",
		"%bash":        "is a cell magic",
		"%run":         "wants an argument",
	} {
		r := s.exec(code)
		if r.Err == nil || !strings.Contains(r.Err.Value, want) {
			t.Errorf("%s: %+v, want %q", code, r.Err, want)
		}
	}
	if runtime.GOOS != "windows" {
		s.stdout.Reset()
		s.must("!echo {x} there")
		if got := s.text(); got != "[1 2 3 4] there\n" {
			t.Errorf("a shell command prints %q", got)
		}
	}
	s.must("%reset")
	if r := s.exec("x"); r.Err == nil {
		t.Error("x is still there after %reset")
	}
}

// TestDiagnostics reads the errors of a cell: all of them, with their places.
func TestDiagnostics(t *testing.T) {
	s := newTester(t)
	r := s.exec("y := undefinedName + 1\nz := len(3)\n\tfmt.Printn(z)")
	if r.Err == nil {
		t.Fatal("no error")
	}
	got := strings.Join(r.Err.Traceback, "\n")
	for _, want := range []string{
		"cell 1, line 1, column 6: undefined: undefinedName",
		"    1 | y := undefinedName + 1\n      |      ^",
		"cell 1, line 2, column 10: invalid argument: 3",
		"cell 1, line 3, column 6: undefined: fmt.Printn, did you mean fmt.Print?",
		"      | \t    ^",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
}
